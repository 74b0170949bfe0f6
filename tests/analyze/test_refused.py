"""Past a documented limit: what goes on, what is full, and what is needed agree."""

import pytest

from sysdesign.analyze import analyze, needs, sweep
from sysdesign.network import Call, Flow, Sequence
from tests.analyze.networks import network, station, visit


def shop(rate: float = 400.0):
    """A provider that refuses what is over 300 a second, and then a database of 8 servers."""
    pay, db = visit("pay", 0.05), visit("db", 0.01)
    return network(
        station("api", servers=16.0),
        station("pay", queues=False, cap_per_s=300.0),
        station("db", servers=8.0),
        order=(rate, Sequence((
            visit("api", 0.005), Call("api", "pay", pay), Call("api", "db", db),
        ))),
    )  # fmt: skip


@pytest.mark.parametrize("load", [1.0, 3.0, 7.0])
def test_no_more_goes_on_than_the_limit_lets_pass(load):
    (point,) = sweep(analyze(shop()), (load,)).points[:1]
    assert point.utilisation["db"] == pytest.approx(300 * 0.01 / 8)


def test_needed_and_full_at_count_all_calls():
    found = analyze(shop())
    assert found.stations["db"].arrival_per_s == pytest.approx(300)
    assert found.full_at["db"] == pytest.approx(0.95 * 8 / 0.01 / 400)
    asked = {need.station: need for need in needs(found, 0.07)}  # ten times the peak at 70%
    assert asked["db"].instances == 8  # 4,000 x 10 ms / (8 x 0.7) = 7.1
    assert asked["api"].instances == 2  # 4,000 x 5 ms / (16 x 0.7) = 1.8


def test_a_message_that_is_never_taken_has_no_time():
    """Times of what messages start count from the taking, which never comes."""
    flow = Flow("render", "", 300.0, visit("worker", 0.01), trigger="jobs")
    found = analyze(network(station("worker", servers=2.0), render=flow)).operations["render"]
    assert found.times.mean_s is None
    assert found.overloaded == ("worker",)
    calm = analyze(network(station("worker", servers=9.0), render=flow)).operations["render"]
    assert calm.times.mean_s == pytest.approx(0.01)
