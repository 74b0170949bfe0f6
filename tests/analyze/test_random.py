"""Any network at all: never a warning, never NaN or inf, and shares that are shares."""

from dataclasses import asdict, fields, is_dataclass
from math import isfinite

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sysdesign.analyze import Analysis, analyze, chain, needs, needs_for, sweep
from sysdesign.network import Flow, Network, Sequence, Station
from tests.analyze.anything import EVERYDAY, EXTREME, NAMES, leaves, networks
from tests.quick import examples

ANY = settings(deadline=None, suppress_health_check=list(HealthCheck))


def numbers(value):
    if is_dataclass(value):
        for field in fields(value):
            if field.name != "answered":  # the law from which times are read
                yield from numbers(getattr(value, field.name))
    elif isinstance(value, dict):
        for part in value.values():
            yield from numbers(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, float | int):
        yield value


def checked(found: Analysis) -> None:
    plain = {f.name: getattr(found, f.name) for f in fields(found) if f.name != "state"}
    assert all(isfinite(number) for number in numbers(plain))
    for result in found.operations.values():
        for timed in (result, *result.origins):
            assert all(isfinite(number) for number in numbers(asdict(timed.times)))
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


def whole(made: Network, load: float) -> None:
    """All that can be asked of a network."""
    found = analyze(made, load)
    checked(found)
    curve = sweep(found, (0.5, 4.0))
    assert all(isfinite(number) for number in numbers(asdict(curve)))
    assert all(one.instances is None or one.instances >= 1 for one in needs(found, 0.7))
    for name in found.operations:
        plan = needs_for(found, name, 0.5)
        assert plan.seconds is None or isfinite(plan.seconds)
    for first in found.operations:
        for last in found.operations:
            try:
                times = chain(found, first, last).times
            except ValueError:  # no message leads from one to the other
                continue
            assert all(isfinite(number) for number in numbers(asdict(times)))


loads = st.sampled_from([0.0, 1.0, 50.0])


@settings(ANY, max_examples=examples(60))
@given(networks(EVERYDAY), loads)
def test_every_network_has_an_answer(made, load):
    checked(analyze(made, load))


@settings(ANY, max_examples=examples(15))
@given(networks(EVERYDAY))
def test_every_network_has_a_load_curve_and_needs(made):
    whole(made, 1.0)


@settings(ANY, max_examples=examples(25))
@given(networks(EXTREME), loads)
def test_the_ends_of_what_floats_hold_have_answers_too(made, load):
    checked(analyze(made, load))


@pytest.mark.slow
@settings(ANY, max_examples=1500)
@given(networks(EVERYDAY), loads)
def test_very_many_networks(made, load):
    checked(analyze(made, load))


@pytest.mark.slow
@settings(ANY, max_examples=150)
@given(networks(EXTREME), loads)
def test_many_networks_at_the_ends(made, load):
    whole(made, load)


@settings(ANY, max_examples=examples(30))
@given(st.lists(leaves(), min_size=1, max_size=3).map(tuple), st.floats(1.05, 3.0))
def test_more_load_never_makes_calls_faster(parts, factor):
    plain = {name: Station(name, name, servers=4.0) for name in NAMES}
    made = Network(plain, (Flow("op", "", 0.5, Sequence(parts)),))
    one, more = analyze(made).operations["op"].times, analyze(made, factor).operations["op"].times
    assert more.mean_s is None or one.mean_s is not None
    if more.mean_s is not None and one.mean_s is not None:
        assert more.mean_s >= one.mean_s * (1 - 1e-9)
