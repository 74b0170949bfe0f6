"""Where a time of an operation comes from: its steps, their sum, and what its tail is made of.

Percentiles do not add up, but a percentile divides among what causes it: where everything takes
twice as long, so does it, and so it is the sum of how it changes with each part. Each part's share
is the mean time of that part in calls that take just as long.
Source: Euler's theorem on homogeneous functions; Tasche, "Risk contributions and performance
measurement", 1999, for quantiles. The same division of the variance gives covariances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite, log, sqrt

from sysdesign.analyze.analyze import outcome_of
from sysdesign.analyze.longer import Hitting, Longer, Unhindered
from sysdesign.analyze.queueing import Queueing, queueing
from sysdesign.analyze.result import SHARE_OF, Analysis, Times, times_of
from sysdesign.analyze.times import Clock
from sysdesign.analyze.waterfall import Joint, Step, walk
from sysdesign.formulas.delays import Delay
from sysdesign.formulas.readings import percentiles
from sysdesign.formulas.tails import variance_of
from sysdesign.network import Call, Choice, Flow, Hold, Node, Parallel, Repeat, Visit
from sysdesign.network import Delay as Pause
from sysdesign.network import Sequence as InOrder
from sysdesign.quantity import normal_percentile
from sysdesign.records import dataclass

_STEP = 0.05
_MOST_PARTS = 16


@dataclass(frozen=True, slots=True)
class Part:
    """What a component ("" is the network) adds to a time, waits for it included.

    `mean_s` of all calls, `variance` its share of the variance, `tail_s` its mean in calls that
    take as long as the percentile.
    """

    component: str
    mean_s: float
    variance: float
    tail_s: float


@dataclass(frozen=True, slots=True)
class Derivation:
    """A time of the calls of an operation from one place, and all that it is made of.

    `share` of the calls take `value_s` or less; both tell of the mean where `share` is None.
    `parts` add up to mean, variance and percentile. Of rules of thumb: `exponential_s` and
    `normal_s` have the same mean (and variance), `added_s` adds the percentiles of all steps.
    `without_wait_s` is where nobody waits for a turn, `all_hit_s` where caches miss nothing (None
    where nothing is missed).
    """

    operation: str
    origin: str
    rate_per_s: float
    share: float | None
    value_s: float
    mean_s: float
    sd_s: float
    times: Times
    lines: tuple[Step | Joint, ...]
    parts: tuple[Part, ...]
    queues: tuple[Queueing, ...]
    exponential_s: float
    normal_s: float
    added_s: float
    without_wait_s: float
    all_hit_s: float | None

    @property
    def scv(self) -> float:
        """Variance over the squared mean; 1 for an exponential law."""
        return (self.sd_s / self.mean_s) ** 2 if self.mean_s > 0 else 0.0


def derivation(
    analysis: Analysis, operation: str, measure: str, origin: str | None = None
) -> Derivation | None:
    """How a time comes about, of the origin with the most calls unless one is named.

    `measure` is mean, p50, p90, p95, p99 or p999. None where the time has no end, or nothing of
    that name is called.
    """
    flows = [
        flow for flow in analysis.state.flows
        if flow.operation == operation and origin in (None, flow.origin)
    ]  # fmt: skip
    if not flows:
        return None
    flow: Flow = max(flows, key=lambda one: float(one.rate_per_s))
    clock: Clock = analysis.state.clock
    outcome = outcome_of(flow, clock)
    mean = float(outcome.answered.mean_s)
    if not isfinite(mean) or mean <= 0 or outcome.share <= 0:
        return None
    share = None if measure == "mean" else SHARE_OF[f"{measure}_s"]
    value, spread = _read(outcome.answered, share)
    if not isfinite(value) or not isfinite(spread):
        return None
    sd = sqrt(max(spread, 0.0))
    hitting = Hitting(clock)
    hit = outcome_of(flow, hitting)
    lines = tuple(walk(flow, clock))
    names = dict.fromkeys(
        step.station for step in lines if isinstance(step, Step) and step.station
    )  # fmt: skip
    return Derivation(
        operation=operation,
        origin=flow.origin,
        rate_per_s=float(flow.rate_per_s),
        share=share,
        value_s=value,
        mean_s=mean,
        sd_s=sd,
        times=times_of(outcome.answered),
        lines=lines,
        parts=tuple(_parts(flow, clock, outcome.parts, share, value, spread)),
        queues=tuple(queueing(clock, name) for name in names),
        exponential_s=mean if share is None else -mean * log(1 - share),
        normal_s=mean if share is None else mean + normal_percentile(share) * sd,
        added_s=mean if share is None else _added(flow.root, clock, share),
        without_wait_s=_value(outcome_of(flow, Unhindered(clock)).answered, share),
        all_hit_s=_value(hit.answered, share) if hitting.missed else None,
    )


def _value(delay: Delay, share: float | None) -> float:
    return float(delay.mean_s) if share is None else percentiles(delay, [share])[0]


def _read(delay: Delay, share: float | None) -> tuple[float, float]:
    """Percentile (or mean) and variance."""
    return _value(delay, share), variance_of(delay)


def _parts(
    flow: Flow, clock: Clock, known: Mapping[str, float], share: float | None,
    value_s: float, variance: float,
) -> list[Part]:  # fmt: skip
    """What each component adds, the most first; what is beyond the most is told together."""
    names = sorted(known, key=lambda name: -known[name])[:_MOST_PARTS]
    found = []
    for name in names:
        more = outcome_of(flow, Longer(clock, name, 1 + _STEP)).answered
        less = outcome_of(flow, Longer(clock, name, 1 - _STEP)).answered
        (high, high_v), (low, low_v) = _read(more, share), _read(less, share)
        part = (high_v - low_v) / (4 * _STEP) / variance if variance > 0 else 0.0
        tail = known[name] if share is None else (high - low) / (2 * _STEP)
        found.append(Part(name, known[name], max(part, 0.0), max(tail, 0.0)))
    return _summing(found, value_s)


def _summing(parts: Sequence[Part], value_s: float) -> list[Part]:
    """Parts whose sums are exact; differences of a numerical inversion are not quite."""
    tail, variance = sum(p.tail_s for p in parts), sum(p.variance for p in parts)
    found = [
        Part(
            one.component,
            one.mean_s,
            one.variance / variance if variance > 0 else 0.0,
            one.tail_s * value_s / tail if tail > 0 else 0.0,
        )
        for one in parts
    ]
    return sorted(found, key=lambda one: (-one.tail_s, -one.mean_s))


def _added(node: Node, clock: Clock, share: float) -> float:
    """The percentiles of all that is waited for, added up as if they could be."""
    match node:
        case InOrder():
            return sum(_added(part, clock, share) for part in node.parts)
        case Parallel():
            return max((_added(part, clock, share) for part in node.parts), default=0.0)
        case Call() | Hold():
            return _added(node.inner, clock, share)
        case Visit() | Pause() | Choice() | Repeat():
            found = percentiles(clock.of(node).answered, [share])[0]
            return found if isfinite(found) else inf
    return 0.0
