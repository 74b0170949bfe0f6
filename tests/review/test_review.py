"""The engine around the checks: severities, questions, waivers, broken checks, statements."""

from datetime import date
from pathlib import Path

import pytest

from sysdesign.read import read
from sysdesign.review import engine, entries, review, rules, waiver_problems
from sysdesign.review.rule import Rule
from sysdesign.source import Finding, Severity, Source, Verdict
from sysdesign.workbench import open_text

DESIGNS = sorted((Path(__file__).parents[1] / "data" / "designs").glob("*.yaml"))

BARE = """\
sysdesign: 1
problem: {{name: Links{more}}}
requirements: {{functional: {{go: {{priority: must, by: look}}}}}}
operations: {{look: {{api: "GET /x"}}}}
"""
WAIVED = """\
sysdesign: 1
data: {{link: {{key: code, fields: {{code: id}}, size: 1 kB, count: 5 item}}}}
accept:
  {key}: {{why: Links are few and small., who: links team, until: {until}}}
"""
RANGE = """\
sysdesign: 1
assumptions: {{calls: {{value: 10 .. 1000 req/s, source: guess}}}}
requirements: {{quality: {{many: {{class: scale{more}, expect: go.rate {test}}}}}}}
operations: {{go: {{rate: calls}}}}
"""


def findings(text: str, rule: str) -> list[Finding]:
    return [f for f in open_text(text).review.findings if f.rule == rule]


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
@pytest.mark.mostly_slow(5, first=4)
def test_every_check_says_something_of_a_whole_design(path: Path) -> None:
    found = open_text(path.read_text("utf-8"), path.name).review
    assert {f.rule for f in found.findings} == set(rules())
    ids = [f.id for f in found.findings]
    assert len(set(ids)) == len(ids)
    assert all(f.evidence for f in found.passed)


@pytest.mark.parametrize(
    ("level", "blocker", "major", "minor"),
    [
        (", level: A", Severity.BLOCKER, Severity.MAJOR, Severity.MAJOR),
        (", level: B", Severity.BLOCKER, Severity.MAJOR, Severity.MINOR),
        ("", Severity.BLOCKER, Severity.MAJOR, Severity.MINOR),
        (", level: C", Severity.MAJOR, Severity.MINOR, Severity.MINOR),
    ],
)
def test_the_level_shifts_severity(
    level: str, blocker: Severity, major: Severity, minor: Severity
) -> None:
    text = BARE.format(more=level)
    assert {f.severity for f in findings(text, "REQ-03")} == {blocker}
    assert {f.severity for f in findings(text, "REQ-01")} == {major}
    assert {f.severity for f in findings(text, "REQ-07")} == {minor}


def test_findings_are_sorted_by_severity_then_place() -> None:
    found = open_text(BARE.format(more="")).review
    keys = [(-f.severity.rank, f.span) for f in found.findings]
    assert keys == sorted(keys)
    assert found.worst() is Severity.BLOCKER


def test_what_one_missing_fact_keeps_open_is_one_question() -> None:
    text = """\
sysdesign: 1
assumptions: {users: {source: plan}}
operations:
  make: {api: POST /links, rate: users * 1 req/day, request: 1 kB, peak: 2}
  go: {api: "GET /{code}", rate: users * 1 req/day, response: 1 kB, peak: 2}
data: {link: {key: code, size: 1 kB, written_by: make}}
"""
    asked = [f for f in open_text(text).review.questions if "users" in f.message]
    assert [f.id for f in asked] == ["EST-01@make"]
    assert asked[0].evidence == "also settles EST-02, EST-04"
    assert asked[0].span.line == 2


def test_checks_that_are_not_built_are_named() -> None:
    found = open_text("sysdesign: 1\n").review
    assert set(found.not_built) == set(entries()) - set(rules())
    assert {"BOT-11", "SEC-01", "PRC-10"} <= set(found.not_built)


# -- waivers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["DAT-06@link", "DAT-06@*"])
def test_a_waiver_accepts_a_finding_that_stays_visible(key: str) -> None:
    found = open_text(WAIVED.format(key=key, until="2027-06")).review
    assert [f.id for f in found.waived] == ["DAT-06@link"]
    assert found.waived[0].waived_by == "links team: Links are few and small. (until 2027-06)"
    assert found.waived[0].verdict is Verdict.FAILS
    assert "DAT-06@link" not in {f.id for f in found.failed}
    assert found.stale_waivers == ()


@pytest.mark.parametrize(
    ("until", "today", "counts"),
    [
        ("2027-06", date(2027, 6, 30), True), ("2027-06", date(2027, 7, 1), False),
        ("2027", date(2027, 12, 31), True), ("2027", date(2028, 1, 1), False),
        ("2027-06-15", date(2027, 6, 15), True), ("2027-06-15", date(2027, 6, 16), False),
    ],
)  # fmt: skip
def test_a_waiver_counts_to_the_last_day_of_its_date(
    until: str, today: date, counts: bool
) -> None:  # fmt: skip
    found = review(open_text(WAIVED.format(key="DAT-06@link", until=until)).study, today)
    assert [f.id for f in found.waived] == (["DAT-06@link"] if counts else [])
    assert found.expired_waivers == (() if counts else ("DAT-06@link",))


