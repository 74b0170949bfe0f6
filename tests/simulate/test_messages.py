"""Messages that are too many or too old, and those that several operations share."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from statistics import fmean, stdev
from typing import Any

import pytest

from sysdesign.network import (
    Attempts,
    Bounds,
    Call,
    Flow,
    Health,
    Network,
    Policy,
    Retry,
    Spread,
    Station,
    Visit,
)
from sysdesign.network.scenario import Down, Errors, Load, Scenario, Stop
from sysdesign.simulate.engine import SimulateError, prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.simulate.tally import FlowTally, Tally
from sysdesign.workbench import study_text
from tests.analyze.networks import network, station, visit
from tests.simulate.kernel_runs import mean_of, runs
from tests.simulate.oracle import simulate

T_999 = 4.781
"""Two-sided 99.9% of Student's t with 9 degrees of freedom."""
POLICIES = ("refuse", "block", "drop_oldest")


def fixed(seconds: float) -> Spread:
    return Spread(seconds, family="constant")


def clocked(bounds: Bounds, until_s: float = 50.25, length_s: float = 100.0,
            **guard: Any) -> Tally:  # fmt: skip
    """A message each second; a worker takes 0.1 s for it, and stands still up to a time."""
    send = Call("", "q", Visit("q", fixed(0.0)), Attempts(**guard), do="write")
    op = Flow("op", "", 1.0, send, every_s=1.0)
    work = Flow("work", "", 1.0, Call("", "b", Visit("b", fixed(0.1))), "q", ("op",), bounds=bounds)
    stations = (Station("q", "q", queues=False), Station("b", "b"))
    made = Network({one.name: one for one in stations}, (op, work))
    scenario = Scenario("x", (Stop(0.0, until_s, "b"),))
    return run(prepare(made, scenario), Plan(0.0, length_s + 0.5, interpreted=True))


def of(tally: Tally) -> tuple[int, ...]:
    """Calls that failed; messages taken in, dropped, refused, done."""
    op, work = tally.operation("op"), tally.operation("work")
    return op.failed, work.handed, work.dropped, work.turned_away, work.completed


def test_a_full_queue_refuses_so_that_the_sender_knows():
    assert of(clocked(Bounds(5.0))) == (45, 55, 0, 45, 55)


def test_a_full_queue_drops_the_oldest():
    tally = clocked(Bounds(5.0, when_full="drop_oldest"))
    assert of(tally) == (0, 100, 45, 0, 55)
    assert tally.operation("work").started == 55
    # those of the last five seconds before it goes on, 0.1 s after each other
    first = clocked(Bounds(5.0, when_full="drop_oldest"), length_s=50.4).operation("work").age
    ages = [50.25 + 0.1 * k - (46 + k) for k in range(5)]
    assert mean_of(first) == pytest.approx(fmean(ages), rel=0.01)


def test_a_full_queue_lets_the_sender_wait():
    tally = clocked(Bounds(5.0, when_full="block"))
    assert of(tally) == (0, 100, 0, 0, 100)
    # one gets in each 0.1 s, up to that of 55 s
    assert tally.operation("op").seconds == pytest.approx(
        sum(50.25 + 0.1 * k - (6 + k) for k in range(50))
    )


def test_a_sender_that_waits_gives_up_after_its_time():
    tally = clocked(Bounds(5.0, when_full="block"), timeout_s=3.0)
    op = tally.operation("op")
    # those of 48, 49, 50 s are let in at 50.25 s
    assert (op.failed, op.timed_out, op.completed) == (42, 42, 58)
    assert tally.operation("work").completed == 58


def test_a_sender_that_is_refused_tries_again():
    tally = clocked(Bounds(5.0), retry=Retry(1, 4.0))
    op, work = tally.operation("op"), tally.operation("work")
    assert (op.failed, op.retried, work.handed) == (41, 45, 59)
    assert work.turned_away == 45 + 41


def test_a_message_that_is_too_old_is_dropped_though_nobody_takes_any():
    tally = clocked(Bounds(None, 10.0))
    assert of(tally) == (0, 100, 40, 0, 60)
    assert tally.operation("work").backlog_s == pytest.approx(40 * 10 + 10 * 4.75 + 4.5, abs=1.0)


