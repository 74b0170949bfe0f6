"""Values of the file as they were written: words, amounts, statements, types, steps."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal, Self

from sysdesign.quantity import Expression
from sysdesign.records import dataclass
from sysdesign.source import NOWHERE, Span


class Word(str):
    """A word or a text of the file that knows where it stands."""

    __slots__ = ("span",)
    span: Span

    def __new__(cls, text: str, span: Span = NOWHERE) -> Self:
        """Text with its place."""
        word = super().__new__(cls, text)
        word.span = span
        return word


@dataclass(frozen=True, slots=True)
class Given:
    """An amount as the file gives it, not yet worked out.

    Just one of three forms: `formula` (alone or as the mean of a spread, then with `p99`, `scv` or
    `distribution`), `bounds` (percentiles or hard ends of a value that is not known), `by_place`.
    """

    text: str
    span: Span
    path: str
    wants: str = "any"
    formula: Expression | None = None
    p99: Expression | None = None
    scv: Expression | None = None
    distribution: str = ""
    bounds: Mapping[str, Expression] = field(default_factory=dict)
    shape: Literal["", "lognormal", "normal", "uniform"] = ""
    by_place: Mapping[str, "Given"] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    positive: bool = False
    whole: bool = False
    instead: str = ""

    @property
    def is_spread(self) -> bool:
        """Whether it differs from call to call."""
        return bool(self.p99 or self.scv or self.distribution)

    def expressions(self) -> Iterator[Expression]:
        """Every expression in it."""
        yield from (e for e in (self.formula, self.p99, self.scv) if e)
        yield from self.bounds.values()
        for part in self.by_place.values():
            yield from part.expressions()


@dataclass(frozen=True, slots=True)
class MeasureName:
    """A computed number by name: of an operation, a component, an entity, a chain, or the whole."""

    text: str
    span: Span
    owner: str = ""
    measure: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A measure compared with an amount; the program can test it."""

    text: str
    span: Span
    measure: MeasureName
    comparison: str
    bound: Given


@dataclass(frozen=True, slots=True)
class FieldKind:
    """Type of a field: `name` with an argument: string(280), list(id), ref account."""

    text: str
    span: Span
    name: str
    size: int | None = None
    of: "FieldKind | None" = None
    entity: str = ""


@dataclass(frozen=True, slots=True)
class LinkName:
    """`A -> B` between components, or `P <-> Q` between places."""

    text: str
    span: Span
    a: str
    b: str
    two_way: bool
