"""`explain` of what is no single number: bottleneck, requirements, stations, times without end."""

import json

import pytest

from sysdesign.cli.main import run
from sysdesign.study import UnknownNameError, explain
from sysdesign.workbench import open_text
from sysdesign.workbench.reasons import Reason, reason_for

DESIGN = """sysdesign: 1
problem:
  name: Orders
  why: Orders are read and paid.
  actors: {reader: {primary: true, wants: an order, from: {eu: 75%, us: 25%}}}
conventions: {measure: client}
places: {eu: {like: west_europe}, us: {like: east_us}}
operations:
  get:
    api: GET /orders
    actor: reader
    rate: 80 .. 125 req/s
    peak: 1
    path: [web: [db, pay]]
  put:
    api: PUT /orders
    actor: reader
    rate: 50 req/s
    peak: 1
    path: [web: [db: {do: write, lock: {by: order.account, hottest: 5%}}]]
requirements:
  functional:
    read: {priority: must, accept: The order is shown as it is., by: get}
  quality:
    fast: {class: performance, expect: [get.p99 < 1 s, get.mean < 1 ms]}
    safe: {class: security, accept: A reader sees only own orders.}
    fresh: {class: freshness, not_needed: Orders do not change.}
data:
  order: {store: db, fields: {id: id, account: ref account}, key: id, size: 1 kB}
  account: {store: db, fields: {id: id}, key: id, size: 1 kB, count: 1000}
components:
  web: {kind: service, replicas: 2, cores: 8, work: 1 ms, in: eu}
  db: {kind: sql_database, cores: 10, work: {read: 10 ms, write: 20 ms}, in: eu}
  pay: {kind: external_service, work: 20 ms, limit: 500 req/s}
"""


def _reason(name: str, load: str = "1x", text: str = DESIGN) -> Reason:
    found = reason_for(open_text(text, load=load).study, name)
    assert found is not None
    return found


def test_the_bottleneck_is_what_is_full_first():
    study = open_text(DESIGN).study
    found = _reason("bottleneck")
    assert found.said == study.analysis.bottleneck == "db"
    assert "at 4.75x the peak" in found.lines[0]  # 100/s x 10 ms + 50/s x 20 ms on ten cores
    assert found.parts[0].name == "db.utilisation"
    assert found.parts[0].median == pytest.approx(0.2)


def test_a_requirement_is_derived_test_by_test():
    found = _reason("fast")
    assert found.said == "fails"
    text = "\n".join(found.lines)
    assert "get.p99 < 1 s: holds" in text
    assert "get.mean < 1 ms: fails" in text
    assert "it is" in text
    assert "wanted   < 1 s" in text
    assert "of room" in text
    assert "in 100% of the draws" in text
    assert f"rests on {len(found.defaults)} values" in text
    assert {"get.p99", "get.mean", "db.utilisation"} <= {part.name for part in found.parts}


@pytest.mark.parametrize(
    ("name", "said", "line"),
    [("read", "asked of people", "The order is shown"), ("fresh", "not needed", "do not change"),
     ("safe", "asked of people", "only own orders"), ("requirements.safe", "asked of people", "A")],
)  # fmt: skip
def test_requirements_without_a_test(name: str, said: str, line: str):
    found = _reason(name)
    assert found.said == said
    assert line in found.lines[0]


@pytest.mark.parametrize("name", ["get.p99", "get.mean"])
def test_a_time_without_end_says_what_is_over(name: str):
    found = _reason(name, load="6x")
    assert found.said == "without end"
    assert "db cannot keep up" in found.lines[0]
    assert found.parts[0].name == "db.utilisation"
    assert found.parts[0].median == pytest.approx(1.2)
    assert any("4.75x the peak" in line for line in found.lines)


def test_times_of_each_origin_are_told_beside_that_of_all():
    study = open_text(DESIGN).study
    from sysdesign.study import explain

    whole = explain(study, "get.mean")
    here = {part.name: part for part in whole.parts}
    eu, us = here["get.mean.eu"].median, here["get.mean.us"].median
    assert eu < us
    assert whole.figure.median == pytest.approx(0.75 * eu + 0.25 * us, rel=1e-6)
    alone = explain(study, "get.p99.us")
    assert alone.figure.median == pytest.approx(here["get.mean.us"].median, rel=5)
    assert alone.budget is not None
    assert alone.budget.origin == "us"


@pytest.fixture
def path(tmp_path) -> str:
    made = tmp_path / "orders.yaml"
    made.write_text(DESIGN)
    return str(made)


