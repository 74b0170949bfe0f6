"""The twelve failures that a reviewer tries: each survives, degrades, dies, or is not known.

Source: the failure injections that reviews of designs ask for (checks BOT-10); each is tried on the
part where it hurts most.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from sysdesign.availability.breaking import emptied, hotter
from sysdesign.design import Trait
from sysdesign.network import Network
from sysdesign.records import dataclass
from sysdesign.study import matrix
from sysdesign.study.failures import ALL, Breaker, Effect, Felt
from sysdesign.study.happenings import restored
from sysdesign.study.kept import Kept, kept
from sysdesign.study.numbers import Medians
from sysdesign.study.study import Study
from sysdesign.study.uptime import model_of
from sysdesign.study.words import shown_load, shown_share, shown_time

_ORDER = ("survive", "not known", "degrade", "die")
STOPPED_S = 900.0
"""How long a consumer stands still when it is tried."""

_BACKLOG_S = 3600.0
_SLOW = 10.0
_LINKS = 3


@dataclass(frozen=True, slots=True)
class Injection:
    """One of the twelve: what was tried, what became of it, and by what."""

    name: str
    verdict: str
    on: str
    mechanism: str
    effect: Effect | None = None


def injections(study: Study, breaker: Breaker | None = None) -> Iterator[Injection]:
    """All twelve in the order in which a reviewer asks."""
    breaker = breaker or Breaker(study, timed=False)
    pools = list(model_of(study).pools.by_place.values())
    lost = [partial(matrix.instance_lost, breaker, p) for p in pools]
    yield _worst("an instance is lost", lost, "no component has instances")
    zones = [z for place in study.network.places.values() for z in place.zones]
    yield _worst("a zone is lost", [partial(matrix.zone_lost, breaker, z) for z in zones],
                 "no zones are named")  # fmt: skip
    places = list(study.network.places)
    yield _worst("a region is lost", [partial(matrix.region_lost, breaker, n) for n in places],
                 "no places are named")  # fmt: skip
    yield _cold(study, breaker)
    yield _hot(study, breaker)
    yield _backlog(study)
    yield _stopped(study)
    outside = _outside(study)
    yield _worst("a dependency is slow",
                 [partial(matrix.component_slow, breaker, n, _SLOW) for n in outside],
                 "nothing outside is called", nothing="survive")  # fmt: skip
    yield _worst("a dependency is down",
                 [partial(matrix.component_down, breaker, n) for n in outside],
                 "nothing outside is called", nothing="survive")  # fmt: skip
    yield _deploy(study, breaker)
    yield _certificate(study)
    yield _deleted(study)


def _worst(
    name: str, tries: Iterable[Callable[[], Effect]], lacks: str, nothing: str = "not known"
) -> Injection:
    """The worst of several."""
    return _worst_of(name, [one() for one in tries], lacks, nothing)


def _worst_of(name: str, found: list[Effect], lacks: str, nothing: str) -> Injection:
    if not found:
        return Injection(name, nothing, "", lacks)
    worst = max(found, key=lambda e: (_ORDER.index(e.verdict), _harm(e)))
    return Injection(name, worst.verdict, worst.words, mechanism(worst), worst)


def _harm(effect: Effect) -> float:
    return sum(max(one.fails, one.stuck) + 0.01 * one.degraded for one in effect.felt)


def mechanism(effect: Effect) -> str:
    """What becomes of it and what recovers it, in words."""
    hurt = sorted((f for f in effect.felt if f.state != "up"),
                  key=lambda f: (f.waits, -round(max(f.fails, f.stuck), 2)))  # fmt: skip
    words = [_felt(one) for one in hurt[:2]]
    more = f" and {len(hurt) - 2} more" if len(hurt) > 2 else ""
    fits = effect.carries is None or effect.carries >= 1
    told = "; ".join(words) + more if words else (
        "all operations go on" if fits else "no more fails than without it")  # fmt: skip
    if effect.broken and not hurt:
        name, why = effect.broken[0]
        told += f", but {name} does not hold: {why}"
    if effect.carries is not None and not hurt and fits and effect.kind != "scenario":
        told += f", {shown_load(effect.carries)} the peak is carried"
    return f"{told}; {effect.recovers}" if effect.recovers else told


def _felt(one: Felt) -> str:
    share = max(one.fails, one.stuck)
    if one.state not in ("partly down", "overloaded"):
        return f"{one.operation} is {one.state}"
    some = "" if share >= ALL else f"{shown_share(share)} of "
    at = f" at {one.over[0]}" if one.over and one.state == "overloaded" else ""
    return f"{some}{one.operation} {'fails' if one.state == 'partly down' else 'waits'}{at}"


def _outside(study: Study) -> list[str]:
    stations = study.network.stations.values()
    names = dict.fromkeys(s.component for s in stations if not s.queues)
    return [n for n in names if n in study.reached and n in study.design.components]


# -- caches, keys, queues --------------------------------------------------------------------------


def _cold(study: Study, breaker: Breaker) -> Injection:
    caches = [n for n, part in study.design.components.items()
              if part.has_trait(Trait.CACHES) and n in study.reached]  # fmt: skip

    def empty(name: str) -> Effect:
        return breaker.effect(f"cold {name}", "cold", f"{name} is empty",
                              emptied(study.network, name),
                              recovers="it fills with what is asked for")  # fmt: skip

    tries = [partial(empty, n) for n in caches]
    return _worst("a cache is cold", tries, "no cache is called", nothing="survive")


def _hot(study: Study, breaker: Breaker) -> Injection:
    stations = study.network.stations.values()
    sharded = dict.fromkeys(s.component for s in stations if float(s.shards) > 1 and s.queues)
    names = [n for n in sharded if n in study.design.components]

    def hot(name: str) -> Effect:
        share = max(_hottest(study, name), 0.01)
        words = f"one key has {share:.1%} of the calls of {name}"
        return breaker.effect(f"hot {name}", "hot", words, hotter(study.network, name, share),
                              recovers="copies and caches of that key")  # fmt: skip

    return _worst("one key is hot", [partial(hot, n) for n in names], "nothing is sharded",
                  nothing="survive")  # fmt: skip


def _hottest(study: Study, name: str) -> float:
    """Share of the calls on the hottest key as stated, else 0."""
    part = study.design.components[name]
    said = Medians(study.estimate).value(part.shards.hottest) if part.shards else None
    return 0.0 if said is None else float(said)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue or stream and what works it off: messages a second in, and at most."""

    name: str
    rate: float
    most: float | None
    held: float | None
    kept_s: float | None
    operation: str


