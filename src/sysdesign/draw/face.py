"""How the inside of a node is set out, and how big that makes it."""

from dataclasses import replace
from math import ceil

from sysdesign.draw.geometry import Box
from sysdesign.draw.records import Frame, Node, Shape
from sysdesign.draw.text import clean, cut, width, wrapped
from sysdesign.records import dataclass

TITLE, SMALL = 14.0, 11.0  # font sizes
TITLE_LINE, SMALL_LINE = 18.0, 15.0  # from one base line to the next
PADDING = 12.0
ICON, ICON_GAP = 20.0, 9.0
LEAST_WIDTH, TEXT_ROOM = 120.0, 160.0
STACK = 4.0  # from one card of a stack to the next
MOST_LINES = 12
_CELLS = 8
_STEP = 12.0  # widths are multiples of it, so that neighbours line up


@dataclass(frozen=True, slots=True)
class Inset:
    """Room that an outline needs around its text."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


INSETS = {
    Shape.CYLINDER: Inset(top=15, bottom=7),
    Shape.CACHE: Inset(top=15, bottom=7),
    Shape.SEARCH: Inset(top=15, bottom=7),
    Shape.QUEUE: Inset(left=5, right=15),
    Shape.STREAM: Inset(left=5, right=23),
    Shape.PERSON: Inset(top=27),
    Shape.BROWSER: Inset(top=15),
    Shape.PHONE: Inset(top=7, bottom=7),
    Shape.CLOUD: Inset(left=13, top=15, right=13, bottom=5),
    Shape.GATEWAY: Inset(left=11, right=11),
    Shape.BALANCER: Inset(left=7, right=7),
    Shape.EDGE: Inset(left=7, right=7),
    Shape.NAMES: Inset(left=7, right=7),
    Shape.FUNCTION: Inset(left=2, right=2),
    Shape.BUCKET: Inset(left=8, top=13, right=8, bottom=4),
    Shape.NOTE: Inset(right=6),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One text: where its base line starts, how wide it is; `ink` names its colour."""

    text: str
    x: float
    y: float
    width: float
    size: float
    strong: bool
    ink: str


@dataclass(frozen=True, slots=True)
class Face:
    """The inside of a node, from the upper left corner of its box.

    `cards` is how many lie on the stack, `card` the front one. `icon` is the box of the glyph;
    `meter` that of the utilisation, `cells` those of the shards.
    """

    width: float
    height: float
    card: Box
    cards: int
    icon: Box
    runs: tuple[Run, ...]
    meter: Box | None
    cells: tuple[Box, ...]
    badge: Run | None


def face(node: Node) -> Face:
    """Set out a node; the size follows from its text, by the widths of the drawing font."""
    inset = INSETS.get(node.shape, Inset())
    cards = 1 if node.replicas < 2 else 2 if node.replicas == 2 else 3
    stack = STACK * (cards - 1)
    titles = wrapped(node.title or node.id, TITLE, TEXT_ROOM, 2, strong=True)
    subtitle = cut(clean(_subtitle(node)), SMALL, TEXT_ROOM)
    count = f"×{_counted(node.replicas)}" if node.replicas > 1 else ""
    counted = width(count, SMALL, strong=True) + 10 if count else 0.0
    whole = TEXT_ROOM + ICON + ICON_GAP
    lines = tuple(cut(clean(line), SMALL, whole) for line in node.lines[:MOST_LINES])
    head = max(
        max(width(t, TITLE, strong=True) for t in titles) + counted,
        width(subtitle, SMALL),
    )
    shards = f"{_counted(node.shards)} shards" if node.shards > 1 else ""
    shard_room = 44 + 8 + width(shards, SMALL) if shards else 0.0
    room = max(ICON + ICON_GAP + head, shard_room, *(width(line, SMALL) for line in lines), 0.0)
    room = max(room + inset.left + inset.right + 2 * PADDING, LEAST_WIDTH)
    card_width = _STEP * ceil(room / _STEP - 1e-9)
    return _set_out(node, inset, stack, cards, card_width, titles, subtitle, count, lines, shards)


def _counted(number: int) -> str:
    """A number in full, or what there is room for: `12,000`, `3.4M`."""
    near = float(f"{number:.3g}")  # 999,999,999 is 1G, not 1000M
    if near >= 1e15:
        return f"{near:.1e}".replace("e+", "e")
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if near >= size:
            return f"{near / size:g}{letter}"
    return f"{number:,}"


