"""Cache memory: Che's approximation beside brute force, scipy's root and a simulated LRU cache."""

from collections import OrderedDict

import numpy as np
import pytest
from scipy.optimize import brentq

from sysdesign.formulas.popularity import lru_hit, lru_keys, top, uniform, zipf
from tests.estimate.working import bench, medians, near


def shares_of(count: int, exponent: float) -> np.ndarray:
    weights: np.ndarray = np.arange(1, count + 1, dtype=float) ** -exponent
    shares: np.ndarray = weights / weights.sum()
    return shares


def che_keys(shares: np.ndarray, hit: float) -> float:
    """Keys held for a hit ratio: every key by itself."""
    time = brentq(
        lambda t: float(shares @ -np.expm1(-t * shares)) - hit, 1e-9, 1e12, xtol=1e-9, rtol=1e-14
    )
    return float(-np.expm1(-time * shares).sum())


@pytest.mark.parametrize("exponent", [0.0, 0.7, 0.9, 1.0, 1.2])
@pytest.mark.parametrize("count", [10, 999, 1_000, 1_001, 200_000])
@pytest.mark.mostly_slow(6)
def test_zipf_in_classes_is_zipf_by_brute_force(count: int, exponent: float) -> None:
    shares = shares_of(count, exponent)
    classes = zipf(count, exponent)
    assert classes.count == pytest.approx(count, rel=1e-12)
    assert sum(classes.shares) == pytest.approx(1, rel=1e-12)
    assert classes.shares[0] == pytest.approx(shares[0], rel=1e-6)
    for hit in (0.3, 0.9):
        assert lru_keys(classes, hit) == pytest.approx(che_keys(shares, hit), rel=2e-3)


def test_a_billion_keys_take_no_longer_than_a_thousand() -> None:
    assert len(zipf(1e9, 0.9).keys) < 1_500


@pytest.mark.parametrize("popularity", [uniform(5000), zipf(5000, 0.8), top(5000, 0.2, 0.8)])
def test_hit_and_keys_are_inverse_and_rise(popularity: object) -> None:
    held = [lru_keys(popularity, hit) for hit in (0.0, 0.1, 0.5, 0.9, 0.99, 1.0)]  # type: ignore[arg-type]
    assert held == sorted(held)
    assert (held[0], held[-1]) == (0.0, near(5000))
    for keys in held[1:-1]:
        assert lru_keys(popularity, lru_hit(popularity, keys)) == pytest.approx(keys, rel=1e-6)  # type: ignore[arg-type]


def test_alike_keys_need_their_share() -> None:
    assert lru_keys(uniform(1000), 0.25) == pytest.approx(250, rel=1e-3)


@pytest.mark.parametrize("exponent", [0.8, 1.1])
def test_the_hit_ratio_of_a_simulated_cache(exponent: float) -> None:
    count, held, calls = 2_000, 200, 150_000
    keys = np.random.Generator(np.random.PCG64(7)).choice(
        count, calls, p=shares_of(count, exponent)
    )
    cache: OrderedDict[int, None] = OrderedDict()
    hits = 0
    for i, key in enumerate(keys.tolist()):
        if key in cache:
            cache.move_to_end(key)
            hits += i >= calls // 5
        else:
            cache[key] = None
            if len(cache) > held:
                cache.popitem(last=False)
    assert lru_hit(zipf(count, exponent), held) == pytest.approx(hits / (calls * 4 / 5), abs=0.006)


def memory(popularity: str, cache: str = "hit: 90%") -> dict[str, float]:
    return medians(
        f"""
operations: {{get: {{rate: 1 req/s, path: [web: [mem: {{do: read, of: row, miss: [db]}}]]}}}}
data: {{row: {{store: db, size: 2 kB, count: 50k, popularity: {popularity}}}}}
""",
        f"  mem: {{kind: cache, {cache}}}",
    )


