"""Copies of a store that are asked together are different ones, whatever is down."""

from __future__ import annotations

import pytest

from sysdesign.network import Flow, Network, Parallel, Policy, Spread, Station, Visit
from sysdesign.network.scenario import Down, Scenario
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.simulate.tally import Tally

WORK = Visit("a", Spread(0.1, family="constant"))


def asked(parts: int, wait: int | None, *, copies: float = 3.0, down: tuple[int, ...] = (),
          policy: Policy = Policy.RANDOM) -> Tally:  # fmt: skip
    """A hundred calls, a second apart, each of so many copies together."""
    station = Station("a", "a", instances=copies, policy=policy)
    flow = Flow("op", "", 1.0, Parallel((WORK,) * parts, wait), every_s=1.0)
    scenario = Scenario("x", (Down(0.0, station="a", instances=down),) if down else ())
    made = Network({"a": station}, (flow,))
    return run(prepare(made, scenario), Plan(0.5, 100.0, interpreted=True, interval_s=100.0))


@pytest.mark.parametrize("policy", list(Policy)[1:])
def test_two_copies_of_three_suffice_and_one_answers_for_itself_alone(policy):
    well = asked(3, 2, down=(1,), policy=policy)
    assert (well.flows[0].completed, well.flows[0].failed) == (100, 0)
    assert (well.stations[0].arrivals, well.stations[0].done) == (300, 200)
    lost = asked(3, 2, down=(0, 1), policy=policy)
    assert (lost.flows[0].completed, lost.flows[0].failed) == (0, 100)


@pytest.mark.parametrize("policy", list(Policy)[1:])
def test_of_two_copies_that_are_asked_together_both_have_to_be_up(policy):
    assert asked(2, None, copies=3.0, down=(2,), policy=policy).flows[0].failed == 0
    assert asked(2, None, copies=2.0, down=(1,), policy=policy).flows[0].failed == 100


def test_more_than_there_are_at_all_are_asked_again():
    assert asked(4, None, copies=2.0).flows[0].completed == 100


def test_a_copy_that_nobody_waits_at_is_found_whatever_others_have_in_hand():
    """With the better of two, the one that is free may have the most in hand."""
    station = Station("a", "a", instances=2.0, policy=Policy.POWER_OF_TWO)
    busy = Visit("a", Spread(1.0))
    flows = (Flow("op", "", 0.3, Parallel((busy, busy))), Flow("other", "", 0.6, busy))
    tally = run(prepare(Network({"a": station}, flows)), Plan(0.0, 200.0, interpreted=True))
    assert tally.state == "done"
