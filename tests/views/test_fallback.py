"""A call that has something to fall back on is told with it, and costs what an optional one does."""

from functools import cache

import pytest

from sysdesign.analyze import waterfall
from sysdesign.export.relations import relations
from sysdesign.study.failures import Breaker
from sysdesign.study.lasting import lasting
from sysdesign.study.matrix import matrix
from sysdesign.study.words import degraded_words, step_label
from sysdesign.workbench import Workbench, open_text
from sysdesign.workbench.pictures import draw

SHOP = """\
sysdesign: 1
problem: {actors: {buyer: {primary: true}}}
operations:
  pay: {actor: buyer, api: POST /x, rate: 50 req/s, path: [web: [first: {timeout: 100 ms, INSTEAD}]]}
components:
  web: {kind: service, replicas: 6, work: 5 ms}
  first: {kind: external_service, work: 20 ms, availability: 99%}
  second: {kind: external_service, work: 30 ms, availability: 99%}
"""
WORDS = {
    "optional": ("optional: true", "optional", "goes on without it", "callers do without it",
                 "lack something optional"),
    "text": ("fallback: note it down", "else note it down", "if it fails: note it down",
             "callers fall back: note it down", "come by a fallback"),
    "calls": ("fallback: [second]", "else second", "if it fails: second",
              "callers fall back: second", "come by a fallback"),
}  # fmt: skip


@cache
def shop(way: str) -> Workbench:
    return open_text(SHOP.replace("INSTEAD", WORDS[way][0]))


@pytest.mark.parametrize("way", WORDS)
def test_every_page_says_what_stands_in(way: str) -> None:
    bench, (_, short, frame, recovers, poor) = shop(way), WORDS[way]
    study = bench.study
    steps = waterfall(study.analysis, "pay").steps
    assert [step_label(step) for step in steps] == ["web", f"  first ({short})"]
    assert frame in draw(bench, "sequence", id_="pay")
    assert f"web → first: {short}" in draw(bench, "operation", id_="pay")
    (called,) = (one for one in relations(study) if one.target == "first")
    assert called.remark == short
    found = {effect.event: effect.recovers for effect in matrix(study, Breaker(study, timed=False))}
    assert found["first"].startswith(f"{recovers}; ")
    assert found["slow first"] == f"calls are given up after 100 ms; {recovers}"
    assert found["web -> first"] == found["slow first"]
    assert degraded_words(study, "pay") == poor
    figure = lasting(study, "pay.availability")
    assert figure
    assert any(note.endswith(f"a year answers {poor}") for note in figure[0].notes)


def test_words_of_a_fallback_change_no_number() -> None:
    one, other = shop("optional").study, shop("text").study
    assert one.analysis.operations == other.analysis.operations
    assert one.analysis.carries == other.analysis.carries
    figures = [lasting(study, "pay.availability") for study in (one, other)]
    assert figures[0]
    assert figures[1]
    assert figures[0][0].quantity == figures[1][0].quantity


def test_a_fallback_that_is_long_is_cut_beside_a_call() -> None:
    text = "answer from what was last known of this customer and note it down for later"
    study = open_text(SHOP.replace("INSTEAD", f"fallback: {text}")).study
    label = step_label(waterfall(study.analysis, "pay").steps[-1])
    assert label.startswith("  first (else answer from what was")
    assert label.endswith("…)")
    assert len(label) < 60