@pytest.mark.parametrize(
    ("key", "stale"),
    [
        ("DAT-01@link", True),  # holds
        ("DAT-06@tweet", True),  # nothing of this name
        ("REQ-01@problem.why", True),  # asked for as a section, not here
        ("EST-01@operations", False),  # not known: it may fail yet
        ("BOT-11@link", False),  # not built: nobody can tell
    ],
)
def test_a_waiver_that_meets_nothing_is_stale(key: str, stale: bool) -> None:
    found = open_text(WAIVED.format(key=key, until="2027-06")).review
    assert found.stale_waivers == ((key,) if stale else ())


def test_a_waiver_names_a_known_check_and_an_element() -> None:
    def said(key: str) -> list[tuple[str, str | None]]:
        design = read(Source("design.yaml", WAIVED.format(key=key, until="2027-06"))).design
        return [(p.message, p.suggestion) for p in waiver_problems(design)]

    assert said("DAT-06@link") == said("PRC-10@*") == said("requirement@fast") == []
    assert said("DAT-66@link") == [("'DAT-66' is not a check", "DAT-06@link")]
    assert said("DAT-06") == [("'DAT-06' does not say what it is accepted of", None)]


# -- broken checks -------------------------------------------------------------------------------


def test_a_check_that_breaks_is_a_finding_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(study: object) -> None:
        raise ZeroDivisionError("division by zero")

    study = open_text("sysdesign: 1\n").study
    monkeypatch.setattr(engine, "rules", lambda: {"DAT-06": Rule("DAT-06", broken)})  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        list(engine.run(study))
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    ((_, finding),) = engine.run(study)
    assert finding.id == "SYS-00@DAT-06"
    assert finding.verdict is Verdict.FAILS
    assert finding.message == "the check DAT-06 broke: ZeroDivisionError: division by zero"


def test_a_remark_on_a_spelling_is_an_info_whatever_the_level() -> None:
    text = "sysdesign: 1\nassumptions: {size: {value: 5 KB, source: guess}}\n"
    for level in "ABC":
        found = findings(f"{text}problem: {{level: {level}}}\n", "EST-05")
        assert [(f.severity, f.verdict) for f in found] == [(Severity.INFO, Verdict.FAILS)]
        assert found[0].span.line == 2


# -- statements ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "verdict", "words"),
    [
        ("<= 1000 req/s", Verdict.HOLDS, "95%"),  # the 95th percentile
        (
            "<= 100 req/s",
            Verdict.UNKNOWN,
            "; at risk, true with a probability of 50%",
        ),  # the median of a lognormal
        ("< 10 req/s", Verdict.FAILS, "5%"),
        (">= 1000 req/s", Verdict.FAILS, "5%"),
        ("> 10 req/s", Verdict.HOLDS, "95%"),
        ("> 1 req/s", Verdict.HOLDS, "over 99%"),
        ("< 1 req/s", Verdict.FAILS, "under 1%"),
    ],
)
def test_a_statement_is_decided_at_nine_in_ten(test: str, verdict: Verdict, words: str) -> None:
    (found,) = open_text(RANGE.format(test=test, more="")).review.statements
    assert found.verdict is verdict
    assert words in found.message
    assert found.id == "requirement@many"


@pytest.mark.parametrize(
    ("test", "verdict"),
    [("< 5 req/s", "fails"), ("<= 5 req/s", "holds"), ("> 5 req/s", "fails"), (">= 5 req/s", "holds")],
)  # fmt: skip
def test_an_exact_figure_meets_its_bound_exactly(test: str, verdict: str) -> None:
    text = RANGE.format(test=test, more="").replace("rate: calls", "rate: 5 req/s")
    (found,) = open_text(text).review.statements
    assert found.verdict.value == verdict
    assert found.message == f"go.rate {test}: it is 5 req/s"


@pytest.mark.parametrize(
    ("priority", "severity"),
    [("must", Severity.BLOCKER), ("should", Severity.MAJOR), ("could", Severity.MINOR)],
)
def test_a_requirement_that_fails_fails_the_review(priority: str, severity: Severity) -> None:
    text = RANGE.format(test="< 10 req/s", more=f", priority: {priority}")
    found = [f for f in open_text(text).review.failed if f.rule == "requirement"]
    assert [f.severity for f in found] == [severity]


def test_what_no_engine_tells_yet_is_not_known() -> None:
    text = """\
sysdesign: 1
operations: {go: {rate: 5 req/s}}
scenarios: {storm: {load: 3x}}
requirements:
  quality:
    fast: {class: performance, expect: go.p99 < 1 s, also_in: storm}
    up: {class: scale, expect: go.availability > 99%}
    cheap: {class: cost, expect: cost < 1 USD/month}
    safe: {class: security, accept: Only friends see a pin.}
    exact: {class: accuracy, not_needed: Counts may be off.}
"""
    said = [(f.element, f.verdict.value, f.message) for f in open_text(text).review.statements]
    assert said == [
        (
            "fast",
            "not known",
            "go.p99 < 1 s: cannot be worked out yet: path of go",
        ),
        (
            "fast@storm",
            "not known",
            "go.p99 < 1 s in storm: only a simulation tells: check --simulate",
        ),
        ("up", "not known", "go.availability > 99%: cannot be worked out yet: path of go"),
        ("cheap", "not known", "cost < 1 USD/month: cannot be worked out yet"),
        ("safe", "not known", "asked of a person: Only friends see a pin."),
        ("exact", "holds", "not needed: Counts may be off."),
    ]
