"""Lowering: a design becomes stations and flows, which is all that the engines read."""

from sysdesign.kinds.lowering import Numbers
from sysdesign.lower.lower import lower

__all__ = ["Numbers", "lower"]