def test_names_of_stations_are_known(path, capsys):
    for name in ("db lock order.account", "db", "pay"):
        assert run(["explain", path, name]) == 0
        assert name in capsys.readouterr().out
    run(["explain", path, "db"])
    assert "one call at a time for each of 1,000 keys" in capsys.readouterr().out
    run(["explain", path, "db lock order.account.slots_used"])
    assert "50/s × 0.05 of them" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["bottleneck", "fast", "get.p99"])
def test_the_same_as_data(path, capsys, name: str):
    assert run(["explain", path, name, "--format", "json", "--load", "6x"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["name"] == name
    assert answer["said"]
    assert answer["parts"]


def test_a_lock_has_its_row_with_calls_and_waits(path, capsys):
    run(["analyze", path, "--all", "--color", "never"])
    rows = capsys.readouterr().out.splitlines()
    (row,) = [line for line in rows if line.startswith("  db lock order.account  ")]
    assert "50" in row.split()
    assert "1,000 keys, one call each" in row
    row, *_ = [line for line in rows if line.startswith("  pay  ") and "limit" in line]
    assert "limit 500/s" in row


def test_the_load_curve_says_what_refuses(path, capsys):
    run(["analyze", path, "--color", "never"])
    text = capsys.readouterr().out
    curve = text[text.index("As the load grows") :].splitlines()
    (five,) = [line for line in curve if line.strip().startswith("5x")]
    (ten,) = [line for line in curve if line.strip().startswith("10x")]
    assert "pay refuses" not in five  # 500 of 500 calls a second
    assert "pay refuses" in ten
    assert "All origins together take" in text


def test_the_load_carried_is_told_in_peaks_of_the_file_too(path, capsys):
    run(["analyze", path, "--color", "never", "--load", "2x"])
    assert "of the peak in the file" in capsys.readouterr().out


@pytest.mark.parametrize(
    "test", ["carries < 5", "carries > 0.1", "get.p99 > 1 ms", "web.utilisation > 1%"]
)
def test_targets_the_other_way_around(path, capsys, test: str):
    assert run(["analyze", path, "--color", "never", "--target", test]) == 0
    assert "target" in capsys.readouterr().out


def test_a_target_without_its_bound_is_refused(path, capsys):
    assert run(["analyze", path, "--color", "never", "--target", "get.p99 <"]) == 2


# -- data that is lost, or of which not enough is said -------------------------------------------


@pytest.mark.parametrize(
    ("store", "name", "said", "why"),
    [
        ("cores: 10", "order.rpo", "all of it", "one copy and no backup"),
        ("cores: 10", "order.rto", "never", "one copy and no backup"),
        ("cores: 10, backup: {every: 1 day}", "order.rto", "not known", "backup.restore"),
        ("cores: 10, copies: 2", "order.rpo", "not known", "copies.lag"),
    ],
)
def test_data_lost_for_good_is_no_number(store: str, name: str, said: str, why: str) -> None:
    reason = _reason(name, text=DESIGN.replace("cores: 10", store))
    assert reason.said == said
    assert why in " ".join(reason.lines)


def test_what_lacks_is_said_where_a_requirement_cannot_be_judged() -> None:
    text = DESIGN.replace("cores: 10", "cores: 10, copies: 2").replace(
        "    safe:", "    kept: {class: consistency, expect: order.rpo <= 1 s}\n    safe:"
    )
    said = next(s for s in open_text(text).review.statements if s.element == "kept")
    assert "copies.lag" in said.message


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("gett.p99", "get.p99"), ("get.p98", "get.p99"), ("order.rpp", "order.rpo")],
)
def test_a_slip_in_the_name_of_a_number_is_told(asked: str, meant: str) -> None:
    with pytest.raises(UnknownNameError) as trouble:
        explain(open_text(DESIGN).study, asked)
    assert trouble.value.suggestion == meant


def test_a_requirement_called_as_a_number_of_the_whole_does_not_hide_it():
    named = DESIGN.replace(
        "    safe:", "    cost: {class: cost, expect: cost < 1 USD/month}\n    safe:"
    )
    assert named != DESIGN
    plain, study = open_text(DESIGN).study, open_text(named).study
    assert study.figure("cost") == plain.figure("cost") is not None
    assert reason_for(study, "cost") is None
    assert _reason("requirements.cost", text=named).said == "fails"
    assert explain(study, "cost").figure.name == "cost"
