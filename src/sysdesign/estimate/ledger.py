"""The ledger: every figure of a design, worked out when it is asked for, once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field

from sysdesign.design import Component, Design, Given, Record, Visit, keys_of, visits
from sysdesign.design.names import SHARED
from sysdesign.design.shape import attribute
from sysdesign.figures import NO_TEXT, Figure, Term, Text, written
from sysdesign.figures.term import ATOM, PRODUCT, SUM, of
from sysdesign.quantity import (
    ArithmeticTrouble,
    Dimension,
    Expression,
    Quantity,
    QuantityError,
    Shape,
    Unit,
    Units,
    best_unit,
    evaluate,
    percentiles,
    render,
    show,
    uniform,
)
from sysdesign.quantity.expression import Number
from sysdesign.records import cached_property, dataclass
from sysdesign.source import NOWHERE, Problem, Span

MAX_CHAIN = 150
WHOLE = ("read_write", "cost")
"""Figures of the whole whose short name has no head; cost_per_call.OPERATION is one, too."""
PER_CALL = "cost_per_call."
SECTIONS = {
    "assumption": "assumptions", "estimate": "estimates", "operation": "operations",
    "entity": "data", "component": "components", "system": "system",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A term on its way to become a figure."""

    term: Term
    title: str
    unit: str | Unit | None = None
    span: Span = NOWHERE
    source: str = ""
    stated: str = ""
    defaults: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Maker = Callable[["Ledger", str, str], Made | None]
MAKERS: dict[tuple[str, str], Maker] = {}


def maker(space: str, *measures: str) -> Callable[[Maker], Maker]:
    """Register a function that makes figures.

    It is called with the ledger, the id (of an operation, an entity, a component) and the measure,
    which may have a part behind a dot: rate.eu.
    """

    def register(function: Maker) -> Maker:
        for measure in measures:
            MAKERS[space, measure] = function
        return function

    return register


Between = Callable[[], Mapping[str, Mapping[tuple[str, str], float]]]


