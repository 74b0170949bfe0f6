"""Where calls go when places are lost."""

from collections.abc import Callable, Iterator
from itertools import combinations

from sysdesign.network import Flow, Network

Without = Callable[[tuple[str, ...]], Network]
"""The network of a design that lacks some places."""

MOST_PLACES = 4
"""Of more places that can fail those ways are known where at most two are lost."""


def going_around(network: Network, lost: tuple[str, ...], without: Without) -> tuple[Flow, ...]:
    """The flows that differ where places are lost."""
    known = {(f.operation, f.origin): f for f in network.flows}
    return tuple(f for f in without(lost).flows if known.get((f.operation, f.origin)) != f)


def around(network: Network, without: Without) -> dict[frozenset[str], tuple[Flow, ...]]:
    """The flows that differ for each set of places that can be lost at the same time."""
    return {frozenset(lost): going_around(network, lost, without) for lost in _sets(network)}


def _sets(network: Network) -> Iterator[tuple[str, ...]]:
    places = [name for name, place in network.places.items() if place.fails is not None]
    most = len(places) if len(places) <= MOST_PLACES else 2
    for count in range(1, most + 1):
        yield from (some for some in combinations(places, count)
                    if len(some) < len(network.places))  # fmt: skip
