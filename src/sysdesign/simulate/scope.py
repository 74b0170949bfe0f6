"""What compiling a node goes by besides the node: what is around it, and what can happen to it.

`Scope` changes on the way down a tree; `Happening` and `Route` are the same for a whole network.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Several
from dataclasses import field, replace

from sysdesign.network import Network
from sysdesign.network.outages import Outage
from sysdesign.network.scenario import Cold, Cut, Deploy, Down, Errors, Scenario, Slow
from sysdesign.records import dataclass


@dataclass(frozen=True)
class Happening:
    """What a scenario can do to calls: only those look for it."""

    slow: frozenset[str] = frozenset()
    slow_calls: frozenset[tuple[str, str]] = frozenset()
    failing_calls: frozenset[tuple[str, str]] = frozenset()
    cuts: tuple[Cut, ...] = ()
    emptied: frozenset[str] = frozenset()

    @staticmethod
    def of(
        scenario: Scenario | None, network: Network, broken: Several[Outage] | None = None
    ) -> Happening:
        """All that its changes name, and all that breaks by chance where that is so."""
        changes = scenario.changes if scenario else ()
        down = {c.station for c in changes if isinstance(c, Down)}
        if broken is not None:
            down |= {name for name, s in network.stations.items() if s.fails is not None}
            down |= {name for outage in broken for name in outage.down}
        emptied = {s.component for name, s in network.stations.items() if name in down}
        emptied |= {c.component for c in changes if isinstance(c, Cold | Deploy)}
        slow = [c for c in changes if isinstance(c, Slow)]
        errors = [c for c in changes if isinstance(c, Errors)]
        return Happening(
            frozenset(c.station for c in slow if c.call is None),
            frozenset(c.call for c in slow if c.call is not None),
            frozenset(c.call for c in errors if c.call is not None),
            tuple(c for c in changes if isinstance(c, Cut))
            + tuple(cut for outage in broken or () for cut in outage.cuts),
            frozenset(emptied),
        )


@dataclass(frozen=True)
class Scope:
    """What surrounds a node: registers in use, and stations held.

    A call of a component in `instead` that fails counts as a miss. `past` is where a call goes on
    past its own target when that is down, -1 where it fails; so many slots were held there.
    `place` is where the call is answered; copies may be at others.
    `again` tells that what follows a failed call is done several times.
    """

    held: Mapping[str, int] = field(default_factory=dict)
    holds: int = 0
    keys: int = 0
    counters: int = 0
    guards: int = 0
    key: int = -1
    pair: int = -1
    target: str = ""
    place: str = ""
    copies: bool = False
    instead: frozenset[str] = frozenset()
    past: int = -1
    past_holds: int = 0
    again: bool = False

    def part(self, *, copies: bool = False) -> Scope:
        """Of a token that does a part of this one."""
        return replace(self, counters=0, guards=0, copies=copies)


@dataclass(frozen=True)
class Route:
    """Messages of a call go to flows: so many for each item, on average.

    Of several flows, each message goes to one, by the shares (they sum to 1). A box that is
    `bounded` may refuse them, or let the sender wait.
    """

    flows: tuple[int, ...]
    gain: float
    shares: tuple[float, ...] = (1.0,)
    bounded: bool = False
