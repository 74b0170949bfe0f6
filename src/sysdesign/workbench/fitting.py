"""Whether the changes that a file proposes, in options and scenarios, fit it."""

from collections.abc import Iterator
from dataclasses import replace

from sysdesign.read import LeftOut, Part
from sysdesign.source import Node, Problem, Span
from sysdesign.workbench.bench import Workbench


def with_misfits(bench: Workbench) -> Workbench:
    """The same, with options and scenarios among what is left out whose change does not read."""
    known = {one.part.path for one in bench.study.left_out}
    found: dict[Part, tuple[Problem, ...]] = {}
    for part, change in _changes(bench):
        if part.path not in known and (wrong := bench.misfit(change)):
            found[part] = tuple(dict.fromkeys((*found.get(part, ()), *wrong)))
    if not found:
        return bench
    left_out = (*bench.study.left_out, *(LeftOut(part, some) for part, some in found.items()))
    return Workbench(replace(bench.study, left_out=left_out), bench.today, bench.patches)


def _changes(bench: Workbench) -> Iterator[tuple[Part, Node]]:
    """Each option and scenario with a change; the chosen option is the file as it stands."""
    design = bench.study.design
    for name, decision in design.decisions.items():
        for option, said in decision.options.items():
            if said.change is not None and option != str(decision.chosen or ""):
                path = ("decisions", name, "options", option)
                yield _part(path, said.span), said.change
    for name, scenario in design.scenarios.items():
        for event in (scenario, *scenario.steps):
            if event.change is not None:
                yield _part(("scenarios", name), scenario.span), event.change


def _part(path: tuple[str, ...], span: Span) -> Part:
    return Part(path, (span.line, span.column), (span.end_line, span.end_column))
