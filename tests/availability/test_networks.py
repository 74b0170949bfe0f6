"""Networks against a slow, obvious oracle: every state of every zone, instance and provider."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from math import comb, prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysdesign.availability import Model, Used, pools_of
from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Failing,
    Flow,
    Health,
    Network,
    Node,
    Nothing,
    Parallel,
    Place,
    Retry,
    Sequence,
    Spread,
    Station,
    Visit,
)
from tests.quick import examples

ZONES = ("a", "b", "c")
WORK = Spread(0.001)


def fails(down: float, **words: Any) -> Failing:
    """Down for so much of the time."""
    return Failing(every_s=1 - down, repair=Spread(down), **words)


def station(name: str, instances: int, down: float, **words: Any) -> Station:
    """Instances in three zones."""
    return Station(name, name.partition("@")[0], "eu", float(instances), zones=ZONES,
                   fails=fails(down), **words)  # fmt: skip


def provider(name: str, up: float) -> Station:
    """Somebody else's."""
    return Station(name, name, queues=False, fails=Failing(availability=up))


def call(target: str, *parts: Node, **guard: Any) -> Call:
    """A call that works at one station."""
    return Call("", target, Sequence((Visit(target, WORK), *parts)), Attempts(**guard), "eu")


def network(stations: list[Station], root: Node, zone: float = 0.02) -> Network:
    """One region with three zones."""
    place = Place("eu", ZONES, None, fails(zone))
    return Network({s.name: s for s in stations}, (Flow("go", "eu", 1.0, root),),
                   places={"eu": place})  # fmt: skip


def model(some: Network, enough: Mapping[str, int]) -> Model:
    """Of each station so many have to be up to carry the peak."""
    used = {}
    for name, one in some.stations.items():
        count = float(one.instances)
        used[name] = Used(count, enough.get(name, 1) / count - 1e-6)
    return Model(pools_of(some, used), lambda lost: None)


# -- the oracle ------------------------------------------------------------------------------------


def by_states(some: Network, enough: Mapping[str, int]) -> float:
    """Share of failing calls: the sum over every state."""
    place = some.places["eu"]
    bits: list[tuple[str, float]] = []
    if place.zone_fails:
        bits += [(f"zone {z}", float(place.zone_fails.repair.mean_s)) for z in place.zones]  # type: ignore[union-attr]  # fmt: skip
    for one in some.stations.values():
        assert one.fails is not None
        if one.queues:
            down = float(one.fails.repair.mean_s)  # type: ignore[union-attr]
            bits += [(f"{one.name} {i}", down) for i in range(int(one.instances))]
        else:
            bits.append((one.name, 1 - float(one.fails.availability)))  # type: ignore[arg-type]
    whole = 0.0
    for state in product((False, True), repeat=len(bits)):
        lost = {name for (name, _), is_down in zip(bits, state, strict=True) if is_down}
        chance = prod(p if d else 1 - p for (_, p), d in zip(bits, state, strict=True))
        whole += chance * (1 - works(some.flows[0].root, some, lost, enough))
    return whole


def up_of(name: str, some: Network, down: set[str]) -> int:
    """Instances of a station that work and whose zone does."""
    one = some.stations[name]
    return sum(
        f"{name} {i}" not in down and f"zone {one.zones[i % len(one.zones)]}" not in down
        for i in range(int(one.instances))
    )


