"""What holds for every design: the same bytes each time, and how figures answer to changes."""

import json
import math
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysdesign.design import Operation
from sysdesign.workbench import Workbench, open_text
from sysdesign.workbench.answers import estimate_answer
from tests.quick import examples
from tests.read.designs import FOLDER, NAMES, text_of
from tests.running import python

PRINT = """
import json, sys
from sysdesign.workbench import open_design
from sysdesign.workbench.answers import estimate_answer
print(json.dumps(estimate_answer(open_design(sys.argv[1]), "design.yaml")))
"""


@cache
def opened(name: str, load: str = "1x") -> Workbench:
    return open_text(text_of(name), load=load)


def by_the_clock(bench: Workbench) -> set[str]:
    """Operations that a schedule starts, and what they set off."""
    operations, found = bench.study.design.operations, set[str]()

    def follows(operation: Operation) -> bool:
        trigger = operation.trigger
        if trigger is None:
            return False
        sources = {v.operation for some in bench.study.visits.values() for v in some
                   if v.target == trigger.from_}  # fmt: skip
        return bool(trigger.every) or (bool(sources) and sources <= found)

    for _ in operations:
        found |= {name for name, one in operations.items() if follows(one)}
    return found


@pytest.mark.parametrize("name", ["twitter", "chat"])
@pytest.mark.mostly_slow(2, first=1)
def test_the_same_bytes_in_every_process(name: str) -> None:
    path = str(FOLDER / f"{name}.yaml")
    printed = {python("-c", PRINT, path, PYTHONHASHSEED=seed) for seed in ("1", "2")}
    assert len(printed) == 1
    code, text = printed.pop()
    assert code == 0
    here = json.loads(json.dumps(estimate_answer(opened(name), "design.yaml")))
    assert json.loads(text) == here


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_finite_and_in_order(name: str) -> None:
    for figure in opened(name).figures.values():
        value = figure.quantity.value
        assert all(map(math.isfinite, (value.low, value.median, value.high, value.mean, value.sd)))
        assert 0 <= value.low <= value.median <= value.high, figure.name
        shares = [share for _, share in figure.contributions]
        assert value.is_exact or math.isclose(sum(shares), 1, rel_tol=1e-9)
        assert {name for name, _ in figure.contributions} <= value.inputs


@pytest.mark.parametrize("name", NAMES)
def test_every_part_of_a_derivation_is_a_figure(name: str) -> None:
    bench = opened(name)
    for figure in bench.figures.values():
        assert figure.title
        assert figure.formula or figure.source, figure.name
        for part in figure.inputs:
            assert bench.study.figure(part) is not None, f"{figure.name} names {part}"


@pytest.mark.parametrize("name", NAMES)
def test_a_load_of_ten_multiplies_peaks_and_nothing_else(name: str) -> None:
    plain, loaded = opened(name), opened(name, "10x")
    clocked = by_the_clock(plain)
    assert plain.figures.keys() == loaded.figures.keys()
    own = {*plain.study.design.estimates}
    for key, figure in plain.figures.items():
        if key in own:
            continue  # may name a peak
        head, _, measure = key.rpartition(".")
        at_peak = "peak" in key or measure == "in_flight"
        if head in clocked or (at_peak and _partly_clocked(plain, head, clocked)):
            continue
        factor = 10.0 if at_peak else 1.0
        assert loaded.figures[key].median == pytest.approx(factor * figure.median, rel=1e-9), key


def _partly_clocked(bench: Workbench, part: str, clocked: set[str]) -> bool:
    return any(v.target == part and v.operation in clocked for some in bench.study.visits.values()
               for v in some)  # fmt: skip


SMALL = """
sysdesign: 1
conventions: {{peak: {peak}}}
assumptions: {{users: {users} user, calls: {calls} req/user/day{more}}}
operations:
  get: {{rate: users * calls, response: {size} B, path: [web: [mem: {{do: read, miss: [db]}}]]}}
  put: {{rate: users * 0.3 req/user/day, request: 2 kB, path: [web: [db: {{do: write}}, q]]}}
  act: {{trigger: q, path: [job: [q: {{times: {again}}}]]}}
data: {{row: {{store: db, size: {size} B, written_by: put, keep: {keep} day}}}}
components:
  web: {{kind: service, work: 2 ms}}
  mem: {{kind: cache, hit: {hit}}}
  db: {{kind: sql_database, copies: 3, work: 3 ms}}
  q: {{kind: queue}}
  job: {{kind: worker, work: 4 ms}}
"""
VALUES = st.fixed_dictionaries({
    "peak": st.floats(1, 20).map(lambda x: f"{x:.3f}"),
    "users": st.one_of(
        st.integers(1, 10**9),
        st.tuples(st.integers(1, 10**6), st.integers(2, 50)).map(lambda p: f"{p[0]} .. {p[0] * p[1]}"),
    ),
    "calls": st.one_of(st.floats(0.01, 500).map(lambda x: f"{x:.3f}"), st.just("2 .. 9")),
    "size": st.integers(1, 10**7),
    "again": st.sampled_from(["0%", "5%", "60%", "1% .. 3%"]),
    "keep": st.integers(1, 4000),
    "hit": st.sampled_from(["0%", "50%", "100%", "80% .. 90%"]),
})  # fmt: skip


@settings(max_examples=examples(25))
@given(VALUES)
def test_twice_the_users_twice_the_rates(values: dict[str, object]) -> None:
    text = SMALL.format(**values, more="")
    once = open_text(text).figures
    twice = open_text(text, set=["operations.get.rate=2 * users * calls",
                                 "operations.put.rate=2 * users * 0.3 req/user/day"]).figures  # fmt: skip
    scaled = [
        n
        for n in once
        if n.endswith(("rate", "gress", "in_flight", "stored", "a_day", "_1y", "records"))
    ]
    assert len(scaled) > 20
    for name in scaled:
        for place in ("low", "median", "high"):
            before = getattr(once[name].quantity.value, place)
            after = getattr(twice[name].quantity.value, place)
            assert after == pytest.approx(2 * before, rel=1e-9), name


@settings(max_examples=examples(15))
@given(
    VALUES, st.sampled_from(["another: 3 .. 9", "b: 1 .. 2 GB", "a0: 7", "zz: {min: 2, max: 8}"])
)
def test_an_unrelated_assumption_changes_no_figure(values: dict[str, object], more: str) -> None:
    before = open_text(SMALL.format(**values, more="")).figures
    after = open_text(SMALL.format(**values, more=f", {more}")).figures
    name = more.partition(":")[0]
    assert after.keys() - before.keys() == {name}
    for key, figure in before.items():
        assert figure.quantity.value.median == after[key].quantity.value.median
        assert (figure.shown, figure.shown_range) == (after[key].shown, after[key].shown_range)


@settings(max_examples=examples(15))
@given(VALUES)
def test_no_figure_is_negative_or_endless(values: dict[str, object]) -> None:
    for figure in open_text(SMALL.format(**values, more="")).figures.values():
        value = figure.quantity.value
        assert 0 <= value.low <= value.high < math.inf, figure.name
