"""Long quiet stretches of a scenario made short, and the clock of the story kept.

Between two things that happen a system settles, and then does the same for as long as one likes.
Only the beginning of such a stretch is run; the story goes on at the time it would be.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from math import ceil, inf, log, prod
from types import MappingProxyType

from sysdesign.network import Autoscale, Call, Network, Node, Spread, expected
from sysdesign.network.scenario import Change, Detour, Down, Lasting, Load, Scenario
from sysdesign.records import dataclass
from sysdesign.simulate.stopping import SETTLE_S

LEAD_S = 60.0
"""Seconds of steady state that are run before the first thing happens."""
STRETCH_S = 120.0
"""Seconds of a stretch that are run at least, where it is as long."""
HASTY_S = 30.0
"""The same where there is hardly any time: better a whole story in haste than its beginning."""
_P99_OVER_MEAN = 4.6  # of an exponential law
_STEP = 1.5  # a load that rises by as much at once is a step; less is a curve, or within the room
TAIL_S = 300.0
"""Seconds after the last thing that a story goes on for, where the file says no `run`."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one thing that happens to the next: when and how long, in the story and in the run.

    Of a lead, before anything happens, the end is run; of all others the beginning.
    """

    story_s: float
    run_s: float
    length_s: float
    run_length_s: float
    is_lead: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether not all of it is run."""
        return self.run_length_s < self.length_s


@dataclass(frozen=True, slots=True)
class Timeline:
    """A scenario as it is run, and how its seconds are those of the story."""

    scenario: Scenario
    stretches: tuple[Stretch, ...]

    @property
    def run_s(self) -> float:
        """Seconds that are run."""
        return self.stretches[-1].run_s + self.stretches[-1].run_length_s

    @property
    def story_s(self) -> float:
        """Seconds of the story."""
        return self.stretches[-1].story_s + self.stretches[-1].length_s

    def story(self, run_s: float) -> float:
        """The time of the story at a second of the run."""
        starts = [stretch.run_s for stretch in self.stretches]
        place = max(bisect_right(starts, run_s) - 1, 0)
        one = self.stretches[place]
        skipped = one.length_s - one.run_length_s if one.is_lead else 0.0
        return one.story_s + skipped + (run_s - one.run_s)

    @property
    def said(self) -> tuple[str, ...]:
        """What has to be said of what is not run."""
        cut = sum(one.length_s - one.run_length_s for one in self.stretches)
        if cut <= 0:
            return ()
        whole = f"{self.story_s:,.0f} s"
        return (f"{cut:,.0f} s of the {whole}, in which little changes any more, are not run",)


def timeline(
    scenario: Scenario, run_s: float, stretch_s: float = STRETCH_S, lead_s: float = LEAD_S,
    least_s: Mapping[float, float] = MappingProxyType({}),
) -> Timeline:  # fmt: skip
    """The scenario with stretches of at most `stretch_s`, the lead of at most `lead_s`.

    `run_s` is the length of the story. With infinite ones all of it is run. A stretch that begins
    at a time of `least_s` is as long as that at least: see `answered_s`.
    """
    ends = sorted({0.0, run_s, *(t for t in _times(scenario) if 0 < t < run_s)})
    stretches: list[Stretch] = []
    at = 0.0
    for place, (start, end) in enumerate(pairwise(ends)):
        is_lead = place == 0 and end < run_s and all(c.at_s > 0 for c in scenario.changes)
        most = lead_s if is_lead else max(stretch_s, least_s.get(start, 0.0))
        length = min(end - start, most)
        stretches.append(Stretch(start, at, end - start, length, is_lead))
        at += length
    moved = {one.story_s: one.run_s for one in stretches}
    changes = tuple(_moved(change, moved, run_s) for change in scenario.changes
                    if change.at_s < run_s)  # fmt: skip
    return Timeline(replace(scenario, changes=changes, run_s=at), tuple(stretches))


def _times(scenario: Scenario) -> list[float]:
    times = [change.at_s for change in scenario.changes]
    return times + [c.until_s for c in scenario.changes if isinstance(c, Lasting)]


