"""What a picture remembers of its own places, so that the next one can keep them.

The places are written into the picture itself, as one JSON text: no second file can be lost or
belong to something else. An SVG has it in `metadata`, a PNG in a `zTXt` chunk; no viewer shows
either. What is read back is data from outside: it is cut off at a size, every number is looked at,
and the layout checks the places before it uses them. Anything strange reads as no memory at all.

Source: W3C, Portable Network Graphics (PNG) Specification, Third Edition, 2025, 11.3.3.3 zTXt.
"""

import html
import json
import re
import struct
import zlib
from collections.abc import Mapping
from hashlib import sha256
from math import isfinite
from typing import Any

from sysdesign.draw.geometry import Box, Point
from sysdesign.draw.placed import Placed
from sysdesign.records import dataclass

MOST_BYTES = 4_000_000
"""So much of a file is looked at; the memory stands at its beginning."""
FARTHEST = 1e5  # points; no picture is so wide
_VERSION = 1
_MANY = 5_000  # nodes, frames, or links
_LONG = 4_000  # numbers of one curve
_KEY = b"sysdesign places"
_SVG = re.compile(r'<metadata data-kind="places">([^<]*)</metadata>')
_PNG = b"\x89PNG\r\n\x1a\n"

Ends = tuple[str, str, int]
"""A link by its ends, and how many before it join the same two."""


@dataclass(frozen=True, slots=True)
class KeptLink:
    """The curve of a link, and where its label or its number was."""

    curve: tuple[Point, ...]
    label_at: Point | None = None
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """Places of an earlier picture, by id. `made_of` is the digest of what it was laid out from."""

    made_of: str
    nodes: Mapping[str, Box]
    frames: Mapping[str, Box]
    links: Mapping[Ends, KeptLink]


def digest(what: object) -> str:
    """A short name for plain records: alike for those that are alike, on each machine."""
    return sha256(repr(what).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def ends_of(pairs: list[tuple[str, str]]) -> list[Ends]:
    """The keys of links by their ends."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for pair in pairs:
        seen[pair] = seen.get(pair, -1) + 1
        found.append((*pair, seen[pair]))
    return found


def earlier_of(placed: Placed) -> Earlier:
    """What is to be remembered of a picture."""
    keys = ends_of([(item.link.source, item.link.target) for item in placed.links])
    return Earlier(
        placed.made_of,
        {item.node.id: item.box for item in placed.nodes},
        {item.frame.id: item.box for item in placed.frames},
        {
            key: KeptLink(item.curve, item.label_at, item.number is not None)
            for key, item in zip(keys, placed.links, strict=True)
        },
    )


def remembered(placed: Placed, name: str) -> str:
    """The memory of a picture as JSON; `name` says of what, so that another view has none of it."""
    kept = earlier_of(placed)
    links = [
        [*ends, [v for point in one.curve for v in point], one.label_at, one.numbered]
        for ends, one in kept.links.items()
    ]
    whole = {
        "version": _VERSION, "name": name, "made_of": kept.made_of,
        "nodes": [[i, b.x, b.y, b.width, b.height] for i, b in kept.nodes.items()],
        "frames": [[i, b.x, b.y, b.width, b.height] for i, b in kept.frames.items()],
        "links": links,
    }  # fmt: skip
    return json.dumps(whole, separators=(",", ":"))


def recalled(data: bytes, name: str) -> Earlier | None:
    """The memory in the beginning of an SVG or PNG file; None where it has none of that name."""
    text = _text_of(data[:MOST_BYTES])
    try:
        found = json.loads(text) if text else None
        if not isinstance(found, dict) or found.get("version") != _VERSION:
            return None
        return _read(found) if found.get("name") == name else None
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
        return None


def element(text: str) -> str:
    """The memory as an element of an SVG."""
    return f'<metadata data-kind="places">{html.escape(text, quote=False)}</metadata>'


def in_svg(svg: str) -> str:
    """The memory that an SVG holds; "" for none."""
    found = _SVG.search(svg, 0, MOST_BYTES)
    return html.unescape(found[1]) if found else ""


def with_memory(png: bytes, text: str) -> bytes:
    """A PNG with the memory right after its header."""
    if not text or not png.startswith(_PNG):
        return png
    body = b"zTXt" + _KEY + b"\0\0" + zlib.compress(text.encode("ascii"), 9)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    end = len(_PNG) + 25  # the header chunk has 13 bytes, and 12 around them
    return png[:end] + chunk + png[end:]


def _text_of(data: bytes) -> str:
    if not data.startswith(_PNG):
        return in_svg(data.decode("utf-8", "replace"))
    at = len(_PNG) + 25
    size, kind = data[at : at + 4], data[at + 4 : at + 8]
    body = data[at + 8 : at + 8 + int.from_bytes(size, "big")]
    if kind != b"zTXt" or not body.startswith(_KEY + b"\0\0"):
        return ""
    try:
        unpacked = zlib.decompressobj().decompress(body[len(_KEY) + 2 :], MOST_BYTES)
    except zlib.error:
        return ""
    return unpacked.decode("utf-8", "replace")


def _read(found: dict[str, Any]) -> Earlier:
    for part in ("nodes", "frames", "links"):
        if len(found[part]) > _MANY:
            raise ValueError(f"too many {part}")
    links = {(str(a), str(b), int(n)): _link(*rest) for a, b, n, *rest in found["links"]}
    return Earlier(str(found["made_of"]), _boxes(found["nodes"]), _boxes(found["frames"]), links)


def _boxes(listed: list[Any]) -> dict[str, Box]:
    found = {str(id_): Box(*map(_number, four)) for id_, *four in listed}
    if any(box.width <= 0 or box.height <= 0 for box in found.values()):
        raise ValueError("a box without room")
    return found


def _link(curve: list[Any], at: list[Any] | None, numbered: bool) -> KeptLink:
    if len(curve) > _LONG or len(curve) % 6 != 2 or len(curve) < 8:
        raise ValueError("no curve")
    numbers = [_number(v) for v in curve]
    points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    label = None if at is None else (_number(at[0]), _number(at[1]))
    return KeptLink(points, label, bool(numbered))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    if not (isfinite(value) and abs(value) < FARTHEST):
        raise ValueError("no place in a picture")
    return float(value)
