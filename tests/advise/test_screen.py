"""What a bound rules out does not cure when it is run, however far it is turned; cures stay."""

import pytest

from sysdesign.advise import is_met
from sysdesign.advise.knobs import Knob, knobs
from sysdesign.advise.screen import Screen
from sysdesign.source import UnusableError
from sysdesign.workbench import Workbench, open_design, open_text
from sysdesign.workbench.advising import advised
from sysdesign.workbench.bench import change

TEXT = """\
sysdesign: 1
problem: {name: x, why: y, actors: {user: {primary: true}}}
requirements: {quality: {wanted: {class: performance, expect: go.p99 < 900 ms}}}
operations:
  go: {actor: user, api: GET /x, rate: 400 req/s, path: [web: [hot: {do: read, of: item, miss: [db]}, ads]]}
data: {item: {store: db, key: id, size: 10 kB, count: 50M item, copied_to: [hot], popularity: {zipf: 0.8}}}
places: {eu: {zones: [eu-a, eu-b], zone_fails: {every: 100 day, repair: 4 h}}}
components:
  web: {kind: service, replicas: 3, cores: 2, slots: 40, memory: 4 GB, work: 10 ms, fails: {every: 20 day, repair: 1 h}}
  hot: {kind: cache, memory: 8 GB, work: 0.1 ms}
  db: {kind: sql_database, cores: 2, work: 3 ms, disk: 4 TB, fails: {every: 20 day, repair: 4 h}}
  ads: {kind: service, replicas: 4, cores: 2, work: 6 ms, fails: {every: 9 day, repair: 20 min}}
"""
TESTS = [
    "go.p99 < 40 ms", "go.p99 < 60 ms", "go.p95 < 35 ms", "go.mean < 19 ms", "go.mean < 21 ms",
    "go.availability >= 99.9%", "go.availability >= 99.5%", "go.availability >= 99%",
    "carries >= 9", "web.utilisation < 20%", "hot.hit >= 90%", "go.p50 > 1 s",
]  # fmt: skip


def ruled(bench: Workbench, name: str = "wanted") -> tuple[list[Knob], list[Knob]]:
    """Knobs that are ruled out, and the others."""
    study = bench.study
    found: tuple[list[Knob], list[Knob]] = [], []
    (test,) = study.design.requirements.quality[name].expect
    screen = Screen(study, test)
    for knob in knobs(study, test):
        found[not screen.rules_out(knob)].append(knob)
    return found


def ends(knob: Knob) -> list[int]:
    """A step, some way, all the way."""
    return [knob.now + knob.step, (knob.now + knob.most) // 2, knob.most]


def cures(bench: Workbench, knob: Knob, value: int, name: str = "wanted") -> bool:
    try:
        study = bench.changed(change(f"{knob.path}={knob.text(value)}")).study
    except UnusableError:
        return False
    (test,) = study.design.requirements.quality[name].expect
    return is_met(study, test)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.mostly_slow(4)
def test_what_is_ruled_out_does_not_cure(test: str) -> None:
    bench = open_text(TEXT.replace("go.p99 < 900 ms", test))
    (failing,) = bench.study.design.requirements.quality["wanted"].expect
    assert not is_met(bench.study, failing)
    out, _ = ruled(bench)
    assert not [(k.path, v) for k in out for v in ends(k) if cures(bench, k, v)]


def test_bounds_rule_out_most_of_what_cannot_help() -> None:
    out, left = ruled(open_text(TEXT.replace("go.p99 < 900 ms", "go.p99 < 40 ms")))
    assert {k.path for k in out} >= {
        "components.web.cores", "components.ads.replicas", "components.db.cores", "components.db.disk",
    }  # fmt: skip
    assert {k.path for k in left} >= {"components.hot.memory"}


def test_what_was_ruled_out_is_counted_apart() -> None:
    (found,) = advised(open_text(TEXT.replace("go.p99 < 900 ms", "go.p99 < 40 ms")))
    assert found.advice == ()
    assert found.ruled_out > 5
    assert 0 < found.tried < 12


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "test"),
    [
        ("fast", "home_timeline.p99 < 100 ms"),
        ("available", "home_timeline.availability >= 99.9999%"),
    ],
)
def test_on_a_large_design_too(name: str, test: str) -> None:
    wanted = f"requirements.quality.{name}.expect={test}"
    bench = open_design("examples/twitter.yaml", set=[wanted])
    out, _ = ruled(bench, name)
    assert len(out) > 20
    assert not [k.path for k in out if cures(bench, k, k.most, name)]
