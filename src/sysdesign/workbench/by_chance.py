"""A design that lives with failures by chance: run with an eye on the clock, and as data."""

from typing import TYPE_CHECKING

from sysdesign.records import dataclass
from sysdesign.source import Problem, UnusableError
from sysdesign.study.by_chance import BesideUp, beside_up, tested_up
from sysdesign.study.tested import Tested, asked_operations
from sysdesign.study.uptime import network_without, unstated, year_s
from sysdesign.workbench.answers import Answer, rounded
from sysdesign.workbench.bench import Workbench
from sysdesign.workbench.simulated import estimate_answer, tested_answer
from sysdesign.workbench.simulation import Asked, loaded, place_of

if TYPE_CHECKING:
    from sysdesign.simulate.by_chance import LongRun
    from sysdesign.simulate.watch import Watch


@dataclass(frozen=True)
class Lives:
    """A long run, beside what `availability` works out; `defaults` are all values it rests on."""

    bench: Workbench
    run: "LongRun"
    beside: tuple[BesideUp, ...]
    tests: tuple[Tested, ...]
    defaults: tuple[str, ...]


def live(bench: Workbench, asked: Asked, watch: "Watch") -> Lives:
    """Let a design live with failures by chance.

    Raises
    ------
    UnusableError
        where no simulation can be made of it.
    """
    from sysdesign.lower.around import around
    from sysdesign.simulate.by_chance import by_chance
    from sysdesign.simulate.engine import SimulateError
    from sysdesign.simulate.runner import Wanted

    study = bench.study
    loaded(study)
    ways = around(study.network, lambda lost: network_without(study, frozenset(lost)))
    wanted = Wanted(
        asked_operations(study), asked.precision, asked.seed, asked.most_s, whole=asked.whole,
        interpreted=asked.interpreted,
    )  # fmt: skip
    try:
        run = by_chance(study.network, ways, wanted, watch)
    except SimulateError as trouble:
        said = str(trouble)
        raise UnusableError([Problem("simulate", said, place_of(study, said))]) from None
    of_failures = [said for name in run.operations for said in unstated(study, name)]
    defaults = tuple(dict.fromkeys([*of_failures, *run.defaults]))
    return Lives(bench, run, beside_up(study, run), tested_up(study, run), defaults)


def lives_answer(done: Lives, path: str) -> Answer:
    """Everything that `simulate --failures` says."""
    study, run = done.bench.study, done.run
    answer: Answer = rounded({
        "file": path, "load": study.load, "interrupted": run.interrupted,
        "failures": {
            "seed": run.seed, "replications": run.replications, "story_s": run.story_s,
            "run_s": run.run_s, "settle_s": None if run.settle_s == float("inf") else run.settle_s,
            "precision": run.precision, "stopped": run.stopped, "needs_s": run.needs_s,
            "parts": {part: {"happened": run.happened.get(part, 0), "expected": per_s * run.story_s}
                      for part, per_s in run.per_s.items()},
            "together": {part: count for part, count in run.happened.items()
                         if part not in run.per_s},
            "operations": {row.operation: _operation(row, year_s(study)) for row in done.beside},
        },
        "requirements": [tested_answer(test) for test in done.tests],
        "notes": list(run.notes), "defaults": list(done.defaults),
    })  # fmt: skip
    return answer


def _operation(row: BesideUp, year: float) -> Answer:
    exact = row.exact
    return {
        "run": row.run.run, "answered": estimate_answer(row.run.answered),
        "degraded": estimate_answer(row.run.degraded),
        "down_s_a_year": (1 - row.run.answered.value) * year,
        "by_availability": exact and {
            "up": exact.up.low, "at_most": exact.up.high, "down_s_a_year": exact.down * year,
        },
        "failed_by": dict(row.run.failed_by), "why": row.why,
    }  # fmt: skip