def _subtitle(node: Node) -> str:
    return (
        f"{node.subtitle} (external)"
        if node.external and node.subtitle
        else ("external" if node.external else node.subtitle)
    )


def _set_out(
    node: Node, inset: Inset, stack: float, cards: int, card_width: float,
    titles: tuple[str, ...], subtitle: str, count: str, lines: tuple[str, ...], shards: str,
) -> Face:  # fmt: skip
    left, right = inset.left + PADDING, card_width - inset.right - PADDING
    top = inset.top + PADDING - 1
    runs: list[Run] = []
    centred = node.shape is Shape.PERSON  # its head is the sign
    text_x = left + (0.0 if centred else ICON + ICON_GAP)
    y = top
    for text in titles:
        y += TITLE_LINE
        runs.append(_run(text, text_x, y - 4, TITLE, "ink", strong=True))
    if count:
        wide = width(count, SMALL, strong=True)
        runs.append(_run(count, right - wide, top + TITLE_LINE - 4.5, SMALL, "soft", strong=True))
    if subtitle:
        y += SMALL_LINE
        runs.append(_run(subtitle, text_x, y - 3.5, SMALL, "soft"))
    icon_height = y - top
    if lines:
        y += 5
    for text in lines:
        y += SMALL_LINE
        runs.append(_run(text, left, y - 3.5, SMALL, "ink"))
    cells: tuple[Box, ...] = ()
    if shards:
        y += 5 + SMALL_LINE
        runs.append(_run(shards, left + 52, y - 3.5, SMALL, "soft"))
        shown = min(node.shards, _CELLS)
        wide = 44 / shown
        cells = tuple(Box(left + i * wide, y - 12, wide, 9) for i in range(shown))
    meter = None
    if node.heat is not None:
        y += 11
        meter = Box(left, y - 5, right - left, 5)
    card = Box(0, 0, card_width, 2 * ceil((y + PADDING + inset.bottom) / 2))
    icon = Box(left, top + max(0.0, (min(icon_height, 36) - ICON) / 2), ICON, ICON)
    if centred:
        icon = Box(left, top, 0, 0)
        runs = [replace(r, x=(left + right - r.width) / 2) if r.x == left else r for r in runs]
    return Face(
        card_width + stack, card.height + stack, card, cards, icon, tuple(runs), meter, cells,
        _badge(node, card),
    )  # fmt: skip


def _badge(node: Node, card: Box) -> Run | None:
    if not node.badge:
        return None
    text = cut(clean(node.badge), SMALL, card.width - 40, strong=True)
    wide = width(text, SMALL, strong=True)
    return _run(text, card.width - wide - 18, 3.8, SMALL, "badge", strong=True)


def _run(text: str, x: float, y: float, size: float, ink: str, *, strong: bool = False) -> Run:
    return Run(text, x, y, width(text, size, strong=strong), size, strong, ink)


FRAME_TITLE, FRAME_GLYPH = 12.5, 14.0
FRAME_TITLE_HEIGHT = 20.0
_FRAME_ROOM = 260.0


def frame_title(frame: Frame) -> tuple[Run, ...]:
    """The title of a frame and what follows it, from where its glyph begins."""
    text = cut(clean(frame.title or frame.id), FRAME_TITLE, _FRAME_ROOM, strong=True)
    first = _run(text, FRAME_GLYPH + 7, 14, FRAME_TITLE, "ink", strong=True)
    second = cut(clean(frame.subtitle), SMALL, _FRAME_ROOM)
    if not second:
        return (first,)
    return (first, _run(second, first.x + first.width + 8, 14, SMALL, "soft"))


def frame_title_width(frame: Frame) -> float:
    """From the glyph to the end of the title."""
    last = frame_title(frame)[-1]
    return last.x + last.width + 4


LABEL_LINE = 14.0
_LABEL_ROOM = 104.0


def label_lines(text: str) -> tuple[str, ...]:
    """The label of a link on at most two lines; none if it is empty."""
    text = clean(text)
    return wrapped(text, SMALL, _LABEL_ROOM, 2) if text else ()


def label_size(lines: tuple[str, ...]) -> tuple[float, float]:
    """Width and height of a label, its padding included."""
    return (max(width(line, SMALL) for line in lines) + 10, LABEL_LINE * len(lines) + 4)
