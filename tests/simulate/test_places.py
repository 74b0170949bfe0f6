"""Places that are lost: who fails until when, from the file to the count of calls."""

from __future__ import annotations

import pytest

from sysdesign.lower import lower
from sysdesign.lower.scenario import staged
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.study.numbers import Medians
from sysdesign.workbench import study_text

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
