"""Where instances stand: which of them a component, a zone or a place has."""

from collections.abc import Iterable

from sysdesign.network.network import Network
from sysdesign.network.station import Station


class Standing:
    """Instances of the stations of a network, by what they have in common.

    Index i runs over all instances of a station: shard * instances + place in the group. Copies of
    one shard stand in zones in turn, those of the next shard one zone further, and copies that
    follow go on where those that lead end; so a zone has its share of each role.
    """

    def __init__(self, network: Network) -> None:
        self.network = network

    def count(self, station: str) -> int:
        """Instances of a station, all groups together."""
        one = self.network.stations[station]
        return self.groups(station) * _whole(one)

    def groups(self, station: str) -> int:
        """Groups (shards) of a station."""
        return max(round(float(self.network.stations[station].shards)), 1)

    def component(self, name: str) -> dict[str, tuple[int, ...]]:
        """All instances of a component, by station."""
        return {s.name: tuple(range(self.count(s.name))) for s in self._of(name)}

    def place(self, name: str) -> tuple[str, ...]:
        """Stations of a place."""
        return tuple(s.name for s in self.network.stations.values() if s.place == name)

    def zone(self, name: str) -> dict[str, tuple[int, ...]]:
        """Instances that stand in a zone, by station."""
        found = {}
        for station in self.network.stations.values():
            zones, first = self.zones(station), self._first(station)
            if name not in zones:
                continue
            each = _whole(station)
            here = tuple(
                index for index in range(self.count(station.name))
                if zones[(index // each + first + index % each) % len(zones)] == name
            )  # fmt: skip
            if here:
                found[station.name] = here
        return found

    def zones(self, station: Station) -> tuple[str, ...]:
        """Zones of a station; what has none (a device, a pool) stands with its component's."""
        if station.zones:
            return station.zones
        for other in self._of(station.component):
            if other.place == station.place and _whole(other) == _whole(station) and other.zones:
                return other.zones
        return ()

    def failover_s(self, stations: Iterable[str]) -> float | None:
        """Mean seconds until callers have gone elsewhere: the longest stated of these stations."""
        stated = [self.network.stations[name].failover for name in stations]
        return max((float(one.mean_s) for one in stated if one is not None), default=None)

    def _of(self, component: str) -> list[Station]:
        return [s for s in self.network.stations.values() if s.component == component]

    def _first(self, station: Station) -> int:
        """Copies of a shard that come before those of this station: the ones that lead."""
        before = 0
        for other in self._of(station.component):
            if other.name == station.name:
                break
            alike = other.place == station.place and other.zones == station.zones
            if alike and station.zones and float(other.shards) == float(station.shards):
                before += _whole(other)
        return before


def _whole(station: Station) -> int:
    """Instances of one group; at least one."""
    return max(round(float(station.instances)), 1)
