"""What a command costs from start to end, against Python that does nothing.

    python -m bench.startup [ROUNDS]

Prints user and system seconds of whole processes, the least of some rounds. In every round all
commands run once, bare `python -c pass` among them, so that a busy moment hits them alike. Modules
are compiled in the first round, as an installer does, also where the environment forbids it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.generate_design import large_design
from bench.yardstick import slower, told

ROOT = Path(__file__).resolve().parent.parent
TWITTER = str(ROOT / "examples" / "twitter.yaml")
BARE = (sys.executable, "-c", "pass")
SYSDESIGN = (sys.executable, "-m", "sysdesign")

try:
    from resource import RUSAGE_CHILDREN, getrusage

    MEASURED = "user and system seconds"

    def clock() -> float:
        """Processor seconds of all children so far."""
        used = getrusage(RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

except ImportError:  # Windows keeps no times of children; os.times() gives 0 for them
    MEASURED = "elapsed seconds (no processor times of children on this system)"
    clock = time.perf_counter


@dataclass(frozen=True, slots=True)
class Case:
    """A command and the seconds it may take beyond bare Python."""

    name: str
    command: tuple[str, ...]
    budget_s: float


def cases(large: str) -> list[Case]:
    """What is measured; `large` is the path of the generated design."""
    return [
        Case("--help", (*SYSDESIGN, "--help"), 0.10),
        Case("--version", (*SYSDESIGN, "--version"), 0.10),
        Case("check examples/twitter.yaml", (*SYSDESIGN, "check", TWITTER), 0.60),
        Case("estimate examples/twitter.yaml", (*SYSDESIGN, "estimate", TWITTER), 0.45),
        Case("check, 1,000 components", (*SYSDESIGN, "check", large), 5.0),
    ]


def seconds(command: Sequence[str], compiled: str) -> float:
    """Cost of one run; a command that cannot do its work ends the measurement.

    `compiled` is a folder for compiled modules.
    """
    env = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    before = clock()
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=env
    )
    spent = clock() - before
    if done.returncode not in (0, 1):  # 1: the design has findings
        sys.exit(f"{' '.join(command)}\n{done.stderr.decode(errors='replace')}")
    return spent


def measure(measured: Sequence[Case], rounds: int) -> tuple[float, list[float]]:
    """Least seconds of bare Python and of each case; the first round only warms the caches."""
    commands = [BARE, *(case.command for case in measured)]
    with tempfile.TemporaryDirectory() as compiled:
        table = [[seconds(command, compiled) for command in commands] for _ in range(rounds + 1)]
    bare, *rest = (min(column) for column in zip(*table[1:], strict=True))
    return bare, rest


def main(arguments: list[str]) -> None:
    rounds = int(arguments[0]) if arguments else 7
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.yaml"
        large.write_text(large_design(), "utf-8")
        measured = cases(str(large))
        bare, spent = measure(measured, rounds)
    factor = slower()
    print(f"{MEASURED}, least of {rounds}; bare Python {bare:.3f}; {told(factor)}\n")
    print(f"{'command':<34}{'total':>8}{'more':>8}{'budget':>8}{'share':>8}{'alike':>8}")
    for case, total in zip(measured, spent, strict=True):
        more = total - bare
        print(f"{case.name:<34}{total:>8.3f}{more:>8.3f}{case.budget_s:>8.2f}"
              f"{more / case.budget_s:>8.0%}{more / case.budget_s / factor:>8.0%}")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
