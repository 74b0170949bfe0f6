"""The neutral tree of a document: sections of blocks, blocks of lines. It knows no format.

Texts are plain; each writer escapes them. Times are seconds, loads factors on the peak, shares
0..1.
"""

from typing import Literal

from sysdesign.records import dataclass

Tone = Literal["good", "warning", "bad", "neutral"]
Align = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Code:
    """A name or a formula, in the letters of a typewriter."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in names, in the letters of a typewriter."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A word that is to be seen first."""

    text: str


@dataclass(frozen=True, slots=True)
class Soft:
    """A remark that may be passed over."""

    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict or a severity: a word whose tone says how to take it."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Goto:
    """A reference to a section of the same document, by its id and its title."""

    text: str
    section: str
    title: str


@dataclass(frozen=True, slots=True)
class Break:
    """What follows stands on a line of its own."""

    text: str = " "


Inline = str | Break | Code | Formula | Strong | Soft | Mark | Goto
Line = str | tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    line: Line


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that is set apart: what to be careful with."""

    line: Line
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without an order."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are: a list of terms."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a column."""

    title: str
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first cell of a row is its head.

    `prose` tables hold sentences, others numbers. Where there is no room a writer sets the cells of
    a row below each other.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Line, ...], ...]
    prose: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One number to see at a glance: what it is, its value, what stands below."""

    label: str
    value: str
    below: str = ""
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Tiles:
    """Numbers side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A call in a waterfall; see `sysdesign.analyze.Step`.

    Times are seconds from the start of the operation, None where they have no end or nobody waits.
    `own_s` is work and waiting at the component itself. `rare` calls are made by fewer than half.
    """

    depth: int
    label: str
    remark: str
    start_s: float | None
    takes_s: float | None
    own_s: float | None
    p99_s: float | None
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Calls of one operation one below the other, each as a bar from its start to its end.

    `total_s` is the mean of the whole; `more` calls are too short to be listed.
    """

    title: str
    total_s: float
    bars: tuple[Bar, ...]
    more: int = 0


Scale = Literal["factor", "share", "seconds", "number"]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis measures, how its numbers are written, and where it begins and ends.

    Ends that are not given follow from what is drawn, an upright axis or one of bars then begins at
    zero. `unit` is of a number: "req/s". What lies beyond an end is cut off.
    """

    title: str
    scale: Scale
    first: float | None = None
    last: float | None = None
    log: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line through points (x, y), and the band of (x, low, high) around it, if any.

    At each x of `anew` the line begins anew: nothing is known of what lies before it.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    band: tuple[tuple[float, float, float], ...] = ()
    anew: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A named point; the chosen one is seen first."""

    name: str
    x: float
    y: float
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    """A straight line at a value, with its meaning."""

    at: float
    name: str


@dataclass(frozen=True, slots=True)
class Span:
    """A marked interval of the horizontal axis, with its meaning: "eu-a is down"."""

    first: float
    last: float
    name: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves and spots over two axes; `levels` are lines across, `stops` upright ones."""

    title: str
    x: Axis
    y: Axis
    curves: tuple[Curve, ...] = ()
    spots: tuple[Spot, ...] = ()
    levels: tuple[Guide, ...] = ()
    stops: tuple[Guide, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A named row of bars: a value for each series (None: not known), an interval of their sum."""

    name: str
    values: tuple[float | None, ...]
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Rows over one axis: `stacked` bars end at the sum of their values, `marks` stand at each.

    Where it `repeats` a table beside it, a writer without pictures leaves it out.
    """

    title: str
    axis: Axis
    series: tuple[str, ...]
    rows: tuple[Row, ...]
    kind: Literal["stacked", "marks"] = "stacked"
    levels: tuple[Guide, ...] = ()
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, and the same as a table for those who cannot see it."""

    title: str
    svg: str
    table: Table | None = None


Block = Paragraph | Note | Bullets | Facts | Table | Tiles | Waterfall | Plot | Bars | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with blocks, then sections below it; `id` is unique in the document."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands below the heading."""
        return not self.blocks and all(one.is_empty for one in self.sections)


@dataclass(frozen=True, slots=True)
class Document:
    """Title, lines below it, what is to be seen at a glance, and the sections in order."""

    title: str
    lines: tuple[Line, ...]
    summary: Section
    sections: tuple[Section, ...]