def test_what_has_room_for_all_changes_nothing():
    whole = of(clocked(Bounds(100.0, 100.0)))
    assert whole == of(clocked(Bounds())) == (0, 100, 0, 0, 100)


@pytest.mark.parametrize("bounds", [Bounds(-1.0), Bounds(None, 0.0), Bounds(float("nan"))])
def test_bounds_that_cannot_be_are_said(bounds):
    with pytest.raises(SimulateError, match="q"):
        clocked(bounds)


# -- several that share them -----------------------------------------------------------------------


def shared(bounds: Bounds | None = None, *, group: str = "", items: float = 1.0) -> Network:
    """Two operations take from one queue, a quarter and the rest."""
    send = Call("", "q", visit("q", 0.01), do="write", items=items)
    first = Flow("first", "", 0.6 * items, visit("b", 0.5), "q", ("op",), bounds=bounds)
    second = replace(first, operation="second", rate_per_s=0.2 * items, group=group)
    stations = (station("q", queues=False), station("b", servers=2.0))
    return network(*stations, op=(0.8, send), first=first, second=second)


@pytest.mark.parametrize("items", [1.0, 2.5])
def test_each_message_of_a_queue_goes_to_just_one(items):
    made = shared(items=items)
    tally = run(prepare(made), Plan(0.0, 2000.0, interpreted=True, interval_s=2000.0))
    op, first, second = (tally.operation(name) for name in ("op", "first", "second"))
    whole = first.handed + second.handed
    if items == 1.0:
        assert whole == op.completed
    assert abs(whole - items * op.completed) < 5 * (items * op.completed) ** 0.5
    assert abs(first.handed - 0.75 * whole) < 5 * (0.75 * 0.25 * whole) ** 0.5


def test_each_group_of_a_stream_gets_every_message_of_its_own():
    tally = run(
        prepare(shared(group="other")), Plan(0.0, 2000.0, interpreted=True, interval_s=2000.0)
    )
    op, first, second = (tally.operation(name) for name in ("op", "first", "second"))
    assert abs(first.handed - 0.75 * op.completed) < 5 * (0.1875 * op.completed) ** 0.5
    assert first.handed + second.handed != op.completed  # each by a chance of its own


def test_what_share_a_queue_share_its_room():
    tally = run(
        prepare(shared(Bounds(1.0))), Plan(0.0, 2000.0, interpreted=True, interval_s=2000.0)
    )
    whole = tally.operation("first"), tally.operation("second")
    assert sum(one.backlog_s for one in whole) < 2000.0  # not more than one at a time


# -- delivered again -------------------------------------------------------------------------------


def tried(attempts: int, until_s: float = 100.0, **facts: Any) -> FlowTally:
    """A message each second, 0.1 s of work, which fails for fifty seconds and a bit."""
    work = Flow("work", "", 1.0, Call("", "b", Visit("b", fixed(0.1))), "q", ("op",),
                attempts=attempts, **facts)  # fmt: skip
    op = Flow("op", "", 1.0, Call("", "q", Visit("q", fixed(0.0)), do="write"), every_s=1.0)
    stations = (Station("q", "q", queues=False), Station("b", "b"))
    made = Network({one.name: one for one in stations}, (op, work))
    scenario = Scenario("x", (Errors(20.5, 70.5, "b", 1.0),))
    return run(prepare(made, scenario), Plan(0.0, until_s + 0.5, interpreted=True)).operation(
        "work"
    )


@pytest.mark.parametrize("facts", [{}, {"bounds": Bounds(5.0)}])
@pytest.mark.parametrize("attempts", [1, 5])
def test_a_message_fails_once_however_often_it_is_tried(attempts, facts):
    seen = tried(attempts, **facts)
    assert (seen.started, seen.completed, seen.failed, seen.inside) == (100, 50, 50, 0)
    assert (seen.dead, seen.retried) == (50, 50 * (attempts - 1))
    assert seen.age.sum() == 100


