"""Stored bytes against arithmetic by hand: growth, keeping, copies, indexes, backups, media."""

import math

import pytest
from scipy.integrate import quad

from tests.estimate.working import DAY, YEAR, bench, medians, near

PUT = "operations: {put: {rate: 20 req/s, path: [web: [db: {do: write}]]}}\n"
A_DAY = 20 * DAY


@pytest.mark.parametrize(
    ("problem", "keep", "years"),
    [
        ("{}", "", 5),
        ("{horizon: 3 year}", "", 3),
        ("{horizon: 30 month}", "", 30 * 30 / 365),
        ("{horizon: 3 year}", "keep: 73 day", 0.2),
        ("{horizon: 3 year}", "keep: 10 year", 3),
    ],
)
def test_bytes_at_the_horizon(problem: str, keep: str, years: float) -> None:
    found = medians(
        f"{PUT}problem: {problem}\ndata: {{row: {{store: db, size: 300 B, written_by: put, {keep}}}}}"
    )
    assert found["row.records_a_day"] * DAY == near(A_DAY)
    assert found["row.stored_a_day"] == near(A_DAY * 300)
    assert found["row.records"] == near(A_DAY * 365 * years)
    assert found["row.stored"] == near(A_DAY * 365 * years * 300)
    assert found["row.stored_1y"] == near(A_DAY * 365 * min(1, years) * 300)


@pytest.mark.parametrize("growth", [0.6, 0.999999, 1.0, 1.3, 2.0])
@pytest.mark.parametrize("keep", [0.5, 2.0, 100.0])
def test_growth_is_the_integral_of_the_writes_that_are_kept(growth: float, keep: float) -> None:
    found = medians(f"""{PUT}
problem: {{horizon: 4 year, growth: {{a_year: {growth}x}}}}
data: {{row: {{store: db, size: 100 B, written_by: put, keep: {keep} year}}}}
""")
    for measure, end in (("stored", 4.0), ("stored_1y", 1.0)):
        kept, _ = quad(lambda t: growth**t, max(0.0, end - keep), end, epsrel=1e-12)
        assert found[f"row.{measure}"] == pytest.approx(20 * YEAR * kept * 100, rel=1e-8)


def test_records_from_the_start_and_several_writers() -> None:
    found = medians("""
conventions: {counts: [row]}
assumptions: {users: 5M user}
problem: {horizon: 2 year}
operations:
  put: {rate: 20 req/s, path: [web]}
  bulk: {rate: 1 req/min, path: [web]}
data: {row: {store: db, size: 100 B, written_by: {put: 2, bulk: 1000 row}, count: users * 3 row/user}}
""")
    a_day = (2 * 20 + 1000 / 60) * DAY
    assert found["row.records_a_day"] * DAY == near(a_day)
    assert found["row.records"] == near(a_day * 730 + 15e6)
    assert found["row.stored_1y"] == near((a_day * 365 + 15e6) * 100)


def test_size_is_the_sum_of_the_fields_where_it_is_not_stated() -> None:
    fields = "{a: id, b: int, c: bool, d: money, e: timestamp, f: enum, g: string(80), h: string, i: ref row, j: list(int)}"
    open_bench = bench(f"{PUT}data: {{row: {{store: db, fields: {fields}, written_by: put}}}}")
    whole = 8 + 8 + 1 + 16 + 8 + 2 + 80 + 50 + 8 + 10 * 8
    assert open_bench.figures["row.size"].median == near(whole)
    assert "the sum of its fields" in open_bench.figures["row.size"].defaults[0]


def test_a_blob_of_unknown_size_is_an_open_question() -> None:
    found = medians(f"{PUT}data: {{row: {{store: db, fields: {{a: blob}}, written_by: put}}}}")
    assert "row.size" not in found
    assert "row.stored" not in found
    assert "db.stored" not in found


# -- components ----------------------------------------------------------------------------------

ROW = "data: {row: {store: s, size: 100 B, count: 1M, key: id, fields: {id: id, at: timestamp, by: id}}}\n"
PLACES = "places: {eu: [eu-a], us: [us-a], far: {}}\n"


@pytest.mark.parametrize(
    ("copies", "factor"),
    [
        ("", 1),
        ("copies: 3", 3),
        ("copies: {count: 3, mode: leader}", 3),
        ("copies: {count: {eu: 3, us: 2}}", 5),
        ("copies: {count: {eu: 3, us: 2}, across: async}", 5),
        ("copies: {count: {eu: 3, us: 2}, across: none}", 2.5),
        ("copies: {count: 6, across: none}", 3),
        ("in: eu, copies: {count: 6, across: none}", 6),
        ("in: [eu-a, us-a], copies: {count: 6, across: none}", 3),
        ("copies: {count: {eu: 3, far: 2}}", 3),
        ("copies: {mode: erasure, data: 10, parity: 4}", 1.4),
    ],
)
def test_copies_multiply_what_is_stored(copies: str, factor: float) -> None:
    part = f"  s: {{kind: sql_database, overhead: 1x, {copies}}}"
    found = medians(PLACES + ROW, part)
    assert found["s.stored"] == near(1e8 * factor)
    assert found["system.stored"] == near(1e8 * factor)


