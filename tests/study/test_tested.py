"""Requirements held against simulations: what a run cannot know is no verdict."""

import pytest

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
