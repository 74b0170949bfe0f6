"""What an analysis says beyond times: use, limits, growth, needs, chains, draws, doubts."""

from dataclasses import asdict, replace
from math import isfinite, log
from typing import Any

import numpy as np
import pytest

from sysdesign.analyze import (
    Analysis,
    analyze,
    analyze_draws,
    chain,
    drawn,
    load_for,
    needs,
    needs_for,
    sweep,
)
from sysdesign.analyze.sweep import KNEE
from sysdesign.network import (
    Attempts,
    Autoscale,
    Branch,
    Breaker,
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
    Spread,
)
from tests.analyze.networks import constant, exponential, network, station, visit


def shop() -> Network:
    """A service with a cache and a sharded store; orders go to a queue and a worker."""
    miss = Choice((Branch(0.2, visit("store", 0.01)), Branch(0.8, Nothing())), "miss")
    read = Sequence((visit("web", 0.02), visit("cache", 0.001), miss))
    hand_over = Send(Call("web", "queue", visit("queue", 0.001)))
    write = Sequence((visit("web", 0.03), visit("store", 0.02), hand_over))
    work = Sequence((visit("worker", 0.05), visit("store", 0.02)))
    return network(
        station("web", instances=4.0, servers=4.0, policy=Policy.ROUND_ROBIN),
        station("cache", servers=2.0),
        station("store", servers=8.0),
        station("queue", servers=4.0),
        station("worker", servers=8.0),
        look=(300.0, read),
        buy=(50.0, write),
        deliver=Flow("deliver", "", 50.0, work, "queue", ("buy",)),
    )


