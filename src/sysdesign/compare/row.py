"""One design as a row of numbers: measures by name, and which requirements it meets."""

from collections.abc import Iterator, Sequence

from sysdesign.design import MeasureName
from sysdesign.quantity import show
from sysdesign.review.statements import judge
from sysdesign.source import NOWHERE, Verdict
from sysdesign.study import Study, measured, shown_measure, told_range
from sysdesign.study.compared import Row, Value
from sysdesign.study.measures import figure_name, primary_operation
from sysdesign.study.unknown_ways import AT_LEAST, AT_MOST


def usual(study: Study) -> tuple[MeasureName, ...]:
    """What designs are always compared by: load carried, p99, availability, cost."""
    first = primary_operation(study)
    own = [_named(first, "p99"), _named(first, "availability")] if first else []
    return (_named("", "carries"), *own, _named("", "cost"))


def _named(owner: str, measure: str) -> MeasureName:
    text = ".".join(filter(None, (owner, measure)))
    return MeasureName(text, NOWHERE, owner, measure)


def row(name: str, study: Study, measures: Sequence[MeasureName]) -> Row:
    """The numbers of a study."""
    values = {one.text: value_of(study, one) for one in measures}
    bottleneck = study.analysis.bottleneck
    station = study.analysis.stations[bottleneck].component if bottleneck else ""
    return Row(name, values, station, len(study.design.components), dict(_verdicts(study)))


def _verdicts(study: Study) -> Iterator[tuple[str, Verdict]]:
    """The worst verdict of each requirement that is tested; what a person is asked is left out."""
    rank = (Verdict.HOLDS, Verdict.UNKNOWN, Verdict.FAILS)
    found: dict[str, Verdict] = {}
    quality = study.design.requirements.quality
    for name, one in quality.items():
        verdicts = [judge(study, name, test).verdict for test in one.expect]
        if verdicts:
            found[name] = max(verdicts, key=rank.index)
    yield from found.items()


def value_of(study: Study, name: MeasureName) -> Value:
    """A number of any engine by its name."""
    missing = Value(name.text, None, "not known")
    try:
        found = measured(study, name)
    except KeyError:
        return missing
    if found is not None:
        mark = (AT_LEAST if found.unit == "ms" else AT_MOST) if found.lacks else ""
        shown = mark + shown_measure(study, found.value, found.unit)
        return Value(name.text, found.value, shown, told_range(study, found), bool(found.doubts))
    figure = study.figure(figure_name(name))
    if figure is None:
        return missing
    shown = show(figure.quantity, unit=figure.unit, digits=3)
    return Value(name.text, figure.median, shown, figure.shown_range)