def works(node: Node, some: Network, down: set[str], enough: Mapping[str, int]) -> float:
    """Probability that a node succeeds in a state: its choices are all that is left to chance."""
    match node:
        case Visit():
            if not some.stations[node.station].queues:
                return float(node.station not in down)
            return float(up_of(node.station, some, down) >= enough.get(node.station, 1))
        case Call():
            if node.guard.optional:
                return 1.0
            return works(node.inner, some, down, enough)
        case Parallel() if all(isinstance(p, Visit) for p in node.parts):
            name = node.parts[0].station  # type: ignore[attr-defined]
            k = max(node.wait or len(node.parts), enough.get(name, 1))
            return float(up_of(name, some, down) >= k)
        case Parallel():
            chances = [works(p, some, down, enough) for p in node.parts]
            k = node.wait or len(chances)
            return sum(
                prod(c if ok else 1 - c for c, ok in zip(chances, state, strict=True))
                for state in product((False, True), repeat=len(chances)) if sum(state) >= k
            )  # fmt: skip
        case Choice():
            return sum(float(b.share) * works(b.inner, some, down, enough) for b in node.branches)
        case Sequence():
            chance, asked = 1.0, dict[str, Node]()
            for part in node.parts:
                if isinstance(part, Choice) and part.instead and part.component in asked:
                    found = works(asked.pop(part.component), some, down, enough)
                    missed = works(part.branches[0].inner, some, down, enough)
                    chance *= works(part, some, down, enough) if found else missed
                elif isinstance(part, Call) and _is_missed(part.target, node):
                    asked[part.target] = part
                else:
                    chance *= works(part, some, down, enough)
            return chance
    return 1.0


def _is_missed(target: str, node: Sequence) -> bool:
    return any(isinstance(p, Choice) and p.instead and p.component == target for p in node.parts)


# -- tests -----------------------------------------------------------------------------------------

STATIONS = [station("web", 3, 0.05), station("db", 3, 0.04), station("cache", 2, 0.03),
            provider("mail", 0.97)]  # fmt: skip


