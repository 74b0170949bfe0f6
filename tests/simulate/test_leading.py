"""A copy that leads goes down, and another takes over: to be counted by hand, a call a second."""

from __future__ import annotations

from typing import Any

import pytest

from sysdesign.network import Flow, Network, Policy, Spread, Station, Visit
from sysdesign.network.scenario import Deploy, Down, Scenario
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan

LED, LATE = "a", "a.followers"


def fixed(seconds: float) -> Spread:
    return Spread(seconds, family="constant")


def led(*, followers: float = 1.0, shards: float = 1.0, failover_s: float | None = 20.0,
        asked: str = LED) -> Network:  # fmt: skip
    """Calls, one at each half second past, of the copy that leads (or of those that follow)."""
    facts: dict[str, Any] = {"shards": shards, "policy": Policy.RANDOM}
    if failover_s is not None:
        facts["failover"] = fixed(failover_s)
    stations = (Station(LED, "a", followers=LATE, **facts),
                Station(LATE, "a", instances=followers, **facts))  # fmt: skip
    flow = Flow("op", "", 1.0, Visit(asked, fixed(0.1)), every_s=1.0)
    return Network({s.name: s for s in stations}, (flow,))


def failed(network: Network, *changes, length_s: float = 1000.0) -> int:
    scenario = Scenario("x", changes)
    plan = Plan(0.5, length_s, interpreted=True, interval_s=length_s, scenario=scenario)
    seen = run(prepare(network, scenario), plan).operation("op")
    assert seen.failed + seen.refused + seen.completed == pytest.approx(length_s, abs=1)
    return seen.failed + seen.refused


def test_calls_fail_until_another_copy_leads():
    assert failed(led(), Down(100.0, 900.0, LED)) == 20


def test_without_a_word_on_failover_another_leads_at_once():
    assert failed(led(failover_s=None), Down(100.0, 900.0, LED)) == 0


def test_one_that_is_back_before_leads_on():
    assert failed(led(), Down(100.0, 110.0, LED)) == 10


def test_without_followers_calls_fail_until_it_is_back():
    alone = led()
    (a, _), flows = alone.stations.values(), alone.flows
    assert failed(Network({LED: a}, flows), Down(100.0, 900.0, LED)) == 800


def test_the_one_that_was_down_follows_from_then_on():
    """So its second fall fails no call, and the fall of the other one does."""
    before = Down(100.0, 300.0, LED)
    assert failed(led(), before, Down(500.0, 700.0, LED)) == 20
    assert failed(led(), before, Down(500.0, 700.0, LATE)) == 40


def test_what_took_over_is_missing_where_it_followed():
    asked = led(asked=LATE)
    assert failed(asked, Down(100.0, 900.0, LED)) == 780  # the only follower leads after 20 s
    assert failed(led(asked=LATE, followers=2.0), Down(100.0, 900.0, LED)) == 0


def test_with_all_down_the_first_that_is_back_leads_after_the_failover():
    both = (Down(100.0, 800.0, LED), Down(100.0, 300.0, LATE))
    assert failed(led(), *both) == 220


def test_a_follower_that_is_down_cannot_lead():
    assert failed(led(), Down(50.0, 150.0, LATE), Down(100.0, 900.0, LED)) == 70


def test_a_second_reason_to_be_down_changes_nothing():
    assert failed(led(), Down(100.0, 900.0, LED), Down(200.0, 400.0, LED)) == 20


def test_each_shard_has_its_own_copies():
    """Half of the keys are at each of two shards; one leader falls."""
    lost = failed(led(shards=2.0, failover_s=400.0), Down(100.0, 900.0, LED, (0,)))
    assert 160 < lost < 240


def test_a_release_moves_the_lead_before_a_copy_stops():
    assert failed(led(), Deploy(100.0, "a", drain_s=20.0)) == 0
