"""Parts follow the steps of the framework that the design names."""

import re
from functools import cache

import pytest

from sysdesign.design.design import PROFILES as NAMES
from sysdesign.report import report
from sysdesign.report.framework import PROFILES, step_of
from sysdesign.report.parts import PARTS
from sysdesign.report.subject import Subject
from tests.report.pages import ROOT, TODAY, bench_of

START = (ROOT / "examples/start.yaml").read_text("utf-8")


def pages():
    """Steps of each profile as the page about the framework has them."""
    found = {}
    for part in (ROOT / "docs/framework/sources.md").read_text("utf-8").split("\n## ")[1:]:
        rows = [line.split("|")[1:-1] for line in part.splitlines() if re.match(r"\| \d", line)]
        found[part.partition(":")[0]] = [
            (re.sub(r"^ *\d+ ", "", row[0]).strip(), tuple(re.findall("`(.+?)`", row[-1])),
             int(row[1]) if len(row) == 3 else 0)
            for row in rows
        ]  # fmt: skip
    return found


def test_profiles_are_those_of_the_page():
    told = {
        name: [(s.name, s.sections, s.weight) for s in steps] for name, steps in PROFILES.items()
    }
    assert told == pages()
    assert tuple(PROFILES) == tuple(sorted(PROFILES, key=list(PROFILES).index))
    assert set(PROFILES) == set(NAMES)


@pytest.mark.parametrize("name", PROFILES)
def test_each_part_has_its_step(name):
    assert all(step_of(PROFILES[name], part.of) is not None for part in PARTS)


@cache
def chapters(framework):
    bench = bench_of(START + f"framework: {framework}\n")
    document = report(Subject(bench.study, bench.review, TODAY))
    return {s.title: [one.id for one in s.sections] for s in document.sections}


def test_the_part_of_a_section_goes_to_the_step_that_names_it():
    found = chapters("ten")
    assert found["1. Functional requirements"] == ["problem", "functional"]
    assert found["2. Non-functional requirements"] == ["quality"]
    assert found["5. Estimation"] == ["assumptions", "conventions", "envelope"]


@pytest.mark.parametrize("name", PROFILES)
def test_no_part_is_lost_or_told_twice(name):
    every = sorted(one for some in chapters(name).values() for one in some)
    assert every == sorted(one for some in chapters("four").values() for one in some)


def test_a_map_of_its_own_with_what_is_left_at_the_end():
    found = chapters(
        "{why_now: [problem, no_such_section], how: [operations, data], empty: [nothing]}"
    )
    assert list(found)[:4] == ["1. Why now", "2. How", "3. Empty", "Further"]
    assert found["1. Why now"] == ["problem"]
    assert found["2. How"] == ["interface", "data"]
    assert "quality" in found["Further"]