def test_memory_of_a_cache_for_its_hit_ratio() -> None:
    found = memory("{zipf: 0.9}")
    assert found["mem.memory_needed"] == pytest.approx(
        2000 * che_keys(shares_of(50_000, 0.9), 0.9), rel=2e-3
    )
    assert found["system.cache_memory"] == found["mem.memory_needed"]


def test_memory_for_the_keys_in_use_alone() -> None:
    expected = 2000 * che_keys(shares_of(5_000, 0.9), 0.9)
    assert memory("{zipf: 0.9, among: 5k}")["mem.memory_needed"] == pytest.approx(
        expected, rel=2e-3
    )


def test_top_keys_and_a_hottest_one() -> None:
    shares = np.repeat([0.8 / 10_000, 0.2 / 40_000], [10_000, 40_000])
    expected = 2000 * che_keys(shares, 0.9)
    assert memory("{top: 20%, gets: 80%}")["mem.memory_needed"] == pytest.approx(expected, rel=1e-6)
    shares = np.repeat([0.05, 0.95 / 49_999], [1, 49_999])
    expected = 2000 * che_keys(shares, 0.9)
    assert memory("{hottest: 5%}")["mem.memory_needed"] == pytest.approx(expected, rel=1e-6)


def test_a_hit_ratio_that_follows_from_memory_asks_for_none() -> None:
    assert "mem.memory_needed" not in memory("{zipf: 0.9}", "memory: 16 GB")


def test_the_hit_ratio_of_the_kind_is_said_where_none_is_stated() -> None:
    figures = bench(
        """
operations: {get: {rate: 1 req/s, path: [web: [mem: {do: read, of: row, miss: [db]}]]}}
data: {row: {store: db, size: 2 kB, count: 50k}}
""",
        "  mem: {kind: cache}",
    ).figures
    assert any(said.startswith("mem.hit = ") for said in figures["mem.memory_needed"].defaults)
    assert any(said.startswith("mem.hit = ") for said in figures["db.rate"].defaults)


ANSWERED = """
operations:
  get: {{rate: 100 req/s, peak: 2, path: [web: [mem: {{do: read, of: row, miss: [{missed}]}}]]}}
  tell: {{rate: 1 req/s, path: [web: [news: {{do: send}}]]}}
  fill: {{trigger: {{from: news}}, path: [web: [mem: {{do: read, of: row, miss: [db]}}]]}}
data: {{row: {{store: db, size: 2 kB, count: 50k, popularity: {{zipf: 0.9}}}}}}
"""


def hit(cache: str, missed: str = "db", news: str = "queue") -> float:
    text = ANSWERED.format(missed=missed)
    parts = f"  mem: {{kind: cache, memory: 16 GB, {cache}}}\n  news: {{kind: {news}}}"
    return medians(text, parts)["mem.hit"]


@pytest.mark.parametrize(
    ("cache", "sets"), [("ttl: 1 min", 1), ("ttl: 1 min, replicas: 4", 4),
                        ("ttl: 1 min, shards: 4", 1), ("ttl: 1 min, copies: 2", 1)],
)  # fmt: skip
def test_what_is_forgotten_is_read_again(cache: str, sets: int) -> None:
    """A key asked for x times in its ttl is hit x / (1 + x) of the time (Jung et al. 2003)."""
    asked = 201 / sets * 60 * shares_of(50_000, 0.9)
    expected = float(shares_of(50_000, 0.9) @ (asked / (1 + asked)))
    assert hit(cache) == pytest.approx(expected, rel=1e-3)


def test_without_a_ttl_all_that_fits_is_held() -> None:
    assert hit("evict: lru") == 1.0


def test_where_misses_send_what_reads_again_the_ttl_is_not_counted() -> None:
    """The calls of the cache hang on its own hit ratio: no error, and it is said."""
    assert hit("ttl: 1 min", missed="db, news: {do: send}") == 1.0
    text = ANSWERED.format(missed="db, news: {do: send}")
    made = bench(text, "  mem: {kind: cache, memory: 16 GB, ttl: 1 min}\n  news: {kind: queue}")
    assert any("is not counted" in note for note in made.figures["mem.hit"].notes)
