"""What happens to a network during a run: each change of a scenario at its time, and its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import TYPE_CHECKING

from sysdesign.network import Call, Flow, expected
from sysdesign.network.scenario import (
    Change,
    Cold,
    Cut,
    Detour,
    Down,
    Errors,
    Hot,
    Lasting,
    Load,
    Scenario,
    Slow,
    Stop,
)
from tests.simulate.oracle.messages import Inbox

if TYPE_CHECKING:
    from tests.simulate.oracle.oracle import Oracle

Do = Callable[[], None]


class Changes:
    """Plans a scenario: times count from the end of the warm-up."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.down: dict[tuple[str, int], int] = {}

    def plan(self, scenario: Scenario) -> None:
        start = self.oracle.world.warm_up_s
        for change in scenario.changes:
            begin, end = self.both(change)
            self.oracle.world.later(start + change.at_s, begin)
            if isinstance(change, Lasting) and change.until_s < inf:
                self.oracle.world.later(start + change.until_s, end)

    def both(self, change: Change) -> tuple[Do, Do]:
        """What a change does when it begins, and when it ends."""
        walk = self.oracle.walk
        match change:
            case Down():
                members = change.instances or range(len(walk.places[change.station].up))
                return (
                    lambda: self.each(change.station, members, 1),
                    lambda: self.each(change.station, members, -1),
                )
            case Slow():
                what = change.call or change.station
                return (
                    lambda: self.slower(what, change.factor),
                    lambda: self.slower(what, 1 / change.factor),
                )
            case Errors():
                what = change.call or change.station
                return (
                    lambda: walk.failing.update({what: change.share}),
                    lambda: walk.failing.update({what: 0.0}),
                )
            case Cut():
                return lambda: walk.cut.append(change), lambda: walk.cut.remove(change)
            case Hot():
                place = walk.places[change.station]
                usual = place.hottest
                return lambda: place.set_hottest(change.share), lambda: place.set_hottest(usual)
            case Stop():
                boxes = [b for b in self.oracle.inboxes.values() if stops(change.component, b.flow)]
                return lambda: stop(boxes, True), lambda: stop(boxes, False)
            case Load():
                return (
                    lambda: self.oracle.factor(change.operation, change.factor),
                    lambda: self.oracle.factor(change.operation, -change.factor),
                )
            case Cold():
                return lambda: self.cold(change.component), lambda: None
            case Detour():
                ways = {(flow.operation, flow.origin): flow for flow in change.flows}
                return (
                    lambda: self.oracle.detour.update(ways),
                    lambda: self.oracle.detour.clear(),
                )
        raise NotImplementedError(change)

    def each(self, station: str, members: Iterable[int], by: int) -> None:
        """Instances go down and come up; those that are down for two reasons stay."""
        place = self.oracle.walk.places[station]
        for index in members:
            reasons = self.down.get((station, index), 0) + by
            self.down[station, index] = reasons
            if reasons == 0:
                place.come_up(index)
            elif by > 0 and reasons == 1:
                place.go_down(index)
                self.forget(station, index)

    def forget(self, station: str, index: int) -> None:
        """An instance forgets what it alone held; copies of the same, once all are down."""
        walk = self.oracle.walk
        place = walk.places[station]
        for stores in walk.stores.values():
            if stores.words.component == place.station.component:
                if len(stores.copies) > 1:
                    stores.empty(index % place.each_group)
                elif not any(place.up):
                    stores.empty()

    def cold(self, component: str) -> None:
        for stores in self.oracle.walk.stores.values():
            if stores.words.component == component:
                stores.empty()

    def slower(self, what: str | tuple[str, str], factor: float) -> None:
        walk = self.oracle.walk
        if isinstance(what, str) and what in walk.places:
            walk.places[what].slow *= factor
        else:
            walk.slow[what] = walk.slow.get(what, 1.0) * factor


def stop(boxes: Iterable[Inbox], stopped: bool) -> None:
    for box in boxes:
        box.stop(stopped)


def stops(component: str, flow: Flow) -> bool:
    """Whether a stopped component is the worker of a flow, or what its messages lie in."""
    first = next((n for n, _ in expected(flow.root) if isinstance(n, Call) and n.target), None)
    return component == flow.trigger or (first is not None and first.target == component)
