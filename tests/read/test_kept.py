"""A file that is read again with a change reads as if it were read for the first time."""

import re
from pathlib import Path

import pytest

from sysdesign import read as reading
from sysdesign.read import Reading, parse, read
from sysdesign.source import Node, Source

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "examples").glob("*.yaml"), *(ROOT / "tests/data/designs").glob("*.yaml")])
SHOP = """\
sysdesign: 1
assumptions: {calls: 10 req/s, kept: 3 .. 5 day}
operations:
  get: {rate: calls, path: [web: [db]]}
  put: {rate: web.replicas * 1 req/s, path: [web: [{db: {do: write}}]]}
components:
  web: {kind: service, replicas: 4, in: eu}
  db: {kind: sql_database, work: {read: 1 ms, write: 2 ms}, in: eu}
places: {eu: {zones: [eu-a, eu-b]}, us: {}}
links: {web -> db: {timeout: 1 s}}
"""
CHANGES = [
    "components.web.replicas: 9",
    "components.web.replicas: null",  # of which put.rate speaks
    "components.db: null",
    "components.web: {kind: cache}",
    "components.extra: {kind: service}",
    "assumptions.calls: null",
    "assumptions.calls: many",
    "operations.get: null",
    "operations.get.path: [web]",
    "places.us: null",
    "places.eu.zones: [eu-a]",
    "conventions: {month: 30 day, counts: [call]}",
    "components.web.in: mars",
    "components.web.colour: red",
    "scenarios.x: {fail: eu-b}",
]


def patch(text: str) -> Node:
    return parse(Source("change", text), [])


def fresh(source: Source, patches: tuple[Node, ...]) -> Reading:
    reading._last.clear()
    try:
        return read(source, patches)
    finally:
        reading._last.clear()


def told(one: Reading) -> object:
    return one.problems, one.notes, re.sub(" at 0x[0-9a-f]+", "", repr(one.design)), one.units


@pytest.mark.parametrize("change", CHANGES)
def test_with_a_change(change: str) -> None:
    source, patches = Source("shop", SHOP), (patch(change),)
    read(source)
    again = read(source, patches)
    assert told(again) == told(fresh(source, patches))
    assert told(read(source)) == told(fresh(source, ()))


def test_one_change_after_another() -> None:
    source = Source("shop", SHOP)
    for change in (*CHANGES, *reversed(CHANGES)):
        patches = (patch(change),)
        kept = reading._last[:]
        expected = told(fresh(source, patches))
        reading._last[:] = kept
        assert told(read(source, patches)) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.mostly_slow(3)
def test_options_of_the_designs(path: Path) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    design = read(source).design
    for decision in design.decisions.values():
        for option in decision.options.values():
            if option.change is not None:
                again = told(read(source, (option.change,)))
                kept = reading._last[:]
                assert again == told(fresh(source, (option.change,)))
                reading._last[:] = kept