def nodes() -> st.SearchStrategy[Node]:
    """Random paths over four components."""
    quorum = st.integers(1, 3).map(
        lambda k: Call("", "db", Parallel((Visit("db", WORK),) * 3, k), Attempts(), "eu")
    )
    leaves = st.sampled_from([call("web"), call("db"), call("mail"), call("cache"),
                              call("mail", optional=True)]) | quorum  # fmt: skip

    def more(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        rows = st.lists(below, min_size=1, max_size=3).map(tuple)
        shares = st.sampled_from([0.1, 0.5, 0.9])
        return (
            rows.map(Sequence)
            | rows.map(lambda parts: Sequence((call("web"), *parts)))
            | st.builds(lambda s, a, b: Choice((Branch(s, a), Branch(1 - s, b)), "choose"),
                        shares, below, below)
            | st.builds(
                lambda s, other: Sequence((call("cache"), Choice(
                    (Branch(s, other), Branch(1 - s, Nothing())), "miss", "cache", instead=True))),
                shares, below)
        )  # fmt: skip

    return st.recursive(leaves, more, max_leaves=5)


@settings(max_examples=examples(12), deadline=None)
@given(nodes(), st.integers(1, 3), st.integers(1, 2))
def test_random_paths_against_every_state(root: Node, web: int, db: int) -> None:
    """Exact: shared zones, needed numbers, ways of shares, what is optional or missed."""
    enough = {"web": web, "db": db}
    some = network(STATIONS, root)
    found = model(some, enough).up("go")
    assert found.up.is_exact
    assert 1 - found.up.low == pytest.approx(by_states(some, enough), rel=1e-9, abs=1e-13)


def test_nine_in_three_zones() -> None:
    """Six of nine outlive a zone, seven do not: growth makes every zone a single point."""
    some = network([station("web", 9, 0.001)], call("web"), zone=0.0005)
    six, seven = model(some, {"web": 6}), model(some, {"web": 7})
    assert not [x for x in six.singles("go") if x.part.startswith("zone")]
    assert {x.part for x in seven.singles("go") if x.fails == 1 and "zone" in x.part} == {
        "zone a", "zone b", "zone c"
    }  # fmt: skip
    assert 1 - seven.up("go").up.low > 40 * (1 - six.up("go").up.low)
    assert 1 - seven.up("go").up.low == pytest.approx(0.0015, rel=0.01)


def test_what_is_shared_is_not_independent() -> None:
    """Two instances in one zone: nearly as bad as the zone, not as its square."""
    one = Station("web", "web", "eu", 2.0, zones=("a",), fails=fails(0.001))
    some = network([one], call("web"), zone=0.01)
    found = model(some, {}).up("go")
    assert 1 - found.up.low == pytest.approx(0.01 + 0.99 * 1e-6)
    assert 1 - found.apart == pytest.approx((1 - 0.99 * 0.999) ** 2)


def test_parts_that_fail_together() -> None:
    """A tenth of the failures takes all: no number of instances helps against them."""
    one = Station("web", "web", "eu", 5.0, fails=fails(0.01, together=0.1))
    some = Network({"web": one}, (Flow("go", "eu", 1.0, call("web")),))
    assert 1 - model(some, {}).up("go").up.low == pytest.approx(0.001, rel=1e-6)


def test_a_leader_that_is_replaced() -> None:
    """Calls fail for half a minute at each failure of the leader, though a copy is up."""
    every, late = 90 * 86400.0, 30.0
    words: dict[str, Any] = {
        "fails": Failing(every, Spread(600.0)), "failover": Spread(late), "shards": 8.0,
    }  # fmt: skip
    stations = [Station("db", "db", "eu", 1.0, **words),
                Station("db.followers", "db", "eu", 1.0, **words)]  # fmt: skip
    some = Network({s.name: s for s in stations}, (Flow("go", "eu", 1.0, call("db")),))
    down = 600 / (every + 600)
    expected = 1 - (1 - down**2) * (1 - late / (every + late))
    found = Model(pools_of(some, {}), lambda lost: None).up("go")
    assert 1 - found.up.low == pytest.approx(expected, rel=1e-6)


def test_instances_that_all_work_need_nobody_to_take_over() -> None:
    """`failover` of a service is how long callers need to reach another place, not instance."""
    many = Station("web", "web", "eu", 4.0, fails=fails(0.01), failover=Spread(600.0))
    some = Network({"web": many}, (Flow("go", "eu", 1.0, call("web")),))
    assert 1 - model(some, {}).up("go").up.low == pytest.approx(0.01**4, rel=1e-6)


def test_a_share_of_the_shards() -> None:
    """A call needs the shard of its key; one that needs all keys needs all shards."""
    one = Station("db", "db", "eu", 1.0, shards=4.0, fails=fails(0.01))
    one_key = Network({"db": one}, (Flow("go", "eu", 1.0, call("db")),))
    every = Network({"db": one}, (Flow("go", "eu", 1.0, Call(
        "", "db", Visit("db", WORK, 10_000.0), Attempts(), "eu")),))  # fmt: skip
    assert 1 - model(one_key, {}).up("go").up.low == pytest.approx(0.01)
    assert 1 - model(every, {}).up("go").up.low == pytest.approx(1 - 0.99**4)
    lost = {x.part: x.fails for x in model(one_key, {}).singles("go")}
    assert lost["one db@eu"] == pytest.approx(1 / 4)


def test_a_region_moves_its_calls() -> None:
    """Down until calls are moved, then up elsewhere: not down for as long as the region is."""
    always = Failing(availability=1.0)
    here = Station("web@eu", "web", "eu", 3.0, fails=always, failover=Spread(60.0))
    there = Station("web@us", "web", "us", 3.0, fails=always)
    region = Failing(2 * 31_536_000.0, Spread(4 * 3600.0))
    places = {"eu": Place("eu", (), region), "us": Place("us", (), region)}

    def going(where: str) -> Network:
        root = Call("", "web", Visit(f"web@{where}", WORK), Attempts(), where)
        return Network({s.name: s for s in (here, there)}, (Flow("go", "eu", 1.0, root),),
                       places=places)  # fmt: skip

    found = Model(pools_of(going("eu"), {}), lambda lost: pools_of(going("us"), {})).up("go")
    q = 14400 / (2 * 31_536_000 + 14400)
    late = 1 - 2.718281828 ** (-60 / 14400)
    assert 1 - found.up.low == pytest.approx(q * (1 - q) * late + q * q, rel=1e-6)


def test_attempts_without_end_get_around_what_is_not_yet_known_as_dead() -> None:
    """Each attempt meets another instance; three million leave nothing that could be missed."""
    health = Health(every_s=10.0, fails=3)
    found = Failing(every_s=1000.0, repair=Spread(1.0))
    web = Station("web", "web", "eu", 10.0, fails=found, health=health)

    def missed(tries: int) -> float:
        root = call("web") if tries == 0 else call("web", retry=Retry(tries))
        some = Network({"web": web}, (Flow("go", "eu", 1.0, root),), places={"eu": Place("eu")})
        return 1 - model(some, {}).up("go").up.low

    assert missed(0) == pytest.approx(0.03, rel=1e-6)
    assert missed(2) == pytest.approx(0.0003, rel=1e-6)
    assert missed(3_000_000) < 1e-12


def test_many_zones_are_bounded() -> None:
    """More zones than can be looked at in all states: bounds that hold the truth."""
    zones = tuple(f"z{i}" for i in range(16))
    one = Station("web", "web", "eu", 16.0, zones=zones, fails=fails(0.0))
    place = Place("eu", zones, None, fails(0.01))
    some = Network({"web": one}, (Flow("go", "eu", 1.0, call("web")),), places={"eu": place})
    found = model(some, {"web": 15}).up("go").up
    exact = sum(comb(16, n) * 0.01**n * 0.99 ** (16 - n) for n in (0, 1))
    assert not found.is_exact
    assert found.low - 1e-12 <= exact <= found.high + 1e-12
    assert found.high - found.low < 2e-5


def test_importance_is_a_difference() -> None:
    """Birnbaum's importance of a provider and a zone, by working both ends out."""
    root = Sequence((call("web"), call("mail")))
    some, enough = network(STATIONS, root), {"web": 3}
    by_part = {one.part: one for one in model(some, enough).importance("go")}

    def with_mail(up: float) -> float:
        stations = [provider("mail", up) if s.name == "mail" else s for s in STATIONS]
        return by_states(network(stations, root), enough)

    assert by_part["provider mail"].birnbaum == pytest.approx(with_mail(0.0) - with_mail(1.0))
    whole = by_states(some, enough)
    critical = by_part["provider mail"].birnbaum * 0.03 / whole
    assert by_part["provider mail"].critical == pytest.approx(critical)


@settings(max_examples=examples(6), deadline=None)
@given(nodes(), st.integers(1, 3), st.integers(1, 2))
def test_a_part_is_a_cause_of_what_would_not_fail_without_it(
    root: Node, web: int, db: int
) -> None:  # fmt: skip
    """The share of failures that would not be if no instance of it ever failed, by all states."""
    enough = {"web": web, "db": db}
    some = network(STATIONS, root)
    whole = by_states(some, enough)
    for one in model(some, enough).importance("go"):
        assert -1e-12 <= one.critical <= 1 + 1e-12
        kind, _, name = one.part.partition(" ")
        if kind not in ("instance", "provider"):
            continue
        never = Failing(availability=1.0) if kind == "provider" else fails(0.0)
        stations = [replace(s, fails=never) if s.name == name.removesuffix("@eu") else s
                    for s in STATIONS]  # fmt: skip
        less = by_states(network(stations, root), enough)
        assert one.critical == pytest.approx(1 - less / whole, abs=1e-9)


def test_two_of_two_that_must_fail_count_once() -> None:
    """Two instances, one of which is enough: all failures have both down, so they are one cause."""
    web = Station("web", "web", "eu", 2.0, zones=("a",), fails=fails(0.1))
    some = network([web], call("web"), zone=0.0)
    (one,) = model(some, {}).importance("go")
    assert one.number == 2
    assert one.critical == pytest.approx(1.0)
    assert one.birnbaum == pytest.approx(0.1)  # of each: it brings calls down with the other


def test_cut_sets_are_told_by_kind() -> None:
    """Two of three copies needed: two copies, a zone with a copy of another, or two zones."""
    root = Call("", "db", Parallel((Visit("db", WORK),) * 2, None), Attempts(), "eu")
    cuts, count = model(network(STATIONS, root), {}).cuts("go")
    told = {cut.parts: cut.number for cut in cuts}
    assert told[("db@eu", 2),] == 3
    assert told[("zone a", 1), ("zone b", 1)] == 1
    assert told[("db@eu", 1), ("zone a", 1)] == 2
    assert count.by_size == {1: 1, 2: 3 + 3 + 6}  # the one: the region
