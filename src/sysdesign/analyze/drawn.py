"""Single draws out of a network whose numbers are arrays."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any

from sysdesign.analyze.sharing import shared
from sysdesign.network import Network


def drawn(network: Network, draw: int) -> Network:
    """The network of one draw: plain numbers in place of arrays."""
    return Drawer(network).network(draw)


class Drawer:
    """Takes single draws out of a network; what has no arrays in it stays the same object."""

    def __init__(self, network: Network) -> None:
        self.whole = shared(network)
        self.uncertain: set[int] = set()
        self._seen: dict[int, bool] = {}
        for part in (*self.whole.stations.values(), *self.whole.flows):
            self._look(part)

    def network(self, draw: int) -> Network:
        """The network of a draw."""
        known: dict[int, Any] = {}
        stations = {n: self._drawn(s, draw, known) for n, s in self.whole.stations.items()}
        flows = tuple(self._drawn(flow, draw, known) for flow in self.whole.flows)
        return replace(self.whole, stations=stations, flows=flows)

    def _look(self, value: Any) -> bool:
        """Whether there are arrays in it."""
        if isinstance(value, _PLAIN):
            return False
        key = id(value)
        if key not in self._seen:
            if hasattr(value, "shape"):
                found = True
            elif isinstance(value, tuple):
                found = sum(self._look(part) for part in value) > 0  # every part is looked at
            else:
                found = sum(self._look(getattr(value, n)) for n in _names(value.__class__)) > 0
            self._seen[key] = found
            if found:
                self.uncertain.add(key)
        return self._seen[key]

    def _drawn(self, value: Any, draw: int, known: dict[int, Any]) -> Any:
        key = id(value)
        if key not in self.uncertain:
            return value
        if key not in known:
            if hasattr(value, "shape"):
                known[key] = float(value[draw]) if value.shape else float(value)
            elif isinstance(value, tuple):
                known[key] = tuple(self._drawn(part, draw, known) for part in value)
            else:
                names = _names(value.__class__)
                known[key] = type(value)(
                    **{name: self._drawn(getattr(value, name), draw, known) for name in names}
                )
        return known[key]


_PLAIN = (float, int, str, Enum, type(None))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Fields of a dataclass; none of any other type."""
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else ()
