"""What the oracle met in many runs of small networks, kept in tests/data/simulated.json.

Made by `python -m tests.simulate.judging`, which takes some twenty minutes of CPU time; with names of
networks it runs those anew. For each network of `features` the file holds means of independent
runs with their standard errors, and a mark of the network itself: whoever changes a network, or a
part of the oracle that it needs, has to run it again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from hashlib import sha256
from math import isfinite, sqrt
from pathlib import Path
from statistics import fmean, stdev

from tests.analyze.judging import stated
from tests.simulate.features import Feature, features
from tests.simulate.oracle import Answer, Oracle

KEPT = Path(__file__).parent.parent / "data" / "simulated.json"
RUNS = 12

Measures = dict[str, float]
"""What one run met: shares of calls, seconds, numbers a second."""

Found = dict[str, tuple[float, float]]
"""Mean and standard error of each measure over the runs."""


def measured(answer: Answer) -> Measures:
    """One run as numbers; what had no call has no time."""
    found: Measures = {}
    for name, seen in answer.operations.items():
        calls = max(seen.started, 1)
        for word in ("failed", "refused", "timed_out", "degraded", "retried"):
            found[f"{name}.{word}"] = getattr(seen, word) / calls
        found[f"{name}.started"] = seen.started / answer.length_s
        if len(seen.times) > 20:
            found[f"{name}.mean_s"] = seen.mean_s
            found[f"{name}.p99_s"] = seen.percentile(0.99)
    for (caller, target), counts in answer.pairs.items():
        for word in ("calls", "retries", "timeouts", "errors", "opened", "openings"):
            found[f"{caller}->{target}.{word}"] = counts[word] / answer.length_s
    for name, at in answer.stations.items():
        found[f"{name}.busy"] = at.busy_s / answer.length_s
        found[f"{name}.in_hand"] = at.in_hand_s / answer.length_s
        found[f"{name}.visits"] = at.visits / answer.length_s
    for name, (hits, misses) in answer.hits.items():
        found[f"{name}.hit"] = hits / max(hits + misses, 1)
    for name, count in answer.instances.items():
        found[f"{name}.instances"] = count
    for name, met in answer.messages.items():
        found[f"{name}.dead"] = met.dead / answer.length_s
        if met.dropped or met.turned_away:
            found[f"{name}.dropped"] = met.dropped / answer.length_s
            found[f"{name}.turned_away"] = met.turned_away / answer.length_s
        found[f"{name}.backlog"] = answer.backlog_s[name] / answer.length_s
        if met.ages:
            found[f"{name}.age_s"] = fmean(met.ages)
    return found


def over_runs(runs: Iterable[Measures]) -> Found:
    """Means and standard errors of what all runs met."""
    each = list(runs)
    names = [name for name in each[0] if all(name in one for one in each)]
    found = {}
    for name in names:
        values = [one[name] for one in each]
        found[name] = (fmean(values), stdev(values) / sqrt(len(values)))
    return found


def meet(feature: Feature, runs: int = RUNS) -> Found:
    """The oracle's runs of a network."""
    return over_runs(measured(one_run(feature, seed)) for seed in range(runs))


def one_run(feature: Feature, seed: int) -> Answer:
    oracle = Oracle(feature.network, f"kept {seed}", feature.scenario, feature.failures)
    return oracle.run(feature.length_s, feature.warm_up_s)


def stamp(feature: Feature) -> str:
    """Changes when the network does, or what happens to it."""
    whole = (feature.network, feature.changes, feature.length_s, feature.failures)
    return sha256(stated(whole).encode()).hexdigest()[:12]


def kept() -> dict[str, tuple[str, Found]]:
    """Mark and findings of each network."""
    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    return {
        name: (one["mark"], {m: tuple(v) for m, v in one["met"].items()})
        for name, one in known.items()
    }


def main(names: list[str]) -> None:
    """Run what is not known yet, has changed, or is named."""
    known, found = kept(), {}
    for name, feature in features().items():
        if known.get(name, ("", {}))[0] == stamp(feature) and name not in names:
            found[name] = known[name]
            continue
        print(name, file=sys.stderr)
        found[name] = (stamp(feature), meet(feature))
        save({**known, **found})
    save(found)


def save(found: Mapping[str, tuple[str, Found]]) -> None:
    """One network a line."""
    lines = [
        f"{json.dumps(name)}: "
        + json.dumps({"mark": seal, "met": {m: [rounded(x) for x in v] for m, v in met.items()}})
        for name, (seal, met) in found.items()
    ]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def rounded(value: float) -> float:
    """Six digits."""
    return float(f"{value:.6g}") if isfinite(value) else value


if __name__ == "__main__":
    main(sys.argv[1:])
