"""Pictures of the examples, read back from their SVG."""

from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from sysdesign.workbench import Workbench, open_design
from sysdesign.workbench.gallery import Name
from sysdesign.workbench.pictures import draw, pictures
from tests.markdown import ROOT

EXAMPLES = ("start", "url_shortener", "one_million_users", "twitter")
SVG = "{http://www.w3.org/2000/svg}"


@cache
def bench(example: str) -> Workbench:
    return open_design(str(ROOT / "examples" / f"{example}.yaml"))


@cache
def all_pictures(example: str) -> tuple[Name, ...]:
    return pictures(bench(example))


@cache
def svg(example: str, view: str, id_: str = "", group: str = "") -> str:
    return draw(bench(example), view, id_=id_, group=group)


@dataclass(frozen=True)
class Shape:
    """A group of the SVG with its data attributes, and all text in it."""

    data: dict[str, str]
    text: str

    def __getitem__(self, key: str) -> str:
        return self.data.get(key, "")


def shapes(text: str, kind: str) -> list[Shape]:
    """The shapes of a kind: node, frame, link, label, message, fragment."""
    found = []
    for one in ElementTree.fromstring(text).iter(f"{SVG}g"):
        data = {k.removeprefix("data-"): v for k, v in one.attrib.items() if k.startswith("data-")}
        if data.get("kind") == kind:
            found.append(Shape(data, " | ".join(t for t in one.itertext() if t.strip())))
    return found


def ids(text: str, kind: str = "node") -> list[str]:
    return [shape["id"] for shape in shapes(text, kind)]
