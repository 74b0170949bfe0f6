"""What every export is written from: people, parts, relations, steps and data of one design.

All texts are plain and of one line; a rate is the text that people read, "" where the file does
not say enough. People and parts share one namespace, as in the design file.
"""

from collections.abc import Iterator
from enum import Enum

from sysdesign.records import dataclass
from sysdesign.source import listed


class Form(Enum):
    """What a part is to whoever draws it; told from its traits."""

    STORE = "store"
    CACHE = "cache"
    QUEUE = "queue"
    STREAM = "stream"
    SERVICE = "service"
    WORKER = "worker"
    GATEWAY = "gateway"
    CLOCK = "clock"
    DEVICE = "device"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Person:
    """An actor: what he wants, and what all of his operations bring at peak."""

    id: str
    wants: str = ""
    peak: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where instances of a part stand; `zones` only where the file names some of the region.

    `instances` are 0 where nobody counts them: the provider's, or not known.
    """

    place: str
    zones: tuple[str, ...] = ()
    instances: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A component. `technology` is its kind with its size: "sql database, 8 shards of 5"."""

    id: str
    form: Form
    technology: str = ""
    does: str = ""
    group: str = ""
    peak: str = ""
    standing: tuple[Standing, ...] = ()

    @property
    def is_inside(self) -> bool:
        """Whether it is a part of the system."""
        return self.form is not Form.OUTSIDE


@dataclass(frozen=True, slots=True)
class Relation:
    """Calls of one part (or person) to another, all operations together.

    `does` is what is done there; a relation that does not `waits` is asynchronous; an `optional`
    one may fail; then `fallbacks` say what is done instead, where anything is.
    """

    source: str
    target: str
    does: str = ""
    technology: str = ""
    peak: str = ""
    waits: bool = True
    optional: bool = False
    fallbacks: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """What happens where it fails, in a word or two; "" where that fails the operation."""
        if not self.optional:
            return ""
        return f"else {listed(self.fallbacks)}" if self.fallbacks else "optional"


@dataclass(frozen=True, slots=True)
class Message:
    """One call of a sequence; `inner` is what the target does while the caller waits.

    Without a `source` the clock, or nobody who is known, makes it.
    """

    source: str
    target: str
    text: str = ""
    technology: str = ""
    waits: bool = True
    inner: tuple["Item", ...] = ()


class Sort(Enum):
    """Why steps of a sequence stand in a block."""

    PARALLEL = "parallel"
    CHOICE = "choice"
    MISS = "miss"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of a block: its share or reason, and its steps."""

    label: str
    items: tuple["Item", ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Steps that are taken together, by choice, or only sometimes."""

    sort: Sort
    ways: tuple[Way, ...]


Item = Message | Block


@dataclass(frozen=True, slots=True)
class Sequence:
    """One operation: what starts it, its steps, and what comes back to its actor."""

    id: str
    title: str
    starts: str
    items: tuple[Item, ...]
    reply: str = ""

    def messages(self) -> Iterator[Message]:
        """Every message, in order."""
        return messages(self.items)

    def lanes(self) -> tuple[str, ...]:
        """Who takes part, in the order of appearance; "" is the clock or a caller not known."""
        ends = (end for one in self.messages() for end in (one.source, one.target))
        return tuple(dict.fromkeys(ends))

    def lane(self, id: str) -> str:  # noqa: A002 - the field's word
        """How a lane is called."""
        return id or self.starts or "caller"

    def answer(self) -> Message | None:
        """What comes back to the actor from whom he called first; None where nothing is said."""
        first = self.items[0] if self.items else None
        if not self.reply or not isinstance(first, Message):
            return None
        return Message(first.target, first.source, self.reply)


def messages(items: tuple[Item, ...]) -> Iterator[Message]:
    """Every message of some steps, in order."""
    for item in items:
        if isinstance(item, Message):
            yield item
            yield from messages(item.inner)
        else:
            for way in item.ways:
                yield from messages(way.items)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of an entity; `refers` names the entity it points to, `many` of them in a list."""

    name: str
    type: str
    in_key: bool = False
    refers: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of record: its store of record, its bytes at the horizon, its fields."""

    id: str
    store: str = ""
    stored: str = ""
    attributes: tuple[Attribute, ...] = ()
    derived_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A place with its zones, where components can stand."""

    id: str
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """One design, ready to be written in the words of another tool.

    `rates` says how rates are meant: at peak, or at so many times the peak.
    """

    name: str
    why: str
    rates: str
    people: tuple[Person, ...]
    parts: tuple[Part, ...]
    relations: tuple[Relation, ...]
    sequences: tuple[Sequence, ...]
    entities: tuple[Entity, ...]
    regions: tuple[Region, ...]

    def ids(self) -> tuple[str, ...]:
        """Ids of people and parts, in this order."""
        return (*(one.id for one in self.people), *(one.id for one in self.parts))

    def inside(self) -> tuple[Part, ...]:
        """Parts of the system."""
        return tuple(part for part in self.parts if part.is_inside)

    def outside(self) -> tuple[Part, ...]:
        """Systems of others."""
        return tuple(part for part in self.parts if not part.is_inside)

    def frames(self) -> dict[tuple[str, str], list[Part]]:
        """Parts of the system by (region, group), in the order of the file.

        The region is "" where a part stands in all of them or nowhere in particular, the group ""
        where it has none.
        """
        found: dict[tuple[str, str], list[Part]] = {}
        for part in self.inside():
            found.setdefault((self.region_of(part), part.group), []).append(part)
        return found

    def region_of(self, part: Part) -> str:
        """The one region where a part stands; "" where there is no other, or it has several."""
        only = part.standing[0].place if len(part.standing) == 1 else ""
        return only if len(self.regions) > 1 else ""

    def sequence(self, operation: str) -> Sequence:
        """The sequence of an operation; raises KeyError where there is none."""
        return {one.id: one for one in self.sequences}[operation]


__all__ = [
    "Attribute", "Block", "Entity", "Form", "Item", "Message", "Model", "Part", "Person", "Region",
    "Relation", "Sequence", "Sort", "Standing", "Way", "messages",
]  # fmt: skip