@dataclass
class Ledger:
    """Figures by name; `figure(name)` makes what is not there yet.

    A name that cannot be worked out, because the file does not say enough, is None: an open
    question, no error. `load` multiplies the peak, `grown` the average, and the peak with it.
    `between` tells the bytes that a call of each operation sends between two places: whoever knows
    the paths gives it; without it they are not priced.
    """

    design: Design
    units: Units
    load: float = 1.0
    problems: list[Problem] = field(default_factory=list)
    figures: dict[str, Figure | None] = field(default_factory=dict)
    loops: dict[str, tuple[str, ...]] = field(default_factory=dict)
    grown: float = 1.0
    between: "Between | None" = None
    _open: list[str] = field(default_factory=list)
    _terms: dict[tuple[int, str], Term | None] = field(default_factory=dict)

    @cached_property
    def visits(self) -> Mapping[str, tuple[Visit, ...]]:
        """Visits of each operation."""
        return visits(self.design)

    @cached_property
    def called_by_actors(self) -> tuple[str, ...]:
        """Operations that actors call, in the order of the file."""
        return tuple(n for n, o in self.design.operations.items() if o.rate or o.opens or o.users)

    @cached_property
    def backups_to(self) -> Mapping[str, tuple[str, ...]]:
        """Components whose backups lie in each component."""
        found: dict[str, list[str]] = {}
        for name, part in self.design.components.items():
            if part.backup and part.backup.to:
                found.setdefault(part.backup.to, []).append(name)
        return {to: tuple(names) for to, names in found.items()}

    @cached_property
    def visits_to(self) -> Mapping[str, tuple[Visit, ...]]:
        """Visits of each component, of all operations."""
        found: dict[str, list[Visit]] = {}
        for some in self.visits.values():
            for visit in some:
                found.setdefault(visit.target, []).append(visit)
        return {target: tuple(some) for target, some in found.items()}

    # -- figures ---------------------------------------------------------------------------------

    def figure(self, name: str) -> Figure | None:
        """The figure of a short name, or None where it is not known."""
        if name in self.figures:
            return self.figures[name]
        with self._opened(name) as free:
            if not free:
                return None
            made = self._make(name)
        if name not in self.figures:
            self.figures[name] = self._finish(name, made) if made else None
        return self.figures[name]

    def term(self, name: str) -> Term | None:
        """A figure as part of a formula."""
        figure = self.figure(name)
        return of(figure) if figure else None

    @contextmanager
    def _opened(self, name: str) -> Iterator[bool]:
        if name in self._open or len(self._open) >= MAX_CHAIN:
            loop = self._open[self._open.index(name) :] if name in self._open else []
            said = (
                f"this goes in a circle: {' → '.join([*loop, name])}" if loop
                else f"'{name}' hangs on a chain of more than {MAX_CHAIN} numbers"
            )  # fmt: skip
            self.problem("circle", said, self.span_of(loop[0] if loop else name))
            for one in loop:
                self.figures[one] = None
            yield False
            return
        self._open.append(name)
        try:
            yield True
        finally:
            self._open.pop()

    def _make(self, name: str) -> Made | None:
        head, _, measure = name.partition(".")
        if self._is_whole(name):
            head, measure = "system", name
        space = "system" if head == "system" else self.design.ids.space_of(head) or ""
        homes = {"operation": self.design.operations, "entity": self.design.data,
                 "component": self.design.components}  # fmt: skip
        if space in homes and head not in homes[space]:
            return None  # it could not be read, which has been said
        make = MAKERS.get((space, measure.partition(".")[0]))
        if make is None:
            return self.stated(name)
        try:
            return make(self, head, measure)
        except ArithmeticTrouble as trouble:
            self.problem("arithmetic", f"{name}: {trouble.message}", self.span_of(name))
            return None

    def _is_whole(self, name: str) -> bool:
        """Whether a bare name is a figure of the whole; what the file calls so goes first."""
        known = name in WHOLE or name.startswith(PER_CALL)
        return known and self.design.ids.space_of(name.partition(".")[0]) not in SHARED

    def stated(self, name: str) -> Made | None:
        """An amount that the file states: tweets.replicas, link.keep, conventions.peak."""
        head, _, rest = name.partition(".")
        design = self.design
        homes = (design.operations, design.data, design.components)
        value: object = next((home[head] for home in homes if head in home), None)
        if head in ("conventions", "problem"):
            value = getattr(design, head)
        for word in rest.split(".") if rest else ():
            if isinstance(value, Component) and word in value.extra:
                value = value.extra[word]
            elif isinstance(value, Record) and word in keys_of(type(value)):
                value = getattr(value, attribute(type(value), word))
            else:
                return None
        if isinstance(value, Record):
            value = getattr(value, "count", None)
        if isinstance(value, Mapping):
            value = value.get("")
        term = self.amount(value) if isinstance(value, Given) else None
        if term is None or not isinstance(value, Given):
            return None
        source = "" if term.inputs else "the design"
        return Made(term, f"{rest} of {head}", term.quantity.unit, value.span, source)

    def _finish(self, name: str, made: Made) -> Figure:
        quantity = made.term.quantity
        unit = self.units.parse(made.unit) if isinstance(made.unit, str) else made.unit
        if unit is None or unit.dimension.without_counts() != quantity.dimension.without_counts():
            unit = best_unit(quantity.value.median, quantity.dimension, self.units)
        quantity = Quantity(quantity.value, unit.dimension, unit, quantity.shape)
        head = name.partition(".")[0]
        space = (
            "system" if self._is_whole(name) or head == "system" else self.design.ids.space_of(head)
        )
        given = not made.term.inputs and made.source
        return Figure(
            name, SECTIONS.get(space or "", ""), made.title, quantity, unit,
            NO_TEXT if given else made.term.text, made.term.inputs, made.source, made.stated,
            made.span, made.defaults, made.conventions, made.notes,
        )  # fmt: skip

    def span_of(self, name: str) -> Span:
        """Where the thing that a name begins with is defined."""
        head = name.partition(".")[0]
        space = self.design.ids.space_of(head)
        return self.design.ids.spaces[space][head] if space else NOWHERE

    def problem(
        self, code: str, message: str, span: Span, suggestion: str | None = None,
        hint: str | None = None,
    ) -> None:  # fmt: skip
        """Add a problem."""
        self.problems.append(Problem(code, message, span, suggestion, hint))

    # -- amounts ---------------------------------------------------------------------------------

    def amount(self, given: Given | None, name: str = "") -> Term | None:
        """The term of an amount; problems stand at its place, maps by place are summed."""
        if given is None:
            return None
        key = (id(given), name)
        if key not in self._terms:
            self._terms[key] = self._amount(given, name or given.path)
        return self._terms[key]

    def _amount(self, given: Given, name: str) -> Term | None:
        if given.by_place:
            from sysdesign.figures.term import total

            terms = [self.amount(part) for part in given.by_place.values()]
            known = [t for t in terms if t is not None]
            if not known or len(known) < len(terms):
                return None
            whole = total(known)
            return whole if self._fits(whole, given) else None
        try:
            term = self._bounded(given, name) if given.bounds else self._formula(given, name)
        except ArithmeticTrouble as trouble:
            self.problem("range", trouble.message, given.span)
            return None
        if term is not None and not self._fits(term, given):
            return None
        return term

    def _expression(self, expression: Expression, given: Given, name: str) -> Quantity | None:
        for used, _, _ in expression.names():
            if self.figure(used) is None:
                return None

        def resolve(used: str) -> Quantity:
            figure = self.figure(used)
            if figure is None:
                raise KeyError(used)
            return figure.quantity

        try:
            return evaluate(expression, resolve, self.units, name)
        except QuantityError as trouble:
            span = given.span
            if expression.text == given.text:
                span = span.part(trouble.start, trouble.end)
            self.problem("amount", trouble.message, span, trouble.suggestion, trouble.further_hint)
            return None

    def _formula(self, given: Given, name: str) -> Term | None:
        if given.formula is None:
            return None
        quantity = self._expression(given.formula, given, name)
        if quantity is None:
            return None
        if given.is_spread:
            shape = self._shape(given, quantity, name)
            if shape is None:
                return None
            quantity = Quantity(quantity.value, quantity.dimension, quantity.unit, shape)
        names = given.formula.names()
        if not names:
            text = given.formula.text
            level = ATOM if isinstance(given.formula.tree, Number) else SUM
            return Term(quantity, Text(lambda: (text, _literal_shown(quantity, text))), level=level)
        formula = render(given.formula, lambda n: n)
        level = ATOM if len(names) == 1 and formula == names[0][0] else SUM
        inputs = tuple(dict.fromkeys(n for n, _, _ in names))
        if level == SUM and not any(sign in formula for sign in (" + ", " − ", " - ")):
            level = PRODUCT
        stated = given.formula
        return Term(quantity, Text(lambda: (formula, render(stated, self._shown))), inputs, level)

    def _shown(self, name: str) -> str:
        figure = self.figure(name)
        return figure.shown if figure else name

    def _shape(self, given: Given, mean: Quantity, name: str) -> Shape | None:
        """How a spread differs from call to call; p99 over mean lies between 1 and 100 (Markov)."""
        ratio = scv = None
        if given.p99 is not None:
            p99 = self._expression(given.p99, given, f"{name}.p99")
            if p99 is None:
                return None
            if p99.dimension.without_counts() != mean.dimension.without_counts():
                self.problem("spread", f"p99 is {p99.dimension.describe()}, the mean is "
                              f"{mean.dimension.describe()}", given.span)  # fmt: skip
                return None
            ratio = p99.value.median / mean.value.median if mean.value.median else 0.0
            if not 1 <= ratio <= 100:
                said = (
                    "below the mean"
                    if ratio < 1
                    else "more than 100 times the mean, which cannot be"
                )
                self.problem("spread", f"p99 is {said}", given.span)
                return None
        if given.scv is not None:
            value = self._expression(given.scv, given, f"{name}.scv")
            if value is None:
                return None
            scv = value.value.median
        return Shape(ratio, scv, given.distribution or None)

    def _bounded(self, given: Given, name: str) -> Term | None:
        quantities: dict[str, Quantity] = {}
        for word, expression in given.bounds.items():
            quantity = self._expression(expression, given, f"{name}.{word}")
            if quantity is None:
                return None
            quantities[word] = quantity
        dimensions = {q.dimension for q in quantities.values()}
        if len(dimensions) > 1:
            self.problem("range", "the two bounds have different units", given.span)
            return None
        numbers = {word: q.value.median for word, q in quantities.items()}
        if "min" in numbers:
            value = uniform(numbers["min"], numbers["max"], name)
        else:
            at = {float(word[1:]): number for word, number in numbers.items()}
            value = percentiles(at, name, given.shape or "lognormal")
        unit = next(iter(quantities.values())).unit
        return written(Quantity(value, dimensions.pop(), unit), given.text, given.text)

    def _fits(self, term: Term, given: Given) -> bool:
        """Whether the dimension and the bounds of the key are kept."""
        dimension = term.quantity.dimension.without_counts()
        wants, factor = given.wants, 1.0
        if wants.startswith("price"):
            if not self._is_price(dimension, wants.removeprefix("price").strip()):
                example = {"price 1/s": "/month", "price 1/B/s": "/GB/month", "price 1/B": "/GB"}
                said = f"a price{_PER.get(wants, '')} is wanted here, not {dimension.describe()}"
                hint = f"write 9 {self.units.currency}{example.get(wants, ' / 1M req')}"
                self.problem("unit", said, given.span, hint=hint)
                return False
        elif wants == "factor or rate":
            if not dimension.is_dimensionless and dimension != self.units.parse("1/s").dimension:
                self.problem("unit", "a factor (3) or a rate (500 req/s) is wanted here, not "
                              f"{dimension.describe()}", given.span)  # fmt: skip
                return False
        elif wants != "any":
            unit = self.units.parse(wants)
            factor = unit.factor
            if dimension != unit.dimension:
                words = {
                    "s": "a time",
                    "B": "bytes",
                    "1/s": "a rate (count/time)",
                    "": "a plain number or a count",
                    "B/s": "bytes a time",
                }
                self.problem("unit", f"{words.get(wants, wants)} is wanted here, not "
                              f"{dimension.describe()}", given.span,
                              hint=_with_unit(given, dimension))  # fmt: skip
                return False
        return self._within(term, given, factor)

    def _is_price(self, dimension: Dimension, of: str) -> bool:
        """Whether this is money for each of something; for each of anything where `of` is empty."""
        money = self.units.parse(self.units.currency).dimension
        if not of:
            return dict(dimension.exponents).get("money") == 1
        return dimension == money * self.units.parse(of).dimension

    def _within(self, term: Term, given: Given, factor: float) -> bool:
        value, hint = term.value, given.instead or None
        if given.positive and value.low <= 0:
            said = f"more than 0 is wanted here, not {_plain(term)}"
            self.problem("bounds", said, given.span, hint=hint)
            return False
        if given.whole and value.is_exact and abs(value.median - round(value.median)) > 1e-9:
            said = f"a whole number is wanted here, not {_plain(term)}"
            self.problem("bounds", said, given.span, hint=hint)
            return False
        for bound, word in ((given.low, "at least"), (given.high, "at most")):
            if bound is None:
                continue
            below = word == "at least" and term.value.low < bound * factor
            if below or (word == "at most" and term.value.high > bound * factor * (1 + 1e-12)):
                unit = "100%" if given.high == bound == 1.0 and given.wants == "" else f"{bound:g}"
                self.problem(
                    "bounds",
                    f"{word} {unit} is wanted here, not {_plain(term)}",
                    given.span,
                    hint=hint,
                )
                return False
        return True

    def all_amounts(self, sequence: Sequence[Given | None]) -> list[Term] | None:
        """Terms of several amounts, or None where one is not known."""
        terms = [self.amount(g) for g in sequence]
        known = [t for t in terms if t is not None]
        return known if len(known) == len(terms) else None


_PER = {"price 1/s": " a time", "price 1/B/s": " a byte and time", "price 1/B": " a byte"}


def _with_unit(given: Given, dimension: Dimension) -> str | None:
    """What to write where a number lacks its unit."""
    words = {"s": "ms, s, min, h, day", "B": "B, kB, MB, GB", "1/s": "req/s, req/day",
             "B/s": "MB/s, Gbit/s"}.get(given.wants)  # fmt: skip
    number = given.text.replace(".", "").isdigit() and dimension.is_dimensionless
    return f"its unit is missing: {words}" if words and number else None


def _plain(term: Term) -> str:
    return term.shown if len(term.shown) < 40 else show(term.quantity)


def _literal_shown(quantity: Quantity, text: str) -> str:
    """A literal as the file writes it; a range as its median."""
    return text if quantity.value.is_exact else show(quantity)
