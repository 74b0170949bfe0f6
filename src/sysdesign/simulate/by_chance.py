"""Failures by chance, from start to end: lives of a design, until it is known how many calls fail.

Each replication lives through months or years; see `lived` for what of them is run.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf

import numpy as np

from sysdesign.network import Network
from sysdesign.records import dataclass
from sysdesign.simulate.chances import Around, Breaking
from sysdesign.simulate.engine import prepare
from sysdesign.simulate.lived import CAME, DEGRADED, FAILED, WELL, Life, Lived, lived
from sysdesign.simulate.modelled import taken
from sysdesign.simulate.replications import side_by_side
from sysdesign.simulate.runner import READY, Wanted
from sysdesign.simulate.statistics import Estimate, Reals, is_narrow, share
from sysdesign.simulate.stopping import (
    CORES,
    DOWN_TIMES,
    GUESS_PER_S,
    REPLICATIONS,
    SETTLE_S,
    pace,
)
from sysdesign.simulate.timeline import slowest_s
from sysdesign.simulate.watch import Progress, Watch

LEAST_SETTLE_S = 1.0
_FIRST = 10.0  # failures in each replication of the first round
_LONGER = 4.0
_ROUNDS = 8
_SLOWEST = 50  # times as long as the slowest call takes
_FAILURES = 20  # there is time for, at least
_SHARE_OF_TIME = 0.9
_WARM = 2.0


@dataclass(frozen=True, slots=True)
class OperationLife:
    """Calls of an operation over all of the story: shares of those that ended, with 95% intervals.

    `answered` includes degraded calls. `run` calls were run; those of the time that was left out
    fare as those before. `failed_by` are shares of the failed calls by the part that was down, ""
    for those that failed while nothing was.
    """

    operation: str
    run: float
    answered: Estimate
    degraded: Estimate
    failed_by: Mapping[str, float]


@dataclass(frozen=True)
class LongRun:
    """What became of calls while things failed by chance.

    All replications together lived through `story_s` seconds, of which `run_s` were run. `happened`
    counts failures by part, `per_s` is how often each part fails by its figures, all of its
    instances together. `stopped` is "" where intervals are as narrow as asked for; else
    `needs_s` are the seconds that it would take on this machine, None where that is not known.
    """

    seed: int
    replications: int
    story_s: float
    run_s: float
    spent_s: float
    settle_s: float
    precision: float
    operations: Mapping[str, OperationLife]
    happened: Mapping[str, int]
    per_s: Mapping[str, float]
    stopped: str = ""
    needs_s: float | None = None
    interrupted: bool = False
    notes: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()

    @property
    def failures(self) -> int:
        """How often anything failed."""
        return sum(self.happened.values())


def by_chance(network: Network, around: Around, wanted: Wanted, watch: Watch) -> LongRun:
    """Live with failures by chance until the share of failed calls is known well, or time is over.

    `around` are the flows where places are lost, for each set of them.

    Raises
    ------
    SimulateError
        where no simulation can be made of the network.
    """
    return _ByChance(network, around, wanted, watch).done()


class _ByChance:
    def __init__(self, network: Network, around: Around, wanted: Wanted, watch: Watch) -> None:
        watch.tell(Progress(0.0, READY))
        self.network, self.wanted, self.watch = network, wanted, watch
        self.tables = prepare(network, failures=True, around=around)
        self.names = wanted.narrow or network.operations()
        self.precision = DOWN_TIMES * wanted.precision[0]
        self.full_s = max(SETTLE_S, 3 * slowest_s(network), _SLOWEST * pace(network).slowest_s)
        self.settle_s = inf if wanted.whole else self.affordable_s()
        self.lives: list[Lived] = []
        self.begin = self.end = 0.0

    def affordable_s(self) -> float:
        """Time to settle; less of it where there is none for some failures otherwise."""
        able = GUESS_PER_S * CORES * self.wanted.most_s / max(pace(self.network).visits_per_s, 1.0)
        each = able / (2 * _FAILURES + REPLICATIONS * _WARM)
        return min(self.full_s, max(each, LEAST_SETTLE_S))

    def is_over(self) -> bool:
        """Whether the time is over, or somebody ended it."""
        return self.watch.is_stopped or self.watch.seconds() >= self.end

    def done(self) -> LongRun:
        """All of it."""
        warm_s = _WARM * min(self.settle_s, self.full_s)
        lived(self.tables, Life(999_999, 0.0, 1e-9, 1.0), self.wanted.seed, lambda _: False,
              interpreted=self.wanted.interpreted)  # compiles, once  # fmt: skip
        self.begin = self.watch.seconds()
        self.end = self.begin + self.wanted.most_s
        per_s = sum(b.per_s for b in self.tables.breaking)
        story_s = _FIRST / per_s if per_s > 0 else 0.0
        for round_ in range(_ROUNDS if per_s > 0 else 0):
            plans = [Life(round_ * REPLICATIONS + i, warm_s, story_s, self.settle_s, self.full_s)
                     for i in range(REPLICATIONS)]  # fmt: skip
            self.lives += self.round(plans)
            longer = self.longer()
            left_s = self.end - self.watch.seconds()
            if (
                longer is None
                or self.is_over()
                or left_s < (1 - _SHARE_OF_TIME) * self.wanted.most_s
            ):
                break
            told = sum(one.story_s for one in self.lives)
            able = told * left_s / max(self.watch.seconds() - self.begin, 1e-3)
            story_s = max(min(told * longer, able) / REPLICATIONS, story_s / _LONGER)
        return self.result(per_s)

    def round(self, plans: Sequence[Life]) -> list[Lived]:
        """Replications at the same time, without those that had come to nothing when it ended."""

        def run(life: Life, keep_going: Callable[[float], bool]) -> Lived:
            return lived(self.tables, life, self.wanted.seed, keep_going,
                         interpreted=self.wanted.interpreted)  # fmt: skip

        def tell(_: float) -> None:
            spent = (self.watch.seconds() - self.begin) / self.wanted.most_s
            self.watch.tell(Progress(min(max(spent, 0.0), 1.0), self.known()))

        found = side_by_side(run, plans, self.is_over, tell)
        return [one for _, one in found if one is not None and one.story_s > 0]

    def known(self) -> str:
        """What is known so far."""
        if not self.lives:
            return f"the first {REPLICATIONS} lives"
        failures = sum(sum(one.happened.values()) for one in self.lives)
        found = _operation(self.names[0], self.lives)
        return f"{failures:,} failures; {1 - found.answered.value:.2g} of {self.names[0]} fail"

    def longer(self) -> float | None:
        """So many times the story so far are still to be told; None where all is narrow enough."""
        if not self.lives:
            return 1.0
        found = [_operation(name, self.lives) for name in self.names]
        wide = [one for one in found if not self.is_narrow(one)]
        if not wide:
            return None
        widths = [_failed(one).width / self.precision for one in wide]
        most = max(w if w < inf else _LONGER for w in widths)
        return min(max(most * most - 1, 0.5), _LONGER)

    def is_narrow(self, one: OperationLife) -> bool:
        """Whether the share of failed calls is known as well as asked for."""
        return is_narrow(_failed(one), self.precision) and _failed(one).value > 0

    # -- what came of it -------------------------------------------------------------------------

    def result(self, per_s: float) -> LongRun:
        """What the lives say, put together."""
        lives, spent = self.lives, max(self.watch.seconds() - self.begin, 0.0)
        operations = {name: _operation(name, lives) for name in self.network.operations()}
        wide = [name for name in self.names if lives and not self.is_narrow(operations[name])]
        happened: dict[str, int] = {}
        for one in lives:
            for part, count in one.happened.items():
                happened[part] = happened.get(part, 0) + count
        return LongRun(
            self.wanted.seed, len(lives), sum(one.story_s for one in lives),
            sum(one.run_s for one in lives), spent, self.settle_s, self.precision, operations,
            happened, _rates(self.tables.breaking), self.why(wide, per_s),
            self.needs_s([operations[name] for name in wide], spent) if per_s > 0 else None,
            self.watch.is_stopped,
            self.notes(), (*self.network.defaults, *taken(self.network)),
        )  # fmt: skip

    def why(self, wide: Sequence[str], per_s: float) -> str:
        """Why it is less than was asked for."""
        if per_s <= 0:
            return "Nothing can fail: the file says `never`, or nothing at all, of every part."
        if self.watch.is_stopped:
            return "Ended before it was done: this is the answer so far."
        if not any(one.happened for one in self.lives):
            return f"There was no time for a single failure in {self.wanted.most_s:.0f} s."
        if not wide:
            return ""
        return (
            f"Not all shares of failed calls are as narrow as asked for (±{self.precision:.0%}) "
            f"after {self.wanted.most_s:.0f} s: {', '.join(wide)}."
        )

    def needs_s(self, wide: Sequence[OperationLife], spent: float) -> float | None:
        """Seconds that it would take: widths fall with the root of what is simulated.

        Where nothing failed, those of some failures, by rates.
        """
        if not any(one.happened for one in self.lives):
            run_s = self.settle_s * (_WARM * REPLICATIONS + 2 * _FAILURES)
            visits = run_s * pace(self.network).visits_per_s
            return None if run_s == inf else visits / GUESS_PER_S / CORES
        widths = [_failed(one).width for one in wide]
        if not widths or max(widths) == inf:
            return None
        return spent * (max(widths) / self.precision) ** 2

    def notes(self) -> tuple[str, ...]:
        """What was shortened or left out."""
        found = [*self.tables.notes]
        if self.settle_s < self.full_s:
            found.append(
                f"what reacts by itself needs {self.full_s:.0f} s to settle after a failure; there "
                f"is time for {self.settle_s:.2g} s of each: --limit gives it more"
            )
        unsettled = sorted({part for one in self.lives for part in one.unsettled})
        if unsettled:
            when = (
                [f"while {', '.join(filter(None, unsettled))} was down"] if any(unsettled) else []
            )
            when += ["after a repair"] if "" in unsettled else []
            found.append(
                f"{' and '.join(when)} calls still fared otherwise from second to second when time "
                "went on, so more or fewer may fail than is told: --whole leaves nothing out"
            )
        return tuple(found)


def _operation(name: str, lives: Sequence[Lived]) -> OperationLife:
    """Calls of an operation in all lives."""
    calls: Reals = np.array([one.calls[name] for one in lives]).reshape(-1, 4)
    run = sum(float(one.run[name][CAME]) for one in lives)
    ended = calls[:, WELL] + calls[:, FAILED]
    fails, degraded = share(calls[:, FAILED], ended), share(calls[:, DEGRADED], ended)
    if fails.value == 0:  # how rare it may be, calls do not tell, which fail many at a time
        fails = Estimate(0.0)
    by: dict[str, float] = {}
    for one in lives:
        for (operation, part), failed in one.failed.items():
            if operation == name:
                by[part] = by.get(part, 0.0) + failed
    whole = sum(by.values())
    return OperationLife(
        name, run, Estimate(1 - fails.value, *_turned(fails)), degraded,
        {part: failed / whole for part, failed in sorted(by.items(), key=lambda x: -x[1])},
    )  # fmt: skip


def _turned(share_: Estimate) -> tuple[float | None, float | None]:
    low, high = (None if end is None else 1 - end for end in (share_.high, share_.low))
    return low, high


def _failed(one: OperationLife) -> Estimate:
    return Estimate(1 - one.answered.value, *_turned(one.answered))


def _rates(breaking: Sequence[Breaking]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in breaking:
        found[one.name] = found.get(one.name, 0.0) + one.per_s
    return found
