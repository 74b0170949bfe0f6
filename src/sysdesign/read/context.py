"""What the reader knows while it reads one file: problems so far, ids, references."""

import re
from collections.abc import Iterable
from dataclasses import field

from sysdesign.design import Design, Ids, Place, Record, Word, keys_of
from sysdesign.design import Problem as Why
from sysdesign.design.later import Observability, Security
from sysdesign.design.names import OTHER, RESERVED, SHARED
from sysdesign.design.problem import Requirements
from sysdesign.quantity import Units
from sysdesign.read.apart import Parts
from sysdesign.records import dataclass
from sysdesign.source import Node, Problem, Span, nearest

SECTION_OF = {
    "assumption": "assumptions", "estimate": "estimates", "operation": "operations",
    "path": "paths", "actor": "problem.actors", "entity": "data", "place": "places",
    "component": "components", "scenario": "scenarios", "decision": "decisions",
    "objective": "observability.objectives", "role": "security.roles",
}  # fmt: skip
NAMED = {
    "assumption": "an assumption", "estimate": "an estimate", "operation": "an operation",
    "path": "a path", "actor": "an actor", "entity": "an entity", "place": "a place",
    "component": "a component", "requirement": "a requirement", "scenario": "a scenario",
    "decision": "a decision",
    "zone": "a zone", "objective": "an objective", "role": "a role", "rate": "a cited rate",
    "location": "a cited location", "kind": "a component kind",
}  # fmt: skip


_PART = re.compile("[a-z0-9]+")


@dataclass(slots=True)
class Unknown:
    """A word that was used as an id and is defined nowhere."""

    word: str
    spaces: tuple[str, ...]
    span: Span
    suggestion: str | None
    hint: str | None = None


