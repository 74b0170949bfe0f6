"""How formulas are judged: by long runs of the simulation, kept in tests/data/judged.json.

Made by `python -m tests.analyze.judging`, which takes some ten minutes of CPU time. For each
network of `judged_networks` the file holds, by operation, mean and p99 of answered calls with their
standard errors over independent runs, the share of failed calls, and a mark of the network itself:
whoever changes a network has to run it again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from hashlib import sha256
from math import isfinite, sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, NamedTuple

from sysdesign.analyze import Analysis
from sysdesign.analyze.trees import nodes_of
from sysdesign.formulas.laws import CONSTANT
from sysdesign.network import (
    Flow,
    Hold,
    Network,
    Node,
    Parallel,
    Repeat,
    Visit,
    expected,
)
from tests.analyze.oracle import Oracle, share_below

KEPT = Path(__file__).parent.parent / "data" / "judged.json"
RUNS = 10
EVENTS = 1_500_000  # of all runs of a network
_MOST_TIMES = 20  # as many events as foreseen: it tips over

STRICT, WIDE = 0.05, 0.15
REGULAR = 0.05  # scv of work that is the same for all


class Met(NamedTuple):
    """What the simulation met: seconds and their standard errors, over independent runs."""

    mean_s: float
    mean_error_s: float
    p99_s: float
    p99_error_s: float
    failed: float
    calls: int


class Verdict(NamedTuple):
    """How far the formulas are from what was met, in parts of it, and what is allowed.

    `strict` is the promise for ordinary designs, which no doubt excuses; elsewhere, where the
    answer says to simulate (`doubted`), anything is allowed. Calls in step among others are not held
    to it.
    """

    operation: str
    off_mean: float
    off_p99: float
    noise_mean: float
    noise_p99: float
    strict: bool
    doubted: bool

    @property
    def holds(self) -> bool:
        return self.within or (self.doubted and not self.strict)

    @property
    def within(self) -> bool:
        """Whether mean and p99 keep to the bar."""
        bar = STRICT if self.strict else WIDE
        mean_holds = abs(self.off_mean) <= bar + 3 * self.noise_mean
        p99_holds = abs(self.off_p99) <= bar + 3 * self.noise_p99
        return mean_holds and p99_holds


def events_of(network: Network) -> float:
    """Events that a call of the mix causes, roughly."""
    rates = [float(flow.rate_per_s) for flow in network.flows]
    each = [1 + sum(float(n) for _, n in expected(flow.root)) for flow in network.flows]
    return sum(r * n for r, n in zip(rates, each, strict=True)) / sum(rates)


def meet(
    network: Network, events: int = EVENTS, runs: int = RUNS, seed: str = ""
) -> dict[str, Met]:
    """Simulate independent runs; operations of which nothing was answered are left out."""
    calls = max(int(events / runs / events_of(network)), 500)
    found: dict[str, list[tuple[float, float, float]]] = {}
    times: dict[str, list[float]] = {}
    failed: dict[str, list[int]] = {}
    for run in range(runs):
        seen = Oracle(network, f"{seed}{run}").run(calls, _MOST_TIMES * events / runs)
        for name, one in seen.items():
            failed.setdefault(name, []).extend((one.failed, one.calls))
            if len(one.times) > 1:
                times.setdefault(name, []).extend(one.times)
                found.setdefault(name, []).append(
                    (fmean(one.times), share_below(one.times, 0.99), 0)
                )
    met = {}
    for name, each in found.items():
        if len(each) == runs:
            mean, p99 = ([one[i] for one in each] for i in (0, 1))
            lost, all_calls = sum(failed[name][::2]), sum(failed[name][1::2])
            met[name] = Met(
                fmean(times[name]),
                stdev(mean) / sqrt(runs),
                share_below(times[name], 0.99),
                stdev(p99) / sqrt(runs),
                lost / all_calls,
                all_calls,
            )
    return met


def verdicts(network: Network, analysis: Analysis, met: Mapping[str, Met]) -> Iterator[Verdict]:
    """One for each operation for which the formulas have a time."""
    for name, truth in met.items():
        if truth.p99_s <= 0:  # nothing is waited for
            continue
        result = analysis.operations[name]
        mean, p99 = result.times.mean_s, result.times.p99_s
        if mean is None or p99 is None:
            assert result.overloaded or result.doubts or result.failed > 0, name
            continue
        yield Verdict(
            name,
            mean / truth.mean_s - 1,
            p99 / truth.p99_s - 1,
            truth.mean_error_s / truth.mean_s,
            truth.p99_error_s / truth.p99_s,
            is_ordinary(network, analysis, name) and not in_step(network, analysis, name),
            bool(result.doubts),
        )


def is_ordinary(network: Network, analysis: Analysis, operation: str) -> bool:
    """At most 80% load, four servers or more a queue, scv up to 2, no pools, in order."""
    mine = [flow for flow in network.flows if flow.operation == operation]
    nodes = [node for flow in mine for node in waited_for(flow)]
    if any(isinstance(node, Hold) for node in nodes):
        return False
    return all(_is_plain(network, analysis, node) for node in nodes if isinstance(node, Visit))


def in_step(network: Network, analysis: Analysis, operation: str) -> bool:
    """Whether calls come together to a station where all work is the same, and others as well.

    Told from the network, not from doubts. Such calls start and end together, and the next batch
    finds all servers free or none. Batches of one size alone are met exactly; where other calls
    come between them, formulas of means and variances cannot know. This is where the promise is
    not kept.
    """
    mine = [flow for flow in network.flows if flow.operation == operation]
    ways = {n.station for flow in mine for n in waited_for(flow) if isinstance(n, Visit)}
    loads = {name: analysis.state.loads[name] for name in ways}
    even = {
        name
        for name, load in loads.items()
        if load.shape.scv < REGULAR and not (load.shape == CONSTANT and load.batches)
    }
    nodes = [node for flow in network.flows for node in nodes_of(flow.root)]
    return any(_together(node) & even for node in nodes)


def _together(node: Node) -> set[str]:
    """Stations that several calls may come to at one moment, because of this node."""
    match node:
        case Repeat() if float(node.at_once) > 1:
            return _stations(node)
        case Parallel():
            parts = [_stations(part) for part in node.parts]
            return {name for i, a in enumerate(parts) for b in parts[:i] for name in a & b}
    return set()


def _stations(node: Node) -> set[str]:
    return {one.station for one in nodes_of(node) if isinstance(one, Visit)}


def waited_for(flow: Flow) -> Iterable[Node]:
    return nodes_of(flow.root, sends=False)


def _is_plain(network: Network, analysis: Analysis, visit: Visit) -> bool:
    station, found = network.stations[visit.station], analysis.stations[visit.station]
    if not station.queues:
        return True
    shared = station.policy.name == "SHARED"
    servers = station.servers * (station.instances if shared else 1)
    use = found.utilisation or 0.0
    load = analysis.state.loads[visit.station]
    return (
        use <= 0.8 + 1e-9
        and servers >= 4
        and load.shape.scv <= 2 + 1e-9
        and station.order == "fifo"
        and station.waiting is None
    )


def mark(network: Network) -> str:
    """Changes when the network does; words that it leaves out do not count, even new ones."""
    return sha256(stated(network).encode()).hexdigest()[:12]


def stated(value: object) -> str:
    """What differs from the defaults, of a record and all below."""
    if isinstance(value, tuple):
        return f"({', '.join(map(stated, value))})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {stated(one)}' for key, one in value.items())}}}"
    if not is_dataclass(value) or isinstance(value, type):
        return repr(value)
    said = ((f, getattr(value, f.name)) for f in fields(value))
    told = (f"{f.name}={stated(one)}" for f, one in said if one != _default(f))
    return f"{type(value).__name__}({', '.join(told)})"


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def kept() -> dict[str, tuple[str, dict[str, Met]]]:
    """Mark and findings of each network."""
    known = json.loads(KEPT.read_text())
    return {
        name: (one["mark"], {op: Met(*values) for op, values in one["met"].items()})
        for name, one in known.items()
    }


def main() -> None:
    """Simulate what is not known yet, or has changed."""
    from tests.analyze.judged import judged_networks

    known = kept() if KEPT.exists() else {}
    found = {}
    for name, network in judged_networks().items():
        if known.get(name, ("", {}))[0] == mark(network):
            found[name] = known[name]
        else:
            print(name, file=sys.stderr)
            found[name] = (mark(network), meet(network))
        save(found)


def save(found: Mapping[str, tuple[str, Mapping[str, Met]]]) -> None:
    """One network a line."""
    lines = [
        f"{json.dumps(name)}: "
        + json.dumps({"mark": stamp, "met": {op: rounded(one) for op, one in met.items()}})
        for name, (stamp, met) in found.items()
    ]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def rounded(met: Met) -> list[float]:
    """Six digits."""
    return [float(f"{value:.6g}") if isfinite(value) else value for value in met]


if __name__ == "__main__":
    main()
