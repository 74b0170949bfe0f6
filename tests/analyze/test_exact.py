"""Networks whose answers are known exactly: means to 1e-6, percentiles to 1e-3."""

from dataclasses import replace
from math import exp, log

import pytest
from scipy import optimize, stats

from sysdesign.analyze import Times, analyze
from sysdesign.formulas.stations import erlang_b, erlang_c
from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Delay,
    Flow,
    Hedge,
    Hold,
    Network,
    Nothing,
    Parallel,
    Policy,
    Repeat,
    Retry,
    Send,
    Sequence,
)
from tests.analyze import networks
from tests.analyze.networks import constant, exponential, network, station, visit

SHARES = (0.5, 0.9, 0.95, 0.99, 0.999)


def times(made: Network) -> Times:
    return analyze(made).operations["op"].times


def mean_of(made: Network) -> float:
    return networks.mean_of(analyze(made).operations["op"])


def percentiles(found: Times) -> list[float | None]:
    return [found.p50_s, found.p90_s, found.p95_s, found.p99_s, found.p999_s]


def inverted(above) -> list[float]:
    """Percentiles of a law from the probability to be above a time."""
    return [optimize.brentq(lambda t, s=s: above(t) - (1 - s), 1e-9, 1e4) for s in SHARES]


@pytest.mark.parametrize("servers", [1, 2, 4, 16])
@pytest.mark.parametrize("load", [0.3, 0.8, 0.95])
def test_m_m_c(servers, load):
    arrival = servers * load
    made = network(station("a", servers=float(servers)), op=(arrival, visit("a")))
    waits, rate = float(erlang_c(arrival, servers)), servers - arrival

    def above(t):
        """Wait 0, or exponential of the spare rate; then exponential service of rate 1."""
        if abs(rate - 1) < 1e-9:
            return exp(-t) * (1 + waits * t)
        both = (rate * exp(-t) - exp(-rate * t)) / (rate - 1)
        return (1 - waits) * exp(-t) + waits * both

    found = times(made)
    assert found.mean_s == pytest.approx(1 + waits / rate, rel=1e-6)
    assert percentiles(found) == pytest.approx(inverted(above), rel=1e-3)


@pytest.mark.parametrize("load", [0.2, 0.6, 0.9])
@pytest.mark.parametrize(
    ("law", "scv"), [({"family": "constant"}, 0.0), ({"family": "", "scv": 4.0}, 4.0)]
)
def test_mean_of_m_g_1(load, law, scv):
    """Pollaczek and Khinchine."""
    made = network(station("a"), op=(load, visit("a", **law)))
    assert times(made).mean_s == pytest.approx(1 + load * (1 + scv) / 2 / (1 - load), rel=1e-6)


def test_a_tandem_of_exponentials_is_hypoexponential():
    made = network(station("a"), station("b"), op=(0.6, Sequence((visit("a"), visit("b", 0.5)))))
    first, second = 1 - 0.6, 2 - 0.6  # sojourns are exponential and independent (Burke)

    def above(t):
        return (second * exp(-first * t) - first * exp(-second * t)) / (second - first)

    found = times(made)
    assert found.mean_s == pytest.approx(1 / first + 1 / second, rel=1e-6)
    assert percentiles(found) == pytest.approx(inverted(above), rel=1e-3)


def test_equal_tandem_is_erlang():
    names = "abcde"
    made = network(*map(station, names), op=(0.5, Sequence(tuple(visit(name) for name in names))))
    found, law = times(made), stats.gamma(5, scale=2.0)
    assert found.mean_s == pytest.approx(10.0, rel=1e-6)
    assert percentiles(found) == pytest.approx(list(law.ppf(SHARES)), rel=1e-3)


@pytest.mark.parametrize("count", [2, 3, 10])
def test_the_longest_of_exponentials(count):
    parts = tuple(Delay(exponential(1.0), f"part {i}") for i in range(count))
    found = analyze(network(op=(1.0, Parallel(parts)))).operations["op"]
    mean = sum(1 / k for k in range(1, count + 1))
    exact = [-log(1 - share ** (1 / count)) for share in SHARES]
    assert found.times.mean_s == pytest.approx(mean, rel=1e-5)
    assert percentiles(found.times) == pytest.approx(exact, rel=1e-3)
    assert found.shares == pytest.approx({f"part {i}": 1 / count for i in range(count)}, rel=1e-3)


