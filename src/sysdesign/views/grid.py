"""Boxes in columns, columns in frames, frames in rows: places without a layout engine.

What stands somewhere has no arrows that could order it; so equal things lie side by side.
"""

from collections.abc import Sequence
from dataclasses import field

from sysdesign.draw import Frame, Node, PlacedFrame, PlacedNode
from sysdesign.draw.face import FRAME_TITLE_HEIGHT, face, frame_title_width
from sysdesign.draw.geometry import Box
from sysdesign.records import dataclass

GAP, PAD = 22.0, 18.0
TITLE = FRAME_TITLE_HEIGHT + 10.0
BADGE = 8.0  # room above a row, so that stacked cards do not touch


@dataclass(frozen=True, slots=True)
class Block:
    """Things with places from (0, 0) on, and how much room they take."""

    width: float = 0.0
    height: float = 0.0
    nodes: tuple[PlacedNode, ...] = ()
    frames: tuple[PlacedFrame, ...] = field(default=())

    def moved(self, dx: float, dy: float) -> "Block":
        """The same elsewhere; its room stays that from (0, 0) on."""
        return Block(
            self.width, self.height,
            tuple(PlacedNode(n.node, n.box.moved(dx, dy), n.face) for n in self.nodes),
            tuple(PlacedFrame(f.frame, f.box.moved(dx, dy), f.depth) for f in self.frames),
        )  # fmt: skip


def card(node: Node) -> Block:
    """One box."""
    inside = face(node)
    box = Box(0.0, 0.0, inside.width, inside.height)
    return Block(inside.width, inside.height, (PlacedNode(node, box, inside),))


def beside(blocks: Sequence[Block], gap: float = GAP) -> Block:
    """Blocks in a row, their tops on one line."""
    x, found = 0.0, []
    for block in blocks:
        found.append(block.moved(x, 0.0))
        x += block.width + gap
    return _joined(found, max(x - gap, 0.0), max((b.height for b in blocks), default=0.0))


def below(blocks: Sequence[Block], gap: float = GAP) -> Block:
    """Blocks in a column, their left sides on one line."""
    y, found = 0.0, []
    for block in blocks:
        found.append(block.moved(0.0, y))
        y += block.height + gap
    return _joined(found, max((b.width for b in blocks), default=0.0), max(y - gap, 0.0))


def rows(blocks: Sequence[Block], room: float, gap: float = GAP) -> Block:
    """Blocks in as many rows as a width asks for."""
    lines: list[list[Block]] = [[]]
    x = 0.0
    for block in blocks:
        if lines[-1] and x + block.width > room:
            lines.append([])
            x = 0.0
        lines[-1].append(block)
        x += block.width + gap
    return below([beside(line, gap) for line in lines if line], gap)


def table(columns: Sequence[Sequence[Block | None]], gap: float = GAP) -> list[Block]:
    """Columns whose rows are on one line, so that equal things lie beside each other."""
    most = max((len(column) for column in columns), default=0)
    heights = [
        max((b.height for column in columns if i < len(column) and (b := column[i])), default=0.0)
        for i in range(most)
    ]
    made = []
    for column in columns:
        y, found, wide = 0.0, [], 0.0
        for i, block in enumerate(column):
            if block is not None:
                found.append(block.moved(0.0, y))
                wide = max(wide, block.width)
            y += heights[i] + gap if heights[i] else 0.0
        made.append(_joined(found, wide, max(y - gap, 0.0)))
    return made


def inside(frame: Frame, block: Block, depth: int) -> Block:
    """A block with a frame around it."""
    wide = max(block.width, frame_title_width(frame)) + 2 * PAD
    high = block.height + TITLE + PAD + BADGE
    shown = PlacedFrame(frame, Box(0.0, 0.0, wide, high), depth)
    moved = block.moved(PAD, TITLE + BADGE)
    return Block(wide, high, moved.nodes, (shown, *moved.frames))


def _joined(blocks: Sequence[Block], width: float, height: float) -> Block:
    return Block(
        width, height,
        tuple(node for block in blocks for node in block.nodes),
        tuple(frame for block in blocks for frame in block.frames),
    )  # fmt: skip
