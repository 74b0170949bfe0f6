"""Figures that the file gives: assumptions and the user's own estimates; claims and limits."""

from sysdesign.design import Assumption, Given, OwnEstimate
from sysdesign.estimate.ledger import Ledger, Made, maker
from sysdesign.figures import Claim, LimitResult, Term, constant, product, written
from sysdesign.quantity import Quantity, between, independent_sum, show
from sysdesign.rates import Rate
from sysdesign.rates import get as cited

AGREES_WITHIN = 1.3
# Binary over decimal, from kB to EB, and back: the ratios of a prefix mix-up.
PREFIXES = {"kiB for kB": 1.024, "MiB for MB": 1.024**2, "GiB for GB": 1.024**3,
            "TiB for TB": 1.024**4, "PiB for PB": 1.024**5}  # fmt: skip
_PREFIX_TOLERANCE = 0.004
RANGE_MEANING = "a range is the 5th to 95th percentile"


@maker("assumption", "")
def assumption(ledger: Ledger, name: str, _: str = "") -> Made | None:
    """A number taken as given, or the cited rate it uses."""
    said = ledger.design.assumptions.get(name)
    if said is None:
        return None
    rate = cited(said.use) if said.use else None
    term = ledger.amount(said.value, name) if said.value else None
    source = str(said.source or "")
    notes: tuple[str, ...] = ()
    if rate is not None:
        notes = (f"cited: {rate.id} = {_rate_text(rate)} ({rate.source}, {rate.year})",)
        if term is None and not said.value:
            term = _from_rate(ledger, name, said, rate)
            source = source or f"{rate.source}, {rate.year}"
    if term is None:
        return None
    if said.draws:
        term = _drawn(ledger, name, said, term)
        if term is None:
            return None
    conventions = () if term.value.is_exact else (RANGE_MEANING,)
    if not term.inputs:
        source = source or "no source given"
    if said.times or said.utilisation:
        source = ""  # it has a formula: the cited rate, scaled
    if said.why:
        notes = (*notes, f"{name}: {said.why}")
    return Made(term, f"assumption {name}", term.quantity.unit, ledger.span_of(name), source,
                _stated(said), conventions=conventions, notes=notes)  # fmt: skip


def _stated(said: Assumption) -> str:
    """A range as the file writes it."""
    if said.draws and said.value:
        return f"the sum of {said.draws.text} independent draws of {said.value.text}"
    return said.value.text if said.value else ""


def _rate_text(rate: Rate) -> str:
    if rate.low is None or rate.high is None or rate.low == rate.high:
        return f"{rate.value:g} {rate.unit}"
    return f"{rate.value:g} {rate.unit} ({rate.low:g} .. {rate.high:g})"


def _from_rate(ledger: Ledger, name: str, said: Assumption, rate: Rate) -> Term:
    """The value of a cited rate with its range; times and utilisation scale it."""
    unit = ledger.units.parse(rate.unit)
    if rate.low and rate.high and rate.low < rate.high:
        value = between(rate.low * unit.factor, rate.high * unit.factor, rate.id)
        # The cited value is the median; the cited range gives the spread around it.
        value = value * (rate.value * unit.factor / value.median)
        cited = f"{rate.value:g} {rate.unit}"
        term = written(Quantity(value, unit.dimension, unit), rate.id, cited)
    else:
        term = constant(rate.value * unit.factor, f"{rate.value:g} {rate.unit}", unit)
    factors = [ledger.amount(g) for g in (said.times, said.utilisation) if g]
    return product(term, *(f for f in factors if f)).within(unit)


def _drawn(ledger: Ledger, name: str, said: Assumption, term: Term) -> Term | None:
    draws = ledger.amount(said.draws)
    if draws is None:
        return None
    count = draws.value.median
    if not draws.value.is_exact or count != int(count) or not 1 <= count <= 1e9:
        ledger.problem("draws", "draws is a whole number from 1 on", said.at("draws"))
        return None
    quantity = term.quantity
    value = independent_sum(quantity.value, int(count), name)
    text = f"sum of {int(count)} independent draws of {term.shown}"
    return written(Quantity(value, quantity.dimension, quantity.unit), text, text)


@maker("estimate", "")
def estimate(ledger: Ledger, name: str, _: str = "") -> Made | None:
    """Arithmetic of the user's own."""
    said = ledger.design.estimates.get(name)
    term = ledger.amount(said.formula, name) if said else None
    if said is None or term is None:
        return None
    return Made(term, f"estimate {name}", term.quantity.unit, ledger.span_of(name))


def claims(ledger: Ledger) -> tuple[Claim, ...]:
    """Numbers used in prose, held against the computed ones."""
    found = []
    for name, said in ledger.design.estimates.items():
        figure, claimed = ledger.figure(name), ledger.amount(said.claim)
        if figure is None or claimed is None or said.claim is None:
            continue
        if not _same_dimension(ledger, figure.quantity, claimed.quantity, said, "claim"):
            continue
        if not figure.median:  # nothing is a ratio of nothing
            continue
        ratio = claimed.value.median / figure.median
        prefix = _mixed_prefix(ratio) if figure.quantity.value.is_exact else ""
        agrees = 1 / AGREES_WITHIN <= ratio <= AGREES_WITHIN and not prefix
        found.append(
            Claim(name, claimed.quantity, claimed.shown, ratio, agrees, prefix, said.claim.span)
        )
    return tuple(found)


def _mixed_prefix(ratio: float) -> str:
    for words, factor in PREFIXES.items():
        for one in (factor, 1 / factor):
            if ratio > 0 and abs(ratio / one - 1) < _PREFIX_TOLERANCE:
                return words
    return ""


def limits(ledger: Ledger) -> tuple[LimitResult, ...]:
    """Bounds on estimates, with the probability of passing each."""
    found = []
    for name, said in ledger.design.estimates.items():
        figure = ledger.figure(name)
        if said.limit is None or figure is None:
            continue
        for word, given in (("max", said.limit.max), ("min", said.limit.min)):
            bound = ledger.amount(given)
            if bound is None or given is None:
                continue
            if not _same_dimension(ledger, figure.quantity, bound.quantity, said, word):
                continue
            above = figure.quantity.value.probability_above(bound.value)
            passed = (
                above if word == "max" else bound.value.probability_above(figure.quantity.value)
            )
            found.append(LimitResult(name, word == "max", bound.quantity, bound.shown, passed,
                                     str(said.limit.from_ or ""), given.span))  # fmt: skip
    return tuple(found)


def _same_dimension(ledger: Ledger, a: Quantity, b: Quantity, said: OwnEstimate, word: str) -> bool:
    if a.dimension.without_counts() == b.dimension.without_counts():
        return True
    given: Given | None = said.claim if word == "claim" else getattr(said.limit, word)
    ledger.problem(
        "unit",
        f"the estimate is {a.dimension.describe()}, its {word} is "
        f"{b.dimension.describe()} ({show(b)})",
        given.span if given else said.span,
    )
    return False
