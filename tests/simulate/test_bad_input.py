"""Networks that cannot be, or never settle: a message or an answer, in bounded time and memory."""

from __future__ import annotations

from math import inf, nan

import pytest

from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Flow,
    Health,
    Hold,
    Network,
    Parallel,
    Policy,
    Repeat,
    Retry,
    Spread,
    Visit,
)
from sysdesign.network.scenario import Down, Scenario
from sysdesign.simulate.engine import SimulateError, prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.simulate.tally import Tally
from tests.analyze.networks import constant, exponential, network, station, visit


def ran(made: Network, length_s: float = 20.0, **plan) -> Tally:
    words = {"warm_up_s": 0.0, "interpreted": True, "interval_s": 5.0, **plan}
    return run(prepare(made), Plan(length_s=length_s, **words))


IMPOSSIBLE = {
    "a rate that is no number": network(station("a"), op=(nan, visit("a"))),
    "a rate below none": network(station("a"), op=(-1.0, visit("a"))),
    "a rate without end": network(station("a"), op=(inf, visit("a"))),
    "work that is no number": network(station("a"), op=(1.0, visit("a", nan))),
    "work that ends before it begins": network(station("a"), op=(1.0, visit("a", -1.0))),
    "work without end": network(station("a"), op=(1.0, visit("a", inf))),
    "an unknown station": network(station("a"), op=(1.0, visit("b"))),
    "an unknown law": network(station("a"), op=(1.0, visit("a", family="zeta"))),
    "no instances": network(station("a", instances=0.0), op=(1.0, visit("a"))),
    "instances that are no number": network(station("a", instances=nan), op=(1.0, visit("a"))),
    "no servers": network(station("a", servers=0.0), op=(1.0, visit("a"))),
    "fewer slots than none": network(station("a", slots=-1.0), op=(1.0, visit("a"))),
    "calls without end": network(station("a"), op=(1.0, Repeat(visit("a"), inf))),
    "a share above one": network(
        station("a"), op=(1.0, Choice((Branch(1.5, visit("a")), Branch(-0.5, visit("a")))))
    ),
    "a timeout that is no number": network(
        station("a"), op=(1.0, Call("", "a", visit("a"), Attempts(timeout_s=nan)))
    ),
    "a way at an unknown station": network(station("a"), op=(1.0, Hold("b", visit("a")))),
    "a shape that no law has": network(station("a"), op=(1.0, visit("a", scv=-1.0, family=""))),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_is_said(name):
    with pytest.raises(SimulateError) as error:
        prepare(IMPOSSIBLE[name])
    assert str(error.value)


NOTHING = {
    "no stations": network(op=(1.0, Parallel(()))),
    "no load": network(station("a"), op=(0.0, visit("a"))),
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_do_is_done_at_once(name):
    tally = ran(NOTHING[name])
    assert tally.state == "done"
    assert all(flow.failed == 0 for flow in tally.flows)


def test_a_network_without_operations_is_said():
    with pytest.raises(SimulateError, match="no operation"):
        prepare(Network({"a": station("a")}, ()))


def test_retries_without_end_end():
    """A billion retries without a pause of calls that fail at once."""
    guard = Attempts(retry=Retry(10**9))
    full = station("a", queues=False, cap_per_s=1e-9)
    made = network(full, op=(10.0, Call("w", "a", visit("a"), guard)))
    tally = ran(made, most_events=20_000)
    assert tally.state in ("busy", "full")
    assert tally.events <= 40_000


def test_timeouts_of_no_time_end():
    guard = Attempts(timeout_s=0.0, retry=Retry(10**6))
    made = network(station("a"), op=(10.0, Call("w", "a", visit("a"), guard)))
    tally = ran(made, most_events=20_000, most_inside=5_000)
    assert tally.state in ("busy", "full", "done")


def test_loops_of_messages_end():
    again = Flow("work", "", 5.0, Call("", "q", visit("q", 0.001), do="write", items=2.0), "q",
                 ("op", "work"))  # fmt: skip
    made = network(
        station("q", servers=50.0), op=(1.0, Call("w", "q", visit("q", 0.001), do="write")),
        work=again,
    )  # fmt: skip
    tally = ran(made, most_events=20_000, most_inside=5_000)
    assert tally.state in ("busy", "full", "done")


def test_overload_without_end_is_given_up_when_too_many_calls_are_inside():
    made = network(station("a"), op=(1000.0, visit("a")))
    tally = ran(made, length_s=1e6, interval_s=1e6, most_inside=3_000, most_events=10**9)
    assert tally.state == "full"
    assert sum(flow.inside for flow in tally.flows) <= 3_100


def test_a_fan_out_beyond_all_bounds_is_given_up():
    made = network(station("a"), op=(1.0, Repeat(visit("a"), 1e7, 1e7)))
    tally = ran(made, most_inside=3_000, most_events=10**9)
    assert tally.state == "full"


def test_plans_that_cannot_be_are_said():
    for length, warm_up in (
        (0.0, 0.0),
        (-1.0, 0.0),
        (nan, 0.0),
        (inf, 0.0),
        (1.0, -1.0),
        (1.0, nan),
    ):
        with pytest.raises(ValueError, match="give a time"):
            Plan(warm_up, length)


def test_work_of_no_time_is_done_at_once():
    parts = Repeat(Visit("a", constant(0.0)), 5.0)
    tally = ran(network(station("a"), op=(10.0, parts)))
    (flow,) = tally.flows
    assert flow.completed == flow.started
    assert flow.seconds == 0.0


def test_users_who_do_not_think_and_are_answered_at_once_end():
    users = Flow("op", "", 1.0, Visit("a", constant(0.0)), users=2.0, think=Spread(0.0))
    tally = ran(network(station("a"), op=users), most_events=5_000)
    assert tally.events <= 10_000


def test_more_users_than_can_be_followed_are_refused():
    flow = Flow("op", "", 1.0, visit("a"), users=1e9, think=exponential(1.0))
    with pytest.raises(SimulateError, match=r"op: 1,000,000,000 users.*state a rate"):
        prepare(network(station("a"), op=flow))


@pytest.mark.parametrize("interpreted", [True, False])
@pytest.mark.mostly_slow(2, first=1)
def test_what_happens_to_thousands_at_once_has_room(interpreted):
    """Five thousand users begin, three thousand instances fall, and come back to long queues."""
    many = station("a", instances=3000.0, policy=Policy.ROUND_ROBIN, health=Health(1.0))
    flow = Flow("op", "", 1.0, visit("a"), users=5000.0, think=exponential(0.5))
    scenario = Scenario("x", (Down(2.0, 3.0, "a"),))
    made = prepare(network(many, op=flow), scenario)
    if not interpreted:
        pytest.importorskip("numba")
    plan = Plan(0.0, 4.0, interpreted=interpreted, interval_s=1.0, scenario=scenario)
    seen = run(made, plan).operation("op")
    assert seen.started == seen.completed + seen.failed + seen.inside
    assert seen.failed >= 3000
