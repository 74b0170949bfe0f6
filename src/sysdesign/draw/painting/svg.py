"""Writes SVG: numbers in one way, every text escaped, nothing that runs or fetches."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sysdesign.draw.face import Run
from sysdesign.draw.geometry import Box, Point
from sysdesign.draw.text import clean

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;"}
)


def number(value: float) -> str:
    """At most two decimals, the same on each machine; zero has no sign."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def escaped(text: str) -> str:
    """Any text as SVG text or attribute."""
    return clean(text).translate(_ESCAPES)


def safe_address(address: str) -> str:
    """An address to open on a click; empty unless relative, a fragment, http or https."""
    address = clean(address)
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return ""
    plain = scheme or ":" not in address.split("/")[0].split("#")[0].split("?")[0]
    fetched = address.startswith(("//", "\\", "/\\"))
    return address if plain and not fetched and scheme in ("", "http", "https") else ""


Value = str | float | None


class Canvas:
    """Elements in the order they are painted, and the classes that they use."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._used: set[str] = set()

    @property
    def used(self) -> frozenset[str]:
        """Classes of the style sheet that occur."""
        return frozenset(self._used)

    def open(self, name: str, **attributes: Value) -> None:
        """Begin an element that others go into."""
        self.parts.append(f"<{name}{self._said(attributes)}>")

    def close(self, name: str) -> None:
        """End it."""
        self.parts.append(f"</{name}>")

    def put(self, name: str, **attributes: Value) -> None:
        """An element without contents; `class_` and `data_id` become `class` and `data-id`."""
        self.parts.append(f"<{name}{self._said(attributes)}/>")

    def _said(self, attributes: dict[str, Value]) -> str:
        said = []
        for key, value in attributes.items():
            if value is None or value == "":
                continue
            name = key.rstrip("_").replace("_", "-")
            if name == "class" and isinstance(value, str):
                self._used.update(value.split())
            text = escaped(value) if isinstance(value, str) else number(value)
            said.append(f' {name}="{text}"')
        return "".join(said)

    def tooltip(self, text: str) -> None:
        """What a pointer and a screen reader are told."""
        self.parts.append(f"<title>{escaped(text)}</title>")

    def rect(self, box: Box, class_: str, radius: float = 0.0, **more: str | float) -> None:
        """A rectangle with round corners."""
        self.put(
            "rect", class_=class_, x=box.x, y=box.y, width=box.width, height=box.height,
            rx=radius or None, **more,
        )  # fmt: skip

    def path(self, d: str, class_: str, **more: str | float) -> None:
        """A path."""
        self.put("path", class_=class_, d=d, **more)

    def text(self, run: Run, at: Point = (0.0, 0.0), ink: str = "", halo: str = "") -> None:
        """One line of text, held to its width so that another font cannot overflow."""
        if not run.text:
            return
        where: dict[str, Value] = {
            "x": run.x + at[0], "y": run.y + at[1], "font_size": run.size,
            "font_weight": 600 if run.strong else None,
            "textLength": run.width, "lengthAdjust": "spacingAndGlyphs",
        }  # fmt: skip
        if halo:
            around: dict[str, Value] = {"stroke_width": 4, "stroke_linejoin": "round"}
            self.parts.append(
                f"<text{self._said({'class': halo, **where, **around})}>{escaped(run.text)}</text>"
            )
        said = self._said({"class": ink or f"t-{run.ink}", **where})
        self.parts.append(f"<text{said}>{escaped(run.text)}</text>")


def curve_path(curve: Sequence[Point]) -> str:
    """A curve of Béziers as the data of a path."""
    points = [f"{number(x)},{number(y)}" for x, y in curve]
    return f"M{points[0]}C{' '.join(points[1:])}"


def path(*steps: str | float) -> str:
    """Letters and numbers as the data of a path."""
    return " ".join(step if isinstance(step, str) else number(step) for step in steps)
