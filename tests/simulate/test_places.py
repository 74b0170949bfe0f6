"""Places that are lost: who fails until when, from the file to the count of calls."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, stdev
from typing import Any

import pytest

from sysdesign.lower import lower
from sysdesign.lower.around import around
from sysdesign.lower.scenario import staged
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.study.numbers import Medians
from sysdesign.study.uptime import network_without, uptime
from sysdesign.workbench import study_text

T_999 = 4.781
"""Two-sided 99.9% of Student's t with 9 degrees of freedom."""

DESIGN = """\
sysdesign: 1
problem: {name: Two places, why: Calls go on., actors: {user: {from: {eu: 50%, us: 50%}}}}
places:
  eu: {zones: [eu-a, eu-b], like: west_europe}
  us: {zones: [us-a, us-b], like: east_us}
operations:
  ask: {actor: user, api: GET /, rate: 20 req/s, peak: 1, path: [edge, web: [store]]}
components:
  edge: {kind: load_balancer, replicas: {eu: 1, us: 1}}
  web: {kind: service, replicas: {eu: 4, us: 4}, cores: 2, work: 5 ms, failover: 30 s}
  store: {kind: key_value_store, replicas: {eu: 2, us: 2}, work: 1 ms}
scenarios:
  one: {fail: eu, at: 20 s, for: 2 min}
"""


@pytest.fixture(scope="module")
def tables():
    study = study_text(DESIGN)
    numbers = Medians(study.estimate)
    scenario = staged(study.design, numbers, study.network, "one",
                      lambda gone: lower(study.design, numbers, gone)).scenario  # fmt: skip
    return prepare(study.network, scenario)


def failed(tables, until_s: float) -> int:
    seen = run(tables, Plan(0.0, until_s, interpreted=True)).operation("ask")
    return seen.failed


def test_calls_of_a_lost_place_fail_until_they_go_elsewhere(tables):
    assert failed(tables, 19.9) == 0
    until = failed(tables, 50.5)
    assert 220 < until < 380  # half of 20 a second, for 30 s
    assert failed(tables, 180.0) == until


# -- failures by chance ----------------------------------------------------------------------------

FAILING = """\
sysdesign: 1
problem: {name: Two places, why: Calls go on., actors: {user: {from: {eu: 50%, us: 30%, ap: 20%}}}}
places:
  eu: {zones: [eu-a, eu-b], like: west_europe, FAILS zone_fails: {every: 500 s, repair: 50 s}}
  us: {zones: [us-a, us-b], like: east_us, FAILS zone_fails: {every: 500 s, repair: 50 s}}
  ap: {zones: [ap-a], like: southeast_asia, FAILS}
operations:
  ask: {actor: user, api: GET /, rate: 0.1 req/s, peak: 1, path: [web: [PATH]]}
components:
  web: {kind: service, replicas: {eu: 3, us: 2, ap: 1}, work: 1 ms, fails: {every: 400 s, repair: 40 s}, FAILOVER}
  store: {kind: key_value_store, STORE work: 1 ms, fails: {every: 400 s, repair: 40 s}}
  pay: {kind: external_service, work: 1 ms, availability: 95%}
links:
  eu <-> us: {fails: {every: 800 s, repair: 80 s}}
  us <-> ap: {fails: {every: 600 s, repair: 60 s}}
"""
LOST = "fails: {every: 900 s, repair: 90 s},"
CASES = {
    "zones, ways, instances": {"FAILS": "", "STORE": "in: eu, replicas: 3,"},
    "places as well": {"FAILS": LOST, "STORE": "replicas: {eu: 2, us: 2},"},
    "some time until calls have moved": {
        "FAILS": LOST, "STORE": "replicas: {eu: 2, us: 2},",
        "FAILOVER": "failover: 30 s, balance: {policy: random, health: {every: 10 ms, fails: 1}}",
    },
    "instances that all work, and where to go instead": {
        "FAILS": LOST, "STORE": "replicas: {eu: 2, us: 2},", "FAILOVER": "failover: 30 s",
    },
    "a majority of three copies": {
        "FAILS": "", "STORE": "in: eu, copies: {count: 3, mode: quorum},",
    },
    "a quorum over three places": {
        "FAILS": LOST, "STORE": "copies: {count: {eu: 1, us: 1, ap: 1}, mode: quorum},",
    },
    "a quorum over two places": {
        "FAILS": "", "STORE": "copies: {count: {eu: 2, us: 2}, mode: quorum},",
    },
    "a provider": {"FAILS": LOST, "PATH": "store, pay", "STORE": "replicas: {eu: 2, us: 2},"},
}  # fmt: skip
LENGTH_S = {"a provider": 2_000_000.0}
"""A provider's outages are long and rare."""


def shares(name: str, length_s: float, **plan: Any) -> tuple[float, list[float]]:
    """Exact share of calls that fail, and that of ten runs."""
    text = FAILING
    for word, instead in {"PATH": "store", "FAILOVER": "", **CASES[name]}.items():
        text = text.replace(word, instead)
    study = study_text(text.replace(", }", "}"))
    exact = uptime(study, "ask")
    assert exact is not None
    assert exact.up.is_exact
    ways = around(study.network, lambda lost: network_without(study, frozenset(lost)))
    tables = prepare(study.network, failures=True, around=ways)
    found = []
    for k in range(10):
        seen = run(tables, Plan(1000.0, length_s, 1, k, length_s, failures=True, **plan))
        ask = seen.operation("ask")
        found.append(ask.failed / ask.started)
    return exact.down, found


def off(exact: float, found: list[float]) -> tuple[float, float]:
    """How far the mean is from the exact share, and half of its 99.9% interval, over the share."""
    half = T_999 * stdev(found) / sqrt(len(found))
    return abs(fmean(found) - exact) / exact, half / exact


@pytest.mark.slow
def test_failures_by_chance_fail_as_many_calls_as_availability_says():
    away, half = off(*shares("places as well", 20_000.0, interpreted=True))
    assert away <= half <= 0.25


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_failures_by_chance_fail_as_many_calls_as_availability_says_exactly(name):
    away, half = off(*shares(name, LENGTH_S.get(name, 400_000.0)))
    assert away <= half <= 0.06
