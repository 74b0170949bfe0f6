"""Runs advice: every change is tried on the file."""

from collections.abc import Iterator
from functools import partial

from sysdesign.advise import Advised, advise
from sysdesign.source import UnusableError
from sysdesign.study import Study
from sysdesign.workbench.answers import Answer, place, rounded
from sysdesign.workbench.bench import Workbench, change
from sysdesign.workbench.workers import in_parallel


def advised(bench: Workbench) -> Iterator[Advised]:
    """What would meet each requirement that fails."""

    def attempt(path: str, value: str) -> Study | None:
        try:
            return bench.changed(change(f"{path}={value}")).study
        except UnusableError:
            return None

    return advise(bench.study, attempt, each=partial(in_parallel, study=bench.study))


def advise_answer(bench: Workbench, path: str, found: list[Advised]) -> Answer:
    """Advice as data; money a month of the conventions."""
    month = bench.study.units.month_s
    answer: Answer = rounded({
        "file": path, "currency": bench.study.units.currency,
        "requirements": [
            {"id": one.requirement, "test": one.test.text, "said": one.said, "tried": one.tried,
             "ruled_out": one.ruled_out,
             **place(one.test.span),
             "advice": [
                 {"path": a.path, "before": a.before, "after": a.after, "said": a.said,
                  "sure": a.sure, "breaks": list(a.breaks),
                  "cost_a_month": None if a.cost_per_s is None else a.cost_per_s * month}
                 for a in one.advice]}
            for one in found
        ],
    })  # fmt: skip
    return answer
