"""How a part of a call ends: answered or not, after which time, and who caused it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import isfinite, prod
from typing import TYPE_CHECKING, Any, NamedTuple

from sysdesign.analyze.traffic import at_least
from sysdesign.analyze.waits import Waits, in_sequence, repeatedly
from sysdesign.formulas.delays import Delay, constant, mixture, series
from sysdesign.formulas.rounds import repeated
from sysdesign.formulas.tails import joined

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Grid

AT_ONCE = constant(0.0)
_NEARLY_NONE = 1e-290
_WHOLE = 1e-9


class Outcome(NamedTuple):
    """The end of a part of a call.

    `answered` is the time of those that are answered, a share `share` of all; `failed` that of
    the others. `degraded` is the share of answers that lack something optional. `parts` divides
    the mean of the answered among components ("" is the network). `variance` of the answered, in
    seconds squared, is rough: it tells what is far away from what. `waits` are those at stations
    that calls come to again and again, `rest` the time of the answered without them.
    """

    answered: Delay = AT_ONCE
    share: float = 1.0
    failed: Delay = AT_ONCE
    degraded: float = 0.0
    parts: Mapping[str, float] = {}
    variance: float = 0.0
    waits: Mapping[str, Waits] = {}
    rest: Delay | None = None

    @property
    def without_waits(self) -> Delay:
        """Time of the answered but for the waits that are told apart."""
        return self.answered if self.rest is None else self.rest


NOTHING = Outcome()


class Join(NamedTuple):
    """How long a join takes, and what of it is the wait of its first call at one queue."""

    answered: Delay
    waits: Mapping[str, Waits] = {}
    rest: Delay | None = None


def remembered(delay: Delay) -> Delay:
    """The same delay; its transform is worked out once on each grid."""
    if delay.is_fixed:
        return delay
    known: dict[tuple[float, int], Complex] = {}

    def rest(grid: Grid) -> Complex:
        key = (grid.span_s, grid.steps)
        found = known.get(key)
        if found is None:
            found = known[key] = delay.rest(grid)
        return found

    return Delay(delay.mean_s, rest, delay.shift_s, delay.atoms, delay.edges)


def mixed_delay(shares: Sequence[float], delays: Sequence[Delay]) -> Delay:
    """Mixture by any positive weights; no time where all are 0."""
    whole = sum(shares)
    if whole <= 0:
        return AT_ONCE
    if whole < _NEARLY_NONE:  # too small to be divided by
        shares = [share / _NEARLY_NONE for share in shares]
        whole = sum(shares)
    chosen = [(share / whole, d) for share, d in zip(shares, delays, strict=True) if share > 0]
    if len(chosen) == 1:
        return chosen[0][1]
    return mixture([share for share, _ in chosen], [delay for _, delay in chosen])


def merged_parts(parts: Sequence[Mapping[str, float]], by: Sequence[float]) -> dict[str, float]:
    """Weighted sum of the parts."""
    total: dict[str, float] = {}
    for weight, part in zip(by, parts, strict=True):
        if weight:
            for name, seconds in part.items():
                total[name] = total.get(name, 0.0) + weight * seconds
    return total


def summed_parts(parts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Sum of the parts."""
    total = dict(parts[0])
    for part in parts[1:]:
        for name, seconds in part.items():
            total[name] = total[name] + seconds if name in total else seconds
    return total


def scaled_parts(parts: Mapping[str, float], mean_s: float) -> Mapping[str, float]:
    """The same division of another mean."""
    whole = sum(parts.values())
    if not whole > 0 or not isfinite(mean_s):
        return parts
    if not isfinite(whole):  # given up: all the time goes to those that never end
        endless = [name for name, seconds in parts.items() if not isfinite(seconds)]
        return {name: mean_s / len(endless) for name in endless}
    return {name: seconds * mean_s / whole for name, seconds in parts.items()}


def in_turn(outcomes: Sequence[Outcome]) -> Outcome:
    """One after another; the first that fails ends it."""
    if len(outcomes) == 1:
        return outcomes[0]
    done: list[Delay] = []
    share, failures, failing = 1.0, list[float](), list[Delay]()
    whole, variance, again = 1.0, 0.0, False
    for answered, good, failed, degraded, _, spread, waits, _ in outcomes:
        if good < 1:
            failures.append(share * (1 - good))
            failing.append(series([*done, failed]))
            share *= good
        whole *= 1 - degraded
        variance += spread
        again = again or bool(waits)
        done.append(answered)
    answered = series(done)
    rest: Delay | None = None
    waits = _NONE
    if again:
        waits = in_sequence([(o.waits, _finite(o.answered.mean_s)) for o in outcomes])
        rest = series([outcome.without_waits for outcome in outcomes])
        more = sum(w.more_variance for w in waits.values())
        more -= sum(w.more_variance for outcome in outcomes for w in outcome.waits.values())
        if more > 0:
            answered, variance = joined_again(rest, waits), variance + more
    return Outcome(
        answered=answered,
        share=share,
        failed=mixed_delay(failures, failing) if failures else AT_ONCE,
        degraded=1 - whole,
        parts=summed_parts([outcome.parts for outcome in outcomes]),
        variance=variance,
        waits=waits,
        rest=rest,
    )


