"""Characters to a tree of nodes with places: YAML 1.2, every scalar kept as text.

PyYAML's events come from libyaml, six times faster than any reader with positions in Python. Only
events are taken: its YAML 1.1 scalars (`no`, `010`, `12:30`) never get a say, and the tree is built
here without recursion, so that depth cannot exhaust the stack.
"""

import re
from collections.abc import Iterator
from typing import Any

from sysdesign.source import Node, Problem, Source, Span, UnusableError, place_after

MAX_CHARACTERS = 5_000_000
MAX_DEPTH = 60
MAX_NODES = 1_000_000

_SAID_BETTER = (
    ("found character '\\t'", "a tab stands here; indent with spaces"),
    ("found a tab character", "a tab stands here; indent with spaces"),
    (
        "mapping values are not allowed",
        "a ':' cannot stand here; quote the text that holds it, or mend the indentation",
    ),
    ("could not find expected ':'", "a key without ':' on the line before"),
    ("did not find expected key", "the indentation or a bracket does not fit what stands above"),
    ("did not find expected ',' or '}'", "a '}' or ',' is missing; quote a text that holds : or ,"),
    ("did not find expected ',' or ']'", "a ']' or ',' is missing; quote a text that holds : or ,"),
    ("did not find expected '-' indicator", "a list goes on with '- '; this line does not"),
    ("found unexpected end of stream", "a quote or a bracket is never closed"),
    ("found unknown escape character", "a backslash in \"…\" starts an escape; use '…'"),
    (
        "found character that cannot start any token",
        "this character cannot start a value; quote it",
    ),
    ("block sequence entries are not allowed", "a list cannot start on this line"),
    ("control characters are not allowed", "a control character; the file must be plain text"),
    ("special characters are not allowed", "a control character; the file must be plain text"),
)


# All but what YAML 1.2 calls printable (section 5.1).
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse_value(name: str, text: str) -> Node:
    """Tree of a short text of our own; one without brackets and colons is a scalar."""
    source = Source(name, text)
    if not any(sign in text for sign in "{[:#'\""):
        return Node(Span(1, 1, 1, len(text) + 1, source), text=text)
    return parse(source, [])


def parse(source: Source, problems: list[Problem]) -> Node:
    """Tree of a text; a duplicate key is left out and added to `problems`.

    Raises
    ------
    UnusableError
        with the place, where the text is no YAML or uses what a design file leaves out: tabs as
        indentation, anchors and aliases, tags, several documents, too much depth.
    """
    if len(source.text) > MAX_CHARACTERS:
        raise _unusable(
            f"the text has {len(source.text):,} characters; a design file has at most "
            f"{MAX_CHARACTERS:,}", Span(1, 1, 1, 1, source),
        )  # fmt: skip
    try:
        node = _build(source, problems)
    except UnusableError:
        raise
    except Exception as trouble:
        if not hasattr(trouble, "problem_mark") and not hasattr(trouble, "reason"):
            raise
        raise _unusable(_in_words(trouble), _place(source, trouble)) from None
    if node is None:
        raise _unusable(
            "nothing is in here; `sysdesign new NAME` writes a design to start from",
            Span(1, 1, 1, 1, source),
        )
    return node


def _in_words(trouble: Exception) -> str:
    text = str(getattr(trouble, "problem", None) or getattr(trouble, "reason", None) or trouble)
    for found, better in _SAID_BETTER:
        if found in text:
            return better
    return f"not readable as YAML: {text}"


def _place(source: Source, trouble: Exception) -> Span:
    """Where a text cannot be read on; what is never closed is shown where it opens."""
    mark: Any = getattr(trouble, "problem_mark", None)
    opened: Any = getattr(trouble, "context_mark", None)
    if mark is None:
        found = _UNPRINTABLE.search(source.text)
        before = source.text[: found.start()] if found else ""
        line, column = place_after(before)
        return Span(line, column, line, column + 1, source)
    said = str(getattr(trouble, "problem", ""))
    unclosed = "unexpected end" in said or "expected ',' or" in said
    if unclosed and opened is not None and opened.line != mark.line:
        mark = opened
    return Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2, source)


def _unusable(message: str, span: Span) -> UnusableError:
    return UnusableError([Problem("yaml", message, span)])


def _events(text: str) -> Iterator[Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.parse(text, Loader=loader)


class _Open:
    """A list or map whose end has not come yet."""

    __slots__ = ("key", "node", "seen", "twice")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.key: Node | None = None
        self.twice = False
        self.seen: dict[str, Span] = {}


def _build(source: Source, problems: list[Problem]) -> Node | None:
    root: Node | None = None
    stack: list[_Open] = []
    nodes = documents = 0
    for event in _events(source.text):
        name = type(event).__name__
        if name == "DocumentStartEvent":
            documents += 1
            if documents > 1:
                raise _unusable("a second document starts here; one file holds one design",
                                _span(source, event))  # fmt: skip
            continue
        if name in ("MappingEndEvent", "SequenceEndEvent"):
            closed = stack.pop().node
            closed.span = Span(closed.span.line, closed.span.column, event.end_mark.line + 1,
                               event.end_mark.column + 1, source)  # fmt: skip
            continue
        if name not in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent", "AliasEvent"):
            continue
        _refuse_extras(name, event, source)
        nodes += 1
        node = _node(name, event, source)
        if stack:
            _attach(stack[-1], node, problems)
        elif root is None:
            root = node
        if name != "ScalarEvent":
            stack.append(_Open(node))
            if len(stack) > MAX_DEPTH:
                raise _unusable(f"nested deeper than {MAX_DEPTH} levels", node.span)
        if nodes > MAX_NODES:
            raise _unusable(f"more than {MAX_NODES:,} values", node.span)
    return root


def _refuse_extras(name: str, event: Any, source: Source) -> None:
    if name == "AliasEvent" or event.anchor is not None:
        sign = "*" if name == "AliasEvent" else "&"
        raise _unusable(
            f"'{sign}{event.anchor}': a design file has no anchors and aliases; share parts of a "
            "path by `paths`, quote a text that starts with & or *", _span(source, event),
        )  # fmt: skip
    if event.tag is not None and event.tag != "!":
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        raise _unusable(f"'{tag}': a design file has no tags; quote a text that starts with !",
                        _span(source, event))  # fmt: skip


def _span(source: Source, event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1, source)


def _node(name: str, event: Any, source: Source) -> Node:
    span = _span(source, event)
    if name == "ScalarEvent":
        # libyaml says '' of a scalar without quotes, the reader in Python None.
        return Node(span, text=event.value, plain=not event.style)
    if name == "MappingStartEvent":
        return Node(span, pairs=[], flow=bool(event.flow_style))
    return Node(span, items=[], flow=bool(event.flow_style))


def _attach(parent: _Open, node: Node, problems: list[Problem]) -> None:
    holder = parent.node
    if holder.items is not None:
        holder.items.append(node)
        return
    if parent.key is None:
        if node.text is None:
            raise _unusable("a key is one word; here a list or a map stands in its place",
                            node.span)  # fmt: skip
        first = parent.seen.get(node.text)
        if first is not None:
            said = f"'{node.text}' stands here twice; first in line {first.line}"
            problems.append(Problem("duplicate", said, node.span))
        parent.twice = first is not None
        parent.seen.setdefault(node.text, node.span)
        parent.key = node
        return
    assert holder.pairs is not None
    if not parent.twice:
        holder.pairs.append((parent.key, node))
    parent.key = None
