"""A call told step by step: what took its time, where, and that telling it changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sysdesign.cli.simulation import trace_lines
from sysdesign.network import (
    Attempts,
    Bounds,
    Call,
    Delay,
    Flow,
    Network,
    Parallel,
    Retry,
    Sequence,
    Station,
    Visit,
)
from sysdesign.network.scenario import Down, Scenario
from sysdesign.simulate.engine import Run, prepare
from sysdesign.simulate.plan import Plan
from sysdesign.simulate.tracing import traces_of
from tests.simulate.features import features
from tests.simulate.test_kernel import fixed, same


def told(root, *stations: Station, traces: int = 1, every_s: float = 10.0):
    network = Network(
        {s.name: s for s in stations}, (Flow("op", "", 1 / every_s, root, every_s=every_s),)
    )
    return [steps(trace) for trace in followed(network, traces)]


def followed(network: Network, traces: int, scenario=None, **plan):
    tables = prepare(network, scenario)
    one = Run(tables, Plan(0.0, 100.0, traces=traces, interpreted=True, **plan))
    for _ in one.slices():
        pass
    return traces_of(tables, one.machine)


def steps(trace) -> list[tuple[float, str, str, float]]:
    return [(round(s.at_s, 9), s.where, s.what, round(s.took_s, 9)) for s in trace.steps]


A, B = Station("a", "a"), Station("b", "b", servers=2.0)


def test_one_after_another():
    root = Sequence((Visit("a", fixed(2.0)), Delay(fixed(0.5)), Visit("b", fixed(1.0))))
    assert told(root, A, B) == [[
        (0.0, "a", "works", 2.0), (2.0, "network", "under way", 0.5), (2.5, "b", "works", 1.0),
    ]]  # fmt: skip


def test_parts_at_the_same_time_and_one_that_waits():
    root = Parallel((Visit("a", fixed(2.0)), Visit("a", fixed(1.0)), Visit("b", fixed(0.5))))
    (found,) = told(root, A, B)
    assert sorted(found) == [
        (0.0, "a", "waits", 2.0), (0.0, "a", "works", 2.0), (0.0, "b", "works", 0.5),
        (2.0, "a", "works", 1.0),
    ]  # fmt: skip


def test_attempts_and_pauses():
    guard = Attempts(timeout_s=1.0, retry=Retry(1, 0.5))
    (found,) = told(Call("w", "a", Visit("a", fixed(3.0)), guard), Station("a", "a", servers=5.0))
    assert found == [
        (1.0, "a", "pauses before another attempt", 0.5), (1.5, "a", "is asked once more", 0.0),
        (2.5, "", "fails", 0.0),
    ]  # fmt: skip


def test_so_many_as_are_asked_for_and_of_the_operation_named():
    root = Visit("a", fixed(1.0))
    flows = tuple(Flow(name, "", 0.1, root, every_s=10.0) for name in ("one", "two"))
    network = Network({"a": Station("a", "a", servers=5.0)}, flows)
    assert [t.operation for t in followed(network, 3)] == ["one", "two", "one"]
    assert [t.operation for t in followed(network, 2, trace_of="two")] == ["two", "two"]
    assert [t.started_s for t in followed(network, 2, trace_of="two")] == [10.0, 20.0]
    assert followed(network, 2, trace_of="three") == ()


def test_what_dies_while_it_works_fails():
    network = Network({"a": A}, (Flow("op", "", 0.1, Visit("a", fixed(4.0)), every_s=10.0),))
    (trace,) = followed(network, 1, Scenario("s", (Down(11.0, 20.0, "a"),)))
    assert steps(trace) == [(0.0, "a", "works", 1.0), (1.0, "", "fails", 0.0)]


@pytest.mark.parametrize("name", ["storm with a breaker", "hedge with slots and timeout", "keys, lru",
                                  "messages that fail and come again", "messages, bounded: refuse",
                                  "messages that get too old, and what waits for all", "down while slots are held"])  # fmt: skip
@pytest.mark.mostly_slow(7)
def test_telling_changes_nothing(name):
    feature = features()[name]
    tables = prepare(feature.network, feature.scenario, failures=feature.failures)
    plan = Plan(20.0, 480.0, interpreted=True)
    tallies = []
    for one in (Run(tables, plan), Run(tables, replace(plan, traces=100))):
        for _ in one.slices():
            pass
        tallies.append(one.tally())
        for trace in traces_of(tables, one.machine):
            assert all(step.at_s >= 0 and step.took_s >= 0 for step in trace.steps)
    assert same(*tallies)


def handed(**facts: Any) -> Network:
    """A call every ten seconds hands over three messages; one worker takes 1 s for each run."""
    send = Call("", "q", Visit("q", fixed(0.5)), do="write", items=3.0)
    work = Call("", "b", Sequence((Visit("b", fixed(1.0)), Delay(fixed(0.2)))))
    flows = (
        Flow("op", "", 0.1, send, every_s=10.0),
        Flow("work", "", 0.3, work, "q", ("op",), **facts),
    )
    return Network({"q": Station("q", "q", queues=False), "b": Station("b", "b")}, flows)


def test_what_a_call_hands_over_is_told_with_it():
    """Each message lies until work for it begins, then its run follows."""
    (trace,) = followed(handed(), 1)
    assert trace.operation == "op"
    assert sorted(steps(trace)) == sorted([
        (0.0, "q", "works", 0.5),
        *((0.5, "q", "lies until it is taken", float(k)) for k in (0, 1, 2)),
        (0.5, "b", "works", 1.0), (1.5, "b", "works", 1.0), (1.5, "network", "under way", 0.2),
        (2.5, "b", "works", 1.0), (2.5, "network", "under way", 0.2),
        (3.5, "network", "under way", 0.2),
    ])  # fmt: skip


def test_a_message_that_is_dropped_is_told():
    (trace,) = followed(handed(bounds=Bounds(None, 1.5)), 1)
    assert (0.5, "q", "is dropped", 1.5) in steps(trace)
    assert [s[3] for s in steps(trace) if s[2] == "lies until it is taken"] == [0.0, 1.0]
    (full,) = followed(handed(bounds=Bounds(1.0, when_full="drop_oldest")), 1)
    assert (0.5, "q", "is dropped", 0.0) in steps(full)


def test_what_waits_for_all_messages_is_told_too():
    made = handed()
    last = Flow("last", "", 0.1, Visit("q", fixed(0.3)), "work", ("op",), join="op")
    (trace,) = followed(replace(made, flows=(*made.flows, last)), 1)
    assert (3.7, "q", "works", 0.3) in steps(trace)
    waits = [s for s in steps(trace) if s[2] == "lies until it is taken"]
    assert len(waits) == 4


def test_a_waterfall_has_a_bar_for_each_step():
    root = Sequence((Visit("a", fixed(1.0)), Delay(fixed(1.0)), Visit("b", fixed(1.0))))
    network = Network({"a": A, "b": B}, (Flow("op", "", 0.1, root, every_s=10.0),))
    (trace,) = followed(network, 1)
    lines = trace_lines(trace)
    assert [line.split()[0] for line in lines] == ["a", "network", "b"]
    assert len({line.count("█") for line in lines}) == 1
