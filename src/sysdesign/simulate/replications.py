"""Replications at the same time, on all cores: the compiled kernel lets other threads run."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol, TypeVar

from sysdesign.records import dataclass
from sysdesign.simulate.counts import Counts

_LOOK_S = 0.1  # how often whoever looks on is told
_ENOUGH = 0.2  # of what was to be measured; less is thrown away when a run is ended before


@dataclass(frozen=True, slots=True)
class Replication:
    """One replication to run; `interval_s` of its series, `number` seeds it."""

    number: int
    warm_up_s: float
    length_s: float
    interval_s: float
    traces: int = 0

    @property
    def whole_s(self) -> float:
        """Seconds that are simulated."""
        return self.warm_up_s + self.length_s


class Work(Protocol):
    """A network ready to be run."""

    def run(self, wanted: Replication, keep_going: Callable[[float], bool]) -> Counts:
        """Run one replication; `keep_going` is called with the seconds simulated now and then."""


def threads() -> int:
    """How many replications run at the same time."""
    return max(os.cpu_count() or 1, 1)


class Part(Protocol):
    """Something to run that stands for so many seconds."""

    @property
    def whole_s(self) -> float: ...  # noqa: D102


P = TypeVar("P", bound=Part)
R = TypeVar("R")


def together(
    work: Work,
    plans: Sequence[Replication],
    is_over: Callable[[], bool],
    tell: Callable[[float], None],
) -> list[Counts]:
    """Run replications in threads, in the order of the plans; `tell` hears the share that is done.

    Once `is_over`, no more are begun and those at work end soon; such that have hardly measured
    anything are left out. The first of all is always kept.
    """
    found = side_by_side(work.run, plans, is_over, tell)
    some = [(plan, one) for plan, one in found if one is not None and one.measured_s > 0]
    kept = [one for plan, one in some if one.measured_s >= _ENOUGH * plan.length_s]
    return kept or [one for _, one in some[:1]]


def side_by_side(
    run: Callable[[P, Callable[[float], bool]], R],
    plans: Sequence[P],
    is_over: Callable[[], bool],
    tell: Callable[[float], None],
) -> list[tuple[P, R | None]]:
    """Each plan with what running it gave; None where it was not begun before all `is_over`."""
    done_s = [0.0] * len(plans)
    whole = sum(plan.whole_s for plan in plans) or 1.0
    over = False

    def one(place: int) -> R | None:
        if over and place > 0:
            return None

        def keep_going(seconds: float) -> bool:
            done_s[place] = seconds
            return not over

        return run(plans[place], keep_going)

    pool = ThreadPoolExecutor(min(threads(), len(plans)) or 1)
    try:
        futures: list[Future[R | None]] = [pool.submit(one, i) for i in range(len(plans))]
        left = set(futures)
        while left:
            finished, left = wait(left, _LOOK_S, FIRST_COMPLETED)
            for future in finished:
                future.result()  # what went wrong is raised here
            over = over or is_over()
            tell(min(sum(done_s) / whole, 1.0))
    finally:
        over = True
        pool.shutdown(wait=True, cancel_futures=True)
    return [(plan, future.result()) for plan, future in zip(plans, futures, strict=True)]
