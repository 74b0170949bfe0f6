"""From a scenario of the file to what happens to a network: names become stations and instances."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil, inf
from typing import TypeVar

from sysdesign.design import Design, Given, Word
from sysdesign.design.later import Event
from sysdesign.design.later import Scenario as Said
from sysdesign.design.places import region_of
from sysdesign.kinds.lowering import Numbers, middle
from sysdesign.lower.around import Without, going_around
from sysdesign.network import Call, Network, all_of
from sysdesign.network.scenario import (
    Change,
    Cold,
    Cut,
    Deploy,
    Detour,
    Disconnect,
    Down,
    Errors,
    Hot,
    Lasting,
    Load,
    Pair,
    Scenario,
    Slow,
    Stop,
)
from sysdesign.network.standing import Standing
from sysdesign.records import dataclass
from sysdesign.source import NOWHERE, Problem, Span, UnusableError

Traces = Mapping[str, Sequence[tuple[float, float]]]
"""Load of operations over time from files: seconds and calls a second."""

C = TypeVar("C", Slow, Errors)

_LINK = re.compile(r"\s*(\S+)\s*(<?->)\s*(\S+)\s*")
_DAY = 24
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Staged:
    """A scenario on a network, and what had to be said of it: what is left out, what was taken.

    `times` are those at which something starts or ends, each with what it is, in words.
    """

    scenario: Scenario
    notes: tuple[str, ...] = ()
    times: tuple[tuple[float, str], ...] = ()


def staged(
    design: Design,
    numbers: Numbers,
    network: Network,
    name: str,
    without: Without | None = None,
    traces: Traces | None = None,
) -> Staged:
    """A scenario of a design as changes of its network.

    `without` gives the network that lacks some places, for the calls that go elsewhere when a
    place is lost; `traces` the load of operations whose `shape` is a file.

    Raises
    ------
    UnusableError
        where the scenario says nothing, or what it says cannot be done to this design.
    """
    said = design.scenarios[name]
    return _Staging(design, numbers, network, without, traces or {}).scenario(name, said)


def merged(name: str, parts: Sequence[Staged]) -> Staged:
    """Several scenarios at the same time."""
    changes = [change for part in parts for change in part.scenario.changes]
    runs = [part.scenario.run_s for part in parts if part.scenario.run_s is not None]
    bases = [part.scenario.base for part in parts if part.scenario.base != "peak"]
    scenario = Scenario(
        name, _in_order(changes), bases[0] if bases else "peak", max(runs, default=None)
    )
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    return Staged(scenario, notes, tuple(sorted(t for part in parts for t in part.times)))


class _Staging:
    def __init__(
        self, design: Design, numbers: Numbers, network: Network, without: Without | None,
        traces: Traces,
    ) -> None:  # fmt: skip
        self.design = design
        self.numbers = numbers
        self.network = network
        self.without = without
        self.traces = traces
        self.standing = Standing(network)
        self.notes: dict[str, None] = {}
        self.times: list[tuple[float, str]] = []

    def scenario(self, name: str, said: Said) -> Staged:
        """All events of a scenario, in the order of their start."""
        events = [event for event in (said, *said.steps) if _happens(event)]
        span = getattr(next(k for k in self.design.scenarios if k == name), "span", said.span)
        if not events and said.run is None and said.base is None and said.change is None:
            hint = "write what does: {fail: X, at: 5 min, for: 10 min}, {load: 10x}"
            raise UnusableError([Problem("scenario", f"in {name} nothing happens", span,
                                         hint=hint)])  # fmt: skip
        changes = [change for event in events for change in self.changes(event)]
        base = next((str(e.base) for e in (said, *said.steps) if e.base), "peak")
        changes += self.based(base, self.seconds(said.run) or _DAY * _HOUR_S, span)
        if any(e.change for e in (said, *said.steps)):
            self.note("the change of the design holds for the whole run")
        run = self.seconds(said.run)
        if run is None and base == "shape":
            run = _DAY * _HOUR_S
            self.note("a day is run: the scenario has no `run`")
        last = max((change.at_s for change in changes), default=0.0)
        if run is not None and run <= last:
            at = said.run.span if said.run else span
            raise UnusableError([Problem(
                "scenario", f"the run of {name} is over before all of it has begun", at,
                hint=f"run it for longer than {last:g} s, or leave `run` out",
            )])  # fmt: skip
        return Staged(
            Scenario(name, _in_order(changes), "peak", run), tuple(self.notes),
            tuple(sorted(dict.fromkeys(self.times))),
        )  # fmt: skip

    def changes(self, event: Event) -> Iterator[Change]:
        """What one event does."""
        at = self.seconds(event.at_) or 0.0
        length = self.seconds(event.for_)
        until = inf if length is None else at + length
        if event.for_ is not None and not until > at:
            raise UnusableError([Problem("scenario", "it ends when it starts", event.for_.span,
                                         hint="write for: 10 min, or leave it out")])  # fmt: skip
        for made in (
            self.failing, self.slow, self.errors, self.hot, self.load, self.consumers, self.once,
        ):  # fmt: skip
            yield from made(event, at, until)

    # -- what fails ------------------------------------------------------------------------------

    def failing(self, event: Event, at: float, until: float) -> Iterator[Change]:
        """Components, zones, places and ways that are down."""
        for what, amount in event.fail.items():
            link = _LINK.fullmatch(what)
            if link is not None:
                self.tell(at, until, f"nothing gets through {what}", f"{what} is open again")
                ends = self.end(link[1]), self.end(link[3])
                if link[2] == "->":
                    self.called(what, ends)
                yield Cut(at, until, *ends, link[2] == "<->")
            elif what in self.design.places:
                self.tell(at, until, f"{what} is lost with all that stands there",
                          f"{what} is back")  # fmt: skip
                yield from self.lost(what, at, until)
            else:
                yield from self.down(Word(what, getattr(what, "span", NOWHERE)),
                                     amount, at, until)  # fmt: skip

    def down(self, what: Word, amount: Given | None, at: float, until: float) -> Iterator[Change]:
        """Instances of a component or of a zone."""
        is_zone = what not in self.design.components
        found = self.standing.zone(what) if is_zone else self.standing.component(what)
        if not found:
            raise UnusableError([Problem("scenario", f"no instance stands in {what}" if is_zone
                                         else f"{what} has nothing that could fail",
                                         what.span)])  # fmt: skip
        if amount is not None:
            found = self.some(found, amount, each=is_zone or amount.text.rstrip().endswith("%"))
        self.tell(at, until, self.gone(what, found), f"{what} is back")
        for station, instances in found.items():
            whole = len(instances) == self.standing.count(station)
            yield Down(at, until, station, None if whole else instances)

    def gone(self, what: str, found: Mapping[str, tuple[int, ...]]) -> str:
        """What is lost, in words."""
        lost = sum(len(one) for one in found.values())
        is_zone = what not in self.design.components
        among = (self.standing.place(region_of(self.design, what)) if is_zone
                 else self.standing.component(what))  # fmt: skip
        whole = sum(self.standing.count(name) for name in among)
        if is_zone:
            return f"zone {what} is lost, and with it {lost} of the {whole} instances in its region"
        return f"{what} is down" if lost == whole else f"{lost} of {whole} {what} down"

    def some(
        self, found: Mapping[str, tuple[int, ...]], amount: Given, *, each: bool
    ) -> dict[str, tuple[int, ...]]:
        """A share of the instances of each station, or so many of all together, the first ones."""
        wanted = self.value(amount)
        whole = sum(len(one) for one in found.values())
        if not wanted > 0 or (wanted > whole and not each) or (each and wanted > 1):
            hint = f"write a share, or a number from 1 to {whole}"
            raise UnusableError([Problem("scenario", f"{amount.text} of {whole} instances cannot "
                                         "fail", amount.span, hint=hint)])  # fmt: skip
        if each or wanted < 1:
            return {n: one[: max(round(wanted * len(one)), 1)] for n, one in found.items()}
        left, taken = round(wanted), {}
        for name, one in found.items():
            if left > 0:
                taken[name] = one[:left]
                left -= len(taken[name])
        return taken

    def lost(self, place: str, at: float, until: float) -> Iterator[Change]:
        """A place: all that stands there, the ways to it, and where calls go meanwhile."""
        here = self.standing.place(place)
        yield from (Down(at, until, station) for station in here)
        others = [name for name in self.network.places if name != place]
        if others:
            yield Cut(at, until, "", place, True)
        if not others or self.without is None:
            self.note(f"no other place takes over for {place}")
            return
        after = self.standing.failover_s(here)
        if after is None:
            self.note(f"calls leave {place} at once when it is lost: failover is not stated")
        start = at + (after or 0.0)
        if start < until:
            self.times.append((start, f"calls of {place} go elsewhere"))
            yield Detour(start, until, going_around(self.network, (place,), self.without))

    def called(self, what: str, ends: Pair) -> None:
        """Say so where nothing goes from one end of a link to the other."""
        calls = (node for flow in self.network.flows for node in all_of(flow.root)
                 if isinstance(node, Call))  # fmt: skip
        if not any(ends[0] in ("any", call.caller) and ends[1] in ("any", call.target)
                   for call in calls):  # fmt: skip
            self.note(f"{what}: no operation makes such a call, so it makes no difference")

    def end(self, word: str) -> str:
        """An end of a link: a component or a place; the actor is "", `any` is "any"."""
        return "" if word in self.design.problem.actors else word

    # -- slower, failing, hot ----------------------------------------------------------------------

    def slow(self, event: Event, at: float, until: float) -> Iterator[Change]:
        """Work that takes longer."""
        for what, amount in event.slow.items():
            factor = self.value(amount)
            if not factor > 0:
                raise UnusableError([Problem("scenario", f"{what} cannot be {amount.text} as slow",
                                             amount.span, hint="write 20x")])  # fmt: skip
            self.tell(at, until, f"{what} takes {factor:g} times as long",
                      f"{what} is as fast as before")  # fmt: skip
            yield from (replace(one, factor=factor)
                        for one in self.aimed(what, Slow(at, until)))  # fmt: skip

    def errors(self, event: Event, at: float, until: float) -> Iterator[Change]:
        """Calls that fail."""
        for what, amount in event.errors.items():
            self.tell(at, until, f"{amount.text} of the calls of {what} fail",
                      f"calls of {what} do not fail any more")  # fmt: skip
            share = self.value(amount)
            yield from (replace(one, share=share)
                        for one in self.aimed(what, Errors(at, until)))  # fmt: skip

    def aimed(self, what: str, change: C) -> Iterator[C]:
        """A change at all stations of a component or place, or at the calls of a pair."""
        link = _LINK.fullmatch(what)
        if link is not None and link[2] == "->":
            pair: Pair = (self.end(link[1]), self.end(link[3]))
            self.called(what, pair)
            yield replace(change, call=pair)
            return
        if link is None and what in self.design.components:
            names = tuple(self.standing.component(what))
        elif link is None and what in self.design.places:
            names = self.standing.place(what)
        else:
            raise UnusableError([Problem(
                "scenario", f"{what} as a whole can fail, nothing less",
                getattr(what, "span", NOWHERE),
                hint="name a component, a place, or a call A -> B",
            )])  # fmt: skip
        yield from (replace(change, station=name) for name in names)

    def hot(self, event: Event, at: float, until: float) -> Iterator[Change]:
        """One key that is asked for by many, where shards are split by it."""
        for what, amount in event.hot.items():
            share = self.value(amount)
            self.tell(at, until, f"{amount.text} of the calls ask for one {what}",
                      f"no {what} is asked for more than others")  # fmt: skip
            split = [name for name, part in self.design.components.items()
                     if part.shards and part.shards.by == what]  # fmt: skip
            named = split or self.keepers(what.partition(".")[0])
            found = [one for name in named for one in self.standing.component(name)
                     if self.standing.groups(one) > 1]  # fmt: skip
            if not found:
                self.note(f"hot {what}: nothing is split by it, so it makes no difference")
            yield from (Hot(at, until, station, share) for station in found)

    def keepers(self, entity: str) -> list[str]:
        """The store of an entity and those that hold copies of it."""
        said = self.design.data.get(entity)
        return [str(one) for one in (said.store, *said.copied_to) if one] if said else []

    # -- load ------------------------------------------------------------------------------------

    def load(self, event: Event, at: float, until: float) -> Iterator[Change]:
        """Factors on the arrivals."""
        if event.load is None:
            return
        if isinstance(event.load, Given):
            factor = self.value(event.load)
            if factor != 1:
                self.tell(at, until, f"the load is {factor:g} times as high",
                          "the load is as before")  # fmt: skip
            yield Load(at, until, factor)
            return
        for what, amount in event.load.items():
            factor, operation = self.value(amount), None if what == "any" else str(what)
            self.tell(at, until, f"{what} is called {factor:g} times as often",
                      f"{what} is called as often as before")  # fmt: skip
            yield Load(at, until, factor, operation)

    def based(self, base: str, run_s: float, span: Span) -> Iterator[Change]:
        """The base of the load as factors on the peak, operation by operation."""
        if base == "peak":
            return
        moving = 0
        for name, operation in self.design.operations.items():
            peak, average = (self.numbers.figure(f"{name}.{rate}") for rate in
                             ("peak_rate", "rate"))  # fmt: skip
            if operation.trigger is not None or peak is None or average is None:
                continue
            down = middle(average) / middle(peak) if middle(peak) > 0 else 1.0
            shape = operation.shape
            if base == "shape" and shape is not None and (shape.hours or shape.file):
                moving += 1
                yield from self.shaped(name, down, middle(peak), run_s)
            elif down != 1:
                yield Load(0.0, inf, down, name)
        if base == "shape" and not moving:
            hint = "write operations: {ID: {shape: {hours: [24 factors]}}}"
            raise UnusableError([Problem("scenario", "no operation has a shape", span,
                                         hint=hint)])  # fmt: skip

    def shaped(self, name: str, down: float, peak_per_s: float, run_s: float) -> Iterator[Change]:
        """24 factors on the average from midnight, again each day; or a file."""
        shape = self.design.operations[name].shape
        trace = self.traces.get(name) if shape else None
        if trace is not None:
            ends = [*(at for at, _ in trace[1:]), inf]
            for (at, rate), until in zip(trace, ends, strict=True):
                yield Load(at, until, rate / peak_per_s, name)
            return
        hours = shape.hours if shape else ()
        if len(hours) not in (0, _DAY):
            raise UnusableError([Problem("scenario", f"a day has 24 hours, not {len(hours)}",
                                         hours[-1].span)])  # fmt: skip
        for hour in range(ceil(run_s / _HOUR_S) if hours else 0):
            factor = self.value(hours[hour % _DAY])
            yield Load(hour * _HOUR_S, (hour + 1) * _HOUR_S, down * factor, name)

    # -- consumers, and what happens at once -------------------------------------------------------

    def consumers(self, event: Event, at: float, until: float) -> Iterator[Change]:
        """Consumers that stand still."""
        for what in event.stop:
            self.tell(at, until, f"{what} stands still", f"{what} takes messages again")
            yield Stop(at, until, str(what))

    def once(self, event: Event, at: float, _: float) -> Iterator[Change]:
        """What happens at once, and ends by itself."""
        for cache in event.cold:
            self.times.append((at, f"{cache} is emptied"))
            yield Cold(at, str(cache))
        for what, amount in event.disconnect.items():
            self.times.append((at, f"{amount.text} of the connections of {what} drop"))
            yield Disconnect(at, str(what), self.value(amount))
        for what in event.deploy:
            yield self.deploy(str(what), at)
        for what in event.lose:
            self.note(f"{what} loses its data: `failures` tells what is lost and how long it takes "
                      "to restore; the simulation leaves it out")  # fmt: skip

    def deploy(self, what: str, at: float) -> Deploy:
        """A roll-out as `maintenance` says."""
        plans = self.design.maintenance.deploy
        said = plans.get(what) or plans.get("any")
        how = str(said.how) if said and said.how else "rolling"
        if said is None or said.how is None:
            self.note(
                f"{what} is rolled out instance by instance: maintenance.deploy is not stated"
            )
        at_once = 1.0 if said is None or said.at_once is None else self.value(said.at_once)
        if said and said.at_once and at_once >= 1 and said.at_once.text.rstrip().endswith("%"):
            at_once = inf
        drain = self.seconds(said.drain) if said else None
        self.times.append((at, f"{what} is deployed ({how.replace('_', ' ')})"))
        return Deploy(at, what, how, at_once, drain or 0.0)

    # -- amounts -----------------------------------------------------------------------------------

    def seconds(self, given: Given | None) -> float | None:
        """A time; None where it is not stated."""
        return None if given is None else self.value(given)

    def value(self, given: Given) -> float:
        """The median of an amount."""
        found = self.numbers.value(given)
        if found is None:
            raise UnusableError([Problem("scenario", f"'{given.text}' cannot be worked out",
                                         given.span)])  # fmt: skip
        return middle(found)

    def note(self, text: str) -> None:
        """Remember what has to be said."""
        self.notes[text] = None

    def tell(self, at: float, until: float, begins: str, ends: str) -> None:
        """Remember a start, and an end that comes."""
        self.times.append((at, begins))
        if until < inf:
            self.times.append((until, ends))


def _happens(event: Event) -> bool:
    """Whether an event does something to the network."""
    return bool(
        event.fail or event.slow or event.errors or event.cold or event.hot or event.stop
        or event.disconnect or event.deploy or event.lose or event.load is not None
    )  # fmt: skip


def _in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Changes by their start; those that start together in the order they were said."""
    return tuple(sorted(changes, key=lambda change: change.at_s))


def ends_of(scenario: Scenario) -> float:
    """Seconds at which the last thing that starts or ends has done so; 0 without changes."""
    times = [change.at_s for change in scenario.changes]
    times += [c.until_s for c in scenario.changes if isinstance(c, Lasting) and c.until_s < inf]
    return max(times, default=0.0)
