"""A price table of the user's own: what kinds or components cost where the design does not say.

A YAML map from a kind or a component to a price as the design file writes it; `core`, `memory` and
`disk` price what instances are made of that have no price at all:

    core: 11 USD/month
    memory: 1.4 USD/GB/month
    cdn: {out: 0.02 USD/GB}
"""

from collections.abc import Iterator

from sysdesign import kinds
from sysdesign.design import Component, Design, Trait
from sysdesign.read import parse
from sysdesign.source import Node, Problem, Source, UnusableError, nearest

MADE_OF = {"core": "cores", "memory": "memory", "disk": "disk"}
"""What an instance is made of, and the key of the component that says how much."""


def patches(table: Source, design: Design) -> list[Node]:
    """Changes that give each component without a price the one of the table.

    Raises
    ------
    UnusableError
        where the table names nothing that the design or the format knows.
    """
    problems: list[Problem] = []
    root = parse(table, problems)
    pairs = root.pairs or []
    if root.pairs is None and not problems:
        problems.append(Problem("prices", "a price table is a map from kinds to prices", root.span,
                                hint="write core: 11 USD/month"))  # fmt: skip
    known = {*kinds.names(), *design.components, *MADE_OF}
    for key, value in pairs:
        if key.text in MADE_OF and not value.text:
            problems.append(Problem("prices", f"{key.text} takes one price", value.span,
                                    hint=f"write {key.text}: 11 USD/month"))  # fmt: skip
        if key.text not in known:
            said = f"'{key.text}' is no kind, no component, and none of core, memory, disk"
            problems.append(Problem("prices", said, key.span, nearest(key.text or "", known)))
    if problems:
        raise UnusableError(problems)
    prices = {key.text or "": (key, value) for key, value in pairs}
    return [patch for name, part in design.components.items()
            for patch in _patched(name, part, prices)]  # fmt: skip


def _patched(name: str, part: Component, prices: dict[str, tuple[Node, Node]]) -> Iterator[Node]:
    """The change of one component; what the file says of its price stays."""
    if part.price is not None:
        return
    for word in (name, str(part.kind or "")):
        if word in prices:
            yield _set(prices[word][0], f"components.{name}.price", prices[word][1])
            return
    if part.is_managed or not part.has_trait(Trait.HAS_INSTANCES):
        return
    said = [(word, key) for word, key in MADE_OF.items()
            if word in prices and (key == "cores" or getattr(part, key) is not None)]  # fmt: skip
    if said:
        terms = [
            f"{name}.{key} * ({prices[word][1].text})" if getattr(part, key) is not None
            else f"({prices[word][1].text})"
            for word, key in said
        ]  # fmt: skip
        at = prices[said[0][0]][0]
        yield _set(at, f"components.{name}.price", Node(at.span, text=" + ".join(terms)))


def _set(key: Node, path: str, value: Node) -> Node:
    return Node(key.span, pairs=[(Node(key.span, text=path), value)])
