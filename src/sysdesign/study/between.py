"""Bytes that go between zones and regions, for each call of each operation.

A call carries what its step states, and records that are read or written in a store; what a service
sends another is counted where the file states it. Writes go to copies elsewhere, too. Within a
region bytes from and to what a provider runs are in its price. First attempts, at the medians of
the ranges.
"""

from collections.abc import Iterator, Mapping

from sysdesign.design import Component, Design, Given, Trait, Visit
from sysdesign.estimate import Estimate
from sysdesign.estimate.storage import held_entities
from sysdesign.lower.geography import Geography
from sysdesign.network import Call, Network, expected
from sysdesign.study.numbers import Medians

Pair = tuple[str, str]
"""Two regions, or twice the same: then it is bytes between its zones."""


def bytes_between(
    design: Design, estimate: Estimate, network: Network
) -> Mapping[str, Mapping[Pair, float]]:
    """Bytes that one call of an operation sends, by the pair of places that they go between."""
    counted = _Counted(design, estimate)
    found: dict[str, dict[Pair, float]] = {}
    rates: dict[str, float] = {}
    for flow in network.flows:
        rate = float(flow.rate_per_s)
        rates[flow.operation] = rates.get(flow.operation, 0.0) + rate
        mine = found.setdefault(flow.operation, {})
        for node, count in expected(flow.root):
            if isinstance(node, Call) and node.caller and node.target in design.components:
                for pair, size in counted.carried(flow.operation, node):
                    mine[pair] = mine.get(pair, 0.0) + rate * float(count) * size
    return {
        name: {pair: size / rates[name] for pair, size in pairs.items() if size > 0}
        for name, pairs in found.items() if rates[name] > 0
    }  # fmt: skip


class _Counted:
    """Bytes of calls of one design."""

    def __init__(self, design: Design, estimate: Estimate) -> None:
        self.design, self.ledger = design, estimate.ledger
        self.numbers = Medians(estimate)
        self.geography = Geography(design, self.numbers)
        self.steps: dict[tuple[str, str, str, str], Visit] = {}
        for operation, visits in self.ledger.visits.items():
            for visit in visits:
                key = (operation, visit.caller, visit.target, visit.do)
                self.steps.setdefault(key, visit)

    def carried(self, operation: str, call: Call) -> Iterator[tuple[Pair, float]]:
        """Bytes of a call by pair of places, those to other copies included."""
        parts = self.design.components
        visit = self.steps.get((operation, call.caller, call.target, call.do))
        if visit is None or call.caller not in parts:
            return
        there, back = self._sizes(visit, call)
        caller, target = parts[call.caller], parts[call.target]
        if call.from_place and call.from_place != call.place and call.place:
            yield _pair(call.from_place, call.place), there + back
        elif call.place and not (_is_provided(caller) or _is_provided(target)):
            share = self.geography.crossing(caller, target, call.place)
            yield (call.place, call.place), share * (there + back)
        if there and call.do.partition("_")[0] != "read":
            yield from self._copied(target, call.place, there)

    def _sizes(self, visit: Visit, call: Call) -> tuple[float, float]:
        """Bytes there and back: as stated, else of the records that a store is asked for."""
        words, reads = visit.step.words, call.do.partition("_")[0] == "read"
        record = self._record(visit, call)
        there = self._amount(words.request, 0.0 if reads else record)
        return there, self._amount(words.response, record if reads else 0.0)

    def _amount(self, given: Given | None, otherwise: float) -> float:
        value = self.numbers.value(given)
        return otherwise if value is None else float(value)

    def _record(self, visit: Visit, call: Call) -> float:
        part = self.design.components[call.target]
        if not part.has_trait(Trait.STORES_DATA, Trait.CACHES):
            return 0.0
        held = held_entities(self.ledger, call.target)
        entity = str(visit.step.words.of or (held[0] if len(held) == 1 else ""))
        size = self.numbers.figure(f"{entity}.size") if entity else None
        return 0.0 if size is None else float(size) * float(call.items)

    def _copied(self, part: Component, place: str, size: float) -> Iterator[tuple[Pair, float]]:
        """Bytes of a write to the copies of a store that has instances of its own."""
        copies = part.copies
        if copies is None or part.is_managed or not place or copies.mode == "erasure":
            return
        places = self.geography.places_of(part)
        if str(copies.across or "") != "none":
            for other in places:
                if other != place:
                    yield _pair(place, other), size
        more = self._copies_at(part, place, len(places)) - 1
        if more > 0:
            yield (place, place), size * more * self.geography.crossing(part, part, place)

    def _copies_at(self, part: Component, place: str, places: int) -> float:
        given = part.copies.count if part.copies else None
        if given is not None and given.by_place:
            return self._amount(given.by_place.get(place), 1.0)
        return self._amount(given, 1.0) / max(places, 1)


def _is_provided(part: Component) -> bool:
    """Whether a provider answers at every zone, and bytes within a region are in its price."""
    return part.is_managed or (part.has_trait(Trait.EVERYWHERE) and not part.in_)


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a <= b else (b, a)
