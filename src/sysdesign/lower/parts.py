"""All components of a design, each lowered once, when it is first asked for."""

from collections.abc import Sequence

from sysdesign import kinds
from sysdesign.design import Design, Visit, visits
from sysdesign.kinds.lowering import Lowered, Numbers
from sysdesign.lower.geography import Geography
from sysdesign.lower.lacks import LacksError
from sysdesign.lower.part import DesignPart
from sysdesign.lower.words import Words


class Parts:
    """Components by name: their numbers, and what they became.

    `unknown` names those that cannot be lowered, each with the fact that lacks.
    """

    def __init__(
        self, design: Design, numbers: Numbers, lost: frozenset[str] = frozenset()
    ) -> None:
        self.design = design
        self.numbers = numbers
        self.geography = Geography(design, numbers, lost)
        self.words = Words(design, numbers)
        self.unknown: dict[str, str] = {}
        self._visits: dict[str, list[Visit]] = {}
        for some in visits(design).values():
            for visit in some:
                self._visits.setdefault(visit.target, []).append(visit)
        self._parts: dict[str, DesignPart] = {}
        self._lowered: dict[str, Lowered] = {}

    def part(self, name: str) -> DesignPart:
        """A component, with its numbers."""
        if name not in self._parts:
            seen: Sequence[Visit] = self._visits.get(name, ())
            self._parts[name] = DesignPart(name, self.design, self.numbers, self.geography, seen)
        return self._parts[name]

    def lowered(self, name: str) -> Lowered:
        """What a component became.

        Raises
        ------
        LacksError
            naming what the file does not say of it.
        """
        if name in self.unknown:
            raise LacksError(self.unknown[name])
        if name not in self._lowered:
            try:
                self._lowered[name] = self._lower(name)
            except LacksError as lacking:
                self.unknown[name] = lacking.fact
                raise
        return self._lowered[name]

    def _lower(self, name: str) -> Lowered:
        kind = kinds.get(str(self.design.components[name].kind))
        if kind is None:
            raise LacksError(f"kind of {name}")
        return kind.lower(self.part(name))

    def changes(self, operation: str, name: str) -> bool:
        """Whether an operation sends to a component or writes there."""
        return any(
            v.operation == operation and v.do.partition("_")[0] != "read"
            for v in self._visits.get(name, ())
        )

    def said(self) -> tuple[str, ...]:
        """Defaults taken so far, of all components."""
        return tuple(text for part in self._parts.values() for text in part.said())
