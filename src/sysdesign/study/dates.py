"""The months in which limits are reached, from the day that a design was last reviewed."""

from datetime import date, timedelta

from sysdesign.records import dataclass
from sysdesign.study.future import Limit, limits
from sysdesign.study.study import Study

_FAR = 50.0  # years: no date worth a name


@dataclass(frozen=True, slots=True)
class Dated:
    """A limit and the month in which it is reached, as "2029-11"; empty where none is known."""

    limit: Limit
    month: str


def dated(study: Study, today: date) -> list[Dated]:
    """Limits with their months, counted from the day the design was last reviewed, else today."""
    start = counted_from(study, today)
    return [Dated(one, _month(start, one.years)) for one in limits(study)]


def counted_from(study: Study, today: date) -> date:
    """The day from which growth counts: `problem.reviewed`, else today."""
    reviewed = study.design.problem.reviewed
    try:
        return date.fromisoformat(str(reviewed)) if reviewed else today
    except ValueError:  # a year or a month alone
        return today


def _month(start: date, years: float | None) -> str:
    if years is None or years > _FAR:
        return ""
    try:
        return (start + timedelta(days=365.25 * years)).isoformat()[:7]
    except OverflowError:  # counted from a day near the end of the calendar
        return ""
