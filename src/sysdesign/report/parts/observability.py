"""Monitoring: objectives, alerts, business numbers, logs and traces."""

from collections.abc import Iterator

from sysdesign.design.later import Alert, Traces
from sysdesign.report.document import Block, Code, Facts, Inline, Line, Section, Strong, Table
from sysdesign.report.lines import NONE, code, codes, columns, filled, given, said
from sysdesign.report.subject import Part, Subject


def write(subject: Subject) -> Iterator[Block | Section]:
    """A table for each of them."""
    told = subject.study.design.observability
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((Strong(name),), code(one.of), given(one.share), given(one.window))
        for name, one in told.objectives.items()
    )
    if rows:
        heads = columns("Objective", "Requirement", "Good events", "Window")
        yield filled(Table("Objectives", heads, rows))
    alerts: tuple[tuple[Line, ...], ...] = tuple(
        ((Strong(name),), _when(one), said(one.sort),
         f"page {one.page}" if one.page else f"ticket {one.ticket}" if one.ticket else NONE,
         said(one.runbook))
        for name, one in told.alerts.items()
    )  # fmt: skip
    if alerts:
        heads = columns("Alert", "When", "Sort", "To", "Runbook")
        yield filled(Table("Alerts", heads, alerts, prose=True))
    business: tuple[tuple[Line, ...], ...] = tuple(
        ((Strong(name),), code(one.of.text if one.of else ""), said(one.answers))
        for name, one in told.business.items()
    )
    if business:
        yield Table(
            "Business numbers", columns("Number", "Measure", "Answers"), business, prose=True
        )
    facts = _facts(subject)
    if facts:
        yield Facts(facts)


def _when(one: Alert) -> Line:
    lasting = f" for {one.for_.text}" if one.for_ else ""
    if one.when:
        return (Code(one.when.text), lasting)
    window = f" over {one.over.text}" if one.over else ""
    burn = f" burns {one.burn.text}" if one.burn else ""
    return (Code(str(one.of)), f"{burn}{window}{lasting}") if one.of else NONE


def _of(traces: Traces) -> tuple[Inline, ...]:
    named = codes(traces.of)
    return () if isinstance(named, str) else (": ", *named)


def _facts(subject: Subject) -> tuple[tuple[str, Line], ...]:
    told = subject.study.design.observability
    facts: list[tuple[str, Line]] = []
    if told.signals:
        said_of = (f"{name}: {', '.join(some)}" for name, some in told.signals.items())
        facts.append(("Signals", "; ".join(said_of)))
    if told.logs:
        keep = f", kept {told.logs.keep.text}" if told.logs.keep else ""
        joined = f", joined by {told.logs.correlation}" if told.logs.correlation else ""
        facts.append(("Logs", f"{said(told.logs.where)}{keep}{joined}"))
        if told.logs.never:
            facts.append(("Never in logs", codes(told.logs.never)))
    if told.traces:
        keep = f", kept {told.traces.keep.text}" if told.traces.keep else ""
        facts.append(
            ("Traces", (f"{given(told.traces.sample)} of the calls{keep}", *_of(told.traces)))
        )
    for name, one in told.quality.items():
        target = f", at most {one.target.text}" if one.target else ""
        facts.append((f"Quality: {name}", f"{said(one.measure)}{target}"))
    return tuple(facts)


PART = Part("observability", "Monitoring", "observability", write)
