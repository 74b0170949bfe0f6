"""A whole network."""

from collections.abc import Mapping
from dataclasses import field

from sysdesign.network.connections import Connections
from sysdesign.network.flow import Flow
from sysdesign.network.station import Failing, Station
from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A region: its zones, how it fails as a whole, and how one of its zones fails."""

    name: str
    zones: tuple[str, ...] = ()
    fails: Failing | None = None
    zone_fails: Failing | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The way between two places, or between the zones of one, where the file says how it fails."""

    a: str
    b: str
    fails: Failing


@dataclass(frozen=True)
class Network:
    """Stations by name, and the flows through them.

    `defaults` says on which unstated values it rests; `unknown` names components or operations that
    could not be lowered, each with the fact that lacks. `places` are the regions, `ways` what can
    break between them. Where it `is_shared`, equal parts of its trees are one object. A slice has
    1/`parts` of all calls: its caches hold so many keys less.
    """

    stations: Mapping[str, Station]
    flows: tuple[Flow, ...]
    defaults: tuple[str, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    ways: tuple[Way, ...] = ()
    parts: int = 1
    connections: tuple[Connections, ...] = ()
    is_shared: bool = field(default=False, repr=False, compare=False)

    def operations(self) -> tuple[str, ...]:
        """Operations that have a flow, in order."""
        return tuple(dict.fromkeys(flow.operation for flow in self.flows))

    @property
    def closed(self) -> frozenset[str]:
        """Operations of users who wait for an answer before they call again."""
        return frozenset(flow.operation for flow in self.flows if flow.users is not None)
