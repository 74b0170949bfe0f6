"""Copies at several places: reads go on while enough are left, and take as long as those need."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import pytest

from sysdesign.analyze import analyze
from sysdesign.availability.breaking import fewer
from sysdesign.network import Attempts, Call, Delay, Network, Node, Parallel, Policy, rebuilt
from sysdesign.network.scenario import Down, Errors, Scenario
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.workbench import study_text
from tests.analyze.networks import constant, mean_of, network, station, visit
from tests.simulate.features import seq

US, AP = 0.3, 1.0
"""Seconds of the way to the copies there."""


def read(eu: float = 2.0, **facts: object) -> Network:
    """Two of the copies: first those in eu, then the one in us, then the one in ap."""
    counts = {"eu": eu, "us": 1.0, "ap": 1.0}
    parts = [station(f"s@{place}", component="s", place=place, instances=count, servers=50.0,
                     policy=Policy.RANDOM, **facts) for place, count in counts.items()]  # fmt: skip
    way = {"eu": 0.0, "us": US, "ap": AP}
    copies = [
        seq(Delay(constant(way[place])), visit(f"s@{place}", 0.1, family="constant"))
        for place, count in counts.items() for _ in range(int(count))
    ]  # fmt: skip
    asked = Parallel(tuple(copies[:2]), None, tuple(copies[2:]))
    return network(*parts, op=(2.0, Call("", "s", asked, Attempts(), "eu", "read")))


class Met(NamedTuple):
    """Seconds of a read that is answered, and how many failed, of all that come in 100 s."""

    seconds: float
    failed: int


def met(made: Network, *changes: object) -> Met:
    scenario = Scenario("x", changes)  # type: ignore[arg-type]
    plan = Plan(10.0, 100.0, interpreted=True, scenario=scenario)
    (op,) = run(prepare(made, scenario), plan).flows
    return Met(op.seconds / max(op.completed, 1), op.failed)


def near(found: Met, seconds: float) -> bool:
    """Whether none failed, and each took so long."""
    return found.failed == 0 and math.isclose(found.seconds, seconds, rel_tol=1e-6)


def down(station: str, *instances: int) -> Down:
    return Down(0.0, station=station, instances=instances or None)


def test_the_nearest_answer_while_all_is_up():
    assert near(met(read()), 0.1)


def test_a_copy_that_is_down_is_replaced_by_the_next_nearest():
    assert near(met(read(), down("s@eu", 0)), US + 0.1)
    assert near(met(read(), down("s@eu")), AP + 0.1)
    assert met(read(), down("s@eu"), down("s@us")).failed > 100  # one is left, two are needed
    assert near(met(read(), down("s@eu", 0), down("s@us")), AP + 0.1)


def test_a_copy_of_the_same_place_comes_before_one_of_another():
    assert near(met(read(3.0), down("s@eu", 0)), 0.1)


def test_one_that_fails_when_it_is_asked_costs_the_way_there():
    """The one in us is asked since one in eu is down; it fails, and the one in ap is asked then."""
    bad = Errors(0.0, station="s@us", share=1.0)
    assert near(met(read(), down("s@eu", 0), bad), US + AP + 0.1)


def test_a_death_in_flight_fails_no_read():
    """Each second one of two copies dies with what it has in hand, and is back half a second on."""
    ends = tuple(Down(k, k + 0.5, "s@eu", (k % 2,)) for k in range(90))
    mean, failed = met(read(), *ends)
    assert failed == 0
    assert 0.1 < mean < AP


DESIGN = """\
sysdesign: 1
problem: {name: Three places, why: Reads go on., actors: {user: {from: {eu: 100%}}}}
places:
  eu: {zones: [eu-a, eu-b], like: west_europe}
  us: {zones: [us-a], like: east_us}
  ap: {zones: [ap-a], like: southeast_asia}
operations:
  ask: {actor: user, api: GET /, rate: 20 req/s, peak: 1, path: [web: [store]]}
components:
  web: {kind: service, in: eu, replicas: 4, cores: 2, work: 1 ms}
  store: {kind: key_value_store, copies: {count: {eu: 2, us: 1, ap: 1}, mode: quorum, READ}, work: 1 ms}
