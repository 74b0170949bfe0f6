"""The next nine: what reaches it was run, and what cannot be reached is said with the cause."""

import pytest

from sysdesign.study.uptime import uptime
from sysdesign.workbench import Workbench, open_text
from sysdesign.workbench.bench import change
from sysdesign.workbench.nines import next_nine, shown_nines

TEXT = """\
sysdesign: 1
operations: {go: {api: GET /x, rate: 100 req/s, path: [web: [db]]}}
components:
  web: {kind: service, replicas: 3, cores: 4, work: 5 ms, price: 100 USD/month, failover: 0 s,
        fails: {every: 60 day, repair: 1 h}}
  db: {kind: sql_database, cores: 8, work: 1 ms, copies: {count: 1, mode: quorum}, failover: 0 s,
       fails: {every: 30 day, repair: 4 h}, price: 300 USD/month}
"""


def up(bench: Workbench) -> float:
    found = uptime(bench.study, "go")
    assert found is not None
    return found.up.low


def test_the_cheapest_change_reaches_it_and_nothing_smaller_does() -> None:
    bench = open_text(TEXT)
    found = next_nine(bench, "go")
    assert found is not None
    assert 0.99 < up(bench) < found.share == pytest.approx(0.999)
    assert found.stops == ()
    first = found.advice[0]
    assert first.path == "components.db.copies.count"
    count = int(first.after)
    assert up(bench.changed(change(f"{first.path}={count}"))) >= found.share
    assert up(bench.changed(change(f"{first.path}={count - 1}"))) < found.share
    month = bench.study.units.month_s
    assert first.cost_per_s is not None
    assert first.cost_per_s * month == pytest.approx(300 * (count - 1))
    assert len(found.advice) <= found.tried


def test_what_somebody_else_runs_stands_in_the_way() -> None:
    lines = "bank: {kind: external_service, availability: 99.5%, price: 0 USD/month}"
    bench = open_text(TEXT.replace("[db]", "[db, bank]") + f"  {lines}\n")
    found = next_nine(bench, "go")
    assert found is not None
    assert found.shown == "99%"
    better = next_nine(bench.changed(change("components.db.copies.count=5")), "go")
    assert better is not None
    assert better.shown == "99.9%"
    assert better.advice == ()
    assert better.tried == 0
    ((part, down),) = better.stops
    assert part == "bank (as a whole)"
    assert down == pytest.approx(0.005)


@pytest.mark.parametrize(("nines", "text"), [(1, "90%"), (2, "99%"), (3, "99.9%"), (5, "99.999%")])
def test_nines_in_words(nines: int, text: str) -> None:
    assert shown_nines(nines) == text


def test_what_is_not_known_has_no_next_nine() -> None:
    assert next_nine(open_text(TEXT), "nothing") is None
