"""The interface: every operation as a contract, with the load it brings."""

from collections.abc import Iterator, Mapping

from sysdesign.design import Operation
from sysdesign.report.document import Block, Code, Line, Paragraph, Section, Table
from sysdesign.report.lines import NONE, code, codes, columns, filled, given, retries_told, said
from sysdesign.report.subject import Part, Subject
from sysdesign.study import Study


def write(subject: Subject) -> Iterator[Block | Section]:
    """Two overviews, then a contract for each operation that an actor calls."""
    study = subject.study
    operations = study.design.operations
    if not operations:
        return
    called = {name: one for name, one in operations.items() if one.actor or one.trigger is None}
    started = {name: one for name, one in operations.items() if name not in called}
    if called:
        heads = columns("Operation", "API", "Actor", "Average", "Peak", "In", "Out", right=(3, 4))
        rows: tuple[tuple[Line, ...], ...] = tuple(
            ((Code(name),), code(one.api), said(one.actor), _figure(study, f"{name}.rate"),
             _figure(study, f"{name}.peak_rate"), given(one.request), given(one.response))
            for name, one in called.items()
        )  # fmt: skip
        yield filled(Table("Operations that actors call", heads, rows))
    if started:
        heads = columns("Operation", "Started by", "Average", "Peak", right=(2, 3))
        rows = tuple(
            ((Code(name),), _trigger(one), _figure(study, f"{name}.rate"),
             _figure(study, f"{name}.peak_rate"))
            for name, one in started.items()
        )  # fmt: skip
        yield filled(Table("Work in the background", heads, rows))
    yield from _contracts(called)
    if not called:
        yield Paragraph("No operation is called by an actor.")


def _figure(study: Study, name: str) -> str:
    figure = study.figure(name)
    return figure.shown if figure else NONE


def _trigger(one: Operation) -> Line:
    trigger = one.trigger
    if trigger is None:
        return NONE
    if trigger.from_:
        group = f", group {trigger.group}" if trigger.group else ""
        return ("messages of ", Code(str(trigger.from_)), group)
    if trigger.changes:
        return ("changes of ", Code(str(trigger.of or trigger.changes)), " in ",
                Code(str(trigger.changes)))  # fmt: skip
    if trigger.every:
        at = f", at {trigger.at_}" if trigger.at_ else ""
        return f"every {trigger.every.text}{at}"
    return ("the end of all messages of ", Code(str(trigger.join))) if trigger.join else NONE


def _contracts(called: Mapping[str, Operation]) -> Iterator[Block]:
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((Code(name),), codes(f"{n}: {kind.text}" for n, kind in one.inputs.items()), _returns(one),
         ", ".join(one.errors) or NONE, _known_by(one), given(one.limit), said(one.idempotent),
         _remarks(one))
        for name, one in called.items()
    )  # fmt: skip
    heads = columns("Operation", "Inputs", "Returns", "Errors", "Caller known by", "Limit",
                    "Repeated safely", "Caller")  # fmt: skip
    table = filled(Table("Contracts", heads, rows, prose=True))
    if len(table.columns) > 1:
        yield table


def _returns(one: Operation) -> str:
    page = f"{one.page.text} items at most" if one.page else ""
    return ", ".join(filter(None, (said(one.returns, ""), page))) or NONE


def _known_by(one: Operation) -> str:
    return said(one.auth) if one.auth else f"open to all: {one.public}" if one.public else NONE


def _remarks(one: Operation) -> str:
    parts = (
        f"waits {one.timeout.text}" if one.timeout else "",
        f"{one.deadline.text} for all attempts" if one.deadline else "",
        f"repeats {retries_told(one.retries)}" if one.retries and one.retries.count else "",
        f"priority {one.priority}" if one.priority else "",
    )
    return ", ".join(filter(None, parts)) or NONE


PART = Part("interface", "The interface", "operations", write)
