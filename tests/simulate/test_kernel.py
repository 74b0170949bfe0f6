"""The kernel: compiled and interpreted the same, and times that one can work out by hand."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from sysdesign.network import (
    Attempts,
    Call,
    Delay,
    Flow,
    Hold,
    Network,
    Parallel,
    Repeat,
    Retry,
    Sequence,
    Spread,
    Station,
    Visit,
)
from sysdesign.network.scenario import Down, Scenario
from sysdesign.simulate import compiling
from sysdesign.simulate.engine import Run, SimulateError, prepare, run
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.plan import Plan
from tests.analyze.networks import network, station, visit
from tests.simulate.features import features

FEATURES = features()


def fixed(seconds: float) -> Spread:
    return Spread(seconds, family="constant")


def clocked(root, *stations: Station, every_s: float = 10.0) -> Network:
    """A call each ten seconds, the first after ten."""
    flow = Flow("op", "", 1 / every_s, root, every_s=every_s)
    return Network({s.name: s for s in stations}, (flow,))


def seconds(network: Network, length_s: float = 95.0) -> tuple[float, int]:
    """Mean time of the calls that were answered, and how many failed."""
    tally = run(prepare(network), Plan(0.0, length_s, interpreted=True, interval_s=length_s))
    seen = tally.operation("op")
    return seen.seconds / max(seen.completed, 1), seen.failed


def same(a, b) -> bool:
    """Whether two records hold the same bits."""
    for field in fields(a):
        x, y = getattr(a, field.name), getattr(b, field.name)
        if isinstance(x, np.ndarray):
            if not np.array_equal(x, y):
                return False
        elif isinstance(x, tuple) and x and hasattr(x[0], "__dataclass_fields__"):
            if len(x) != len(y) or not all(map(same, x, y)):
                return False
        elif hasattr(x, "__dataclass_fields__"):
            if not same(x, y):
                return False
        elif x != y:
            return False
    return True


@pytest.mark.slow
@pytest.mark.skipif(not compiling.is_available(), reason="Numba is not installed")
@pytest.mark.parametrize("name", FEATURES)
def test_compiled_and_interpreted_are_the_same_bit_for_bit(name):
    feature = FEATURES[name]
    tables = prepare(feature.network, feature.scenario, failures=feature.failures)
    plan = Plan(20.0, 600.0, seed=7, failures=feature.failures)
    assert same(run(tables, plan), run(tables, replace(plan, interpreted=True)))


def test_a_call_takes_what_its_parts_take():
    root = Sequence((Visit("a", fixed(2.0)), Delay(fixed(0.5)), Visit("a", fixed(1.0), 2.0)))
    mean, failed = seconds(clocked(root, Station("a", "a")))
    assert (mean, failed) == (4.5, 0)


def test_parts_at_the_same_time_queue_at_one_server():
    parts = tuple(Visit("a", fixed(1.0)) for _ in range(3))
    assert seconds(clocked(Parallel(parts), Station("a", "a")))[0] == 3.0
    assert seconds(clocked(Parallel(parts, 2), Station("a", "a")))[0] == 2.0
    assert seconds(clocked(Repeat(parts[0], 3.0, 2.0), Station("a", "a", servers=2.0)))[0] == 2.0


def test_retries_stop_at_their_number_and_pause_longer_each_time():
    guard = Attempts(timeout_s=1.0, retry=Retry(2, 0.5))
    slow = Station("a", "a", queues=False)
    network = clocked(Call("w", "a", Visit("a", fixed(9.0)), guard), slow, every_s=100.0)
    tally = run(prepare(network), Plan(0.0, 150.0, interpreted=True))
    assert (tally.flows[0].failed, tally.flows[0].timed_out, tally.flows[0].retried) == (1, 1, 2)
    assert tally.stations[0].in_hand_s == pytest.approx(27.0)  # given up, and done all the same


@pytest.mark.slow
def test_all_times_four_times_as_long_give_answers_four_times_as_long():
    def made(factor: float) -> Network:
        work = Visit("a", Spread(factor, scv=2.0))
        guard = Attempts(timeout_s=4 * factor, retry=Retry(1, factor, jitter=True))
        root = Call("w", "a", Sequence((Delay(Spread(0.5 * factor)), work)), guard)
        return Network({"a": Station("a", "a")}, (Flow("op", "", 0.7 / factor, root),))

    one, four = (
        run(prepare(made(factor)), Plan(0.0, 500.0 * factor, interpreted=True)).flows[0]
        for factor in (1.0, 4.0)
    )
    assert (one.started, one.failed, one.retried) == (four.started, four.failed, four.retried)
    assert four.seconds == pytest.approx(4 * one.seconds, rel=1e-12)


@pytest.mark.parametrize("interpreted", [False, True])
def test_who_dies_while_parts_of_its_call_run_gives_back_its_locks(interpreted):
    """One lock for all: were it kept by one of the dead, no call would be answered any more."""
    both = Parallel((visit("a", 0.1), Sequence((visit("a", 0.1), visit("a", 0.1)))))
    made = network(
        station("w", queues=False, slots=50.0),
        station("k", queues=False, slots=1.0),
        station("a", servers=4.0),
        op=(2.0, Hold("w", Call("w", "k", Hold("k", both)))),
    )
    ends = tuple(Down(10.0 * k, 10.0 * k + 1.0, "w") for k in range(1, 30))
    tables = prepare(made, Scenario("", ends))
    (op,) = run(tables, Plan(0.0, 600.0, interpreted=interpreted)).flows
    assert op.failed < 150  # those that come in 29 s, and those in hand
    assert op.completed > 1000


def test_what_cannot_be_is_told_by_its_name():
    with pytest.raises(SimulateError, match="no operation has a load"):
        prepare(Network({}, ()))
    endless = Flow("op", "", float("inf"), Delay(fixed(1.0)))
    with pytest.raises(SimulateError, match="op: a rate of inf"):
        prepare(Network({}, (endless,)))
    with pytest.raises(ValueError, match="a run of 0"):
        Plan(0.0, 0.0)


@pytest.mark.slow
def test_overload_without_end_ends_with_a_word():
    flow = Flow("op", "", 1000.0, Visit("a", fixed(1.0)))
    tables = prepare(Network({"a": Station("a", "a")}, (flow,)))
    tally = run(tables, Plan(0.0, 1e6, interpreted=True, most_inside=2000))
    assert tally.state == "full"
    assert tally.flows[0].inside > 1000


def test_users_who_think_for_a_fixed_time_do_not_all_call_at_once():
    """A fifth of the server is used: they wait about as in M/D/1 at most, 0.25 ms, not a second."""
    flow = Flow("op", "", 100.0, Visit("a", fixed(0.002)), users=1000.0, think=fixed(10.0))
    mean_s, failed = seconds(Network({"a": Station("a", "a")}, (flow,)), 40.0)
    assert failed == 0
    assert 0.002 <= mean_s <= 0.0025


@pytest.mark.parametrize("how", ["interpreted", "compiled"])
@pytest.mark.parametrize("name", ["priority with timeouts", "hedge and breaker in parallel",
                                  "down while slots are held", "messages that fail and come again"])  # fmt: skip
def test_numbers_beyond_what_a_token_holds_change_nothing(name, how):
    """A token knows the last 31 bits of numbers of events, joins and places in a queue."""
    if how == "compiled":
        pytest.importorskip("numba")
    feature = FEATURES[name]
    tables = prepare(feature.network, feature.scenario)
    tallies = []
    for far in (0, 2**31 - 300):
        one = Run(tables, Plan(20.0, 500.0, interpreted=how == "interpreted"))
        for number in (at.N_NUMBER, at.N_JOIN, at.N_SEQ):
            one.machine.num[number] += far
        for _ in one.slices():
            pass
        tallies.append(one.tally())
    assert tallies[0].events > 1000
    assert same(*tallies)