def test_copies_for_a_place_of_users_alone_fall_away_and_it_is_said() -> None:
    part = "  s: {kind: sql_database, overhead: 1x, copies: {count: {eu: 3, far: 2}}}"
    defaults = bench(PLACES + ROW, part).figures["s.stored"].defaults
    assert "s.copies in far fall away: no zones there" in defaults


def test_overhead_is_a_factor_and_indexes_are_counted_without_it() -> None:
    indexed = ROW.replace(
        "key: id,", "key: id, patterns: {new: {index: [at]}, his: {index: [by, at]}},"
    )
    stated = medians(indexed, "  s: {kind: sql_database, overhead: 1.7x}")
    assert stated["s.stored"] == near(1.7e8)
    silent = bench(indexed, "  s: {kind: sql_database}").figures["s.stored"]
    assert silent.median == near(1e6 * (100 + (8 + 8) + (8 + 8 + 8)))
    assert any("indexes of 40 B a record" in said for said in silent.defaults)


def test_two_patterns_of_one_index_and_the_key_itself_cost_nothing_more() -> None:
    twice = ROW.replace(
        "key: id,", "key: id, patterns: {a: {index: [at]}, b: {index: [at]}, c: {index: [id]}},"
    )
    assert medians(twice, "  s: {kind: sql_database}")["s.stored"] == near(1e6 * (100 + 16))


def test_a_lasting_copy_elsewhere_is_stored_and_a_cached_one_is_not() -> None:
    body = ROW.replace("store: s,", "store: s, copied_to: [find, hot],")
    found = medians(
        body, "  s: {kind: sql_database, overhead: 1x}\n  find: {kind: search_index, overhead: 2x}"
    )
    assert found["find.stored"] == near(2e8)
    assert found["system.stored"] == near(3e8)
    assert "hot.stored" not in found


def test_backups_hold_a_full_copy_and_the_changes_of_the_time_they_are_kept() -> None:
    parts = """
  s: {kind: sql_database, overhead: 2x, copies: 3, backup: {every: 1 day, keep: 30 day, to: safe}}
  safe: {kind: object_store, copies: 2}
"""
    body = f"{PUT}problem: {{horizon: 1 year}}\ndata: {{row: {{store: s, size: 100 B, written_by: put}}}}"
    found = medians(body, parts)
    full, daily = A_DAY * 365 * 100 * 2, A_DAY * 100 * 2
    assert found["s.stored"] == near(3 * full)
    assert found["safe.stored"] == near(2 * (full + 30 * daily))
    assert found["system.stored"] == near(3 * full + 2 * (full + 30 * daily))


def test_media_is_a_part_of_all_that_is_stored() -> None:
    found = medians("""
data:
  photo: {store: files, size: 2 MB, count: 1000, media: true}
  row: {store: db, size: 500 B, count: 1M}
""", "  files: {kind: object_store, copies: {mode: erasure, data: 10, parity: 5}}")  # fmt: skip
    media, rest = 1.5 * 2e9, 5e8
    assert found["system.media"] == near(media)
    assert found["system.media_share"] == near(media / (media + rest))


def test_what_is_not_known_is_left_out_and_said() -> None:
    figure = bench("""
data: {a: {store: db, size: 1 kB, count: 10}, b: {store: q2, count: 10}}
""", "  q2: {kind: key_value_store}").figures["system.stored"]  # fmt: skip
    assert figure.median == near(10e3)
    assert figure.notes == ("not counted, since not known: b",)


def test_claims_agree_within_a_third_and_a_mixed_prefix_is_found() -> None:
    result = bench("""
estimates:
  right: {formula: 30 GB, claim: 32 GB}
  high: {formula: 30 GB, claim: 40 GB}
  low: {formula: 30 GB, claim: 23 GB}
  binary: {formula: 100 GB, claim: 93.1 GB}
  other: {formula: 100 GB, claim: 107.4 GB}
  range: {formula: 80 GB .. 120 GB, claim: 93.1 GB}
  none: {formula: 0 GB, claim: 3 GB}
""").study.estimate
    claims = {claim.name: claim for claim in result.claims}
    assert [name for name, claim in claims.items() if claim.agrees] == ["right", "range"]
    assert claims["binary"].prefix == claims["other"].prefix == "GiB for GB"
    assert claims["high"].ratio == near(4 / 3)
    assert all(math.isfinite(claim.ratio) for claim in claims.values())
