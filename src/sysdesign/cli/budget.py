"""The steps of an operation as a waterfall in a terminal."""

from sysdesign.analyze.waterfall import Budget, Step
from sysdesign.cli.screen import Paint, table
from sysdesign.source import shortened
from sysdesign.study.words import step_label
from sysdesign.workbench.answers import shown_time

BAR = 24
_LEAST_BAR = 12
_LEAST_LABEL = 38
_SMALL = 0.001  # of the mean; what takes less is left out unless all is wanted
_RARE = 0.5


def budget_lines(budget: Budget, paint: Paint, *, everything: bool = False) -> list[str]:
    """A line for each call: when it starts, how long it takes, its own part drawn full.

    What fewer than half of the calls do is drawn fainter.
    """
    mean = budget.mean_s
    shown = [step for step in budget.steps if everything or _counts(step, mean)]
    rows: list[tuple[str, ...]] = [("", "starts", "takes", "p99", "own work")]
    for step in shown:
        times = (step.start_s, step.mean_s, step.p99_s, step.own_s)
        if step.how == "async":
            times = (step.start_s, None, None, None)
        rows.append((step_label(step), *map(shown_time, times)))
    numbers = sum(2 + max(len(row[i]) for row in rows) for i in range(1, 5))
    left = paint.width - 2 - numbers
    longest = max(len(row[0]) for row in rows)
    bar = min(BAR, max(left - 2 - longest, _LEAST_BAR))
    if left - 2 - bar < _LEAST_LABEL:
        bar = 0
    label = left - (bar + 2 if bar else 0)
    bars = ["", *(_bar(step, mean, bar) for step in shown)]
    fitted = [
        (shortened(name, label), *told, drawn)
        for (name, *told), drawn in zip(rows, bars, strict=True)
    ]
    top, *body = table(fitted, right=(1, 2, 3, 4))
    less = len(budget.steps) - len(shown)
    tail = [paint(f"  and {less} that take less than 0.1%: --all", "dim")] if less else []
    return [paint(top, "dim"), *body, *tail]


def _counts(step: Step, mean_s: float | None) -> bool:
    if mean_s is None or step.mean_s is None or step.how == "async":
        return True
    return step.share * step.mean_s >= _SMALL * mean_s


def _bar(step: Step, mean_s: float | None, width: int) -> str:
    """From its start to its end; full as long as it works itself."""
    if (
        not width
        or not mean_s
        or step.mean_s is None
        or step.start_s is None
        or step.how == "async"
    ):
        return ""
    scale = width / mean_s
    start = min(round(step.start_s * scale), width - 1)
    length = max(1, min(round(step.mean_s * scale), width - start))
    own = min(length, round((step.own_s or 0.0) * scale))
    return " " * start + ("█" if step.share >= _RARE else "▒") * own + "░" * (length - own)
