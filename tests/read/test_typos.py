"""One slip of the finger gives one error, at the right place, nearly always with the right word."""

from dataclasses import dataclass
from functools import cache
from itertools import islice

import pytest

from sysdesign.source import Problem, UnusableError
from sysdesign.workbench import open_text
from tests.read.designs import NAMES, text_of
from tests.read.slips import Slip, slips

SLIPS = 200


@dataclass(frozen=True)
class Answer:
    """A slip, and what the program says of it."""

    slip: Slip
    problems: tuple[Problem, ...]

    @property
    def covers(self) -> bool:
        """Whether a problem stands at the slip."""
        place, (problem, *_) = self.slip.place, self.problems
        span = problem.span
        end = place.column + len(self.slip.written)
        return (span.line, span.end_line) == (place.line, place.line) and (
            span.column <= place.column and end <= span.end_column
        )

    @property
    def mends(self) -> bool:
        """Whether the right word is offered."""
        return self.problems[0].suggestion == self.slip.place.word

    def __str__(self) -> str:
        said = "; ".join(f"{p.span.line}:{p.span.column} {p.sentence}" for p in self.problems)
        return f"{self.slip.place} written '{self.slip.written}': {said}"


@cache
def answers(seed: int = 1) -> tuple[Answer, ...]:
    found = []
    for slip in islice(slips({name: text_of(name) for name in NAMES}, seed), SLIPS):
        try:
            left_out = open_text(slip.text).study.left_out  # a scenario, a decision
        except UnusableError as refused:
            found.append(Answer(slip, refused.problems))
        else:
            found.append(Answer(slip, tuple(p for part in left_out for p in part.problems)))
    return tuple(found)


def test_each_slip_in_a_small_design_is_one_problem_that_names_a_word() -> None:
    for slip in islice(slips({"url_shortener": text_of("url_shortener")}, seed=5), 40):
        with pytest.raises(UnusableError) as refused:
            open_text(slip.text)
        assert len(refused.value.problems) == 1, slip


def told(some: list[Answer]) -> str:
    return "\n".join(map(str, some))


@pytest.mark.slow
def test_each_slip_is_one_problem() -> None:
    wrong = [a for a in answers() if len(a.problems) != 1]
    assert not wrong, told(wrong)


@pytest.mark.slow
def test_the_problem_stands_at_the_slip() -> None:
    wrong = [a for a in answers() if not a.covers]
    # Of a name that is defined once and used once, nothing tells which of the two is the slip.
    undecided = [a for a in wrong if a.problems[0].suggestion == a.slip.written]
    assert wrong == undecided, told(wrong)
    assert len(undecided) <= 0.02 * SLIPS, told(undecided)


@pytest.mark.slow
def test_the_right_word_is_offered_for_nineteen_of_twenty() -> None:
    wrong = [a for a in answers() if not a.mends]
    assert len(wrong) <= 0.05 * SLIPS, told(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("sort", ["key", "choice", "reference", "unit", "measure", "definition"])
def test_every_sort_of_word_is_among_the_slips(sort: str) -> None:
    assert any(a.slip.place.sort == sort for a in answers())
