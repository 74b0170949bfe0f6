"""Sharing work out: balancers, shards, rings, forks; scaling; caches."""

from __future__ import annotations

import random
from collections import OrderedDict, deque
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from sysdesign.formulas import balancing, caches, popularity, usl
from sysdesign.formulas.forkjoin import fork_join_mean, harmonic
from sysdesign.formulas.stations import wait_mg, wait_mm
from tests.quick import examples


@given(st.floats(0.05, 0.99), st.integers(2, 100))
def test_policies_in_order(load: float, instances: int) -> None:
    """One queue for all is best, chance is worst."""
    rate = load * instances
    best = balancing.least_connections_wait(rate, 1.0, instances)
    two = balancing.power_of_two_wait(rate, 1.0, instances)
    turns = balancing.round_robin_wait(rate, 1.0, instances)
    chance = balancing.random_wait(rate, 1.0, instances)
    assert best <= two * (1 + 1e-9)
    assert two <= chance
    assert turns <= chance
    assert chance == pytest.approx(load / (1 - load))


@pytest.mark.parametrize("load", [0.5, 0.9, 0.99])
def test_power_of_two_of_very_many_is_the_mean_field(load: float) -> None:
    """Shares of instances with at least i calls, followed until they rest (Mitzenmacher 2001)."""
    levels = 12

    def change(_: float, longer: np.ndarray) -> Any:
        shares = np.concatenate([[1.0], longer, [0.0]])
        arrive = load * (shares[:-2] ** 2 - shares[1:-1] ** 2)
        return arrive - (shares[1:-1] - shares[2:])

    rest = integrate.solve_ivp(
        change, (0, 3000), np.zeros(levels), method="LSODA", rtol=1e-9, atol=1e-12
    )
    in_system = rest.y[:, -1].sum()
    wait = balancing.power_of_two_wait(load * 1e9, 1.0, 10**9)
    assert wait + 1 == pytest.approx(in_system / load, rel=1e-5)


def test_policies_on_several_servers_and_one_instance() -> None:
    assert balancing.random_wait(6.0, 1.0, 2, servers=4, scv=2.0) == wait_mg(3.0, 1.0, 4, 2.0)
    assert balancing.least_connections_wait(6.0, 1.0, 2, servers=4) == wait_mm(6.0, 1.0, 8)
    for policy in (balancing.round_robin_wait, balancing.power_of_two_wait):
        assert policy(0.5, 1.0, 1) == pytest.approx(1.0)
        assert policy(9.0, 1.0, 8) == inf
        with pytest.raises(ValueError, match="1 or more"):
            policy(1.0, 1.0, 0)


def test_a_hot_key() -> None:
    assert balancing.hottest_over_mean(8, 1.0) == 8.0
    assert balancing.hottest_over_mean(8, 0.0) == 1.0
    with pytest.raises(ValueError, match="from 0 to 1"):
        balancing.hottest_over_mean(8, 1.5)


@pytest.mark.parametrize("nodes", [1, 2, 10, 100, 5000])
def test_a_ring_of_one_point_a_node_is_broken_stick(nodes: int) -> None:
    """The longest of n random pieces is H(n)/n on average."""
    assert balancing.ring_imbalance(nodes) == pytest.approx(harmonic(nodes), rel=1e-4)


@pytest.mark.parametrize("points", [1, 3, 50, 400])
def test_a_ring_of_two_nodes_is_a_beta_law(points: int) -> None:
    share = stats.beta(points, points)
    larger, _ = integrate.quad(lambda x: 2 * x * share.pdf(x), 0.5, 1)
    assert balancing.ring_imbalance(2, points) == pytest.approx(
        2 * 2 * larger / 1 / 2 * 1, rel=1e-4
    )


def test_a_ring_drawn_many_times() -> None:
    draws = np.random.default_rng(0).dirichlet([20.0] * 30, 20_000).max(1) * 30
    assert balancing.ring_imbalance(30, 20) == pytest.approx(draws.mean(), rel=3e-3)


def test_a_ring_without_nodes_is_refused() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        balancing.ring_imbalance(0)
    with pytest.raises(ValueError, match="1 or more"):
        balancing.ring_imbalance(3, 0)


