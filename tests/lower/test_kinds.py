"""Each component kind, alone, against what its own page says of it, by hand."""

from typing import Any

import pytest

from sysdesign import kinds
from sysdesign.network import Choice, Visit
from sysdesign.source import UnusableError
from sysdesign.workbench import open_text
from tests.lower.telling import flow_of, network_of, nodes_of, told

DESIGN = """
problem: {{actors: {{someone: {{primary: true}}}}}}
operations:
  use: {{actor: someone, rate: 100 req/s, path: [{path}]}}
data:
  thing: {{store: keeper, key: id, size: 1 kB, count: 1000, popularity: {{top: 10%, gets: 50%}}}}
components:
  keeper: {{kind: sql_database, managed: true, work: 2 ms}}
  it: {{kind: {kind}{said}}}
"""

# kind, what is said of it, the path, what its first stations are, what a call does.
Case = tuple[str, str, str, dict[str, dict[str, Any]], str]
OWN = {"queues": True}
THEIRS = {"queues": False, "slots": None, "cap_per_s": None}

CASES: list[Case] = [
    # Instances work on as many calls as they have cores, hold as many as they have slots.
    ("service", "replicas: 3, cores: 2, slots: 10, backlog: 50, limit: 40 req/s, work: 5 ms",
     "it: {calls: [keeper]}",
     {"it": {"instances": 3, "servers": 2, "slots": 10, "waiting": 50, "cap_per_s": 120, **OWN}},
     "-> it(hold it(it 5; -> keeper(keeper 2)))"),
    # One more hop for each step that follows in the list.
    ("load_balancer", "replicas: 2, work: 1 ms", "it, keeper, keeper",
     {"it": {"instances": 2, **OWN}},
     "-> it(it 1; -> keeper(keeper 2)); -> it(it 1; -> keeper(keeper 2))"),
    # What it asks on the way stands in its calls, and is asked once.
    ("api_gateway", "replicas: 2, work: 1 ms", "it: {calls: [keeper]}, keeper, keeper",
     {"it": {"instances": 2, **OWN}},
     "-> it(it 1; -> keeper(keeper 2); -> keeper(keeper 2)); -> it(it 1; -> keeper(keeper 2))"),
    # A message is carried both ways; a push to an actor is a step.
    ("connection_gateway", "replicas: 2, work: 1 ms", "it: {calls: [someone]}",
     {"it": {"instances": 2, **OWN}}, "-> it(it 1; -> someone())"),
    # On a miss the caller makes the steps under `miss`.
    ("cache", "replicas: 2, hit: 80%, work: 0.1 ms", "it: {do: read, miss: [keeper]}",
     {"it": {"instances": 2, **OWN}}, "-> it(it 0.1); miss[20%: -> keeper(keeper 2)]"),
    # A hit is answered there; a miss goes on to all that follows, in one visit.
    ("cdn", "hit: 75%, work: 5 ms", "it, keeper, keeper", {"it": THEIRS},
     "-> it(it 5; miss[25%: -> keeper(keeper 2); -> keeper(keeper 2)])"),
    # Time on the device; what follows is called only on a miss.
    ("client", "hit: 40%, work: 10 ms", "it, keeper", {"it": THEIRS},
     "-> it(it 10; miss[60%: -> keeper(keeper 2)])"),
    # A wait before the first call; it passes nothing on.
    ("dns", "", "it, keeper", {"it": THEIRS}, "-> it(it 2); -> keeper(keeper 2)"),
    # A response time that does not queue, and a limit above which calls are refused.
    ("external_service", "work: 30 ms, limit: 500 req/s", "it",
     {"it": {"queues": False, "cap_per_s": 500, "slots": None}}, "-> it(it 30)"),
    # As many instances as calls, up to `slots` at once in all; above it refused.
    ("function", "work: 20 ms, slots: 300", "it: {calls: [keeper]}",
     {"it": {"queues": False, "slots": 300, "waiting": 0}},
     "-> it(hold it(it 20; -> keeper(keeper 2)))"),
    # Takes a message when it is free: one queue for all.
    ("worker", "replicas: 4, cores: 2, work: 10 ms", "it",
     {"it": {"instances": 4, "servers": 2, "policy": "one queue for all instances"}},
     "-> it(it 10)"),
    ("scheduler", "replicas: 2", "it", {"it": {"instances": 2, **OWN}}, "-> it(it 1)"),
    # The sender waits only for the queue to take the message.
    ("queue", "managed: true, work: 5 ms", "it", {"it": THEIRS}, "-> it(it 5)"),
    # The sender waits for the leader of a partition and as many followers as `wait` says.
    ("stream", "replicas: 6, copies: {count: 3, mode: leader, wait: 1}, work: 1 ms", "it",
     {"it": {"instances": 6, **OWN}}, "-> it(it 1; 1/2{it 1 | it 1})"),
    # A leader, how many followers a write waits for, who answers reads.
    ("sql_database",
     ("shards: {count: 4, hottest: 20%}, copies: {count: 3, mode: leader, wait: 0}, cores: 8, "
      "slots: 90, work: {read: 1 ms, write: 2 ms}"),
     "it: {do: read}, it: {do: write}",
     {"it": {"instances": 1, "shards": 4, "hottest": 0.2 + 0.8 / 4, "servers": 8, "slots": 90},
      "it.followers": {"instances": 2, "shards": 4, "hottest": 0.4}},
     ("-> it(hold it(it 1)); -> it(hold it(it 2; "
      "send(2/2{hold it.followers(it.followers 2) | hold it.followers(it.followers 2)})))")),
    ("document_store", "copies: {count: 3, mode: leader, wait: 2, reads: any}, work: 3 ms",
     "it: {do: read}, it: {do: write}",
     {"it": {"instances": 1}, "it.followers": {"instances": 2}},
     ("-> it(place[33.3333%: 1/1{it 3 or it.followers 3} | 66.6667%: 1/1{it.followers 3 or it 3}]); "
      "-> it(it 3; 2/2{it.followers 3 | it.followers 3})")),
    # A write goes to all copies and waits for some; a read asks some.
    ("wide_column_store", "shards: 6, copies: {count: 3, mode: quorum}, work: 1 ms",
     "it: {do: read}, it: {do: write}", {"it": {"instances": 3, "shards": 6, "hottest": None}},
     "-> it(2/2{it 1 | it 1 or it 1}); -> it(2/3{it 1 | it 1 | it 1})"),
    # Peers: any copy answers, the others hear of a write later.
    ("key_value_store", "copies: {count: 3, mode: peers}, work: 1 ms",
     "it: {do: read}, it: {do: write}", {"it": {"instances": 3}},
     "-> it(it 1); -> it(it 1; send(2/2{it 1 | it 1}))"),
    # Erasure coding: all parts are written, `data` of them read.
    ("object_store", "managed: false, copies: {mode: erasure, data: 2, parity: 1}, work: 4 ms",
     "it: {do: read}, it: {do: write}", {"it": {"instances": 3}},
     "-> it(2/2{it 4 | it 4 or it 4}); -> it(3/3{it 4 | it 4 | it 4})"),
    ("graph_database", "copies: {count: 2, mode: leader, wait: 1, reads: follower}, work: 1 ms",
     "it: {do: read}", {"it": {"instances": 1}, "it.followers": {"instances": 1}},
     "-> it(it.followers 1)"),
    # Each shard asked by every query without a key: `times` the shards, all at once.
    ("search_index", "shards: 4, work: 10 ms", "it: {do: read, times: 4, at_once: 4}",
     {"it": {"instances": 1, "shards": 4}}, "4/4x(-> it(it 10))"),
    ("time_series_database", "shards: 2, copies: {count: 1}, work: {write: 1 ms, read: 9 ms}",
     "it: {do: write, times: 100, batch: 50}", {"it": {"shards": 2}}, "2/1x(-> it(it 1*50))"),
]  # fmt: skip


