"""Twenty-seven planted faults; the smallest cure of each is found by brute force over one knob."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from sysdesign.review.statements import judge
from sysdesign.source import Verdict
from sysdesign.workbench import open_text
from sysdesign.workbench.advising import advised

WEB = "web: {kind: service, replicas: 4, cores: 4, work: 10 ms, price: 100 USD/month}"
DB = "db: {kind: sql_database, cores: 16, work: 2 ms, price: 200 USD/month}"
PATH = "web: [db]"


@dataclass(frozen=True)
class Plant:
    """A design that fails a test, the knob that cures it, and the values to try in turn."""

    expect: str
    knob: str
    values: Sequence[int]
    components: str
    path: str = PATH
    more: str = ""
    written: Callable[[int], str] = str
    operation: str = ""

    def text(self) -> str:
        """The design."""
        return f"""
sysdesign: 1
problem: {{name: x, why: y, actors: {{user: {{primary: true}}}}}}
requirements: {{quality: {{wanted: {{class: performance, expect: {self.expect}}}}}}}
operations:
  go: {{actor: user, api: GET /x, rate: 400 req/s, path: [{self.path}]}}
  {self.operation}
components:
  {self.components}
{self.more}
"""


def changed(part: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in part
        part = part.replace(old, new)
    return part


def plant(
    expect: str, knob: str, values: Sequence[int], *pairs: tuple[str, str], **more: object
) -> Plant:
    return Plant(expect, knob, values, changed(f"{WEB}\n  {DB}", *pairs), **more)  # type: ignore[arg-type]


UP, DOWN = range(1, 70), range(40, 0, -1)
KV = (
    "kv: {kind: key_value_store, work: 1 ms, cores: 1, shards: {count: 1, by: hash, hottest: 0.1%}}"
)
RARE = "fails: {every: 20 day, repair: 4 h}"
EU = "places: {eu: {zones: [eu-a]}}"
HOT = "hot: {kind: cache, memory: 8 GB, work: 0.1 ms}"
ITEMS = (
    "data: {item: {store: db, key: id, size: 10 kB, count: 50M item, copied_to: [hot], "
    "popularity: {zipf: 0.8}}}"
)
CACHED = "web: [hot: {do: read, of: item, miss: [db: {do: read, of: item}]}]"
PLANTS: dict[str, Plant] = {
    "replicas for a percentile": plant(
        "go.p99 < 80 ms", "components.web.replicas", UP, ("replicas: 4", "replicas: 1")),
    "replicas for a mean": plant(
        "go.mean < 15 ms", "components.web.replicas", UP, ("replicas: 4, cores: 4", "replicas: 2, cores: 2")),
    "cores for a percentile": plant(
        "go.p95 < 60 ms", "components.web.cores", UP, ("cores: 4", "cores: 1")),
    "cores of a database": plant(
        "carries >= 1.5", "components.db.cores", UP, ("cores: 16", "cores: 1")),
    "replicas for growth": plant("carries >= 5", "components.web.replicas", UP),
    "replicas for use": plant("web.utilisation < 11%", "components.web.replicas", UP),
    "cores for use": plant(
        "db.utilisation < 15%", "components.db.cores", UP, ("cores: 16", "cores: 2")),
    "shards for use": plant(
        "kv.utilisation < 9%", "components.kv.shards.count", UP, (DB, KV), path="web: [kv]"),
    "shards for load": plant(
        "carries >= 3", "components.kv.shards.count", UP, (DB, KV), path="web: [kv]"),
    "the most that scaling adds": plant(
        "carries >= 2", "components.web.scale.max", range(5, 70),
        ("replicas: 4, cores: 4", "replicas: 2, cores: 1, scale: {by: utilisation, target: 60%, min: 2, max: 5}")),
    "slots": plant(
        "carries >= 2", "components.web.slots", UP, ("cores: 4", "cores: 4, slots: 1")),
    "instances by place": plant(
        "web.utilisation < 20%", "components.web.replicas", UP,
        ("replicas: 4, cores: 4", "replicas: {eu: 2}, cores: 2, in: [eu]"),
        more=EU, written=lambda n: f"{{eu: {n}}}"),
    "copies for availability": plant(
        "go.availability >= 99.8%", "components.db.copies.count", UP,
        ("work: 2 ms", f"work: 2 ms, {RARE}")),
    "replicas for availability": plant(
        "go.availability >= 99.9%", "components.web.replicas", UP,
        ("replicas: 4, cores: 4, work: 10 ms", f"replicas: 1, cores: 8, work: 10 ms, {RARE}")),
    "one more for availability": plant(
        "go.availability >= 99.995%", "components.web.replicas", UP,
        ("replicas: 4, cores: 4, work: 10 ms", f"replicas: 2, cores: 8, work: 10 ms, {RARE}"),
        ("work: 2 ms", "work: 2 ms, copies: 3")),
    "fewer replicas for cost": plant(
        "cost < 1200 USD/month", "components.web.replicas", DOWN, ("replicas: 4", "replicas: 40")),
    "fewer shards for cost": plant(
        "cost < 1000 USD/month", "components.kv.shards.count", DOWN,
        (DB, KV.replace("count: 1,", "count: 40,").replace("cores: 1", "cores: 1, price: 50 USD/month")),
        path="web: [kv]"),
    "cost of a call": plant(
        "cost_per_call.go < 1 USD / 1M req", "components.web.replicas", DOWN,
        ("replicas: 4", "replicas: 20")),
    "a timeout of an optional call": plant(
        "go.p99 < 90 ms", "links.web -> ads.timeout", range(120, 0, -1),
        (DB, DB + "\n  ads: {kind: service, replicas: 40, cores: 4, work: 60 ms}"),
        path="web: [db, ads: {optional: true}]", written=lambda n: f"{n} ms"),
    "cores where nothing states a number": plant(
        "db.utilisation < 30%", "components.db.cores", UP, ("cores: 16, work: 2 ms", "work: 2 ms")),
    "memory of a cache": plant(
        "db.utilisation < 3%", "components.hot.memory", range(8, 400), (DB, f"{DB}\n  {HOT}"),
        path=CACHED, more=ITEMS, written=lambda n: f"{n} GB"),
    "hits of a cache": plant(
        "hot.hit >= 40%", "components.hot.memory", range(8, 400), (DB, f"{DB}\n  {HOT}"),
        path=CACHED, more=ITEMS, written=lambda n: f"{n} GB"),
    "a zone": plant(
        "go.availability >= 99.99%", "places.eu.zones", (1, 2, 3, 4),
        ("work: 2 ms", "work: 2 ms, copies: {count: 3, mode: quorum}"),
        more="places: {eu: {zones: [eu-a], zone_fails: {every: 100 day, repair: 4 h}}}",
        written=lambda n: "[" + ", ".join(["eu-a", *(f"eu-new-{i + 1}" for i in range(n - 1))]) + "]"),
    "fewer retries of an optional call": plant(
        "go.p99 < 100 ms", "links.web -> ads.retries.count", range(3, -1, -1),
        (DB, DB + "\n  ads: {kind: service, replicas: 40, cores: 4, work: 60 ms}"),
        path="web: [db, ads: {optional: true}]",
        more="links: {web -> ads: {timeout: 50 ms, retries: {count: 3}}}"),
    "connections of a pool": plant(
        "carries >= 3", "links.web -> db.pool", UP, ("work: 2 ms", "work: 4 ms"), more="links: {web -> db: {pool: 1}}"),
    "partitions of a stream": plant(
        "(go -> work).p95 < 2 s", "components.line.partitions", range(2, 200),
        (DB, ("line: {kind: stream, managed: true, partitions: 2}\n  "
             "worker: {kind: worker, replicas: 40, cores: 1, work: 10 ms}")),
        path="web: [line]", operation="work: {trigger: {from: line, group: work}, path: [worker]}"),
    "a disk": plant(
        "db.disk_used < 40%", "components.db.disk", UP, ("work: 2 ms", "work: 2 ms, disk: 1 TB"),
        more=ITEMS.replace(", copied_to: [hot]", "").replace("50M", "90M"),
        written=lambda n: f"{n} TB"),
}  # fmt: skip


def smallest_cure(one: Plant) -> str | None:
    """The first value in turn with which the file holds, by opening it at each."""
    text = one.text()
    for value in one.values:
        study = open_text(text, set=[f"{one.knob}={one.written(value)}"]).study
        (test,) = study.design.requirements.quality["wanted"].expect
        if judge(study, "wanted", test).verdict is Verdict.HOLDS:
            return one.written(value)
    return None


@pytest.mark.slow
def test_the_smallest_cure_is_found() -> None:
    missed = []
    for name, one in PLANTS.items():
        cure = smallest_cure(one)
        assert cure is not None, name
        found = {
            a.path: a.after for wanted in advised(open_text(one.text())) for a in wanted.advice
        }
        if found.get(one.knob) != cure:
            missed.append((name, cure, found))
    assert len(PLANTS) == 27
    assert len(missed) <= 1, missed
