"""What to change: for a requirement that fails, the smallest single changes that would meet it.

Nothing is advised that was not run: every change is tried on the file, and judged like the file.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial

from sysdesign.advise.knobs import Knob, knobs, too_small
from sysdesign.advise.screen import Screen, quick
from sysdesign.advise.search import smallest
from sysdesign.design import Statement
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.records import dataclass
from sysdesign.review.statements import judge
from sysdesign.source import Verdict
from sysdesign.study import Study
from sysdesign.study.measures import Measured, figure_name, measured

Try = Callable[[str, str], Study | None]
"""The study of the file with a path set to a value; None where that does not fit."""

Turned = tuple[int, "Advice | None"]
"""How often a knob was turned, and the advice that came of it."""

Each = Callable[[Sequence[Callable[[], Turned]]], Iterable[Turned]]
"""Turns knobs that do not hang on each other; the results in their order."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One change that meets a test of a requirement that fails.

    `after` is what the file would say at `path` instead of `before`. `said` is the verdict with it,
    in words; `sure` is False where formulas doubt it. `cost_per_s` is the money a second that it
    takes more, None where the cost is not known; `breaks` are requirements that held and then fail.
    """

    requirement: str
    test: str
    path: str
    before: str
    after: str
    said: str
    sure: bool
    cost_per_s: float | None
    breaks: tuple[str, ...]

    @property
    def rank(self) -> tuple[bool, bool, float, str]:
        """Sorts the best first: what breaks nothing, is sure, and costs least."""
        cost = float("inf") if self.cost_per_s is None else self.cost_per_s
        return (bool(self.breaks), not self.sure, cost, self.path)


@dataclass(frozen=True, slots=True)
class Advised:
    """A test that fails, and the changes that would meet it.

    `tried` tells how many were run, `ruled_out` how many things need not be turned, since a bound
    tells that however far they are turned it is not enough. `small` are components that are all too
    small at once, where there are several.
    """

    requirement: str
    test: Statement
    said: str
    advice: tuple[Advice, ...]
    tried: int
    ruled_out: int = 0
    small: tuple[str, ...] = ()


def _in_turn(turns: Sequence[Callable[[], Turned]]) -> Iterator[Turned]:
    for turn in turns:
        yield turn()


def advise(
    study: Study,
    attempt: Try,
    only: str = "",
    among: Collection[str] | None = None,
    each: Each = _in_turn,
) -> Iterator[Advised]:
    """Advice for each test of a quality requirement that fails, or is at risk.

    With `only`, of one requirement; with `among`, by what is changed of some components and places;
    `each` may turn several knobs at once.
    """
    held = _held(study)
    for name, quality in study.design.requirements.quality.items():
        if only and name != only:
            continue
        for test in quality.expect:
            verdict = judge(study, name, test)
            if verdict.verdict is Verdict.HOLDS or _at_medians(study, test) is None:
                continue
            doubted = verdict.verdict is Verdict.UNKNOWN and not verdict.evidence
            if doubted and _at_medians(study, test):  # only a simulation can tell
                continue
            turned = [
                knob for knob in knobs(study, test)
                if among is None or knob.path.split(".")[1] in among
            ]  # fmt: skip
            once = list({knob.path: knob for knob in reversed(turned)}.values())[::-1]
            yield _advised(study, name, test, verdict.message, attempt, held, once, each)


def _advised(
    study: Study, name: str, test: Statement, said: str, attempt: Try, held: frozenset[str],
    turned: list[Knob], each: Each,
) -> Advised:  # fmt: skip
    screen = Screen(study, test)
    left = [knob for knob in turned if not screen.rules_out(knob)]

    def turn(knob: Knob) -> Turned:
        tried = 0

        def run(value: int) -> Study | None:
            nonlocal tried
            tried += 1
            return attempt(knob.path, knob.text(value))

        best = _cure(knob, name, test, run)
        return tried, _advice(study, name, test, knob, *best, held) if best else None

    found = list(each([partial(turn, knob) for knob in left]))
    advice = sorted((one for _, one in found if one is not None), key=lambda one: one.rank)
    tried = sum(number for number, _ in found)
    ruled_out = len(turned) - len(left)
    return Advised(name, test, said, tuple(advice), tried, ruled_out, too_small(study, test))


def _cure(
    knob: Knob, name: str, test: Statement, run: Callable[[int], Study | None]
) -> tuple[int, Study] | None:
    """The smallest turn of a knob with which the test holds, and the study with it.

    The medians lead the search, since they are quick; the verdict under the ranges ends it.
    """
    known: dict[int, Study | None] = {}

    def study_at(value: int) -> Study | None:
        if value not in known:
            known[value] = run(value)
        return known[value]

    def kept(value: int) -> bool:
        changed = study_at(value)
        return changed is not None and is_met(changed, test)

    def holds(value: int) -> bool:
        changed = study_at(value)
        if changed is None or _at_medians(changed, test) is not True:
            return False
        verdict = judge(changed, name, test)
        return verdict.verdict is Verdict.HOLDS or (
            verdict.verdict is Verdict.UNKNOWN and not verdict.evidence
        )

    first = smallest(knob.now, knob.most, kept)
    value = first if first is None or holds(first) else smallest(first, knob.most, holds)
    changed = None if value is None else study_at(value)
    return None if value is None or changed is None else (value, changed)


def _advice(
    study: Study, name: str, test: Statement, knob: Knob, value: int, cured: Study,
    held: frozenset[str],
) -> Advice:  # fmt: skip
    verdict = judge(cured, name, test)
    before, after = study.figure("cost"), cured.figure("cost")
    more = after.median - before.median if before and after else None
    if more is not None:
        more += _larger(study, knob, value)
    broken = held - _held(cured)
    return Advice(
        name, test.text, knob.path, knob.stated, knob.text(value), verdict.message,
        verdict.verdict is Verdict.HOLDS, more, tuple(sorted(broken)),
    )  # fmt: skip


def _larger(study: Study, knob: Knob, value: int) -> float:
    """Money a second that larger instances cost more, in proportion where a price is stated.

    An assumption: price lists grow with cores and memory.
    """
    _, name, *key = knob.path.split(".")
    part = study.design.components.get(name)
    if key not in (["cores"], ["memory"], ["disk"]) or part is None or part.price is None:
        return 0.0
    paid = study.figure(f"{name}.cost.instances")
    return paid.median * (value / knob.now - 1) if paid else 0.0


def _at_medians(study: Study, test: Statement) -> bool | None:
    """Whether a test is met at the medians of the ranges; None where it is not known."""
    bound = study.estimate.ledger.amount(test.bound)
    if bound is None:
        return None
    limit = bound.value.median
    found = measured(study, test.measure, ranged=False)
    if found is not None:
        return found.at_medians(test.comparison, limit)
    figure = study.figure(figure_name(test.measure))
    if figure is None:
        return None
    return Measured(figure.median, None, "").at_medians(test.comparison, limit)


def is_met(study: Study, test: Statement) -> bool:
    """Whether a test is met at the medians; of a time by that operation alone, which is quick."""
    name, bound = test.measure, study.estimate.ledger.amount(test.bound)
    timed = name.measure in CHAIN_MEASURES and not name.until
    if bound is None or not timed or name.owner not in study.network.operations():
        return _at_medians(study, test) is True
    found = quick(study.network, name.owner, name.measure, study.full)
    return found.at_medians(test.comparison, bound.value.median)


def _held(study: Study) -> frozenset[str]:
    """Requirements whose tests are all met at the medians."""
    return frozenset(
        name for name, quality in study.design.requirements.quality.items()
        if quality.expect and all(_at_medians(study, test) for test in quality.expect)
    )  # fmt: skip
