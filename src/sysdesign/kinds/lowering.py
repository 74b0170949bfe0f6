"""How a component becomes stations, and a call of it a visit: the words, and the usual ways.

A kind names one of these ways (`lower=instances`), one of `copies` or `keys`, or has its own: a
function from a `Part` to a `Lowered`. It knows no paths and no other components.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NoReturn, Protocol

from sysdesign.design.calls import Failing as Fails
from sysdesign.design.component import Component, Trait
from sysdesign.design.component import Health as Looks
from sysdesign.design.interface import Entity
from sysdesign.design.value import Given
from sysdesign.network import (
    Autoscale,
    Failing,
    Health,
    Hold,
    Node,
    Nothing,
    Number,
    Policy,
    Spread,
    Station,
    Visit,
)
from sysdesign.network import Sequence as InOrder
from sysdesign.records import dataclass

NOTHING = Nothing()
"""No time, no load."""


class Numbers(Protocol):
    """Amounts of a design, worked out: each a float, or an array with one value a draw."""

    def value(self, given: Given | None) -> Number | None:
        """Value in base units; None where the file does not say enough."""

    def spread(self, given: Given | None) -> Spread | None:
        """Mean in base units, with the shape that the file gives it."""

    def figure(self, name: str) -> Number | None:
        """A figure by name (home_timeline.peak_rate, tweet.size), in base units."""


@dataclass(frozen=True, slots=True)
class Site:
    """So many instances (or copies of each shard) at one place; "" where there is one place."""

    place: str
    count: Number


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of a component: `items` pieces of work, asked for from a place.

    `route` is how an actor's call finds its place; empty for calls between components.
    """

    do: str
    work: Spread
    items: Number = 1.0
    place: str = ""
    read_from: str = ""
    route: str = ""

    @property
    def reads(self) -> bool:
        """Whether it changes nothing; writes and sends do."""
        return self.do.partition("_")[0] == "read"


class Part(Protocol):
    """A component on its way to stations.

    `places` are those of its `in`, empty where it is near every caller. `entities` are those that
    calls read from it, `behind` the caches by whose misses it is called.
    """

    name: str
    component: Component
    numbers: Numbers
    places: tuple[str, ...]
    entities: tuple[str, ...]
    behind: tuple[str, ...]

    def stated(self, key: str) -> Any:
        """What the file states of a dotted key, else the default of the kind, which is said."""

    def number(self, key: str, otherwise: float) -> Number:
        """An amount of the file or the kind; else `otherwise`, which is said.

        Raises: an error of the lowering where it is stated and cannot be worked out, or is none
        where there has to be some (where `otherwise` is above zero).
        """

    def known(self, key: str, otherwise: str = "") -> Number | None:
        """An amount of the file or the kind, None where neither states it; raises like `number`.

        `otherwise` are the words in which its absence is said.
        """

    def word(self, key: str, otherwise: str) -> str:
        """A word of the file or the kind; else `otherwise`, which is said."""

    def sites(self, key: str) -> tuple[Site, ...]:
        """Where a number of instances stands: a map says it, a number is spread evenly."""

    def entity(self, name: str) -> Entity | None:
        """An entity of the design."""

    def stored_here(self) -> tuple[str, ...]:
        """Entities of which this is the store of record."""

    def left(self, places: Sequence[str]) -> tuple[str, ...]:
        """Places that are not lost; raises like `number` where none is."""

    def stop(self, fact: str) -> NoReturn:
        """Raise like `number`: a fact lacks, or what a call needs is lost."""

    def nearest(self, place: str, among: Sequence[str]) -> str:
        """The place itself, else the nearest by round trip."""

    def zones(self, place: str) -> tuple[str, ...]:
        """Zones of a place that it stands in; empty where none are known."""

    def way(self, a: str, b: str, copies: float = 0.0) -> Node:
        """Round trip between two instances of it; in one place, of so many copies spread out."""

    def say(self, default: str) -> None:
        """Remember a default that was taken."""

    def said(self) -> tuple[str, ...]:
        """The defaults taken so far."""