def test_unequal_parallel_parts_share_the_mean_by_who_is_last():
    parts = Parallel((Delay(exponential(1.0), "slow"), Delay(exponential(0.5), "fast")))
    found = analyze(network(op=(1.0, parts))).operations["op"]
    assert found.times.mean_s == pytest.approx(1 + 0.5 - 1 / 3, rel=1e-5)
    assert found.shares["slow"] == pytest.approx(2 / 3, rel=0.01)


@pytest.mark.parametrize(
    ("needed", "mean"), [(1, 1 / 3), (2, 1 / 3 + 1 / 2), (3, 1 / 3 + 1 / 2 + 1)]
)
def test_a_quorum_is_an_order_statistic(needed, mean):
    parts = tuple(Delay(exponential(1.0)) for _ in range(3))
    found = times(network(op=(1.0, Parallel(parts, needed))))
    law = stats.beta(needed, 3 - needed + 1)
    assert found.mean_s == pytest.approx(mean, rel=1e-4)
    assert percentiles(found) == pytest.approx([-log(1 - law.ppf(s)) for s in SHARES], rel=1e-3)


def test_a_choice_is_a_mixture():
    hit, miss = Delay(exponential(1.0), "cache"), Delay(exponential(20.0), "store")
    way = Sequence((hit, Choice((Branch(0.1, miss), Branch(0.9, Nothing())), "miss")))
    found = analyze(network(op=(1.0, way))).operations["op"]

    def above(t):
        return 0.9 * exp(-t) + 0.1 * (20 * exp(-t / 20) - exp(-t)) / 19

    assert found.times.mean_s == pytest.approx(3.0, rel=1e-6)
    assert percentiles(found.times) == pytest.approx(inverted(above), rel=1e-3)
    assert found.shares == pytest.approx({"cache": 1 / 3, "store": 2 / 3}, rel=1e-6)


def test_rounds_of_exponentials():
    """Seven pieces, three at once: the longest of three, twice, then one alone."""
    made = network(op=(1.0, Repeat(Delay(exponential(1.0)), 7.0, 3.0)))
    assert times(made).mean_s == pytest.approx(2 * (1 + 1 / 2 + 1 / 3) + 1, rel=1e-4)


def test_pieces_of_one_visit_are_one_service():
    """Four exponential pieces in a row are an Erlang-4 service: scv 1/4 in Pollaczek-Khinchine."""
    made = network(station("a"), op=(0.2, visit("a")))
    several = network(station("a"), op=(0.05, replace(visit("a"), items=4.0)))
    load = 0.2
    assert times(made).mean_s == pytest.approx(1 / (1 - load), rel=1e-6)
    assert times(several).mean_s == pytest.approx(4 + 4 * load * 1.25 / 2 / (1 - load), rel=1e-6)


def test_two_equal_queues_that_get_all_calls_together():
    """Flatto and Hahn: (12 - rho) / 8 of a single sojourn."""
    made = network(station("a"), station("b"), op=(0.5, Parallel((visit("a"), visit("b")))))
    assert times(made).mean_s == pytest.approx((12 - 0.5) / 8 * 2, rel=1e-4)


@pytest.mark.parametrize("servers", [1, 3])
def test_nobody_waits_behind_a_queue_of_as_long_constant_work(servers):
    one = network(
        station("a", servers=float(servers)), op=(0.8 * servers, visit("a", family="constant"))
    )
    both = Sequence((visit("a", family="constant"), visit("b", 0.9, family="constant")))
    two = network(
        station("a", servers=float(servers)), station("b", servers=float(servers)),
        op=(0.8 * servers, both),
    )  # fmt: skip
    assert mean_of(two) == pytest.approx(mean_of(one) + 0.9, rel=1e-9)
    assert analyze(two).doubts == ()


