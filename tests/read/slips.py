"""Slips of the finger in a design: one letter swapped, dropped, doubled or replaced."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sysdesign.design import Design, keys_of
from sysdesign.design import shape as grammar
from sysdesign.design.names import (
    COMPONENT_MEASURES,
    ENTITY_MEASURES,
    OPERATION_MEASURES,
)
from sysdesign.design.shape import Key, Record, Shape
from sysdesign.quantity import Units
from sysdesign.read.context import Context
from sysdesign.read.reader import Reader
from sysdesign.read.yaml_tree import parse
from sysdesign.source import Node, Source, Span

_VALID = {*COMPONENT_MEASURES, *ENTITY_MEASURES, *OPERATION_MEASURES}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_UNIT = re.compile(r"(?<=\d )[A-Za-z]+|(?<=/)[A-Za-z]+")
_MEASURE = re.compile(r"\.([a-z_0-9]+)(?=\s*(?:[<>]|$))")


@dataclass(frozen=True)
class Place:
    """A word of a design that must be spelled right."""

    sort: str
    word: str
    line: int
    column: int


@dataclass(frozen=True)
class Slip:
    """A place with the word that stands there by mistake, and the text with it."""

    place: Place
    written: str
    text: str


class _Watching(Context):
    """Notes every word that is taken for a reference."""

    places: list[Place]
    asked: set[tuple[str, str]]

    def refer(self, word: str, span: Span, spaces: tuple[str, ...], *rest: Any) -> str | None:
        self.places.append(Place("reference", word, span.line, span.column))
        self.asked.update((space, word) for space in spaces)
        return super().refer(word, span, spaces, *rest)


class _WatchingReader(Reader):
    """Notes every key, choice and amount."""

    context: Any

    def record(  # type: ignore[override]
        self,
        cls: type[Record],
        keys: Mapping[str, Key],
        node: Node,
        path: str,
        *rest: Any,
        **more: Any,
    ) -> Any:
        for key, _ in node.pairs or ():
            if key.text in keys:
                self._note("key", key.text or "", key.span)
        return super().record(cls, keys, node, path, *rest, **more)

    def choose(self, text: str, node: Node, words: tuple[str, ...], what: str) -> str | None:
        self._note("choice", text, node.span)
        return super().choose(text, node, words, what)

    def read(self, shape: Shape, node: Node, path: str) -> Any:
        if isinstance(shape, grammar.Amount) and node.text:
            for found in _UNIT.finditer(node.text):
                if Units().is_unit(found[0]):
                    self._note("unit", found[0], node.span, found.start())
        if isinstance(shape, grammar.Test | grammar.Measure) and node.text:
            for found in _MEASURE.finditer(node.text):
                self._note("measure", found[1], node.span, found.start(1))
        return super().read(shape, node, path)

    def _note(self, sort: str, word: str, span: Span, offset: int = 0) -> None:
        self.context.places.append(Place(sort, word, span.line, span.column + offset))


def places(text: str) -> list[Place]:
    """Every word of a design that must be spelled right, in the order of the text."""
    source = Source("design.yaml", text)
    root = parse(source, [])
    context = _Watching(text=text)
    context.places, context.asked = [], set()
    context.collect_ids(root)
    reader = _WatchingReader(context)
    reader.record(Design, keys_of(Design), root, "")
    found = context.places
    for space, ids in context.ids.spaces.items():
        found += [Place("definition", word, span.line, span.column) for word, span in ids.items()
                  if (space, word) in context.asked]  # fmt: skip
    lines = text.splitlines()
    exact = {p for p in found if lines[p.line - 1][p.column - 1 :].startswith(p.word)}
    return sorted(exact, key=lambda p: (p.line, p.column, p.sort))


def slips(texts: Mapping[str, str], seed: int) -> Iterator[Slip]:
    """Endless slips in some designs, the same for a seed; none makes a word that could stand."""
    every = [(name, place) for name, text in texts.items() for place in places(text)]
    known = {(name, place.word) for name, place in every}
    dice = random.Random(seed)
    while True:
        name, place = dice.choice(every)
        written = _slip(place.word, dice)
        if (name, written) in known or written in _VALID or not _WORD.fullmatch(written):
            continue
        if Units().is_unit(written) or written == place.word:
            continue
        lines = texts[name].splitlines(keepends=True)
        line, start = lines[place.line - 1], place.column - 1
        lines[place.line - 1] = line[:start] + written + line[start + len(place.word) :]
        yield Slip(place, written, "".join(lines))


def _slip(word: str, dice: random.Random) -> str:
    at = dice.randrange(len(word))
    match dice.choice(("swap", "drop", "double", "replace")):
        case "swap" if at + 1 < len(word):
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case "drop":
            return word[:at] + word[at + 1 :]
        case "double":
            return word[: at + 1] + word[at:]
        case _:
            return word[:at] + dice.choice(LETTERS) + word[at + 1 :]