def told(value):
    """All numbers of a result."""
    if isinstance(value, dict):
        for part in value.values():
            yield from told(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from told(part)
    elif isinstance(value, float | int):
        yield value


def plain(analysis: Analysis) -> dict[str, Any]:
    operations = {
        name: {"shares": one.shares, "times": asdict(one.times)}
        for name, one in analysis.operations.items()
    }
    stations = {name: asdict(one) for name, one in analysis.stations.items()}
    return {"operations": operations, "stations": stations, "carries": analysis.carries}


def p99(found: Analysis, operation: str = "op") -> float:
    value = found.operations[operation].times.p99_s
    assert value is not None
    return value


def mean(found: Analysis, operation: str = "op") -> float:
    value = found.operations[operation].times.mean_s
    assert value is not None
    return value


def used(found: Analysis, name: str = "a") -> float:
    value = found.stations[name].utilisation
    assert value is not None
    return value


def waited(found: Analysis, name: str) -> float:
    value = found.stations[name].wait_s
    assert value is not None
    return value


def chained(found: Analysis, first: str, last: str) -> float:
    value = chain(found, first, last).times.mean_s
    assert value is not None
    return value


# -- use and limits ------------------------------------------------------------------------------


def test_use_follows_from_rates_and_work():
    found = analyze(shop())
    use = {name: one.utilisation for name, one in found.stations.items()}
    assert use == pytest.approx({
        "web": (300 * 0.02 + 50 * 0.03) / 16,
        "cache": 300 * 0.001 / 2,
        "store": (60 * 0.01 + 50 * 0.02 + 50 * 0.02) / 8,
        "queue": 50 * 0.001 / 4,
        "worker": 50 * 0.05 / 8,
    })  # fmt: skip
    assert found.bottleneck == "web"
    assert found.carries == pytest.approx(0.95 / (7.5 / 16))
    assert found.stations["web"].capacity_per_s == pytest.approx(350 * 16 / 7.5)


def test_load_multiplies_the_peak_and_not_what_is_carried():
    one, two = analyze(shop()), analyze(shop(), 2.0)
    assert two.stations["store"].utilisation == pytest.approx(2 * 2.6 / 8)
    assert two.carries == pytest.approx(one.carries)
    assert analyze(shop(), 0.0).carries == pytest.approx(one.carries)


def test_a_documented_cap_limits_what_is_carried():
    made = network(station("a", servers=100.0, cap_per_s=15.0), op=(10.0, visit("a")))
    found = analyze(made)
    assert found.carries == pytest.approx(1.5)
    assert found.stations["a"].cap_used == pytest.approx(10 / 15)
    beyond = analyze(made, 3.0).operations["op"]
    assert beyond.failed == pytest.approx(0.5)


def test_autoscaling_keeps_to_its_target_until_all_instances_run():
    scale = Autoscale("utilisation", target=0.5, least=2.0, most=10.0)
    made = network(station("a", instances=2.0, autoscale=scale), op=(3.0, visit("a")))
    found = analyze(made)
    assert found.stations["a"].instances == 6
    assert found.stations["a"].utilisation == pytest.approx(0.5)
    assert found.carries == pytest.approx(0.95 * 10 / 3)
    assert analyze(made, 3.0).stations["a"].utilisation == pytest.approx(0.9)


@pytest.mark.parametrize("by", ["backlog", "lag"])
def test_instances_that_follow_a_backlog_grow_until_they_keep_up(by):
    scale = Autoscale(by, target=20.0, least=2.0, most=10.0)
    made = network(station("a", instances=2.0, autoscale=scale), op=(3.0, visit("a")))
    found = analyze(made)
    assert found.stations["a"].instances == 4
    assert found.stations["a"].utilisation == pytest.approx(0.75)
    assert found.carries == pytest.approx(0.95 * 10 / 3)
    assert analyze(made, 0.1).stations["a"].instances == 2
    assert analyze(made, 4.0).stations["a"].utilisation == pytest.approx(1.2)
    assert any("scales by" in doubt.why for doubt in found.operations["op"].doubts)
    rates: Any = np.array([0.3, 3.0, 12.0])
    drawn = analyze_draws(replace(made, flows=(replace(made.flows[0], rate_per_s=rates),)))
    assert drawn.utilisation["a"] == pytest.approx([0.15, 0.75, 1.2])
    assert drawn.carries == pytest.approx(9.5 / rates)


@pytest.mark.parametrize(
    ("by", "carried"),
    [("backlog", 0.95 * 10 * 20 / 30), ("lag", 0.95 * 10 * 20 / 30), ("utilisation", 0.95 * 20 * 2 / 30)],
)  # fmt: skip
def test_what_follows_a_backlog_grows_for_want_of_slots_too(by, carried):
    """100 a second hold one of 20 slots for 0.3 s each, and next to no core."""
    scale = Autoscale(by, target=0.5, least=2.0, most=10.0)
    node = Hold("a", Sequence((visit("a", 1e-6), Delay(exponential(0.3)))))
    made = network(station("a", instances=2.0, slots=20.0, autoscale=scale), op=(100.0, node))
    found = analyze(made)
    assert found.carries == pytest.approx(carried, rel=1e-2)
    drawn = analyze_draws(
        replace(made, flows=(replace(made.flows[0], rate_per_s=np.array([100.0])),))
    )
    assert drawn.carries == pytest.approx(carried, rel=1e-2)


def test_wild_work_is_no_doubt_where_nobody_waits_for_it():
    wild = visit("b", 0.01, family="", scv=12.0)
    for servers, doubted in ((50.0, False), (1.0, True)):
        made = network(station("a"), station("b", servers=servers),
                       op=(0.3, Sequence((visit("a"), Repeat(wild, 10.0)))))  # fmt: skip
        found = analyze(made)
        said = any("its work" in doubt.why for doubt in found.operations["op"].doubts)
        assert said == doubted == any("its work" in doubt.why for doubt in found.doubts)


def test_contention_makes_work_longer():
    """32 workers of which 5% goes one at a time do the work of 12.5."""
    made = network(station("a", instances=32.0, sigma=0.05), op=(10.0, visit("a")))
    assert analyze(made).stations["a"].utilisation == pytest.approx(10 * 2.55 / 32)


def test_overload_is_said_in_words_and_not_in_numbers():
    found = analyze(shop(), 3.0)
    assert found.operations["look"].times.p99_s is None
    assert found.operations["look"].overloaded == ("web",)
    assert found.overloaded == ("web",)
    assert all(isfinite(number) for number in told(plain(found)))


def test_what_is_optional_does_not_overload_its_callers():
    guard = Attempts(timeout_s=1.0, optional=True)
    made = network(
        station("a"), station("b"),
        op=(0.5, Sequence((visit("a"), Call("a", "b", visit("b", 3.0), guard)))),
    )  # fmt: skip
    found = analyze(made).operations["op"]
    assert found.overloaded == ("b",)
    assert found.degraded == pytest.approx(1.0)
    assert found.times.mean_s == pytest.approx(3.0, rel=1e-3)


def test_origins_are_told_apart_and_together():
    near, far = Delay(constant(0.001)), Delay(constant(0.1))
    flows = tuple(
        Flow("op", origin, rate, Sequence((way, visit("a", 0.01))))
        for origin, rate, way in (("eu", 60.0, near), ("us", 40.0, far))
    )
    found = analyze(Network({"a": station("a", servers=4.0)}, flows)).operations["op"]
    means = {one.origin: one.times.mean_s or 0.0 for one in found.origins}
    assert found.rate_per_s == 100
    assert means["us"] == pytest.approx(means["eu"] + 0.099)
    assert found.times.mean_s == pytest.approx(0.6 * means["eu"] + 0.4 * means["us"])
    assert found.times.p99_s is not None
    assert found.times.p99_s > 0.1


def test_shares_of_the_mean_sum_to_one():
    for result in analyze(shop()).operations.values():
        assert sum(result.shares.values()) == pytest.approx(1.0)


def test_the_wait_for_a_message_is_not_time_of_who_takes_it():
    found = analyze(shop())
    free = analyze(replace_station(shop(), "worker", servers=1000.0))
    assert mean(found, "deliver") == pytest.approx(mean(free, "deliver"), rel=1e-6)
    assert waited(found, "worker") > waited(free, "worker")


def replace_station(made: Network, name: str, **facts) -> Network:
    return replace(made, stations={**made.stations, name: replace(made.stations[name], **facts)})


# -- chains --------------------------------------------------------------------------------------


def test_a_chain_adds_the_wait_for_the_worker():
    found = analyze(shop())
    whole = chain(found, "buy", "deliver")
    assert whole.operations == ("buy", "deliver")
    expected = (
        mean(found, "buy")
        + 0.001
        + waited(found, "queue")
        + waited(found, "worker")
        + mean(found, "deliver")
    )
    assert whole.times.mean_s == pytest.approx(expected, rel=1e-6)


def test_a_chain_over_several_messages():
    made = shop()
    more = Flow("bill", "", 50.0, visit("biller", 0.01), "worker", ("deliver",))
    work = Sequence((Call("", "worker", visit("worker", 0.05)), visit("store", 0.02)))
    flows = (*made.flows[:2], replace(made.flows[2], root=work), more)
    stations = {**made.stations, "biller": station("biller")}
    found = analyze(Network(stations, flows))
    whole = chain(found, "buy", "bill")
    assert whole.operations == ("buy", "deliver", "bill")
    assert whole.times.mean_s == pytest.approx(chained(found, "buy", "bill"))
    assert chained(found, "buy", "bill") > chained(found, "deliver", "bill")


def test_partitions_of_a_stream_are_waited_for():
    made = shop()
    slow = replace(made, flows=(*made.flows[:2], replace(made.flows[2], at_once=4.0)))
    few = chained(analyze(slow), "buy", "deliver")
    assert few > 1.05 * chained(analyze(made), "buy", "deliver")


def test_a_chain_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="no message leads from deliver to buy"):
        chain(analyze(shop()), "deliver", "buy")


