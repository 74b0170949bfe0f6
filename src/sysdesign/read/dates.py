"""Dates and times of the day."""

import re

from sysdesign.design.shape import Date
from sysdesign.design.value import Word
from sysdesign.read.context import word_of
from sysdesign.read.reads import Reads
from sysdesign.source import Node

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?\Z", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z", re.ASCII)


def read_date(reader: Reads, shape: Date, node: Node) -> Word | None:
    """2027, 2027-06 or 2027-06-30."""
    text = reader.scalar(node, "a date")
    if text is None or shape.or_text or is_date(text):
        return None if text is None else word_of(node)
    reader.context.problem("date", f"'{text}' is not a date", node.span,
                           hint="write 2027-06 or 2027-06-30")  # fmt: skip
    return None


def read_clock(reader: Reads, node: Node) -> Word | None:
    """02:00."""
    text = reader.scalar(node, "a time of the day")
    if text is None or _CLOCK.match(text):
        return None if text is None else word_of(node)
    reader.context.problem("clock", f"'{text}' is not a time of the day", node.span,
                           hint="write 02:00")  # fmt: skip
    return None


def is_date(text: str) -> bool:
    """Whether a text is a year, a month or a day that the calendar has."""
    if not _DATE.match(text):
        return False
    from datetime import date

    try:
        date(*map(int, f"{text}-01-01".split("-")[:3]))
    except ValueError:
        return False
    return True
