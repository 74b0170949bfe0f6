"""What can be turned in a design, one thing at a time, and which of it may help a test."""

import re
from collections.abc import Callable, Iterator
from math import ceil

from sysdesign.analyze import visited
from sysdesign.design import Component, Given, Statement, Trait
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.records import dataclass
from sysdesign.study import Study

IDLE = 0.1
"""Where calls hardly wait more instances help nobody."""
MOST_TIMES = 64
"""A count is raised to so many times what it is at most."""
_LITERAL = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-zµ]+)\s*\Z")
_UPPER = ("<", "<=")


@dataclass(frozen=True, slots=True)
class Knob:
    """A number of the file: where it stands, what it says, how far it may go, how it is written.

    Values are whole; `most` below `now` turns it down.
    """

    path: str
    stated: str
    now: int
    most: int
    text: Callable[[int], str]

    @property
    def step(self) -> int:
        """1 where it is turned up, -1 where down."""
        return 1 if self.most > self.now else -1


def knobs(study: Study, test: Statement) -> Iterator[Knob]:
    """Everything that may help a test, of the components that it is about."""
    measure = test.measure.measure
    if measure in ("cost", "cost_per_call"):
        if test.comparison in _UPPER:
            for name in study.design.components:
                yield from _fewer(study, name)
        return
    for name in _about(study, test):
        part = study.design.components[name]
        yield from _counts(study, name, part)
        yield from _sizes(name, part)
    if test.measure.until:
        yield from _partitions(study, test)
    if measure in CHAIN_MEASURES:
        yield from _timeouts(study, test)
        yield from _retries(study, test)
    if measure in CHAIN_MEASURES or measure == "carries":
        yield from _pools(study, test)
    if measure in CHAIN_MEASURES or measure in ("carries", "utilisation"):
        yield from _caches(study, test)
    if measure == "availability":
        yield from _zones(study)


def _about(study: Study, test: Statement) -> tuple[str, ...]:
    """Components that a number hangs on, the busiest first."""
    name = test.measure
    if name.owner in study.design.components:
        return (name.owner,)
    if name.measure in ("rpo", "rto"):
        store = study.design.data[name.owner].store if name.owner in study.design.data else None
        return (str(store),) if store in study.design.components else ()
    busy = {part: found.utilisation or 0.0 for part, found in study.analysis.components.items()}
    operations = [one for one in (name.owner, name.until) if one in study.design.operations]
    names = dict.fromkeys(study.design.components)
    if operations and name.measure in CHAIN_MEASURES:
        stations = (s for one in operations for s in visited(study.network, one))
        names = dict.fromkeys(study.network.stations[s].component for s in stations)
    elif operations:
        names = dict.fromkeys(
            v.target for one in operations for v in study.visits[one] if not v.to_actor
        )
    known = [one for one in names if one in study.design.components]
    if name.measure == "carries" or name.measure in CHAIN_MEASURES:
        known = _pressing(study, known, test)
    return tuple(sorted(known, key=lambda one: -busy.get(one, 0.0)))


def _pressing(study: Study, known: list[str], test: Statement) -> list[str]:
    """Components that a load or a time may hang on: a single change cannot mend two at once."""
    over = [one for one in _over(study, test) if one in known]
    if over or test.measure.measure == "carries":
        return over if len(over) == 1 else []
    busy = study.analysis.components
    return [one for one in known if one in busy and (busy[one].utilisation or 0.0) > IDLE]


def _over(study: Study, test: Statement) -> tuple[str, ...]:
    """Components that are full before the load that a test asks for, the fullest first."""
    stations, analysis = study.network.stations, study.analysis
    names = list(analysis.overloaded)
    if test.measure.measure == "carries":
        bound = study.estimate.ledger.amount(test.bound)
        goal = bound.value.median if bound else 1.0
        names = [s for s, factor in analysis.full_at.items() if factor < goal]
    names.sort(key=lambda name: analysis.full_at.get(name, 0.0))
    return tuple(dict.fromkeys(stations[s].component for s in names))


def too_small(study: Study, test: Statement) -> tuple[str, ...]:
    """Components on the way of what a test asks that are all too small for its load."""
    name = test.measure
    if name.measure != "carries" and name.measure not in CHAIN_MEASURES:
        return ()
    asked = [one for one in (name.owner, name.until) if one in study.design.operations]
    met = {study.network.stations[s].component for one in asked
           for s in visited(study.network, one)}  # fmt: skip
    found = tuple(one for one in _over(study, test) if one in met or not asked)
    return found if len(found) > 1 else ()


# -- counts --------------------------------------------------------------------------------------


def _counts(study: Study, name: str, part: Component) -> Iterator[Knob]:
    """Replicas, cores, shards, copies, and what autoscaling may add."""
    if part.is_managed or not part.has_trait(Trait.HAS_INSTANCES):
        return
    at = f"components.{name}"
    sharded = part.shards is not None or part.copies is not None
    if part.replicas is not None or not sharded:
        yield from _count(study, f"{at}.replicas", part.replicas, "1")
    yield from _count(study, f"{at}.cores", part.cores, "1")
    if part.shards is not None:
        yield from _count(study, f"{at}.shards.count", part.shards.count)
    if part.copies is not None:
        yield from _count(study, f"{at}.copies.count", part.copies.count, most_times=4)
    elif part.has_trait(Trait.STORES_DATA):
        yield from _count(study, f"{at}.copies.count", None, "1", most_times=4)
    if part.scale is not None:
        yield from _count(study, f"{at}.scale.max", part.scale.max)
    if part.slots is not None:
        yield from _count(study, f"{at}.slots", part.slots)


