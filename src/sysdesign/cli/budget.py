"""The steps of an operation as a waterfall in a terminal."""

from sysdesign.analyze.waterfall import Budget, Step
from sysdesign.cli.screen import Paint, table
from sysdesign.study.words import step_label
from sysdesign.workbench.answers import shown_time

BAR = 24
_SMALL = 0.001  # of the mean; what takes less is left out unless all is wanted
_RARE = 0.5


def budget_lines(budget: Budget, paint: Paint, *, everything: bool = False) -> list[str]:
    """A line for each call: when it starts, how long it takes, its own part drawn full.

    What fewer than half of the calls do is drawn fainter.
    """
    mean = budget.mean_s
    shown = [step for step in budget.steps if everything or _counts(step, mean)]
    rows: list[tuple[str, ...]] = [("", "starts", "takes", "p99", "own work", "")]
    for step in shown:
        times = (step.start_s, step.mean_s, step.p99_s, step.own_s)
        if step.how == "async":
            times = (step.start_s, None, None, None)
        rows.append((step_label(step), *map(shown_time, times), _bar(step, mean)))
    top, *body = table(rows, right=(1, 2, 3, 4))
    less = len(budget.steps) - len(shown)
    tail = [paint(f"  and {less} that take less than 0.1%: --all", "dim")] if less else []
    return [paint(top, "dim"), *body, *tail]


def _counts(step: Step, mean_s: float | None) -> bool:
    if mean_s is None or step.mean_s is None or step.how == "async":
        return True
    return step.share * step.mean_s >= _SMALL * mean_s


def _bar(step: Step, mean_s: float | None) -> str:
    """From its start to its end; full as long as it works itself."""
    if not mean_s or step.mean_s is None or step.start_s is None or step.how == "async":
        return ""
    scale = BAR / mean_s
    start = min(round(step.start_s * scale), BAR - 1)
    length = max(1, min(round(step.mean_s * scale), BAR - start))
    own = min(length, round((step.own_s or 0.0) * scale))
    return " " * start + ("█" if step.share >= _RARE else "▒") * own + "░" * (length - own)
