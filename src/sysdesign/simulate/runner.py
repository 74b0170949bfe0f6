"""Simulation in steady state, from start to end: until intervals are narrow, or time is over."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sysdesign.network import Network
from sysdesign.records import dataclass
from sysdesign.simulate import pooling
from sysdesign.simulate.counts import Counts
from sysdesign.simulate.engine_of import prepared
from sysdesign.simulate.look import Look, look, rounded_up
from sysdesign.simulate.modelled import taken
from sysdesign.simulate.pooling import Scale
from sysdesign.simulate.replications import Replication, Work, threads, together
from sysdesign.simulate.result import Simulated
from sysdesign.simulate.slicing import Slice, thick_enough
from sysdesign.simulate.stopping import (
    REPLICATIONS,
    affordable_s,
    first_length_s,
    next_length_s,
    pace,
    parts_for,
)
from sysdesign.simulate.timeline import slowest_s
from sysdesign.simulate.watch import Progress, Watch

READY = "making ready; the first time on a machine this takes half a minute"
_ROUNDS = 8
_INTERVALS = 60
_OVERLOADED = 4  # replications of what has no steady state
_SHARE_OF_TIME = 0.9  # what is left is too short for a round worth having


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a simulation is asked for.

    `narrow` are the operations whose intervals have to be as narrow as `precision` (half of the
    interval over the value; of mean and p99), all where empty. `most_s` bounds it by the clock of
    the watch. `traces` calls of `trace_of` are kept; `whole` forbids slices and cuts.
    """

    narrow: tuple[str, ...] = ()
    precision: tuple[float, float] = (0.01, 0.03)
    seed: int = 1
    most_s: float = 50.0
    traces: int = 0
    trace_of: str = ""
    whole: bool = False
    interpreted: bool = False
    chains: tuple[tuple[str, str], ...] = ()


def steadily(network: Network, wanted: Wanted, watch: Watch) -> Simulated:
    """Simulate a network at its peak until intervals are narrow, or the time is over.

    Raises
    ------
    SimulateError
        where no simulation can be made of the network.
    """
    watch.tell(Progress(0.0, READY))
    whole, part = network, for_look(network, wanted)
    network = part.network
    reacts = reaction_s(network, wanted)
    work = prepared(network, None, wanted)
    end = watch.seconds() + wanted.most_s

    def is_over() -> bool:
        return watch.is_stopped or watch.seconds() >= end

    def first(share: float) -> None:
        watch.tell(Progress(0.1 * share, "a first look: how long it takes to settle"))

    found = look(work, network, watch.seconds, is_over, first, reacts, wanted.most_s)
    warm_up_s = rounded_up(found.warm_up_s) if found.state.is_steady else 0.0
    runs, reached = _rounds(work, network, warm_up_s, found, wanted, watch, is_over)
    why = "" if reached else _why(watch, wanted, found)
    scale = Scale(part.parts, wanted.precision, rooms=pooling.rooms(whole, network, part.parts))
    done = result(network, runs, wanted, scale, found, warm_up_s, why)
    wide = [n for n in wanted.narrow or network.operations()
            if n in done.operations and not done.operations[n].is_narrow]  # fmt: skip
    if wide and why and not watch.is_stopped:
        done = replace(done, stopped=f"{why} Wide: {', '.join(wide)}.")
    return replace(done, notes=(*shortened(part, reacts), *done.notes))


def shortened(part: Slice, reacts_s: float) -> list[str]:
    """What has to be said of a slice and of a short warm-up."""
    notes = [part.said] if part.said else []
    slowest = slowest_s(part.network)
    if reacts_s < slowest:
        notes.append(
            f"what reacts by itself needs {slowest:.0f} s to settle; the warm-up gives it "
            f"{reacts_s:.2g} s, so autoscaling may not have found its number yet: --whole, --limit"
        )
    return notes


def reaction_s(network: Network, wanted: Wanted) -> float:
    """Seconds for what reacts by itself, as far as there is time for it."""
    slowest = slowest_s(network)
    if wanted.whole:
        return slowest
    return affordable_s(network, slowest, wanted.most_s)


def for_look(network: Network, wanted: Wanted) -> Slice:
    """The whole, or a slice of a system that is too large to be simulated in the time there is."""
    if wanted.whole:
        return Slice(network, 1)
    parts = parts_for(network, slowest_s(network), wanted.most_s)
    return thick_enough(network, parts)


