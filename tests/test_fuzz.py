"""Whatever a file holds: a study with finite figures, or messages that each have a place."""

from pathlib import Path

import pytest
from tools.fuzz import Failure, run
from tools.odd_inputs import CONTRADICTIONS, SMALL, case

from sysdesign.workbench import open_text

SEED = 1


def told(failures: list[Failure]) -> str:
    return "\n\n".join(f"seed {f.seed}, case {f.index}:\n{f.reason}" for f in failures[:3])


@pytest.mark.parametrize("start", range(0, 300, 20))
@pytest.mark.mostly_slow(5)
def test_no_input_gets_past_the_reader_unjudged(start: int, tmp_path: Path) -> None:
    failures = run(SEED, range(start, start + 20), tmp_path / "design.yaml")
    assert not failures, told(failures)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(1_000, 4_000, 500))
def test_no_input_of_many_gets_past_the_reader_unjudged(start: int, tmp_path: Path) -> None:
    failures = run(SEED, range(start, start + 500), tmp_path / "design.yaml")
    assert not failures, told(failures)


def test_the_design_that_is_broken_is_sound() -> None:
    assert open_text(SMALL).figures


@pytest.mark.parametrize(("old", "new"), CONTRADICTIONS)
def test_a_contradiction_changes_the_design(old: str, new: str) -> None:
    assert SMALL.replace(old, new, 1) != SMALL


def test_a_case_is_the_same_bytes_each_time() -> None:
    assert [case(7, i) for i in range(50)] == [case(7, i) for i in range(50)]
