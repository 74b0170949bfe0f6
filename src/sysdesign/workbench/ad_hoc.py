"""Failures asked for on the command line: `eu-a@10min+10min` becomes a scenario of the file."""

import re
from collections.abc import Collection, Sequence

from sysdesign.source import Node, Problem, Source, Span, UnusableError

NAME = "asked"
"""What the scenario is called; with a number where the file has one of that name."""

_HINT = "write --fail WHAT@AT+FOR, e.g. eu-a@10min+10min, tweets:1@5min or 'eu <-> us@5min+10min'"
_FORM = re.compile(r"\s*(?P<what>[^@]*?)\s*(?:@(?P<at>[^@+]*)(?:\+(?P<length>[^@+]*))?)?\s*")


def ad_hoc_name(taken: Collection[str]) -> str:
    """A name for the scenario that the file does not have."""
    names = (NAME if not more else f"{NAME}_{more}" for more in range(len(taken) + 1))
    return next(name for name in names if name not in taken)


def ad_hoc(fails: Sequence[str], name: str) -> Node:
    """A merge patch that adds a scenario in which these fail.

    Each is `WHAT`, `WHAT@AT` or `WHAT@AT+FOR`, and WHAT a component, zone, place or link, or
    `WHAT:SOME` with a number or share of its instances.

    Raises
    ------
    UnusableError
        at the character that cannot be read.
    """
    steps = [_step(text) for text in fails]
    span = steps[0].span
    body = Node(span, pairs=[(Node(span, text="steps"), Node(span, items=steps))])
    return Node(span, pairs=[(Node(span, text=f"scenarios.{name}"), body)])


def _step(text: str) -> Node:
    source = Source(f"--fail {text}", text)
    whole = Span(1, 1, 1, max(len(text), 1) + 1, source)
    found = _FORM.fullmatch(text)
    if found is None or not found["what"]:
        raise UnusableError([Problem("fail", f"'{text}' does not say what fails", whole,
                                     hint=_HINT)])  # fmt: skip

    def part(group: str) -> Node:
        start = found.start(group)
        said = found[group].strip()
        if not said:
            at = Span(1, min(start, len(text) - 1) + 1, 1, min(start, len(text) - 1) + 2, source)
            raise UnusableError([Problem("fail", "a time is wanted here", at, hint=_HINT)])
        lead = len(found[group]) - len(found[group].lstrip())
        return Node(Span(1, start + lead + 1, 1, start + lead + len(said) + 1, source), text=said)

    pairs = [(Node(whole, text="fail"), _what(part("what")))]
    for group, key in (("at", "at"), ("length", "for")):
        if found[group] is not None:
            pairs.append((Node(whole, text=key), part(group)))
    return Node(whole, pairs=pairs)


def _what(node: Node) -> Node:
    """`X`, or `X:SOME` as a map."""
    name, colon, some = (node.text or "").partition(":")
    if not colon:
        return node
    if not some.strip():
        raise UnusableError([Problem("fail", "a number or a share is wanted behind the colon",
                                     node.span, hint=_HINT)])  # fmt: skip
    split = len(name) + 1
    key = Node(node.span.part(0, len(name)), text=name.strip())
    return Node(node.span, pairs=[(key, Node(node.span.part(split, split + len(some)),
                                             text=some.strip()))])  # fmt: skip