"""


def bare(node: Node) -> Node:
    """The same without spares."""
    node = rebuilt(node, bare)
    if not isinstance(node, Parallel) or not node.spares:
        return node
    return node.parts[0] if len(node.parts) == 1 else replace(node, spares=())


@pytest.mark.parametrize("asked", [1, 2, 3])
def test_formulas_of_what_is_up_know_no_spares(asked):
    made = study_text(DESIGN.replace("READ", f"read: {asked}")).network
    flows = tuple(replace(flow, root=bare(flow.root)) for flow in made.flows)
    one, other = (analyze(each) for each in (made, replace(made, flows=flows, is_shared=False)))
    assert one.operations["ask"].times.mean_s == other.operations["ask"].times.mean_s
    assert one.operations["ask"].times.p99_s == other.operations["ask"].times.p99_s


def test_formulas_with_a_copy_less_take_the_farther_one():
    """Two copies in eu and one in us are asked for three; with one in eu lost also the one in ap."""
    made = study_text(DESIGN.replace("READ", "read: 3")).network
    before = mean_of(analyze(made).operations["ask"])
    after = mean_of(analyze(fewer(made, {("store", "eu"): 1.0})).operations["ask"])
    assert 0.08 < before < 0.1  # 80 ms to the east of the US
    assert after > before + 0.05  # 160 ms and more to Singapore
    assert analyze(fewer(made, {("store", "eu"): 2.0})).operations.get("ask") is None


RAFT = """\
sysdesign: 1
problem: {name: Raft, why: All goes through the copy that leads., actors: {reader: {}}}
places: {eu: {zones: [a]}}
operations:
  ask: {actor: reader, api: GET /, rate: 20 req/s, peak: 1, path: [store: {do: read}]}
  tell: {actor: reader, api: PUT /, rate: 20 req/s, peak: 1, path: [store: {do: write}]}
components:
  store:
    kind: key_value_store
    copies: {count: 3, mode: quorum, leader: eu, failover: 5 s}
    work: {mean: 1 ms, distribution: constant}
"""


def failed(made: Network, *changes: object) -> list[int]:
    """Calls that fail of those that read, and of those that write."""
    scenario = Scenario("x", changes)  # type: ignore[arg-type]
    plan = Plan(10.0, 100.0, interpreted=True, scenario=scenario)
    return [flow.failed for flow in run(prepare(made, scenario), plan).flows]


@pytest.mark.slow
def test_another_stands_in_for_one_that_follows_and_none_for_one_that_leads():
    made = study_text(RAFT).network
    leads, follows = "store", "store.followers"
    assert failed(made, down(follows, 0)) == failed(made, down(follows, 1)) == [0, 0]
    assert min(failed(made, down(follows))) > 100 * 20 - 5 * 20**0.5 * 10  # one copy of three
    gone = failed(made, Down(20.0, station=leads))
    for count in gone:  # those of five seconds: 100 on average, give or take five roots
        assert 50 < count < 150
    assert failed(made, Down(20.0, station=leads), down(follows, 0))[0] > 1000


NEAREST = """
sysdesign: 1
problem: {actors: {u: {primary: true}}}
operations: {get: {actor: u, rate: 2 req/s, path: [db: {do: read}]}}
places: {eu: {zones: [eu-a, eu-b]}}
conventions: {network: none}
data: {row: {store: db, key: [id], size: 1 kB, count: 1000, fields: {id: id}}}
components:
  db: {kind: document_store, work: 100 ms, MORE, copies: {count: 2, mode: leader, reads: nearest, wait: 0, failover: 1 h}}
"""


@pytest.mark.parametrize("more", ["cores: 50", "cores: 50, shards: 4", "cores: 50, slots: 60"])
@pytest.mark.parametrize("gone", ["db", "db.followers"])
def test_a_copy_that_is_up_answers_for_one_that_is_down(more: str, gone: str) -> None:
    """Of two that answer alike one is enough, also long before the other one leads."""
    made = study_text(NEAREST.replace("MORE", more)).network
    assert met(made, down(gone)).failed == 0
    assert met(made, down("db"), down("db.followers")).failed > 100
