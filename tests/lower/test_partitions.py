"""Partitions of a stream: a limit of what is carried, and messages of a batch each with its work."""

import pytest

from sysdesign.analyze import analyze
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.study.failures import Breaker
from sysdesign.study.matrix import rows
from sysdesign.workbench import study_text

DESIGN = """\
sysdesign: 1
problem: {name: Orders, why: Orders are booked., actors: {user: {}}}
operations:
  put: {actor: user, api: PUT /, rate: 100 req/s, peak: 1, path: [web: [line: {do: send}]]}
  take: {trigger: {from: line, batch: BATCH}, path: [worker: [bank]]}
components:
  web: {kind: service, replicas: 4, cores: 4, work: 1 ms}
  line: {kind: stream, partitions: 4, work: 10 us}
  worker: {kind: worker, replicas: 1, cores: 8, work: 10 ms}
  bank: {kind: external_service, work: {mean: 90 ms, distribution: constant}}
"""
POOL = "line -> worker partitions"


@pytest.mark.parametrize(("batch", "carried"), [(1, 0.38), (2, 0.76), (40, 7.6)])
def test_messages_that_come_faster_than_partitions_take_them_are_not_carried(batch, carried):
    """100/s, each 10 ms of work and 90 ms of waiting: 10 in hand, where four partitions have 4."""
    found = analyze(study_text(DESIGN.replace("BATCH", str(batch))).network)
    assert found.carries == pytest.approx(carried, rel=0.02)
    used = found.stations[POOL].slots_used
    assert used == pytest.approx(10 / (4 * batch), rel=0.02)
    assert (found.operations["take"].overloaded == (POOL,)) is (carried < 1)
    assert found.bottleneck == (POOL if batch < 40 else "worker")


@pytest.mark.parametrize("batch", [1, 5, 50])
def test_a_batch_is_the_work_of_all_its_messages(batch):
    text = DESIGN.replace("BATCH", str(batch)).replace("partitions: 4", "partitions: 40")
    network = study_text(text).network
    done = run(prepare(network), Plan(5.0, 20.0, interpreted=True))
    busy = done.stations[list(network.stations).index("worker")].busy_s
    assert busy / 20.0 / 8.0 == pytest.approx(
        analyze(network).stations["worker"].utilisation, rel=0.1
    )


def test_a_failure_that_changes_nothing_leaves_what_is_carried():
    study = study_text(DESIGN.replace("BATCH", "1"))
    breaker = Breaker(study)
    assert breaker.overloaded == {"take": (POOL,)}
    carried = [row().carries for row in rows(study, breaker, only="web")]
    assert carried[0] == pytest.approx(0.38, rel=0.02)  # one of four instances
