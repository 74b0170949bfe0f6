"""Availability of a study: what has none, and what ranges do to it."""

import pytest

from sysdesign.source import Verdict
from sysdesign.study.uptime import cut_words, model_of, spread_of, uptime
from sysdesign.workbench import open_text

TEXT = """\
sysdesign: 1
requirements:
  quality:
    up: {class: scale, expect: go.availability >= 99%}
    part: {class: scale, expect: web.availability >= 99%}
operations: {go: {api: GET /x, rate: 400 .. 1600 req/s, path: [web]}}
places: {eu: {zones: [eu-a, eu-b]}}
components: {web: {kind: service, replicas: 8, cores: 1, work: 5 ms, failover: 0 s,
                   fails: {every: 10 day, repair: 12 h}}}
"""


def test_of_a_component_no_availability_is_known() -> None:
    found = {f.element: f for f in open_text(TEXT).review.statements}
    assert "cannot be worked out" not in found["up"].message
    assert found["part"].verdict is Verdict.UNKNOWN
    assert "cannot be worked out yet" in found["part"].message


def test_more_load_needs_more_instances_and_so_is_less_up() -> None:
    study = open_text(TEXT).study
    draws = spread_of(study, "go")
    found = uptime(study, "go")
    assert found is not None
    assert draws is not None
    assert float(min(draws)) < found.up.low < float(max(draws))
    for rate, end in (("400 req/s", max(draws)), ("1600 req/s", min(draws))):
        other = uptime(open_text(TEXT, set=[f"operations.go.rate={rate}"]).study, "go")
        assert other is not None
        assert float(end) == pytest.approx(other.up.low, abs=0.002)


def test_where_nothing_is_open_there_is_no_range() -> None:
    assert spread_of(open_text(TEXT, set=["operations.go.rate=400 req/s"]).study, "go") is None


def test_sets_of_parts_are_told_in_words() -> None:
    study = open_text(TEXT).study
    cuts, count = model_of(study).cuts("go", 2)
    assert count.whole > 0
    assert {cut_words(study, cut) for cut in cuts} >= {"region eu"}


def test_what_fails_together_is_a_part_of_its_own_where_no_places_are_named() -> None:
    text = """\
sysdesign: 1
operations: {go: {api: GET /x, rate: 10 req/s, path: [web]}}
components: {web: {kind: service, replicas: 6, fails: {every: 30 day, repair: 10 min, together: 0.1%}}}
"""
    lost = {one.part: one.fails for one in model_of(open_text(text).study).singles("go")}
    assert lost["together web"] == pytest.approx(1.0)
    assert lost["all web"] == pytest.approx(1.0)
