"""A slice waits as long as the whole: by formulas always, by simulation where it is run."""

from dataclasses import replace
from math import ceil

import pytest

from sysdesign.network import (
    Autoscale,
    Call,
    Flow,
    Network,
    Policy,
    Sequence,
    Spread,
    Station,
    Visit,
)
from sysdesign.simulate.runner import Wanted, steadily
from sysdesign.simulate.slicing import ROUGH, TOLERANCE, Slices, difference, sliced, thick_enough
from sysdesign.simulate.watch import Alone

WORK = Spread(0.01, family="exponential")
ZONES = ("a", "b", "c")


def network(policy=Policy.RANDOM, instances=48.0, use=0.6, few=3.0):
    rate = instances * use / 0.01
    web = Station("web", "web", instances=instances, policy=policy, zones=ZONES)
    store = Station("store", "store", shards=24.0, hottest=0.05, zones=ZONES, policy=Policy.RANDOM)
    small = Station("small", "small", instances=few, zones=ZONES, policy=Policy.RANDOM)
    root = Sequence((
        Call("", "web", Visit("web", WORK)),
        Call("web", "store", Visit("store", Spread(0.003, family="exponential"))),
        Call("web", "small", Visit("small", Spread(1e-6, family="exponential"))),
    ))  # fmt: skip
    return Network({s.name: s for s in (web, store, small)}, (Flow("go", "", rate, root),))


def alike(made: Network) -> Network:
    """The same with shards that are as wanted as each other."""
    store = replace(made.stations["store"], hottest=None)
    return replace(made, stations={**made.stations, "store": store})


def test_a_slice_has_its_share_of_calls_and_of_what_takes_them():
    part = sliced(network(), 4)
    assert part.flows[0].rate_per_s == network().flows[0].rate_per_s / 4
    assert part.stations["web"].instances == 12.0
    assert part.stations["store"].shards == 6.0
    assert part.stations["store"].hottest == pytest.approx(0.2)  # as busy as it was
    assert part.stations["small"].instances == 3.0  # one in each zone stays


def test_alike_instances_that_are_picked_at_random_make_a_perfect_slice():
    even = alike(network())
    assert difference(even, sliced(even, 4)) < 1e-3
    assert thick_enough(even, 4).parts == 4


def test_one_common_queue_is_not_cut_where_pooling_matters():
    pooled = network(Policy.SHARED, use=0.95 / 1.5)
    assert difference(pooled, sliced(pooled, 16)) > TOLERANCE
    assert thick_enough(pooled, 16).parts < 16


def test_a_slice_that_would_fill_up_elsewhere_is_none():
    tight = network(use=0.7, instances=50.0)
    assert difference(tight, sliced(tight, 48)) == float("inf")


@pytest.mark.parametrize("load", [1.0, 1.4])
def test_slices_that_were_looked_at_together_are_those_looked_at_alone(load):
    clock = Flow("tidy", "", 0.2, Call("", "web", Visit("web", WORK)), every_s=5.0)
    whole = replace(network(use=0.4), flows=(*network(use=0.4).flows, clock))
    found = Slices(whole, load)
    for parts in (2, 3, 7, 16, 30):
        part = sliced(whole, parts)
        assert found.sliced(parts) == part
        assert part.flows[-1] is clock  # it strikes as often
        assert found.changed(parts) == pytest.approx(difference(whole, part, load))


def test_the_whole_is_asked_for_by_one():
    assert thick_enough(network(), 1).network == network()
    assert thick_enough(network(), 0.5).said == ""


@pytest.mark.parametrize("by", ["utilisation", "rate", "backlog", "lag"])
@pytest.mark.parametrize("parts", [3, 16, 64])
def test_autoscaling_makes_of_a_slice_its_share_of_instances_in_every_zone(by, parts):
    """24 of 60 instances are wanted; what is watched of one makes as many of a slice."""
    made = network(use=0.0, few=30.0)
    target = {"utilisation": 0.5, "rate": 50.0, "backlog": 9.0, "lag": 7.0}[by]
    scale = Autoscale(by, target, least=3.0, most=60.0)
    web = replace(made.stations["web"], instances=60.0, autoscale=scale)
    (flow,) = made.flows
    whole = replace(made, stations={**made.stations, "web": web},
                    flows=(replace(flow, rate_per_s=1200.0),))  # fmt: skip
    part = sliced(whole, parts).stations["web"]
    wanted = 1200 * 0.01 / 0.95 if by in ("backlog", "lag") else 24
    share = max(ceil(wanted) / parts, 3)
    running = float(part.instances) * ceil(wanted) / 60
    assert running == pytest.approx(share, abs=1.5)  # as many in each of three zones
    assert part.autoscale is not None
    room = float(part.instances) * parts / 60
    same = by == "lag"  # seconds are as many for a slice
    assert part.autoscale.target == pytest.approx(target if same else target / room)
    if by in ("utilisation", "rate"):
        measured = 1200 / parts * (0.01 if by == "utilisation" else 1.0)
        assert measured / float(part.autoscale.target) == pytest.approx(running)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("policy", "use"), [(Policy.RANDOM, 0.6), (Policy.ROUND_ROBIN, 0.4), (Policy.SHARED, 0.4)]
)
def test_a_slice_that_was_run_answers_as_the_whole_that_was_run(policy, use):
    whole = alike(network(policy, use=use))
    part = thick_enough(whole, 4, tolerance=ROUGH)
    assert part.parts > 1
    wanted = Wanted(precision=(0.01, 0.03), most_s=1e6, whole=True)
    full = steadily(whole, wanted, Alone()).operations["go"].times
    thin = steadily(part.network, wanted, Alone()).operations["go"].times
    for of_full, of_thin, width in (
        (full.mean_s, thin.mean_s, 0.01),
        (full.p99_s, thin.p99_s, 0.03),
    ):
        assert of_full is not None
        assert of_thin is not None
        assert max(of_full.width, of_thin.width) <= width
        off = abs(of_thin.value / of_full.value - 1)
        assert off <= of_full.width + of_thin.width + part.changed
