"""A component on its way to stations: its numbers, its places, the defaults that were taken."""

from collections.abc import Sequence
from typing import Any, NoReturn

from sysdesign.design import Component, Default, Design, Entity, Given, Trait
from sysdesign.design.graph import Visit
from sysdesign.formulas.number import limited
from sysdesign.kinds.lowering import NOTHING, Numbers, Site, middle
from sysdesign.lower.geography import Geography, way_name
from sysdesign.lower.lacks import LacksError, some
from sysdesign.network import Delay, Node, Number, Spread


class DesignPart:
    """A component of a design, as `kinds.lowering.Part` wants it."""

    def __init__(
        self, name: str, design: Design, numbers: Numbers, geography: Geography,
        visits: Sequence[Visit],
    ) -> None:  # fmt: skip
        self.name = name
        self.design = design
        self.component: Component = design.components[name]
        self.numbers = numbers
        self.geography = geography
        self.places = geography.places_of(self.component)
        self.entities = _read_here(design, name, visits)
        misses = (f.component for v in visits for f in v.factors if f.sort == "miss")
        self.behind = tuple(dict.fromkeys(misses))
        self._said: dict[str, None] = {}

    # -- what is stated --------------------------------------------------------------------------

    def stated(self, key: str) -> Any:
        """What the file states of a dotted key, else the default of the kind, which is said."""
        head, _, rest = key.partition(".")
        value = self.component.stated(head)
        if value is None or value == {}:
            default = self.component.defaults.get(head)
            if default is None:
                return None
            value = default.value
            if not rest or _below(value, rest) is not None:
                self._say_default(head, default)
        return _below(value, rest) if rest else value

    def number(self, key: str, otherwise: float) -> Number:
        """An amount of the file or the kind; else `otherwise`, which is said.

        Raises
        ------
        LacksError
            where it is stated and cannot be worked out, or is none where there has to be some.
        """
        value = self.known(key, f"{otherwise:g}")
        if value is None:
            return otherwise
        return some(value, f"{key} of {self.name}") if otherwise else value

    def known(self, key: str, otherwise: str = "") -> Number | None:
        """An amount of the file or the kind, None where neither states it; raises like `number`.

        `otherwise` are the words in which its absence is said.
        """
        given = self.stated(key)
        if isinstance(given, Given):
            value = self.numbers.value(given)
            if value is None:
                raise LacksError(f"{key} of {self.name}: it cannot be worked out")
            return value
        if otherwise:
            self.say(f"{self.name}.{key} = {otherwise}, not stated")
        return None

    def word(self, key: str, otherwise: str) -> str:
        """A word of the file or the kind; else `otherwise`, which is said."""
        word = self.stated(key)
        if word is None:
            self.say(f"{self.name}.{key} = {otherwise}, not stated")
        return str(word or otherwise)

    def spread_of(self, given: Given | None, what: str) -> Spread:
        """A time that differs from call to call; exponential where no shape is stated.

        Raises
        ------
        LacksError
            where it is not stated or cannot be worked out.
        """
        spread = self.numbers.spread(given)
        if spread is None:
            raise LacksError(f"{what} of {self.name}")
        if spread.p99_over_mean is None and spread.scv is None and not spread.family:
            return Spread(spread.mean_s, family="exponential")
        return spread

    def work_of(self, do: str, here: dict[str, Given] | None = None) -> Spread:
        """Own time of one item: stated at the step, of the component, or of the kind."""
        for name in (do, do.partition("_")[0], ""):
            if here and name in here:
                return self.spread_of(here[name], "work")
        given = self.component.work_for(do)
        if given is not None and given not in self.component.work.values():
            self._say_default("work", self.component.defaults["work"])
        return self.spread_of(given, "work")

    # -- where -----------------------------------------------------------------------------------

    def sites(self, key: str) -> tuple[Site, ...]:
        """Where a number of instances stands: a map says it, a number is spread evenly.

        What does not divide goes to the first places; counts of places without zones fall away.
        Where no number of replicas is stated, one stands in each place.
        """
        given = self.stated(key)
        if isinstance(given, Given) and given.by_place:
            return self._by_place(key, given)
        places = self.places or ("",)
        count = self.number(key, len(places) if key == "replicas" else 1.0)
        each = count // len(places)
        rest = count - each * len(places)
        sites = tuple(Site(p, each + limited(rest - i, 0.0, 1.0)) for i, p in enumerate(places))
        return tuple(site for site in sites if middle(site.count) > 0)

    def _by_place(self, key: str, given: Given) -> tuple[Site, ...]:
        sites = []
        for place, part in given.by_place.items():
            if place not in self.geography.regions:
                self.say(f"{self.name}.{key} in {place} falls away: no zones there")
                continue
            count = self.numbers.value(part)
            if count is None:
                raise LacksError(f"{key} of {self.name} in {place}")
            if middle(count) > 0:
                sites.append(Site(place, count))
        if not sites:
            raise LacksError(f"{key} of {self.name}: none stands in a place with zones")
        return tuple(sites)

    def left(self, places: Sequence[str]) -> tuple[str, ...]:
        """Places that are not lost.

        Raises
        ------
        LacksError
            where none is left.
        """
        found = tuple(place for place in places if place not in self.geography.lost)
        return found or self.stop(f"{self.name}: {' and '.join(places)} lost")

    def stop(self, fact: str) -> NoReturn:
        """Leave it: a fact lacks, or what a call needs is lost."""
        raise LacksError(fact)

    def nearest(self, place: str, among: Sequence[str]) -> str:
        """The place itself, else the nearest by round trip."""
        return self.geography.nearest(place, among)

    def zones(self, place: str) -> tuple[str, ...]:
        """Zones of a place that it stands in; empty where none are known."""
        return self.geography.zones_of(self.component, place)

    def way(self, a: str, b: str, copies: float = 0.0) -> Node:
        """Round trip between two instances of it; in one place, of so many copies spread out."""
        if a == b:
            return waiting(self.geography.apart_s(self.component, a, copies))
        return apart(self.geography, a, b)

    # -- data ------------------------------------------------------------------------------------

    def entity(self, name: str) -> Entity | None:
        """An entity of the design."""
        return self.design.data.get(name)

    def stored_here(self) -> tuple[str, ...]:
        """Entities of which this is the store of record."""
        return tuple(n for n, entity in self.design.data.items() if entity.store == self.name)

    # -- defaults --------------------------------------------------------------------------------

    def say(self, default: str) -> None:
        """Remember a default that was taken."""
        self._said[default] = None

    def said(self) -> tuple[str, ...]:
        """The defaults taken so far."""
        return tuple(self._said)

    def _say_default(self, key: str, default: Default) -> None:
        self.say(f"{self.name}.{key} = {default.text} ({default.source})")


def waiting(seconds: Number, component: str = "") -> Node:
    """A fixed time, or nothing."""
    if isinstance(seconds, float | int) and seconds == 0:
        return NOTHING
    return Delay(Spread(seconds, family="constant"), component)


def apart(geography: Geography, a: str, b: str, share: float = 1.0) -> Node:
    """A part of the round trip between two places; of one that is not known, what says so."""
    seconds = geography.between(a, b)
    if seconds is None:
        return Delay(Spread(0.0, family="constant"), lacks=way_name(a, b))
    return waiting(share * seconds)


def _below(value: Any, rest: str) -> Any:
    for word in rest.split("."):
        value = getattr(value, word, None)
    return value


def _read_here(design: Design, name: str, visits: Sequence[Visit]) -> tuple[str, ...]:
    """Entities that calls read from a cache, in the order of the file."""
    part = design.components[name]
    if not part.has_trait(Trait.CACHES):
        return ()
    asked = {str(v.step.words.of) for v in visits
             if v.step.words.of and v.do.partition("_")[0] == "read"}  # fmt: skip
    return tuple(e for e, entity in design.data.items() if e in asked and entity.store != name)
