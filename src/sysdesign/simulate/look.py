"""A first look at a network: how long it takes to settle, and whether it does at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from math import ceil

import numpy as np

from sysdesign.network import Network
from sysdesign.records import dataclass
from sysdesign.simulate import pooling
from sysdesign.simulate.counts import Counts
from sysdesign.simulate.replications import Replication, Work, threads, together
from sysdesign.simulate.result import OVERLOADED, STEADY, UNSETTLED, State
from sysdesign.simulate.statistics import Reals, drifts, warm_up
from sysdesign.simulate.stopping import CORES, LOOKED, PILOT_INTERVALS, longest_s, pilot_s

_LOOKS = 3
_LONGER = 4.0
_FIRST = 1_000_000
"""Numbers of the replications of looks: none of those that are counted."""
_SHARE_OF_TIME = 0.35  # so that most of it is left for what is told
_NOTABLE = 1.0
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What a first look found. `visits_per_s` are visits that one core simulates in a second.

    `p99_s` are those of operations, from empty: what can be told before anything is known well.
    """

    warm_up_s: float
    state: State
    length_s: float
    visits_per_s: float
    p99_s: Mapping[str, float] = field(default_factory=dict)

    def about(self, names: Sequence[str]) -> str:
        """The first of some operations, as far as it is known; "" where nothing is."""
        name = next((name for name in names if name in self.p99_s), None)
        if name is None:
            return ""
        ms = self.p99_s[name] * 1e3
        return (
            f"p99 of {name} about {ms:,.0f} ms" if ms >= 10 else f"p99 of {name} about {ms:.2g} ms"
        )


def look(
    work: Work, network: Network, seconds: Callable[[], float], is_over: Callable[[], bool],
    tell: Callable[[float], None], reacts_s: float, most_s: float,
) -> Look:  # fmt: skip
    """Run some replications from empty, longer each time, until the start stands out from the rest.

    The warm-up is where MSER-5 cuts the calls in hand, and at least `reacts_s`, as long as what
    reacts by itself (autoscaling, breakers) needs. Where calls in hand still grow in the second
    half of the longest look there is no steady state.
    """
    length, begin, visits = pilot_s(network), seconds(), 0

    def is_long() -> bool:
        return is_over() or seconds() - begin > _SHARE_OF_TIME * most_s

    longest = longest_s(network, most_s)
    length = min(max(length, LOOKED * reacts_s), longest)
    runs: list[Counts] = []
    cut: float | None = None
    grew = False  # twice, the second time in a longer look: then it is no chance
    for attempt in range(_LOOKS):
        plans = [Replication(_FIRST + attempt * 100 + i, 0.0, length, length / PILOT_INTERVALS)
                 for i in range(CORES)]  # fmt: skip
        runs = together(work, plans, is_long, tell)
        visits += sum(run.visits for run in runs)
        cut = _cut(runs) if runs else None
        grows = bool(runs) and not _state(runs).is_steady
        if (cut is not None and not grows) or (grows and grew) or is_long():
            break
        grew = grows
        if attempt < _LOOKS - 1:
            length = min(length * _LONGER, longest)
    spent = max(seconds() - begin, 1e-3)
    speed = visits / spent / min(threads(), CORES)
    state = _state(runs)
    ran = min([length, *(run.measured_s for run in runs)])
    settled = min(max(ran / 2 if cut is None else cut, reacts_s), longest)
    return Look(settled, state, length, speed, _p99(runs))


def _p99(runs: Sequence[Counts]) -> dict[str, float]:
    """The p99 of each operation that was answered."""
    found = pooling.operations(runs, pooling.Scale(1, (1.0, 1.0))) if runs else {}
    return {name: one.times.p99_s.value for name, one in found.items() if one.times.p99_s}


def _cut(runs: Sequence[Counts]) -> float | None:
    """Seconds after which all stations and all operations have settled."""
    interval = runs[0].interval_s
    cuts = [warm_up(series) for series in _watched(runs)]
    if any(cut is None for cut in cuts):
        return None
    return max((cut or 0 for cut in cuts), default=0) * interval


def _watched(runs: Sequence[Counts]) -> list[Reals]:
    """Calls in hand of the whole system, and messages that lie in queues."""
    hand = pooling.in_hand(runs)
    found: list[Reals] = []
    if hand:
        found.append(np.sum(list(hand.values()), axis=0))
    backlog = pooling.backlog(runs)
    if backlog:
        found.append(np.sum(list(backlog.values()), axis=0))
    return [one for one in found if len(one) and float(np.ptp(one)) > 0]


def _state(runs: Sequence[Counts]) -> State:
    """Whether calls or messages go on growing."""
    if not runs:
        return State(UNSETTLED, (), "it was ended before anything could be told")
    growing = {
        name: float(one[-max(len(one) // 10, 1) :].mean())
        for name, one in {**pooling.in_hand(runs), **pooling.backlog(runs)}.items()
        if len(one) and float(one[len(one) // 2 :].mean()) > _NOTABLE and drifts(one)
    }
    if not growing:
        return State(STEADY)
    names = sorted(growing, key=lambda name: -growing[name])
    told = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return State(
        OVERLOADED, tuple(names),
        f"There is no steady state: calls pile up at {told}{more} and go on doing so. What "
        "follows is of a run from empty; a longer one would show worse.",
    )  # fmt: skip


def rounded_up(seconds: float) -> float:
    """A warm-up in round numbers: two digits, upwards."""
    if seconds <= 0:
        return 0.0
    step = 10.0 ** (int(np.floor(np.log10(seconds))) - 1)
    return ceil(seconds / step - 1e-9) * step
