"""Simulations of an opened design: those asked for, run with an eye on the clock, judged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

from sysdesign.records import dataclass
from sysdesign.source import Node, Problem, Source, Span, UnusableError, nearest
from sysdesign.study import Study
from sysdesign.study.tested import Run, asked_operations, bounds_of, tested
from sysdesign.workbench.ad_hoc import ad_hoc, ad_hoc_name
from sysdesign.workbench.bench import Workbench, reopened
from sysdesign.workbench.files import read_source

if TYPE_CHECKING:
    from sysdesign.lower.scenario import Staged, Traces
    from sysdesign.network import Network
    from sysdesign.simulate.watch import Watch


class NothingYetError(Exception):
    """A simulation was ended before anything could be told."""


STEADY = ""
"""Stands for the simulation without a scenario."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be simulated.

    `scenarios` are names of the file; without any, and without `fails`, the steady state is.
    `fails` are failures as on the command line, added to each scenario. `precision` are shares of
    mean and p99 that half of an interval may be. `most_s` bounds each simulation in seconds of the
    clock. `traces` calls of `trace_of` are kept. `whole` forbids slices and short stretches. `set`
    and `load` are what the design was opened with.
    """

    scenarios: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    precision: tuple[float, float] = (0.01, 0.03)
    seed: int = 1
    most_s: float = 50.0
    traces: int = 0
    trace_of: str = ""
    whole: bool = False
    interpreted: bool = False
    set: tuple[str, ...] = ()
    load: str | float = 1.0


@dataclass(frozen=True, slots=True)
class Simulation:
    """All that was asked for, in order; `interrupted` says that somebody ended it before.

    `left_out` are scenarios that cannot be run, each with what is wrong in it.
    """

    bench: Workbench
    runs: tuple[Run, ...]
    interrupted: bool = False
    left_out: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)


def simulate(bench: Workbench, asked: Asked, watch: "Watch") -> Simulation:
    """Run what is asked for, one after the other; `watch` shows progress and may end it.

    Raises
    ------
    UnusableError
        for a scenario that there is not, failures that cannot be read, and what no simulation can
        be made of. A scenario of the file that cannot be run is left out, the others are run.
    """
    from sysdesign.simulate.engine import SimulateError

    plans, left_out = [], {one.name: one.problems for one in bench.study.left_out}
    for name in _names(bench, asked):
        if f"scenario {name}" in left_out:
            continue
        try:
            plans.append(_planned(bench, name, asked))
        except UnusableError as trouble:
            if name not in bench.study.design.scenarios or asked.fails:
                raise
            left_out[f"scenario {name}"] = trouble.problems
    runs: list[Run] = []
    for study, scenario in plans:
        try:
            runs.append(_run(study, scenario, asked, watch))
        except SimulateError as trouble:
            said = str(trouble)
            raise UnusableError([Problem("simulate", said, place_of(study, said))]) from None
        if watch.is_stopped:
            break
    return Simulation(bench, tuple(runs), watch.is_stopped, left_out)


def place_of(study: Study, said: str) -> Span:
    """Where the file speaks of what a sentence names; its start where it names nothing."""
    spaces: Mapping[str, Mapping[str, Span]] = study.design.ids.spaces
    words = [word.strip("'`:,.") for word in said.split()]
    for word in words:
        for space in ("component", "operation"):
            if word in spaces.get(space, {}):
                found: Span = spaces[space][word]
                return found
    start: Span = study.design.span
    return start


def for_report(
    bench: Workbench, scenarios: Sequence[str], watch: "Watch", set: tuple[str, ...] = (),
    load: str | float = 1.0,
) -> Simulation:  # fmt: skip
    """The steady state, then these scenarios, or all that the file has."""
    named = tuple(scenarios) or tuple(bench.study.design.scenarios)
    asked = Asked(set=set, load=load)
    steady = simulate(bench, asked, watch)
    if watch.is_stopped or not named:
        return steady
    more = simulate(bench, replace(asked, scenarios=named), watch)
    return replace(more, runs=(*steady.runs, *more.runs))


def _names(bench: Workbench, asked: Asked) -> Sequence[str]:
    known = list(bench.study.design.ids.spaces["scenario"])
    for name in asked.scenarios:
        if name not in known:
            at = Span(1, 1, 1, len(name) + 1, Source(f"--scenario {name}", name))
            there = ", ".join(known) or "none"
            hint = f"the file has: {there}" if nearest(name, known) is None else None
            raise UnusableError([Problem("scenario", f"no scenario is called '{name}'", at,
                                         nearest(name, known), hint)])  # fmt: skip
    return asked.scenarios or (STEADY,)


@dataclass(frozen=True, slots=True)
class _Scenario:
    """A scenario of a study: its name, and how it is staged on a network."""

    name: str
    staged: "Callable[[Network], Staged]"


def _planned(bench: Workbench, name: str, asked: Asked) -> tuple[Study, _Scenario | None]:
    """The study that is simulated, and what happens to it; None for the steady state."""
    study = bench.study
    patches: list[Node] = [*_changes(study, name)]
    names = [name] if name else []
    if asked.fails:
        made = ad_hoc_name(study.design.scenarios)
        patches.append(ad_hoc(asked.fails, made))
        names.append(made)
    if patches:
        study = reopened(bench, patches, set=asked.set, load=asked.load).study
    if not names:
        return study, None
    scenario = _Scenario(name or names[-1], _staging(study, tuple(names)))
    scenario.staged(study.network)  # what cannot be done is said before anything is run
    return study, scenario


def _changes(study: Study, name: str) -> Sequence[Node]:
    """Patches of a scenario on the design."""
    said = study.design.scenarios.get(name)
    events = (said, *said.steps) if said else ()
    return [event.change for event in events if event.change is not None]


def _staging(study: Study, names: Sequence[str]) -> "Callable[[Network], Staged]":
    """The scenarios of a study on a network: the whole one, or a slice of it."""
    from sysdesign.lower import lower
    from sysdesign.lower.scenario import merged, staged
    from sysdesign.study.numbers import Medians

    numbers = Medians(study.estimate)
    traces = _traces(study)

    def on(network: "Network") -> "Staged":
        parts = [
            staged(study.design, numbers, network, name,
                   lambda gone: lower(study.design, numbers, gone, study.network), traces)
            for name in names
        ]  # fmt: skip
        return parts[0] if len(parts) == 1 else merged(names[0], parts)

    return on


def _run(study: Study, scenario: _Scenario | None, asked: Asked, watch: "Watch") -> Run:
    from sysdesign.simulate.runner import Wanted, steadily
    from sysdesign.simulate.through import through

    loaded(study)
    wanted = Wanted(
        asked_operations(study), asked.precision, asked.seed, asked.most_s, asked.traces,
        asked.trace_of, asked.whole, asked.interpreted, _chains(study),
    )  # fmt: skip
    if scenario is None:
        done = steadily(study.network, wanted, watch)
    else:
        bounds = bounds_of(study, scenario.name)
        done = through(study.network, scenario.name, scenario.staged, bounds, wanted, watch)
    return Run(study, done, tested(study, done))


def loaded(study: Study) -> None:
    """Raises UnusableError where no operation has a load to simulate."""
    if not any(flow.rate_per_s > 0 for flow in study.network.flows):
        lacking = "; ".join(f"{name}: {fact}" for name, fact in study.network.unknown.items())
        raise UnusableError([Problem("simulate", "no operation has a load to simulate",
                                     place_of(study, ""), hint=lacking or None)])  # fmt: skip


def _chains(study: Study) -> tuple[tuple[str, str], ...]:
    """Chains that requirements name."""
    tests = (test for one in study.design.requirements.quality.values() for test in one.expect)
    found = ((test.measure.owner, test.measure.until) for test in tests if test.measure.until)
    return tuple(dict.fromkeys(found))


# -- load from files -------------------------------------------------------------------------------


def _traces(study: Study) -> "Traces":
    """Load over time of operations whose `shape` is a file; beside the design, each a text."""
    found: dict[str, Sequence[tuple[float, float]]] = {}
    for name, operation in study.design.operations.items():
        if operation.shape is not None and operation.shape.file is not None:
            found[name] = load_trace(study, str(operation.shape.file), operation.shape.file.span)
    return found


def load_trace(study: Study, file: str, span: Span) -> list[tuple[float, float]]:
    """Lines of `seconds, calls a second`, the first at 0 s; a line of words on top may name them.

    Raises
    ------
    UnusableError
        at the line that cannot be read; for gaps in time, times that go back, rates below zero.
    """
    from pathlib import Path

    path = Path(study.source.name).parent / file
    source = read_source(str(path))
    rows: list[tuple[float, float]] = []
    for number, line in enumerate(source.text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        row = _row(line)
        if row is None and not rows and number == 1:
            continue
        at = Span(number, 1, number, len(line) + 1, source)
        trouble = _trouble(row, rows)
        if row is None or trouble:
            hint = "write seconds, calls a second: 60, 1200"
            raise UnusableError([Problem("trace", trouble, at, hint=hint)])
        rows.append(row)
    if not rows:
        hint = "write seconds, calls a second, a line each"
        raise UnusableError([Problem("trace", f"{file} holds no load", span, hint=hint)])
    return rows


def _row(line: str) -> tuple[float, float] | None:
    parts = line.replace(";", ",").split(",")
    try:
        at, rate = (float(part) for part in parts)
    except ValueError:
        return None
    return at, rate


def _trouble(row: tuple[float, float] | None, rows: Sequence[tuple[float, float]]) -> str:
    """What is wrong with a line of a trace; "" where nothing is."""
    from math import isfinite

    if row is None:
        return "this is not two numbers"
    at, rate = row
    if not (isfinite(at) and isfinite(rate)) or rate < 0 or at < 0:
        return "seconds and calls a second are numbers from 0 on"
    if rows and at <= rows[-1][0]:
        return "time goes back here"
    if not rows and at != 0:
        return "the first line is not at 0 s: what is the load before?"
    return ""
