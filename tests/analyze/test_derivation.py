"""What a time is made of: sums that are exact, and what a simulation of the law itself meets."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from sysdesign.analyze import analyze
from sysdesign.analyze.derivation import Derivation, Part, derivation
from sysdesign.analyze.longer import lengthened
from sysdesign.formulas.delays import constant, mixture, spread
from sysdesign.formulas.laws import EXPONENTIAL
from sysdesign.formulas.readings import percentiles
from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Delay,
    Flow,
    Network,
    Node,
    Nothing,
    Parallel,
    Sequence,
    Spread,
    Station,
    Visit,
)

EXP = "exponential"


def call(target: str, *parts: Node, **guard: object) -> Call:
    return Call("", target, Sequence(parts), Attempts(**guard))  # type: ignore[arg-type]


def provider(name: str, mean_s: float, family: str = EXP, **guard: object) -> Call:
    """A call that takes a time of its own and waits for nothing."""
    return call(name, Delay(Spread(mean_s, family=family), name), **guard)


def derived(root: Node, *stations: Station, rate: float = 1.0, measure: str = "p99") -> Derivation:
    network = Network({one.name: one for one in stations}, (Flow("op", "", rate, root),))
    found = derivation(analyze(network), "op", measure)
    assert found is not None
    return found


def by_name(found: Derivation) -> dict[str, Part]:
    return {part.component: part for part in found.parts}


def test_one_queue_is_all_of_it() -> None:
    """M/M/1: an exponential time of mean work / (1 - rho)."""
    found = derived(call("a", Visit("a", Spread(1.0, family=EXP))), Station("a", "a"), rate=0.75)
    assert found.value_s == pytest.approx(4 * log(100), rel=1e-3)
    assert found.exponential_s == pytest.approx(4 * log(100), rel=1e-9)
    assert found.scv == pytest.approx(1.0, rel=1e-2)
    assert found.without_wait_s == pytest.approx(log(100), rel=1e-3)
    assert found.all_hit_s is None
    (part,) = found.parts
    assert part.tail_s == pytest.approx(found.value_s)
    (queue,) = found.queues
    assert (queue.chance, queue.plain_s) == pytest.approx((0.75, 3.0))
    assert queue.wait_s == pytest.approx(3.0)


def test_equal_parts_have_equal_shares() -> None:
    """Two exponentials in turn: Erlang-2, each half of everything, percentiles not added."""
    found = derived(Sequence((provider("a", 1.0), provider("b", 1.0))))
    first, second = found.parts
    assert first.tail_s == pytest.approx(second.tail_s, rel=1e-3)
    assert (first.variance, second.variance) == pytest.approx((0.5, 0.5), abs=1e-3)
    assert found.value_s == pytest.approx(6.6384, rel=1e-3)
    assert found.added_s == pytest.approx(2 * log(100), rel=1e-3)
    assert found.sd_s == pytest.approx(sqrt(2), rel=1e-2)
    assert found.normal_s == pytest.approx(2 + 2.3263 * sqrt(2), rel=1e-2)


def test_a_fixed_part_adds_itself_to_the_tail_and_nothing_to_the_variance() -> None:
    way = Delay(Spread(0.5, family="constant"))
    found = by_name(derived(Sequence((way, provider("a", 1.0)))))
    assert found[""].tail_s == pytest.approx(0.5, rel=5e-3)
    assert found["a"].tail_s == pytest.approx(log(100), rel=2e-3)
    assert found[""].variance == pytest.approx(0.0, abs=1e-6)


def test_parts_are_those_of_calls_that_take_as_long() -> None:
    """The mean of each part in calls near the percentile, drawn call by call."""
    miss = Choice((Branch(0.03, provider("store", 20.0)), Branch(0.97, Nothing())), "miss")
    both = Parallel((Sequence((provider("near", 1.0), miss)), provider("ads", 4.0)))
    found = derived(Sequence((provider("web", 2.0), both)))
    dice = np.random.default_rng(7)
    count = 4_000_000
    web, near, ads = (dice.exponential(mean, count) for mean in (2.0, 1.0, 4.0))
    store = np.where(dice.random(count) < 0.03, dice.exponential(20.0, count), 0.0)
    left = near + store > ads
    whole = web + np.where(left, near + store, ads)
    p99 = float(np.quantile(whole, 0.99))
    assert found.value_s == pytest.approx(p99, rel=0.01)
    close = np.abs(whole / p99 - 1) < 0.02
    met = {
        "web": web[close].mean(),
        "near": np.where(left, near, 0.0)[close].mean(),
        "store": np.where(left, store, 0.0)[close].mean(),
        "ads": np.where(left, 0.0, ads)[close].mean(),
    }
    parts = by_name(found)
    for name, seconds in met.items():
        assert parts[name].tail_s == pytest.approx(float(seconds), rel=0.06), name
    assert sum(part.tail_s for part in found.parts) == pytest.approx(found.value_s)
    assert sum(part.variance for part in found.parts) == pytest.approx(1.0)
    assert sum(part.mean_s for part in found.parts) == pytest.approx(found.mean_s)
    hit = web + np.maximum(near, ads)
    assert found.all_hit_s == pytest.approx(float(np.quantile(hit, 0.99)), rel=0.01)


def test_what_is_given_up_belongs_to_whom_was_waited_for() -> None:
    """Half of the calls are cut at the median: the tail is the time limit, and that is theirs."""
    slow = provider("slow", 1.0, timeout_s=log(2), optional=True)
    found = by_name(derived(Sequence((slow, provider("web", 0.01)))))
    assert found["slow"].tail_s == pytest.approx(log(2), rel=0.01)


def test_the_mean_divides_as_it_adds_up() -> None:
    found = derived(Sequence((provider("a", 1.0), provider("b", 3.0))), measure="mean")
    assert {one.component: one.tail_s for one in found.parts} == pytest.approx({"a": 1.0, "b": 3.0})
    assert found.value_s == pytest.approx(4.0)


def test_no_time_no_derivation() -> None:
    over = call("a", Visit("a", Spread(1.0, family=EXP)))
    network = Network({"a": Station("a", "a")}, (Flow("op", "", 2.0, over),))
    assert derivation(analyze(network), "op", "p99") is None
    assert derivation(analyze(network), "none", "p99") is None


def test_a_delay_made_longer() -> None:
    both = mixture([0.4, 0.6], [constant(0.2), spread(EXPONENTIAL, 1.0)])
    longer = lengthened(both, 3.0)
    for share in (0.5, 0.99):
        assert percentiles(longer, [share])[0] == pytest.approx(
            3 * percentiles(both, [share])[0], rel=1e-3
        )
