"""Runs of the kernel in the words of the tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sysdesign.network import Network
from sysdesign.network.scenario import Scenario
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.simulate.statistics import read_at
from sysdesign.simulate.tally import Tally, edges
from tests.simulate.judging import Measures


def runs(
    network: Network, length_s: float, warm_up_s: float, count: int, *, seed: int = 1,
    scenario: Scenario | None = None, **plan: Any,
) -> list[Tally]:  # fmt: skip
    """So many replications."""
    tables = prepare(network, scenario, failures=plan.get("failures", False))
    return [
        run(tables, Plan(warm_up_s, length_s, seed, i, interval_s=length_s, scenario=scenario, **plan))
        for i in range(count)
    ]  # fmt: skip


def ends() -> Any:
    """All ends of the buckets, the first included."""
    return np.concatenate(([0.0], edges()))


def mean_of(times: Any) -> float:
    """Mean of a histogram, by the middles of its buckets."""
    bounds = ends()
    middles = (bounds[1:] + bounds[:-1]) / 2
    return float((middles * times).sum() / times.sum())


def measured(tally: Tally) -> Measures:
    """One run as numbers, named as those of the oracle."""
    found: Measures = {}
    length = tally.length_s
    for name in dict.fromkeys(flow.operation for flow in tally.flows):
        seen = tally.operation(name)
        calls = max(seen.started, 1)
        for word in ("failed", "refused", "timed_out", "degraded", "retried"):
            found[f"{name}.{word}"] = getattr(seen, word) / calls
        found[f"{name}.started"] = seen.started / length
        if seen.completed > 20:
            found[f"{name}.mean_s"] = seen.seconds / seen.completed
            found[f"{name}.p99_s"] = read_at(seen.times.astype(float), ends(), 0.99)
        found[f"{name}.dead"] = seen.dead / length
        found[f"{name}.dropped"] = seen.dropped / length
        found[f"{name}.turned_away"] = seen.turned_away / length
        found[f"{name}.backlog"] = seen.backlog_s / length
        if len(seen.age) and seen.age.sum():
            found[f"{name}.age_s"] = mean_of(seen.age)
    for pair in tally.pairs:
        for word in ("calls", "retries", "timeouts", "errors", "opened"):
            name = f"{pair.caller}->{pair.target}.{word}"
            count = getattr(pair, word) - (pair.retries if word == "calls" else 0)
            found[name] = found.get(name, 0.0) + count / length
    for cache in tally.caches:
        found[f"{cache.name}.hit"] = cache.hit
    for at in tally.stations:
        found[f"{at.station}.busy"] = at.busy_s / length
        found[f"{at.station}.in_hand"] = at.in_hand_s / length
        found[f"{at.station}.visits"] = at.arrivals / length
    return found


def each(tallies: Iterable[Tally], operation: str = "op") -> Any:
    """Seconds and calls of the completed of each run."""
    seen = [tally.operation(operation) for tally in tallies]
    return [one.seconds for one in seen], [one.completed for one in seen]
