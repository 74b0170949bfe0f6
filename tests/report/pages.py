"""Reports of designs for the tests, and pages taken apart by an independent reader of HTML."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sysdesign.report import Document, Subject, html_of, report
from sysdesign.workbench import Workbench, open_text
from sysdesign.workbench.bench import Workbench as Bench

ROOT = Path(__file__).resolve().parent.parent.parent
TODAY = date(2026, 11, 24)
VOID = {"meta", "br", "wbr", "link", "img", "input", "hr"}

# One server of exponential work at half its capacity: M/M/1.
SERVER = """\
sysdesign: 1
problem: {name: One server, actors: {caller: {primary: true}}, reviewed: 2026-01-01, growth: {a_year: 2x}}
conventions: {network: none}
requirements:
  quality:
    fast: {expect: ask.p99 < 200 ms}
operations:
  ask: {actor: caller, rate: 50 req/s, path: [web]}
components:
  web: {kind: service, replicas: 1, cores: 1, slots: 1000000, work: {mean: 10 ms, distribution: exponential}}
"""


def bench_of(text: str, **changes: Any) -> Workbench:
    """A design with a fixed day."""
    bench = open_text(text, **changes)
    return Bench(bench.study, TODAY)


@cache
def example(name: str) -> Workbench:
    """An example of the project, worked out once."""
    return bench_of((ROOT / "examples" / f"{name}.yaml").read_text("utf-8"))


@cache
def document(name: str) -> Document:
    """Its report."""
    return of(example(name))


def of(bench: Workbench) -> Document:
    return report(Subject(bench.study, bench.review, bench.today))


@cache
def page(name: str) -> "Element":
    """Its page, taken apart."""
    return parsed(html_of(document(name)))


@dataclass
class Element:
    """An element with its attributes and what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Element | str"] = field(default_factory=list)

    def all(self, *tags: str) -> list["Element"]:
        """Elements below with one of these tags, in order; all without."""
        found = []
        for one in self.inside:
            if isinstance(one, Element):
                found += [one] if not tags or one.tag in tags else []
                found += one.all(*tags)
        return found

    @property
    def text(self) -> str:
        """Every word in it."""
        return "".join(one if isinstance(one, str) else one.text for one in self.inside)

    def section(self, id_: str) -> "Element":
        """The section with this id."""
        return next(s for s in self.all("section") if s.attributes["aria-labelledby"] == id_)

    def table(self, caption: str) -> list[list[str]]:
        """Cells of the table with this caption, heads first."""
        found = next(t for t in self.all("table") if t.all("caption")[0].text == caption)
        return [[cell.text for cell in row.all("th", "td")] for row in found.all("tr")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert len(element.attributes) == len(attrs), f"an attribute twice: {attrs}"
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def parsed(text: str) -> Element:
    """A page as a tree; every element has to be closed by its own tag."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], [one.tag for one in reader.open]
    return reader.root
