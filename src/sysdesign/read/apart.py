"""Parts of a file that can be left out: a scenario, a decision, an option of one.

Nothing else in a design follows from them, so what is wrong in one need not stop the rest. A part
with an error is left out, and its error is kept; what stands anywhere else makes the file unusable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sysdesign.design import Design
from sysdesign.records import dataclass
from sysdesign.source import Node, Problem, Span

P = TypeVar("P")
SCENARIOS, DECISIONS, OPTIONS = "scenarios", "decisions", "options"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that can be left out: its path (`scenarios`, its id), and from where to where."""

    path: tuple[str, ...]
    begin: tuple[int, int]
    end: tuple[int, int]

    @property
    def name(self) -> str:
        """What a person calls it: `scenario zone_loss`, `option push of fan_out`."""
        if len(self.path) > 2:
            return f"option {self.path[3]} of {self.path[1]}"
        return f"{self.path[0][:-1]} {self.path[1]}"

    def holds(self, span: Span) -> bool:
        """Whether a place lies within it."""
        return self.begin <= (span.line, span.column) < self.end


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part that is left out, and what is wrong with it."""

    part: Part
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.part.name


def at_change(problems: Sequence[Problem], change: Node) -> tuple[Problem, ...]:
    """Problems of a file with a change merged in, those that lie elsewhere told at the change.

    What a change breaks elsewhere reads as if it were wrong in the file itself.
    """
    part = _part((), change, change)
    pairs = change.pairs or ()
    place = pairs[0][0].span if len(pairs) == 1 else change.span

    def told(problem: Problem) -> Problem:
        span = problem.span
        if span.source is not change.span.source or part.holds(span):
            return problem
        said = f"with this change {problem.message} (line {span.line})"
        hint = f"change line {span.line}, too" if problem.code == "unknown-id" else problem.hint
        return replace(problem, message=said, span=place, hint=hint)

    return tuple(map(told, problems))


class Parts:
    """The parts of a tree that can be left out; what lies in a patch never is one."""

    def __init__(self, root: Node | None = None, patches: Sequence[Node] = ()) -> None:
        self._source = root.span.source if root else None
        self._parts = tuple(_parts(root)) if root else ()
        self._patches = tuple(_part((), patch, patch) for patch in patches
                              if patch.span.source is self._source)  # fmt: skip

    def of(self, span: Span) -> Part | None:
        """The smallest part that a place lies in; None where it lies in none."""
        if span.source is not self._source or any(one.holds(span) for one in self._patches):
            return None
        inside = [one for one in self._parts if one.holds(span)]
        return max(inside, key=lambda one: len(one.path), default=None)

    def split(self, problems: Sequence[Problem]) -> tuple[tuple[Problem, ...], tuple[LeftOut, ...]]:
        """Problems that stop everything, and parts that are left out with theirs."""
        every: list[Problem] = []
        found: dict[Part, list[Problem]] = {}
        for problem in problems:
            part = self.of(problem.span)
            (every if part is None else found.setdefault(part, [])).append(problem)
        return tuple(every), tuple(LeftOut(part, tuple(some)) for part, some in found.items())


def leave_out(design: Design, some: Sequence[LeftOut]) -> Design:
    """The design without some scenarios and decisions; an option stays, for people to read."""
    gone = {one.part.path for one in some}
    if not gone:
        return design
    return replace(
        design,
        scenarios=_without(design.scenarios, SCENARIOS, gone),
        decisions=_without(design.decisions, DECISIONS, gone),
    )


def _without(found: Mapping[str, P], section: str, gone: set[tuple[str, ...]]) -> Mapping[str, P]:
    return {name: one for name, one in found.items() if (section, name) not in gone}


def _parts(root: Node) -> Iterator[Part]:
    for section in (SCENARIOS, DECISIONS):
        for key, value in _pairs(root.get(section)):
            yield _part((section, key.text or ""), key, value)
            options = _pairs(value.get(OPTIONS)) if section == DECISIONS else ()
            for name, option in options:
                path = (section, key.text or "", OPTIONS, name.text or "")
                yield _part(path, name, option)


def _part(path: tuple[str, ...], key: Node, value: Node) -> Part:
    end = max(
        (key.span.end_line, key.span.end_column), (value.span.end_line, value.span.end_column)
    )
    return Part(path, (key.span.line, key.span.column), end)


def _pairs(node: Node | None) -> Sequence[tuple[Node, Node]]:
    return (node.pairs if node is not None else None) or ()
