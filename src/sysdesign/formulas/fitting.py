"""Which law has this 99th percentile for its mean, or this name and spread.

Facts behind the limits: 1% of the calls take p99 or longer, so p99 is at most 100 means. The
largest p99/mean of a lognormal law is exp(z²/2) = 14.97 with z the normal 99th percentile, where
its scv is 223; beyond the lognormal, calls come in two kinds.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, sqrt

from sysdesign.formulas.laws import (
    CONSTANT,
    EXPONENTIAL,
    Branch,
    Gammas,
    Shape,
    by_scv,
    gamma,
)
from sysdesign.formulas.number import root
from sysdesign.formulas.special import gamma_above_one
from sysdesign.formulas.tables import Lognormal, Pareto, Uniform, Weibull, lognormal

_Z99 = 2.3263478740408408  # normal 99th percentile
_RARE = 0.01  # share of calls above p99
LARGEST_LOGNORMAL = exp(_Z99**2 / 2)
"""p99/mean that no lognormal law exceeds."""

# For each: p99/mean rises with the parameter up to here, and falls again after.
_LARGEST_GAMMA_SCV = 63.2
_LARGEST_WEIBULL_POWER = 4.0962
_LARGEST_UNIFORM = 1.98
_SMALLEST_PARETO_INDEX = 2.05  # a finite variance


def known_law(
    distribution: str | None, scv: float | None, p99_over_mean: float | None
) -> Shape | None:
    """As `law`; None where there is no such law, which whoever draws from it says."""
    try:
        return law(distribution, scv, p99_over_mean)
    except ValueError:
        return None


def law(
    distribution: str | None = None,
    scv: float | None = None,
    p99_over_mean: float | None = None,
) -> Shape:
    """Law by what is known of it, in any combination; nothing at all means exponential.

    `scv` counts before `p99_over_mean`. Without a name: `by_scv`, or `by_p99`. A name alone has
    the scv 1; a uniform law, which cannot, then goes from 0 to twice its mean.

    Raises: ValueError if no such law exists, saying what to write instead.

    >>> law(), law("uniform", scv=0.12)
    (Gammas(branches=(Branch(share=1.0, mean=1.0, scv=1.0),)), Uniform(half_width=0.6))
    """
    if scv is not None and not 0 <= scv < float("inf"):
        raise ValueError(f"an scv of {scv}: give a number from 0 up")
    if distribution is None:
        if scv is not None:
            return by_scv(scv)
        return EXPONENTIAL if p99_over_mean is None else by_p99(p99_over_mean)
    if distribution in ("constant", "exponential"):
        return CONSTANT if distribution == "constant" else EXPONENTIAL
    if distribution not in _BY_SCV:
        known = ", ".join(("constant", "exponential", *_BY_SCV))
        raise ValueError(f"no distribution is called {distribution!r}: choose of {known}")
    if scv is None and p99_over_mean is not None:
        return CONSTANT if p99_over_mean == 1 else _BY_P99[distribution](p99_over_mean)
    return CONSTANT if scv == 0 else _BY_SCV[distribution](scv)


@lru_cache(maxsize=1024)
def by_p99(p99_over_mean: float) -> Shape:
    """Law with this p99 over mean, 1 to just below 100: lognormal, or two kinds of calls.

    Raises: ValueError outside of these limits.

    >>> round(by_p99(5.0).above(5.0), 9), round(by_p99(40.0).above(40.0), 9)
    (0.01, 0.01)
    """
    if not 1 <= p99_over_mean <= 99:
        raise ValueError(
            f"a p99 of {p99_over_mean:g} times the mean: give one from 1 to 99 times "
            "(1% of the calls take p99 or longer, so the mean is at least p99/100)"
        )
    if p99_over_mean == 1:
        return CONSTANT
    if p99_over_mean < LARGEST_LOGNORMAL:
        return _lognormal_by_p99(p99_over_mean)
    return _two_kinds(p99_over_mean)


def _two_kinds(ratio: float) -> Shape:
    """Rare slow calls among fast ones, for p99 above 14.97 means.

    The slow share lies (geometrically) halfway between 1%, where p99 would be the least slow
    call, and 1/ratio, where slow calls would be the whole mean. Slow calls are exponential where
    that leaves enough of the mean to the fast ones, else they spread less (a gamma law).
    """
    share = sqrt(_RARE / ratio)
    below = _RARE / share  # of the slow calls, this share is above p99
    work = min(below / -log(below), (1 + below) / 2)  # part of the mean
    slow = work / share
    spread = 1.0
    if work == (1 + below) / 2:
        spread = root(lambda scv: below - gamma_above_one(1 / scv, ratio / slow / scv), 1e-6, 1.5)
    return Gammas((Branch(1 - share, (1 - work) / (1 - share), 1.0), Branch(share, slow, spread)))


def _lognormal_by_p99(ratio: float) -> Shape:
    if ratio >= LARGEST_LOGNORMAL:
        raise _too_far("lognormal", ratio, LARGEST_LOGNORMAL)
    return Lognormal(_Z99 - sqrt(_Z99**2 - 2 * log(_at_least_one(ratio))))


def _gamma_by_p99(ratio: float) -> Shape:
    def missing(scv: float) -> float:
        return gamma_above_one(1 / scv, _at_least_one(ratio) / scv) - _RARE

    if missing(_LARGEST_GAMMA_SCV) < 0:
        raise _too_far("gamma", ratio, 28.33)
    return gamma(root(missing, 1e-6, _LARGEST_GAMMA_SCV))


def _weibull_by_p99(ratio: float) -> Shape:
    def missing(power: float) -> float:
        return power * log(-log(_RARE)) - lgamma(1 + power) - log(_at_least_one(ratio))

    if missing(_LARGEST_WEIBULL_POWER) < 0:
        raise _too_far("weibull", ratio, 18.75)
    return Weibull(root(missing, 1e-6, _LARGEST_WEIBULL_POWER))


def _pareto_by_p99(ratio: float) -> Shape:
    def missing(index: float) -> float:
        return log(_at_least_one(ratio)) + log(_RARE) / index - log(1 - 1 / index)

    if missing(_SMALLEST_PARETO_INDEX) > 0:
        raise _too_far("pareto", ratio, 4.84)
    return Pareto(root(missing, _SMALLEST_PARETO_INDEX, 1e6))


def _uniform_by_p99(ratio: float) -> Shape:
    if ratio > _LARGEST_UNIFORM:
        raise _too_far("uniform", ratio, _LARGEST_UNIFORM)
    return Uniform((_at_least_one(ratio) - 1) / (1 - 2 * _RARE))


def _uniform_by_scv(scv: float | None) -> Shape:
    if scv is not None and scv > 1 / 3:
        raise ValueError(
            f"a uniform law with an scv of {scv:g}: its scv is at most 1/3; leave out "
            "the distribution, or give a smaller scv"
        )
    return Uniform(1.0 if scv is None else sqrt(3 * scv))


def _weibull_by_scv(scv: float | None) -> Shape:
    wanted = 1.0 if scv is None else scv
    largest = 30.0
    return Weibull(root(lambda power: log(Weibull(power).scv / wanted), 1e-4, largest))


def _pareto_by_scv(scv: float | None) -> Shape:
    return Pareto(1 + sqrt(1 + 1 / (1.0 if scv is None else scv)))


def _at_least_one(ratio: float) -> float:
    if not ratio >= 1:
        raise ValueError(f"a p99 of {ratio:g} times the mean: it is not below the mean")
    return ratio


def _too_far(name: str, ratio: float, most: float) -> ValueError:
    return ValueError(
        f"a {name} law with a p99 of {ratio:g} times the mean: at most {most:.4g} times is "
        "possible; leave out the distribution, and a law that can is chosen"
    )


_BY_SCV = {
    "lognormal": lambda scv: lognormal(1.0 if scv is None else scv),
    "uniform": _uniform_by_scv,
    "gamma": lambda scv: gamma(1.0 if scv is None else scv),
    "weibull": _weibull_by_scv,
    "pareto": _pareto_by_scv,
}
_BY_P99 = {
    "lognormal": _lognormal_by_p99,
    "uniform": _uniform_by_p99,
    "gamma": _gamma_by_p99,
    "weibull": _weibull_by_p99,
    "pareto": _pareto_by_p99,
}
