"""Stories that a person can repeat, on series written by hand."""

from dataclasses import replace

from sysdesign.simulate.result import OperationSeries, Recovery, Series, StationSeries
from sysdesign.study.story import clock, lasts, story, worst_hit
from tests.simulate.samples import simulated


def run(p99, fails=None, busy=None, events=((600.0, "zone eu-a is lost"), (640.0, "eu-a is back")),
        **more):  # fmt: skip
    n = len(p99)
    even = tuple(1000.0 for _ in range(n))
    go = OperationSeries(even, even, tuple(fails or [0.0] * n), tuple(p99), tuple(p99), tuple(p99),
                         tuple(p99), tuple(p99), tuple(p99))  # fmt: skip
    web = tuple(busy or [0.4] * n)
    series = Series(1.0, tuple(580.0 + i for i in range(n)), {"go": go},
                    {"web": StationSeries(web, (0.0,) * n, (3.0,) * n)})  # fmt: skip
    return replace(simulated("zone_loss"), series=series, events=events, **more)


def test_who_notices_for_how_long_and_when_it_is_over():
    told = story(run([0.1] * 20 + [0.3] * 15 + [0.1] * 65), "go")
    assert told[0] == "At 10:00 zone eu-a is lost."
    assert told[1] == "The p99 of go rises from 100 ms to 300 ms for 15 s."
    assert "At 10:40 eu-a is back." in told
    assert told[-1] == "From 10:15 on nobody notices anything."


def test_what_is_not_run_of_a_story_goes_on_as_it_was():
    made = run([0.1] * 100, fails=[0.0] * 22 + [0.02] * 10 + [0.0] * 68)
    times = tuple(t if t < 612 else t + 290 for t in made.series.at_s)
    told = story(replace(made, series=replace(made.series, at_s=times)), "go")
    assert "Up to 2.0% of the calls of go fail for 5 min, 6,000 calls in all." in told


def test_who_does_not_notice():
    told = story(run([0.1] * 100, busy=[0.4] * 20 + [0.6] * 40 + [0.4] * 40), "go")
    assert "web is 60% busy instead of 40%." in told
    assert "No caller notices: the p99 of go stays at 100 ms." in told


def test_a_queue_that_piles_up_is_told_though_it_piles_for_most_of_the_time():
    made = run([0.1] * 100)
    backlog = (2.0,) * 20 + tuple(500.0 * i for i in range(80))
    told = story(replace(made, series=replace(made.series, backlog={"jobs": backlog})), "go")
    assert "jobs piles up to 39,500 messages at 11:19 and is not worked off." in told
    assert "Callers of go notice nothing: its p99 stays at 100 ms." in told
    assert not any("No caller notices" in line for line in told)


def test_the_operation_that_suffers_tells_most_unless_the_first_does():
    made = run([0.1] * 100)
    go = made.series.operations["go"]
    worse = replace(go, failed_share=(0.0,) * 22 + (0.5,) * 40 + (0.0,) * 38)
    both = replace(made, series=replace(made.series, operations={"go": go, "pay": worse}))
    assert worst_hit(both, "go") == "pay"
    assert worst_hit(both, "pay") == "pay"
    assert worst_hit(made, "go") == "go"


def test_the_slowest_of_a_few_calls_is_no_story():
    made = run([0.1] * 20 + [0.3] * 15 + [0.1] * 65)
    go = made.series.operations["go"]
    rare = replace(go, started_per_s=(1.0,) * 100, completed_per_s=(1.0,) * 100)
    told = story(replace(made, series=replace(made.series, operations={"go": rare})), "go")
    assert not any("rises" in line for line in told)


def test_failed_calls_are_counted():
    told = story(run([0.1] * 100, fails=[0.0] * 22 + [0.02] * 10 + [0.0] * 68), "go")
    assert "Up to 2.0% of the calls of go fail for 10 s, 200 calls in all." in told


def test_what_does_not_recover_is_said():
    told = story(run([0.1] * 20 + [3.0] * 80), "go")
    assert told[-1] == "At the end of the run, at 11:19, go has not recovered."
    stuck = run([0.1] * 20 + [3.0] * 80, recovery=Recovery(None, True, said="It is metastable."))
    assert story(stuck, "go")[-1] == "It is metastable."


def test_one_odd_second_is_no_story():
    assert len(story(run([0.1] * 20 + [0.1] * 10 + [0.2] + [0.1] * 69), "go")) == 4


def test_odd_seconds_here_and_there_are_no_story_even_at_the_end():
    """Five of twelve seconds a little slow, the last of them at the end: nothing is left to mend."""
    odd = [0.1] * 88
    for place in (0, 2, 5, 6, 11):
        odd += [0.1] * (88 + place - len(odd)) + [0.15]
    told = story(run(odd), "go")
    assert not any("not recovered" in line or "rises" in line for line in told)
    assert any("has not recovered" in line for line in story(run([0.1] * 88 + [0.15] * 12), "go"))


def test_times_are_told_as_on_a_clock():
    assert [clock(t) for t in (0, 59.6, 600, 3723)] == ["00:00", "01:00", "10:00", "1:02:03"]
    assert [lasts(t) for t in (5, 119, 120, 150)] == ["5 s", "119 s", "2 min", "2 min 30 s"]


def test_nothing_happened_nothing_is_told():
    assert story(run([0.1] * 100, events=())) == ()


def test_the_first_operation_is_told_of_before_those_that_suffer_more():
    made = run([0.1] * 100, fails=[0.0] * 22 + [0.02] * 10 + [0.0] * 68)
    go = made.series.operations["go"]
    worse = replace(go, failed_share=(0.0,) * 22 + (0.5,) * 40 + (0.0,) * 38)
    several = {f"op{i}": worse for i in range(5)} | {"go": go}
    told = story(replace(made, series=replace(made.series, operations=several)), "go")
    assert any("calls of go fail" in line for line in told)
    (less,) = [line for line in told if line.startswith("Less so")]
    named = [n for n in several if any(f"calls of {n} fail" in line for line in told)]
    assert not any(name in less for name in named)
