"""What a picture costs, and how calm it is when something is added.

    python -m bench.draw [ROUNDS]

Prints processor milliseconds, the least of some rounds, of whole processes (what a drawing costs
more than an empty Python) and of the steps in a warm one; then the share of pairs that swap and
of nodes that move more than 40 points when one node is added, laid out anew and drawn again.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.draw.samples import platform, shortener, timeline

from sysdesign.draw import (
    Diagram,
    Link,
    Node,
    Placed,
    Shape,
    centres,
    earlier_of,
    layout,
    paint,
    png,
)

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10, 20, 60, 200, 300)
ONE = "from tests.draw.samples import platform\nmade = platform({n})\n"
DRAWN = ONE + "from sysdesign.draw import layout, paint\npaint(layout(made))\n"


def process_ms(code: str, rounds: int) -> float:
    """Processor milliseconds of a fresh Python that runs some code."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    env = {**os.environ, "PYTHONPATH": path}
    least = float("inf")
    for _ in range(rounds + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, env=env)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        least = min(least, spent)
    return least * 1000


def least_ms(work: Callable[[], object], rounds: int) -> float:
    """Processor milliseconds of the fastest round."""
    least = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    return least * 1000


def changes(before: Placed, after: Placed) -> tuple[float, float]:
    """Share of pairs that swap their order along an axis, and of nodes that move over 40 points."""
    a, b = centres(before), centres(after)
    ids = list(a)
    moved = sum(max(abs(a[i][k] - b[i][k]) for k in (0, 1)) > 40 for i in ids)
    pairs = swaps = 0
    for n, i in enumerate(ids):
        for j in ids[:n]:
            for k in (0, 1):
                was, now = a[i][k] - a[j][k], b[i][k] - b[j][k]
                if abs(was) > 20:
                    pairs += 1
                    swaps += was * now < 0 and abs(now) > 20
    return swaps / pairs, moved / len(ids)


def grown(made: Diagram, node: Node) -> Diagram:
    """One service more, called by a node and in its frame."""
    new = Node("new", "New service", "Go", Shape.SERVICE, frame=node.frame)
    link = Link(node.id, "new", "calls")
    return replace(made, nodes=(*made.nodes, new), links=(*made.links, link))


def calm(made: Diagram, *, again: bool) -> tuple[float, float, float]:
    """Means over all nodes that another may be called by, and how often all was laid out anew."""
    before = layout(made)
    earlier = earlier_of(before) if again else None
    placed = [layout(grown(made, n), earlier=earlier) for n in made.nodes]
    found = [changes(before, after) for after in placed]
    anew = sum(any("anew" in remark for remark in after.remarks) for after in placed)
    many = len(found)
    return sum(s for s, _ in found) / many, sum(m for _, m in found) / many, anew / many


def main(arguments: list[str]) -> None:
    rounds = int(arguments[0]) if arguments else 5
    paint(layout(platform(10)))  # fills the cache of the compiled Graphviz
    for count in (20, 200):
        spent = process_ms(DRAWN.format(n=count), rounds) - process_ms("pass", rounds)
        print(f"a process that draws {count:<4}{spent:>8.0f} ms more than an empty one")
    print("components   layout    paint      png")
    for count in SIZES:
        made = platform(count)
        placed = layout(made)
        svg = paint(placed)
        steps = (lambda m=made: layout(m), lambda p=placed: paint(p), lambda s=svg: png(s, 1.0))
        row = "".join(f"{least_ms(step, rounds):>6.0f} ms" for step in steps)
        print(f"{count:>10}{row}   {placed.box.width:.0f} x {placed.box.height:.0f}")
    print("one node more, laid out anew: pairs swapped, nodes moved; drawn again: the same, failed")
    for made in (shortener(), platform(20), timeline(), platform(60)):
        shares = [*calm(made, again=False)[:2], *calm(made, again=True)]
        print(f"  {made.title:<26}" + "".join(f"{share:>8.1%}" for share in shares))


if __name__ == "__main__":
    main(sys.argv[1:])
