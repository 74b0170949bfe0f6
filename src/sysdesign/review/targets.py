"""Operations that are musts, and the statements on their times."""

from sysdesign.design import Statement
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.review.flows import measured
from sysdesign.study import Study


def must_haves(study: Study) -> list[str]:
    """Operations that a must-have requirement names, in the order of the file."""
    wanted, operations = study.design.requirements, study.design.operations
    named: list[str] = [n for f in wanted.functional.values() if f.priority == "must" for n in f.by]
    for quality in wanted.quality.values():
        named += measured(study, quality) if quality.priority == "must" else ()
    return [name for name in operations if name in named]


def time_targets(study: Study, name: str) -> list[Statement]:
    """Statements on its time, or on that of a chain that begins or ends with it."""
    return [
        test
        for quality in study.design.requirements.quality.values()
        for test in quality.expect
        if name in (test.measure.owner, test.measure.until)
        and test.measure.measure in CHAIN_MEASURES
        and test.comparison in ("<", "<=")
    ]
