"""A long run with failures by chance beside `availability`: why the two differ, what it decides."""

from sysdesign.simulate.by_chance import LongRun, OperationLife
from sysdesign.simulate.statistics import Estimate
from sysdesign.study import Study, by_chance
from sysdesign.workbench import study_text

LINE = """\
sysdesign: 1
problem: {actors: {user: {primary: true}}}
requirements: {quality: {told: {class: reliability, expect: take.availability >= 98%}}}
operations:
  put: {actor: user, api: POST /x, rate: 20 req/s, path: [web: [line]]}
  take: {trigger: line, path: [sender: [far]]}
components:
  web: {kind: service, replicas: 4, work: 5 ms}
  line: {kind: queue, managed: true, attempts: 5, availability: 100%}
  sender: {kind: worker, replicas: 4, work: 5 ms}
  far: {kind: external_service, work: 20 ms, availability: 99%}
"""
STUDY: Study = study_text(LINE)


def run(answered: float) -> LongRun:
    shares = Estimate(answered, answered - 0.001, answered + 0.001)
    life = OperationLife("take", 1e6, shares, Estimate(0.0), {"far (as a whole)": 1.0})
    return LongRun(1, 20, 1e9, 1e5, 10.0, 20.0, 0.1, {"take": life}, {"far": 2000}, {"far": 2e-6})


def test_where_more_calls_fail_than_availability_says_it_is_told_why() -> None:
    (told,) = by_chance.beside_up(STUDY, run(0.95))
    assert "in hand when something fails" in told.why
    (told,) = by_chance.beside_up(STUDY, run(0.99))
    assert told.why == ""


def test_a_requirement_on_messages_is_decided_like_any_other() -> None:
    """A message counts once, however often it is tried."""
    (bad,) = by_chance.tested_up(STUDY, run(0.95))
    assert bad.holds is False
    (good,) = by_chance.tested_up(STUDY, run(0.99))
    assert good.holds is True