# -- growth and needs ----------------------------------------------------------------------------


def test_the_load_curve_ends_where_something_is_full():
    found = sweep(analyze(shop()), (1.0, 2.0, 4.0, 8.0))
    order = [name for name, _ in found.saturates]
    assert order == ["web", "store", "worker", "cache", "queue"]
    assert dict(found.saturates)["store"] == pytest.approx(0.95 * 8 / 2.6)
    asked = [point for point in found.points if not point.is_added]
    assert [point.overloaded for point in asked][:2] == [(), ()]
    assert asked[2].overloaded == ("web", "store", "worker")
    slowest = [point.times["look"].p99_s for point in asked]
    assert (slowest[0] or 0.0) < (slowest[1] or 0.0)
    assert slowest[2:] == [None, None]
    assert asked[3].utilisation["store"] == pytest.approx(8 * 2.6 / 8)


def test_what_is_not_on_the_way_may_be_overloaded():
    """Three times as many orders are too much for the worker, and nobody waits for it."""
    made = replace_station(shop(), "worker", instances=0.5)
    found = sweep(analyze(made), (1.0, 2.0), ["buy", "deliver"]).points
    twice = next(point for point in found if point.load == 2.0)
    assert twice.overloaded == ("worker",)
    assert twice.times["buy"].p99_s is not None
    assert twice.times["deliver"].p99_s is None


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9])
def test_the_load_up_to_which_a_time_is_met(share):
    """The 99th percentile of M/M/1 is ln 100 over what is left."""
    made = network(station("a"), op=(0.1, visit("a")))
    limit = log(100) / (1 - share)
    curve = sweep(analyze(made))
    assert load_for(curve, "op", "p99_s", limit) == pytest.approx(share / 0.1, rel=0.02)
    assert load_for(curve, "op", "p99_s", 1.0) is None
    assert load_for(sweep(analyze(made), (1.0,)), "op", "p99_s", 1e9) == pytest.approx(
        KNEE[-1] / 0.1
    )


