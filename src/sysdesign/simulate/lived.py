"""One replication in which things fail by chance, and of which only what changes is run.

What fails twice a year, for five minutes, is up for most of the time, and then nothing changes for
as long as one likes. So once a system has settled after a failure or a repair, its clock goes on
to the next one; calls of the time that is left out fare as those of the time before did, and where
nothing is down as those of all such times. When and how long things fail is drawn as it is without
that, which is exact since nothing else hangs on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from math import inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sysdesign.records import dataclass
from sysdesign.simulate.engine import Run
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.plan import Plan
from sysdesign.simulate.tables import Tables

CAME, WELL, FAILED, DEGRADED = range(4)
"""Columns of the calls of a flow."""
_COLUMNS = (at.FL_STARTED, at.FL_COMPLETED, at.FL_FAILED, at.FL_DEGRADED)
_BY_CHANCE = np.isin(np.arange(16), (at.E_BREAK, at.E_AROUND, at.E_LIST, at.E_LEAD))
_LONGER = 20
"""So many times as long as usual a system may take to settle, before its clock goes on anyway."""
_SIGMAS = 4.0
_MOVED = 0.1  # of the calls inside: less is no change
_OTHERWISE = 0.02  # of the calls that end: failing more or less often by this is no change
_STEP_S = 60.0
_SHORT_S = 1e-3

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Life:
    """What is to be lived through: `story_s` of time, of which each change is run for `settle_s`.

    With an infinite `settle_s` all of it is run. What has not settled by then is run on, for
    `most_s` or so. `number` seeds it.
    """

    number: int
    warm_up_s: float
    story_s: float
    settle_s: float
    most_s: float = 0.0

    @property
    def whole_s(self) -> float:
        """Seconds that it stands for."""
        return self.story_s


@dataclass(frozen=True)
class Lived:
    """One replication: `story_s` of which `run_s` were run.

    `calls` by operation are those that came, went well, failed, and were degraded, those of the
    time that was not run among them; `run` are those that were run. `happened` counts failures by
    part, `failed` are calls of an operation by what was down (in equal parts for several, "" for
    nothing). `unsettled` are parts during whose failure, "" after whose repair, calls still fared
    otherwise than before when time went on.
    """

    story_s: float
    run_s: float
    calls: Mapping[str, Reals]
    run: Mapping[str, Reals]
    happened: Mapping[str, int]
    failed: Mapping[tuple[str, str], float]
    unsettled: frozenset[str] = frozenset()


def lived(
    tables: Tables, life: Life, seed: int, keep_going: Callable[[float], bool], *,
    interpreted: bool = False,
) -> Lived:  # fmt: skip
    """Live through a replication; `keep_going` hears the seconds of the story now and then."""
    long = max(life.story_s, 1.0)
    counts_from_s = life.warm_up_s / 2  # the rest of the warm-up tells how calls fare in calm
    plan = Plan(counts_from_s, long, seed, life.number, long, interpreted=interpreted,
                failures=True)  # fmt: skip
    return _Living(tables, plan, life, keep_going).lived()


class _Living:
    """A run whose clock goes on where nothing changes."""

    def __init__(
        self, tables: Tables, plan: Plan, life: Life, keep_going: Callable[[float], bool]
    ) -> None:
        self.tables, self.life, self.keep_going = tables, life, keep_going
        self.run = Run(tables, plan)
        self.states = [b.row + at.B_STATE for b in tables.breaking]
        self.places = [k * at.FLOW + c for k in range(len(tables.flows)) for c in _COLUMNS]
        self.begin_s = self.left_out_s = 0.0
        self.calls, self.ran = self._counts(), self._counts()
        self.calm, self.calm_s = self._counts() * 0.0, 0.0  # while nothing is down
        self.happened: dict[str, int] = {}
        self.failed: dict[str, Reals] = {}
        self.unsettled: set[str] = set()
        self.down: dict[int, str] = {}  # parts that are, by row
        self.before: dict[int, str] = {}  # until the last change

    @property
    def story_s(self) -> float:
        """How far the story is."""
        return self.run.now_s - self.begin_s + self.left_out_s

    def lived(self) -> Lived:
        """All of it, or as far as somebody wants it to go on."""
        self.run.advance(self.run.plan.warm_up_s)
        early = self._counts()
        self.run.advance(self.life.warm_up_s)
        self.calm, self.calm_s = self._counts() - early, self.life.warm_up_s / 2
        self.begin_s = self.run.now_s
        self._some_down_from_the_start()
        self.calls, self.ran = np.zeros_like(self.calls), np.zeros_like(self.ran)
        while self._goes_on() and self.story_s < self.life.story_s - _SHORT_S:
            self._stretch(self.run.now_s + self.life.story_s - self.story_s)
        by_name = self._by_operation
        failed = {(operation, part): float(calls) for part, rows in self.failed.items()
                  for operation, calls in by_name(rows).items() if calls > 0}  # fmt: skip
        return Lived(float(self.story_s), self.run.now_s - self.begin_s, by_name(self.calls),
                     by_name(self.ran), self.happened, failed,
                     frozenset(self.unsettled))  # fmt: skip

    def _goes_on(self) -> bool:
        return self.run.state == "done" and self.keep_going(self.story_s)

    # -- one stretch, from one change to the next ------------------------------------------------

    def _stretch(self, last_s: float) -> None:
        """Run until the next failure or repair, or until all has settled and time may go on."""
        begin, end = self.run.now_s, min(self._next_s(), last_s)
        step = self.life.settle_s / 2 if self.life.settle_s < inf else _STEP_S
        marks, late_s, settled = [self._counts()], begin, False
        while self.run.now_s < end and not settled and self._goes_on():
            late_s = self.run.now_s
            self.run.advance(min(end, late_s + step))
            marks.append(self._counts())
            settled = self._has_settled(self.run.now_s - begin, marks[-3:])
        whole = marks[-1] - marks[0]
        left_s = end - self.run.now_s if settled and self.run.state == "done" else 0.0
        told = self._told(marks[-1] - marks[-2:][0], self.run.now_s - late_s, left_s)
        self.calls += whole + told
        self.ran += whole
        self._blame(whole[:, FAILED], self.down or self.before)
        self._blame(told[:, FAILED], self.down)
        if left_s > 0:
            self._time_goes_on(left_s)
        if left_s > 0 or self.run.now_s >= end:
            self._changes()

    def _told(self, late: Reals, seconds: float, left_s: float) -> Reals:
        """Calls of the time that is left out, by those of a time before."""
        if left_s <= 0:
            return 0.0 * late
        if not self.down and self._is_calm(late):
            self.calm, self.calm_s = self.calm + late, self.calm_s + seconds
            late, seconds = self.calm, self.calm_s
        return late * (left_s / seconds)

    def _has_settled(self, ran_s: float, marks: list[Reals]) -> bool:
        """Whether what comes is as what was; `marks` are counts, a step apart."""
        if ran_s < self.life.settle_s or len(marks) < 3:
            return False
        earlier, late = marks[1] - marks[0], marks[2] - marks[1]
        rests = not _moved(_inside(marks[1]), _inside(marks[2])) and _alike(earlier, late)
        if rests and (self.down or self._is_calm(late)):
            return True
        if ran_s < max(_LONGER * self.life.settle_s, self.life.most_s):
            return False
        self.unsettled.update(self.down.values() or [""])
        return True

    def _is_calm(self, late: Reals) -> bool:
        """Whether calls fare as they do while nothing is down."""
        return self.calm_s <= 0 or _alike(self.calm, late)

    def _changes(self) -> None:
        """What fails or is repaired at the end of a stretch."""
        self.run.advance(self.run.now_s)
        ins, breaking = self.run.machine.ins, self.tables.breaking
        self.before = self.down
        self.down = {k: breaking[k].part(int(ins[row])) for k, row in enumerate(self.states)
                     if ins[row]}  # fmt: skip
        for k, part in self.down.items():
            if k not in self.before:
                self.happened[part] = self.happened.get(part, 0) + 1

    def _blame(self, failed: Reals, parts: Mapping[int, str]) -> None:
        """Calls failed while parts were down."""
        for part in parts.values() or ("",):
            share = failed / max(len(parts), 1)
            self.failed[part] = self.failed.get(part, 0.0) + share

    # -- the machine -----------------------------------------------------------------------------

    def _counts(self) -> Reals:
        """Calls so far, by flow."""
        ins: Any = self.run.machine.ins
        return np.array([ins[k] for k in self.places], dtype=float).reshape(-1, len(_COLUMNS))

    def _ahead(self) -> tuple[Reals, Any]:
        """Times and rows of the events ahead that are failures, repairs or follow from them.

        Those of all others have the row -1.
        """
        size = int(self.run.machine.num[at.N_HEAP])
        tails = np.asarray(self.run.machine.what[1 : 2 * size : 2])
        rows = np.where(_BY_CHANCE[tails & 15], tails >> 4, -1)
        return np.array(self.run.machine.at[:size]), rows

    def _next_s(self) -> float:
        """When the next of them happens."""
        times, rows = self._ahead()
        return float(times[rows >= 0].min(initial=inf))

    def _time_goes_on(self, seconds: float) -> None:
        """What happens by chance comes so much earlier for all else."""
        times, rows = self._ahead()
        times[rows >= 0] = np.maximum(times[rows >= 0] - seconds, self.run.now_s)
        self._heap(times)
        self.left_out_s += seconds

    def _heap(self, times: Reals) -> None:
        """Other times of the events ahead; in order they are a heap."""
        machine, size = self.run.machine, len(times)
        what = np.array(machine.what[: 2 * size]).reshape(size, 2)
        order = np.lexsort((what[:, 0], times))
        new: list[Any] = [times[order], what[order].ravel()]
        if isinstance(machine.at, list):
            new = [part.tolist() for part in new]
        machine.at[:size], machine.what[: 2 * size] = new

    def _some_down_from_the_start(self) -> None:
        """A story does not begin with all up: each part is down at its start as often as ever.

        Of a repair under way half is left on average, and more of irregular ones; since all of it
        is run, a part is down with such a chance that it is down for as long on average.
        """
        plan = self.run.plan
        name = f"{plan.seed} {plan.replication} down from the start"
        seed = int.from_bytes(blake2b(name.encode(), digest_size=16).digest(), "little")
        draws = np.random.PCG64(seed).random_raw(len(self.states)) / 2.0**64
        first = {b.row for b, u in zip(self.tables.breaking, draws, strict=True) if u < b.at_first}
        times, rows = self._ahead()
        ins = self.run.machine.ins
        for k in np.flatnonzero(rows >= 0):
            row = int(rows[k])
            if row in first and not ins[row + at.B_STATE]:
                times[k] = self.run.now_s
        self._heap(times)

    def _by_operation(self, rows: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for flow, row in zip(self.tables.flows, rows, strict=True):
            found[flow.operation] = found.get(flow.operation, 0.0) + row
        return found


def _inside(calls: Reals) -> float:
    return float((calls[:, CAME] - calls[:, WELL] - calls[:, FAILED]).sum())


def _moved(before: float, after: float) -> bool:
    """Whether calls pile up or are worked off: more than chance explains."""
    return abs(after - before) > _SIGMAS * sqrt(before + 1) + _MOVED * before


def _alike(one: Reals, other: Reals) -> bool:
    """Whether as large a share of the calls of each flow fails, as far as chance can tell."""
    ended, later = (calls[:, WELL] + calls[:, FAILED] for calls in (one, other))
    known = (ended > 0) & (later > 0)
    if not known.any():
        return True
    ended, later = ended[known], later[known]
    before, after = one[known, FAILED] / ended, other[known, FAILED] / later
    both = (one[known, FAILED] + other[known, FAILED]) / (ended + later)
    chance = _SIGMAS * np.sqrt(both * (1 - both) * (1 / ended + 1 / later))
    return bool(np.all(np.abs(after - before) <= chance + _OTHERWISE))
