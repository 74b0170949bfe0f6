"""Where components stand: instances by place and zone, and how far places are apart."""

from collections.abc import Iterator

from sysdesign.design import Trait
from sysdesign.lower.geography import Geography
from sysdesign.records import dataclass
from sysdesign.study import Study
from sysdesign.study.numbers import Medians
from sysdesign.views.boxes import standing
from sysdesign.views.shown import share

EVERYWHERE = "*"
"""The place of what is near every caller, and of what is outside."""


@dataclass(frozen=True, slots=True)
class Site:
    """Instances of a component at one place; in one zone, or in "" where it is the provider's."""

    component: str
    place: str
    zone: str
    instances: int
    shards: int


class Map:
    """Places of a design, and what stands there."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.geography = Geography(study.design, Medians(study.estimate))

    @property
    def regions(self) -> tuple[str, ...]:
        """Places where components stand."""
        return self.geography.regions

    def sites(self) -> Iterator[Site]:
        """All components where they stand, in the order of the file."""
        for name in self.study.design.components:
            yield from self.sites_of(name)

    def sites_of(self, name: str) -> Iterator[Site]:
        """One component: by zone where its instances are counted, else by place."""
        part = self.study.design.components[name]
        places = self.geography.places_of(part)
        if part.has_trait(Trait.OUTSIDE) or not places:
            yield Site(name, EVERYWHERE, "", 1, 1)
            return
        for place in places:
            here = standing(self.study, name, place)
            zones = self.geography.zones_of(part, place)
            if part.is_managed or not zones or not part.has_trait(Trait.HAS_INSTANCES):
                yield Site(name, place, "", here.instances, here.shards)
                continue
            each, rest = divmod(here.instances * here.shards, len(zones))
            for i, zone in enumerate(zones):
                count = each + (i < rest)
                if count:
                    yield Site(name, place, zone, count, 1)

    def round_trip_s(self, a: str, b: str) -> float | None:
        """Seconds between two places, or two zones of one; None where it is not known."""
        seconds = self.geography.between(a, b)
        return None if seconds is None or float(seconds) <= 0 else float(seconds)

    def served_by(self, place: str) -> str:
        """The region that answers callers of a place."""
        return self.geography.nearest(place, self.regions)

    def callers(self) -> dict[str, tuple[str, ...]]:
        """Places with the actors that call from there: `reader 60%`."""
        found: dict[str, list[str]] = {}
        for name, actor in self.study.design.problem.actors.items():
            for place, part in self._origins(actor.from_):
                said = name if part is None or part > 1 - 1e-9 else f"{name} {share(part)}"
                found.setdefault(place, []).append(said)
        return {place: tuple(found[place]) for place in self.study.design.places if place in found}

    def _origins(self, from_: object) -> Iterator[tuple[str, float | None]]:
        by_place = getattr(from_, "by_place", None)
        if not by_place:
            first = next(iter(self.study.design.places), "")
            yield (str(from_ or first), None)
            return
        for place, given in by_place.items():
            term = self.study.estimate.ledger.amount(given)
            yield str(place), term.quantity.value.median if term else None