def test_a_message_that_is_delivered_again_and_goes_well_has_not_failed():
    """Two instances, one of them dead and not yet noticed: what meets it comes again at once."""
    work = Flow("work", "", 1.0, Call("", "b", Visit("b", fixed(0.1))), "q", ("op",), attempts=2)
    op = Flow("op", "", 1.0, Call("", "q", Visit("q", fixed(0.0)), do="write"), every_s=1.0)
    stations = (
        Station("q", "q", queues=False),
        Station("b", "b", instances=2.0, policy=Policy.ROUND_ROBIN, health=Health(1e6)),
    )
    made = Network({one.name: one for one in stations}, (op, work))
    scenario = Scenario("x", (Down(20.5, 70.5, "b", (0,)),))
    tally = run(prepare(made, scenario), Plan(0.0, 100.5, interpreted=True, interval_s=0.5))
    seen = tally.operation("work")
    assert (seen.started, seen.completed, seen.failed, seen.dead) == (100, 100, 0, 0)
    assert seen.retried == 50  # each meets it, since its second attempt takes the next one
    came, well, lost = tally.series.flows[:, 1, :3].sum(axis=0)
    assert (came, well, lost) == (100, 100, 0)


def test_what_waits_for_a_message_begins_when_it_is_over_not_after_each_attempt():
    work = Flow("work", "", 1.0, Call("", "b", Visit("b", fixed(0.1))), "q", ("op",), attempts=4)
    op = Flow("op", "", 1.0, Call("", "q", Visit("q", fixed(0.0)), do="write"), every_s=1.0)
    last = Flow("last", "", 1.0, Visit("q", fixed(0.0)), "q", ("work",), join="work")
    stations = (Station("q", "q", queues=False), Station("b", "b"))
    made = Network({one.name: one for one in stations}, (op, work, last))
    scenario = Scenario("x", (Errors(20.5, 70.5, "b", 1.0),))
    tally = run(prepare(made, scenario), Plan(0.0, 100.5, interpreted=True))
    assert tally.operation("last").handed == tally.operation("work").started == 100
    judge = simulate(made, 100.5, scenario=scenario).operations
    assert (judge["last"].started, judge["work"].failed) == (
        judge["work"].started,
        judge["work"].retried / 3,
    )


# -- from the file -----------------------------------------------------------------------------------

DESIGN = """\
sysdesign: 1
problem: {name: Mail, why: Orders are confirmed., actors: {buyer: {from: eu}}}
places: {eu: {zones: [eu-a, eu-b]}}
operations:
  buy: {actor: buyer, api: POST /, rate: 10 req/s, path: [KIND]}
  mail: {trigger: {from: KIND, SHARE}, path: [mailer]}
  text: {trigger: KIND, path: [mailer]}
components:
  KIND: {kind: KIND, FACTS}
  mailer: {kind: worker, replicas: 8}
"""


def flows(kind: str, facts: str, share: str = "share: 70%") -> dict[str, Flow]:
    text = DESIGN.replace("KIND", kind).replace("FACTS", facts).replace("SHARE", share)
    return {flow.operation: flow for flow in study_text(text).network.flows}


def test_bounds_of_a_queue_are_those_of_all_its_instances():
    mail = flows("queue", "replicas: 3, backlog: 100, keep: 1 min, when_full: block")["mail"]
    assert mail.bounds == Bounds(300.0, 60.0, "block")
    copied = flows("queue", "copies: {count: 3}, backlog: 100")["mail"]
    assert copied.bounds == Bounds(100.0, None, "refuse")
    managed = flows("queue", "managed: true, backlog: 100")["mail"]
    assert managed.bounds is not None
    assert managed.bounds.most == pytest.approx(100.0)
    assert flows("queue", "replicas: 3")["mail"].bounds is None


def test_a_stream_forgets_what_it_has_too_much_of_for_each_group():
    two = flows("stream", "backlog: 100, when_full: refuse", "group: mails")
    assert two["mail"].bounds == Bounds(100.0, None, "drop_oldest")
    assert (two["mail"].group, two["text"].group) == ("mails", "text")
    assert flows("queue", "backlog: 1")["text"].group == ""


