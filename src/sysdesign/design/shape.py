"""The grammar of the design file as data: what may stand at a place.

Three programs read these shapes: the reader (characters to records), the JSON Schema writer and the
writer of the FORMAT page. A shape says nothing about how it is read, so the three cannot disagree.
"""

from collections.abc import Mapping
from dataclasses import MISSING, field, fields
from typing import Any, TypeVar, dataclass_transform

from sysdesign.records import dataclass

R = TypeVar("R", bound="Record")


class Shape:
    """What may stand at one place of the file."""


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """Words for people; `hint` names what they should say."""

    example: str = ""


@dataclass(frozen=True, slots=True)
class Flag(Shape):
    """true or false."""


@dataclass(frozen=True, slots=True)
class FlagOrText(Shape):
    """true, false, or words that say how."""


@dataclass(frozen=True, slots=True)
class Whole(Shape):
    """A whole number within bounds, both included."""

    low: int = 0
    high: int = 10**9


@dataclass(frozen=True, slots=True)
class Amount(Shape):
    """A quantity, an expression, or a range; counting units are free.

    `wants` is a unit whose dimension it must have: "B", "s", "1/s", "" for a plain number, "any".
    `spread` allows {mean, p99}; `by_place` allows one amount for each place or origin region.
    `low` and `high` bound the value in units of `wants`; `positive` wants more than 0, `whole` a
    whole number from `low` on where it is not a range; `instead` tells what to write where a number
    is out of these bounds.
    """

    wants: str
    spread: bool = False
    by_place: bool = False
    low: float | None = 0.0
    high: float | None = None
    words: tuple[str, ...] = ()
    positive: bool = False
    whole: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One of some words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Date(Shape):
    """A date: 2027, 2027-06 or 2027-06-30; `or_text` allows words instead."""

    or_text: bool = False


@dataclass(frozen=True, slots=True)
class Clock(Shape):
    """A time of the day: 02:00."""