def test_every_kind_has_a_case() -> None:
    assert {kind for kind, *_ in CASES} == set(kinds.names())


@pytest.mark.parametrize(("kind", "said", "path", "stations", "call"), CASES, ids=lambda c: str(c))
def test_a_kind_becomes_what_its_page_says(
    kind: str, said: str, path: str, stations: dict[str, dict[str, Any]], call: str
) -> None:
    network = network_of(DESIGN.format(kind=kind, said=f", {said}" if said else "", path=path))
    assert not network.unknown
    assert {s.name for s in network.stations.values() if s.component == "it"} == set(stations)
    for name, wanted in stations.items():
        station = network.stations[name]
        found = {key: getattr(station, key) for key in wanted}
        found["policy"] = getattr(found.get("policy"), "value", None)
        assert {k: found[k] for k in wanted} == pytest.approx(wanted)
    assert told(flow_of(network, "use").root) == call


@pytest.mark.parametrize("managed", [True, False])
@pytest.mark.parametrize("kind", kinds.names())
def test_a_kind_stands_on_its_defaults_and_says_so(kind: str, managed: bool) -> None:
    network = network_of(DESIGN.format(kind=kind, said=f", managed: {managed}".lower(), path="it"))
    assert not network.unknown
    assert network.stations["it"].instances >= 1
    assert any(text.startswith("it.work = ") for text in network.defaults)


