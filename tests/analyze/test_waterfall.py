"""Steps of an operation: starts and lengths that can be added up by hand."""

import pytest

from sysdesign.analyze import Step, analyze, waterfall
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
    Repeat,
    Send,
    Sequence,
)
from tests.analyze.networks import constant, network, station, visit

PLAIN = Attempts()


def call(target: str, seconds: float, *inner: Node, guard: Attempts = PLAIN) -> Call:
    """A call over a network of 1 s, with work, and calls in turn."""
    work = visit(target, seconds, family="constant")
    return Call("", target, Sequence((Delay(constant(1.0)), work, *inner)), guard)


def steps(root: Node, **facts: Attempts) -> dict[str, Step]:
    names = "abcd"
    made = network(*(station(name, queues=False) for name in names), op=(1.0, root))
    found = waterfall(analyze(made), "op").steps
    return {step.component: step for step in found}


def test_calls_start_when_those_before_have_ended():
    found = steps(Sequence((call("a", 2.0, call("b", 3.0), call("c", 5.0)), call("d", 7.0))))
    assert [found[name].start_s for name in "abcd"] == pytest.approx([0, 3, 7, 13])
    assert [found[name].mean_s for name in "abcd"] == pytest.approx([13, 4, 6, 8])
    assert [found[name].own_s for name in "abcd"] == pytest.approx([2, 3, 5, 7])
    assert [found[name].network_s for name in "abcd"] == pytest.approx([1, 1, 1, 1])
    assert [found[name].depth for name in "abcd"] == [0, 1, 1, 0]
    assert found["a"].p99_s == pytest.approx(13)


def test_parallel_calls_start_together():
    found = steps(Sequence((call("a", 1.0), Parallel((call("b", 4.0), call("c", 9.0))))))
    assert found["b"].start_s == found["c"].start_s == pytest.approx(2)
    assert found["b"].how == found["c"].how == "parallel"


def test_a_miss_is_made_by_its_share_of_calls():
    missed = Choice((Branch(0.1, call("b", 3.0)), Branch(0.9, Nothing())), "miss")
    found = steps(Sequence((call("a", 1.0), missed, call("c", 1.0))))
    assert found["b"].share == pytest.approx(0.1)
    assert found["b"].how == "miss"
    assert found["b"].mean_s == pytest.approx(4)  # of the calls that make it
    assert found["c"].start_s == pytest.approx(2 + 0.1 * 4)


def test_repeated_calls_are_told_together():
    found = steps(Repeat(call("a", 1.0), 6.0, 2.0))
    assert (found["a"].times, found["a"].at_once) == (6, 2)
    assert found["a"].mean_s == pytest.approx(3 * 2)
    assert found["a"].p99_s == pytest.approx(6)


def test_misses_of_repeated_calls_are_told_on_average():
    missed = Choice((Branch(0.25, call("b", 3.0)), Branch(0.75, Nothing())), "miss")
    found = steps(Repeat(Sequence((call("a", 1.0), missed)), 8.0))
    assert found["b"].times == pytest.approx(2)
    assert found["b"].mean_s == pytest.approx(2 * 4)
    assert found["b"].p99_s is None


def test_what_is_sent_takes_no_time():
    found = steps(Sequence((call("a", 1.0), Send(call("b", 5.0)), call("c", 1.0))))
    assert found["b"].how == "async"
    assert found["b"].mean_s == 0
    assert found["c"].start_s == pytest.approx(2)


def test_optional_calls_are_told():
    found = steps(call("a", 1.0, guard=Attempts(timeout_s=60.0, optional=True)))
    assert found["a"].how == "optional"


def test_the_guard_of_the_whole_is_no_step():
    found = steps(Call("", "", call("a", 1.0), Attempts(timeout_s=60.0)))
    assert list(found) == ["a"]
    assert found["a"].depth == 0


def test_overload_has_no_times():
    made = network(station("a"), op=(2.0, Call("", "a", visit("a"))))
    budget = waterfall(analyze(made), "op")
    assert budget.mean_s is budget.p99_s is None
    assert [step.mean_s for step in budget.steps] == [None]


def two_origins() -> Network:
    root = call("a", 1.0)
    flows = (Flow("op", "eu", 1.0, root), Flow("op", "us", 3.0, Sequence((root, root))))
    return Network({"a": station("a", queues=False)}, flows)


def test_the_origin_with_the_most_calls_is_told():
    assert waterfall(analyze(two_origins()), "op").origin == "us"
    assert waterfall(analyze(two_origins()), "op", "eu").mean_s == pytest.approx(2)
    with pytest.raises(ValueError, match="no calls of op come from mars"):
        waterfall(analyze(two_origins()), "op", "mars")
    with pytest.raises(ValueError, match="no operation sell"):
        waterfall(analyze(two_origins()), "sell")
