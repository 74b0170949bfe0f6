"""The most telling numbers of a design, for the top of every answer."""

from collections.abc import Iterator

from sysdesign.design import MeasureName
from sysdesign.figures import Figure
from sysdesign.records import dataclass
from sysdesign.study.explain import UnknownNameError, explain
from sysdesign.study.measures import measured, primary_operation, told_range
from sysdesign.study.prices import price_defaults
from sysdesign.study.study import Study

HEADLINE = (
    ("peak rate", "system.peak_rate"),
    ("stored at the horizon", "system.stored"),
    ("egress at peak", "system.peak_egress"),
    ("reads over writes", "read_write"),
    ("connections at peak", "system.peak_connections"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A telling number: what people call it, its value and 90% interval as they read them.

    `about` is whom it is of where the label does not say so; `defaults` how many unstated values
    it rests on.
    """

    label: str
    figure: Figure
    between: str
    defaults: int
    about: str = ""


def headline(study: Study) -> list[Line]:
    """Each telling number that is known: estimates, what formulas say of the load, cost."""
    return [*_estimated(study), *analysed_lines(study), *_money(study)]


def _money(study: Study) -> Iterator[Line]:
    figure = study.figure("cost")
    if figure is not None and figure.median > 0:
        yield Line("cost a month", figure, figure.shown_range, len(price_defaults(study)))


def _estimated(study: Study) -> Iterator[Line]:
    for label, name in HEADLINE:
        figure = study.figure(name)
        if figure is not None:
            yield Line(label, figure, figure.shown_range, len(explain(study, name).defaults))


def analysed_lines(study: Study) -> Iterator[Line]:
    """Bottleneck, load carried, p99 of the primary operation."""
    analysis, operation = study.analysis, primary_operation(study)
    if analysis.bottleneck is not None:
        from sysdesign.study.analysed import pressing

        station = analysis.stations[analysis.bottleneck]
        yield from _line(study, "bottleneck", station.component, pressing(station), station.station)
    yield from _line(study, "load carried", "", "carries")
    if operation:
        yield from _line(study, f"p99 of {operation}", operation, "p99")


def _line(study: Study, label: str, owner: str, measure: str, about: str = "") -> Iterator[Line]:
    """A line for a number of the analysis; none where it has no end, or nothing limits it."""
    name = ".".join(filter(None, (owner, measure)))
    found = measured(study, MeasureName(name, study.design.span, owner, measure))
    try:
        explained = explain(study, name)
    except UnknownNameError:
        return
    between = told_range(study, found) if found else ""
    yield Line(label, explained.figure, between, len(explained.defaults), about)