def test_sharing_of_a_server_does_not_mind_the_law_of_work():
    made = network(station("a", order="ps"), op=(0.5, visit("a", family="", scv=4.0)))
    assert times(made).mean_s == pytest.approx(2.0, rel=1e-6)


def test_calls_refused_without_a_place_to_wait():
    """Erlang's loss formula, for any law of work."""
    made = network(station("a", servers=4.0, waiting=0.0), op=(3.0, visit("a", family="", scv=2.0)))
    found = analyze(made).operations["op"]
    assert found.failed == pytest.approx(float(erlang_b(3.0, 4)), rel=1e-6)
    assert found.times.mean_s == pytest.approx(1.0, rel=1e-6)


def test_calls_refused_without_a_slot():
    function = station("f", queues=False, slots=10.0, waiting=0.0)
    made = network(function, op=(8.0, Hold("f", visit("f"))))
    found = analyze(made).operations["op"]
    assert found.failed == pytest.approx(float(erlang_b(8.0, 10)), rel=1e-6)


def test_few_places_to_wait():
    """M/M/1/3: three states with calls, each half again as likely."""
    made = network(station("a", waiting=2.0), op=(1.5, visit("a")))
    weights = [1.5**n for n in range(4)]
    failed = weights[3] / sum(weights)
    found = analyze(made).operations["op"]
    assert found.failed == pytest.approx(failed, rel=1e-6)
    there = sum(n * weight for n, weight in enumerate(weights)) / sum(weights)
    assert found.times.mean_s == pytest.approx(there / (1.5 * (1 - failed)), rel=1e-6)


def test_round_robin_over_two_is_erlang_arrivals():
    """E2/M/1 by its root: sigma = (2 lambda / (2 lambda + 1 - sigma))^2, sojourn 1 / (1 - sigma)."""
    made = network(station("a", instances=2.0, policy=Policy.ROUND_ROBIN), op=(1.6, visit("a")))
    sigma = optimize.brentq(lambda s: (1.6 / (1.6 + 1 - s)) ** 2 - s, 0.0, 0.999)
    assert times(made).mean_s == pytest.approx(1 / (1 - sigma), rel=0.03)


def test_random_choice_makes_queues_of_their_own():
    made = network(station("a", instances=10.0, policy=Policy.RANDOM), op=(5.0, visit("a")))
    assert times(made).mean_s == pytest.approx(2.0, rel=1e-6)


def test_two_choices_of_very_many():
    """Mitzenmacher: sum of rho^(2^i - 2)."""
    made = network(station("a", instances=1e6, policy=Policy.POWER_OF_TWO), op=(9e5, visit("a")))
    exact = sum(0.9 ** (2**i - 2) for i in range(1, 12))
    assert times(made).mean_s == pytest.approx(exact, rel=1e-4)


def test_hot_shard():
    """Ten shards, one gets 19% of the calls: M/M/1 at 0.95 for those, at 0.45 for the others."""
    made = network(station("a", shards=10.0, hottest=0.19), op=(5.0, visit("a")))
    found = analyze(made)
    assert found.stations["a"].utilisation == pytest.approx(0.95)
    assert found.stations["a"].mean_utilisation == pytest.approx(0.5)
    assert found.operations["op"].times.mean_s == pytest.approx(0.19 / 0.05 + 0.81 / 0.55, rel=1e-6)


def test_attempts_that_time_out():
    """Exponential answers, no queue: an attempt fails with probability e^-2, three are made."""
    guard = Attempts(timeout_s=2.0, retry=Retry(2, backoff_s=0.5, growth=1.0))
    remote = station("a", queues=False)
    found = analyze(network(remote, op=(1.0, Call("", "a", visit("a"), guard))))
    late = exp(-2)
    in_time = (1 - 3 * exp(-2)) / (1 - late)  # mean of those below 2
    weights = [1 - late, late * (1 - late), late**2 * (1 - late)]
    mean = sum(w * (2.5 * k + in_time) for k, w in enumerate(weights)) / sum(weights)
    assert found.operations["op"].failed == pytest.approx(late**3, rel=1e-3)
    assert found.operations["op"].times.mean_s == pytest.approx(mean, rel=1e-3)
    assert found.stations["a"].arrival_per_s == pytest.approx(1 + late + late**2, rel=1e-3)


