"""A scenario told as a story: what happens, who notices, for how long, and how it ends."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from sysdesign.records import dataclass
from sysdesign.source import listed
from sysdesign.study.words import shown_share, shown_time

if TYPE_CHECKING:
    from sysdesign.simulate.result import OperationSeries, Series, Simulated

SLOWER = 1.2
"""Factor on the p99 before, from which on somebody notices."""
_BEYOND = 1.1  # of the worst p99 before: what chance does
_FAILS = 0.001  # of the calls, beyond those that failed before
_ENOUGH = 100  # calls of an interval: the p99 of fewer is that of its slowest call
_LATER_S = 5.0  # after what happened: then a story says when
_JOIN_S = 5.0  # pauses up to this do not end an episode
_BUSIER = 0.05
_TOLD = 3
_PILED = 1000.0
_COLDER = 0.02  # of the calls that a cache answers: less is not told
_LOST = 1e-4  # of the messages: less is not told


@dataclass(frozen=True, slots=True)
class Episode:
    """An operation out of its ordinary, from the start of an interval to the end of another.

    `worst` is the longest p99, or the largest share of failed calls, of an interval.
    """

    operation: str
    fails: bool
    start_s: float
    end_s: float
    worst: float
    usual: float
    calls: float = 0.0
    open_end: bool = False


def clock(seconds: float) -> str:
    """Time of a story: 10:00, 1:02:03."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def lasts(seconds: float) -> str:
    """A length of time in a story."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes} min" + (f" {left} s" if left else "")


def story(run: "Simulated", first: str | None = None) -> tuple[str, ...]:
    """Sentences in the order of time; `first` is the operation that is always told of."""
    if not run.events or not run.series.at_s:
        return ()
    found = sorted(episodes(run), key=lambda one: (one.operation != first, -_weight(one)))
    told, rest = found[:_TOLD], found[_TOLD:]
    lines: list[str] = []
    moments = _moments(run.events)
    piles = list(_piles(run.series, moments[0][0]))
    busy: dict[str, float] = {}
    for place, (at, whats) in enumerate(moments):
        until = moments[place + 1][0] if place + 1 < len(moments) else float("inf")
        lines.append(f"At {clock(at)} {' and '.join(whats)}.")
        here = [one for one in told if at <= one.start_s < until
                or (place == 0 and one.start_s < at)]  # fmt: skip
        lines += [_told(one, at) for one in sorted(here, key=lambda one: one.start_s)]
        lines += _busier(run, moments[0][0], at, until, busy)
        if not [one for one in found if at <= one.start_s < until]:
            alone = not found and not piles
            lines += _unmoved(run.series, first, at, until, alone=alone)
    known = {one.operation for one in told}
    others = dict.fromkeys(one.operation for one in rest if one.operation not in known)
    if others:
        lines.append(f"Less so: {', '.join(others)}.")
    lines += piles
    lines += _thrown_away(run)
    lines += _end(run, found)
    return tuple(lines)


def _moments(events: Sequence[tuple[float, str]]) -> list[tuple[float, list[str]]]:
    found: dict[float, list[str]] = {}
    for at, what in events:
        found.setdefault(at, []).append(what)
    return list(found.items())


def worst_hit(run: "Simulated", first: str | None) -> str | None:
    """The operation that tells most of a scenario: the first, unless only others suffer."""
    found = episodes(run) if run.events and run.series.at_s else []
    if not found or any(one.operation == first for one in found):
        return first
    return max(found, key=_weight).operation


def _weight(one: Episode) -> float:
    """How bad an episode is: failed calls count most."""
    return (1e6 * one.worst if one.fails else one.worst / max(one.usual, 1e-9)) * (
        one.end_s - one.start_s
    )


# -- episodes --------------------------------------------------------------------------------------


def episodes(run: "Simulated") -> list[Episode]:
    """Where operations are slower, or fail more, than before the first event."""
    series = run.series
    before = _before(series, run.events)
    found: list[Episode] = []
    for name, one in series.operations.items():
        if is_dense(run, name, before):
            found += _slower(series, name, one, before)
        found += _failing(series, name, one, before)
    return found


def is_dense(run: "Simulated", name: str, places: Sequence[int]) -> bool:
    """Whether so many calls of an operation were run in these intervals that its p99 is one."""
    rates = run.series.operations[name].started_per_s
    counted = run.series.interval_s * run.replications / run.parts
    return bool(places) and median(rates[i] for i in places) * counted >= _ENOUGH


def _before(series: "Series", events: Sequence[tuple[float, str]]) -> list[int]:
    """Intervals before the first event; the last tenth where it begins with one."""
    first = min(at for at, _ in events)
    places = [i for i, at in enumerate(series.at_s) if at + series.interval_s <= first + 1e-9]
    return places or list(range(len(series.at_s) - max(len(series.at_s) // 10, 1),
                                len(series.at_s)))  # fmt: skip


def _slower(
    series: "Series", name: str, one: "OperationSeries", before: Sequence[int]
) -> Iterator[Episode]:
    known = [p for i in before if (p := one.p99_s[i]) is not None]
    if not known:
        return
    usual = median(known)
    limit = max(SLOWER * usual, _BEYOND * max(known))
    places = [i for i, p in enumerate(one.p99_s) if p is not None and p > limit]
    for some in _joined(series, places):
        worst = max(p for i in some if (p := one.p99_s[i]) is not None)
        here_and_there = len(some) < max(2, (some[-1] - some[0] + 1) / 2)
        if here_and_there and worst < 2 * limit:  # as chance has it
            continue
        yield _episode(series, name, some, worst, usual, fails=False)


def _failing(
    series: "Series", name: str, one: "OperationSeries", before: Sequence[int]
) -> Iterator[Episode]:
    usual = max((one.failed_share[i] for i in before), default=0.0)
    lasting = _lasting(series)
    places = [i for i, share in enumerate(one.failed_share) if share > usual + _FAILS]
    for some in _joined(series, places):
        calls = sum(one.failed_share[i] * one.started_per_s[i] * lasting[i] for i in some)
        worst = max(one.failed_share[i] for i in some)
        if calls >= 1:
            yield _episode(series, name, some, worst, usual, fails=True, calls=calls)


def _episode(
    series: "Series", name: str, places: Sequence[int], worst: float, usual: float, *,
    fails: bool, calls: float = 0.0,
) -> Episode:  # fmt: skip
    end = series.at_s[places[-1]] + _lasting(series)[places[-1]]
    at_end = series.at_s[-1] - series.at_s[places[-1]] <= _JOIN_S
    return Episode(name, fails, series.at_s[places[0]], end, worst, usual, calls, at_end)


def _lasting(series: "Series") -> list[float]:
    """How long each interval stands for: the last before a cut also for what was not run."""
    return [*(b - a for a, b in pairwise(series.at_s)), series.interval_s]


def _joined(series: "Series", places: Sequence[int]) -> Iterator[list[int]]:
    some: list[int] = []
    lasting = _lasting(series)
    for place in places:
        if some and series.at_s[place] - series.at_s[some[-1]] > _JOIN_S + lasting[some[-1]]:
            yield some
            some = []
        some.append(place)
    if some:
        yield some


# -- sentences -------------------------------------------------------------------------------------


def _told(one: Episode, at: float) -> str:
    """An episode that follows what happened `at`; when it began where that was later."""
    length = lasts(one.end_s - one.start_s)
    later = f"at {clock(one.start_s)}, " if one.start_s - at > _LATER_S else ""
    span = f"from {clock(one.start_s)} on" if one.open_end else f"{later}for {length}"
    if one.fails:
        upto = f"up to {_share(one.worst)} of the calls of {one.operation} fail"
        return f"{upto[0].upper()}{upto[1:]} {span}, {one.calls:,.0f} calls in all."
    return (
        f"The p99 of {one.operation} rises from {shown_time(one.usual)} to "
        f"{shown_time(one.worst)} {span}."
    )


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"


def _busier(
    run: "Simulated", first: float, at: float, until: float, told: dict[str, float]
) -> Iterator[str]:
    """The station that becomes busiest of those that are busier than before all; told once.

    What never queues has no bound to come near to, and is not told.
    """
    series = run.series
    before = [i for i, t in enumerate(series.at_s) if t < first][-30:]
    after = [i for i, t in enumerate(series.at_s) if at <= t < until]
    if not before or not after:
        return
    risen = []
    for name, one in series.stations.items():
        if name in run.stations and run.stations[name].utilisation is None:
            continue
        use = [min(u, 1.0) for u in one.utilisation]  # a slice rounds what few can do
        was = median(use[i] for i in before)
        now = sorted(use[i] for i in after)[int(len(after) * 0.9)]
        if now - was >= _BUSIER:
            risen.append((now, was, name))
    if risen:
        now, was, name = max(risen)
        if abs(told.get(name, 0.0) - now) < _BUSIER:
            return
        told[name] = now
        more = f", {len(risen) - 1} others become busier, too" if len(risen) > 1 else ""
        yield f"{name} is {now:.0%} busy instead of {was:.0%}{more}."


def _unmoved(
    series: "Series", first: str | None, at: float, until: float, *, alone: bool
) -> Iterator[str]:
    """That nobody notices, where nobody ever does; else that callers of the first do not.

    Of what is so from the start only the times are told: there is nothing to compare them with.
    """
    one = series.operations.get(first or "")
    if one is None:
        return
    after = [p for t, p in zip(series.at_s, one.p99_s, strict=True)
             if at <= t < until and p is not None]  # fmt: skip
    if after and at <= series.at_s[0]:
        yield f"The p99 of {first} is {shown_time(median(after))}; it is so from the start."
    elif after:
        who = "No caller notices" if alone else f"Callers of {first} notice nothing"
        whose = f"the p99 of {first}" if alone else "its p99"
        yield f"{who}: {whose} stays at {shown_time(median(after))}."


def _piles(series: "Series", first: float) -> Iterator[str]:
    """Queues that pile up, against what lay there before the first event."""
    for name, backlog in series.backlog.items():
        most = max(backlog, default=0.0)
        before = [b for t, b in zip(series.at_s, backlog, strict=True) if t < first] or backlog
        if most < _PILED or most < 10 * max(median(before), 1.0):
            continue
        place = backlog.index(most)
        gone = next((t for t, b in zip(series.at_s[place:], backlog[place:], strict=True)
                     if b < 0.05 * most), None)  # fmt: skip
        end = f"and is worked off by {clock(gone)}" if gone is not None else "and is not worked off"
        yield f"{name} piles up to {most:,.0f} messages at {clock(series.at_s[place])} {end}."


def _thrown_away(run: "Simulated") -> Iterator[str]:
    """Queues that lose messages, or refuse them."""
    for name, queue in run.queues.items():
        if queue.dropped_share > _LOST:
            yield f"{name} drops {shown_share(queue.dropped_share)} of its messages."
        if queue.refused_share > _LOST:
            refused = shown_share(queue.refused_share)
            yield f"{name} refuses {refused} of the messages that are handed to it."


def _refills(run: "Simulated") -> Iterator[str]:
    """Caches that are not yet as full as before, and how long that takes."""
    first = min(at for at, _ in run.events)
    for name, seconds in run.refilled_s.items():
        values = run.series.hits.get(name, ())
        before = [v for t, v in zip(run.series.at_s, values, strict=False)
                  if v is not None and t < first]  # fmt: skip
        after = [v for v in values if v is not None]
        if before and after and after[-1] < median(before) - _COLDER:
            now, was = (shown_share(value) for value in (after[-1], median(before)))
            yield (f"{name} answers {now} of its calls by then and {was} before: key by key it "
                   f"takes {about(seconds)} to be as full again.")  # fmt: skip


def about(seconds: float) -> str:
    """A long time, roughly."""
    for length, word in ((86_400.0, "days"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * length:
            return f"about {seconds / length:.0f} {word}"
    return f"about {seconds:.0f} s"


def _end(run: "Simulated", found: Sequence[Episode]) -> Iterator[str]:
    last = max(at for at, _ in run.events)
    recovery = run.recovery
    if recovery is not None and recovery.said:
        yield recovery.said
        return
    still = [one for one in found if one.open_end]
    if still:
        names = list(dict.fromkeys(one.operation for one in still))
        have = "has" if len(names) == 1 else "have"
        at = clock(run.series.at_s[-1])
        yield f"At the end of the run, at {at}, {listed(names)} {have} not recovered."
        yield from _refills(run)
    elif found:
        end = max(one.end_s for one in found)
        after = f", {lasts(end - last)} after the last event" if end > last else ""
        yield f"From {clock(end)} on nobody notices anything{after}."
