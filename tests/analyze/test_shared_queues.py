"""What one operation does to another at a queue that both use, and what is refused on the way."""

import pytest

from sysdesign.analyze import analyze
from sysdesign.network import Attempts, Call, Flow, Network, Spread, Station, Visit
from sysdesign.workbench import open_text

WORK = Spread(1.0, family="exponential")
DESIGN = """\
sysdesign: 1
problem: {name: Limits, actors: {u: {primary: true}}}
conventions: {network: none, peak: 1}
operations:
  ask: {actor: u, rate: 80 req/s, limit: LIMIT, path: [web: [line]]}
  work: {trigger: line, path: [hand]}
components:
  web: {kind: service, cores: 1, work: {mean: 10 ms, scv: 1}}
  line: {kind: queue}
  hand: {kind: worker, cores: 1, work: {mean: 10 ms, scv: 1}}
"""


def doubted(limit_s: float, use: float) -> set[str]:
    """Doubts about an operation whose queue another one leaves after a while."""
    calls = {
        "patient": Call("", "a", Visit("a", WORK)),
        "hasty": Call("", "a", Visit("a", WORK), Attempts(timeout_s=limit_s)),
    }
    flows = tuple(Flow(name, "", 4 * use / 2, root) for name, root in calls.items())
    found = analyze(Network({"a": Station("a", "a", servers=4.0)}, flows))
    return {one.why for one in found.operations["patient"].doubts}


def test_who_shares_a_queue_with_calls_that_are_given_up_is_doubted():
    (why,) = doubted(1.0, 0.8)
    assert "calls of others are given up while they wait, and leave it early" in why
    assert not doubted(60.0, 0.8)
    assert not doubted(1.0, 0.1)  # nobody waits there


def test_the_limit_of_an_operation_refuses_what_is_above_it():
    """Of 80 calls a second 50 are let in: M/M/1 at 50%, and 50 us to hand a message over."""
    free, held = (
        open_text(DESIGN.replace("LIMIT", limit)).study.analysis
        for limit in ("60 req/min/user", "50 req/s")
    )
    assert free.operations["ask"].failed == 0
    assert free.stations["web"].utilisation == pytest.approx(0.8)
    assert held.operations["ask"].failed == pytest.approx(3 / 8)
    assert held.stations["web"].utilisation == pytest.approx(0.5)
    assert held.operations["ask"].times.mean_s == pytest.approx(0.02005, rel=1e-3)
    (why,) = {one.why for one in held.operations["work"].doubts}
    assert why == "37.5% of the calls of ask fail, and may not have set it off"
    assert not free.operations["work"].doubts
    assert held.carries == pytest.approx(50 / 80)


def test_what_a_limit_refuses_overloads_nothing_behind_it():
    """At ten times the load still 50 calls a second come to the server."""
    study = open_text(DESIGN.replace("LIMIT", "50 req/s")).study
    (point,) = [one for one in study.curve.points if one.load == 10.0]
    assert point.utilisation["web"] == pytest.approx(0.5)
    assert "web" not in point.overloaded
    assert point.lost["ask"] == pytest.approx(1 - 50 / 800)
    times = point.times["ask"]
    assert times.mean_s == pytest.approx(0.02005, rel=1e-3)


def test_consumers_of_a_queue_that_refuses_are_doubted():
    text = DESIGN.replace("limit: LIMIT, ", "").replace(
        "kind: queue", "kind: queue, limit: 40 req/s"
    )
    analysis = open_text(text).study.analysis
    whys = {one.why for one in analysis.operations["work"].doubts}
    assert "it refuses 50.0% of what is sent, and its consumers get less" in whys


@pytest.mark.parametrize("words", ["ask: {limit: 0 req/s}", "web: {limit: 0 req/s}"])
def test_a_limit_of_nothing_is_an_error(words):
    name, _, value = words.partition(": ")
    where = "operations" if name == "ask" else "components"
    from sysdesign.source import UnusableError

    with pytest.raises(UnusableError) as found:
        open_text(DESIGN.replace("LIMIT", "1 req/s"), set=[f"{where}.{name}={value}"])
    assert "more than 0 is wanted here" in found.value.problems[0].message
