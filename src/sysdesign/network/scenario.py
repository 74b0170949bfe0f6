"""What happens to a network during a run: load that moves, parts that fail, slow down, come back.

Times are seconds from the start of the scenario (the end of the warm-up). A `Change` lasts from
`at_s` until `until_s` (infinite: to the end of the run); those that happen at once have no end.
A call between two components is named by the pair (caller, target); the caller "" is the actor.
"""

from math import inf

from sysdesign.network.flow import Flow
from sysdesign.records import dataclass

Pair = tuple[str, str]
"""Caller and target of calls: components; "" is the actor."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happens, at `at_s` seconds."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Lasting(Change):
    """One thing that happens and ends at `until_s`."""

    until_s: float = inf


@dataclass(frozen=True, slots=True)
class Down(Lasting):
    """Instances of a station stand still; all of them where `instances` is None.

    Index i runs over all instances of the station: shard * instances + place in the group.
    """

    station: str = ""
    instances: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Slow(Lasting):
    """Own work takes `factor` times as long, at a station or only for the calls of a pair.

    A provider's delay, and that of a component without a station, are named by its component.
    """

    station: str = ""
    factor: float = 1.0
    call: Pair | None = None


@dataclass(frozen=True, slots=True)
class Errors(Lasting):
    """A share of the calls fails at once, at a station or only for the calls of a pair."""

    station: str = ""
    share: float = 0.0
    call: Pair | None = None


@dataclass(frozen=True, slots=True)
class Cut(Lasting):
    """Calls between two places (`places`), or from component `a` to component `b`, do not arrive.

    They fail after their timeout; at once, after the round trip, where there is none. Of a place
    `b` that is lost, `a` is "": no call from elsewhere arrives, but its actors reach other places.
    """

    a: str = ""
    b: str = ""
    places: bool = False


@dataclass(frozen=True, slots=True)
class Cold(Change):
    """A cache is emptied, in one place or (place "") in all."""

    component: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Hot(Lasting):
    """A share of the calls of a station goes to its first group."""

    station: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Stop(Lasting):
    """Consumers take nothing: the worker `component`, or all that take from a queue or stream."""

    component: str = ""


@dataclass(frozen=True, slots=True)
class Disconnect(Change):
    """A share of the lasting connections of a gateway is dropped."""

    component: str = ""
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Deploy(Change):
    """A new version goes out: stop, rolling, blue_green or canary.

    `at_once` instances of each station at a time (below 1: a share of them; infinite: all), each
    finishing for `drain_s` the calls it has in hand before it goes.
    """

    component: str = ""
    how: str = "rolling"
    at_once: float = 1.0
    drain_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Load(Lasting):
    """Arrivals of an operation (None: all that actors bring) times `factor`; several multiply."""

    factor: float = 1.0
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Detour(Lasting):
    """Calls that start go along these flows instead: those of a network that lacks a place.

    They take the place of the flows of the same operation and origin.
    """

    flows: tuple[Flow, ...] = ()


BASES = ("peak", "average", "shape")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes in the order of their start, on a base of load.

    `base`: all at peak, at the average, or by the hours of a day (`shape`). `run_s` is the length
    that the file asks for.
    """

    name: str
    changes: tuple[Change, ...] = ()
    base: str = "peak"
    run_s: float | None = None
