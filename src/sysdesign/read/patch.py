"""Merge patches (RFC 7396) on the tree of a design, with dotted keys and short forms opened.

The patch works on long forms: where the file says `work: 2 ms` and the patch `work: {p99: 9 ms}`,
the file's value becomes `{mean: 2 ms}` first. A list is replaced whole; a plain null deletes.
"""

import re

from sysdesign.design import Design
from sysdesign.design import shape as grammar
from sysdesign.design.component import Component
from sysdesign.design.shape import Shape, keys_of
from sysdesign.kinds import get as kind_named
from sysdesign.read.amounts import AMOUNT_WORDS
from sysdesign.source import Node, Problem, Span, nearest

ROOT = grammar.Nested(Design)


def apply(root: Node, patch: Node, problems: list[Problem]) -> Node:
    """The tree with a patch merged in; neither argument is changed."""
    if patch.pairs is None:
        problems.append(Problem("patch", "a change is a map from paths to values", patch.span))
        return root
    for key, value in patch.pairs:
        parts = [_segment(key, part, start) for part, start in _split(key.text or "")]
        root = _put(root, parts, value, ROOT, problems)
    return root


def _split(text: str) -> list[tuple[str, int]]:
    found, start = [], 0
    for part in text.split("."):
        found.append((part, start))
        start += len(part) + 1
    return found


def _segment(key: Node, part: str, start: int) -> Node:
    return Node(key.span.part(start, start + len(part)), text=part)


def _put(
    target: Node | None, path: list[Node], value: Node, shape: Shape | None, problems: list[Problem]
) -> Node:
    """The target with a value merged in below a path of keys."""
    head, rest = path[0], path[1:]
    if target is not None and target.items is not None and not _leading(shape):
        problems.append(Problem("patch", "a dotted path cannot lead through a list", head.span,
                                hint="replace the whole list"))  # fmt: skip
        return target
    if not _is_known(target, head, shape, problems):
        return target if target is not None else Node(head.span, pairs=[])
    opened = _open(target, shape, head.span)
    inner = _inner(shape, head.text or "")
    old = opened.get(head.text or "")
    if not head.text:
        problems.append(Problem("patch", "a dot too many in a dotted path", head.span))
        return opened
    if rest and old is None and _mistyped(head, opened, shape, problems):
        return opened
    if rest:
        new: Node | None = _put(old, rest, value, inner, problems)
    elif value.is_null:
        new = None
    else:
        new = _merge(old, value, inner, problems)
    return _with(opened, head, new)


def _mistyped(head: Node, node: Node, shape: Shape | None, problems: list[Problem]) -> bool:
    """Whether a path leads through an id that is not there, but for a slip of the finger."""
    if not isinstance(shape, grammar.MapOf | grammar.Components):
        return False
    meant = nearest(head.text or "", [key.text or "" for key, _ in node.pairs or ()])
    if meant is not None:
        problems.append(Problem("patch", f"nothing is called '{head.text}' here", head.span, meant,
                                "what is new is added whole, as a map"))  # fmt: skip
    return meant is not None


def _is_known(
    target: Node | None, head: Node, shape: Shape | None, problems: list[Problem]
) -> bool:
    """Whether the record that is changed may have a key of this name."""
    word = head.text or ""
    if not isinstance(shape, grammar.Nested) or word.startswith("x-") or not word:
        return True
    known = [*keys_of(shape.record)]
    if shape.record is Component:
        if target is not None and target.get(word) is not None:
            return True  # of another kind it may have to go
        kind = target.get("kind") if target is not None else None
        found = kind_named(kind.text or "") if kind is not None else None
        known = [*found.keys()] if found else known
    amount = _leading(shape) in ("value", "formula") and word in AMOUNT_WORDS
    if word in known or amount or (shape.others and re.fullmatch(shape.others, word)):
        return True
    meant = nearest(word, known)
    hint = None if meant else f"known: {', '.join(known[:12])}" + (" …" if len(known) > 12 else "")
    problems.append(Problem("unknown-key", f"unknown key '{word}'", head.span, meant, hint))
    return False


def _merge(old: Node | None, value: Node, shape: Shape | None, problems: list[Problem]) -> Node:
    if value.pairs is None or _is_other_form(old, value, shape):
        return value
    if old is None or (old.pairs is None and not _leading(shape)):
        old = Node(value.span, pairs=[])
    merged = _open(old, shape, value.span)
    for key, child in value.pairs:
        merged = _put(merged, [key], child, shape, problems)
    return merged


def _is_other_form(old: Node | None, value: Node, shape: Shape | None) -> bool:
    """Whether one side gives an amount for each `do` and the other one amount for all."""
    if not isinstance(shape, grammar.ByDo) or old is None:
        return False
    keys = [[k.text for k, _ in node.pairs or ()] for node in (old, value)]
    spread = [not names or any(name in AMOUNT_WORDS for name in names) for names in keys]
    return spread[0] != spread[1]


def _leading(shape: Shape | None) -> str:
    if isinstance(shape, grammar.Nested):
        return shape.leading
    return "mean" if isinstance(shape, grammar.Amount) and shape.spread else ""


def _open(node: Node | None, shape: Shape | None, span: Span) -> Node:
    """The long form of a node: a value that is no map moves under its leading key."""
    if node is not None and node.pairs is not None:
        return node
    if node is None or node.is_null:
        return Node(span, pairs=[])
    leading = _leading(shape)
    if not leading:
        return Node(span, pairs=[])
    return Node(node.span, pairs=[(Node(node.span, text=leading), node)])


def _inner(shape: Shape | None, key: str) -> Shape | None:
    """Shape of the value of a key."""
    match shape:
        case grammar.Nested():
            one = keys_of(shape.record).get(key)
            return one.shape if one else None
        case grammar.Components():
            return grammar.Nested(Component, "kind")
        case grammar.MapOf() | grammar.ByDo():
            return shape.item
        case grammar.Links():
            return grammar.Nested(shape.places if "<->" in key else shape.calls)
        case grammar.Either():
            return _inner(shape.map, key) if shape.map else None
        case _:
            return None


def _with(node: Node, key: Node, value: Node | None) -> Node:
    """The map with one key set, or taken away."""
    pairs = list(node.pairs or ())
    place = next((i for i, (k, _) in enumerate(pairs) if k.text == key.text), None)
    if value is None:
        pairs = [p for p in pairs if p[0].text != key.text]
    elif place is None:
        pairs.append((key, value))
    else:
        pairs[place] = (pairs[place][0], value)
    return Node(node.span, pairs=pairs, flow=node.flow)
