"""Simulation of a scenario, from start to end: the story, who is out of bounds, how it recovers."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil, inf
from typing import Protocol

import numpy as np

from sysdesign.network import Network, unknown_detours
from sysdesign.network.scenario import Change, Detour, Down, Lasting, Load, Scenario
from sysdesign.records import cached_property, dataclass
from sysdesign.simulate import pooling
from sysdesign.simulate.counts import Counts
from sysdesign.simulate.engine_of import prepared
from sysdesign.simulate.look import Look, look, rounded_up
from sysdesign.simulate.outcome import outcome
from sysdesign.simulate.pooling import Scale
from sysdesign.simulate.recovery import after, recovery, threshold
from sysdesign.simulate.replications import Replication, threads, together
from sysdesign.simulate.result import Bound, Outcome, Recovery, Series, Simulated
from sysdesign.simulate.runner import READY, Wanted, for_look, reaction_s, result, shortened
from sysdesign.simulate.slicing import ROUGH, TOLERANCE, Slice, Slices
from sysdesign.simulate.statistics import Reals
from sysdesign.simulate.stopping import CORES, pace, replications
from sysdesign.simulate.timeline import (
    HASTY_S,
    LEAD_S,
    STRETCH_S,
    Stretch,
    Timeline,
    answered_s,
    slowest_s,
    story_length,
    timeline,
)
from sysdesign.simulate.watch import Progress, Watch

_INTERVAL_S = 1.0
_MOST_INTERVALS = 3000
_TRIES = 3
_SETTLED = 0.1  # change of a mean that is none
_WHOLE = 0.999
_HALF = 0.5
_MOSTLY = 0.8 / _HALF  # of the time that is left
_FEW = 4  # replications of a story there should be time for
_ALIKE = 0.4  # of what is lost: a quarter of eight shards is a third of three


class Stage(Protocol):
    """A scenario on a network, with what has to be said: see `lower.scenario.Staged`."""

    @property
    def scenario(self) -> Scenario: ...  # noqa: D102
    @property
    def notes(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def times(self) -> tuple[tuple[float, str], ...]: ...  # noqa: D102


Staging = Callable[[Network], Stage]


@dataclass(frozen=True)
class _Told:
    """A story that was run: on which slice, on which clock, and what its replications counted."""

    part: Slice
    line: Timeline
    runs: list[Counts]


def through(
    network: Network, name: str, stage: Staging, bounds: Sequence[Bound], wanted: Wanted,
    watch: Watch,
) -> Simulated:  # fmt: skip
    """Simulate a scenario of a network.

    Raises
    ------
    SimulateError
        where no simulation can be made of the network.
    """
    return _Through(network, name, stage, bounds, wanted, watch).simulated()


class _Through:
    def __init__(
        self, network: Network, name: str, stage: Staging, bounds: Sequence[Bound],
        wanted: Wanted, watch: Watch,
    ) -> None:  # fmt: skip
        self.network, self.name, self.stage = network, name, stage
        self.bounds, self.wanted, self.watch = bounds, wanted, watch
        self.staged = stage(network)
        self.whole_s = story_length(self.staged.scenario)
        self.end = inf
        self.pace = 0.0  # visits a second in all threads, once a story was run
        self.answered_s = answered_s(self.staged.scenario, network)
        self.names = wanted.narrow or network.operations()

    def is_over(self) -> bool:
        """Whether the time is over, or somebody ended it."""
        return self.watch.is_stopped or self.watch.seconds() >= self.end

    def tell(self, start: float, share: float, text: str) -> Callable[[float], None]:
        """A listener for a part of the whole."""
        return lambda done: self.watch.tell(Progress(start + share * done, text))

    def simulated(self) -> Simulated:
        """All of it."""
        self.watch.tell(Progress(0.0, READY))
        part = for_look(self.network, self.wanted)
        first = prepared(part.network, None, self.wanted)
        self.end = self.watch.seconds() + self.wanted.most_s
        reacts = reaction_s(part.network, self.wanted)
        found = look(
            first, part.network, self.watch.seconds, self.is_over,
            self.tell(0.0, 0.1, "a first look: how long it takes to settle"),
            reacts, self.wanted.most_s,
        )  # fmt: skip
        told = self.story(found)
        scale = self.scale(told)
        base = result(told.part.network, told.runs, self.wanted, scale, found,
                      rounded_up(found.warm_up_s), self.why(told))  # fmt: skip
        notes = [
            *self.staged.notes,
            *base.notes,
            *told.line.said,
            *shortened(told.part, reacts),
        ]
        back = self.recovered(told, base.series, base, found)
        if back is not None and back.tried:
            notes.append(
                f"the load at which it comes back was looked for in {len(back.tried)} runs of the "
                "same scenario at other loads"
            )
        return replace(
            base, scenario=self.name, events=_within(self.staged.times, base.series), recovery=back,
            outcomes=self.outcomes(told, scale), notes=tuple(notes),
            lacks=unknown_detours(self.staged.scenario), is_unsettled=self.is_unsettled(told),
        )  # fmt: skip

    # -- the story ---------------------------------------------------------------------------------

    def story(self, found: Look) -> _Told:
        """Run the story: again with longer stretches where one had not settled when it was cut."""
        stretch = max(STRETCH_S, 3 * slowest_s(self.network, self.staged.scenario))
        told: _Told | None = None
        for attempt in range(_TRIES):
            part, line = self.planned(found, stretch, again=attempt > 0)
            before = self.watch.seconds()
            runs = self.run(part, line, found, attempt)
            told = _Told(part, line, runs) if runs or told is None else told
            spent = self.watch.seconds() - before
            self.pace = self.visits(part, line) * len(runs) / max(spent, 1e-3)
            if self.is_over() or all_settled(told.runs, line) or not line.said:
                break
            if self.watch.seconds() + 2.5 * spent > self.end:
                break
            stretch *= 2.5
        assert told is not None
        return told

    def planned(self, found: Look, stretch: float, *, again: bool) -> tuple[Slice, Timeline]:
        """How much of the system, and how much of the story: all of it where there is time.

        Else a slice that is as good as the whole, then shorter stretches, then a rougher slice, and
        stretches that may be too short to settle, which is looked at and said; but none that ends
        before failures are answered. All of it need not be run `again`, so that it may take most of
        the time that is left.
        """
        whole = Slice(self.network, 1)
        full = timeline(self.staged.scenario, self.whole_s, inf, inf)
        able = max(self.able(found), 1.0)
        needed = CORES / _MOSTLY if again else _FEW
        if self.wanted.whole or self.visits(whole, full) * needed <= able:
            return whole, full
        for tolerance, length, lead, spare in (
            (TOLERANCE, inf, inf, 1), (TOLERANCE, stretch, LEAD_S, 1), (ROUGH, stretch, LEAD_S, 1),
            (ROUGH, STRETCH_S, LEAD_S, 2), (ROUGH, HASTY_S, HASTY_S / 2, 2),
            (ROUGH, HASTY_S / 3, HASTY_S / 6, 2),  # twice what is able: there is no second run
        ):  # fmt: skip
            line = timeline(self.staged.scenario, self.whole_s, length, lead, self.answered_s)
            part = self.slice(self.visits(whole, line) * _FEW / able, tolerance)
            scenario = self.stage(part.network).scenario
            line = timeline(scenario, self.whole_s, length, lead, self.answered_s)
            if self.visits(part, line) * CORES <= spare * able:
                break
        return part, line

    def able(self, found: Look) -> float:
        """Visits that there is time for; half of it, since a story may have to be run again."""
        left = max(self.end - self.watch.seconds(), 0.0)
        return (self.pace or found.visits_per_s * threads()) * left * _HALF

    def visits(self, part: Slice, line: Timeline) -> float:
        """Visits of stations in one replication of a story."""
        return pace(part.network).visits_per_s * line.run_s * mean_load(line)

    def slice(self, wanted: float, tolerance: float) -> Slice:
        """A slice that is thin enough, and loses what the whole loses."""
        return self.slices.thick_enough(wanted, self.loses_alike, tolerance)

    @cached_property
    def slices(self) -> Slices:
        """Slices that bear the largest load of the scenario."""
        return Slices(self.network, peak_load(self.staged.scenario))

    def loses_alike(self, network: Network) -> bool:
        """Whether a slice loses the same share of each station as the whole does."""
        whole = lost(self.staged.scenario, self.network)
        part = lost(self.stage(network).scenario, network)
        return all(
            abs(whole.get(key, 0.0) - part.get(key, 0.0)) <= _ALIKE * whole.get(key, 0.0)
            for key in {*whole, *part}
        )  # fmt: skip

    def run(self, part: Slice, line: Timeline, found: Look, attempt: int) -> list[Counts]:
        """Replications of a story."""
        work = prepared(part.network, line.scenario, self.wanted)
        visits = self.visits(part, line)
        count = replications(visits, self.able(found))
        interval = max(_INTERVAL_S, ceil(line.run_s / _MOST_INTERVALS))
        warm_up = rounded_up(found.warm_up_s)
        plans = [Replication(i, warm_up, line.run_s, interval, self.wanted.traces if i == 0 else 0)
                 for i in range(count)]  # fmt: skip
        told = found.about(self.names)
        more = f"; before it {told}" if told else ""
        text = f"{self.name or 'scenario'}, {count} times" + (
            ", again with longer stretches" if attempt else more)  # fmt: skip
        runs = together(work, plans, self.is_over, self.tell(0.1, 0.8, text))
        whole = [run for run in runs if run.measured_s >= _WHOLE * line.run_s]
        return whole if len(whole) >= CORES else runs

    # -- what became of it -----------------------------------------------------------------------

    def scale(self, told: _Told) -> Scale:
        """How what was run is told."""
        room = pooling.rooms(self.network, told.part.network, told.part.parts)
        return Scale(told.part.parts, self.wanted.precision, told.line.story, room)

    def why(self, told: _Told) -> str:
        """Why it is less than was asked for."""
        if self.watch.is_stopped:
            return "Ended before it was done: this is the answer so far."
        if any(run.measured_s < _WHOLE * told.line.run_s for run in told.runs):
            ran = max((run.measured_s for run in told.runs), default=0.0) / told.line.run_s
            takes = f"; all of it takes some {self.wanted.most_s / ran:.0f} s" if ran > 0 else ""
            return (
                f"There was time for {ran:.0%} of it in {self.wanted.most_s:.0f} s{takes}: --limit."
            )
        if self.is_unsettled(told):
            return (
                "A stretch that was cut had not settled: what follows it may be told too well. "
                "--whole runs all of it."
            )
        return ""

    def is_unsettled(self, told: _Told) -> bool:
        """Whether a stretch was cut before it had settled."""
        return bool(told.line.said) and not all_settled(told.runs, told.line)

    def outcomes(self, told: _Told, scale: Scale) -> dict[Bound, Outcome]:
        """How each bound fared."""
        first, last = self.span()
        cut = any(run.measured_s < _WHOLE * told.line.run_s for run in told.runs)
        found = {
            bound: outcome(bound, pooling.moments(bound.operation, told.runs, scale), first, last)
            for bound in self.bounds
            if told.runs and bound.operation in told.runs[0].operations
        }  # fmt: skip
        if cut:  # what was not run may yet be out of bounds
            return {b: replace(o, held=None) if o.held else o for b, o in found.items()}
        return found

    def span(self) -> tuple[float, float]:
        """First and last event, on the clock of the story."""
        times = [at for at, _ in self.staged.times] or [0.0]
        return min(times), max(times)

    def recovered(
        self, told: _Told, series: Series, base: Simulated, found: Look
    ) -> Recovery | None:
        """Whether it comes back once all is over; None where something lasts to the end."""
        scenario = self.staged.scenario
        lasts = any(_lasts(change) for change in scenario.changes)
        if lasts or not scenario.changes:
            return None
        first, last = self.span()
        back = recovery(after(series, self.names, first, last), base.pairs)
        if not back.is_stuck or self.watch.is_stopped:
            return back
        below, tried = threshold(lambda factor: self.comes_back(told, found, factor, last))
        if below is None:
            return replace(back, tried=tried)
        said = f"{back.said} Below {below:.2g} times the load it would come back."
        return replace(back, comes_back_below=below, tried=tried, said=said)

    def comes_back(self, told: _Told, found: Look, factor: float, last: float) -> bool | None:
        """Whether it comes back at another load."""
        if self.watch.is_stopped or self.watch.seconds() > self.end + self.wanted.most_s:
            return None
        changes = (*told.line.scenario.changes, Load(0.0, inf, factor))
        scenario = replace(told.line.scenario, changes=changes)
        work = prepared(told.part.network, scenario, self.wanted)
        plans = [Replication(i, rounded_up(found.warm_up_s), told.line.run_s, _INTERVAL_S)
                 for i in range(CORES)]  # fmt: skip
        runs = together(work, plans, lambda: self.watch.is_stopped,
                        self.tell(0.9, 0.1, f"does it come back at {factor:.2g}x?"))  # fmt: skip
        if not runs:
            return None
        scale = self.scale(told)
        series, first = pooling.series(runs, scale), self.span()[0]
        stuck = recovery(after(series, self.names, first, last), ()).is_stuck
        return not stuck


# -- of scenarios ----------------------------------------------------------------------------------


def _lasts(change: Change) -> bool:
    """Whether a change goes on to the end; the base of the load is none of those."""
    if not isinstance(change, Lasting) or change.until_s < inf or isinstance(change, Detour):
        return False
    return not (isinstance(change, Load) and change.at_s == 0)


def _within(times: Sequence[tuple[float, str]], series: Series) -> tuple[tuple[float, str], ...]:
    """Events of the story up to the end of what was run."""
    end = series.at_s[-1] + series.interval_s if series.at_s else 0.0
    return tuple((at, what) for at, what in times if at <= end + 1e-9)


def peak_load(scenario: Scenario) -> float:
    """The largest factor on the load of any operation, at any time; at least 1."""
    factors = [c.factor for c in scenario.changes if isinstance(c, Load)]
    return max(1.0, *factors) if factors else 1.0


def mean_load(line: Timeline) -> float:
    """Mean factor on the load over what is run, as far as it is on all operations."""
    changes = [c for c in line.scenario.changes if isinstance(c, Load) and c.operation is None]
    if not changes or line.run_s <= 0:
        return 1.0
    times = np.linspace(0, line.run_s, 200, endpoint=False)
    factors = np.ones(len(times))
    for change in changes:
        factors[(times >= change.at_s) & (times < change.until_s)] *= change.factor
    return float(factors.mean())


def lost(scenario: Scenario, network: Network) -> dict[tuple[str, float], float]:
    """Share of the instances of each station that each `Down` takes."""
    found: dict[tuple[str, float], float] = {}
    for change in scenario.changes:
        if isinstance(change, Down):
            station = network.stations[change.station]
            whole = max(round(float(station.shards)), 1) * max(round(float(station.instances)), 1)
            gone = whole if change.instances is None else len(change.instances)
            found[change.station, change.at_s] = gone / whole
    return found


def all_settled(runs: Sequence[Counts], line: Timeline) -> bool:
    """Whether every stretch that was cut had settled before."""
    return all(
        _settled(runs, stretch) for stretch in line.stretches
        if stretch.is_cut and not stretch.is_lead
    )  # fmt: skip


def _settled(runs: Sequence[Counts], stretch: Stretch) -> bool:
    """Whether calls in hand and messages are as many in the last third as in the one before."""
    if not runs:
        return True
    interval = runs[0].interval_s
    start, end = (round(t / interval) for t in
                  (stretch.run_s, stretch.run_s + stretch.run_length_s))  # fmt: skip
    watched: list[Reals] = [np.sum(list(pooling.in_hand(runs).values()), axis=0)]
    watched += pooling.backlog(runs).values()
    return all(_same(one[start:end]) for one in watched)


def _same(part: Reals) -> bool:
    third = len(part) // 3
    if third < 3:
        return True
    middle, last = part[third : 2 * third], part[-third:]
    noise = 3 * float(np.std(middle) + np.std(last)) / third**0.5
    moved = abs(float(last.mean() - middle.mean()))
    return bool(moved <= max(_SETTLED * abs(float(middle.mean())), noise, 1.0))
