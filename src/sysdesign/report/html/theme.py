"""Colours and style of the page. Colours are those of the pictures, so that both go together.

Text can be read on every ground it stands on: contrast at least 4.5 to 1 in both schemes (W3C, Web
Content Accessibility Guidelines 2.2, success criterion 1.4.3), which a test works out.
"""

from pathlib import Path

from sysdesign.draw.painting.theme import INKS, STROKES, SURFACES
from sysdesign.draw.text import clean, cut

# Name to (light, dark).
COLOURS: dict[str, tuple[str, str]] = {
    "page": SURFACES["canvas"],
    "panel": SURFACES["behind"],
    "code": SURFACES["zone"],
    "ink": INKS["ink"],
    "soft": INKS["soft"],
    "link": INKS["ink-accent"],
    "rule": STROKES["track"],
    "edge": STROKES["edge-muted"],
    "good": INKS["ink-good"],
    "good-ground": SURFACES["card-good"],
    "warning": INKS["ink-warning"],
    "warning-ground": SURFACES["card-warning"],
    "bad": INKS["ink-bad"],
    "bad-ground": SURFACES["card-bad"],
    "bar": STROKES["edge-accent"],
    "bar-rest": ("#c9cbf3", "#3b4180"),
    "bar-rare": ("#e0a24a", "#b98231"),
    "bar-rare-rest": ("#f3dfbf", "#574526"),
    "curve1": STROKES["edge-accent"],
    "curve2": ("#cf2f2f", "#f26b67"),
    "curve3": ("#0b7a60", "#2fb796"),
    "curve4": ("#a06a00", "#e0ab32"),
}
# Which text stands on which ground.
PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "page"), ("ink", "panel"), ("ink", "code"), ("soft", "page"), ("soft", "panel"),
    ("link", "page"), ("link", "panel"), ("good", "good-ground"), ("warning", "warning-ground"),
    ("bad", "bad-ground"), ("ink", "good-ground"), ("ink", "warning-ground"), ("ink", "bad-ground"),
    ("good", "panel"), ("warning", "panel"), ("bad", "panel"),
)  # fmt: skip


def style(title: str) -> str:
    """The style sheet: colours of both schemes, the rules, and the title at the foot of a sheet."""
    light = "".join(f"--{name}:{pair[0]};" for name, pair in COLOURS.items())
    dark = "".join(f"--{name}:{pair[1]};" for name, pair in COLOURS.items())
    rules = Path(__file__).with_name("style.css").read_text("utf-8")
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{rules}"
        f"@media print{{@page{{@bottom-left{{content:{quoted(cut(clean(title), 10, 320))}}}}}}}\n"
    )


def quoted(text: str) -> str:
    """Any text as a string of a style sheet: what is no letter, digit or space by its number."""
    plain = set(" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    return '"' + "".join(c if c in plain else f"\\{ord(c):06x}" for c in text) + '"'