@dataclass(slots=True)
class Context:
    """State of one reading; problems are collected, nothing is raised."""

    units: Units = field(default_factory=Units)
    text: str = ""
    problems: list[Problem] = field(default_factory=list)
    ids: Ids = field(default_factory=Ids)
    used: set[str] = field(default_factory=set)
    unknown: list[Unknown] = field(default_factory=list)
    field_refs: list[Word] = field(default_factory=list)
    notes: list[tuple[Span, str]] = field(default_factory=list)
    components: dict[str, Node] = field(default_factory=dict)
    not_ids: dict[str, tuple[Span, str | None]] = field(default_factory=dict)
    parts: Parts = field(default_factory=Parts)

    def problem(
        self,
        code: str,
        message: str,
        span: Span,
        suggestion: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Add a problem."""
        self.problems.append(Problem(code, message, span, suggestion, hint))

    def refer(
        self, word: str, span: Span, spaces: tuple[str, ...], others: Iterable[str] = ()
    ) -> str | None:
        """The id that a word refers to: itself, the nearest one where it is mistyped, or None."""
        from sysdesign.read.catalogue import catalogue_ids

        catalogue = catalogue_ids(spaces)
        if word in catalogue or any(word in self.ids.spaces.get(s, ()) for s in spaces):
            self.used.add(word)
            return word
        known = [*self.ids.known(*spaces), *catalogue]
        elsewhere, hint = self.ids.space_of(word), None
        suggestion = None if elsewhere in SHARED else nearest(word, [*known, *others])
        if elsewhere is not None and suggestion is None and spaces != ("kind",):
            self.used.add(word)
            hint = f"'{word}' is {NAMED[elsewhere]} (line {self.ids.spaces[elsewhere][word].line})"
        self.unknown.append(Unknown(word, spaces, span, suggestion, hint))
        return suggestion if suggestion in known else None

    def report_unknown(self) -> None:
        """Turn unknown words into problems: one for each word, however often it is used.

        A word asked for in several places, or near to a definition that nothing uses, is more
        likely right than the definition; then the problem stands at the definition.
        """
        by_word: dict[str, list[Unknown]] = {}
        for entry in self.unknown:
            by_word.setdefault(entry.word, []).append(entry)
        for word, entries in by_word.items():
            # Where some stand in parts that can be left out, the problem is one of the others.
            first = min(entries, key=lambda e: (self.parts.of(e.span) is not None, e.span))
            if self._mistyped_definition(word, entries):
                continue
            more = f" ({len(entries)} places)" if len(entries) > 1 else ""
            message = f"'{word}' is not {one_of(first.spaces)}{more}"
            hint = first.hint
            if hint is None and first.suggestion is None:
                hint = self._define_hint(first.spaces)
            self.problem("unknown-id", message, first.span, first.suggestion, hint)
        for text, (span, fitting) in self.not_ids.items():
            self.problem("id", f"'{text}' is not an id", span, fitting,
                         "an id is made of a-z, 0-9 and _, and starts with a letter")  # fmt: skip

    def _mistyped_definition(self, word: str, entries: list[Unknown]) -> bool:
        """Whether a definition that nothing uses is the slip; then the problem stands there."""
        spaces = dict.fromkeys(s for e in entries for s in e.spaces)
        unused = {i: p for s in spaces for i, p in self.ids.spaces.get(s, {}).items()
                  if i not in self.used}  # fmt: skip
        meant = None if entries[0].hint else nearest(word, unused)
        once = len(entries) == 1
        if meant is None or (once and meant != entries[0].suggestion):
            return False
        if self.parts.of(unused[meant]) is None and all(self.parts.of(e.span) for e in entries):
            return False
        if meant in self.not_ids:
            self.not_ids[meant] = (unused[meant], word)
            return True
        if once and self._familiar(word, meant) <= self._familiar(meant, word):
            return False
        times = "once" if once else f"{len(entries)} times"
        line = min(e.span for e in entries).line
        said = f"nothing uses '{meant}', and '{word}' is asked for {times} (line {line})"
        self.problem("unknown-id", said, unused[meant], word)
        return True

    def _familiar(self, word: str, other: str) -> tuple[int, int]:
        """How often the parts of a word stand in the file; a slip of the finger stands alone."""
        words = _PART.findall(self.text.lower())
        mine, both = _PART.findall(word.lower()), {*_PART.findall(f"{word} {other}".lower())}
        whole = min((words.count(part) for part in mine), default=0)
        # Of two words as long and as rare, the one that stands in other words is spelled right.
        inside = [w for w in words if w not in both] if len(word) == len(other) else []
        return whole, min((sum(part in w for w in inside) for part in mine), default=0)

    def _define_hint(self, spaces: tuple[str, ...]) -> str | None:
        sections = [SECTION_OF[s] for s in spaces if s in SECTION_OF]
        if spaces == ("kind",):
            return "`sysdesign kinds` lists them"
        return f"define it under {' or '.join(sections)}" if 0 < len(sections) < 4 else None

    def collect_ids(self, root: Node) -> None:
        """Find every id that the file defines, before anything refers to one."""
        spaces: dict[str, dict[str, Span]] = {name: {} for name in (*SHARED, *OTHER)}
        for space, section in SECTION_OF.items():
            for key, _ in pairs_of(_section(root, section)):
                spaces[space][key.text or ""] = key.span
        self.components = {k.text or "": v for k, v in pairs_of(_section(root, "components"))}
        for part in ("functional", "quality"):
            for key, _ in pairs_of(_section(root, f"requirements.{part}")):
                spaces["requirement"][key.text or ""] = key.span
        for _, place in pairs_of(_section(root, "places")):
            zones = place if place.pairs is None else value_of(place, "zones", Place)
            for zone in (zones.items or [zones]) if zones is not None else ():
                if zone.text:
                    spaces["zone"][zone.text] = zone.span
        spaces["role"].update({a: s for a, s in spaces["actor"].items() if a not in spaces["role"]})
        self.ids = Ids(spaces)
        self._check_ids(spaces)

    def amounts_of(self, component: str) -> list[str]:
        """Amounts that the file states of a component, by the names an expression may use."""
        found = []
        for key, value in pairs_of(self.components.get(component)):
            if value.text is not None or key.text in ("replicas", "hit"):
                found.append(key.text or "")
            if key.text in ("shards", "copies", "connections"):
                found.extend(f"{key.text}.{k.text}" for k, _ in value.pairs or ())
        return found

    def _check_ids(self, spaces: dict[str, dict[str, Span]]) -> None:
        seen: dict[str, tuple[str, Span]] = {}
        for space in SHARED:
            for word, span in spaces[space].items():
                if word in seen:
                    first, place = seen[word]
                    self.problem(
                        "same-id",
                        f"'{word}' is {NAMED[first]} already (line {place.line}); these ids share "
                        "one namespace",
                        span,
                        hint="call one of them otherwise",
                    )
                seen.setdefault(word, (space, span))
                if word in RESERVED:
                    self.problem("reserved", f"'{word}' has a meaning of its own", span,
                                 hint="call it otherwise")  # fmt: skip
                if space in ("assumption", "estimate") and self.units.is_unit(word):
                    self.problem("reserved", f"'{word}' is a unit; a name never is one", span,
                                 hint=f"call it otherwise, for example {word}_count")  # fmt: skip


def word_of(node: Node) -> Word:
    """The text of a scalar with its place."""
    return Word(node.text or "", node.span)


def pairs_of(node: Node | None) -> list[tuple[Node, Node]]:
    """Keys and values of a map; none where there is no map."""
    return (node.pairs if node is not None else None) or []


def one_of(spaces: tuple[str, ...]) -> str:
    """Words for what is wanted: "a component, a path or an actor"."""
    named = [NAMED.get(s, s) for s in spaces[:4]]
    return " or ".join(part for part in (", ".join(named[:-1]), named[-1]) if part)


_RECORDS: dict[str, type[Record]] = {
    "problem": Why, "observability": Observability, "security": Security,
    "requirements": Requirements,
}  # fmt: skip


def _section(root: Node, dotted: str) -> Node | None:
    """Value of a section, or of a section in one."""
    outer, dot, inner = dotted.partition(".")
    node = value_of(root, outer, Design)
    return value_of(node, inner, _RECORDS[outer]) if dot else node


def value_of(node: Node | None, name: str, record: type[Record]) -> Node | None:
    """Value of a key; a mistyped key will do where the reader takes it for this one, too."""
    pairs = pairs_of(node)
    found = next((v for k, v in pairs if k.text == name), None)
    if found is not None:
        return found
    keys = keys_of(record)
    free = [key for key in keys if all(k.text != key for k, _ in pairs)]
    return next((v for k, v in pairs if k.text not in keys and nearest(k.text or "", free) == name),
                None)  # fmt: skip
