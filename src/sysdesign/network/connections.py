"""Connections that devices keep open."""

from sysdesign.network.station import Number
from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class Connections:
    """Connections at the gateway `component`: each is opened by a call of `operation`.

    As many are open as are opened in `lifetime_s`. One that is lost calls again after `after_s`,
    and a time at random up to `spread_s`.
    """

    component: str
    operation: str
    lifetime_s: Number
    after_s: Number = 0.0
    spread_s: Number = 0.0
