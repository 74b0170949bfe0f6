"""Whether a system comes back by itself, and below which load it would.

A metastable failure outlives its cause: a burst or an outage is over, and what it left behind
(retries, above all) keeps the system down. Source: Bronson, Aghayev, Charapko and Zhu, Metastable
failures in distributed systems, HotOS 2021; Huang and others, Metastable failures in the wild,
OSDI 2022.
"""

from collections.abc import Callable, Sequence
from statistics import median

from sysdesign.records import dataclass
from sysdesign.simulate.result import OperationSeries, PairRun, Recovery, Series

_SLOWER = 1.25  # times the p99 before, from which on it is not back
_FAILS = 0.005  # share of calls beyond that before
_DOWN = 0.05
_STEPS = 6
_LEAST = 0.05


@dataclass(frozen=True, slots=True)
class After:
    """How one operation fares after the last event.

    `back_s` is when it is in its ordinary for good, None if not within the run; `failing` and
    `before` are shares of calls that fail at the end and before all; `is_better` says that the end
    is better than the time before it.
    """

    operation: str
    back_s: float | None
    failing: float
    before: float
    is_better: bool


def after(series: Series, names: Sequence[str], first_s: float, last_s: float) -> list[After]:
    """How operations fare after the last event, beside how they did before the first."""
    known = (name for name in names if name in series.operations)
    found = (_after(name, series, series.operations[name], first_s, last_s) for name in known)
    return [one for one in found if one is not None]


def _after(
    name: str, series: Series, one: OperationSeries, first_s: float, last_s: float
) -> After | None:
    before = [i for i, at in enumerate(series.at_s) if at + series.interval_s <= first_s + 1e-9]
    tail = [i for i, at in enumerate(series.at_s) if at >= last_s - 1e-9]
    if len(before) < 3 or len(tail) < 6:
        return None
    usual = [p for i in before if (p := one.p99_s[i]) is not None]
    slow = _SLOWER * max(max(usual, default=float("inf")), 1e-12)
    fails = max(one.failed_share[i] for i in before)
    bad = [
        i for i in tail
        if one.failed_share[i] > fails + _FAILS or ((p := one.p99_s[i]) is not None and p > slow)
        or (one.p99_s[i] is None and one.started_per_s[i] > 0)
    ]  # fmt: skip
    span = len(tail) // 3
    end, middle = tail[-span:], tail[-2 * span : -span]
    ending, earlier = (median(_pain(one, i, slow) for i in part) for part in (end, middle))
    last_bad = bad[-1] if bad else None
    if last_bad is None:
        back: float | None = 0.0
    elif tail[-1] - last_bad < max(span // 2, 2):
        back = None
    else:
        back = series.at_s[last_bad] + series.interval_s - last_s
    return After(name, back, median(one.failed_share[i] for i in end), fails,
                 ending < 0.9 * earlier)  # fmt: skip


def _pain(one: OperationSeries, place: int, slow: float) -> float:
    p99 = one.p99_s[place]
    return 10 * one.failed_share[place] + (p99 / slow if p99 is not None else 0.0)


def recovery(found: Sequence[After], pairs: Sequence[PairRun]) -> Recovery:
    """What is to be said of it, where all that happened is over."""
    if not found:
        return Recovery(None)
    gone = [one for one in found if one.back_s is None]
    if not gone:
        return Recovery(max((one.back_s or 0.0 for one in found), default=0.0))
    stuck = [one for one in gone if not one.is_better and one.failing > one.before + _DOWN]
    if not stuck:
        return Recovery(None)
    worst = max(stuck, key=lambda one: one.failing)
    said = (
        f"It does not come back by itself: when the run ends, {worst.failing:.0%} of the calls of "
        f"{worst.operation} still fail, though nothing holds the system down any more. "
        f"It is metastable"
    )
    again = max(pairs, key=lambda pair: pair.calls_per_s * pair.retries_share, default=None)
    if again is not None and again.retries_share > 0.1:
        who = again.caller or "the actors"
        said += f": {again.retries_share:.0%} of the calls from {who} to {again.target} are retries"
    return Recovery(None, True, said=f"{said}.")


def threshold(
    comes_back: Callable[[float], bool | None],
) -> tuple[float | None, tuple[tuple[float, bool], ...]]:
    """The largest factor on the load at which it comes back, by halving; and what was tried.

    `comes_back` says what happens at a factor, None once there is no time left.
    """
    low, high = 0.0, 1.0
    tried: list[tuple[float, bool]] = []
    for _ in range(_STEPS):
        factor = (low + high) / 2
        if high - low <= _LEAST:
            break
        found = comes_back(factor)
        if found is None:
            break
        tried.append((factor, found))
        low, high = (factor, high) if found else (low, factor)
    return (low if low > 0 else None), tuple(tried)