def _count(
    study: Study, path: str, given: Given | None, otherwise: str = "", most_times: int = MOST_TIMES
) -> Iterator[Knob]:
    """A whole number, or one for each place that keep their proportions."""
    if given is None:
        if otherwise:
            yield Knob(path, "not stated", 1, most_times, str)
        return
    if given.by_place:
        counts = {place: _median(study, part) for place, part in given.by_place.items()}
        if any(count is None or count < 1 for count in counts.values()):
            return
        whole = {place: int(count or 0) for place, count in counts.items()}
        largest = max(whole.values())

        def text(value: int) -> str:
            return _mapped({place: ceil(n * value / largest) for place, n in whole.items()})

        yield Knob(path, text(largest), largest, largest * most_times, text)
        return
    count = _median(study, given)
    if count is not None and count >= 1 and given.formula is not None and not given.formula.names():
        yield Knob(path, given.text, int(count), int(count) * most_times, str)


def _mapped(counts: dict[str, int]) -> str:
    return "{" + ", ".join(f"{place}: {count}" for place, count in counts.items()) + "}"


def _median(study: Study, given: Given | None) -> float | None:
    term = study.estimate.ledger.amount(given)
    return term.value.median if term else None


def _fewer(study: Study, name: str) -> Iterator[Knob]:
    """The same counts turned down, for what costs too much."""
    part = study.design.components[name]
    for knob in _counts(study, name, part):
        if knob.now > 1 and not knob.path.endswith((".slots", ".scale.max")):
            yield Knob(knob.path, knob.stated, knob.now, 1, knob.text)


# -- sizes and times -----------------------------------------------------------------------------


def _sizes(name: str, part: Component) -> Iterator[Knob]:
    """Memory and disk of an instance, in the unit in which they are stated."""
    for key in ("memory", "disk"):
        given = getattr(part, key)
        match = _LITERAL.match(given.text) if given else None
        if match is not None and given is not None and float(match[1]) >= 1:
            number, unit = int(float(match[1])), match[2]
            yield Knob(f"components.{name}.{key}", given.text, number, number * MOST_TIMES,
                       lambda value, unit=unit: f"{value} {unit}")  # type: ignore[misc]  # fmt: skip


def _timeouts(study: Study, test: Statement) -> Iterator[Knob]:
    """Timeouts of calls that may be left out, shorter; those of links, where steps say none."""
    about = {test.measure.owner, test.measure.until}
    seen: set[str] = set()
    for operation in about & set(study.design.operations):
        for visit in study.visits[operation]:
            link = f"{visit.caller} -> {visit.target}"
            if not visit.optional or not visit.caller or visit.step.words.timeout or link in seen:
                continue
            seen.add(link)
            said = study.design.links.get(link)
            given = getattr(said, "timeout", None)
            seconds = _median(study, given) if given else 1.0
            if seconds is not None and seconds * 1000 > 1:
                yield Knob(f"links.{link}.timeout", given.text if given else "not stated",
                           int(seconds * 1000), 1, lambda value: f"{value} ms")  # fmt: skip


def _partitions(study: Study, test: Statement) -> Iterator[Knob]:
    """Partitions of what an operation takes its messages from: each is worked on one by one."""
    queues = dict.fromkeys(
        f.trigger for f in study.network.flows if f.operation == test.measure.until
    )
    for name in queues:
        part = study.design.components.get(name)
        if part is not None and part.partitions is not None:
            yield from _count(study, f"components.{name}.partitions", part.partitions)


def _retries(study: Study, test: Statement) -> Iterator[Knob]:
    """Fewer repeats of calls that may be left out: each takes its timeout anew."""
    about = {test.measure.owner, test.measure.until}
    seen: set[str] = set()
    for operation in about & set(study.design.operations):
        for visit in study.visits[operation]:
            link = f"{visit.caller} -> {visit.target}"
            said = study.design.links.get(link)
            retries = getattr(said, "retries", None)
            if not visit.optional or not visit.caller or link in seen or retries is None:
                continue
            seen.add(link)
            count = _median(study, retries.count)
            if count is not None and count >= 1:
                yield Knob(f"links.{link}.retries.count", retries.count.text, int(count), 0, str)


def _pools(study: Study, test: Statement) -> Iterator[Knob]:
    """Connections of a pool that is the only thing in the way of a load, or that calls wait for."""
    bound = study.estimate.ledger.amount(test.bound)
    goal = bound.value.median if bound and test.measure.measure == "carries" else 1.0
    over = {study.network.stations[s].component for s, f in study.analysis.full_at.items()
            if f < goal}  # fmt: skip
    for link, said in study.design.links.items():
        given = getattr(said, "pool", None)
        if given is None or over - {link}:
            continue
        used = (one.slots_used or 0.0 for one in study.analysis.stations.values()
                if one.component == link)  # fmt: skip
        if max(used, default=0.0) > IDLE:
            yield from _count(study, f"links.{link}.pool", given)


def _caches(study: Study, test: Statement) -> Iterator[Knob]:
    """Memory of caches whose hits follow from it: more of it takes calls off what is behind."""
    about = test.measure.owner
    for name, part in study.design.components.items():
        if name == about or part.hit is not None or not part.has_trait(Trait.CACHES):
            continue
        if study.figure(f"{name}.hit") is not None:
            yield from (knob for knob in _sizes(name, part) if knob.path.endswith(".memory"))


def _zones(study: Study) -> Iterator[Knob]:
    """More zones of a region."""
    for name, place in study.design.places.items():
        if not place.zones:
            continue
        now = [str(zone) for zone in place.zones]

        def text(value: int, now: list[str] = now, name: str = name) -> str:
            more = [f"{name}-new-{i + 1}" for i in range(value - len(now))]
            return "[" + ", ".join([*now, *more]) + "]"

        yield Knob(f"places.{name}.zones", f"[{', '.join(now)}]", len(now), len(now) + 3, text)