@dataclass(frozen=True)
class Lowered:
    """What a component became: its stations, where a call of it goes, and what it does there."""

    part: Part
    stations: tuple[Station, ...]
    hit: Number | None = None

    def where(self, ask: Ask) -> tuple[tuple[Number, str], ...]:
        """Places that answer a call, each with its share of the calls."""
        places = self.part.places
        if not places:
            return ((1.0, ask.place),)
        standing = tuple(s for s in self.stations if s.place in places)
        known = self.part.left(tuple(s.place for s in standing) or places)
        standing = tuple(s for s in standing if s.place in known)
        if ask.route == "active_passive":
            return ((1.0, known[0]),)
        if ask.route == "weighted":
            counts = [s.instances for s in standing] or [1.0] * len(known)
            return tuple((c / sum(counts), p) for c, p in zip(counts, known, strict=True))
        return ((1.0, self.part.nearest(ask.place, known)),)

    def serve(self, ask: Ask, place: str, inner: Node) -> Node:
        """Own work at a place, and what is called meanwhile with a slot in hand."""
        return held(self.station_at(place), worked(self.station_at(place), ask), inner)

    def station_at(self, place: str) -> Station:
        """The station of a place, or the only one."""
        return next((s for s in self.stations if s.place == place), self.stations[0])


Lower = Callable[[Part], Lowered]


def worked(station: Station, ask: Ask) -> Node:
    """The work of a call at a station."""
    return Visit(station.name, ask.work, ask.items)


def held(station: Station, *parts: Node) -> Node:
    """Parts one after another, holding a slot where slots are limited."""
    node = in_order(*parts)
    return node if station.slots is None else Hold(station.name, node)


def in_order(*parts: Node) -> Node:
    """Parts one after another, without those that take no time."""
    some: list[Node] = []
    for part in parts:
        if isinstance(part, InOrder):
            some.extend(part.parts)
        elif not isinstance(part, Nothing):
            some.append(part)
    return some[0] if len(some) == 1 else InOrder(tuple(some)) if some else NOTHING


def middle(number: Number) -> float:
    """One value for many: the median of draws."""
    if isinstance(number, float | int):
        return float(number)
    from sysdesign.quantity.draws import median

    return median(number)


# -- the usual ways ------------------------------------------------------------------------------


def instances(part: Part) -> Lowered:
    """Instances that calls are spread over, each with a queue of its own.

    Where the provider runs them: see `provider`.
    """
    if part.component.is_managed:
        return provider(part)
    sites = part.sites("replicas")
    whole = sum(site.count for site in sites)
    policy = policy_of(part, Policy.ROUND_ROBIN, middle(whole))
    scale = _autoscale(part)
    stations = []
    for site in sites:
        station = station_of(part, site, name_at(part.name, site.place, sites), policy)
        share = site.count / whole
        stations.append(replace(station, autoscale=_share_of(scale, share)) if scale else station)
    return Lowered(part, tuple(stations))


def consumers(part: Part) -> Lowered:
    """Instances that take a message when they are free, so that one queue serves them all."""
    lowered = instances(part)
    if part.component.balance is not None:
        return lowered
    return replace(
        lowered, stations=tuple(replace(s, policy=Policy.SHARED) for s in lowered.stations)
    )


def _some(part: Part, key: str, otherwise: str = "") -> Number | None:
    """An amount that may be left out, but not be none; raises like `number` of the part."""
    return None if part.known(key, otherwise) is None else part.number(key, 1.0)


def provider(part: Part) -> Lowered:
    """Pure delay: the provider's, outside, or on a device; never queues, may have a cap."""
    slots = _some(part, "slots")
    station = Station(
        part.name, part.name, queues=False, slots=slots, waiting=None if slots is None else 0.0,
        cap_per_s=part.known("limit"), **_failures(part, ""), defaults=part.said(),
    )  # fmt: skip
    return Lowered(part, (station,))


