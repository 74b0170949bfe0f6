"""Caches by key against exact theory, and what a sample of the keys is worth."""

from __future__ import annotations

from itertools import combinations, permutations
from math import isclose, prod, sqrt
from statistics import fmean, stdev

import numpy as np
import pytest

from sysdesign.formulas.caches import fifo_hit, lfu_hit
from sysdesign.formulas.popularity import Popularity, lru_hit, top, uniform, zipf
from sysdesign.network import Branch, Choice, Contents, Nothing, Sequence
from sysdesign.network.scenario import Cold, Scenario
from sysdesign.simulate import holding
from sysdesign.simulate.engine import SimulateError, prepare, run
from sysdesign.simulate.holding import alias, entries_of, expected_hit, refilled_s, room_of, sliced
from sysdesign.simulate.plan import Plan
from tests.analyze.networks import network, station, visit

RATE = 100.0


def cached(rate: float = RATE, fetch_s: float = 0.0, **words):
    """A cache `c` of no time in front of a store that takes `fetch_s`."""
    made = Contents("c", "c", **{"keys": 5.0, "zipf": 0.9, **words})
    fetch = visit("b", fetch_s, family="constant")
    miss = Choice((Branch(0.5, fetch), Branch(0.5, Nothing())), "miss", "c", contents=made)
    parts = (station("c", queues=False), station("b", queues=False))
    return network(*parts, op=(rate, Sequence((visit("c", 0.0), miss))))


def hits(made, length_s: float = 400.0, replications: int = 4, **plan) -> list[float]:
    """Hit ratio of each replication, from the start on."""
    tables = prepare(made)
    words = {"interpreted": True, "interval_s": length_s, **plan}
    return [run(tables, Plan(0.0, length_s, replication=k, **words)).caches[0].hit
            for k in range(replications)]  # fmt: skip


def is_near(found: list[float], exact: float, calls: float) -> None:
    """Within 4 standard errors; calls of one key hang together, so twice what chance alone gives."""
    error = 2 * sqrt(exact * (1 - exact) / (calls * len(found)))
    assert abs(fmean(found) - exact) <= 4 * error, (fmean(found), exact, stdev(found))


def shares(keys: int = 5, exponent: float = 0.9) -> list[float]:
    weights = [rank**-exponent for rank in range(1, keys + 1)]
    return [w / sum(weights) for w in weights]


def lru_exact(p: list[float], room: int) -> float:
    """King (1971): chance that the last `room` different keys are these, in this order."""
    found = 0.0
    for order in permutations(range(len(p)), room):
        chance, left = 1.0, 1.0
        for k in order:
            chance *= p[k] / left
            left -= p[k]
        found += chance * sum(p[k] for k in order)
    return found


def fifo_exact(p: list[float], room: int) -> float:
    """Gelenbe (1973): a set is held in proportion to the product of its shares, random alike."""
    whole = {s: prod(p[k] for k in s) for s in combinations(range(len(p)), room)}
    return sum(w * sum(p[k] for k in s) for s, w in whole.items()) / sum(whole.values())


@pytest.mark.parametrize(("evict", "exact"), [
    ("lru", lru_exact(shares(), 2)), ("fifo", fifo_exact(shares(), 2)),
    ("random", fifo_exact(shares(), 2)),
])  # fmt: skip
@pytest.mark.mostly_slow(3)
def test_few_keys_are_held_as_theory_says(evict, exact):
    is_near(hits(cached(held=2.0, evict=evict), 50.0), exact, 50 * RATE)


def test_a_lifetime_is_kept_exactly():
    """A key that is asked for at rate r is fetched once in T + 1/r."""
    rates = [share * RATE for share in shares(20)]
    exact = sum(r * (r * 0.5 / (1 + r * 0.5)) for r in rates) / RATE
    is_near(hits(cached(keys=20.0, ttl_s=0.5), 50.0), exact, 50 * RATE)


@pytest.mark.slow
@pytest.mark.parametrize(("evict", "formula", "error"), [
    ("lru", lru_hit, 0.005), ("fifo", fifo_hit, 0.005), ("random", fifo_hit, 0.005),
    ("lfu", lfu_hit, 0.01),
])  # fmt: skip
def test_many_keys_are_held_as_the_approximation_says(evict, formula, error):
    """Che's approximation for lru, Fricker's for fifo and random; lfu keeps those asked for most."""
    found = fmean(hits(cached(keys=500.0, held=100.0, evict=evict), 200.0, 2))
    assert abs(found - formula(zipf(500.0, 0.9), 100.0)) <= error + 3 * sqrt(0.25 / 40_000)


def test_a_run_begins_with_what_the_cache_holds_in_the_long_run():
    tables = prepare(cached(keys=2e4, held=4e3))
    at = run(tables, Plan(0.0, 200.0, interpreted=True, interval_s=50.0)).series.caches[:, 0]
    ratios = at[:, 0] / at.sum(axis=1)
    exact = lru_hit(zipf(2e4, 0.9), 4e3)
    assert np.abs(ratios - exact).max() <= 5 * sqrt(0.25 / 5000)


