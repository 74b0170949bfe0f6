"""Numbers agree: claims with what is computed, estimates with their limits, formulas with names.

Why
---
A number in a slide outlives the reasons it came from. A limit that is passed one time in ten is
passed in the year that counts.

Flawed
------
    sysdesign: 1
    assumptions:
      links: {value: 120M item, source: measured 2025}
      link: {value: 500 B/item, source: measured 2025}
    estimates:
      disk: {formula: links * link -> GB, claim: 600 GB, limit: {max: 50 GB}}

Sound
-----
    sysdesign: 1
    assumptions:
      links: {value: 120M item, source: measured 2025}
      link: {value: 500 B/item, source: measured 2025}
    estimates:
      disk: {formula: links * link -> GB, claim: 60 GB, limit: {max: 100 GB}}

False alarms
------------
A claim agrees within a factor of 1.3; an exact one is also held against the ratios of kB and KiB.
A bare number in a formula is only asked about; 1 and exponents are not.

Source
------
nine steps: "Be ready to explain and justify your calculations."
"""

from collections.abc import Iterator

from sysdesign.review.facts import is_made, literals, names_of
from sysdesign.review.rule import Outcome, Outcomes, fails, holds, listed, rule, unknown
from sysdesign.review.statements import percent
from sysdesign.source import Severity
from sysdesign.study import UNLIKELY, Study


@rule("EST-05", nothing="no formula, nothing claimed")
def numbers_disagree(study: Study) -> Outcomes:
    """Hold claims and limits; ask about bare numbers; pass on remarks on spellings."""
    yield from _claims(study)
    yield from _limits(study)
    yield from _formulas(study)
    yield from _spellings(study)


def _claims(study: Study) -> Iterator[Outcome]:
    for claim in study.estimate.claims:
        name, computed = claim.name, study.figures[claim.name].shown
        if claim.agrees:
            yield holds(f"{name}.claim", f"{claim.shown} claimed, {computed} computed", claim.span)
            continue
        why = f", as if {claim.prefix} had been taken" if claim.prefix else ""
        yield fails(
            f"{name}.claim",
            f"{name} is claimed to be {claim.shown} and comes to {computed}; the claim is "
            f"{claim.ratio:.3g} times that{why}",
            claim.span,
            f"mend the claim, or what {name} is made of",
        )


def _limits(study: Study) -> Iterator[Outcome]:
    for limit in study.estimate.limits:
        name, shown = limit.name, study.figures[limit.name].shown
        word, key = ("above", "max") if limit.at_most else ("below", "min")
        by = f" of {limit.set_by}" if limit.set_by else ""
        said = f"{shown}: {word} the limit{by}, {limit.shown}, with a probability of "
        said += percent(limit.exceeded)
        if limit.exceeded < UNLIKELY:
            yield holds(f"{name}.limit.{key}", said, limit.span)
        else:
            yield fails(
                f"{name}.limit.{key}",
                f"{name} is {said}",
                limit.span,
                "move the limit, or change what the estimate is made of",
            )


def _formulas(study: Study) -> Iterator[Outcome]:
    formulas = {name: said.formula for name, said in study.design.estimates.items()}
    formulas |= {name: said.rate for name, said in study.design.operations.items()}
    for name, given in formulas.items():
        if given is None or not is_made(given):
            continue
        bare = literals(given)
        if bare:
            yield unknown(
                name,
                f"where {listed(bare)} {'come' if len(bare) > 1 else 'comes'} from is not stated",
                given.span,
                "give it a name and a source, under assumptions",
                f"{name}.formula",
                Severity.MINOR,
            )
        else:
            yield holds(name, f"made of {listed(names_of(given))}", given.span)


def _spellings(study: Study) -> Iterator[Outcome]:
    by_text = {
        span.source.line(span.line)[span.column - 1 : span.end_column - 1]: (span, note)
        for span, note in reversed(study.notes)
    }
    for text, (span, note) in by_text.items():
        yield fails(text, note, span, "write it so that nobody can misread it", Severity.INFO)