def waiting(study: Study) -> list[Waiting]:
    """Operations that take messages, each with its queue, at peak and at the medians."""
    found: dict[tuple[str, str], Waiting] = {}
    numbers = Medians(study.estimate)
    for flow in study.network.flows:
        part = study.design.components.get(flow.trigger)
        if part is None or not part.has_trait(Trait.ASYNCHRONOUS, Trait.KEEPS_LOG):
            continue
        result = study.analysis.operations.get(flow.operation)
        rate = result.rate_per_s if result else 0.0
        uses = [study.analysis.stations[n] for n in _workers(study, flow.operation)]
        room = [1 / u.utilisation for u in uses if u.utilisation]
        held, kept_s = numbers.value(part.backlog), numbers.value(part.keep)
        found[flow.trigger, flow.operation] = Waiting(
            flow.trigger, rate, rate * min(room) if room else None,
            None if held is None else float(held), None if kept_s is None else float(kept_s),
            flow.operation,
        )  # fmt: skip
    return list(found.values())


def _workers(study: Study, operation: str) -> list[str]:
    from sysdesign.analyze import visited

    return [n for n in visited(study.network, operation) if n in study.analysis.stations]


def _backlog(study: Study) -> Injection:
    """An hour of messages has piled up: how long until it is worked off."""
    name, queues = "a queue has an hour of backlog", waiting(study)
    if not queues:
        return Injection(name, "survive", "", "nothing waits in a queue")
    worst = max(queues, key=lambda q: _drain(q) or float("inf"))
    seconds = _drain(worst)
    if seconds is None:
        return Injection(name, "not known", worst.name, "what its consumers can do is not known")
    if seconds == float("inf"):
        said = f"{worst.operation} has no room to catch up at peak: the backlog stays"
        return Injection(name, "die", worst.name, said)
    said = f"{worst.operation} works it off in {shown_time(seconds)} at peak; messages are late"
    return Injection(name, "degrade", worst.name, said)


def _drain(queue: Waiting) -> float | None:
    if queue.most is None:
        return None
    spare = queue.most - queue.rate
    return float("inf") if spare <= 0 else queue.rate * _BACKLOG_S / spare


