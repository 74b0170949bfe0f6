"""Cited base rates: what things cost, hold, carry and promise, each with its source and year."""

from sysdesign.rates.page import page
from sysdesign.rates.rate import Rate, get, ids, locations, round_trip_s

__all__ = ["Rate", "get", "ids", "locations", "page", "round_trip_s"]
