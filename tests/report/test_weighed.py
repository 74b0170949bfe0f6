"""Cost, what breaks and options side by side, on the page and in Markdown."""

import re

import pytest

from sysdesign.workbench import Workbench, open_text
from sysdesign.workbench.documents import document
from sysdesign.workbench.failures import Failures

TEXT = """\
sysdesign: 1
problem: {level: C, actors: {buyer: {primary: true}}}
operations:
  get: {actor: buyer, api: GET /x, rate: 1000 req/s, path: [web: [db]], response: 10 kB}
  put: {actor: buyer, api: POST /x, rate: 10 req/s, path: [web: [db: {do: write}]]}
components:
  web: {kind: service, replicas: 30, cores: 1, work: 5 ms, price: 100 USD/month}
  db: {kind: sql_database, cores: 16, work: 1 ms, copies: {count: 2, mode: leader}, price: 400 USD/month}
decisions:
  size:
    question: How many servers are there?
    criteria: [get.p99, cost]
    options:
      thirty: {pros: [Quick.], cons: [Three times as dear.]}
      ten: {pros: [Cheap.], cons: [Nearly full.], change: {components.web.replicas: 10}}
      none: {change: {components.web: null}}
      later: {pros: [No work now.]}
    chosen: thirty
    because: 1000 requests a second keep five of them busy.
"""


@pytest.fixture(scope="module")
def bench() -> Workbench:
    return open_text(TEXT)


@pytest.fixture(scope="module")
def whole(bench: Workbench) -> str:
    return document(bench, "md", compare=True, failures=True)


def rows(text: str, caption: str) -> list[list[str]]:
    """Cells of the table below a caption."""
    lines = text.partition(f"**{caption}")[2].splitlines()
    table = []
    for line in lines[1:]:
        if line.startswith("|"):
            table.append([cell.strip(" `*") for cell in line.strip("|").split("|")])
        elif table:
            break
    return [row for row in table[2:] if row]


def test_cost_by_component_sums_to_the_whole(bench: Workbench, whole: str) -> None:
    found = {row[0]: row[1] for row in rows(whole, "Cost by component")}
    assert found["web"] == "3000"
    assert found["db"] == "800"
    figure = bench.study.figure("cost")
    assert figure is not None
    assert figure.shown in whole


def test_idle_redundancy_is_shown_with_what_it_buys(whole: str) -> None:
    found = {row[0]: row[1:] for row in rows(whole, "Idle redundancy")}
    assert found["web"][0] == "24 of 30"
    assert found["web"][-1] == "Nothing that is asked for"


def test_growth_is_told_up_to_ten_times(whole: str) -> None:
    assert "10x the peak" in whole.partition("Cost as the load grows")[2]


def test_options_stand_side_by_side_with_the_chosen_one_marked(whole: str) -> None:
    found = rows(whole, "The options on the same numbers")
    assert [row[0].split("*")[0].strip() for row in found] == ["thirty", "ten"]
    assert "chosen" in found[0][0]
    assert "chosen" not in found[1][0]
    assert "p99 of get against cost" in whole
    assert re.search(r"none: it does not fit the file", whole)
    assert "later: no change says what the file would be" in whole


def test_the_twelve_failures_are_told(whole: str) -> None:
    assert len(rows(whole, "Twelve failures")) == 12
    assert re.search(r"Of \d+ single failures: ", whole)


def test_what_takes_seconds_is_left_out_and_how_to_ask_is_said(bench: Workbench) -> None:
    text = document(bench, "md")
    assert "sysdesign report --compare" in text
    assert "sysdesign report --failures" in text
    assert "The options on the same numbers" not in text


def test_the_picture_shows_every_option_and_the_frontier(bench: Workbench) -> None:
    page = document(bench, "html", compare=True)
    svg = page.partition("p99 of get against cost")[2]
    assert "the file as it stands" in svg
    assert "size: ten" in svg
    assert 'class="spot chosen"' in svg
    assert 'class="curve' in svg


def test_without_prices_cost_says_what_is_missing() -> None:
    text = TEXT.replace("price: 100 USD/month", "x: 1").replace(", x: 1", "")
    page = document(
        open_text(f"{text}conventions: {{currency: EUR}}\n".replace("400 USD", "400 EUR")), "md"
    )
    assert "Not known for want of: web" in page


def test_what_beats_all_and_fails_a_requirement_is_said_so() -> None:
    text = """\
sysdesign: 1
requirements: {quality: {up: {class: reliability, expect: go.availability >= 99.99%}}}
operations: {go: {api: GET /x, rate: 100 req/s, path: [web]}}
components:
  web: {kind: service, replicas: 6, cores: 2, work: 4 ms, price: 100 USD/month,
        fails: {every: 30 day, repair: 10 min, together: 0.001}}
decisions:
  size:
    options:
      six: {pros: [Calm.]}
      one: {change: {components.web.replicas: 1, components.web.cores: 12}}
    chosen: six
"""
    page = document(open_text(text), "md", compare=True)
    assert "size: one beats all others by both, but size: one fails up." in page
    assert re.search(r"one is better by cost \\?\(100 USD/month against 600", page)
    assert "but fails up" in page


def test_the_report_breaks_parts_as_the_command_does(bench: Workbench, whole: str) -> None:
    found = Failures(bench)
    told = {one.name: one.verdict for one in found.injections()}
    assert {row[0]: row[1] for row in rows(whole, "Twelve failures")} == told
