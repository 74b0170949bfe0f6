"""What saves time says the same: bounds on slots, times taken from before, percentiles read alone."""

from dataclasses import astuple, replace

import pytest

from sysdesign.analyze import solve
from sysdesign.analyze.arrivals import loads_of
from sysdesign.analyze.bounds import Longest
from sysdesign.analyze.pools import ended
from sysdesign.analyze.result import SHARES, times_of
from sysdesign.analyze.sharing import shared
from sysdesign.analyze.times import Clock
from sysdesign.analyze.trees import nodes_of
from sysdesign.availability.breaking import slower
from sysdesign.formulas.readings import percentiles
from sysdesign.network import (
    Attempts,
    Call,
    Flow,
    Hold,
    Network,
    Parallel,
    Retry,
    Sequence,
    Station,
)
from tests.analyze.networks import visit

GUARD = Attempts(timeout_s=30.0, retry=Retry(2, 0.5))


def network(slots: float = 400.0) -> Network:
    """One operation holds a slot through calls of three stations, another uses two of them."""
    a, b, c = (visit(name, 1.0) for name in "abc")
    held = Hold("pool", Sequence((a, Call("pool", "b", b, GUARD), Parallel((b, c)))))
    stations = {name: Station(name, name, servers=4.0) for name in "abc"}
    stations["pool"] = Station("pool", "pool", queues=False, slots=slots)
    flows = (Flow("first", "", 1.0, held), Flow("second", "", 0.8, Sequence((b, a))))
    return shared(Network(stations, flows))


def clock_of(made: Network, **said: object) -> Clock:
    found, loads = loads_of(made.stations, made.flows, {})
    return Clock(loads, found, **said)  # type: ignore[arg-type]


def test_bounds_are_not_passed() -> None:
    made = network()
    clock = clock_of(made)
    longest = Longest(clock)
    for flow in made.flows:
        for node in nodes_of(flow.root):
            mean = float(ended(clock.of(node)).mean_s)
            assert mean <= longest.of(node) * (1 + 1e-9)


@pytest.mark.parametrize(("slots", "is_free"), [(400.0, True), (12.0, False)])
def test_slots_by_a_bound(slots: float, is_free: bool) -> None:
    made = network(slots)
    exact, rough = clock_of(made), clock_of(made, rough=True)
    assert rough.pool("pool").is_bound == is_free
    most, used = rough.pool("pool").used, exact.pool("pool").used
    assert most is not None
    assert used is not None
    assert most >= used * (1 - 1e-9)
    assert rough.in_full("pool").used == pytest.approx(used, rel=1e-9)
    for flow in made.flows:
        one, other = (times_of(clock.of(flow.root).answered) for clock in (exact, rough))
        assert astuple(one) == pytest.approx(astuple(other), rel=1e-9)


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_what_is_as_before(name: str) -> None:
    made = network()
    before = clock_of(made)
    for flow in made.flows:
        before.of(flow.root)
    broken = shared(slower(made, name, 1.3))
    fresh, quick = clock_of(broken), clock_of(broken, before=before)
    for flow in broken.flows:
        one, other = fresh.of(flow.root), quick.of(flow.root)
        assert astuple(times_of(one.answered)) == pytest.approx(
            astuple(times_of(other.answered)), rel=1e-3
        )
    assert fresh.fates.keys() == quick.fates.keys()
    known = {id(outcome) for outcome in before.outcomes.values()}
    assert any(id(outcome) in known for outcome in quick.outcomes.values())


def test_other_slots_are_not_as_before() -> None:
    made = network()
    before = clock_of(made)
    for flow in made.flows:
        before.of(flow.root)
    few = replace(made, stations={**made.stations, "pool": replace(made.stations["pool"], slots=6)})
    fresh, quick = clock_of(few), clock_of(few, before=before)
    root = few.flows[0].root
    assert float(quick.of(root).answered.mean_s) == float(fresh.of(root).answered.mean_s)
    assert float(quick.of(root).answered.mean_s) > float(before.of(root).answered.mean_s)


def test_percentiles_read_alone() -> None:
    made = network()
    answered = clock_of(made).of(made.flows[0].root).answered
    times, alone = times_of(answered), times_of(answered).p99_s
    together = percentiles(answered, SHARES)
    assert alone == together[3]
    assert astuple(times)[1:] == pytest.approx(together, rel=3e-3)
    assert times == times_of(answered)


def test_far_beyond_overload_the_first_round_tells_what_all_rounds_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = network()
    quick = solve.settle(made, 20.0)
    monkeypatch.setattr(solve, "_FAR", 1e99)
    patient = solve.settle(made, 20.0)
    assert quick.settles == patient.settles
    for name, load in patient.loads.items():
        assert astuple(quick.loads[name])[1:9] == pytest.approx(astuple(load)[1:9], rel=1e-6)
    for flow in made.flows:
        one, other = quick.clock.of(flow.root), patient.clock.of(flow.root)
        assert one.share == pytest.approx(other.share, rel=1e-6)
        assert one.answered.mean_s == pytest.approx(other.answered.mean_s, rel=1e-6)