def test_needs_for_a_utilisation():
    found = {one.station: one for one in needs(analyze(shop(), 2.0), 0.6)}
    assert found["web"].instances == 7  # 15 servers' worth of work over 4 x 0.6
    assert found["store"].instances == 2
    assert found["store"].servers == 9  # 5.2 over 0.6
    assert found["cache"].instances == 1


def test_needs_meet_the_target_and_no_less_would():
    made = shop()
    for one in needs(analyze(made, 3.0), 0.7):
        count = one.instances or 0
        more = replace_station(made, one.station, instances=float(count))
        assert used(analyze(more, 3.0), one.station) <= 0.7
        if count > 1:
            less = replace_station(made, one.station, instances=count - 1.0)
            assert used(analyze(less, 3.0), one.station) > 0.7


def test_needs_under_contention_may_not_exist():
    made = network(station("a", instances=4.0, sigma=0.2, kappa=0.01), op=(4.0, visit("a")))
    assert needs(analyze(made), 0.5)[0].instances is None


def test_a_plan_for_a_percentile_keeps_its_promise():
    made = shop()
    busy = analyze(made, 1.9)
    target = 0.175
    assert p99(busy, "buy") > target
    plan = needs_for(busy, "buy", target)
    assert plan.reached
    for one in plan.needs:
        made = replace_station(made, one.station, instances=float(one.instances or 0))
    assert p99(analyze(made, 1.9), "buy") <= target * 1.001


def test_work_alone_may_be_too_long():
    plan = needs_for(analyze(shop()), "buy", 0.05)
    assert not plan.reached
    assert (plan.seconds or 0.0) > 0.05


# -- retries -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_retries_that_a_burst_would_keep_going():
    guard = Attempts(timeout_s=4.0, retry=Retry(2))
    made = network(station("a", servers=10.0), op=(7.0, Call("", "a", visit("a"), guard)))
    found = analyze(made)
    assert found.metastable is not None
    assert found.metastable.stations == ("a",)
    assert found.metastable.safe_load == pytest.approx(10 / 3 / 7, rel=1e-6)
    assert found.metastable.state == "at risk"
    assert found.operations["op"].doubts
    for load, state in ((0.1, "safe"), (0.9 * 10 / 21, "safe"), (1.1, "at risk"), (1.5, "down")):
        other = analyze(made, load)
        assert other.metastable is not None
        assert other.metastable.state == state
        assert other.metastable.safe_load == pytest.approx(found.metastable.safe_load, rel=1e-9)
    assert not analyze(made, 0.4).operations["op"].doubts
    budget = Attempts(timeout_s=4.0, retry=Retry(2, budget=0.1))
    calm = network(station("a", servers=10.0), op=(7.0, Call("", "a", visit("a"), budget)))
    assert analyze(calm).metastable is None


def test_retries_may_leave_no_good_state():
    guard = Attempts(timeout_s=1.5, retry=Retry(3))
    made = network(station("a", servers=10.0), op=(8.5, Call("", "a", visit("a"), guard)))
    found = analyze(made)
    assert used(found) > 1
    assert found.operations["op"].times.p99_s is None


def test_retries_lower_what_is_carried():
    plain_call = network(station("a", servers=10.0), op=(5.0, visit("a")))
    guard = Attempts(timeout_s=2.0, retry=Retry(3))
    made = network(station("a", servers=10.0), op=(5.0, Call("", "a", visit("a"), guard)))
    least, most = analyze(made).carries, analyze(plain_call).carries
    assert least is not None
    assert most is not None
    assert 1 < least < 0.95 * most
    assert used(analyze(made, least * 0.999)) <= 0.951


