"""Reading: the characters of a file to a typed design, with every problem at its place."""

from collections.abc import Sequence
from dataclasses import field

from sysdesign.design import Conventions, Design
from sysdesign.design.shape import keys_of
from sysdesign.quantity import Quantity, QuantityError, Units, evaluate
from sysdesign.read.apart import LeftOut, Part, Parts, at_change, leave_out
from sysdesign.read.context import Context, value_of
from sysdesign.read.kept import Kept
from sysdesign.read.patch import apply
from sysdesign.read.reader import Reader
from sysdesign.read.references import check_references
from sysdesign.read.yaml_tree import parse
from sysdesign.records import dataclass
from sysdesign.source import Node, Problem, Source, Span, UnusableError

__all__ = ["LeftOut", "Part", "Reading", "at_change", "leave_out", "parse", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A design as far as it could be read, and all that is wrong with it.

    `notes` are remarks on spellings that are accepted and better avoided. `parts` are those that
    can be left out where a problem lies in them (see `read.apart`).
    """

    design: Design
    problems: tuple[Problem, ...]
    units: Units
    notes: tuple[tuple[Span, str], ...] = ()
    parts: Parts = field(default_factory=Parts)


def read(source: Source, patches: Sequence[Node] = ()) -> Reading:
    """Read a design file; `patches` are merged in first (see `read.patch`).

    Never raises for what the text holds: an unusable text gives an empty design and the problem.
    """
    try:
        last = _last_of(source)
    except UnusableError as trouble:
        return Reading(Design(name=source.name), trouble.problems, Units())
    root, problems = last.root, list(last.problems)
    if root.pairs is None:
        at = Problem("form", "a design is a map of sections (problem, operations, …)", root.span)
        return Reading(Design(name=source.name), (at,), Units())
    for patch in patches:
        root = apply(root, patch, problems)
    parts = Parts(root, patches)
    context = Context(text=source.text, problems=problems, parts=parts)
    context.units = _units(root, context)
    context.collect_ids(root)
    if last.kept is None:
        last.kept = Kept(context)
    design = _design(root, Reader(context, last.kept.beside(context)), source.name)
    check_references(design, context)
    context.report_unknown()
    found = tuple(context.problems)
    return Reading(design, found, context.units, tuple(context.notes), parts)


class _Last:
    """The text read last: its tree, what is wrong in it, what was read of its parts."""

    def __init__(self, source: Source) -> None:
        problems: list[Problem] = []
        self.source, self.root = source, parse(source, problems)
        self.problems = tuple(problems)
        self.kept: Kept | None = None


_last: list[_Last] = []


def _last_of(source: Source) -> _Last:
    """What is known of a text; of the last one it is kept, since changes to it are tried."""
    known = next(iter(_last), None)
    if known is None or known.source is not source:
        known = _Last(source)
        _last[:] = [known]
    return known


# Components come before what calls them, so that `do` can be held against their work.
_FIRST = ("sysdesign", "conventions", "components")


def _design(root: Node, reader: Reader, name: str) -> Design:
    order = {key: i for i, key in enumerate(_FIRST)}
    pairs = sorted(root.pairs or (), key=lambda p: order.get(p[0].text or "", len(order)))
    node = Node(root.span, pairs=pairs, flow=root.flow)
    ids = reader.context.ids
    return reader.record(Design, keys_of(Design), node, "", ids=ids, name=name)


def _units(root: Node, context: Context) -> Units:
    """Units of the file: its month and year, its currency, its counting units."""
    node = value_of(root, "conventions", Design)
    if node is None or node.pairs is None:
        return Units()
    # Read apart, with a context of its own: its problems are found again in the main reading.
    aside = Context(ids=context.ids)
    said = Reader(aside).record(Conventions, keys_of(Conventions), node, "conventions")
    seconds = {}
    for key, default in (("month", 30 * 86400.0), ("year", 365 * 86400.0)):
        given = getattr(said, key)
        seconds[key] = default
        if given is None or given.formula is None:
            continue
        try:
            value = evaluate(given.formula, _no_names, aside.units, key)
        except QuantityError:
            continue
        if value.value.is_exact and value.value.median > 0:
            seconds[key] = value.value.median
    try:
        return Units(seconds["month"], seconds["year"], said.currency or "USD", tuple(said.counts))
    except QuantityError as trouble:
        at = said.at("counts") if "count" in trouble.message else said.at("currency")
        context.problem("unit", trouble.message, at, trouble.suggestion, trouble.hint)
        return Units()


def _no_names(name: str) -> Quantity:
    raise KeyError(name)
