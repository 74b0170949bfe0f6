"""Measures and the statements made of them: home_timeline.p99 < 200 ms."""

import re

from sysdesign.design.names import (
    CHAIN_MEASURES,
    COMPONENT_MEASURES,
    ENTITY_MEASURES,
    OPERATION_MEASURES,
    SYSTEM_NAMES,
    WHOLE_MEASURES,
)
from sysdesign.design.shape import Amount
from sysdesign.design.value import Given, MeasureName, Statement
from sysdesign.read.amounts import part_of, read_amount
from sysdesign.read.reads import Reads
from sysdesign.source import Node, nearest

_TEST = re.compile(r"\s*(?P<measure>.*?)\s*(?P<sign><=|>=|==|<|>|=)\s*(?P<bound>.*)\Z", re.DOTALL)
_CHAIN = re.compile(r"\(\s*([\w-]+)\s*->\s*([\w-]+)\s*\)\s*\.\s*([\w-]+)\Z")
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_BY_SPACE = {
    "operation": OPERATION_MEASURES,
    "component": COMPONENT_MEASURES,
    "entity": ENTITY_MEASURES,
}
# What a bound must be, by measure; the rest is a share or a plain number.
WANTS = {
    "rate": "1/s", "peak_rate": "1/s", "mean": "s", "p50": "s", "p90": "s", "p95": "s", "p99": "s",
    "p999": "s", "lag": "s", "age": "s", "rpo": "s", "rto": "s", "stored": "B", "cost": "price",
    "cost_per_call": "price", "ingress": "B/s", "egress": "B/s", "peak_ingress": "B/s",
    "peak_egress": "B/s", "stored_a_day": "B", "stored_1y": "B", "media": "B",
    "cache_memory": "B",
}  # fmt: skip


def read_measure(reader: Reads, node: Node, end: int | None = None) -> MeasureName | None:
    """A computed number by its name; `end` is where the name ends in the scalar."""
    if node.text is None:
        reader.wrong(node, "a measure such as home_timeline.p99 or cost")
        return None
    text = node.text[: end if end is not None else len(node.text)].strip()
    span = part_of(node, 0, len(text))
    chain = _CHAIN.match(text)
    if chain:
        a = reader.context.refer(chain[1], part_of(node, *chain.span(1)), ("operation",))
        b = reader.context.refer(chain[2], part_of(node, *chain.span(2)), ("operation",))
        known = _known(reader, node, chain[3], chain.start(3), CHAIN_MEASURES)
        return MeasureName(text, span, a, known, b) if a and b and known else None
    owner, dot, measure = text.partition(".")
    if owner == "cost_per_call" and dot:
        found = reader.context.refer(
            measure, part_of(node, len(owner) + 1, len(text)), ("operation",)
        )
        return MeasureName(text, span, found, owner) if found else None
    if not dot:
        whole = _known(reader, node, text, 0, (*WHOLE_MEASURES, "cost_per_call"))
        return MeasureName(text, span, "", whole) if whole else None
    if owner == "system":
        known = _known(reader, node, measure, len(owner) + 1, SYSTEM_NAMES)
        return MeasureName(text, span, owner, known) if known else None
    found = reader.context.refer(owner, part_of(node, 0, len(owner)), tuple(_BY_SPACE))
    if not found:
        return None
    space = reader.context.ids.space_of(found) or ""
    name = _known(reader, node, measure, len(owner) + 1, _BY_SPACE.get(space, ()))
    return MeasureName(text, span, found, name) if name else None


def _known(reader: Reads, node: Node, word: str, start: int, known: tuple[str, ...]) -> str | None:
    if word in known:
        return word
    meant = nearest(word, known)
    reader.context.problem(
        "measure", f"'{word}' is not a measure", part_of(node, start, start + len(word)), meant,
        None if meant else f"one of {', '.join(known)}",
    )  # fmt: skip
    return meant


def read_test(reader: Reads, node: Node, path: str) -> Statement | None:
    """A measure, a comparison and an amount."""
    if node.text is None:
        reader.wrong(node, "a test such as home_timeline.p99 < 200 ms")
        return None
    # The arrow of a chain is no comparison: look behind its bracket.
    arrow = node.text.find("->")
    offset = node.text.find(")", arrow) if arrow >= 0 else 0
    match = _TEST.match(node.text, max(offset, 0))
    if not match or match["sign"] in ("=", "=="):
        reader.context.problem(
            "test", f"'{node.text}' is not a test", node.span,
            hint="write a measure, < <= > or >=, and an amount: home_timeline.p99 < 200 ms",
        )  # fmt: skip
        return None
    if match["measure"][:1].isdigit() or match["measure"][:1] == "-":
        reader.context.problem(
            "test", "a test starts with the measure", part_of(node, 0, match.end("measure")),
            hint=f"turn it round: {match['bound'].strip()} {_TURNED[match['sign']]} "
            f"{match['measure']}",
        )  # fmt: skip
        return None
    if not match["bound"].strip():
        reader.context.problem("test", "the amount it is compared with is missing", node.span,
                               hint=f"write {node.text.strip()} 200 ms")  # fmt: skip
        return None
    measure = read_measure(reader, node, match.start("sign"))
    start = match.start("bound")
    bound_node = Node(part_of(node, start, len(node.text)), text=match["bound"])
    wants = WANTS.get(measure.measure, "") if measure else "any"
    bound = read_amount(reader, Amount(wants), bound_node, path)
    if measure is None or not isinstance(bound, Given):
        return None
    return Statement(node.text, node.span, measure, match["sign"], bound)
