"""A whole network."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sysdesign.network.flow import Flow
from sysdesign.network.station import Station


@dataclass(frozen=True)
class Network:
    """Stations by name, and the flows through them.

    `defaults` says on which unstated values it rests; `unknown` names components or operations that
    could not be lowered, each with the fact that lacks.
    """

    stations: Mapping[str, Station]
    flows: tuple[Flow, ...]
    defaults: tuple[str, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)

    def operations(self) -> tuple[str, ...]:
        """Operations that have a flow, in order."""
        return tuple(dict.fromkeys(flow.operation for flow in self.flows))
