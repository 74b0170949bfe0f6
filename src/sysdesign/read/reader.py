"""Shapes and nodes to records: the one reader of the design file.

Each `read_…` method turns a node into the value of one shape, or adds a problem and returns None.
A word that is mistyped but near to a known one is reported once and then read as if it had been
written right, so that one slip gives one error.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sysdesign.design import CallWords, Design
from sysdesign.design import shape as grammar
from sysdesign.design.component import Component
from sysdesign.design.shape import Key, Record, Shape, attribute, keys_of
from sysdesign.design.value import Given, Word
from sysdesign.kinds import Kind
from sysdesign.kinds import get as kind_named
from sysdesign.read.amounts import AMOUNT_WORDS, part_of, read_amount
from sysdesign.read.context import NAMED, Context, word_of
from sysdesign.read.dates import read_clock, read_date
from sysdesign.read.defaults import KindDefaults
from sysdesign.read.field_types import read_field_type
from sysdesign.read.kept import Reading
from sysdesign.read.links import link_name, read_link_ref, within
from sysdesign.read.statements import read_measure, read_test
from sysdesign.read.steps import read_steps
from sysdesign.source import Node, nearest, one_slip

R = TypeVar("R", bound=Record)
ID = re.compile(r"[a-z][a-z0-9_]*\Z")
PLACE_ID = re.compile(r"[a-z][a-z0-9_-]*\Z")
_WHOLE = re.compile(r"(0|[1-9]\d{0,14})\Z", re.ASCII)


class Reader:
    """Reads nodes by shapes; holds the context of one file."""

    def __init__(self, context: Context, kept: Reading | None = None) -> None:
        self.context = context
        self.kept = kept
        self._kind_defaults: dict[tuple[str, bool | None], KindDefaults] = {}

    def read(self, shape: Shape, node: Node, path: str) -> Any:
        """Value of a node by its shape; None where it is empty or wrong."""
        if node.is_null and not isinstance(shape, grammar.Nested | grammar.MapOf):
            return None
        return _BY_SHAPE[type(shape)](self, shape, node, path)

    def wrong(self, node: Node, wanted: str, **more: str) -> None:
        """Say that something else is wanted here."""
        here = {"scalar": f"'{node.text}'", "list": "a list", "map": "a map"}[node.form]
        self.context.problem("form", f"{wanted} is wanted here, not {here}", node.span, **more)

    # -- scalars ---------------------------------------------------------------------------------

    def scalar(self, node: Node, wanted: str) -> str | None:
        """Text of a scalar, or a problem that says what is wanted."""
        if node.text is None:
            self.wrong(node, wanted)
            return None
        return node.text

    def read_text(self, _: grammar.Text, node: Node, path: str) -> Word | None:
        """Words for people."""
        if node.text is None:
            self.wrong(node, "a text", hint="quote it if it holds ': ' or starts with a bracket")
            return None
        return word_of(node)

    def read_flag(self, _: grammar.Flag, node: Node, path: str) -> bool | None:
        """True or false; the yes and no of YAML 1.1 are pointed out."""
        text = self.scalar(node, "true or false")
        if text is None:
            return None
        if text in ("true", "false"):
            return text == "true"
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower())
        meant = meant or nearest(text, ("true", "false"))
        self.context.problem("choice", f"'{text}' is neither true nor false", node.span, meant)
        return meant == "true" if meant else None

    def read_flag_or_text(self, _: grammar.FlagOrText, node: Node, path: str) -> bool | Word | None:
        """true, false, or words that say how."""
        text = self.scalar(node, "true, false or a text that says how")
        if text is None:
            return None
        return text == "true" if text in ("true", "false") else word_of(node)

    def read_whole(self, shape: grammar.Whole, node: Node, path: str) -> int | None:
        """A whole number within bounds."""
        text = self.scalar(node, "a whole number")
        if text is None:
            return None
        if _WHOLE.match(text) and shape.low <= int(text) <= shape.high:
            return int(text)
        bounds, hint = f"a whole number from {shape.low} to {shape.high}", None
        if shape.low == shape.high:
            bounds, hint = str(shape.low), f"{shape.low} is the only one so far"
        self.context.problem("number", f"{bounds} is wanted here, not '{text}'", node.span,
                             hint=hint)  # fmt: skip
        return None

    def choose(self, text: str, node: Node, words: tuple[str, ...], what: str) -> str | None:
        """One of some words, or the nearest to it with a problem."""
        if text in words:
            return text
        meant = nearest(text, words)
        listed = ", ".join(words)
        self.context.problem(
            "choice", f"'{text}' is not {what}", node.span, meant,
            None if meant else f"one of {listed}",
        )  # fmt: skip
        return meant

    def read_choice(self, shape: grammar.Choice, node: Node, path: str) -> Word | None:
        """One of some words."""
        text = self.scalar(node, f"one of {', '.join(shape.words)}")
        if text is None:
            return None
        found = self.choose(text, node, shape.words, "known here")
        return Word(found, node.span) if found else None

    # -- references ------------------------------------------------------------------------------

    def read_ref(self, shape: grammar.Ref, node: Node, path: str) -> Word | None:
        """The id of something that is defined."""
        text = self.scalar(node, " or ".join(NAMED[s] for s in shape.spaces))
        if text is None:
            return None
        if text in shape.words:
            return word_of(node)
        found = self.context.refer(text, node.span, shape.spaces, shape.words)
        return Word(found, node.span) if found else None

    def read_field_ref(self, shape: grammar.FieldRef, node: Node, path: str) -> Word | None:
        """ENTITY.field; whether the entity has the field is held once all entities are read."""
        text = self.scalar(node, "ENTITY.field")
        if text is None:
            return None
        if text in shape.words:
            return word_of(node)
        entity, dot, name = text.partition(".")
        if not dot or not ID.match(name):
            words = "".join(f" or {w}" for w in shape.words)
            self.context.problem("field", f"'{text}' is not ENTITY.field{words}", node.span,
                                 nearest(text, shape.words))  # fmt: skip
            return None
        found = self.context.refer(entity, part_of(node, 0, len(entity)), ("entity",))
        if not found:
            return None
        word = Word(f"{found}.{name}", part_of(node, 0, len(text)))
        self.context.field_refs.append(word)
        return word

    # -- lists and maps --------------------------------------------------------------------------

    def read_list(self, shape: grammar.ListOf, node: Node, path: str) -> tuple[Any, ...]:
        """A list; one item may stand alone."""
        nodes = node.items if node.items is not None else [node]
        read = (self.read(shape.item, n, f"{path}[{i}]") for i, n in enumerate(nodes))
        return tuple(value for value in read if value is not None)

    def pairs(self, node: Node, what: str) -> list[tuple[Node, Node]]:
        """Keys and values of a map, or a problem; nothing where the node is empty."""
        if node.pairs is None:
            if not node.is_null:
                more = {} if node.text is not None else {"hint": "give each a name: {name: …}"}
                self.wrong(node, f"a map of {what}", **more)
            return []
        return node.pairs

    def read_map(self, shape: grammar.MapOf, node: Node, path: str) -> dict[Word, Any]:
        """A map from ids to one shape."""
        found: dict[Word, Any] = {}
        one = self.read if "." in path else self.part
        for key, value in self.pairs(node, path.rsplit(".", 1)[-1]):
            name = self.map_key(shape.keys, key, path)
            read = one(shape.item, value, f"{path}.{key.text}")
            if name is not None and read is not None:
                found[Word(name, key.span)] = read
        return found

    def map_key(self, keys: Shape | None, key: Node, path: str) -> str | None:
        """The key of a map: an id, or what the shape of its keys says."""
        if keys is not None:
            read = self.read(keys, key, path)
            return None if read is None else str(getattr(read, "text", read))
        text = key.text or ""
        pattern = PLACE_ID if path.endswith("places") else ID
        if not pattern.match(text):
            plain = re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_")
            self.context.not_ids[text] = (key.span, plain if ID.match(plain) else None)
        return text

    def read_counts(self, shape: grammar.Counts, node: Node, path: str) -> dict[Word, Given | None]:
        """One thing, a list of things, or a map from each thing to an amount."""
        if node.pairs is None:
            nodes: list[tuple[Node, Node | None]] = [
                (n, None) for n in (node.items if node.items is not None else [node])
            ]
        else:
            nodes = list(node.pairs)
        found: dict[Word, Given | None] = {}
        for key, value in nodes:
            read = self.read(shape.keys, key, path)
            amount = None
            if value is not None:
                amount = self.read(shape.amount, value, f"{path}.{key.text}")
            if read is not None:
                found[Word(getattr(read, "text", read), key.span)] = amount
        return found

    def read_either(self, shape: grammar.Either, node: Node, path: str) -> Any:
        """The shape that fits the form of the node."""
        chosen = getattr(shape, node.form)
        if chosen is None:
            forms = {"scalar": shape.scalar, "list": shape.list, "map": shape.map}
            wanted = " or ".join(
                {"scalar": "one value"}.get(f, f"a {f}") for f, s in forms.items() if s
            )
            self.wrong(node, wanted)
            return None
        return self.read(chosen, node, path)

    def read_by_do(self, shape: grammar.ByDo, node: Node, path: str) -> dict[str, Any]:
        """One value (under the empty name), or one for each `do`."""
        names = [k.text or "" for k, _ in node.pairs or ()]
        if node.pairs is None or any(name in AMOUNT_WORDS for name in names):
            value = self.read(shape.item, node, path)
            return {} if value is None else {"": value}
        found: dict[str, Any] = {}
        for key, child in node.pairs:
            value = self.read(shape.item, child, f"{path}.{key.text}")
            if value is not None and self.map_key(None, key, path):
                found[word_of(key)] = value
        return found

    # -- records ---------------------------------------------------------------------------------

    def read_nested(self, shape: grammar.Nested, node: Node, path: str) -> Record | None:
        """A record, in its short or its long form."""
        if node.pairs is None and not node.is_null:
            if not shape.leading:
                self.wrong(node, f"a map with {', '.join(list(keys_of(shape.record))[:4])} …")
                return None
            key = Node(node.span, text=shape.leading)
            node = Node(node.span, pairs=[(key, node)])
        return self.record(shape.record, keys_of(shape.record), node, path, shape)

    def record(
        self,
        cls: type[R],
        keys: Mapping[str, Key],
        node: Node,
        path: str,
        shape: grammar.Nested | None = None,
        /,
        **fixed: Any,
    ) -> R:
        """A record of a class from a map, with `keys` as what it may hold."""
        values: dict[str, Any] = dict(fixed)
        marks: dict[str, Any] = {}
        others: dict[str, Any] = {}
        pairs = self._gather_amount(shape, keys, list(node.pairs or ()), node)
        before: Node | None = None
        for key, value in pairs:
            name: str | None = key.text or ""
            if name not in keys:
                if name.startswith("x-") or (  # type: ignore[union-attr]
                    shape is not None and shape.others and re.fullmatch(shape.others, name or "")
                ):
                    others[word_of(key)] = word_of(value) if value.text is not None else value
                    continue
                name = self._unknown_key(key, value, keys, node, before, cls)
            before = key
            if name is None:
                continue
            marks[name] = value.span
            read = (
                self.read(keys[name].shape, value, f"{path}.{name}") if path
                else self.part(keys[name].shape, value, name)
            )  # fmt: skip
            if read is None:
                continue
            target = attribute(cls, name)
            if target in cls.__dataclass_fields__:
                values[target] = read
            else:
                values.setdefault("extra", {})[name] = read
        for name, one in keys.items():
            if one.required and name not in marks and name not in fixed:
                what = f"'{path}'" if path else "the design"
                only = one.shape if isinstance(one.shape, grammar.Whole) else None
                hint = f"write {name}: {only.low}" if only else None
                self.context.problem("missing", f"{what} lacks '{name}': {one.doc}", node.span,
                                     hint=hint)  # fmt: skip
        return cls(span=node.span, marks=marks, others=others, **values)

    def part(self, shape: Shape, node: Node, path: str) -> Any:
        """A section, or one thing in it; one that a change leaves as it is is not read again."""
        if self.kept is None:
            return self.read(shape, node, path)
        return self.kept.part(self.context, path, node, lambda: self.read(shape, node, path))

    def _gather_amount(
        self,
        shape: grammar.Nested | None,
        keys: Mapping[str, Key],
        pairs: list[tuple[Node, Node]],
        node: Node,
    ) -> list[tuple[Node, Node]]:
        """Move mean, p99, min … that stand among the keys of a record under its leading amount."""
        leading = shape.leading if shape else ""
        one = keys.get(leading)
        if one is None or not isinstance(one.shape, grammar.Amount) or one.shape.wants != "any":
            return pairs
        inner = [p for p in pairs if p[0].text in AMOUNT_WORDS and p[0].text not in keys]
        if not inner or any(k.text == leading for k, _ in pairs):
            return pairs
        rest = [p for p in pairs if p not in inner]
        gathered = Node(inner[0][0].span, pairs=inner)
        return [(Node(inner[0][0].span, text=leading), gathered), *rest]

    def _unknown_key(
        self,
        key: Node,
        value: Node,
        keys: Mapping[str, Key],
        node: Node,
        before: Node | None,
        cls: type[Record],
    ) -> str | None:
        """Report an unknown key of a map; the key that was meant, where one is near."""
        text = key.text or ""
        if cls is Component and text in keys_of(Component):
            kind = node.get("kind")
            named = (kind.text if kind is not None else None) or "NAME"
            self.context.problem("unknown-key", f"'{text}' is no key of this kind", key.span,
                                 hint=f"`sysdesign kinds {named}` lists its keys")  # fmt: skip
            return None
        present = {k.text for k, _ in node.pairs or ()}
        free = [k for k in keys if k not in present]
        if node.flow and value.is_null and before is not None:
            self.context.problem(
                "prose", f"a comma ends the text of '{before.text}' before '{text}'", key.span,
                hint=f'quote the text: {before.text}: "…, {text}"',
            )  # fmt: skip
            return None
        meant, hint = _OTHER_WORDS.get(text), None
        section = _section_with(text, keys)
        if section and nearest(text, free) is None:
            hint = f"it belongs in a section: {section}: {{{text}: …}}"
            self.context.problem("unknown-key", f"unknown key '{text}'", key.span, None, hint)
            return None
        if meant not in free:
            meant = self._meant(text, value, keys, free)
        if meant is None and text in _HINTS and issubclass(cls, CallWords):
            hint = _HINTS[text]
        elif meant is None and (twice := next((k for k in keys if one_slip(text, k)), None)):
            hint = f"'{twice}' stands here already"
        elif meant is None and value.pairs and text in keys_of(Design):
            hint = f"{text} is a section of its own: write it at the left margin"
        elif meant is None:
            hint = f"known: {', '.join(free[:12])}" + (" …" if len(free) > 12 else "")
        self.context.problem("unknown-key", f"unknown key '{text}'", key.span, meant, hint)
        return meant

    def _meant(
        self, text: str, value: Node, keys: Mapping[str, Key], free: list[str]
    ) -> str | None:
        """The key that was meant: of several that are one slip away, one whose value fits."""
        near = [k for k in free if one_slip(text, k)]
        if len(near) > 1:
            near = [k for k in near if self._fits(keys[k].shape, value)] or near
        return nearest(text, near or free)

    def _fits(self, shape: Shape, node: Node) -> bool:
        """Whether a node can be read by a shape; nothing of the try is kept."""
        aside = Reader(Context(self.context.units, self.context.text, ids=self.context.ids))
        aside.read(shape, node, "")
        return not aside.context.problems and not aside.context.unknown

    def read_components(self, shape: grammar.Components, node: Node, path: str) -> dict[Word, Any]:
        """Components; what keys one has depends on its kind."""
        found: dict[Word, Any] = {}
        for key, value in self.pairs(node, "components"):
            name = self.map_key(None, key, path)
            child = f"{path}.{key.text}"
            if value.text is not None and not value.is_null:
                value = Node(value.span, pairs=[(Node(value.span, text="kind"), value)])
            if value.pairs is None and not value.is_null:
                self.wrong(value, "a map with kind, does …")
                continue
            found[Word(name or "", key.span)] = self._kept_component(value, child)
        return found

    def _kept_component(self, node: Node, path: str) -> Component:
        """A component; one that a change leaves as it is is not read again."""
        if self.kept is None:
            return self._component(node, path)
        made: Component = self.kept.part(
            self.context, path, node, lambda: self._component(node, path)
        )
        return made

    def _component(self, node: Node, path: str) -> Component:
        """One component; its kind says which keys it takes."""
        keys: Mapping[str, Key] = keys_of(Component)
        kind_node = node.get("kind")
        if kind_node is None:
            near = [(k, v) for k, v in node.pairs or () if k.text and nearest(k.text, ["kind"])]
            kind_node = near[0][1] if near else None
        if kind_node is not None and kind_node.text:
            found = self.context.refer(kind_node.text, kind_node.span, ("kind",))
            kind = kind_named(found) if found else None
            if kind is not None:
                keys = kind.keys()
                kind_key = Node(kind_node.span, text=kind.name)
                node = Node(
                    node.span,
                    pairs=[(k, kind_key if v is kind_node else v) for k, v in node.pairs or ()],
                    flow=node.flow,
                )
                return self.record(
                    Component, keys, node, path,
                    traits=kind.traits, managed_kind=kind.managed,
                    defaults=self._defaults(kind, node),
                )  # fmt: skip
        return self.record(Component, keys, node, path)

    def _defaults(self, kind: Kind, node: Node) -> KindDefaults:
        """Defaults of a kind, for components that the provider runs or for others."""
        said = node.get("managed")
        managed = said.text == "true" if said is not None and said.text else None
        if (kind.name, managed) not in self._kind_defaults:
            aside = Reader(Context())  # a default knows no id and no counting unit of the file
            self._kind_defaults[kind.name, managed] = KindDefaults(
                kind, managed, aside.read, self.context.units.currency
            )
        return self._kind_defaults[kind.name, managed]

    def read_links(self, shape: grammar.Links, node: Node, path: str) -> dict[str, Any]:
        """Links between components, and ways between places."""
        found: dict[str, Any] = {}
        for key, value in self.pairs(node, "links"):
            name = link_name(self, key)
            two_way = name.two_way if name else "<->" in (key.text or "")
            cls = shape.places if two_way else shape.calls
            if value.pairs is None and not value.is_null:
                self.wrong(value, "a map with timeout, encrypted …")
                continue
            ends = {"a": Word(name.a), "b": Word(name.b)} if name else {}
            record = self.record(cls, keys_of(cls), value, f"{path}.{key.text}", None, **ends)
            if name is not None:
                if two_way and name.a == name.b:
                    for word in (k for k, _ in value.pairs or () if k.text == "fails"):
                        within(self, name.a, word)
                found[Word(f"{name.a} {'<->' if name.two_way else '->'} {name.b}", key.span)] = (
                    record
                )
        return found


def _section_with(word: str, keys: Mapping[str, Key]) -> str | None:
    """The section of the file that has a key, where the keys are those of the whole file."""
    if "sysdesign" not in keys:
        return None
    for name, one in keys.items():
        if isinstance(one.shape, grammar.Nested) and word in keys_of(one.shape.record):
            return name
    return None


_OTHER_WORDS = {
    "consumes": "trigger",
    "begin": "at",
    "description": "does",
    "duration": "for",
    "from": "at",
    "hot": "popularity",
    "instances": "replicas",
    "latency": "work",
    "level": "priority",
    "nodes": "replicas",
    "on": "trigger",
    "purpose": "why",
    "rationale": "because",
    "service_time": "work",
    "skew": "popularity",
    "set": "change",
    "start": "at",
    "title": "name",
    "type": "kind",
}
"""Keys that people write for others, which no likeness of letters would find."""

_HINTS = dict.fromkeys(
    ("probability", "chance", "share"),
    "for a share of the calls: choose: [{share: 30%, calls: […]}]",
)
"""What to write for words of a call that are no key at all."""


_BY_SHAPE: dict[type[Shape], Callable[[Reader, Any, Node, str], Any]] = {
    grammar.Text: Reader.read_text,
    grammar.Flag: Reader.read_flag,
    grammar.FlagOrText: Reader.read_flag_or_text,
    grammar.Whole: Reader.read_whole,
    grammar.Amount: lambda r, s, n, p: read_amount(r, s, n, p),
    grammar.Choice: Reader.read_choice,
    grammar.Date: lambda r, s, n, _: read_date(r, s, n),
    grammar.Clock: lambda r, _, n, __: read_clock(r, n),
    grammar.Ref: Reader.read_ref,
    grammar.FieldRef: Reader.read_field_ref,
    grammar.FieldType: lambda r, _, n, __: read_field_type(r, n),
    grammar.LinkRef: lambda r, _, n, __: read_link_ref(r, n),
    grammar.Measure: lambda r, _, n, __: read_measure(r, n),
    grammar.Test: lambda r, _, n, p: read_test(r, n, p),
    grammar.ListOf: Reader.read_list,
    grammar.MapOf: Reader.read_map,
    grammar.Counts: Reader.read_counts,
    grammar.Nested: Reader.read_nested,
    grammar.Either: Reader.read_either,
    grammar.ByDo: Reader.read_by_do,
    grammar.Steps: lambda r, _, n, p: read_steps(r, n, p),
    grammar.Links: Reader.read_links,
    grammar.Components: Reader.read_components,
    grammar.Patch: lambda _, __, n, ___: n,
}