# -- draws ---------------------------------------------------------------------------------------


def uncertain(draws: int = 400) -> Network:
    dice = np.random.default_rng(5)
    rate: Any = np.exp(dice.normal(np.log(300.0), 0.3, draws))
    work: Any = np.exp(dice.normal(np.log(0.02), 0.2, draws))
    read = Sequence(
        (Delay(constant(0.005)), Call("", "web", visit("web", work)), visit("db", 0.01))
    )
    return network(station("web", servers=16.0), station("db", servers=8.0), op=(rate, read))


def test_draws_are_what_each_draw_alone_gives():
    made = uncertain()
    found = analyze_draws(made)
    assert found.draws == 400
    for draw in (3, 77, 200, 399):
        alone = analyze(drawn(made, draw))
        assert found.utilisation["web"][draw] == pytest.approx(alone.stations["web"].utilisation)
        assert found.carries[draw] == pytest.approx(alone.carries)
        times = alone.operations["op"].times
        if times.mean_s is None:
            assert found.seconds("op", "p99_s")[draw] == np.inf
        elif used(alone, "web") < 0.9:
            assert found.seconds("op", "mean_s")[draw] == pytest.approx(times.mean_s, rel=0.05)
            assert found.seconds("op", "p99_s")[draw] == pytest.approx(times.p99_s, rel=0.1)


def test_a_chain_over_draws():
    parts = (visit("a", 0.1), Send(visit("q", 0.0)))
    rates: Any = np.array([1.0, 20.0, 39.0, 60.0])
    made = network(
        station("a", servers=4.0), station("q"), station("w", servers=4.0),
        post=(rates, Sequence(parts)),
        work=Flow("work", "", 1.0, visit("w", 0.2), trigger="q", from_operations=("post",)),
    )  # fmt: skip
    found = analyze_draws(made, asked=[("post", "work")], solved=4).seconds(
        ("post", "work"), "mean_s"
    )
    assert found[3] == np.inf
    assert found[0] == pytest.approx(0.1 + 0.2, rel=0.02)
    assert found[0] < found[1] < found[2]


def test_autoscaling_without_a_most_over_draws():
    """Where instances are added without end, nothing is ever full; contention bounds what helps."""
    for sigma, ends in ((0.0, False), (0.1, True)):
        scale = Autoscale("utilisation", target=0.5, least=1.0, most=float("inf"))
        rates: Any = np.array([1.0, 20.0, 400.0])
        one = station("a", autoscale=scale, sigma=sigma, kappa=0.001 if ends else 0.0)
        found = analyze_draws(network(one, op=(rates, visit("a"))))
        assert np.isfinite(found.utilisation["a"]).all()
        assert (found.carries < 1e3).all() if ends else (found.carries > 1e5).all()


def test_draws_of_a_network_without_ranges():
    found = analyze_draws(shop())
    alone = analyze(shop())
    assert found.draws == 1
    assert found.seconds("look", "p99_s")[0] == pytest.approx(
        alone.operations["look"].times.p99_s, rel=1e-3
    )
    assert found.carries[0] == pytest.approx(alone.carries)


# -- doubts --------------------------------------------------------------------------------------

