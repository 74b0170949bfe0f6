"""What the first analysis of a process costs after the estimate: imports and tables included.

    python -m bench.cold FILE

Prints processor seconds of the stages in one line; `bench.analyze` runs it several times. Nothing
of the analysis is imported before it is measured.
"""

import sys
import time
from itertools import pairwise
from typing import TYPE_CHECKING

from sysdesign.formulas.number import numpy_module
from sysdesign.workbench import Workbench, open_design

if TYPE_CHECKING:
    from sysdesign.analyze import Analysis

STAGES = (
    ("lower and analyze, first of a process", 0.15),
    ("draws, sweep and needs after it", 0.30),
)
"""What is measured, and the seconds it may take."""

ASKED = ("home_timeline", "post_tweet")
"""Operations whose times have a target."""


def main(path: str) -> None:
    bench = open_design(path)
    numpy_module()  # the estimate has used it
    clock = [time.process_time()]
    analysis = bench.study.analysis
    clock.append(time.process_time())
    beyond_medians(bench, analysis)
    clock.append(time.process_time())
    print(*(after - before for before, after in pairwise(clock)))


def beyond_medians(bench: Workbench, analysis: "Analysis") -> None:
    """What is said beyond the medians: ranges of times, the load curve, instances needed."""
    from sysdesign.analyze import FULL, analyze_draws, needs, sweep
    from sysdesign.analyze.draws import SOLVED
    from sysdesign.lower import lower
    from sysdesign.study.numbers import Draws

    study = bench.study
    drawn = lower(study.design, Draws(study.estimate))
    draws = analyze_draws(drawn, FULL, SOLVED, ASKED)
    for operation in ASKED:
        draws.seconds(operation, "p99_s")
    for point in sweep(analysis, operations=ASKED).points:
        for times in point.times.values():
            times.p99_s  # noqa: B018 - read when they are wanted
    needs(analysis, 0.6)


if __name__ == "__main__":
    main(sys.argv[1])
