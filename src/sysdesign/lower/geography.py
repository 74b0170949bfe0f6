"""Where things stand and how far apart: regions, zones, round trips."""

from collections.abc import Iterator, Sequence

from sysdesign import rates
from sysdesign.design import Component, Design, PlaceLink, Trait
from sysdesign.design.places import places_of, regions_of
from sysdesign.kinds.lowering import Numbers, middle
from sysdesign.network import Number
from sysdesign.records import cached_property

_CROSS_ZONE = "base.latency.cross_zone"


def way_name(a: str, b: str) -> str:
    """The way between two places, the same from both of its ends."""
    return f"{min(a, b)} <-> {max(a, b)}"


class Geography:
    """Regions of a design, and the time of a round trip between two of its places.

    A round trip within one zone takes no time: it is part of the cited work of those who answer.
    One that is asked for and not known stands in `unknown` with the fact that lacks. Calls go
    around the places in `lost`; what stands there keeps its stations.
    """

    def __init__(
        self, design: Design, numbers: Numbers, lost: frozenset[str] = frozenset()
    ) -> None:
        self.lost = lost
        self.design = design
        self.numbers = numbers
        self.unknown: dict[str, str] = {}
        self._links = [n for n in design.links.values() if isinstance(n, PlaceLink)]
        self._found: dict[tuple[str, str], Number | None] = {}

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Places where components can stand; just "" where the file names none."""
        return regions_of(self.design)

    def places_of(self, part: Component) -> tuple[str, ...]:
        """Regions of a component in the order of the file; empty where it is near every caller."""
        return places_of(self.design, part)

    def zones_of(self, part: Component, place: str) -> tuple[str, ...]:
        """Zones of a region that a component stands in; empty where none are known."""
        said = self.design.places.get(place)
        zones = tuple(map(str, said.zones)) if said else ()
        named = tuple(zone for zone in zones if zone in part.in_)
        return named if named and place not in part.in_ else zones

    # -- round trips -----------------------------------------------------------------------------

    def between(self, a: str, b: str) -> Number | None:
        """Seconds of a round trip between two regions, or two zones of one; None if not known."""
        if self.design.conventions.network == "none":
            return 0.0
        seconds = self._round_trip(a, b)
        if seconds is None:
            places = (self.design.places.get(a), self.design.places.get(b))
            cited = all(place and place.like for place in places)
            other = "; none is cited" if cited else ", or `like` of both"
            way = way_name(a, b)
            fact = f"round trip: state `{way}: {{rtt: 80 ms}}` under links{other}"
            self.unknown[way] = fact
        return seconds

    def _round_trip(self, a: str, b: str) -> Number | None:
        """As stated, else as cited; None where neither is known."""
        key = (a, b) if a <= b else (b, a)
        if key not in self._found:
            stated = (self.numbers.value(link.rtt) for link in self.links(a, b))
            self._found[key] = next((s for s in stated if s is not None), None)
            if self._found[key] is None:
                self._found[key] = self._cited(a, b)
        return self._found[key]

    def links(self, a: str, b: str) -> Iterator[PlaceLink]:
        """What the file says of the way between two places."""
        return (link for link in self._links if {link.a, link.b} == {a, b})

    def _cited(self, a: str, b: str) -> float | None:
        if a == b:
            rate = rates.get(_CROSS_ZONE)
            return rate.value / 1000 if rate else None
        places = (self.design.places.get(a), self.design.places.get(b))
        like = [str(place.like) for place in places if place and place.like]
        return rates.round_trip_s(like[0], like[1]) if len(like) == 2 else None

    def crossing(self, a: Component, b: Component, place: str) -> float:
        """Share of the calls between two components of one region that cross zones."""
        ours, theirs = self.zones_of(a, place), self.zones_of(b, place)
        if not ours or not theirs:
            return 0.0
        same = sum(1 for zone in ours if zone in theirs)
        return 1 - same / (len(ours) * len(theirs))

    def within_s(self, a: Component, b: Component, place: str) -> Number:
        """Mean seconds of a round trip between instances of two components of one region."""
        near = (part for part in (a, b) if part.has_trait(Trait.EVERYWHERE) and not part.in_)
        if any(near):
            return 0.0
        return self.crossing(a, b, place) * self._zones_apart_s(place)

    def _zones_apart_s(self, place: str) -> Number:
        seconds = self.between(place, place)
        return 0.0 if seconds is None else seconds

    def apart_s(self, part: Component, place: str, copies: float) -> Number:
        """Mean seconds between two of so many copies that are spread over the zones of a region."""
        zones = len(self.zones_of(part, place))
        if zones < 2 or copies < 2:
            return 0.0
        full, more = divmod(copies, zones)
        pairs = more * (full + 1) * full + (zones - more) * full * (full - 1)
        return (1 - pairs / (copies * (copies - 1))) * self._zones_apart_s(place)

    def nearest(self, place: str, among: Sequence[str]) -> str:
        """The place itself, else the nearest by round trip, else the first."""
        if place in among or not place:
            return place if place in among else among[0]

        def away(other: str) -> float:
            seconds = self._round_trip(place, other)
            return float("inf") if seconds is None else middle(seconds)

        return min(among, key=away)
