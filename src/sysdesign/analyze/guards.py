"""What a caller does about a call that takes too long: timeout, retries, hedge, deadline."""

from __future__ import annotations

from math import inf, isfinite, sqrt
from typing import NamedTuple

from sysdesign.analyze.outcome import AT_ONCE, Outcome, mixed_delay, remembered, scaled_parts
from sysdesign.analyze.traffic import Fate
from sysdesign.formulas.delays import Delay, constant, series, spread
from sysdesign.formulas.laws import CONSTANT
from sysdesign.formulas.number import root
from sysdesign.formulas.readings import percentiles
from sysdesign.formulas.tables import Uniform
from sysdesign.formulas.tails import joined, tail_of
from sysdesign.network import Attempts, Hedge, Retry

_NEGLIGIBLE = 1e-9
_RARE = 1e-6  # a share of calls too small to be seen in times, p99.9 included; it counts as a share
_FAR = 60.0  # standard deviations
_FOLLOWED = 30  # retries
_ONCE = Retry(0)


class _Attempt(NamedTuple):
    """How one attempt ends: a share is answered after one time, the rest fails after another.

    `surely_s` is a time that answers do not take longer than, but for one in a million or so.
    """

    answered: Delay
    share: float
    failed: Delay
    surely_s: float = inf


def guarded(inner: Outcome, guard: Attempts) -> tuple[Outcome, Fate]:
    """The outcome of a guarded call, and what it means for the load.

    Attempts fare alike, each on its own. What fails is tried again, for whatever reason it failed.
    A failed optional call counts as answered, degraded.
    """
    if guard == _UNGUARDED:
        return inner, Fate(1.0, inner.share, 1 - inner.share)
    surely = float(inner.answered.mean_s) + _FAR * sqrt(inner.variance)
    one = _Attempt(inner.answered, inner.share, inner.failed, surely)
    copies = 1.0
    if guard.hedge is not None:
        one, copies = _hedged(one, guard.hedge)
    limits = [float(t) for t in (guard.timeout_s, guard.deadline_s) if t is not None]
    if limits:
        one = _within(one, min(limits))
    retry = _retry(guard)
    repeated = persistence(retry, 1 - one.share)
    whole = _retried(one, retry, repeated)
    if guard.deadline_s is not None and retry.count:
        whole = _within(whole, float(guard.deadline_s))
    attempts = copies * _geometric((1 - one.share) * repeated, retry.count + 1)
    if copies == 1 and whole.answered.rest is inner.answered.rest:
        outcome = inner if whole.share == inner.share else _hardly_changed(whole, inner)
    else:
        outcome = _told(whole, inner)
    missing = 1 - outcome.share
    if guard.optional:
        outcome = _optional(outcome)
    return outcome, Fate(attempts, outcome.share, missing)


def _hardly_changed(whole: _Attempt, inner: Outcome) -> Outcome:
    """The outcome of a call of which so few attempts fail that times are as they were."""
    parts = scaled_parts(inner.parts, float(whole.answered.mean_s))
    return inner._replace(
        answered=whole.answered, share=whole.share, failed=whole.failed, parts=parts
    )


def _told(whole: _Attempt, inner: Outcome) -> Outcome:
    """The outcome of all attempts; tabled, since whoever contains it reads it many times."""
    mean = float(whole.answered.mean_s)
    answered, variance = tabled(whole.answered)
    return Outcome(
        answered=answered,
        share=whole.share,
        failed=whole.failed,
        degraded=inner.degraded,
        parts=scaled_parts(inner.parts, mean),
        variance=variance,
    )


def tabled(delay: Delay) -> tuple[Delay, float]:
    """The same delay as a table, and its variance in seconds squared; inf where calls never end."""
    beyond = float(delay.mean_s) - delay.shift_s
    if delay.is_fixed:
        return delay, 0.0
    if not isfinite(beyond):
        return delay, inf
    tail = tail_of(delay)
    return remembered(tail.delay), tail.scv_beyond * beyond**2


_UNGUARDED = Attempts()


def most_attempts(guard: Attempts) -> Fate:
    """The most load a guarded call can bring: every attempt fails but the last."""
    return Fate(failing(guard, 1.0)[0].attempts, 1.0)


def failing(guard: Attempts, share: float) -> tuple[Fate, float]:
    """What it means for the load that so many attempts fail, and the share of calls that fail.

    A breaker that opens makes no more calls.
    """
    retry = _ONCE if guard.breaker is not None else _retry(guard)
    tries = _geometric(share * persistence(retry, share), retry.count + 1)
    copies = 1.0 if guard.hedge is None or guard.breaker is not None else 2.0
    missing = min(max(1 - (1 - share) * tries, 0.0), 1.0)
    after = 0.0 if guard.optional else missing
    return Fate(copies * tries, 1 - after, missing), after


def _geometric(ratio: float, terms: int) -> float:
    """1 + ratio + ratio² + ...: so many terms."""
    if 1 - ratio < _NEGLIGIBLE:
        return float(terms)
    return (1 - ratio**terms) / (1 - ratio)


def _retry(guard: Attempts) -> Retry:
    """Retries after timeouts and refusals; formulas know no other failures."""
    retry = guard.retry or _ONCE
    return retry if not retry.when or {"timeout", "refused"} & set(retry.when) else _ONCE


