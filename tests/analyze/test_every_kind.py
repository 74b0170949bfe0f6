"""Every kind in a small design with a known answer; each engine that answers for a network joins."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from sysdesign.kinds import names
from sysdesign.study import Study
from sysdesign.workbench import study_text
from tests.analyze.kinds import CASES, Case, text


@dataclass(frozen=True)
class Answer:
    """Mean time of a call of `op`, utilisation of `it`; both within `precision`."""

    mean_s: float | None
    utilisation: float | None
    precision: float


def by_formulas(study: Study) -> Answer:
    analysis = study.analysis
    assert not analysis.doubts
    return Answer(
        analysis.operations["op"].times.mean_s, analysis.components["it"].utilisation, 1e-6
    )


ENGINES: tuple[Callable[[Study], Answer], ...] = (by_formulas,)


def test_every_kind_is_tried() -> None:
    assert {case.kind for case in CASES} == set(names())


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_a_kind_takes_the_time_that_its_page_says(case: Case, engine) -> None:
    study = study_text(text(case))
    assert not study.network.unknown
    found = engine(study)
    assert found.mean_s == pytest.approx(case.mean_s, rel=found.precision)
    if case.utilisation is None:
        assert found.utilisation is None
    else:
        assert found.utilisation == pytest.approx(case.utilisation, rel=found.precision)
