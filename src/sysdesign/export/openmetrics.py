"""The series of a simulation as OpenMetrics text, which Prometheus reads.

Each scenario is a label; times are seconds from `start_s`, a Unix time. Names follow the
conventions of Prometheus: base units, counters that end in `_total`. Source: the OpenMetrics
specification 1.0 (2020).
"""

from collections.abc import Iterable, Iterator, Mapping

from sysdesign.records import dataclass
from sysdesign.simulate.result import Series, Simulated

_Sample = tuple[str, Mapping[str, str], float, float]


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    kind: str
    unit: str
    help: str


CALLS = _Family("sysdesign_calls", "counter", "", "Calls of an operation by how they ended.")
TIMES = _Family(
    "sysdesign_call_duration_seconds", "gauge", "seconds",
    "Time of the answered calls of an interval, by percentile.",
)  # fmt: skip
BUSY = _Family(
    "sysdesign_station_utilisation_ratio", "gauge", "ratio", "Share of its servers at work."
)
WAITING = _Family("sysdesign_station_waiting_calls", "gauge", "calls", "Calls that wait there.")
UP = _Family("sysdesign_station_instances", "gauge", "", "Instances that are up.")
BACKLOG = _Family(
    "sysdesign_queue_backlog_messages", "gauge", "messages", "Messages that lie in a queue."
)

HITS = _Family("sysdesign_cache_hit_ratio", "gauge", "ratio", "Share of the calls that hit.")
OPEN = _Family(
    "sysdesign_breaker_open_ratio",
    "gauge",
    "ratio",
    "Share of the replications in which it is open.",
)


def openmetrics(runs: Iterable[Simulated], start_s: float = 0.0) -> str:
    """The series of some simulations as one text; ends with `# EOF`."""
    found: dict[_Family, list[_Sample]] = {
        family: [] for family in (CALLS, TIMES, BUSY, WAITING, UP, BACKLOG, HITS, OPEN)
    }
    for run in runs:
        scenario = run.scenario or "steady"
        for family, sample in _samples(run.series, scenario, start_s):
            found[family].append(sample)
    lines: list[str] = []
    for family, samples in found.items():
        if samples:
            lines += _head(family)
            lines += _in_order(samples)
    return "\n".join([*lines, "# EOF"]) + "\n"


def _samples(series: Series, scenario: str, start: float) -> Iterator[tuple[_Family, _Sample]]:
    ends = [start + at + series.interval_s for at in series.at_s]
    for name, one in series.operations.items():
        label = {"scenario": scenario, "operation": name}
        done = failed = 0.0
        for place, at in enumerate(ends):
            ended = one.completed_per_s[place] * series.interval_s
            share = min(one.failed_share[place], 1.0)
            lost = ended * share / (1 - share) if share < 1 else (
                one.started_per_s[place] * series.interval_s)  # fmt: skip
            done, failed = done + ended, failed + lost
            yield CALLS, (f"{CALLS.name}_total", {**label, "outcome": "completed"}, done, at)
            yield CALLS, (f"{CALLS.name}_total", {**label, "outcome": "failed"}, failed, at)
            for quantile, value in (("0.5", one.p50_s[place]), ("0.99", one.p99_s[place])):
                if value is not None:
                    yield TIMES, (TIMES.name, {**label, "quantile": quantile}, value, at)
    for name, station in series.stations.items():
        label = {"scenario": scenario, "station": name}
        for place, at in enumerate(ends):
            yield BUSY, (BUSY.name, label, station.utilisation[place], at)
            yield WAITING, (WAITING.name, label, station.waiting[place], at)
            yield UP, (UP.name, label, station.up[place], at)
    for name, backlog in series.backlog.items():
        queue = {"scenario": scenario, "queue": name}
        for place, at in enumerate(ends):
            yield BACKLOG, (BACKLOG.name, queue, backlog[place], at)
    for name, ratios in series.hits.items():
        cache = {"scenario": scenario, "cache": name}
        for ratio, at in zip(ratios, ends, strict=True):
            if ratio is not None:
                yield HITS, (HITS.name, cache, ratio, at)
    for name, shares in series.open.items():
        call = {"scenario": scenario, "call": name}
        for share, at in zip(shares, ends, strict=True):
            yield OPEN, (OPEN.name, call, share, at)


def _head(family: _Family) -> list[str]:
    lines = [f"# TYPE {family.name} {family.kind}"]
    if family.unit:
        lines.append(f"# UNIT {family.name} {family.unit}")
    return [*lines, f"# HELP {family.name} {family.help}"]


def _in_order(samples: list[_Sample]) -> Iterator[str]:
    """Samples of one label set together, by time: what a reader may expect."""
    groups: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for name, labels, value, at in samples:
        groups.setdefault((name, _labels(labels)), []).append((at, value))
    for (name, told), values in groups.items():
        for at, value in values:
            yield f"{name}{told} {value:.10g} {at:.3f}"


def _labels(labels: Mapping[str, str]) -> str:
    told = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
    return "{" + told + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
