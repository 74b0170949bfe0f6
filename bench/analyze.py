"""How long the formulas take for networks of several sizes.

    python -m bench.analyze [ROUNDS]

Prints processor seconds of one analysis, the least of some rounds, and what it may take.
"""

import random
import sys
import time
from collections.abc import Callable

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
    components: int, operations: int, *, shaped: bool = True, loops: bool = False
) -> Network:
    """Operations that each call eight stations of all, two of them at once, one on a miss.

    Work is lognormal with a stated p99 where `shaped`, else exponential; `loops` adds retries.
    """
    dice = random.Random(components)
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


def seconds(run: Callable[[], object], rounds: int) -> float:
    """Least processor seconds of some rounds."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        found.append(time.process_time() - began)
    return min(found)


def main(arguments: list[str]) -> None:
    """Print one line a network."""
    rounds = int(arguments[0]) if arguments else 5
    cases = [
        ("50 components, 10 operations", network(50, 10, shaped=False), 0.010),
        ("50 components, 10 operations, p99 of all work stated", network(50, 10), None),
        ("50 components, 10 operations, retries everywhere", network(50, 10, loops=True), None),
        ("1000 components, 200 operations", network(1000, 200), 5.0),
    ]
    for name, made, most in cases:
        took = seconds(lambda made=made: analyze(made), rounds)  # type: ignore[misc]
        print(f"{name:55} {took * 1e3:8.1f} ms" + (f"  (at most {most * 1e3:g})" if most else ""))


if __name__ == "__main__":
    main(sys.argv[1:])