@pytest.mark.parametrize(
    ("said", "hit"),
    [
        # 1,000 things of 1 kB, 100 of them get half of the calls. No room at all for more than
        # one of two: by symmetry LRU keeps some of both; FIFO and LFU have exact extremes.
        ("memory: 2 MB, overhead: 1x", 1.0),
        ("memory: 50 kB, overhead: 1x, evict: lfu", 0.25),
        ("memory: 100 kB, overhead: 2x, evict: lfu", 0.25),
        ("memory: 25 kB, overhead: 1x, evict: lfu, shards: 2", 0.25),
        ("memory: 50 kB, overhead: 1x, evict: lfu, replicas: 9", 0.25),
        ("memory: 2 MB, hit: 30%", 0.30),
        ("", 0.90),
    ],
)
def test_a_hit_ratio_is_stated_or_follows_from_popularity_and_memory(said: str, hit: float) -> None:
    text = DESIGN.format(kind="cache", said=f", {said}" if said else "",
                         path="it: {do: read, of: thing, miss: [keeper]}")  # fmt: skip
    choice = told(flow_of(network_of(text), "use").root)
    wanted = f"miss[{100 * (1 - hit):g}%: -> keeper(keeper 2)]" if hit < 1 else "miss[0%:"
    assert wanted in choice


def test_lru_by_the_fixed_point_of_che() -> None:
    """Two classes of keys: T solves Σ n (1 − exp(−p T / n)) = held; the hit ratio follows."""
    from math import exp

    from scipy.optimize import brentq

    classes, held = ((100, 0.5), (900, 0.5)), 150.0
    time = brentq(lambda t: sum(n * (1 - exp(-p * t / n)) for n, p in classes) - held, 1, 1e5)
    hit = sum(p * (1 - exp(-p * time / n)) for n, p in classes)
    text = DESIGN.format(kind="cache", said=", memory: 150 kB, overhead: 1x",
                         path="it: {do: read, of: thing, miss: [keeper]}")  # fmt: skip
    (miss,) = nodes_of(network_of(text), "use", Choice)
    assert miss.branches[0].share == pytest.approx(1 - hit, rel=1e-9)


def test_a_hot_shard_from_popularity() -> None:
    """The hottest of 100 keys that share half of the calls, and a quarter of all others."""
    text = DESIGN.format(kind="sql_database", said=", shards: {count: 4, by: thing.id}", path="it")
    p1 = 0.5 / 100
    assert network_of(text).stations["it"].hottest == pytest.approx(p1 + (1 - p1) / 4)


@pytest.mark.parametrize(
    ("said", "policy"),
    [("", "round_robin"), (", balance: random", "random"),
     (", balance: {policy: power_of_two}", "power_of_two")],
)  # fmt: skip
def test_how_calls_are_spread(said: str, policy: str) -> None:
    network = network_of(DESIGN.format(kind="service", said=f", replicas: 5{said}", path="it"))
    assert network.stations["it"].policy.value == policy


def test_one_number_alone_is_exponential_work_and_a_stated_shape_is_kept() -> None:
    network = network_of(
        DESIGN.format(
            kind="service",
            said=", work: {one: 5 ms, two: {mean: 5 ms, p99: 20 ms}}",
            path="it: {do: one}, it: {do: two}",
        )
    )
    one, two = (v.work for v in nodes_of(network, "use", Visit))
    assert (one.mean_s, one.family, one.p99_over_mean) == (0.005, "exponential", None)
    assert (two.mean_s, two.family) == (0.005, "")
    assert two.p99_over_mean == pytest.approx(4.0)


def test_autoscaling_is_told_for_each_place() -> None:
    network = network_of(
        """
problem: {actors: {someone: {primary: true}}}
places: {a: {zones: [a1]}, b: {zones: [b1]}}
links: {a <-> b: {rtt: 10 ms}}
operations: {use: {actor: someone, rate: 1 req/s, path: [it]}}
components:
  it: {kind: service, replicas: {a: 6, b: 3}, work: 1 ms,
       scale: {by: utilisation, target: 50%, min: 3, max: 30, warm_up: 1 min}}
"""
    )
    scale = network.stations["it@a"].autoscale
    assert scale is not None
    assert (scale.by, scale.target, scale.least, scale.most) == ("utilisation", 0.5, 2.0, 20.0)
    assert (scale.warm_up_s, scale.every_s) == (60.0, 15.0)


@pytest.mark.parametrize(
    "fields",
    [
        "slots: 0",
        "scale: {by: rate, target: 0 req/s, max: 9}",
        "scale: {by: utilisation, target: 0%, max: 9}",
    ],
)
def test_what_has_to_be_some_is_refused_at_its_line(fields: str) -> None:
    text = f"""
sysdesign: 1
operations: {{go: {{rate: 5 req/s, path: [it]}}}}
components: {{it: {{kind: service, work: 5 ms, {fields}}}}}
"""
    with pytest.raises(UnusableError) as refused:
        open_text(text)
    (problem,) = refused.value.problems
    assert problem.span.line == 4
