"""Feed odd inputs to the program and report every answer it should never give.

    python -m tools.fuzz CASES [SEED]

A design is either studied, every figure finite, or refused with messages that each have a place.
Anything else is a bug: an exception, a warning, a figure that is no number, more than 5 seconds.
Its input is kept in `fuzz-failures/`, from where `sysdesign check` shows it again.
"""

import faulthandler
import math
import os
import re
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from sysdesign.cli.problems import problem_lines
from sysdesign.cli.screen import Paint
from sysdesign.figures import Figure
from sysdesign.source import Problem, UnusableError
from sysdesign.workbench import open_design
from tools.odd_inputs import case

KEPT = Path("fuzz-failures")
SLOW_S = 5.0
HANGS_S = 300.0  # of the clock, on a busy machine
CHUNK = 250


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that went wrong; `reason` ends in its most telling line."""

    seed: int
    index: int
    reason: str

    @property
    def kind(self) -> str:
        """What tells bugs apart: the words before the colon, or the last line of a traceback."""
        if not self.reason.startswith("Traceback"):
            return self.reason.partition(":")[0]
        last = self.reason.rstrip().rpartition("\n")[2]
        return re.sub(r"\S*\d\S*|'[^']*'", "…", last)[:150]


def trouble(path: Path) -> str | None:
    """What is wrong with how the program takes a file; None when it does as promised."""
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            said = _judged(path)
    except (Exception, SystemExit):  # the one thing that must never come out is an exception
        said = traceback.format_exc()
    spent = time.process_time() - start
    return said or (f"slow: took {spent:.1f} s" if spent > SLOW_S else None)


def _judged(path: Path) -> str | None:
    try:
        bench = open_design(str(path))
    except UnusableError as refused:
        return next(_unplaced(refused.problems), None)
    for name in (*list(bench.figures)[:1], *list(bench.figures)[-1:]):
        bench.explain(name)
    assert bench.review is not None
    return next(_not_numbers(bench.figures), None)


def _unplaced(problems: Iterable[Problem]) -> Iterator[str]:
    """Problems that do not say what is wrong, or where."""
    none = True
    for problem in problems:
        none = False
        at, line = problem.span, problem.span.source.line(problem.span.line)
        lines = len(at.source.text.splitlines())  # knows more line ends than YAML, so never fewer
        if not problem.message.strip():
            yield f"no message: at {at}"
        for printed in problem_lines(problem, Paint("never")):
            if not printed.isprintable():  # it could move the cursor or colour the terminal
                yield f"unprintable: {printed!a}"
        if not 1 <= at.line <= lines + 1 or not 1 <= at.column <= len(line) + 1:
            yield f"outside the text: {at}: {problem.message}"
    if none:
        yield "refused without a reason"


def _not_numbers(figures: Mapping[str, Figure]) -> Iterator[str]:
    """Figures that are not finite, or whose interval is not in order."""
    for name, figure in figures.items():
        value = figure.quantity.value
        if not all(math.isfinite(x) for x in (value.low, value.median, value.high)):
            yield f"not finite: {name} is {value.low!r} .. {value.median!r} .. {value.high!r}"
        elif not value.low <= value.median <= value.high:
            yield f"not in order: {name} is {value.low!r} .. {value.median!r} .. {value.high!r}"


def run(seed: int, indexes: Iterable[int], path: Path) -> list[Failure]:
    """Try some cases, each written to `path` first; returns those that went wrong.

    A case that hangs ends the process with a traceback; `path` then holds its input.
    """
    failures = []
    for index in indexes:
        path.write_bytes(case(seed, index))
        faulthandler.dump_traceback_later(HANGS_S, exit=True, file=sys.__stderr__ or sys.stderr)
        reason = trouble(path)
        if reason:
            failures.append(Failure(seed, index, reason))
    faulthandler.cancel_dump_traceback_later()
    return failures


def _chunk(seed: int, indexes: range, folder: str) -> list[Failure]:
    path = Path(folder) / f"{indexes.start}.yaml"
    failures = run(seed, indexes, path)
    path.unlink()  # what is left in the folder never came to its end
    return failures


def _all(seed: int, count: int, folder: str) -> Iterator[Failure]:
    chunks = [range(i, min(i + CHUNK, count)) for i in range(0, count, CHUNK)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(_chunk, seed, chunk, folder) for chunk in chunks]
        for done, job in enumerate(as_completed(jobs), 1):
            yield from job.result()
            print(f"\r{min(done * CHUNK, count):,} of {count:,}", end="", file=sys.stderr)
    print(file=sys.stderr)


def main(arguments: list[str]) -> int:
    if not arguments or not all(a.isdigit() for a in arguments[:2]) or len(arguments) > 2:
        print(__doc__)
        return 2
    count, seed = (*map(int, arguments), 1)[:2]
    KEPT.mkdir(exist_ok=True)
    seen: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            for failure in _all(seed, count, folder):
                seen[failure.kind] = seen.get(failure.kind, 0) + 1
                if seen[failure.kind] == 1:  # one of a kind is enough to mend it
                    kept = KEPT / f"{seed}-{failure.index}.yaml"
                    kept.write_bytes(case(seed, failure.index))
                    print(f"\n{kept}\n{failure.reason}")
        except BrokenProcessPool:
            for left in Path(folder).glob("*.yaml"):
                (KEPT / f"hung-{left.name}").write_bytes(left.read_bytes())
            print(f"\na case hung or its process died; it is among {KEPT}/hung-*.yaml")
            return 1
    for kind, times in sorted(seen.items(), key=lambda item: -item[1]):
        print(f"{times:>6} × {kind}")
    print(f"{count:,} cases, seed {seed}: {sum(seen.values())} failures of {len(seen)} kinds")
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
