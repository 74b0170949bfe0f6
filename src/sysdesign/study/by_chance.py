"""A long run with failures by chance beside what `availability` works out; requirements in it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sysdesign.design import Statement
from sysdesign.records import dataclass
from sysdesign.study.study import Study
from sysdesign.study.tested import Tested, bound_of, compare, decided, statements_of
from sysdesign.study.uptime import shown_up, uptime
from sysdesign.study.words import shown_time

if TYPE_CHECKING:
    from sysdesign.availability import OperationUp
    from sysdesign.simulate.by_chance import LongRun, OperationLife

_QUIET = 0.05  # of the failed calls, while nothing is down
OUTAGES = 10  # have to be lived through to tell how much they take


@dataclass(frozen=True, slots=True)
class BesideUp:
    """An operation in a long run and by `availability`; `why` they differ, "" where they do not."""

    operation: str
    run: "OperationLife"
    exact: "OperationUp | None"
    why: str


def beside_up(study: Study, run: "LongRun") -> tuple[BesideUp, ...]:
    """Each operation, as it fared and as it is worked out."""
    found = []
    for name, one in run.operations.items():
        exact = uptime(study, name)
        differ = exact is not None and not _agree(one, exact)
        why = ""
        if differ and exact is not None:
            why = "; ".join(_reasons(one, exact, run.story_s))
        found.append(BesideUp(name, one, exact, why))
    return tuple(found)


def _agree(one: "OperationLife", exact: "OperationUp") -> bool:
    """Whether the interval of the run holds the share that is worked out, or meets its bounds."""
    low, high = one.answered.low, one.answered.high
    return low is None or high is None or (low <= exact.up.high and exact.up.low <= high)


def _is_too_short(one: "OperationLife", exact: "OperationUp", story_s: float) -> bool:
    """Whether outages are so rare that a run which met fewer of them tells little."""
    spared = one.answered.value > exact.up.high
    return spared and exact.down * story_s < OUTAGES * outage_s()


def outage_s() -> float:
    """How long an outage lasts, as that of a provider of which only the share is known."""
    from sysdesign.simulate.chances import OUTAGE

    return float(OUTAGE.mean_s)


def _reasons(one: "OperationLife", exact: "OperationUp", story_s: float) -> Iterator[str]:
    """Why a run and the formulas differ, as far as can be told."""
    if _is_too_short(one, exact, story_s):
        expected = shown_time(exact.down * story_s)
        yield (
            f"the run is too short: by `availability` {expected} of what was lived through would "
            "be down, in outages that may not have come yet"
        )
        return
    if one.answered.value > exact.up.high:
        yield (
            "`availability` counts what cannot carry the peak as down; in the run calls wait, or "
            "are made again, and are answered late"
        )
        return
    quiet = one.failed_by.get("", 0.0)
    if quiet > _QUIET:
        yield f"{quiet:.0%} of the calls that failed did so while nothing was down"
    yield (
        "calls fail in the run that `availability` does not count: those in hand when something "
        "fails, and those that give up, or are refused, while the rest is too busy"
    )


def tested_up(study: Study, run: "LongRun") -> tuple[Tested, ...]:
    """Requirements on availability, held against a long run."""
    return tuple(one for name, test in statements_of(study)
                 if (one := _tested(study, run, name, test)) is not None)  # fmt: skip


def _tested(study: Study, run: "LongRun", name: str, test: Statement) -> Tested | None:
    one, limit = run.operations.get(test.measure.owner), bound_of(study, test)
    if test.measure.measure != "availability" or one is None or limit is None or not run.failures:
        return None
    value = one.answered
    if value.low is None or value.high is None:
        said = "no call failed, in too short a time to tell how rare that is"
        return Tested(name, test, None, value, None, said)
    holds = decided(value, test.comparison, limit)
    said = f"it is {shown_up(value.value)} ({shown_up(value.low)} .. {shown_up(value.high)})"
    exact = uptime(study, test.measure.owner)
    short = exact is not None and _is_too_short(one, exact, run.story_s)
    if short and exact and compare(exact.up.low, test.comparison, limit) != holds:
        said += f"; {shown_up(exact.up.low)} by `availability`, and too short a run to tell"
        return Tested(name, test, None, value, None, said)
    said += "" if holds is not None else ": too close to tell, give it more --limit"
    return Tested(name, test, holds, value, None, said)