def persistence(retry: Retry, failing: float) -> float:
    """Probability to try again after a failure: 1, or less where a budget bounds all retries.

    With the failing share x of the calls tried again each time, x + x² + ... are retries a call;
    Newton's steps from above fall to the x that meets the budget, since that sum is convex.
    """
    if retry.budget is None or failing <= 0 or retry.count == 0:
        return 1.0
    budget = float(retry.budget)

    def beyond(chance: float) -> float:
        return _geometric(failing * chance, retry.count + 1) - 1 - budget

    return 1.0 if beyond(1.0) <= 0 else root(beyond, 0.0, 1.0)


def _within(one: _Attempt, limit_s: float) -> _Attempt:
    """Given up at a time limit."""
    bad = 1 - one.share
    if bad <= 0 and limit_s >= one.surely_s:
        return one
    answered, late = one.answered, 0.0
    if limit_s < one.surely_s:
        answered, late = _in_time(one.answered, limit_s)
    failed = one.failed
    if bad > 0:
        early, slow = _in_time(one.failed, limit_s)
        failed = mixed_delay([1 - slow, slow], [early, constant(limit_s)])
    lost = [one.share * late, bad]
    return _Attempt(
        answered, one.share * (1 - late), mixed_delay(lost, [constant(limit_s), failed])
    )


def _in_time(delay: Delay, limit_s: float) -> tuple[Delay, float]:
    """The delay of those that take no longer than a limit, and the share of the others."""
    if delay.is_fixed:
        return (delay, 0.0) if delay.shift_s <= limit_s else (constant(limit_s), 1.0)
    tail, late = tail_of(delay, limit_s).within(limit_s)
    if late <= _RARE:
        return delay, late if late > _NEGLIGIBLE else 0.0
    return tail.delay, late


def _hedged(one: _Attempt, hedge: Hedge) -> tuple[_Attempt, float]:
    """A second call after a while; returns how many calls that makes."""
    if one.share <= 0:
        return one, 2.0
    if hedge.after_s is not None:
        after = float(hedge.after_s)
    else:
        after = percentiles(one.answered, [float(hedge.percentile or 0.95)])[0]
    if after == float("inf"):
        return one, 1.0
    second = one.share * tail_of(one.answered).share_above(after) + (1 - one.share)
    later = series([one.answered, constant(after)])
    first_of_both, _ = joined([one.answered, later], 1)
    return one._replace(answered=first_of_both.delay), 1 + second


def _retried(one: _Attempt, retry: Retry, repeated: float) -> _Attempt:
    """Attempts after each other, with pauses between; times are those of the first few dozen."""
    bad = 1 - one.share
    if retry.count == 0 or bad <= _NEGLIGIBLE:
        return one
    if bad <= _RARE and not one.answered.is_fixed:
        again = bad * repeated * (float(one.failed.mean_s) + float(_pause(retry, 0).mean_s))
        later = one.answered._replace(mean_s=one.answered.mean_s + again)
        share = one.share * _geometric(bad * repeated, retry.count + 1)
        return one._replace(answered=later, share=min(share, 1.0))
    one = one._replace(answered=remembered(one.answered), failed=remembered(one.failed))
    before: list[Delay] = []
    weight = 1.0
    good, answered, lost, failed = list[float](), list[Delay](), list[float](), list[Delay]()
    last = min(retry.count, _FOLLOWED)
    for attempt in range(last + 1):
        again = repeated if attempt < last else 0.0
        good.append(weight * one.share)
        answered.append(series([*before, one.answered]))
        lost.append(weight * bad * (1 - again))
        failed.append(series([*before, one.failed]))
        weight *= bad * again
        if weight <= _NEGLIGIBLE:
            break
        before = [remembered(series([*before, one.failed, _pause(retry, attempt)]))]
    share = one.share * _geometric(bad * repeated, retry.count + 1)
    return _Attempt(mixed_delay(good, answered), min(share, 1.0), mixed_delay(lost, failed))


def _pause(retry: Retry, attempt: int) -> Delay:
    """Backoff after an attempt; full jitter draws it from 0 to its length."""
    length = retry.pause_s(attempt)
    return spread(Uniform(1.0), length / 2) if retry.jitter else spread(CONSTANT, length)


def _optional(outcome: Outcome) -> Outcome:
    missing = 1 - outcome.share
    if missing <= 0:
        return outcome
    both = mixed_delay([outcome.share, missing], [outcome.answered, outcome.failed])
    if outcome.failed.is_fixed and isfinite(float(both.mean_s)):  # its time limit, exactly
        answered, mean = remembered(both), float(both.mean_s)
        variance = outcome.share * (outcome.variance + (float(outcome.answered.mean_s) - mean) ** 2)
        variance += missing * (outcome.failed.shift_s - mean) ** 2
    else:
        answered, variance = tabled(both)
    return Outcome(
        answered=answered,
        share=1.0,
        failed=AT_ONCE,
        degraded=missing + outcome.share * outcome.degraded,
        parts=scaled_parts(outcome.parts, float(answered.mean_s)),
        variance=variance,
    )
