"""Lives with failures by chance: what is not run changes neither what fails nor how many calls."""

from __future__ import annotations

from dataclasses import replace
from math import inf, sqrt
from statistics import fmean, stdev

import numpy as np
import pytest

from sysdesign.lower.around import around
from sysdesign.network import Failing, Flow, Network, Spread
from sysdesign.simulate.engine import prepare
from sysdesign.simulate.lived import FAILED, WELL, Life, Lived, lived
from sysdesign.study.uptime import network_without, uptime
from sysdesign.workbench import study_text
from tests.analyze.networks import station, visit

T_999 = 4.781
"""Two-sided 99.9% of Student's t with 9 degrees of freedom."""

DESIGN = """\
sysdesign: 1
problem: {name: Two places, why: Calls go on., actors: {user: {from: {eu: 60%, us: 40%}}}}
places:
  eu: {zones: [eu-a, eu-b], like: west_europe, zone_fails: {every: 20 day, repair: 1 h}}
  us: {zones: [us-a], like: east_us, fails: {every: 40 day, repair: 2 h}}
operations:
  ask: {actor: user, api: GET /, rate: 2 req/s, peak: 1, path: [web: [store, pay]]}
components:
  web: {kind: service, replicas: {eu: 2, us: 1}, work: 1 ms, fails: {every: 4 day, repair: 10 min},
        failover: 1 min}
  store: {kind: key_value_store, in: eu, copies: {count: 3, mode: quorum}, work: 1 ms,
          fails: {every: 3 day, repair: {mean: 20 min, distribution: exponential}}}
  pay: {kind: external_service, work: 1 ms, availability: 99.9%}
links:
  eu <-> us: {fails: {every: 10 day, repair: 30 min}}
"""
DAY_S = 86_400.0


@pytest.fixture(scope="module")
def study():
    return study_text(DESIGN)


@pytest.fixture(scope="module")
def tables(study):
    ways = around(study.network, lambda lost: network_without(study, frozenset(lost)))
    return prepare(study.network, failures=True, around=ways)


def life(tables, days: float, number: int = 0, settle_s: float = 20.0, **how: bool) -> Lived:
    return lived(tables, Life(number, 20.0, days * DAY_S, settle_s), 1, lambda _: True, **how)


def down(study) -> float:
    exact = uptime(study, "ask")
    assert exact is not None
    assert exact.up.is_exact
    return exact.down


def off(exact: float, lives: list[Lived], name: str = "ask") -> tuple[float, float]:
    """How far lives are from the exact share of failed calls, and half of their 99.9% interval."""
    rows = [one.calls[name] for one in lives]
    found = [row[FAILED] / (row[WELL] + row[FAILED]) for row in rows]
    return abs(fmean(found) - exact) / exact, T_999 * stdev(found) / sqrt(len(found)) / exact


def test_the_same_things_fail_whether_time_is_left_out_or_not(tables):
    whole, part = life(tables, 4, settle_s=inf), life(tables, 4)
    assert whole.happened == part.happened
    assert sum(part.happened.values()) > 3
    assert whole.run_s == pytest.approx(whole.story_s) == pytest.approx(part.story_s)
    assert part.run_s < 0.02 * part.story_s
    assert whole.calls["ask"][0] == pytest.approx(2 * whole.story_s, rel=0.01)
    assert part.calls["ask"][0] == pytest.approx(2 * part.story_s, rel=0.25)  # 30 times 20 calls


def test_as_many_calls_come_in_the_time_that_is_left_out():
    """Ten a second by a clock, all day, whether anything is down or not."""
    fails = Failing(3 * DAY_S, Spread(600.0), 0.0)
    made = Network(
        {"web": replace(station("web"), fails=fails)},
        (Flow("op", "", 10.0, visit("web", 1e-3), every_s=0.1),),
    )
    one = lived(prepare(made, failures=True), Life(0, 20.0, 60 * DAY_S, 20.0), 1, lambda _: True)
    came, well, failed, _ = one.calls["op"]
    assert one.run_s < 0.01 * one.story_s
    assert came == pytest.approx(10 * one.story_s, rel=0.005)
    assert well + failed == pytest.approx(came, rel=0.005)


def test_what_is_interpreted_is_the_same(tables):
    one, other = (life(tables, 2, interpreted=how) for how in (True, False))
    assert one.happened == other.happened
    assert np.array_equal(one.calls["ask"], other.calls["ask"])


@pytest.mark.slow
def test_as_many_calls_fail_as_availability_says(study, tables):
    away, half = off(down(study), [life(tables, 120, k) for k in range(10)])
    assert away <= half <= 0.7


@pytest.mark.slow
def test_as_many_calls_fail_as_availability_says_exactly(study, tables):
    away, half = off(down(study), [life(tables, 4_000, k) for k in range(10)])
    assert away <= half <= 0.1


def test_failed_calls_are_told_by_what_was_down(tables):
    one = life(tables, 100)
    failed = sum(share for (_, part), share in one.failed.items())
    assert failed == pytest.approx(one.calls["ask"][FAILED])
    assert one.failed["ask", "provider pay"] > 0


@pytest.mark.slow
def test_a_short_story_begins_with_parts_down_as_often_as_ever(study, tables):
    """All up at the start would be a quarter too good over half an hour."""
    lives = [life(tables, 0.02, k) for k in range(400)]
    rows = np.array([one.calls["ask"] for one in lives])
    share = rows[:, FAILED].sum() / (rows[:, FAILED] + rows[:, WELL]).sum()
    each = np.array([row[FAILED] / (row[FAILED] + row[WELL]) for row in rows])
    assert abs(share - down(study)) <= 3.3 * each.std() / sqrt(len(each))


LINE = """\
sysdesign: 1
problem: {name: Line, why: Mail is sent once., actors: {user: {}}}
operations:
  put: {actor: user, api: POST /x, rate: 2 req/s, peak: 1, path: [web: [line]]}
  take: {trigger: line, path: [sender: [far]]}
components:
  web: {kind: service, work: 1 ms}
  line: {kind: queue, managed: true, attempts: 5, availability: 100%}
  sender: {kind: worker, work: 1 ms}
  far: {kind: external_service, work: 1 ms, availability: 99%}
"""


def test_a_message_that_is_tried_five_times_fails_as_often_as_availability_says():
    found = study_text(LINE)
    exact = uptime(found, "take")
    assert exact is not None
    tables = prepare(found.network, failures=True)
    away, half = off(exact.down, [life(tables, 40, k) for k in range(10)], "take")
    assert away <= half <= 0.4
