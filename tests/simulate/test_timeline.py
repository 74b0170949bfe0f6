"""What is not run is never lost: each second of a run is one of the story, in its order."""

# What may be None is not in these tests.
# mypy: disable-error-code="union-attr,operator,attr-defined,arg-type,override"

from dataclasses import replace
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysdesign.network import Autoscale, Network, Spread, Station
from sysdesign.network.scenario import Cold, Down, Load, Scenario
from sysdesign.network.station import Health
from sysdesign.simulate.stopping import SETTLE_S
from sysdesign.simulate.timeline import answered_s, story_length, timeline


def zone_loss():
    return Scenario("zone_loss", (Down(600.0, 1200.0, "web", (0,)),))


def test_quiet_stretches_are_cut_and_the_clock_of_the_story_is_kept():
    found = timeline(zone_loss(), 1500.0)
    assert found.run_s == 60 + 120 + 120
    (down,) = found.scenario.changes
    assert (down.at_s, down.until_s) == (60.0, 180.0)
    assert found.story(0.0) == 540.0
    assert found.story(60.0) == 600.0
    assert found.story(100.0) == 640.0
    assert found.story(180.0) == 1200.0
    assert found.story(299.0) == 1319.0
    assert "1,200 s of the 1,500 s" in found.said[0]


def test_nothing_is_cut_where_stretches_may_be_endless():
    found = timeline(zone_loss(), 1500.0, inf, inf)
    assert found.run_s == 1500.0
    assert found.scenario.changes == zone_loss().changes
    assert not found.said


def test_what_lasts_to_the_end_does_so_in_the_run():
    found = timeline(Scenario("ten", (Load(0.0, inf, 10.0),)), 300.0)
    assert found.scenario.changes == (Load(0.0, inf, 10.0),)
    assert found.story(0.0) == 0.0


def test_no_stretch_ends_before_autoscaling_has_answered_a_step_of_load():
    """Three times the load at 70%: 1 / 0.7 as many after each look, so four looks and warm-ups."""
    scale = Autoscale("utilisation", 0.7, 2.0, 20.0, 120.0, 300.0, 15.0)
    network = Network({"web": Station("web", "web", autoscale=scale)}, ())
    step = Scenario("step", (Load(600.0, 1800.0, 3.0),))
    assert answered_s(step, network) == {600.0: 4 * (120.0 + 15.0) + SETTLE_S}
    by_rate = Station("web", "web", autoscale=replace(scale, by="rate", target=100.0))
    assert answered_s(step, Network({"web": by_rate}, ())) == {600.0: 135.0 + SETTLE_S}
    found = timeline(step, 3000.0, 30.0, 30.0, answered_s(step, network))
    assert [one.run_length_s for one in found.stretches] == [30.0, 540.0 + SETTLE_S, 30.0]
    curve = Scenario("day", tuple(Load(60.0 * k, 60.0 * k + 60, 1 + k / 10) for k in range(9)))
    assert answered_s(curve, network) == {}
    assert answered_s(step, Network({"web": Station("web", "web")}, ())) == {}
    back = Scenario("back", (Load(0.0, 600.0, 0.2),))  # what was taken away comes back
    assert list(answered_s(back, network)) == [600.0]


def test_no_stretch_ends_before_what_failed_is_answered():
    web = Station("web", "web", instances=3.0, health=Health(5.0, 2.0))
    store = Station("store", "store", failover=Spread(30.0, family="constant"), followers="copies")
    network = Network({"web": web, "store": store}, ())
    both = Scenario("both", (Down(600.0, 1200.0, "web", (0,)), Down(600.0, 1200.0, "store")))
    assert answered_s(zone_loss(), network) == {600.0: 10.0 + SETTLE_S}
    assert answered_s(both, network) == {600.0: 30.0 + SETTLE_S}
    found = timeline(both, 1500.0, 10.0, 5.0, answered_s(both, network))
    assert [one.run_length_s for one in found.stretches] == [5.0, 30.0 + SETTLE_S, 10.0]
    short = Scenario("short", (Down(600.0, 612.0, "store"),))
    found = timeline(short, 900.0, 10.0, 5.0, answered_s(short, network))
    assert [one.run_length_s for one in found.stretches] == [5.0, 12.0, 10.0]


def test_a_story_ends_some_time_after_its_last_event():
    assert story_length(zone_loss()) == 1500.0
    assert story_length(Scenario("x", (Cold(300.0, "cache"),))) == 600.0
    assert story_length(Scenario("x", (), run_s=50.0)) == 50.0


@given(
    st.lists(st.tuples(st.floats(0, 5000), st.floats(1, 5000)), max_size=6),
    st.floats(1, 8000), st.floats(1, 500), st.floats(1, 500),
)  # fmt: skip
def test_the_clock_never_goes_back_and_changes_keep_their_order(spans, run, stretch, lead):
    scenario = Scenario("any", tuple(Down(a, a + b, "web") for a, b in spans))
    found = timeline(scenario, run, stretch, lead)
    assert found.run_s <= run + 1e-6
    steps = [found.run_s * i / 200 for i in range(200)]
    told = [found.story(t) for t in steps]
    assert all(a <= b + 1e-6 for a, b in pairwise(told))
    assert told[-1] <= run + 1e-6
    kept = [c for c in scenario.changes if c.at_s < run]
    for before, after in zip(kept, found.scenario.changes, strict=True):
        assert found.story(after.at_s) == pytest.approx(before.at_s)
        assert after.until_s > after.at_s
