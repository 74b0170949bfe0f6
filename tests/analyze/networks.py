"""Small networks for tests, written in a few words."""

from __future__ import annotations

from sysdesign.analyze.result import OperationResult
from sysdesign.network import Flow, Network, Node, Spread, Station, Visit


def exponential(mean_s: float) -> Spread:
    return Spread(mean_s, family="exponential")


def constant(mean_s: float) -> Spread:
    return Spread(mean_s, family="constant")


def station(name: str, **facts) -> Station:
    return Station(name, facts.pop("component", name), **facts)


def visit(name: str, mean_s: float = 1.0, **facts) -> Visit:
    return Visit(name, Spread(mean_s, **{"family": "exponential", **facts}))


def network(*stations: Station, **operations: tuple[float, Node] | Flow) -> Network:
    """Stations, and operations by name: (rate, what a call does), or a whole flow."""
    flows = tuple(
        made if isinstance(made, Flow) else Flow(name, "", made[0], made[1])
        for name, made in operations.items()
    )
    return Network({one.name: one for one in stations}, flows)


def mean_of(found: OperationResult) -> float:
    """The mean of an operation that has one."""
    assert found.times.mean_s is not None
    return found.times.mean_s
