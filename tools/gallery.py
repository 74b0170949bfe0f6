"""The pictures that are kept: paint them anew, and show them beside those of before.

    python -m tools.gallery FOLDER            writes FOLDER/index.html, before and after
    python -m tools.gallery FOLDER --keep     and makes the new ones those that are kept

The kept ones are in tests/draw/golden; a test compares their bytes. Look at the page before you
keep.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from tests.draw.samples import everything, platform, random_graph, shortener, timeline

from sysdesign.draw import Diagram, Node, Placed, layout, paint
from sysdesign.draw.placing import laid_out

KEPT = Path(__file__).resolve().parent.parent / "tests" / "draw" / "golden"


def without_links() -> Placed:
    """Rows of what is not linked."""
    nodes = tuple(Node(f"n{i}", f"Service {i}", "Go", replicas=i) for i in range(1, 13))
    return layout(Diagram("Services without links", nodes))


def pinned() -> Placed:
    """A node where a person put it."""
    x, y = next(n.box.centre for n in layout(shortener()).nodes if n.node.id == "stats")
    return layout(shortener(), pins={"stats": (x - 420, y + 150)})


@contextmanager
def no_engine() -> Iterator[None]:
    """As on a machine without Graphviz in any form."""
    engines, laid_out.ENGINES = laid_out.ENGINES, ()
    try:
        yield
    finally:
        laid_out.ENGINES = engines


def by_the_grid() -> Placed:
    """The layout of our own."""
    with no_engine():
        return layout(platform(20))


PICTURES: dict[str, Callable[[], Placed]] = {
    "shortener": lambda: layout(shortener()),
    "timeline": lambda: layout(timeline()),
    "platform": lambda: layout(platform(40)),
    "everything": lambda: layout(everything()),
    "random": lambda: layout(random_graph(26, 20)),
    "without_links": without_links,
    "pinned": pinned,
    "grid": by_the_grid,
}

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color-scheme:light dark}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
img{width:100%;border:1px solid #8884;border-radius:8px}
h2 small{font-weight:400;opacity:.7}
"""


def painted() -> dict[str, str]:
    """All pictures as they are now."""
    return {name: paint(made()) for name, made in PICTURES.items()}


def kept(name: str) -> Path:
    """The file of a kept picture."""
    return KEPT / f"{name}.svg"


def page(folder: Path, pictures: dict[str, str]) -> str:
    """Write both versions of each picture into a folder; returns the page that shows them."""
    parts = [f"<!doctype html><meta charset=utf-8><title>Gallery</title><style>{_STYLE}</style>"]
    for name, after in pictures.items():
        before = kept(name).read_text("utf-8") if kept(name).exists() else ""
        for which, svg in (("before", before), ("after", after)):
            (folder / f"{name}.{which}.svg").write_text(svg, "utf-8", newline="\n")
        said = "the same" if before == after else "changed" if before else "new"
        images = "".join(f'<img src="{name}.{w}.svg" alt="{w}">' for w in ("before", "after"))
        parts.append(
            f'<h2>{escape(name)} <small>{said}</small></h2><div class="pair">{images}</div>'
        )
    return "\n".join(parts)


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    pictures = painted()
    (folder / "index.html").write_text(page(folder, pictures), "utf-8", newline="\n")
    if "--keep" in arguments[1:]:
        KEPT.mkdir(exist_ok=True)
        for name, svg in pictures.items():
            kept(name).write_text(svg, "utf-8", newline="\n")
    print(f"{folder / 'index.html'}: {len(pictures)} pictures")


if __name__ == "__main__":
    main(sys.argv[1:])
