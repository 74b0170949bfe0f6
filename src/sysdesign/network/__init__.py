"""Stations and routes: the one small queueing network that formulas and the simulator read.

Every component kind turns itself into the words of this module; no engine sees a component. Numbers
are SI floats at peak, or arrays with one value for each draw where the design has ranges.
"""

from sysdesign.network.connections import Connections
from sysdesign.network.contents import Contents
from sysdesign.network.expected import expected
from sysdesign.network.flow import (
    Attempts,
    Bounds,
    Branch,
    Breaker,
    Call,
    Choice,
    Delay,
    Filled,
    Flow,
    Hedge,
    Hold,
    Node,
    Nothing,
    Parallel,
    Repeat,
    Retry,
    Send,
    Sequence,
    Visit,
)
from sysdesign.network.network import Network, Place, Way
from sysdesign.network.station import (
    Autoscale,
    Failing,
    Health,
    Number,
    Policy,
    Spread,
    Station,
)
from sysdesign.network.tree import all_of, below, rebuilt
from sysdesign.network.unknown_ways import slots_over_unknown, unknown_detours, unknown_ways

__all__ = [
    "Attempts",
    "Autoscale",
    "Bounds",
    "Branch",
    "Breaker",
    "Call",
    "Choice",
    "Connections",
    "Contents",
    "Delay",
    "Failing",
    "Filled",
    "Flow",
    "Health",
    "Hedge",
    "Hold",
    "Network",
    "Node",
    "Nothing",
    "Number",
    "Parallel",
    "Place",
    "Policy",
    "Repeat",
    "Retry",
    "Send",
    "Sequence",
    "Spread",
    "Station",
    "Visit",
    "Way",
    "all_of",
    "below",
    "expected",
    "rebuilt",
    "slots_over_unknown",
    "unknown_detours",
    "unknown_ways",
]
