"""Runs from start to end on one M/M/1 queue, whose truth is known: precision, warm-up, overload."""

# What may be None is not in these tests.
# mypy: disable-error-code="union-attr,operator,attr-defined,arg-type,override"

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sysdesign.lower.scenario import Staged
from sysdesign.network.scenario import Down, Load, Scenario
from sysdesign.simulate import look, runner, through
from sysdesign.simulate.result import Bound
from sysdesign.simulate.runner import Wanted, steadily
from sysdesign.simulate.through import through as run_through
from sysdesign.simulate.watch import Alone
from tests.simulate.fake import FakeWork, one_queue


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    monkeypatch.setattr(runner, "prepared", FakeWork)
    monkeypatch.setattr(through, "prepared", FakeWork)


class Clock(Alone):
    """Each look at the clock is a second later."""

    def __init__(self, stop_after=math.inf):
        self.now, self.stop_after, self.told = 0.0, stop_after, []

    @property
    def is_stopped(self):
        return self.now >= self.stop_after

    def seconds(self):
        self.now += 1.0
        return self.now

    def tell(self, progress):
        self.told.append(progress)


def test_it_runs_until_the_intervals_are_as_narrow_as_asked_for():
    done = steadily(one_queue(), Wanted(precision=(0.02, 0.05), most_s=1e6), Alone())
    go = done.operations["go"]
    assert done.state.is_steady
    assert done.stopped == ""
    assert go.is_narrow
    assert go.times.mean_s.width <= 0.02
    assert go.times.p99_s.width <= 0.05
    assert go.times.mean_s.value == pytest.approx(0.05, rel=0.05)
    assert go.times.p99_s.value == pytest.approx(0.05 * math.log(100), rel=0.1)
    assert done.stations["web"].utilisation.value == pytest.approx(0.8, rel=0.02)
    assert go.started == go.completed + go.failed + go.inside
    assert done.warm_up_s > 0


@pytest.mark.slow
def test_the_same_seed_gives_the_same_answer_and_another_one_does_not():
    quick = Wanted(precision=(0.5, 0.5), most_s=1e6)
    first, again = (steadily(one_queue(), quick, Alone()) for _ in range(2))
    assert first == again
    other = steadily(one_queue(), Wanted(precision=(0.5, 0.5), seed=2, most_s=1e6), Alone())
    assert other.operations["go"].times != first.operations["go"].times


def test_overload_is_said_plainly():
    done = steadily(one_queue(rate=130.0), Wanted(most_s=1e6), Alone())
    assert done.state.kind == "overloaded"
    assert done.state.about == ("web",)
    assert "no steady state" in done.state.said
    assert not done.stopped


def test_what_has_no_time_says_so_and_gives_what_it_has():
    done = steadily(one_queue(), Wanted(precision=(0.001, 0.001), most_s=60.0), Clock())
    assert "--limit" in done.stopped
    assert not done.operations["go"].is_narrow
    assert done.operations["go"].times.mean_s.value == pytest.approx(0.05, rel=0.2)


def test_who_stops_it_gets_the_answer_so_far():
    watch = Clock(stop_after=25.0)
    done = steadily(one_queue(), Wanted(precision=(0.001, 0.001), most_s=1e6), watch)
    assert "so far" in done.stopped
    assert done.operations["go"].completed > 0
    assert watch.told[0].share == 0.0


def staged(*changes, run=None, times=()):
    def stage(network):
        return Staged(Scenario("x", changes, run_s=run), (), times)

    return stage


OUTAGE = (Down(100.0, 130.0, "web"),)
TIMES = ((100.0, "web is down"), (130.0, "web is back"))


def test_an_outage_is_out_of_bounds_and_over_when_the_backlog_is_worked_off():
    bound = Bound("go", "p95", "<", 0.5)
    done = run_through(one_queue(rate=50.0), "outage", staged(*OUTAGE, times=TIMES), [bound],
                       Wanted(most_s=1e6), Alone())  # fmt: skip
    found = done.outcomes[bound]
    assert found.held is False
    assert found.first_s == pytest.approx(100.0, abs=2)
    # 30 s at 50 calls/s wait; they are worked off at 100 - 50 a second
    assert found.back_s == pytest.approx(30.0, abs=6)
    assert found.worst > 20
    assert done.recovery.back_s == pytest.approx(30.0, abs=8)
    assert not done.recovery.is_stuck
    assert done.series.at_s[0] == 0.0
    assert done.scenario == "outage"


def test_what_is_not_touched_holds():
    bound = Bound("go", "p95", "<", 0.5)
    done = run_through(one_queue(rate=50.0), "calm", staged(Load(50.0, 60.0, 1.01), times=((50.0, "a bit"), (60.0, "over"))),
                       [bound], Wanted(most_s=1e6), Alone())  # fmt: skip
    assert done.outcomes[bound].held is True
    assert done.outcomes[bound].usual == pytest.approx(0.06, rel=0.2)
    assert done.recovery.back_s is not None


def test_a_backlog_that_grows_is_seen_though_one_replication_ended_early():
    queue = lambda count: SimpleNamespace(backlog_at=np.arange(count) * 50.0)  # noqa: E731
    station = SimpleNamespace(waiting_at=np.zeros(200), utilisation_at=np.full(200, 0.5), servers=4)
    runs = [
        SimpleNamespace(stations={"worker": station}, queues={"line": queue(count)})
        for count in (200, 186)
    ]
    state = look._state(runs)
    assert (state.kind, state.about) == ("overloaded", ("line",))
