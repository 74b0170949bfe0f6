"""A simulation as data: what every door prints as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sysdesign.study.beside import beside
from sysdesign.study.story import story
from sysdesign.study.tested import Run, Tested
from sysdesign.workbench.answers import Answer, rounded
from sysdesign.workbench.simulation import Simulation

if TYPE_CHECKING:
    from sysdesign.simulate.result import Simulated
    from sysdesign.simulate.statistics import Estimate

_TIMES = ("mean_s", "p50_s", "p90_s", "p95_s", "p99_s", "p999_s")


def simulate_answer(done: Simulation, path: str) -> Answer:
    """Everything that `simulate` says."""
    answer: Answer = rounded({
        "file": path, "load": done.bench.study.load, "interrupted": done.interrupted,
        "runs": [_run(run) for run in done.runs],
    })  # fmt: skip
    return answer


def _run(run: Run) -> Answer:
    one = run.simulated
    return {
        "scenario": one.scenario or None, "seed": one.seed, "replications": one.replications,
        "warm_up_s": one.warm_up_s, "measured_s": one.measured_s,
        "precision": {"mean": one.precision[0], "p99": one.precision[1]},
        "state": {"kind": one.state.kind, "about": list(one.state.about), "said": one.state.said},
        "stopped": one.stopped, "slice": one.parts, "compiled": one.compiled,
        "operations": _operations(run), "components": _components(one),
        "queues": {name: {**_plain(asdict(queue)), "backlog": estimate_answer(queue.backlog)}
                   for name, queue in one.queues.items()},
        "calls": [asdict(pair) for pair in one.pairs],
        "hits": {name: estimate_answer(value) for name, value in one.hits.items()},
        "chains": [{"from": first, "to": last,
                    **{t: estimate_answer(getattr(times, t)) for t in _TIMES}}
                   for (first, last), times in one.chains.items()],
        "requirements": [tested_answer(test) for test in run.tests],
        "series": _series(one), "events": [{"at_s": at, "what": what} for at, what in one.events],
        "story": list(story(one)), "recovery": one.recovery and asdict(one.recovery),
        "traces": [asdict(trace) for trace in one.traces],
        "notes": list(one.notes), "defaults": list(one.defaults),
    }  # fmt: skip


def _operations(run: Run) -> Answer:
    found = {}
    for row in beside(run.study, run.simulated):
        one = row.run
        found[row.operation] = {
            "rate_per_s": one.rate_per_s, "started": one.started, "completed": one.completed,
            "failed": one.failed, "refused": one.refused, "timed_out": one.timed_out,
            "degraded": one.degraded, "retried": one.retried, "inside": one.inside,
            "failed_share": estimate_answer(one.failed_share),
            **{name: estimate_answer(getattr(one.times, name)) for name in _TIMES},
            "is_narrow": one.is_narrow,
            "by_formulas": {"mean_s": row.mean_s, "p99_s": row.p99_s}, "why": row.why,
        }  # fmt: skip
    return found


def _components(one: "Simulated") -> Answer:
    return {
        name: {
            "component": s.component, "utilisation": estimate_answer(s.utilisation),
            "queue": estimate_answer(s.waiting), "most_waiting": s.most_waiting, "wait_s": s.wait_s,
            "arrival_per_s": s.arrival_per_s, "refused_share": s.refused_share,
            "failed_share": s.failed_share, "instances": s.instances,
        }
        for name, s in one.stations.items()
    }  # fmt: skip


def estimate_answer(value: "Estimate | None") -> Answer | None:
    """A number with its interval."""
    return None if value is None else {"value": value.value, "low": value.low, "high": value.high}


def _series(one: "Simulated") -> Answer:
    series = one.series
    return {
        "interval_s": series.interval_s, "at_s": list(series.at_s),
        "operations": {name: _plain(asdict(part)) for name, part in series.operations.items()},
        "components": {name: _plain(asdict(part)) for name, part in series.stations.items()},
        "backlog": {name: list(part) for name, part in series.backlog.items()},
        "hits": {name: list(part) for name, part in series.hits.items()},
        "open": {name: list(part) for name, part in series.open.items()},
    }  # fmt: skip


def _plain(record: dict[str, Any]) -> Answer:
    return {key: list(value) if isinstance(value, tuple) else value
            for key, value in record.items()}  # fmt: skip


def tested_answer(test: Tested) -> Answer:
    """A statement of a requirement, and what became of it."""
    verdict = {True: "holds", False: "fails", None: "unknown"}[test.holds]
    return {
        "id": test.requirement, "test": test.statement.text, "verdict": verdict,
        "value": estimate_answer(test.value), "outcome": test.outcome and asdict(test.outcome),
        "said": test.said,
    }  # fmt: skip
