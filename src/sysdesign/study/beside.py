"""Formulas and simulation side by side, with the reason where they differ."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sysdesign.records import dataclass
from sysdesign.study.study import Study
from sysdesign.study.words import shown_share, shown_time

if TYPE_CHECKING:
    from sysdesign.simulate.result import OperationRun, Simulated
    from sysdesign.simulate.statistics import Estimate

SAME = 0.05
"""Share of the simulated value that a formula may be off by without being said to differ."""
_SHIFTED = 0.03
_LONGER = 0.02
_LOST = 0.001


@dataclass(frozen=True, slots=True)
class Beside:
    """An operation by formulas and by simulation.

    `mean_s` and `p99_s` are those of formulas, None where calls pile up without end. `why` says
    what makes the difference; "" where there is none to speak of.
    """

    operation: str
    run: "OperationRun"
    mean_s: float | None
    p99_s: float | None
    why: str = ""


def beside(study: Study, run: "Simulated") -> tuple[Beside, ...]:
    """Each simulated operation beside what formulas say of it."""
    return tuple(_beside(study, run, name, one) for name, one in run.operations.items())


def _beside(study: Study, run: "Simulated", name: str, one: "OperationRun") -> Beside:
    result = study.analysis.operations.get(name)
    if result is None:
        return Beside(name, one, None, None, "formulas do not answer for it")
    mean, p99 = result.times.mean_s, result.times.p99_s
    off = [what for what, formula, found in (("mean", mean, one.times.mean_s),
                                             ("p99", p99, one.times.p99_s))
           if differs(formula, found)]  # fmt: skip
    came = one.completed + one.failed > 0
    lost = came and abs(result.failed - one.failed_share.value) > max(
        _LOST, _half(one.failed_share)
    )
    if not off and not lost:
        return Beside(name, one, mean, p99)
    return Beside(name, one, mean, p99, next(_reasons(study, run, name, lost)))


def differs(formula: float | None, found: "Estimate | None") -> bool:
    """Whether a formula lies outside of the interval, and further off than 5%."""
    if found is None:
        return False
    if formula is None:
        return True
    low = found.value if found.low is None else found.low
    high = found.value if found.high is None else found.high
    return not low <= formula <= high and abs(formula - found.value) > SAME * found.value


def _half(share: "Estimate") -> float:
    return 0.0 if share.low is None or share.high is None else (share.high - share.low) / 2


def _reasons(study: Study, run: "Simulated", name: str, lost: bool) -> Iterator[str]:
    """What may make the difference, the surest first."""
    result, one = study.analysis.operations[name], run.operations[name]
    if not run.state.is_steady and run.state.said:
        yield "there is no steady state, so no number of it lasts"
    if result.overloaded:
        yield f"by formulas {', '.join(result.overloaded)} cannot keep up and calls never end"
    for doubt in result.doubts:
        yield f"formulas are not to be trusted here: {doubt.about}: {doubt.why}"
    if lost:
        simulated = shown_share(one.failed_share.value)
        yield f"{simulated} of the calls fail, by formulas {shown_share(result.failed)}"
    yield from _by_station(study, run, name)
    if not one.is_narrow:
        yield "few calls were simulated: the interval is wide"
    yield "formulas put laws of time together as if they were independent"


def _by_station(study: Study, run: "Simulated", name: str) -> Iterator[str]:
    """The station on the way that is busier, or makes calls wait otherwise, than formulas say."""
    from sysdesign.analyze import visited

    for station in visited(study.network, name):
        formula, found = study.analysis.stations.get(station), run.stations.get(station)
        if formula is None or found is None or found.utilisation is None:
            continue
        use = formula.mean_utilisation
        if use is not None and abs(use - found.utilisation.value) > _SHIFTED:
            yield (
                f"{station} is {found.utilisation.value:.0%} busy in the simulation, "
                f"{use:.0%} by formulas"
            )
    waits = []
    for station in visited(study.network, name):
        formula, found = study.analysis.stations.get(station), run.stations.get(station)
        if formula is not None and found is not None and formula.wait_s is not None:
            waits.append(
                (abs(formula.wait_s - found.wait_s), station, formula.wait_s, found.wait_s)
            )
    if waits:
        most, station, formula_s, found_s = max(waits)
        mean = run.operations[name].times.mean_s
        if mean is not None and most > _LONGER * mean.value:
            yield (
                f"calls wait {shown_time(found_s)} at {station} in the simulation, "
                f"{shown_time(formula_s)} by formulas"
            )
