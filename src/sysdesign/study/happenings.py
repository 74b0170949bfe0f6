"""Scenarios of the file, by formulas: what is lost, slow or busier, once it has happened."""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from sysdesign.analyze import Glance
from sysdesign.availability.breaking import (
    busier,
    emptied,
    fewer,
    hotter,
    in_zone,
    slower,
    without,
)
from sysdesign.availability.parting import Gone
from sysdesign.design import Given
from sysdesign.design.later import Event, Scenario
from sysdesign.network import Network
from sysdesign.source import written
from sysdesign.study.failures import Breaker, Effect, Felt
from sysdesign.study.kept import kept
from sysdesign.study.numbers import Medians
from sysdesign.study.study import Study
from sysdesign.study.uptime import at_peak, model_of, network_without
from sysdesign.study.words import shown_time

SHARE_FAILED = 0.01
"""Of more failing calls no time of an operation is told."""

_MOVING = ("cold", "hot", "deploy", "lose", "load", "errors", "stop")
_LONGEST = 80  # characters of a change
_LATER = "the way there and back is for a simulation"


def scenarios(study: Study, breaker: Breaker) -> Iterator[Effect]:
    """Each scenario of the file, as far as formulas can."""
    for name, scenario in study.design.scenarios.items():
        yield scenario_effect(breaker, name, scenario)


def time_in(study: Study, name: str, operation: str, measure: str) -> tuple[float | None, str]:
    """A time (mean, p99, ...) of an operation in a scenario, once it has happened.

    None where it has no end; with the reason why formulas do not tell, empty where they do.
    """
    scenario = study.design.scenarios[name]
    if any(event.change for event in (scenario, *scenario.steps)):
        return None, "it changes the design"
    breaker = Breaker(study, only=(operation,))
    state = _State(study)
    for event in (scenario, *scenario.steps):
        state.apply(event)
    if state.unknown:
        return None, state.unknown
    seen = breaker.look(state.network)
    times = seen.times.get(operation)
    fails, _ = breaker.lost(operation, frozenset(state.broken))
    if state.cut:
        fails = max(fails, breaker.share(operation, Gone(ways=frozenset(state.cut))))
    value = getattr(times, f"{measure}_s") if times and fails < SHARE_FAILED else None
    events = (scenario, *scenario.steps)
    moves = any(getattr(event, word) for event in events for word in _MOVING)
    return value, "its load changes on the way" if moves and value is not None else ""


def scenario_effect(breaker: Breaker, name: str, scenario: Scenario) -> Effect:
    """One scenario; all of its steps together where it has several."""
    state = _State(breaker.study)
    for event in (scenario, *scenario.steps):
        state.apply(event)
    words = "; ".join(state.words) or "nothing happens"
    if state.unknown:
        return Effect(name, "scenario", words, "not known", (), None, None, "",
                      notes=(f"{state.unknown}: simulate",))  # fmt: skip
    notes = (*state.notes, _LATER)
    if state.cut:
        seen = breaker.look(state.network, frozenset(state.slow))
        felt = tuple(_with_links_cut(breaker, one, seen, state)
                     for one in breaker.study.network.operations())  # fmt: skip
        return breaker.told(name, "scenario", words, felt, seen, "", notes)
    effect = breaker.effect(
        f"scenario {name}", "scenario", words, state.network, broken=frozenset(state.broken),
        notes=notes, slow=frozenset(state.slow),
    )  # fmt: skip
    return replace(effect, event=name)


def _with_links_cut(breaker: Breaker, name: str, seen: Glance, state: "_State") -> Felt:
    """What an operation feels where links are cut, which availability knows no parts for."""
    gone = Gone(ways=frozenset(state.cut))
    fails, lacks = breaker.lost(name, frozenset(state.broken))
    cut = [breaker.lacks(name, caller, target) for caller, target in state.cut]
    fails, lacks = max(fails, breaker.share(name, gone)), max(lacks, *cut)
    return breaker.felt(name, seen, fails, lacks, state.network, more=False)