NEAR = ("near", network(station("a", servers=4.0), op=(3.9, visit("a"))))
WILD = ("its work", network(station("a"), op=(0.3, visit("a", family="", scv=12.0))))
ORDER = ("order", network(station("a", order="lifo"), op=(0.3, visit("a"))))
_EVEN = visit("a", family="constant")
TOGETHER = (  # of exponential work, or of even work alone, the joins are exact
    "at a time",
    network(station("a"), op=(0.04, Repeat(_EVEN, 8.0, 8.0)), other=(0.1, _EVEN)),
)
FORK = (
    "busy together",
    network(
        station("a"), station("b"),
        op=(0.6, Parallel((visit("a", family="constant"), visit("b", family="constant")))),
    ),
)  # fmt: skip
POOL = (
    "slot",
    network(
        station("w", servers=8.0, slots=6.0), station("a", servers=4.0),
        op=(3.2, Hold("w", Sequence((visit("w", 0.5), visit("a", family="", scv=4.0))))),
    ),
)  # fmt: skip
STOPS = (
    "stops calling",
    network(
        station("a"), op=(0.3, Call("", "a", visit("a"), Attempts(timeout_s=1.0, breaker=Breaker())))
    ),
)  # fmt: skip
BEAT = (
    "beat",
    network(
        station("a"), station("b"),
        op=(0.7, Sequence((visit("a", family="constant"), visit("b", 1.1, family="constant")))),
    ),
)  # fmt: skip
BURSTY = (
    "bunches",
    network(
        station("a"), station("b"),
        op=(0.8, Sequence((visit("a", family="", scv=4.0), visit("b")))),
    ),
)  # fmt: skip
STUCK = (
    "after a burst",
    network(
        station("a", servers=10.0),
        op=(7.0, Call("", "a", visit("a"), Attempts(timeout_s=4.0, retry=Retry(2)))),
    ),
)  # fmt: skip
HEDGED = (
    "second of two calls",
    network(
        station("a", servers=4.0),
        op=(2.8, Call("", "a", visit("a"), Attempts(hedge=Hedge(after_s=6.0)))),
    ),
)  # fmt: skip
AGAIN = (
    "meet a long queue each time",
    network(
        station("a"),
        op=(0.3, Sequence((visit("a"), Choice((Branch(0.9, visit("a")), Branch(0.1, Nothing())))))),
    ),
)  # fmt: skip
LEFT = (
    "did not wait for",
    network(
        station("a", servers=4.0),
        op=(0.8, Sequence((Parallel((visit("a"), visit("a")), 1), visit("a")))),
    ),
)  # fmt: skip
UNLIKE = (
    "unlike times",
    network(
        station("w", queues=False, slots=10.0), station("a", servers=4.0),
        op=(3.0, Hold("w", Sequence((Delay(exponential(1.0)), visit("a"))))),
        quick=(1.0, Hold("w", Delay(exponential(0.1)))),
    ),
)  # fmt: skip
FEW = (
    "so few slots",
    network(
        station("w", servers=4.0, slots=5.0), station("a", servers=4.0),
        op=(2.8, Hold("w", Sequence((visit("w"), visit("a", 0.2))))),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "made"),
    [
        NEAR,
        WILD,
        ORDER,
        TOGETHER,
        FORK,
        POOL,
        STOPS,
        BEAT,
        BURSTY,
        STUCK,
        HEDGED,
        AGAIN,
        LEFT,
        UNLIKE,
        FEW,
    ],
    ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else "",
)
def test_formulas_say_where_they_are_not_to_be_trusted(words, made):
    doubts = analyze(made).operations["op"].doubts
    assert any(words in doubt.why for doubt in doubts), doubts


@pytest.mark.parametrize(("timeout_s", "doubted"), [(1.0, True), (2.0, True), (6.0, False)])
def test_a_breaker_is_doubted_where_it_may_open(timeout_s, doubted):
    """Answers of M/M/1 at 30% are late with e^-0.7t: 50%, 25%, 1.5%; ten seconds see 3 calls."""
    guard = Attempts(timeout_s=timeout_s, breaker=Breaker(errors=0.5, over_s=10.0))
    found = analyze(network(station("a"), op=(0.3, Call("", "a", visit("a"), guard))))
    assert any("stops calling" in doubt.why for doubt in found.doubts) is doubted


def test_ordinary_networks_are_not_doubted():
    assert analyze(shop()).doubts == ()


def test_bad_questions_are_refused():
    with pytest.raises(ValueError, match="a load of -1"):
        analyze(shop(), -1.0)
    with pytest.raises(ValueError, match="full at a utilisation"):
        analyze(shop(), full=1.5)
    with pytest.raises(ValueError, match="a utilisation of 0"):
        needs(analyze(shop()), 0.0)
    with pytest.raises(ValueError, match="no operation sell"):
        needs_for(analyze(shop()), "sell", 1.0)
    with pytest.raises(ValueError, match="factors"):
        sweep(analyze(shop()), (0.0,))


