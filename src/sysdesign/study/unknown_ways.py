"""What is told of times for want of a round trip: they are at least so long."""

from collections.abc import Iterable

from sysdesign.network import Network, slots_over_unknown, unknown_ways
from sysdesign.source import listed
from sysdesign.study.study import Study

AT_LEAST, AT_MOST = "≥ ", "≤ "
"""Before a number that lacks something: what is not known can only make it larger, or smaller."""


def ways_of(study: Study, operations: Iterable[str], origin: str | None = None) -> tuple[str, ...]:
    """Ways that calls of operations cross, one after the other, and that have no round trip.

    What an operation hands over without waiting counts where it sets off the next.
    """
    names = tuple(operations)
    key = ("unknown ways", names, origin)
    return study.once(key, lambda: _ways(study.network, names, origin))


def _ways(network: Network, names: tuple[str, ...], origin: str | None) -> tuple[str, ...]:
    triggers = {flow.operation: flow.trigger for flow in network.flows}
    untils = (*(triggers.get(name, "") for name in names[1:]), "")
    found = (unknown_ways(network, name, origin, until=until)
             for name, until in zip(names, untils, strict=True))  # fmt: skip
    return tuple(dict.fromkeys(way for ways in found for way in ways))


def slots_lack(study: Study) -> tuple[str, ...]:
    """Ways that calls cross while they hold a slot: how many slots are taken is not known."""
    found = slots_over_unknown(study.network).values()
    return tuple(dict.fromkeys(way for ways in found for way in ways))


def at_least(study: Study, operation: str, origin: str | None = None) -> str:
    """The mark before a time of an operation: empty where all that makes it is known."""
    return AT_LEAST if ways_of(study, (operation,), origin) else ""


def lacks_told(network: Network, ways: tuple[str, ...]) -> str:
    """What is not known, and what to write; empty where nothing lacks.

    >>> from types import SimpleNamespace
    >>> lacks_told(SimpleNamespace(unknown={"a <-> b": "round trip: state it"}), ("a <-> b",))
    'a <-> b takes no time in it, for want of its round trip: state it'
    """
    if not ways:
        return ""
    fact = network.unknown[ways[0]].removeprefix("round trip: ")
    if len(ways) == 1:
        return f"{ways[0]} takes no time in it, for want of its round trip: {fact}"
    return f"{listed(ways)} take no time in it, for want of their round trips: {fact}"


def not_stated(ways: tuple[str, ...]) -> str:
    """Why a time is not known, where another page says what to write.

    >>> not_stated(("a <-> b",))
    'how long a round trip a <-> b takes is not stated'
    """
    return f"how long a round trip {listed(ways)} takes is not stated"


def notes_of(study: Study, origin: str | None = None) -> tuple[str, ...]:
    """For a page of times: whose are at least so long, for want of what, and what to write."""
    by_ways: dict[tuple[str, ...], list[str]] = {}
    for name in study.analysis.operations:
        ways = ways_of(study, (name,), origin)
        if ways:
            by_ways.setdefault(ways, []).append(name)
    return tuple(
        f"{AT_LEAST}{', '.join(names)}: {lacks_told(study.network, ways)}"
        for ways, names in by_ways.items()
    )