def test_a_budget_bounds_retries():
    guard = Attempts(timeout_s=1.0, retry=Retry(3, budget=0.1))
    remote = station("a", queues=False)
    found = analyze(network(remote, op=(1.0, Call("", "a", visit("a"), guard))))
    assert found.stations["a"].arrival_per_s == pytest.approx(1.1, rel=1e-6)


def test_a_hedge_answers_when_the_first_of_two_does():
    """S(t) S(t - 1) for exponential answers; the second call is made with probability 1/e."""
    guard = Attempts(hedge=Hedge(after_s=1.0))
    found = analyze(network(station("a", queues=False), op=(1.0, Call("", "a", visit("a"), guard))))
    assert found.operations["op"].times.mean_s == pytest.approx(1 - exp(-1) / 2, rel=1e-3)
    assert percentiles(found.operations["op"].times) == pytest.approx(
        [t if t < 1 else (t + 1) / 2 for t in (-log(1 - s) for s in SHARES)], rel=2e-3
    )
    assert found.stations["a"].arrival_per_s == pytest.approx(1 + exp(-1), rel=1e-3)


def test_optional_calls_degrade_and_fall_back():
    guard = Attempts(timeout_s=1.0, optional=True)
    call = Call("", "a", visit("a"), guard)
    instead = Choice((Branch(0.0, visit("b")), Branch(1.0, Nothing())), "fallback", "a")
    made = network(
        station("a", queues=False), station("b", queues=False), op=(1.0, Sequence((call, instead)))
    )
    found = analyze(made)
    assert found.operations["op"].degraded == pytest.approx(exp(-1), rel=1e-3)
    assert found.operations["op"].failed == 0
    assert found.stations["b"].arrival_per_s == pytest.approx(exp(-1), rel=1e-3)
    assert found.operations["op"].times.mean_s == pytest.approx(1 - exp(-1) + exp(-1), rel=1e-3)


def test_what_is_sent_is_load_but_not_time():
    made = network(station("a"), station("q"), op=(0.5, Sequence((visit("a"), Send(visit("q"))))))
    found = analyze(made)
    assert found.operations["op"].times.mean_s == pytest.approx(2.0, rel=1e-6)
    assert found.stations["q"].utilisation == pytest.approx(0.5)


def test_network_time_is_told_apart():
    made = network(station("a"), op=(0.5, Sequence((Delay(constant(2.0)), visit("a")))))
    found = analyze(made).operations["op"]
    assert found.shares == pytest.approx({"": 0.5, "a": 0.5})
    law = stats.expon(scale=2.0)
    assert percentiles(found.times) == pytest.approx([2 + law.ppf(s) for s in SHARES], rel=1e-3)


def test_a_pool_in_front_of_delays_is_m_m_n():
    """Slots held for an exponential time behind which nobody queues: M/M/5."""
    way = Hold("w", Delay(exponential(1.0), "outside"))
    found = analyze(network(station("w", slots=5.0), op=(4.0, way)))
    waits = float(erlang_c(4.0, 5))
    assert found.operations["op"].times.mean_s == pytest.approx(1 + waits, rel=1e-3)
    assert found.stations["w"].slots_used == pytest.approx(0.8, rel=1e-3)


def test_closed_users_wait_for_their_answers():
    flow = Flow("op", "", 10.0, Delay(exponential(2.0)), users=30.0, think=exponential(1.0))
    found = analyze(network(op=flow)).operations["op"]
    assert found.rate_per_s == pytest.approx(30 / (1 + 2), rel=1e-5)


def test_users_who_wait_for_nothing_bring_what_they_are_said_to_bring():
    """Their rate has no end: neither does it here, and it is not followed there."""
    flow = Flow("op", "", 10.0, visit("a", 0.0), users=10.0)
    other = Flow("other", "", 0.01, visit("a", 1e-6))
    found = analyze(network(station("a", servers=3.0), op=flow, other=other), 0.0)
    assert found.operations["op"].rate_per_s == 0.0
    assert found.carries is None or found.carries > 1
