"""What fails as a whole by chance: zones, places, and the ways between places."""

from collections.abc import Iterator, Mapping
from dataclasses import field

from sysdesign.network.network import Network
from sysdesign.network.scenario import Cut
from sysdesign.network.standing import Standing
from sysdesign.network.station import Failing
from sysdesign.records import dataclass


@dataclass(frozen=True)
class Outage:
    """What is down together, as often as `fails` says: instances by station, ways that are cut.

    Where a whole `place` is lost its calls go elsewhere after `failover_s`; "" is no place.
    """

    name: str
    fails: Failing
    down: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    cuts: tuple[Cut, ...] = ()
    place: str = ""
    failover_s: float = 0.0


def outages(network: Network) -> Iterator[Outage]:
    """All that a network says of failures that several components share.

    Each fails by itself and is repaired by itself, as availability has it. The way between the
    zones of one place is left out: which calls cross it is known on average alone.
    """
    standing = Standing(network)
    for place in network.places.values():
        for zone in place.zones if place.zone_fails else ():
            here = standing.zone(zone)
            if here and place.zone_fails:
                yield Outage(f"zone {zone}", place.zone_fails, here)
        if place.fails:
            yield _lost(place.name, place.fails, network, standing)
    for way in network.ways:
        if way.a != way.b:
            cut = Cut(0.0, a=way.a, b=way.b, places=True)
            yield Outage(f"way {way.a} <-> {way.b}", way.fails, cuts=(cut,))


def _lost(name: str, fails: Failing, network: Network, standing: Standing) -> Outage:
    """A place with all that stands there, and the ways into it."""
    here = standing.place(name)
    down = {station: tuple(range(standing.count(station))) for station in here}
    cut = Cut(0.0, a="", b=name, places=True)
    cuts = (cut,) if len(network.places) > 1 else ()
    return Outage(f"place {name}", fails, down, cuts, name, standing.failover_s(here) or 0.0)