def _rounds(
    work: Work, network: Network, warm_up_s: float, found: Look, wanted: Wanted, watch: Watch,
    is_over: Callable[[], bool],
) -> tuple[list[Counts], bool]:  # fmt: skip
    """Replications, ten at a time and longer each round, and whether they are enough."""
    begin = watch.seconds()
    length = min(first_length_s(network, warm_up_s), _most_s(network, found, begin, wanted, watch))
    count = REPLICATIONS if found.state.is_steady else _OVERLOADED
    names = wanted.narrow or network.operations()
    runs: list[Counts] = []
    for round_ in range(_ROUNDS if found.state.is_steady else 1):
        plans = [
            Replication(round_ * REPLICATIONS + i, warm_up_s, length, max(length / _INTERVALS, 1.0),
                        wanted.traces if round_ == i == 0 else 0)
            for i in range(count)
        ]  # fmt: skip
        runs += together(work, plans, is_over, _teller(watch, runs, names, wanted, begin, found))
        if not runs:
            break
        done = pooling.operations(runs, Scale(1, wanted.precision))
        measured = sum(run.measured_s for run in runs)
        most = _most_s(network, found, begin, wanted, watch) - warm_up_s
        more = next_length_s([done[n] for n in names if n in done], wanted.precision, measured,
                             max(most, length / 4))  # fmt: skip
        if more is None:
            return runs, True
        if is_over() or watch.seconds() - begin > _SHARE_OF_TIME * wanted.most_s:
            break
        length = more
    return runs, not found.state.is_steady


def _most_s(network: Network, found: Look, begin: float, wanted: Wanted, watch: Watch) -> float:
    """Seconds that each of ten replications may take in what is left of the time."""
    left = max(wanted.most_s - (watch.seconds() - begin), 0.0)
    visits = pace(network).visits_per_s
    if visits <= 0 or found.visits_per_s <= 0:
        return float("inf")
    return left * found.visits_per_s * threads() / visits / REPLICATIONS


def _teller(
    watch: Watch, runs: Sequence[Counts], names: Sequence[str], wanted: Wanted, begin: float,
    found: Look,
) -> Callable[[float], None]:  # fmt: skip
    known = found.about(names)
    if runs:
        done = pooling.operations(runs, Scale(1, wanted.precision))
        first = next((done[name] for name in names if name in done), None)
        if first is not None and first.times.p99_s is not None:
            value = first.times.p99_s
            known = f"p99 of {first.operation} {value.value * 1e3:.3g} ms ±{value.width:.1%}"

    def tell(share: float) -> None:
        spent = (watch.seconds() - begin) / wanted.most_s
        watch.tell(Progress(min(0.1 + 0.9 * max(spent, share if not runs else 0.0), 1.0), known))

    return tell


def _why(watch: Watch, wanted: Wanted, found: Look) -> str:
    """Why the intervals are wider than was asked for."""
    if not found.state.is_steady:
        return ""
    mean, p99 = wanted.precision
    if watch.is_stopped:
        return "Ended before it was done: this is the answer so far."
    return (
        f"Not all intervals are as narrow as asked for (mean {mean:.0%}, p99 {p99:.0%}) after "
        f"{wanted.most_s:.0f} s: give it more with --limit."
    )


def result(
    network: Network, runs: Sequence[Counts], wanted: Wanted, scale: Scale, found: Look,
    warm_up_s: float, stopped: str,
) -> Simulated:  # fmt: skip
    """What replications say, put together."""
    return Simulated(
        "", wanted.seed, len(runs), warm_up_s, runs[0].measured_s if runs else 0.0,
        wanted.precision, found.state,
        pooling.operations(runs, scale), pooling.stations(runs, network, scale),
        pooling.queues(runs, scale), pooling.pairs(runs, scale), pooling.hits(runs),
        pooling.series(runs, scale), pooling.chains(runs),
        tuple(trace for run in runs for trace in run.traces),
        parts=scale.parts, stopped=stopped, compiled=all(run.compiled for run in runs),
        visits=sum(run.visits for run in runs), notes=tuple(runs[0].notes) if runs else (),
        defaults=(*network.defaults, *taken(network)),
        refilled_s=runs[0].refilled_s if runs else {},
    )  # fmt: skip
