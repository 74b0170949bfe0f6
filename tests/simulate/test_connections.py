"""Connections that are lost, and the herd of those who open them again."""

from __future__ import annotations

import numpy as np
import pytest

from sysdesign.network import Call, Connections
from sysdesign.network.scenario import Deploy, Disconnect, Down, Scenario
from sysdesign.simulate.engine import SimulateError, prepare, run
from sysdesign.simulate.plan import Plan
from tests.analyze.networks import network, station, visit

RATE, LIFETIME = 2.0, 500.0
"""A thousand connections are open."""


def arrivals(*changes, instances=4.0, after=5.0, spread=20.0, length=100.0, parts=1):
    """Calls that open a connection in each second, and what is said."""
    from dataclasses import replace

    gate = station("g", instances=instances, servers=50.0)
    made = network(gate, op=(RATE, Call("", "g", visit("g", 0.001))))
    words = Connections("g", "op", LIFETIME, after, spread)
    tables = prepare(replace(made, connections=(words,)), Scenario("s", changes))
    tally = run(tables, Plan(0.0, length, interpreted=True))
    return tally.series.flows[:, 0, 0], tally


def test_those_that_are_lost_call_again_spread_over_the_time_stated():
    came, tally = arrivals(Disconnect(30.0, "g", 0.5))
    usual = RATE * 100
    assert abs(came.sum() - usual - 500) <= 4 * np.sqrt(usual)
    assert came[:35].sum() <= RATE * 35 + 4 * np.sqrt(RATE * 35)
    herd = came[35:55]
    assert herd.sum() >= 500
    assert abs(herd[:10].sum() - herd[10:].sum()) <= 4 * np.sqrt(540)  # evenly
    assert tally.flows[0].failed == 0


def test_without_a_spread_all_come_at_once():
    came, _ = arrivals(Disconnect(30.0, "g", 1.0), after=0.5, spread=0.0)
    assert came[30] >= 1000


def test_an_instance_that_dies_loses_its_connections():
    came, _ = arrivals(Down(30.0, 50.0, "g", (1,)), instances=4.0)
    assert 240 <= came[35:55].sum() - RATE * 20 <= 270 + 4 * np.sqrt(40)


def test_a_rolling_deploy_loses_all_of_them_one_by_one():
    came, _ = arrivals(Deploy(10.0, "g", "rolling", 1.0, 10.0), after=0.0, spread=1.0)
    for k in range(4):
        assert came[20 + 10 * k : 22 + 10 * k].sum() >= 250


def test_what_cannot_be_is_said():
    with pytest.raises(SimulateError, match="give a share"):
        arrivals(Disconnect(1.0, "g", 1.5))
    _, tally = arrivals(Disconnect(1.0, "other", 0.5))
    assert any("left out" in note for note in tally.notes)
