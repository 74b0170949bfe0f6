"""A sequence diagram set out: lifelines in columns, messages in rows, fragments around them."""

from collections.abc import Iterator, Sequence
from dataclasses import field

from sysdesign.draw import Node
from sysdesign.draw.face import Face, face
from sysdesign.draw.geometry import Box
from sysdesign.draw.text import clean, cut, width
from sysdesign.records import dataclass
from sysdesign.views.trail import Fragment, Item, Message, Trail, again, asked, lasting

TEXT, LINE = 11.0, 14.0  # size of the texts, from one line of them to the next
TAG = 20.0  # height of the corner of a fragment
BAR = 10.0  # width of the bar of a lifeline that is at work
LOOP = 34.0  # how far a message to oneself reaches
_GAP, _LEAST, _MOST = 26.0, 118.0, 250.0  # between two lifelines
_ROW, _AFTER = 12.0, 8.0  # above the text of a message, below its line
_INSET = 9.0  # of a fragment within another


@dataclass(frozen=True, slots=True)
class Head:
    """A party: its box, and the middle of its lifeline."""

    node: Node
    face: Face
    box: Box
    x: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A message at its height: from x to x, two lines of text above it."""

    message: Message
    y: float
    start: float
    end: float
    title: str
    said: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a lifeline that is at work."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Rim:
    """A fragment: its box, the word in its corner, what stands beside it; where it is divided."""

    box: Box
    word: str
    label: str
    cuts: tuple[tuple[float, str], ...] = ()
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything in its place; the upper left corner is (0, 0)."""

    width: float
    height: float
    heads: tuple[Head, ...]
    arrows: tuple[Arrow, ...]
    bars: tuple[Bar, ...]
    rims: tuple[Rim, ...]
    foot: float


def texts(message: Message) -> tuple[str, str]:
    """What is written above a message: what it asks for, and how long that takes."""
    what = asked(message)
    title = f"{message.number}  {what}" if what else str(message.number)
    retry = f"retry {again(message.guard)}" if message.guard.retry else ""
    return clean(title), clean(lasting(message)) or clean(retry)


def chart(trail: Trail, nodes: Sequence[Node]) -> Chart:
    """Set out the messages of a trail; `nodes` are its parties in order, "" being the first."""
    heads = _heads(trail, nodes)
    made = _Rows({head.node.id: head.x for head in heads}, nodes[0].id)
    made.y = max(head.box.bottom for head in heads) + 14.0
    made.items(trail.items)
    foot = made.y + 16.0
    right = max(
        [head.box.right for head in heads] + [rim.box.right for rim in made.rims]
        + [max(a.start, a.end) + LOOP for a in made.arrows if a.start == a.end]
    )  # fmt: skip
    rims = tuple(sorted(made.rims, key=lambda rim: rim.depth))
    return Chart(right, foot, heads, tuple(made.arrows), tuple(made.bars), rims, foot)


def _heads(trail: Trail, nodes: Sequence[Node]) -> tuple[Head, ...]:
    """Columns wide enough for their heads, and for what is said between neighbours."""
    faces = [face(node) for node in nodes]
    place = {node.id: i for i, node in enumerate(nodes)}
    room = [0.0] * len(nodes)  # wanted to the right of each column
    for message in trail.messages:
        a, b = place[message.source or nodes[0].id], place[message.target]
        wide = max(width(text, TEXT) for text in texts(message)) + _GAP
        for i in range(min(a, b), max(a, b)):
            room[i] = max(room[i], wide / (max(a, b) - min(a, b)))
    high = max(one.height for one in faces)
    found: list[Head] = []
    x = faces[0].width / 2 + 2 * _INSET
    for i, (node, one) in enumerate(zip(nodes, faces, strict=True)):
        if i:
            apart = max(_LEAST, min(room[i - 1], _MOST))
            x += max(apart, (faces[i - 1].width + one.width) / 2 + _GAP)
        box = Box(x - one.width / 2, high - one.height, one.width, one.height)
        found.append(Head(node, one, box, x))
    return tuple(found)


@dataclass
class _Rows:
    """Goes down through the messages, row by row."""

    columns: dict[str, float]
    start: str
    y: float = 0.0
    arrows: list[Arrow] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    rims: list[Rim] = field(default_factory=list)
    active: dict[str, int] = field(default_factory=dict)

    def items(self, items: Sequence[Item], depth: int = 0) -> None:
        for item in items:
            if isinstance(item, Message):
                self.message(item, depth)
            else:
                self.fragment(item, depth)

    def message(self, message: Message, depth: int) -> None:
        """An arrow, the bar of whoever answers, and what that one asks for meanwhile."""
        source = message.source or self.start
        title, said = texts(message)
        self.y += _ROW + LINE * (2 if said else 1)
        start, end = self.edge(source, message.target), self.edge(message.target, source)
        nth = self.active.get(message.target, 0)
        x = self.columns[message.target] + nth * BAR / 2
        if source == message.target:
            start = end = self.columns[source] + BAR / 2 + (max(nth, 1) - 1) * BAR / 2
        self.arrows.append(Arrow(message, self.y, start, end, title, said))
        top = self.y + (14.0 if source == message.target else 0.0)
        self.active[message.target] = nth + 1
        self.y = top + _AFTER
        self.items(message.inner, depth)
        self.active[message.target] = nth
        self.y += 4.0
        self.bars.append(Bar(x, top, self.y))

    def edge(self, name: str, towards: str) -> float:
        """Where an arrow meets a lifeline: at the side of its bar."""
        x, nth = self.columns[name], self.active.get(name, 0)
        side = 1.0 if self.columns[towards] > x else -1.0
        outer = max(nth - 1, 0) * BAR / 2 if side > 0 else 0.0
        return x + side * BAR / 2 + outer

    def fragment(self, fragment: Fragment, depth: int) -> None:
        """A frame around the columns that its messages touch."""
        self.y += 10.0
        top, number = self.y, len(self.arrows)
        inner = len(self.rims)
        self.y += TAG
        cuts: list[tuple[float, str]] = []
        for i, (label, items) in enumerate(fragment.operands):
            if i:
                self.y += 8.0
                cuts.append((self.y, label))
                self.y += 6.0 if not label else 14.0
            self.items(items, depth + 1)
        self.y += 10.0
        left, right = self._around(number, inner)
        first = fragment.operands[0][0]
        label = ", ".join(filter(None, (fragment.label, first)))
        room = max(right - left - width(fragment.sort, TEXT, strong=True) - 40.0, 60.0)
        box = Box(left, top, right - left, self.y - top)
        self.rims.append(Rim(box, fragment.sort, cut(clean(label), TEXT, room), tuple(cuts), depth))

    def _around(self, number: int, inner: int) -> tuple[float, float]:
        """The left and right end of the messages from a number on, and of frames among them."""
        ends = [x for arrow in self.arrows[number:] for x in _reach(arrow)]
        for rim in self.rims[inner:]:
            ends += [rim.box.x, rim.box.right]
        return min(ends) - _INSET, max(ends) + _INSET


def _reach(arrow: Arrow) -> Iterator[float]:
    """How far a message reaches, its text included."""
    yield min(arrow.start, arrow.end) - BAR
    yield max(arrow.start, arrow.end) + BAR
    if arrow.start == arrow.end:
        wide = max(width(arrow.title, TEXT, strong=True), width(arrow.said, TEXT))
        yield arrow.start + LOOP + wide
