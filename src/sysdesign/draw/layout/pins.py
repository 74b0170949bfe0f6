"""Nodes that a person put somewhere: kept there, as far as frames and other nodes allow."""

from collections.abc import Mapping

from sysdesign.draw.geometry import Box, Point
from sysdesign.draw.layout.plan import Places, Plan


def pinned(plan: Plan, places: Places, pins: Mapping[int, Point]) -> tuple[Places, list[int]]:
    return places, []