_NONE: Mapping[str, Waits] = {}


def _finite(mean_s: Any) -> float:
    return float(mean_s) if isfinite(mean_s) else 0.0


def joined_again(rest: Delay, waits: Mapping[str, Waits]) -> Delay:
    """A time whose waits were told apart."""
    return series([rest, *(one.delay for one in waits.values())])


def one_by_one(inner: Outcome, times: float) -> tuple[Delay, Mapping[str, Waits], Delay]:
    """So many times after each other: the answered, their waits, and the time without them.

    Of a number that is not whole, the waits of the last are not told apart.
    """
    low = int(times + _WHOLE)
    waits = repeatedly(inner.waits, low, _finite(inner.answered.mean_s))
    rest = repeated(inner.without_waits, low)
    more = times - low
    if more > _WHOLE:
        rest = series([rest, mixture([1 - more, more], [AT_ONCE, inner.answered])])
    return joined_again(rest, waits), waits, rest


def ended_as(join: Join, times: int) -> Outcome:
    """So many joins after each other."""
    one = Outcome(answered=join.answered, waits=join.waits, rest=join.rest)
    if times == 1:
        return one
    answered, waits, rest = one_by_one(one, times)
    return Outcome(answered=answered, waits=waits, rest=rest)


def by_chance(shares: Sequence[float], outcomes: Sequence[Outcome]) -> Outcome:
    """One of them; shares sum to 1."""
    answered = [share * outcome.share for share, outcome in zip(shares, outcomes, strict=True)]
    failed = [share - good for share, good in zip(shares, answered, strict=True)]
    whole = sum(answered)
    weights = [good / whole for good in answered] if whole > 0 else [0.0] * len(answered)
    pairs = list(zip(weights, outcomes, strict=True))
    waits = _in_common([outcome for weight, outcome in pairs if weight > 0])
    return Outcome(
        answered=mixed_delay(answered, [outcome.answered for outcome in outcomes]),
        share=min(whole, 1.0),
        failed=mixed_delay([max(bad, 0.0) for bad in failed], [o.failed for o in outcomes]),
        degraded=sum(weight * outcome.degraded for weight, outcome in pairs),
        parts=merged_parts([outcome.parts for outcome in outcomes], weights),
        variance=mixed_variance(weights, outcomes),
        waits=waits,
        rest=mixed_delay(weights, [without(o, waits) for o in outcomes]) if waits else None,
    )


def _in_common(outcomes: Sequence[Outcome]) -> Mapping[str, Waits]:
    """Waits that all ways have, at stations that they come to as often."""
    if not outcomes or not all(outcome.waits for outcome in outcomes):
        return {}
    first, *others = [outcome.waits for outcome in outcomes]
    return {
        station: one
        for station, one in first.items()
        if all(station in o and o[station].times == one.times for o in others)
    }


def without(outcome: Outcome, apart: Collection[str]) -> Delay:
    """Time of the answered but for the waits at some stations."""
    others = [one.delay for station, one in outcome.waits.items() if station not in apart]
    return series([outcome.without_waits, *others]) if others else outcome.without_waits


def mixed_variance(weights: Sequence[float], outcomes: Sequence[Outcome]) -> float:
    """Variance of a mixture; inf where some never end."""
    pairs = [(w, o) for w, o in zip(weights, outcomes, strict=True) if w > 0]
    mean = sum(w * float(o.answered.mean_s) for w, o in pairs)
    if not isfinite(mean):
        return mean
    return sum(w * (o.variance + (float(o.answered.mean_s) - mean) ** 2) for w, o in pairs)


def together(
    outcomes: Sequence[Outcome],
    needed: int | None,
    saved_s: float = 0.0,
    known: Join | None = None,
) -> Outcome:
    """All at the same time, until `needed` of them are answered (None: all).

    `saved_s` is by how much their mean is less than that of independent branches; `known` is their
    join where they are not independent.
    """
    count = len(outcomes) if needed is None else min(needed, len(outcomes))
    tail, weights = joined([outcome.answered for outcome in outcomes], count)
    answered, mean = tail.delay, tail.mean_s
    if known is not None:
        answered, mean = known.answered, float(known.answered.mean_s)
    if saved_s:
        mean = max(mean - saved_s, tail.base_s)
    share = float(at_least(count, [outcome.share for outcome in outcomes]))
    failing = [outcome.failed for outcome in outcomes if outcome.share < 1]
    return Outcome(
        answered=remembered(answered._replace(mean_s=mean)),
        share=share,
        failed=joined(failing, 1)[0].delay if share < 1 else AT_ONCE,
        degraded=1 - prod(1 - outcome.degraded for outcome in outcomes),
        parts=scaled_parts(
            merged_parts([scaled_parts(o.parts, 1.0) for o in outcomes], weights), mean
        ),
        variance=sum(outcome.variance for outcome in outcomes),
        waits=known.waits if known else {},
        rest=known.rest if known else None,
    )
