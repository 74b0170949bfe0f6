"""Options of decisions on the same numbers, and reasons that the numbers contradict."""

import pytest

from sysdesign.compare import Compared
from sysdesign.source import Verdict
from sysdesign.workbench import Workbench, open_text
from sysdesign.workbench.comparing import decisions

DESIGN = """
sysdesign: 1
problem: {{name: x, why: y, actors: {{user: {{primary: true}}}}}}
requirements:
  functional: {{read: {{priority: must, accept: It reads., by: get}}}}
  quality:
    fast: {{class: performance, expect: get.p99 < 50 ms}}
    cheap: {{class: cost, expect: cost < 700 USD/month}}
operations:
  get: {{actor: user, api: GET /x, rate: 500 req/s, path: [web: [db]]}}
components:
  web: {{kind: service, replicas: 4, cores: 2, work: 5 ms, price: 100 USD/month}}
  db: {{kind: sql_database, cores: 8, work: 3 ms, price: 200 USD/month}}
decisions:
  size:
    question: How many servers?
    criteria: [get.p99, cost]
    options:
      four: {{pros: [Cheap.], cons: [Slow.]{own}}}
      other: {{pros: [Quick.], cons: [Dear.], change: {change}}}
    chosen: four
    because: {because}
"""


def bench(change: str, because: str = "cheap", own: str = "") -> Workbench:
    """A design with two options."""
    return open_text(DESIGN.format(change=change, because=because, own=own))


def compared(*args: str, **more: str) -> Compared:
    (one,) = decisions(bench(*args, **more))
    return one


def test_each_option_is_worked_out_with_its_change() -> None:
    one = compared("{components.web.replicas: 8}")
    assert list(one.rows) == ["four", "other"]
    month = 30 * 86_400
    costs = {name: (row.values["cost"].value or 0) * month for name, row in one.rows.items()}
    assert costs == pytest.approx({"four": 600, "other": 1000})
    assert one.rows["other"].verdicts["cheap"] is Verdict.FAILS
    assert one.rows["four"].verdicts["cheap"] is Verdict.HOLDS
    assert one.front == ("four", "other")
    assert not one.contradictions


def test_the_file_as_it_stands_is_the_chosen_option() -> None:
    one = compared("{components.web.replicas: 8}", own=", change: {components.web.replicas: 3}")
    (said,) = one.contradictions
    assert said.rule == "DIV-11"


def test_a_reason_that_fails_with_the_pick_and_holds_with_another_is_a_contradiction() -> None:
    slow = open_text(DESIGN.format(change="{components.web.work: 1 ms}", because="fast", own="")
                     .replace("< 50 ms", "< 20 ms"))  # fmt: skip
    (one,) = decisions(slow)
    assert "the reason names fast, which fails with four and holds with other" in [
        c.message for c in one.contradictions
    ]


def test_an_option_that_is_worse_by_nothing_is_told() -> None:
    one = compared("{components.web.work: 1 ms}")
    (said,) = one.contradictions
    assert said.rule == "DIV-05"
    assert said.message.startswith("other is worse by none of the criteria, and better by get.p99")


def test_a_change_that_does_not_fit_is_said_at_its_line_and_the_rest_answered() -> None:
    change = "{components.wbe.replicas: 8}"
    one = compared(change)
    text = DESIGN.format(change=change, because="cheap", own="")
    assert list(one.rows) == ["four"]
    (problem, *_) = one.broken["other"]
    assert "wbe" in text.splitlines()[problem.span.line - 1]
    assert problem.suggestion == "web"


def test_an_option_without_a_change_is_asked_for() -> None:
    text = DESIGN.format(change="{}", because="cheap", own="").replace(", change: {}", "")
    (one,) = decisions(open_text(text))
    assert one.asked == ("other",)