def station_of(part: Part, site: Site, name: str, policy: Policy, groups: Number = 1.0) -> Station:
    """A station of queueing instances, `groups` times those of the site, by the keys they share.

    The backlog of what carries messages is one of messages, not of calls: it bounds flows.
    """
    messages = part.component.has_trait(Trait.ASYNCHRONOUS)
    if messages:
        part.known("backlog", "unlimited")
    limit, loss = part.known("limit"), part.component.scalability
    return Station(
        name, part.name, site.place, site.count,
        servers=part.number("cores", 1.0), shards=groups, policy=policy,
        slots=_some(part, "slots", "unlimited"),
        waiting=None if messages else part.known("backlog", "unlimited"),
        cap_per_s=None if limit is None else limit * site.count * groups,
        order=part.component.order or "fifo",
        when_full=part.component.when_full or "refuse",
        **_failures(part, site.place),
        sigma=middle(part.numbers.value(loss.sigma) or 0.0) if loss else 0.0,
        kappa=middle(part.numbers.value(loss.kappa) or 0.0) if loss else 0.0,
        defaults=part.said(),
    )  # fmt: skip


def _failures(part: Part, place: str) -> dict[str, Any]:
    """How instances at a place fail, are found out and replaced; words of a `Station`."""
    component, numbers = part.component, part.numbers
    copies, balance = component.copies, component.balance
    late = component.failover or (copies.failover if copies else None)
    return {
        "zones": part.zones(place),
        "fails": failing(numbers, component),
        "failover": _failover(numbers.spread(late)),
        "health": _health(numbers, balance.health) if balance and balance.health else None,
    }


def _failover(late: Spread | None) -> Spread | None:
    """As stated: a time limit and an election, which take as long each time unless a shape is."""
    if late is None or late.p99_over_mean or late.scv or late.family:
        return late
    return replace(late, family="constant")


def _health(numbers: Numbers, said: Looks) -> Health | None:
    every, fails = numbers.value(said.every), numbers.value(said.fails)
    return None if every is None else Health(every, 2.0 if fails is None else fails)


def failing(numbers: Numbers, component: Component) -> Failing | None:
    """How a component fails: as stated, else as its kind does."""
    defaults = component.defaults
    for fails, share, default in (
        (component.fails, component.availability, ""),
        *((defaults[key].value if key == "fails" else None,
           defaults[key].value if key == "availability" else None,
           f"{key} = {defaults[key].text} ({defaults[key].source})")
          for key in ("fails", "availability") if key in defaults),
    ):  # fmt: skip
        if fails is not None:
            return replace(fails_as(numbers, fails), default=default)
        if share is not None:
            return Failing(availability=numbers.value(share), default=default)
    return None


def fails_as(numbers: Numbers, said: Fails) -> Failing:
    """Failures as the file or a kind states them."""
    together = numbers.value(said.together)
    return Failing(
        numbers.value(said.every),
        numbers.spread(said.repair),
        0.0 if together is None else together,
    )


def name_at(name: str, place: str, sites: Sequence[Site]) -> str:
    """Name of a station: the component, with its place where it has several."""
    return f"{name}@{place}" if len(sites) > 1 else name


def policy_of(part: Part, otherwise: Policy, instances: float) -> Policy:
    """How calls are spread; one instance leaves no choice."""
    balance = part.component.balance
    if balance is not None and balance.policy is not None:
        return Policy(balance.policy)
    if instances <= 1:
        return Policy.SHARED
    part.say(f"{part.name}.balance = {otherwise.value}, not stated")
    return otherwise


def _autoscale(part: Part) -> Autoscale | None:
    scale = part.component.scale
    target = _some(part, "scale.target") if scale else None
    if scale is None or scale.by is None or target is None:
        return None
    most = part.known("scale.max", "unlimited")
    return Autoscale(
        scale.by, target, part.known("scale.min") or 0.0, float("inf") if most is None else most,
        part.known("scale.warm_up") or 0.0, part.known("scale.cool_down") or 0.0,
        part.known("scale.every") or 15.0,
    )  # fmt: skip


def _share_of(scale: Autoscale, share: Number) -> Autoscale:
    """The part of an autoscaled component that stands at one place."""
    return replace(scale, least=scale.least * share, most=scale.most * share)