def test_equal_parts_are_worked_out_once_and_the_same():
    """Two operations of one path have one answer, whether or not they share objects."""
    work = Spread(0.01, p99_over_mean=4.0)
    same = Sequence((Delay(exponential(0.001)), visit("a", 0.01, family="", p99_over_mean=4.0)))
    other = Sequence((Delay(exponential(0.001)), visit("a", 0.01, family="", p99_over_mean=4.0)))
    found = analyze(network(station("a", servers=2.0), one=(50.0, same), two=(50.0, other)))
    assert found.operations["one"].times == found.operations["two"].times
    assert found.stations["a"].work_s == pytest.approx(work.mean_s)


# -- what a fresh reader found -------------------------------------------------------------------


@pytest.mark.parametrize("users", [5, 11, 12, 50])
def test_closed_users_fill_a_server_and_no_more(users):
    """One server of 0.1 s and a think time of 1 s: never above 10 a second, never near none."""
    flow = Flow("op", "", users / 1.1, visit("a", 0.1), users=users, think=exponential(1.0))
    found = analyze(network(station("a"), op=flow))
    assert min(users / 1.1, 10) * 0.75 < found.operations["op"].rate_per_s <= 10
    assert any("users wait" in doubt.why for doubt in found.doubts)


def test_a_call_that_wants_a_second_slot_of_its_own_is_doubted():
    inner = Hold("a", visit("a", 0.001))
    made = network(
        station("a", slots=1.0), op=(10.0, Hold("a", Sequence((visit("a", 0.001), inner))))
    )
    assert any("may all wait" in doubt.why for doubt in analyze(made).doubts)


def test_the_first_to_be_full_carries_the_load():
    """Asked from below or from above, the same station is the first, at the same load."""
    made = shop()
    for load in (0.5, 1.0, 3.0):
        found = analyze(made, load)
        order = sweep(found, (1.0,)).saturates
        assert order[0][0] == found.bottleneck == "web"
        assert order[0][1] == pytest.approx(found.carries, rel=1e-3)


# -- documented limits ---------------------------------------------------------------------------


def test_calls_beyond_a_limit_fail_however_often_they_are_made_again():
    """Of 1,000 calls 500 can be answered, by 1 + p + p² attempts each of which a share p fails."""
    work = visit("pay", 0.01, family="constant")
    pay = station("pay", queues=False, cap_per_s=500.0)
    for retries in (0, 1, 2, 5):
        guard = Attempts(retry=Retry(retries))
        found = analyze(network(pay, op=(1000.0, Call("", "pay", work, guard))))
        assert found.operations["op"].failed == pytest.approx(0.5, rel=1e-5)
        assert not found.doubts
        assert found.carries == pytest.approx(0.5, rel=1e-3)


def test_a_limit_of_each_instance_refuses_at_the_hottest_shard_first():
    """The hottest of four gets 40% of 1,000 calls and may take 250: 150 are refused."""
    made = network(
        station("db", servers=50.0, shards=4.0, hottest=0.4, cap_per_s=1000.0),
        op=(1000.0, visit("db", 0.01)),
    )
    found = analyze(made)
    assert found.operations["op"].failed == pytest.approx(0.15)
    assert found.stations["db"].cap_used == pytest.approx(1.6)
    assert found.carries == pytest.approx(1 / 1.6)
    assert analyze_draws(made).carries[0] == pytest.approx(1 / 1.6)


# -- exact times ---------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [20.0, 30.0, 50.0])
def test_the_percentile_of_an_optional_call_cut_by_its_timeout_is_the_timeout(limit: float):
    """Of exponential answers of mean 10 the share exp(-limit/10) is given up just then."""
    slow = Delay(exponential(10.0))
    made = network(op=(1.0, Call("", "ads", slow, Attempts(timeout_s=limit, optional=True))))
    times = analyze(made).operations["op"].times
    for share, time in ((0.5, times.p50_s), (0.95, times.p95_s), (0.99, times.p99_s)):
        assert time == pytest.approx(min(-10 * log(1 - share), limit), rel=1e-3)


def test_a_constant_branch_is_told_exactly():
    ways = (Branch(0.03, Delay(constant(30.0))), Branch(0.97, Delay(exponential(1.0))))
    times = analyze(network(op=(1.0, Choice(ways)))).operations["op"].times
    assert times.p50_s == pytest.approx(-log(1 - 0.5 / 0.97), rel=1e-3)
    assert times.p99_s == 30.0
    assert times.p999_s == 30.0
