"""One opened design: its study, its findings, its explanations."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sysdesign.estimate import estimate
from sysdesign.figures import Figure
from sysdesign.quantity import Quantity, QuantityError, Units, evaluate
from sysdesign.quantity import parse as parse_expression
from sysdesign.read import LeftOut, Reading, at_change, leave_out, parse, read
from sysdesign.records import cached_property
from sysdesign.review import Review, review
from sysdesign.review.waivers import waiver_problems
from sysdesign.source import Node, Problem, Source, Span, UnusableError, by_place
from sysdesign.study import Explanation, Study, explain
from sysdesign.workbench.files import read_source

# A chain of 150 numbers, each of which hangs on the next, takes some thirty frames a number.
_FRAMES = 10_000


class Workbench:
    """A design that can be used. Everything is worked out when it is first asked for."""

    def __init__(
        self, study: Study, today: date | None = None, patches: Sequence[Node] = ()
    ) -> None:
        self.study = study
        self.today = today or date.today()  # noqa: DTZ011 - the day of whoever asks
        self.patches = tuple(patches)

    def changed(self, *patches: Node) -> "Workbench":
        """The same file with further changes; see `open_design` for what it raises."""
        study = self.study
        try:
            return _opened(study.source, (*self.patches, *patches), study.load, self.today,
                           study.left_out)  # fmt: skip
        except UnusableError as trouble:
            if len(patches) != 1:
                raise
            raise UnusableError(at_change(trouble.problems, patches[0])) from None

    def misfit(self, change: Node) -> tuple[Problem, ...]:
        """Why the file with a change does not read; the same as `changed` says, but for amounts."""
        reading = read(self.study.source, (*self.patches, change))
        fatal, _ = _fatal(reading, reading.problems, self.study.left_out)
        return at_change(by_place(fatal), change)

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Every number by its short name (home_timeline.peak_rate)."""
        return self.study.figures

    def explain(self, name: str) -> Explanation:
        """Derivation of a number; raises UnknownNameError for one that is not known."""
        return explain(self.study, name, derive=True)

    @cached_property
    def review(self) -> Review:
        """Findings, waivers and counts of all checks."""
        return review(self.study, self.today)


def open_design(
    path: str,
    *,
    set: Iterable[str] = (),
    load: str | float = 1.0,
    prices: str | None = None,
) -> Workbench:
    """Open a design file ("-" for standard input).

    Parameters
    ----------
    set
        Changes to try without editing the file: ``"components.tweets.replicas=9"``.
    load
        Factor on the peak: 10 or "10x".
    prices
        File with a price table of one's own, for what the design gives no price.

    Raises
    ------
    UnusableError
        with every problem of the file, sorted by place; but for those in a scenario, a decision or
        an option, which are left out: `left_out` of the study tells which, and why.
    """
    patches, factor = [change(one) for one in set], _load_factor(load)
    bench = _opened(read_source(path), patches, factor)
    if prices is None:
        return bench
    from sysdesign.workbench.prices import patches as table

    return bench.changed(*table(read_source(prices), bench.study.design))


def open_text(
    text: str,
    name: str = "design.yaml",
    *,
    set: Iterable[str] = (),
    load: str | float = 1.0,
) -> Workbench:
    """Open a design from a text; `name` is what messages call it."""
    return _opened(Source(name, text), [change(one) for one in set], _load_factor(load))


def study_text(text: str, name: str = "design.yaml") -> Study:
    """The study of a text."""
    return open_text(text, name).study


def reopened(
    bench: Workbench,
    patches: Sequence[Node],
    *,
    set: Iterable[str] = (),
    load: str | float = 1.0,
) -> Workbench:
    """The same text with patches merged in after `set`: a scenario's change, failures asked for.

    Raises
    ------
    UnusableError
        where the patched design does not read.
    """
    merged = [*(change(one) for one in set), *patches]
    left_out = bench.study.left_out
    return _opened(bench.study.source, merged, _load_factor(load), bench.today, left_out)


def _opened(
    source: Source, patches: Sequence[Node], factor: float, today: date | None = None,
    allowed: Sequence[LeftOut] | None = None,
) -> Workbench:  # fmt: skip
    """Read and estimate; what is left out must be among `allowed`, where they are given."""
    if sys.getrecursionlimit() < _FRAMES:
        sys.setrecursionlimit(_FRAMES)
    reading = read(source, patches)
    design = reading.design
    result = estimate(design, reading.units, factor)
    problems = [*reading.problems, *result.problems, *waiver_problems(design)]
    fatal, left_out = _fatal(reading, problems, allowed)
    if fatal:
        raise UnusableError(problems if allowed is None else fatal)
    if left_out:
        design = leave_out(design, left_out)
        result = estimate(design, reading.units, factor)
    study = Study(source, design, reading.units, result, factor, reading.notes, left_out=left_out)
    return Workbench(study, today, patches)


def _fatal(
    reading: Reading, problems: Sequence[Problem], allowed: Sequence[LeftOut] | None
) -> tuple[tuple[Problem, ...], tuple[LeftOut, ...]]:
    """Problems that stop everything, and what is left out, which must be `allowed` if given.

    Where a change takes a part away, what decisions and scenarios say of it falls away with it.
    """
    fatal, left_out = reading.parts.split(problems)
    if allowed is not None:
        known = {problem for one in allowed for problem in one.problems}
        new = [p for one in left_out for p in one.problems if p not in known]
        fatal += tuple(problem for problem in new if problem.code != "unknown-id")
    return fatal, left_out


def change(text: str) -> Node:
    """`a.b=value` as a merge patch; the value is YAML."""
    source = Source(f"--set {text}", text)
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise UnusableError(
            [
                Problem(
                    "set",
                    f"'{text}' is not PATH=VALUE",
                    Span(1, 1, 1, 2, source),
                    hint="write --set components.tweets.replicas=9",
                )
            ]
        )
    if not value.strip():
        at = Span(1, len(text), 1, len(text) + 1, source)
        raise UnusableError([Problem("set", "nothing stands behind the =", at,
                                     hint=f"write {path}=null to take it out")])  # fmt: skip
    problems: list[Problem] = []
    node = parse(Source(source.name, value), problems)
    if problems:
        raise UnusableError(problems)
    key = Node(Span(1, 1, 1, len(path) + 1, source), text=path.strip())
    return Node(key.span, pairs=[(key, node)])


def _load_factor(load: str | float) -> float:
    """10 or "10x" as a factor above zero."""
    if not isinstance(load, str):
        load = repr(float(load))
    source = Source(f"--load {load}", load)
    try:
        expression = parse_expression(load, Units())
        quantity = evaluate(expression, _no_names, Units(), "load")
    except (QuantityError, KeyError):
        quantity = None
    if (
        quantity is None
        or not quantity.dimension.is_dimensionless
        or not quantity.value.is_exact
        or not 0 < quantity.value.median <= 1e9
    ):
        raise UnusableError([Problem("load", f"'{load}' is not a factor", Span(1, 1, 1, 2, source),
                                     hint="write --load 10x")])  # fmt: skip
    return quantity.value.median


def _no_names(name: str) -> Quantity:
    raise KeyError(name)