def test_a_sample_of_the_keys_hits_as_often(monkeypatch):
    """Some hundred entries for twenty thousand keys."""
    monkeypatch.setattr(holding, "MOST_ENTRIES", 2_500)
    monkeypatch.setattr(holding, "LEAST_ENTRIES", 2_500)
    made = cached(keys=2e4, held=4e3)
    (held,) = prepare(made).holding
    assert held.is_sampled
    assert "stand for its 20,000 keys" in held.said
    assert held.count <= 2_500
    found = hits(made, 100.0, 2)
    assert abs(fmean(found) - lru_hit(zipf(2e4, 0.9), 4e3)) <= 0.015


@pytest.mark.slow
def test_an_emptied_cache_fills_as_fast_with_a_sample(monkeypatch):
    """What counts are seconds: entries that stand for many keys come as late as those would."""
    made = cached(keys=2e4, held=8e3)
    cold = Scenario("cold", (Cold(0.0, "c"),))

    def ratios():
        tables = prepare(made, cold)
        runs = [run(tables, Plan(0.0, 200.0, replication=k, interpreted=True, interval_s=25.0))
                for k in range(3)]  # fmt: skip
        return sum(one.series.caches[:, 0, 0] for one in runs) / (3 * 25 * RATE)

    whole = ratios()
    monkeypatch.setattr(holding, "MOST_ENTRIES", 2_500)
    monkeypatch.setattr(holding, "LEAST_ENTRIES", 2_500)
    part = ratios()
    assert whole[0] < 0.6 * whole[-1]
    assert np.abs(whole - part).max() <= 0.03


def test_one_fetches_for_all_that_ask_meanwhile():
    """A single key that is forgotten at once: a fetch takes 1 s, so there is one a second."""
    tables = prepare(cached(keys=1.0, zipf=None, ttl_s=0.0, coalesce=True, fetch_s=1.0))
    tally = run(tables, Plan(0.0, 50.0, interpreted=True))
    (cache,) = tally.caches
    fetched = tally.stations[1].arrivals
    assert 45 <= fetched <= 51
    assert cache.misses == cache.joined + fetched
    assert tally.flows[0].failed == 0


@pytest.mark.parametrize("popularity", [
    zipf(5e8, 0.9), zipf(1e6, 1.2), top(1e7, 0.2, 0.8), uniform(1e9), zipf(50.0, 0.7),
])  # fmt: skip
def test_entries_are_bounded_and_stand_for_all_keys(popularity):
    found = entries_of(popularity, 10_000)
    assert sum(found) <= 10_000
    assert all(n >= 1 for n in found)
    if sum(popularity.keys) <= 10_000:
        assert found == tuple(max(round(k), 1) for k in popularity.keys)


def test_the_alias_table_gives_each_class_its_share():
    popularity = zipf(1e6, 0.9)
    part, other = alias(popularity.shares)
    got = np.array(part)
    for k, (own, to) in enumerate(zip(part, other, strict=True)):
        if own < 1:
            got[to] += 1 - own
            assert to != k
    assert np.allclose(got / len(part), popularity.shares, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("evict", "formula"), [("lru", lru_hit), ("fifo", fifo_hit), ("lfu", lfu_hit)]
)
def test_room_is_what_gives_the_hit_ratio_that_is_stated(evict, formula):
    popularity = zipf(1e5, 0.9)
    room = room_of(Contents("c", "c", 1e5, 0.9, hit=0.8, evict=evict), popularity)
    assert isclose(formula(popularity, room), 0.8, abs_tol=1e-6)


def test_a_slice_of_the_calls_hits_as_often():
    """A sixteenth of the keys, of the room and of the calls."""
    whole = zipf(1e6, 0.9)
    part, room = sliced(whole, 1e5, 16)
    assert abs(lru_hit(part, room) - lru_hit(whole, 1e5)) <= 0.002
    assert sliced(whole, 1e5, 1) == (whole, 1e5)
    assert isinstance(part, Popularity)


@pytest.mark.parametrize("words", [
    {"keys": 0.0}, {"keys": float("nan")}, {"zipf": -1.0}, {"held": -5.0}, {"ttl_s": -1.0},
    {"evict": "mru"}, {"zipf": None, "top": (2.0, 0.5)}, {"held": float("nan")},
])  # fmt: skip
def test_contents_that_cannot_be_are_said(words):
    with pytest.raises(SimulateError, match="c: "):
        prepare(cached(**words))


def test_nothing_fits():
    assert hits(cached(held=0.0), 20.0, 1) == [0.0]


@pytest.mark.slow
def test_how_long_a_cold_cache_takes_to_be_full_is_what_a_run_shows():
    """By formulas; a run from empty has its usual hit ratio, but for a point, at that time."""
    tables = prepare(cached(keys=2e4, zipf=0.9, held=4e3), Scenario("x", (Cold(0.0, "c"),)))
    (held,) = tables.holding
    after = refilled_s(held)
    plans = [Plan(0.0, 1.3 * after, replication=k, interpreted=True, interval_s=0.1 * after)
             for k in range(8)]  # fmt: skip
    rows = np.sum([run(tables, plan).series.caches[:, 0] for plan in plans], axis=0)
    hit = rows[:, 0] / rows.sum(axis=1)
    usual = expected_hit(held.words)
    assert hit[3] < usual - 0.02
    assert hit[9:12].mean() == pytest.approx(usual - 0.01, abs=0.012)
