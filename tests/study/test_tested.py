"""Requirements held against simulations: what a run cannot know is no verdict."""

from dataclasses import replace

import pytest

from sysdesign.simulate.result import Times
from sysdesign.study import tested as held
from sysdesign.workbench import study_text
from tests.simulate.samples import simulated

DESIGN = """\
sysdesign: 1
problem: {name: Go, why: Calls are answered., actors: {user: {primary: true}}}
requirements: {quality: {fast: {class: performance, expect: go.p99 < BAR}}}
operations: {go: {actor: user, api: GET /, rate: 100 req/s, path: [web]}}
components: {web: {kind: service, replicas: 3, work: 1 ms}}
"""


@pytest.mark.parametrize(
    ("bar", "settled", "unsettled"), [("1 s", True, None), ("1 ms", False, False)]
)
def test_what_was_cut_while_it_grew_worse_does_not_hold(bar, settled, unsettled):
    study = study_text(DESIGN.replace("BAR", bar))
    for is_unsettled, holds in ((False, settled), (True, unsettled)):
        (fast,) = held.tested(study, simulated("outage", is_unsettled=is_unsettled))
        assert fast.holds is holds


@pytest.mark.parametrize(
    ("completed", "failed", "verdict", "said"),
    [(0, 9, False, "no call of go is answered"), (0, 0, None, "too few calls of go"),
     (3, 9, None, "too few calls of go")],
)  # fmt: skip
def test_a_time_that_no_call_gave_is_told(completed, failed, verdict, said):
    run = simulated("steady")
    none = dict.fromkeys(("mean_s", "p50_s", "p90_s", "p95_s", "p99_s", "p999_s"))
    go = replace(run.operations["go"], completed=completed, failed=failed, times=Times(**none))
    study = study_text(DESIGN.replace("BAR", "1 s"))
    (fast,) = held.tested(study, replace(run, operations={"go": go}))
    assert (fast.holds, fast.value) == (verdict, None)
    assert fast.said.startswith(said)
