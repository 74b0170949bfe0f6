"""What no turn of a knob can do: bounds that rule a change out before it is run.

More instances, cores, shards or slots of a component take waiting for it away and nothing else;
better copies of it can at most never fail. Where a test is missed even so, none of these meets it.
What is advised is still run: a bound only says what need not be.
"""

from collections.abc import Callable
from dataclasses import replace

from sysdesign.advise.knobs import Knob
from sysdesign.analyze import glance
from sysdesign.analyze.result import SHARE_OF
from sysdesign.design import Statement, Trait
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.network import Network
from sysdesign.records import cached_property
from sysdesign.study import Study
from sysdesign.study.measures import ANSWERED, Measured
from sysdesign.study.uptime import best_model

NEAR = 0.02
"""A bound has to miss by this share: arrivals behind a freed component differ a little."""
_COUNTS = ("replicas", "cores", "slots", "shards.count", "scale.max", "copies.count")


class Screen:
    """Bounds for one test of a study; each is worked out once."""

    def __init__(self, study: Study, test: Statement) -> None:
        self.study, self.test = study, test
        self._known: dict[tuple[str, bool], bool] = {}

    def rules_out(self, knob: Knob) -> bool:
        """Whether no turn of a knob can meet the test, at the medians."""
        head, name, key = knob.path.split(".", 2)
        if key in ("memory", "disk"):
            return self._is_idle(name, key)
        zones = head == "places" and key == "zones"
        if not zones and (head != "components" or key not in _COUNTS or not self._alone(name)):
            return False
        measure, upper = self.test.measure, self.test.comparison in ("<", "<=")
        if measure.measure in CHAIN_MEASURES and upper and not measure.until and not zones:
            # copies may come nearer to their callers, or make quorums larger
            return key != "copies.count" and self._once(name, zones, self._too_slow)
        wanted = measure.measure == "availability" and not upper
        return wanted and self._once(name, zones, self._too_often_down)

    def _is_idle(self, name: str, key: str) -> bool:
        """Whether a size changes neither hits nor what the test is about."""
        part = self.study.design.components.get(name)
        about, measure = self.test.measure, self.test.measure.measure
        if part is None or (part.has_trait(Trait.CACHES) and part.hit is None):
            return False
        own = about.owner == name or measure in ("cost", "cost_per_call")
        return not own and f"{name}.{key}" not in self.study.source.text

    def _once(self, name: str, zones: bool, bound: Callable[[str, bool], bool]) -> bool:
        if (name, zones) not in self._known:
            self._known[name, zones] = bound(name, zones)
        return self._known[name, zones]

    def _alone(self, name: str) -> bool:
        """Whether more of a component changes nothing but itself: no hits, no further regions."""
        part = self.study.design.components.get(name)
        if part is None:
            return False
        if part.has_trait(Trait.CACHES) and part.hit is None:
            return False
        regions = {zone: place for place, one in self.study.design.places.items()
                   for zone in map(str, one.zones)}  # fmt: skip
        wanted = {regions.get(str(one), str(one)) for one in part.in_}
        stations = self.study.network.stations.values()
        return wanted <= {one.place for one in stations if one.component == name}

    @cached_property
    def _limit(self) -> float | None:
        bound = self.study.estimate.ledger.amount(self.test.bound)
        return bound.value.median if bound else None

    def _too_slow(self, name: str, _: bool) -> bool:
        """Whether it takes too long even where no call waits for a component."""
        measure, network = self.test.measure, self.study.network
        if self._limit is None or measure.owner not in network.operations():
            return False
        free = {
            n: replace(one, queues=False, slots=None, waiting=None)
            for n, one in network.stations.items() if one.component == name
        }  # fmt: skip
        found = quick(replace(network, stations={**network.stations, **free}),
                      measure.owner, measure.measure, self.study.analysis.full)  # fmt: skip
        if found.value is None:
            return True
        better = found.value * (1 - NEAR)
        return not Measured(better, None, "").at_medians(self.test.comparison, self._limit)

    def _too_often_down(self, name: str, zones: bool) -> bool:
        """Whether it is down too long even if a component, or the zones of a place, never are."""
        operation = self.test.measure.owner
        if self._limit is None or operation not in self.study.network.operations():
            return False
        model = best_model(self.study, **{"place" if zones else "component": name})
        down = model.up(operation).down * (1 - NEAR)
        return not Measured(1 - down, None, "").at_medians(self.test.comparison, self._limit)


def quick(network: Network, operation: str, measure: str, full: float) -> Measured:
    """A time of an operation at the medians, with no other operation looked at."""
    seen = glance(network, (operation,), full)
    value = getattr(seen.times[operation], f"{measure}_s")
    lost = seen.failed.get(operation, 0.0)
    if value is not None and lost > 1 - SHARE_OF.get(f"{measure}_s", ANSWERED):
        value = None
    return Measured(value, None, "ms")
