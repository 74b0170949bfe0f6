"""What an option wins and gives up, in a sentence; availability is weighed by its nines."""

import pytest

from sysdesign.study.compared import Value
from sysdesign.workbench import open_text
from sysdesign.workbench.comparing import decisions

TEXT = """\
sysdesign: 1
requirements:
  quality:
    up: {class: reliability, expect: go.availability >= 99.99%}
    cheap: {class: cost, expect: cost < 900 USD/month}
operations: {go: {api: GET /x, rate: 100 req/s, path: [web]}}
components:
  web: {kind: service, replicas: 6, cores: 2, work: 4 ms, price: 100 USD/month,
        fails: {every: 30 day, repair: 10 min, together: 0.001}}
decisions:
  size:
    question: How many are there?
    criteria: [cost, go.availability]
    options:
      six: {pros: [Calm.]}
      one: {change: {components.web.replicas: 1}}
      more: {change: {components.web.replicas: 12}}
      same: {change: {components.web.does: Answers.}}
    chosen: six
"""


def told(text: str = TEXT) -> dict[str, str]:
    (found,) = decisions(open_text(text))
    return {said.partition(" ")[0]: said.partition(" ")[2] for said in found.tradeoffs}


def test_what_is_better_what_fails_and_what_is_worse() -> None:
    found = told()
    assert list(found) == ["one", "more", "same"]
    assert found["one"].startswith(
        "is better by cost (100 USD/month against 600), but fails up; it is worse by "
    )
    assert "go.availability (99.97" in found["one"]
    assert "fails cheap; it is worse by cost (1,200 USD/month against 600)" in found[
        "more"
    ].replace("1200", "1,200")
    assert found["same"] == "comes to the same"


def test_what_the_chosen_one_fails_is_told_where_another_meets_it() -> None:
    found = told(TEXT.replace("cost < 900", "cost < 300"))
    assert "and meets cheap, but fails up" in found["one"]


@pytest.mark.parametrize(
    ("one", "other", "beats"),
    [
        (0.9999, 0.999, True),
        (0.999, 0.9999, False),
        (0.99991, 0.999909, False),
        (1.0, 0.99999, True),
    ],
)
def test_a_nine_more_is_better_though_both_are_nearly_one(
    one: float, other: float, beats: bool
) -> None:
    values = [Value("go.availability", share, str(share)) for share in (one, other)]
    assert values[0].beats(values[1]) is beats


def test_any_end_is_better_than_none() -> None:
    never, slow = Value("a.p99", None, "without end"), Value("a.p99", 2.0, "2 s")
    unknown = Value("a.p99", None, "not known")
    assert slow.beats(never)
    assert not any(one.beats(slow) for one in (never, unknown))
    assert not never.beats(never)
    assert not unknown.beats(never)
