"""Promises that every check keeps: its page, its two designs, its words."""

import re
from collections import Counter

import pytest

from sysdesign.review import Rule, entries, rules
from sysdesign.review.pages import HEADINGS, design, index, pages, sections
from sysdesign.source import Severity, Verdict
from sysdesign.workbench import open_text

BUILT = tuple(rules().values())
EACH = pytest.mark.parametrize("one", BUILT, ids=lambda one: one.id)
GUIDES = ("four weighted steps", "seven steps", "ten steps", "criteria", "nine steps")


def verdicts(one: Rule, heading: str) -> set[Verdict]:
    text = design(sections(one.doc)[heading])
    return {f.verdict for f in open_text(text).review.findings if f.rule == one.id}


def test_every_check_of_the_framework_is_registered() -> None:
    known = entries().values()
    assert len(known) == 113
    assert Counter(e.severity for e in known) == {
        Severity.BLOCKER: 19, Severity.MAJOR: 60, Severity.MINOR: 29, Severity.INFO: 5,
    }  # fmt: skip
    assert Counter(e.tier for e in known) == {1: 89, 2: 24}
    assert all(e.kind in ("computed", "simulated", "log", "judged", "asked") for e in known)
    assert [e.step for e in known] == sorted(e.step for e in known)
    assert all(re.fullmatch(r"[A-Z]{3}-\d\d", e.id) for e in known)


DECIDED = ("DIV-01", "DIV-02", "DIV-03", "DIV-04", "DIV-05", "DIV-06", "DIV-09", "DIV-11", "WRP-03")
LOADED = ("BOT-01", "BOT-02", "BOT-03", "BOT-04", "BOT-05", "BOT-06", "BOT-08", "BOT-10", "BOT-14")


def test_the_first_steps_are_built() -> None:
    """Tier 1 of steps 1 to 5, but for what needs a session; and what load formulas decide."""
    wanted = {e.id for e in entries().values() if e.step <= 5 and e.tier == 1} - {"HLD-11"}
    assert {one.id for one in BUILT} == wanted | {"DIV-07", "EST-09", *DECIDED, *LOADED}


@EACH
def test_a_check_has_a_page_with_every_section_in_order(one: Rule) -> None:
    assert tuple(sections(one.doc)) == HEADINGS
    assert re.fullmatch(r"[A-Z].*\.", one.doc.partition("\n")[0])
    assert sections(one.doc)["Source"].startswith(tuple(f'{guide}: "' for guide in GUIDES))


@EACH
def test_the_two_designs_of_a_page_are_small(one: Rule) -> None:
    for heading in ("Flawed", "Sound"):
        assert 2 <= len(design(sections(one.doc)[heading]).splitlines()) <= 15


@EACH
def test_the_flawed_design_is_caught(one: Rule) -> None:
    """As a failure, or as not known where its page says so."""
    is_open = sections(one.doc)["Flawed"].startswith("Not known")
    assert (Verdict.UNKNOWN if is_open else Verdict.FAILS) in verdicts(one, "Flawed")


@EACH
def test_the_sound_design_holds(one: Rule) -> None:
    assert verdicts(one, "Sound") == {Verdict.HOLDS}


@EACH
def test_a_finding_names_its_element_a_place_and_the_next_action(one: Rule) -> None:
    text = design(sections(one.doc)["Flawed"])
    found = [f for f in open_text(text).review.findings if f.rule == one.id]
    for finding in found:
        assert finding.element
        assert finding.id == f"{one.id}@{finding.element}"
        assert finding.span.source.text == text
        if finding.verdict is Verdict.HOLDS:
            assert finding.evidence
        else:
            assert finding.action
            assert finding.message[0] == finding.message.strip()[0]
            assert not finding.message.endswith(".")
            assert not finding.action.endswith(".")


@EACH
def test_a_check_does_not_break_on_an_empty_design(one: Rule) -> None:
    found = [f for f in open_text("sysdesign: 1\n").review.findings if f.rule == one.id]
    assert found
    assert all(f.verdict is not Verdict.FAILS for f in found)


def test_an_empty_design_is_asked_for_each_section_once() -> None:
    asked = open_text("sysdesign: 1\n").review.questions
    assert Counter(f.element for f in asked) == {
        "problem": 1, "requirements": 1, "operations": 1, "data": 1, "components": 1,
    }  # fmt: skip


def test_pages_and_index_name_every_check() -> None:
    assert set(pages()) == {one.id for one in BUILT}
    text = index()
    for entry in entries().values():
        link = f"[{entry.id}](rules/{entry.id}.md)"
        assert (link in text) == (entry.id in rules())
        assert entry.id in text
    for rule_id, page in pages().items():
        assert page.startswith(f"# {rule_id}: ")
        assert page.count("```yaml\nsysdesign: 1\n") == page.count("sysdesign: 1") == 2
