"""Closed users: they bring what the slowest station lets through, and wait for the rest."""

import pytest

from sysdesign.analyze import analyze, needs, sweep
from sysdesign.network import Flow, Sequence
from tests.analyze.networks import exponential, mean_of, network, station, visit

WORK_S = 0.006


def users(count: float, think_s: float, root, name: str = "op") -> Flow:
    rate = count / (think_s + WORK_S)
    return Flow(name, "", rate, root, users=count, think=exponential(think_s))


@pytest.mark.parametrize("factor", [2.0, 10.0, 100.0])
def test_the_interactive_response_time_law_holds_beyond_saturation(factor):
    """R = N S - Z for many users of one station (Lazowska et al. 1984, section 5.2)."""
    made = network(station("db"), op=users(300.0, 1.0, visit("db", WORK_S)))
    found = analyze(made, factor).operations["op"]
    assert found.times.mean_s == pytest.approx(300 * factor * WORK_S - 1.0, rel=5e-3)
    assert found.rate_per_s == pytest.approx(1 / WORK_S, rel=5e-3)


@pytest.mark.parametrize("factor", [0.2, 1.0, 2.0, 5.0])
def test_users_of_several_operations_agree_with_what_they_wait(factor):
    """Each brings N / (Z + R), whoever else waits in the same queue."""
    db, log = visit("db", WORK_S), visit("log", WORK_S)
    made = network(
        station("db"), station("log", servers=2.0),
        browse=users(300.0, 1.0, db, "browse"), buy=users(100.0, 2.0, Sequence((db, log)), "buy"), open=(20.0, db),
    )  # fmt: skip
    found = analyze(made, factor).operations
    for name, count, think_s in (("browse", 300, 1.0), ("buy", 100, 2.0)):
        expected = count * factor / (think_s + mean_of(found[name]))
        assert found[name].rate_per_s == pytest.approx(expected, rel=1e-3)


def test_where_others_alone_are_too_many_users_bring_nothing():
    db = visit("db", WORK_S)
    made = network(station("db"), op=users(300.0, 1.0, db), open=(200.0, db))
    found = analyze(made)
    assert found.operations["op"].rate_per_s < 0.01
    assert found.stations["db"].utilisation == pytest.approx(200 * WORK_S, rel=1e-4)
    assert not any("do not settle" in doubt.why for doubt in found.doubts)


def test_the_load_curve_says_what_the_table_says():
    made = network(station("db"), op=users(300.0, 1.0, visit("db", WORK_S)))
    found = analyze(made)
    curve = sweep(found, (1.0, 10.0))
    first = next(point for point in curve.points if point.load == 1)
    assert first.utilisation["db"] == pytest.approx(found.stations["db"].utilisation, rel=1e-3)
    assert not any(point.overloaded for point in curve.points)
    times = [point.times["op"].p99_s or 0.0 for point in curve.points]
    assert 0.0 not in times
    assert times == sorted(times)


def test_needed_is_what_lets_all_users_call_without_waiting():
    made = network(station("db"), op=users(300.0, 1.0, visit("db", WORK_S)))
    (need,) = needs(analyze(made), 0.7)
    assert need.instances == 3  # 300 / 1.006 x 6 ms = 1.79 servers


@pytest.mark.parametrize(("count", "doubted"), [(1.0, False), (50.0, True)])
def test_how_users_come_is_doubted_where_they_are_more_than_a_few_of_all(count, doubted):
    db = visit("db", WORK_S)
    made = network(station("db"), op=users(count, 1.0, db), open=(100.0 - count, db))
    found = analyze(made).operations["op"].doubts
    assert any("users wait" in doubt.why for doubt in found) == doubted


def test_a_curve_with_a_few_users_is_as_if_they_came_anyhow():
    """What a hundredth of a station's use does, it does nowhere else."""
    db = visit("db", WORK_S)
    few = network(station("db"), op=users(1.0, 1.0, db), open=(100.0, db))
    same = network(station("db"), op=(1.0 / (1.0 + WORK_S), db), open=(100.0, db))
    curves = [sweep(analyze(one), (1.0, 1.4, 10.0)) for one in (few, same)]
    for users_wait, open_ in zip(*(curve.points for curve in curves), strict=True):
        use, expected = users_wait.utilisation["db"], open_.utilisation["db"]
        assert use == pytest.approx(expected, abs=0.01 * users_wait.load)
        assert use < expected or users_wait.overloaded == open_.overloaded