class _State:
    """A network on which the events of a scenario have come down."""

    def __init__(self, study: Study) -> None:
        self.study, self.numbers = study, Medians(study.estimate)
        self.network: Network = study.network
        self.broken: set[str] = set()
        self.cut: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.notes: list[str] = []
        self.unknown = ""
        self.slow: set[str] = set()

    def apply(self, event: Event) -> None:
        """What one event does; its `change` is in the study already."""
        if event.change is not None:
            self.words.append(f"with {_shortened(written(event.change)[1:-1])}")
        for name, amount in event.fail.items():
            self._fail(name, amount)
        for name, factor in event.slow.items():
            caller, _, target = name.rpartition(" -> ")
            times = self._value(factor, 1.0)
            self.network = slower(self.network, target, times, caller or None)
            self.slow.add(target)
            self.words.append(f"{name} {times:g} times as slow")
        for name, share in event.errors.items():
            self.words.append(f"{self._value(share, 0.0):.0%} of the calls of {name} fail")
            self.notes.append(f"of {name} retries meet most errors, and add as much load")
        for name in map(str, event.cold):
            self.network = emptied(self.network, name)
            self.words.append(f"{name} is empty")
            self.notes.append(f"{name} is looked at in its first moment, when every call is a miss")
        for name, share in event.hot.items():
            self._hot(name, self._value(share, 0.0))
        for name in map(str, event.stop):
            self._component(name)
            self.words.append(f"{name} stands still")
        for name in map(str, event.deploy):
            self._deploy(name)
        for name in map(str, event.lose):
            self._lose(name)
        for name, share in event.disconnect.items():
            self.words.append(f"{share.text} of the connections of {name} drop")
            self.unknown = "connections that come back all at once"
        if event.base == "shape":
            self.words.append("the load of a whole day, hour by hour")
            self.unknown = "load over a day"
        if event.base == "average":
            self.words.append("the load of an average hour")
            self.network = busier(self.network, self._average(), 1.0)
        self._load(event)

    def _value(self, given: Given | None, otherwise: float) -> float:
        value = self.numbers.value(given)
        return otherwise if value is None else float(value)

    def _lost_words(self, name: str, amount: Given | None) -> str:
        if amount is not None:
            if amount.text.rstrip().endswith("%"):
                return f"{amount.text} of {name} is lost"
            one = self._value(amount, 1.0) == 1
            some = f"1 instance of {name} is" if one else f"{amount.text} instances of {name} are"
            return f"{some} lost"
        a, way, b = name.partition(" <-> ")
        if way:
            return f"the way between {a} and {b} is cut"
        caller, link, target = name.partition(" -> ")
        return f"calls from {caller} to {target} are cut" if link else f"{name} is lost"

    def _fail(self, name: str, amount: Given | None) -> None:
        study, places = self.study, self.study.network.places
        self.words.append(self._lost_words(name, amount))
        if name in places:
            self.broken.add(f"place {name}")
            others = len(places) > 1
            self.network = network_without(study, frozenset([name])) if others else without(
                self.network, Gone(frozenset(self.network.stations)))  # fmt: skip
        elif any(name in place.zones for place in places.values()):
            self.broken.add(f"zone {name}")
            standing = at_peak(study, self.network)
            self.network = fewer(standing, in_zone(standing, name))
        elif " <-> " in name:
            a, _, b = name.partition(" <-> ")
            self.broken.add(f"way {min(a, b)} <-> {max(a, b)}")
            self.network = without(self.network, Gone(ways=frozenset([(a, b)])))
        elif " -> " in name:
            a, _, b = name.partition(" -> ")
            self.cut.append((a, b))
            self.network = without(self.network, Gone(ways=frozenset([(a, b)])))
        elif amount is None:
            self._component(name)
        else:
            self._some(name, self._value(amount, 1.0))

    def _component(self, name: str) -> None:
        for pool in model_of(self.study).pools.by_place.values():
            if pool.component == name:
                self.broken.add(f"all {pool.name}")
        mine = [s for s in self.network.stations.values() if s.component == name]
        self.broken |= {f"provider {s.name}" for s in mine if not s.queues}
        self.network = without(self.network, Gone(frozenset(s.name for s in mine)))

    def _some(self, name: str, amount: float) -> None:
        """So many instances, the first place first; below one a share of each place."""
        lost: dict[tuple[str, str], float] = {}
        left = amount
        for pool in model_of(self.study).pools.by_place.values():
            if pool.component == name:
                took = ceil(pool.count * amount - 1e-9) if amount < 1 else min(left, pool.count)
                left -= took
                lost[pool.component, pool.place] = float(took)
                if took:
                    self.broken.add(f"{took:g} {pool.name}" if took != 1 else f"one {pool.name}")
        self.network = fewer(
            at_peak(self.study, self.network), {k: n for k, n in lost.items() if n}
        )

    def _hot(self, name: str, share: float) -> None:
        entity, _, field = name.partition(".")
        self.words.append(f"one {field} has {share:.0%} of the calls on {entity}")
        for store, part in self.study.design.components.items():
            if part.shards and str(part.shards.by) == name:
                self.network = hotter(self.network, store, share)

    def _deploy(self, name: str) -> None:
        said = self.study.design.maintenance.deploy
        how = said.get(name) or said.get("any")
        words = str(how.how or "rolling") if how else "rolling"
        self.words.append(f"{name} is rolled out ({words})")
        if words in ("blue_green", "canary"):
            self.notes.append(f"the old instances of {name} stay until the new ones work")
            return
        if words == "stop":
            self._component(name)
            return
        self._some(name, self._value(how.at_once if how else None, 1.0))

    def _lose(self, name: str) -> None:
        self.words.append(f"the data of {name} are deleted")
        for entity, one in self.study.design.data.items():
            if str(one.store) == name and (found := kept(self.study, entity)):
                self.notes.append(restored(found))
        self._component(name)

    def _average(self) -> dict[str, float]:
        """Of operations with a rate of their own, the average as a share of the peak."""
        found = {}
        for name, operation in self.study.design.operations.items():
            rate, peak = (self.study.figure(f"{name}.{one}") for one in ("rate", "peak_rate"))
            if operation.trigger is None and rate and peak and peak.median > 0:
                found[name] = rate.median / peak.median
        return found

    def _load(self, event: Event) -> None:
        if isinstance(event.load, Given):
            factor = self._value(event.load, 1.0)
            if factor != 1:
                self.words.append(f"{factor:g} times the load")
            self.network = busier(self.network, {}, factor)
        elif event.load:
            factors = {str(n): self._value(g, 1.0) for n, g in event.load.items()}
            every = factors.pop("any", 1.0)
            said = ", ".join(f"{n} {f:g}x" for n, f in factors.items())
            self.words.append(f"load: {said}" if said else f"{every:g} times the load")
            self.network = busier(self.network, factors, every)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


def restored(found: object) -> str:
    """What it takes to have deleted data back."""
    from sysdesign.study.kept import Kept

    assert isinstance(found, Kept)
    lost, back = found.deleted_rpo_s, found.deleted_rto_s
    if lost == float("inf"):
        return f"{found.entity} is gone for good: {found.store} has no backup"
    when = "after a time that is not stated" if back is None else f"after {shown_time(back)}"
    return f"{found.entity} is back {when} from a backup, without the last {shown_time(lost)}"
