"""How long an analysis by formulas takes: one solve, the first of a process, whole commands.

    python -m bench.analyze [ROUNDS]

Prints processor milliseconds and what each may take, where the bars were set; `alike` is the share
of it by the yardstick of `bench.yardstick`.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bench.cold import STAGES
from bench.generate_design import large_design
from bench.startup import ROOT, SYSDESIGN, TWITTER, Case, measure
from bench.yardstick import slower, told
from sysdesign.analyze import analyze
from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Delay,
    Flow,
    Network,
    Node,
    Nothing,
    Parallel,
    Retry,
    Sequence,
    Spread,
    Station,
    Visit,
)

WAY = Delay(Spread(0.0007, family="constant"))


def network(
    seed: int, components: int, operations: int, *, shaped: bool = True, loops: bool = False
) -> Network:
    """Operations that each call eight stations of all, two of them at once, one on a miss.

    Numbers and ways differ from seed to seed. Work is lognormal with a stated p99 where `shaped`,
    else exponential; `loops` adds retries.
    """
    dice = random.Random(seed)
    names = [f"component_{i}" for i in range(components)]
    uses = dict.fromkeys(names, 0.0)
    flows = []
    for i in range(operations):
        rate = dice.uniform(50, 500)
        root = _operation(dice.sample(names, 8), uses, rate, dice, shaped, loops)
        flows.append(Flow(f"operation_{i}", "", rate, root))
    stations = {
        name: Station(
            name, name, servers=max(1.0, float(round(used / dice.uniform(0.4, 0.8) + 0.5)))
        )
        for name, used in uses.items()
    }
    return Network(stations, tuple(flows))


def _operation(
    names: list[str],
    uses: dict[str, float],
    rate: float,
    dice: random.Random,
    shaped: bool,
    loops: bool,
) -> Node:
    calls: list[Node] = []
    for name in names:
        mean, p99 = dice.uniform(0.001, 0.02), dice.uniform(3.0, 8.0)
        work = Spread(mean, p99 if shaped else None)
        uses[name] += rate * work.mean_s
        visit = Sequence((WAY, Visit(name, work)))
        guard = Attempts(timeout_s=20 * work.mean_s, retry=Retry(2, 0.01))
        calls.append(Call("caller", name, visit, guard) if loops else visit)
    miss = Choice((Branch(0.2, calls[7]), Branch(0.8, Nothing())), "miss")
    return Sequence((*calls[:5], Parallel(tuple(calls[5:7])), miss))


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured, in processor seconds, and what it may take."""

    name: str
    spent_s: float
    budget_s: float | None = None


def solves(rounds: int) -> Iterator[Line]:
    """The median of fresh solves, each of a network with other numbers than all before."""
    made: dict[str, tuple[Callable[[int], Network], float | None]] = {
        "50 components, 10 operations": (lambda n: network(n, 50, 10, shaped=False), 0.010),
        "50, 10, p99 of all work stated": (lambda n: network(n, 50, 10), None),
        "10, 2, retries everywhere": (lambda n: network(n, 10, 2, loops=True), None),
    }
    for name, (make, budget_s) in made.items():
        spent = [_seconds(analyze, make(seed)) for seed in range(2 * rounds)]
        yield Line(name, statistics.median(spent[rounds:]), budget_s)  # the first half warms up
    read = [_seconds(_all_times, network(n, 50, 10, shaped=False)) for n in range(rounds)]
    yield Line("50, 10, and percentiles of all operations", statistics.median(read))


def _all_times(made: Network) -> None:
    for operation in analyze(made).operations.values():
        operation.times  # noqa: B018 - read when they are wanted


def _seconds(run: Callable[[Network], object], made: Network) -> float:
    began = time.process_time()
    run(made)
    return time.process_time() - began


def first_times(rounds: int) -> Iterator[Line]:
    """Stages of fresh processes on the largest example, the least of some rounds."""
    command = (sys.executable, "-m", "bench.cold", TWITTER)
    told = [
        subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT).stdout
        for _ in range(rounds)
    ]
    stages = zip(*([float(word) for word in line.split()] for line in told), strict=True)
    for (name, budget_s), spent in zip(STAGES, stages, strict=True):
        yield Line(name, min(spent), budget_s)


def processes(rounds: int) -> Iterator[Line]:
    """Whole commands, the least of some rounds."""
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.yaml"
        large.write_text(large_design(), "utf-8")
        cases = [
            Case("check", (*SYSDESIGN, "check", TWITTER), 0.0),
            Case("analyze", (*SYSDESIGN, "analyze", TWITTER), 0.0),
            Case("large", (*SYSDESIGN, "analyze", str(large)), 0.0),
            Case("large, check", (*SYSDESIGN, "check", str(large)), 0.0),
        ]
        bare_s, (check_s, analyze_s, large_s, large_check_s) = measure(cases, rounds)
    yield Line("check examples/twitter.yaml over bare Python", check_s - bare_s, 0.6)
    yield Line("analyze examples/twitter.yaml over check", analyze_s - check_s, 0.5)
    yield Line("analyze, 1,000 components, 200 operations", large_s, 5.0)
    yield Line("check, 1,000 components, 200 operations", large_check_s, 5.0)


def main(arguments: list[str]) -> None:
    """Print one line a measurement."""
    rounds = int(arguments[0]) if arguments else 5
    factor = slower()
    print(told(factor))
    print(f"{'processor milliseconds':<44}{'spent':>10}{'budget':>10}{'share':>8}{'alike':>8}")
    for line in chain(solves(3 * rounds), first_times(rounds), processes(rounds)):
        budget = "" if line.budget_s is None else f"{line.budget_s * 1e3:>10.0f}"
        part = 0.0 if line.budget_s is None else line.spent_s / line.budget_s
        share = f"{part:>8.0%}{part / factor:>8.0%}" if part else ""
        print(f"{line.name:<44}{line.spent_s * 1e3:>10.1f}{budget}{share}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