def _stopped(study: Study) -> Injection:
    """Consumers stand still for a quarter of an hour: does the queue hold what comes."""
    name, queues = "a consumer stops for 15 min", waiting(study)
    if not queues:
        return Injection(name, "survive", "", "nothing waits in a queue")
    found = []
    for queue in queues:
        messages = queue.rate * STOPPED_S
        if queue.held is not None and messages > queue.held:
            full = queue.held / queue.rate
            found.append(("die", queue, f"{queue.name} is full after {shown_time(full)}"))
        elif queue.kept_s is not None and queue.kept_s < STOPPED_S:
            found.append(("die", queue, f"{queue.name} keeps messages {shown_time(queue.kept_s)}"))
        elif queue.held is None and queue.kept_s is None:
            found.append(("not known", queue, f"how much {queue.name} holds is not stated"))
        else:
            back = _drain(queue)
            late = f", worked off in {shown_time(back * STOPPED_S / _BACKLOG_S)}" if (
                back not in (None, float("inf")) and back is not None) else ""  # fmt: skip
            said = f"{queue.name} holds {messages:,.0f} messages{late}; they are late"
            found.append(("degrade", queue, said))
    verdict, queue, said = max(found, key=lambda one: _ORDER.index(one[0]))
    return Injection(name, verdict, queue.operation, said)


# -- people ----------------------------------------------------------------------------------------


def _deploy(study: Study, breaker: Breaker) -> Injection:
    """A new version goes out at peak."""
    said = study.design.maintenance.deploy
    name, numbers = "a version goes out at peak", Medians(study.estimate)
    if not said:
        return Injection(name, "not known", "", "maintenance.deploy does not say how")

    def rolled(pool_name: str, component: str, place: str, count: int) -> Effect | None:
        how = said.get(component) or said.get("any")
        words = str(how.how or "rolling") if how else ""
        if how is None:
            return None
        at_once = numbers.value(how.at_once)
        took = float(at_once) if at_once is not None else 1.0
        took = (
            float(count) if words == "stop" else max(round(count * took), 1) if took < 1 else took
        )
        network: Network = study.network
        if words not in ("blue_green", "canary"):
            network = breaker.fewer({(component, place): min(took, float(count))})
        broken = frozenset([f"all {pool_name}"]) if words == "stop" else frozenset()
        kept_up = "the old ones stay until the new ones work" if words in (
            "blue_green", "canary") else f"{took:g} of {count} at a time"  # fmt: skip
        return breaker.effect(f"deploy {pool_name}", "deploy", f"{pool_name} ({words})", network,
                              broken=broken, recovers=kept_up)  # fmt: skip

    effects = [rolled(p.name, p.component, p.place, p.count)
               for p in model_of(study).pools.by_place.values()]  # fmt: skip
    found = [one for one in effects if one is not None]
    return _worst_of(name, found, "maintenance.deploy does not say how", "not known")


def _certificate(study: Study) -> Injection:
    """A certificate expires: everything that is encrypted on the way fails at once."""
    name = "a certificate expires"
    links = [link for link in study.design.links.values()
             if getattr(link, "encrypted", None) and str(link.encrypted) != "False"]  # type: ignore[union-attr]  # fmt: skip
    if not links:
        return Injection(name, "not known", "", "no link says whether it is encrypted")
    dates = study.design.maintenance.dates
    when = next((f"{key}: {value}" for key, value in dates.items() if "cert" in key), None)
    named = {f"{link.a} -> {link.b}": None for link in links}
    few = ", ".join(list(named)[:_LINKS]) + (", …" if len(named) > _LINKS else "")
    calls = "all calls that are encrypted" if "any -> any" in named else f"calls over {few}"
    where = " in all regions" if len(study.network.places) > 1 else ""
    said = f"{calls} fail at once{where}"
    said += f"; maintenance.dates names {when}" if when else "; no date says when it is renewed"
    return Injection(name, "die", "every encrypted link", said)


def _deleted(study: Study) -> Injection:
    """Somebody deletes data: from all copies at once."""
    name = "an operator deletes data"
    stores = [found for entity in study.design.data if (found := kept(study, entity))
              and not _made_anew(study, found)]  # fmt: skip
    if not stores:
        return Injection(name, "survive", "", "nothing is stored that is not derived")
    worst = max(stores, key=lambda one: (one.deleted_rpo_s, one.deleted_rto_s or 0.0))
    verdict = "die" if worst.deleted_rpo_s == float("inf") else "degrade"
    if worst.deleted_rto_s is None:
        verdict = "not known"
    return Injection(name, verdict, f"{worst.entity} in {worst.store}", restored(worst))


def _made_anew(study: Study, found: Kept) -> bool:
    """Whether data follow from others, or only stand in a cache."""
    entity, part = study.design.data[found.entity], study.design.components[found.store]
    return bool(entity.derived_from) or part.has_trait(Trait.CACHES)


__all__ = ["Injection", "injections", "mechanism"]