def _moved(change: Change, moved: Mapping[float, float], run_s: float) -> Change:
    """A change at the second of the run that stands for its time."""
    start = moved[change.at_s]
    if not isinstance(change, Lasting):
        return replace(change, at_s=start)
    until = inf if change.until_s >= run_s else moved[change.until_s]
    return replace(change, at_s=start, until_s=until)


def story_length(scenario: Scenario, tail_s: float = TAIL_S) -> float:
    """Seconds of the story: as the file says, else until some time after the last event."""
    if scenario.run_s is not None:
        return scenario.run_s
    return max((t for t in _times(scenario) if t < inf), default=0.0) + tail_s


def answered_s(scenario: Scenario, network: Network) -> dict[float, float]:
    """Seconds after each time at which something happens until all that answers it has done so.

    The longest until an instance gets no more calls, until another copy leads, and after a step of
    load until autoscaling has the instances for it, with some time to settle. A story that ends
    such a stretch earlier would have it go on until the repair, or the end of the load.
    """
    found: dict[float, float] = {}
    for change in scenario.changes:
        if isinstance(change, Down):
            one = network.stations[change.station]
            seen = float(one.health.every_s) * float(one.health.fails) if one.health else 0.0
            longest = max(seen, _hardly_over_s(one.failover) if one.failover else 0.0)
            if longest > 0:
                found[change.at_s] = max(found.get(change.at_s, 0.0), longest + SETTLE_S)
    scales = [s.autoscale for s in network.stations.values() if s.autoscale is not None]
    for at_s, factor in _load_steps(scenario) if scales else ():
        longest = max(_grown_s(scale, factor) for scale in scales)
        found[at_s] = max(found.get(at_s, 0.0), longest + SETTLE_S)
    return found


def _load_steps(scenario: Scenario) -> Iterator[tuple[float, float]]:
    """Times at which the load of an operation rises at once, and by what factor."""
    loads = [change for change in scenario.changes if isinstance(change, Load)]
    names = {change.operation: None for change in loads}
    ends = {t: None for change in loads for t in (change.at_s, change.until_s) if t < inf}
    for end in ends:
        most = 0.0
        for name in names:
            mine = [c for c in loads if c.operation in (None, name)]
            before = prod(c.factor for c in mine if c.at_s < end <= c.until_s)
            after = prod(c.factor for c in mine if c.at_s <= end < c.until_s)
            most = max(most, after / before if before > 0 else _STEP * (after > 0))
        if most >= _STEP:
            yield end, most


def _grown_s(scale: Autoscale, factor: float) -> float:
    """Seconds until there are so many times the instances.

    Those that are as busy as they can be ask for no more than one over the target of what they are.
    """
    each, room = float(scale.target), float(scale.most) / max(float(scale.least), 1.0)
    factor = max(min(factor, room), 1.0)
    rounds = ceil(log(factor) / -log(each)) if scale.by == "utilisation" and 0 < each < 1 else 1
    return rounds * (float(scale.every_s) + float(scale.warm_up_s))


def _hardly_over_s(spread: Spread) -> float:
    """What 1% take longer than; for a law without a word on it as an exponential one."""
    if spread.family == "constant":
        return float(spread.mean_s)
    return float(spread.mean_s) * (spread.p99_over_mean or _P99_OVER_MEAN)


def slowest_s(network: Network, scenario: Scenario | None = None) -> float:
    """Seconds that the slowest of what reacts by itself needs: autoscaling, breakers, retries."""
    flows = [*network.flows]
    for change in scenario.changes if scenario else ():
        flows += change.flows if isinstance(change, Detour) else ()
    longest = 0.0
    for station in network.stations.values():
        if station.autoscale is not None:
            scale = station.autoscale
            longest = max(longest, float(scale.every_s) * 2 + float(scale.warm_up_s))
    for flow in flows:
        for node, _ in expected(flow.root):
            longest = max(longest, _reacts_s(node))
    return longest


def _reacts_s(node: Node) -> float:
    """Seconds until a guard has done all it may do."""
    if not isinstance(node, Call):
        return 0.0
    guard = node.guard
    attempts = 1 + (guard.retry.count if guard.retry else 0)
    patient = float(guard.timeout_s or 0.0) * attempts
    breaker = float(guard.breaker.open_s) + float(guard.breaker.over_s) if guard.breaker else 0.0
    return max(patient, breaker)
