"""Any network at all: never a warning, never NaN or inf, and shares that are shares."""

from dataclasses import asdict, replace
from math import isfinite

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sysdesign.analyze import Analysis, analyze, needs, sweep
from sysdesign.network import (
    Attempts,
    Autoscale,
    Branch,
    Call,
    Choice,
    Delay,
    Flow,
    Hedge,
    Hold,
    Network,
    Node,
    Nothing,
    Parallel,
    Policy,
    Repeat,
    Retry,
    Send,
    Sequence,
    Spread,
    Station,
    Visit,
)

NAMES = ("a", "b", "c")
seconds = st.sampled_from([0.0, 1e-6, 0.003, 0.1, 2.0])
counts = st.sampled_from([1.0, 1.5, 3.0, 40.0])
spreads = st.builds(
    Spread,
    seconds,
    p99_over_mean=st.sampled_from([None, None, 1.0, 3.0, 30.0]),
    scv=st.sampled_from([None, None, 0.0, 0.5, 6.0]),
)
scales = st.none() | st.builds(
    Autoscale,
    st.sampled_from(["utilisation", "rate", "lag"]),
    st.sampled_from([0.5, 30.0]),
    st.just(1.0),
    st.sampled_from([2.0, 50.0]),
)


def stations(name: str) -> st.SearchStrategy[Station]:
    return st.builds(
        Station,
        st.just(name),
        st.just(name),
        instances=counts,
        servers=counts,
        shards=st.sampled_from([1.0, 1.0, 7.0]),
        hottest=st.none() | st.just(0.4),
        policy=st.sampled_from(Policy),
        slots=st.none() | counts,
        waiting=st.none() | st.sampled_from([0.0, 2.0, 500.0]),
        cap_per_s=st.none() | st.just(20.0),
        queues=st.booleans(),
        order=st.sampled_from(["fifo", "fifo", "ps", "lifo"]),
        autoscale=scales,
        sigma=st.sampled_from([0.0, 0.1]),
    )


guards = st.builds(
    Attempts,
    timeout_s=st.none() | st.sampled_from([1e-5, 0.05, 5.0]),
    deadline_s=st.none() | st.just(1.0),
    retry=st.none()
    | st.builds(Retry, st.integers(1, 3), st.just(0.01), budget=st.none() | st.just(0.1)),
    hedge=st.none() | st.builds(Hedge, st.just(0.02)) | st.just(Hedge(percentile=0.95)),
    optional=st.booleans(),
)
leaves = (
    st.builds(Visit, st.sampled_from(NAMES), spreads, counts)
    | st.builds(Delay, spreads)
    | st.just(Nothing())
)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    share = st.sampled_from([0.0, 0.2, 1.0])
    return (
        st.builds(Sequence, some)
        | st.builds(Parallel, some, st.none() | st.just(1))
        | st.builds(Call, st.just("x"), st.sampled_from(NAMES), inner, guards)
        | st.builds(Hold, st.sampled_from(NAMES), inner)
        | st.builds(Repeat, inner, st.sampled_from([0.0, 0.3, 1.0, 2.5, 20.0]), counts)
        | st.builds(Send, inner)
        | st.builds(
            lambda p, one, other: Choice((Branch(p, one), Branch(1 - p, other))),
            share,
            inner,
            inner,
        )
    )


trees = st.recursive(leaves, grown, max_leaves=8)
flows = st.builds(
    Flow,
    st.sampled_from(["look", "buy"]),
    st.sampled_from(["", "eu"]),
    st.sampled_from([0.0, 0.01, 3.0, 500.0]),
    trees,
    trigger=st.sampled_from(["", "a"]),
    users=st.none() | st.just(10.0),
)
networks = st.builds(
    lambda made, some: Network({one.name: one for one in made}, tuple(some)),
    st.tuples(*map(stations, NAMES)),
    st.lists(flows, min_size=1, max_size=3),
)


def numbers(value):
    if isinstance(value, dict):
        for part in value.values():
            yield from numbers(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, float | int):
        yield value


def checked(found: Analysis) -> None:
    assert all(isfinite(number) for number in numbers(asdict(replace(found, state=None))))
    for result in found.operations.values():
        assert 0 <= result.failed <= 1
        assert 0 <= result.degraded <= 1 + 1e-9
        assert not result.shares or abs(sum(result.shares.values()) - 1) < 1e-6
        told = [
            getattr(result.times, name) for name in ("p50_s", "p90_s", "p95_s", "p99_s", "p999_s")
        ]
        if result.times.mean_s is not None:
            assert result.times.mean_s >= 0
            known = [value for value in told if value is not None]
            assert known == sorted(known)
        else:
            assert told == [None] * 5
            assert result.overloaded or result.failed > 0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks, st.sampled_from([0.0, 1.0, 50.0]))
def test_every_network_has_an_answer(made, load):
    checked(analyze(made, load))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks)
def test_every_network_has_a_load_curve_and_needs(made):
    found = analyze(made)
    curve = sweep(found, (0.5, 4.0))
    assert all(isfinite(number) for number in numbers(asdict(curve)))
    assert all(one.instances is None or one.instances >= 1 for one in needs(found, 0.7))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(leaves, min_size=1, max_size=3).map(tuple), st.floats(1.05, 3.0))
def test_more_load_never_makes_calls_faster(parts, factor):
    plain = {name: Station(name, name, servers=4.0) for name in NAMES}
    made = Network(plain, (Flow("op", "", 0.5, Sequence(parts)),))
    one, more = analyze(made).operations["op"].times, analyze(made, factor).operations["op"].times
    assert more.mean_s is None or one.mean_s is not None
    if more.mean_s is not None and one.mean_s is not None:
        assert more.mean_s >= one.mean_s * (1 - 1e-9)