@given(st.floats(0, 0.99))
def test_forks(load: float) -> None:
    alone = 1 / (1 - load)
    assert fork_join_mean(load, 1.0, 1) == pytest.approx(alone)
    assert fork_join_mean(load, 1.0, 2) == pytest.approx(alone * (12 - load) / 8)
    for branches in (3, 10, 32):
        mean = fork_join_mean(load, 1.0, branches)
        assert alone <= mean <= alone * harmonic(branches) * (1 + 1e-12)


def test_forks_at_the_ends() -> None:
    assert fork_join_mean(0.0, 2.0, 10) == pytest.approx(2 * harmonic(10))
    assert fork_join_mean(1.0, 1.0, 10) == inf
    assert fork_join_mean(np.array([0.5, 2.0]), 1.0, 2).tolist() == [2.875, inf]  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="1 or more"):
        fork_join_mean(0.5, 1.0, 0)
    assert harmonic(101) == pytest.approx(sum(1 / k for k in range(1, 102)), rel=1e-10)


def test_scaling_law() -> None:
    """SPEC SDM91 as fitted by the usl package for R: best at 96.5 workers."""
    assert usl.best_workers(0.0277, 1.044e-4) == pytest.approx(96.5, abs=0.05)
    best = usl.speedup(96.5, 0.0277, 1.044e-4)
    assert best > usl.speedup(80, 0.0277, 1.044e-4)
    assert best > usl.speedup(115, 0.0277, 1.044e-4)
    assert usl.speedup(1, 0.3, 0.1) == 1
    assert usl.speedup(1e12, 0.05, 0.0) == pytest.approx(20)  # Amdahl
    assert usl.best_workers(0.1, 0.0) == inf
    assert usl.best_workers(2.0, 0.1) == 1
    with pytest.raises(ValueError, match="0 or more"):
        usl.speedup(3, -0.1, 0.0)


def forgetting(calls: list[int], evict: str, held: int, lifetime: float) -> float:
    """Hits of a cache that forgets and has little room, entry by entry; a call comes a second."""
    clock, chance, now, hits = random.Random(7), random.Random(5), 0.0, 0
    due: OrderedDict[int, float] = OrderedDict()  # the oldest first
    asked: OrderedDict[int, int] = OrderedDict()  # for lru the one asked for last comes last
    for key in calls:
        now += clock.expovariate(1.0)
        while due and next(iter(due.values())) <= now:
            old, _ = due.popitem(last=False)
            del asked[old]
        if key in asked:
            hits += 1
            asked[key] += 1
            if evict == "lru":
                asked.move_to_end(key)
            continue
        if len(asked) == held:
            victim = {
                "random": lambda: chance.choice(list(asked)),
                "lfu": lambda: min(asked, key=lambda one: asked[one]),
            }.get(evict, lambda: next(iter(asked)))()
            del asked[victim], due[victim]
        asked[key], due[key] = 1, now + lifetime
    return hits / len(calls)