@dataclass(frozen=True, slots=True)
class Ref(Shape):
    """The id of something that the file defines; `words` are allowed beside ids."""

    spaces: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldRef(Shape):
    """ENTITY.field, or one of some words."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldType(Shape):
    """The type of a field of an entity: id, int, string(280), list(id), ref account …"""


@dataclass(frozen=True, slots=True)
class LinkRef(Shape):
    """A component, a zone, a place, or a link `A -> B`, `P <-> Q`."""


@dataclass(frozen=True, slots=True)
class Measure(Shape):
    """A computed number: home_timeline.p99, tweets.utilisation, cost."""


@dataclass(frozen=True, slots=True)
class Test(Shape):
    """A statement the program can test: home_timeline.p99 < 200 ms."""


@dataclass(frozen=True, slots=True)
class ListOf(Shape):
    """A list; one item may stand alone."""

    item: Shape


@dataclass(frozen=True, slots=True)
class MapOf(Shape):
    """A map from ids (or what `keys` says) to one shape."""

    item: Shape
    keys: Shape | None = None


@dataclass(frozen=True, slots=True)
class Counts(Shape):
    """One thing, a list of things, or a map from each thing to an amount."""

    keys: Shape
    amount: Amount


@dataclass(frozen=True, slots=True)
class Nested(Shape):
    """A record; a value that is no map stands for its `leading` key.

    `others` is a regular expression of further keys, whose values are texts.
    """

    record: type["Record"]
    leading: str = ""
    others: str = ""


@dataclass(frozen=True, slots=True)
class Either(Shape):
    """Another shape for a scalar, a list and a map; None where that form is not allowed."""

    scalar: Shape | None = None
    list: Shape | None = None
    map: Shape | None = None


@dataclass(frozen=True, slots=True)
class ByDo(Shape):
    """One value, or one for each `do` (read, write, read_NAME, …)."""

    item: Shape


@dataclass(frozen=True, slots=True)
class Steps(Shape):
    """What a call does, in order."""


@dataclass(frozen=True, slots=True)
class Links(Shape):
    """A map of links: `A -> B` between components, `P <-> Q` between places."""

    calls: type["Record"]
    places: type["Record"]


@dataclass(frozen=True, slots=True)
class Components(Shape):
    """Components by id; their keys depend on their kind."""

    record: type["Record"]


@dataclass(frozen=True, slots=True)
class Patch(Shape):
    """A merge patch (RFC 7396) on the design, with dotted keys."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record: its shape, its meaning, and who reads it.

    `engines`: E estimate, A analyze, S simulate, V availability, C cost, R review, D draw and
    report, X export, all. `default` is what holds where the key is missing, in words of the file.
    """

    shape: Shape
    doc: str
    engines: str
    default: str = ""
    required: bool = False


def key(
    shape: Shape,
    doc: str,
    engines: str,
    *,
    default: str = "",
    required: bool = False,
    section: bool = False,
) -> Any:  # a dataclass field; its annotation tells the type
    """Declare a key of a record; a `section` is an empty record where the file is silent."""
    meta = {"key": Key(shape, doc, engines, default, required)}
    if section and isinstance(shape, Nested):
        return field(default_factory=shape.record, metadata=meta)
    if isinstance(shape, ListOf | Steps):
        return field(default=(), metadata=meta)
    if isinstance(shape, MapOf | Links | Components | ByDo | Counts):
        return field(default_factory=dict, metadata=meta)
    return field(default=None, metadata=meta)


@dataclass_transform(kw_only_default=True)
def record(cls: type[R]) -> type[R]:
    """Make a class of keys a frozen record.

    Only the fields are taken from `dataclass`: its generated methods would cost 70 ms at start for
    the sixty records of the format, ours cost 10.
    """
    return dataclass(init=False, eq=False, repr=False, match_args=False)(cls)


@dataclass(init=False, eq=False, repr=False, match_args=False)
class Record:
    """A map of the file that was read: its place, and the places of its keys."""

    span: Any = None
    marks: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)

    def __init__(self, **values: Any) -> None:
        plain, made = _defaults_of(type(self))
        unknown = values.keys() - type(self).__dataclass_fields__.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        state = self.__dict__
        state.update(plain)
        state.update({name: make() for name, make in made if name not in values})
        state.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} is frozen")

    def __repr__(self) -> str:
        said = ", ".join(f"{n}={getattr(self, attribute(type(self), n))!r}" for n in self.marks)
        return f"{type(self).__name__}({said})"

    def has(self, name: str) -> bool:
        """Whether the file states this key."""
        return name in self.marks

    def at(self, name: str) -> Any:
        """Span of the value of a key, or of the record where the file does not state it."""
        return self.marks.get(name, self.span)


_KEYS: dict[type[Record], dict[str, Key]] = {}
_DEFAULTS: dict[type[Record], tuple[dict[str, Any], list[tuple[str, Any]]]] = {}


def _defaults_of(cls: type[Record]) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Plain defaults of a record, and those made anew for each."""
    if cls not in _DEFAULTS:
        made = [
            (f.name, f.default_factory) for f in fields(cls) if f.default_factory is not MISSING
        ]
        plain = {f.name: f.default for f in fields(cls) if f.default is not MISSING}
        _DEFAULTS[cls] = (plain, made)
    return _DEFAULTS[cls]


def keys_of(record: type[Record]) -> dict[str, Key]:
    """Keys of a record as the file spells them (`from`, not `from_`), in order."""
    if record not in _KEYS:
        _KEYS[record] = {
            f.name.rstrip("_"): f.metadata["key"] for f in fields(record) if "key" in f.metadata
        }
    return _KEYS[record]


def attribute(record: type[Record], name: str) -> str:
    """Name of the attribute that holds a key: `in` is held by `in_`."""
    return name if name in record.__dataclass_fields__ else name + "_"
