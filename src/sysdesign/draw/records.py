"""What a picture is made of: nodes in frames, joined by links. Nothing here knows of designs.

Lengths are points (1/72 inch), x to the right and y downwards; shares are 0..1.
"""

from dataclasses import dataclass
from enum import Enum


class Shape(Enum):
    """The outline of a node, by what it stands for."""

    BOX = "box"
    SERVICE = "service"
    WORKER = "worker"
    CYLINDER = "cylinder"
    QUEUE = "queue"
    STREAM = "stream"
    CACHE = "cache"
    PERSON = "person"
    BROWSER = "browser"
    PHONE = "phone"
    CLOUD = "cloud"
    EDGE = "edge"
    NAMES = "names"
    GATEWAY = "gateway"
    BALANCER = "balancer"
    FUNCTION = "function"
    CLOCK = "clock"
    SEARCH = "search"
    BUCKET = "bucket"
    NOTE = "note"


class Tone(Enum):
    """What the colour of a thing says."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    MUTED = "muted"


class FrameStyle(Enum):
    """What a frame is the border of."""

    REGION = "region"
    ZONE = "zone"
    GROUP = "group"
    SYSTEM = "system"
    TRUST = "trust boundary"


class LinkStyle(Enum):
    """How a link is used: the caller waits, the caller goes on, or copies are kept."""

    SYNC = "synchronous"
    ASYNC = "asynchronous"
    REPLICATION = "replication"


class Direction(Enum):
    """Where links lead; `AUTO` takes whichever fits a page better."""

    AUTO = "auto"
    RIGHT = "right"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Node:
    """One component.

    `subtitle` is its technology or the word of its kind; `lines` are small lines below ("62%
    busy"). `icon` names a glyph (`painting.icons.ICONS`), None takes that of the shape. `replicas`
    above 1 are a stack of cards, `shards` above 1 a divided strip. `badge` is a word on the
    upper border. `heat` is a utilisation, 0..1 (more is drawn as 1). `line` is its place in the
    source, `link` what a click opens: a relative address, `#…`, http or https.
    """

    id: str
    title: str
    subtitle: str = ""
    shape: Shape = Shape.BOX
    icon: str | None = None
    lines: tuple[str, ...] = ()
    replicas: int = 1
    shards: int = 1
    badge: str = ""
    tone: Tone = Tone.NEUTRAL
    heat: float | None = None
    external: bool = False
    frame: str | None = None
    line: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """A border around nodes and other frames; `parent` is the frame around it."""

    id: str
    title: str
    subtitle: str = ""
    parent: str | None = None
    style: FrameStyle = FrameStyle.GROUP
    tone: Tone = Tone.NEUTRAL
    line: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from one node to another.

    A link without `constraint` does not order its ends. `weight` makes it shorter and straighter,
    1..100. `thickness` is that of the line, in points.
    """

    source: str
    target: str
    label: str = ""
    style: LinkStyle = LinkStyle.SYNC
    tone: Tone = Tone.NEUTRAL
    weight: int = 1
    both_ways: bool = False
    constraint: bool = True
    thickness: float = 1.4
    id: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    """A whole picture. `notes` are lines at its foot; `legend` explains the signs that occur."""

    title: str
    nodes: tuple[Node, ...]
    frames: tuple[Frame, ...] = ()
    links: tuple[Link, ...] = ()
    subtitle: str = ""
    legend: bool = True
    direction: Direction = Direction.AUTO
    notes: tuple[str, ...] = ()


class DiagramError(ValueError):
    """A diagram that contradicts itself."""


def checked(diagram: Diagram) -> Diagram:
    """The diagram, if all of it can be drawn.

    Raises
    ------
    DiagramError
        An id twice, an end or frame that does not exist, frames in a circle, a number that is none.
    """
    nodes = _unique("node", [node.id for node in diagram.nodes])
    parents = {frame.id: frame.parent for frame in diagram.frames}
    frames = _unique("frame", [frame.id for frame in diagram.frames])
    for frame in diagram.frames:
        _known("frame", frame.parent, frames, f"frame {frame.id!r}")
        _no_circle(frame.id, parents)
    for node in diagram.nodes:
        _known("frame", node.frame, frames, f"node {node.id!r}")
        if node.replicas < 1 or node.shards < 1:
            raise DiagramError(f"node {node.id!r} has fewer than one replica or shard")
        if node.heat is not None and not 0 <= node.heat < float("inf"):
            raise DiagramError(f"node {node.id!r} has heat {node.heat}")
    for link in diagram.links:
        for end in (link.source, link.target):
            _known("node", end, nodes, f"link {link.source!r} -> {link.target!r}")
        if not 0 < link.thickness <= 20 or not 1 <= link.weight <= 100:
            raise DiagramError(f"link {link.source!r} -> {link.target!r}: thickness or weight")
    return diagram


def _unique(what: str, ids: list[str]) -> frozenset[str]:
    known = frozenset(ids)
    if len(known) < len(ids):
        twice = next(name for i, name in enumerate(ids) if name in ids[:i])
        raise DiagramError(f"two {what}s are called {twice!r}")
    return known


def _known(what: str, name: str | None, known: frozenset[str], who: str) -> None:
    if name is not None and name not in known:
        raise DiagramError(f"{who} names the {what} {name!r}, which does not exist")


def _no_circle(name: str, parents: dict[str, str | None]) -> None:
    above, steps = parents[name], 0
    while above is not None and above in parents:
        if above == name or steps > len(parents):
            raise DiagramError(f"frame {name!r} lies within itself")
        above, steps = parents[above], steps + 1
