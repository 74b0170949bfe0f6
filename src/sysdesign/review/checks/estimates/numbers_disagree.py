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

from sysdesign.review.facts import is_made, literals
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, listed, rule, unknown
from sysdesign.review.statements import UNLIKELY, percent
from sysdesign.source import Severity
from sysdesign.study import Study


@rule("EST-05", nothing="every formula is made of named numbers, and nothing is claimed")
def numbers_disagree(study: Study) -> Outcomes:
    """Hold claims and limits; ask about bare numbers; pass on remarks on spellings."""
    yield from _claims(study)
    yield from _limits(study)
    yield from _bare(study)
    for span, note in study.notes:
        yield fails("units", note, span, "write it so that nobody can misread it", Severity.INFO)


def _claims(study: Study) -> Iterator[Outcome]:
    for claim in study.estimate.claims:
        computed = study.figures[claim.name].shown
        if claim.agrees:
            yield holds(claim.name, f"{claim.shown} claimed, {computed} computed", claim.span)
            continue
        why = f", as if {claim.prefix} had been taken" if claim.prefix else ""
        yield fails(
            claim.name,
            f"{claim.name} is claimed to be {claim.shown} and comes to {computed}: "
            f"{claim.ratio:.3g} times{why}",
            claim.span,
            f"mend the claim, or what {claim.name} is made of",
        )


def _limits(study: Study) -> Iterator[Outcome]:
    for limit in study.estimate.limits:
        word = "at most" if limit.at_most else "at least"
        by = f" for {limit.set_by}" if limit.set_by else ""
        said = f"{study.figures[limit.name].shown}, {word} {limit.shown}{by}"
        chance = percent(limit.exceeded)
        if limit.exceeded < UNLIKELY:
            yield holds(limit.name, f"{said}: passed with a probability of {chance}", limit.span)
        else:
            yield fails(
                limit.name,
                f"{limit.name} is {said}: passed with a probability of {chance}",
                limit.span,
                "raise the limit, or narrow what the estimate is made of",
            )


def _bare(study: Study) -> Iterator[Outcome]:
    formulas = {name: said.formula for name, said in study.design.estimates.items()}
    formulas |= {name: said.rate for name, said in study.design.operations.items()}
    for name, given in formulas.items():
        bare = literals(given) if given and is_made(given) else []
        if bare:
            verb = "come" if len(bare) > 1 else "comes"
            yield unknown(
                name,
                f"where {listed(bare)} {verb} from is not stated",
                given.span if given else at(name),
                "give it a name and a source, under assumptions",
                f"{name}.formula",
                Severity.MINOR,
            )
        elif name in study.design.estimates and name in study.figures:
            yield holds(name, f"{study.figures[name].shown}, made of named numbers", at(name))
