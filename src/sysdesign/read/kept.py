"""What was read of the parts of a file, for when it is read again with a change merged in.

A change leaves most nodes of the tree as they are. Such a part reads as it did, as long as all
words in it mean what they did (ids of the file, amounts of a component) and units are the same: the
reader looks at nothing else.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from sysdesign.read.context import Context
from sysdesign.source import Node, Span


class _Part(NamedTuple):
    """A part without problems: its node, its value, and what reading it added to the context."""

    node: Node
    value: Any
    used: frozenset[str]
    field_refs: tuple[Any, ...]
    notes: tuple[tuple[Span, str], ...]


class Kept:
    """Parts by their path, under what the file of the first reading defines."""

    def __init__(self, context: Context) -> None:
        self._units = context.units
        self._defined = _defined(context)
        self._parts: dict[str, _Part] = {}
        self._words: dict[str, frozenset[str]] = {}

    def beside(self, context: Context) -> "Reading | None":
        """What a file takes from it; None where it has other units."""
        if context.units != self._units:
            return None
        return Reading(self, _changed(self._defined, _defined(context)))

    def get(self, path: str, node: Node, changed: Collection[str]) -> _Part | None:
        """What was read of a node that says no word that means something else by now."""
        known = self._parts.get(path)
        if known is None or known.node is not node:
            return None
        if changed:
            if path not in self._words:
                self._words[path] = frozenset(_words(node))
            if not self._words[path].isdisjoint(changed):
                return None
        return known

    def add(self, path: str, part: _Part) -> None:
        """Keep the first reading of a part."""
        self._parts.setdefault(path, part)


class Reading:
    """One reading beside the first, in which some words are defined otherwise."""

    def __init__(self, kept: Kept, changed: Collection[str]) -> None:
        self._kept, self._changed = kept, changed

    def part(self, context: Context, path: str, node: Node, make: Callable[[], Any]) -> Any:
        """The value of a node: what it was, else read now, and kept if nothing is wrong in it."""
        known = self._kept.get(path, node, self._changed)
        if known is not None:
            context.used |= known.used
            context.field_refs += known.field_refs
            context.notes += known.notes
            return known.value
        before, context.used = context.used, set()
        wrong, refs, notes = _counts(context)
        value = make()
        used, context.used = context.used, before | context.used
        if not self._changed and _counts(context)[0] == wrong:
            self._kept.add(path, _Part(node, value, frozenset(used),
                                       tuple(context.field_refs[refs:]),
                                       tuple(context.notes[notes:])))  # fmt: skip
        return value


def _counts(context: Context) -> tuple[int, int, int]:
    """How much is wrong so far, and how many fields and notes there are."""
    wrong = len(context.problems) + len(context.unknown) + len(context.not_ids)
    return wrong, len(context.field_refs), len(context.notes)


class _Defined(NamedTuple):
    """What an id is, and the amounts that it states if it is a component."""

    spaces: tuple[str, ...]
    amounts: frozenset[str]


def _defined(context: Context) -> dict[str, _Defined]:
    """Every id of a file."""
    spaces: dict[str, list[str]] = {}
    for space, ids in context.ids.spaces.items():
        for name in ids:
            spaces.setdefault(name, []).append(space)
    return {
        name: _Defined(tuple(some), frozenset(context.amounts_of(name)))
        for name, some in spaces.items()
    }


def _changed(before: Mapping[str, _Defined], now: Mapping[str, _Defined]) -> set[str]:
    """Ids that are something else by now, or state an amount no more."""
    found = set(before.keys() ^ now.keys())
    for name in before.keys() & now.keys():
        one, other = before[name], now[name]
        if one.spaces != other.spaces or not one.amounts <= other.amounts:
            found.add(name)
    return found


def _words(node: Node) -> Iterator[str]:
    """Every word that could be an id in a part of the tree."""
    ahead = [node]
    while ahead:
        one = ahead.pop()
        for word in _WORD.findall(one.text or ""):
            yield word
            yield from word.split("-")  # of a place it is part of the name, else a minus
        ahead += one.items or ()
        for pair in one.pairs or ():
            ahead += pair


_WORD = re.compile("[a-z][a-z0-9_-]*")