# -- theory and conservation -------------------------------------------------------------------------


def one_server(bounds: Bounds | None, rate: float = 0.8, **facts: Any) -> Network:
    """Messages of a Poisson process for one worker; the mean of its work is 1 s."""
    send = Call("", "q", visit("q", 0.001), do="write")
    work = Flow("work", "", rate, visit("b"), "q", ("op",), bounds=bounds)
    return network(
        station("q", queues=False), station("b", **facts), op=(rate, send), work=work
    )  # fmt: skip


def lost(tally: FlowTally) -> float:
    return (tally.dropped + tally.turned_away) / (tally.handed + tally.turned_away)


def finite(load: float, room: int) -> float:
    """Share that M/M/1/K loses; K is the room with that at the server."""
    return (1 - load) * load**room / (1 - load ** (room + 1))


def impatient(load: float, keep_s: float) -> float:
    """Share that M/M/1+D loses: D. Y. Barrer, Queuing with impatient customers, Oper. Res. 1957."""
    left = exp(-(1 - load) * keep_s)
    return (1 - load) * load * left / (1 - load**2 * left)


@pytest.mark.slow
@pytest.mark.parametrize(("bounds", "exact"), [
    (Bounds(3.0), finite(0.8, 4)),
    (Bounds(3.0, when_full="drop_oldest"), finite(0.8, 4)),
    (Bounds(None, 3.0), impatient(0.8, 3.0)),
])  # fmt: skip
def test_as_many_messages_are_lost_as_theory_says(bounds, exact):
    found = [lost(t.operation("work")) for t in runs(one_server(bounds), 100_000.0, 100.0, 10)]
    half = T_999 * stdev(found) / len(found) ** 0.5
    assert abs(fmean(found) - exact) <= half <= 0.05 * exact


@pytest.mark.slow
def test_about_as_many_messages_are_lost_as_theory_says():
    for bounds, exact in ((Bounds(3.0), finite(0.8, 4)), (Bounds(None, 3.0), impatient(0.8, 3.0))):
        (tally,) = runs(one_server(bounds), 4000.0, 100.0, 1, interpreted=True)
        assert lost(tally.operation("work")) == pytest.approx(exact, abs=0.04)  # some 4 sigma


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(("facts", "words"), [
    ({}, {"attempts": 3}), ({"order": "priority"}, {"attempts": 3}), ({"order": "lifo"}, {}),
    ({"order": "ps"}, {"at_once": 2.0, "attempts": 2}), ({"slots": 1.0}, {"attempts": 2}),
    ({"instances": 3.0}, {"attempts": 2}), ({"waiting": 2.0, "when_full": "drop_oldest"}, {}),
])  # fmt: skip
def test_no_message_is_forgotten(policy, facts, words):
    """What came in is done with, dropped, or still there, and whoever waits for it knows."""
    made = one_server(Bounds(4.0, 6.0, policy), 0.9, **facts)
    root = Call("", "b", made.flows[1].root, Attempts(timeout_s=8.0))
    work = replace(made.flows[1], root=root, **words)
    last = Flow("last", "", 0.9, Visit("q", fixed(0.01)), "work", ("op",), join="op")
    pause = replace(made.flows[0], rate_per_s=0.9)
    whole = replace(made, flows=(pause, work, last))
    changes = Stop(50.0, 80.0, "b"), Errors(100.0, 150.0, "b", 0.5), Load(200.0, factor=0.0)
    scenario = Scenario("x", changes)
    tally = run(prepare(whole, scenario), Plan(0.0, 300.0, interpreted=True, interval_s=300.0))
    op, seen, last_seen = (tally.operation(name) for name in ("op", "work", "last"))
    assert tally.state == "done"
    assert seen.dropped + seen.turned_away > 0
    assert seen.handed - seen.dropped == seen.started == seen.completed + seen.failed
    assert seen.failed == seen.dead > 0
    assert (seen.retried > 0) == ("attempts" in words)
    assert op.started == op.completed + op.failed
    assert last_seen.handed == op.started