class TestCaches:
    """Against caches that are really filled, and exact cases."""

    KEYS, HELD, CALLS = 500, 60, 120_000

    @pytest.fixture
    def calls(self) -> list[int]:
        weights = [rank**-0.9 for rank in range(1, self.KEYS + 1)]
        return random.Random(3).choices(range(self.KEYS), weights, k=self.CALLS)

    def test_lru(self, calls: list[int]) -> None:
        kept: OrderedDict[int, None] = OrderedDict()
        hits = 0
        for key in calls:
            if key in kept:
                hits += 1
                kept.move_to_end(key)
            else:
                kept[key] = None
                if len(kept) > self.HELD:
                    kept.popitem(last=False)
        known = popularity.lru_hit(popularity.zipf(self.KEYS, 0.9), self.HELD)
        assert known == pytest.approx(hits / self.CALLS, abs=0.006)

    @pytest.mark.parametrize("at_random", [False, True])
    def test_fifo_and_random(self, calls: list[int], at_random: bool) -> None:
        chance = random.Random(5)
        order: deque[int] = deque()
        held: set[int] = set()
        hits = 0
        for key in calls:
            if key in held:
                hits += 1
                continue
            if len(order) == self.HELD:
                if at_random:
                    order.rotate(chance.randrange(self.HELD))
                held.remove(order.popleft())
            order.append(key)
            held.add(key)
        known = caches.fifo_hit(popularity.zipf(self.KEYS, 0.9), self.HELD)
        assert known == pytest.approx(hits / self.CALLS, abs=0.006)

    @pytest.mark.parametrize("renewed", [False, True])
    def test_lifetime(self, calls: list[int], renewed: bool) -> None:
        clock = random.Random(7)
        now, hits = 0.0, 0
        until: dict[int, float] = {}
        for key in calls:
            now += clock.expovariate(100.0)
            hit = until.get(key, 0.0) > now
            hits += hit
            if renewed or not hit:
                until[key] = now + 1.5
        known = caches.ttl_hit(popularity.zipf(self.KEYS, 0.9), 100.0, 1.5, renewed=renewed)
        assert known == pytest.approx(hits / self.CALLS, abs=0.006)

    @pytest.mark.parametrize("lifetime", [50.0, 250.0, 1500.0])
    @pytest.mark.parametrize("evict", ["lru", "fifo", "random", "lfu"])
    def test_short_of_memory_and_forgetting(
        self, calls: list[int], evict: str, lifetime: float
    ) -> None:
        found = forgetting(calls, evict, self.HELD, lifetime)
        known = caches.cache_hit(evict, popularity.zipf(self.KEYS, 0.9), self.HELD, lifetime)
        assert known == pytest.approx(found, abs=0.03 if evict == "lfu" else 0.006)

    @settings(max_examples=20)
    @given(st.floats(1, 600), st.floats(0.1, 1e4), st.sampled_from(["lru", "fifo", "random"]))
    def test_of_two_limits_neither_is_beaten(
        self, held: float, lifetime: float, evict: str
    ) -> None:
        keys = popularity.zipf(500, 0.9)
        both = caches.cache_hit(evict, keys, held, lifetime)
        alone = caches.cache_hit(evict, keys, held), caches.ttl_hit(keys, 1.0, lifetime)
        assert both <= min(alone) + 1e-9
        assert caches.cache_hit(evict, keys, held, 1e12) == pytest.approx(alone[0], abs=1e-6)
        assert caches.cache_hit(evict, keys, 500.0, lifetime) == pytest.approx(alone[1], abs=1e-9)

    @given(st.floats(0, 1.2))
    def test_alike_keys_hit_by_what_is_held(self, part: float) -> None:
        alike = popularity.uniform(1000.0)
        for hit in (popularity.lru_hit, caches.fifo_hit, caches.lfu_hit):
            assert hit(alike, part * 1000) == pytest.approx(min(part, 1.0))

    @settings(max_examples=examples(20))
    @given(st.floats(0, 1000), st.floats(0.1, 1.5))
    def test_no_cache_beats_the_best_keys(self, held: float, exponent: float) -> None:
        keys = popularity.zipf(1000, exponent)
        best = caches.lfu_hit(keys, held)
        lru = popularity.lru_hit(keys, held)
        assert caches.fifo_hit(keys, held) <= lru + 1e-9
        assert lru <= best + 1e-9

    @settings(max_examples=examples(20))
    @given(st.floats(0.01, 0.99))
    def test_keys_for_a_hit_ratio_and_back(self, hit: float) -> None:
        keys = popularity.zipf(100_000, 0.8)
        assert popularity.lru_hit(keys, popularity.lru_keys(keys, hit)) == pytest.approx(hit)

    def test_a_negative_lifetime_is_refused(self) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            caches.ttl_hit(popularity.uniform(2.0), 1.0, -1.0)


def test_samples_of_a_policy() -> None:
    loads: Any = np.array([0.0, 0.5, 2.0])
    waits: Any = balancing.power_of_two_wait(loads * 10, 1.0, 10)
    assert waits[0] == 0
    assert waits[1] == balancing.power_of_two_wait(5.0, 1.0, 10)
    assert waits[2] == inf
