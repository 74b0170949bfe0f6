"""Where calls are answered, and how far that is."""

import pytest

from sysdesign.network import Network
from tests.lower.telling import calls_of, flow_of, network_of, told

PLACES = """
problem:
  actors:
    near: {{primary: true, from: {{eu: 60%, us: 30%, asia: 10%}}}}
    one: {{from: us}}
conventions: {{network: {network}, measure: {measure}}}
places:
  eu: {{zones: [e1, e2, e3], like: west_europe}}
  us: {{zones: [u1, u2], like: east_us}}
  asia: {{like: southeast_asia}}
operations:
  use: {{actor: {actor}, rate: 100 req/s, path: [{path}]}}
components:
  {components}
links: {{{links}}}
"""


def of(
    components: str,
    path: str = "app: [x]",
    actor: str = "near",
    links: str = "eu <-> us: {rtt: 80 ms}",
    network: str = "cited",
    measure: str = "entry",
) -> Network:
    """A design of `app` in both regions, and of what is said of x."""
    app = "app: {kind: service, replicas: {eu: 4, us: 2}, work: 1 ms}\n  "
    return network_of(
        PLACES.format(
            components=app + components,
            path=path,
            actor=actor,
            links=links,
            network=network,
            measure=measure,
        )
    )


def answer(network: Network, origin: str, target: str = "x") -> str:
    """What a call of x is, from one origin."""
    return " + ".join(told(c.inner) for c in calls_of(flow_of(network, "use", origin).root, target))


def test_one_flow_for_each_origin_at_its_share() -> None:
    network = of("x: {kind: service, work: 1 ms}")
    rates = {flow.origin: flow.rate_per_s for flow in network.flows}
    assert rates == pytest.approx({"eu": 60, "us": 30, "asia": 10})


def test_calls_go_to_their_own_place_else_the_nearest() -> None:
    network = of("x: {kind: service, replicas: {eu: 2, us: 2}, work: 1 ms}")
    # Two of three calls cross zones in eu, one of two in us; 0.7 ms each (base.latency.cross_zone).
    assert answer(network, "eu") == "~0.4667; x@eu 1"
    assert answer(network, "us") == "~0.35; x@us 1"
    # Southeast Asia is nearer to western Europe than to the east of the United States.
    assert answer(network, "asia") == answer(network, "eu")
    assert (network.stations["x@eu"].place, network.stations["x@eu"].instances) == ("eu", 2)


@pytest.mark.parametrize(
    ("words", "origin", "wanted"),
    [
        ("in: us", "eu", "~80; x 1"),  # the stated round trip, not the cited one
        ("in: us", "us", "~0.35; x 1"),
        ("in: [e1, e2]", "eu", "~0.4667; x 1"),  # a call from e1, e2 or e3: 1 - 2/(3 * 2)
        ("in: e1", "eu", "~0.4667; x 1"),
        ("in: u1", "us", "~0.35; x 1"),
    ],
)
def test_where_a_component_stands(words: str, origin: str, wanted: str) -> None:
    assert answer(of(f"x: {{kind: service, {words}, work: 1 ms}}"), origin) == wanted


def test_cited_round_trips_where_no_link_says() -> None:
    from sysdesign.rates import round_trip_s

    cited = round_trip_s("west_europe", "east_us")
    assert cited is not None
    network = of("x: {kind: service, in: us, work: 1 ms}", links="")
    assert answer(network, "eu") == f"~{1000 * cited:g}; x 1"


def test_between_zones_a_link_of_a_place_with_itself() -> None:
    network = of("x: {kind: service, in: eu, work: 1 ms}", links="eu <-> eu: {rtt: 3 ms}")
    assert answer(network, "eu") == "~2; x 1"


def test_no_network_where_the_conventions_say_none() -> None:
    network = of("x: {kind: service, in: us, work: 1 ms}", network="none")
    assert answer(network, "eu") == "x 1"
    assert not network.unknown


def test_a_round_trip_that_nobody_states_is_an_open_question() -> None:
    network = network_of("""
problem: {actors: {someone: {primary: true}}}
places: {a: {zones: [a1]}, b: {zones: [b1]}}
operations: {use: {actor: someone, rate: 1 req/s, path: [x: [y]]}}
components: {x: {kind: service, in: a}, y: {kind: service, in: b}}
""")
    assert set(network.unknown) == {"a <-> b"}
    assert "rtt" in network.unknown["a <-> b"]
    assert network.operations() == ("use",)


@pytest.mark.parametrize(
    ("replicas", "counts"),
    [
        ("{eu: 6, us: 3}", {"x@eu": 6, "x@us": 3}),
        ("{eu: 6, asia: 3}", {"x": 6}),  # no zones there: its count falls away
        ("8", {"x@eu": 4, "x@us": 4}),
        ("5", {"x@eu": 3, "x@us": 2}),  # what does not divide goes to the first
        ("1", {"x": 1}),
    ],
)
def test_instances_by_place(replicas: str, counts: dict[str, float]) -> None:
    network = of(f"x: {{kind: service, replicas: {replicas}, work: 1 ms}}")
    found = {s.name: s.instances for s in network.stations.values() if s.component == "x"}
    assert found == counts


@pytest.mark.parametrize(
    ("route", "wanted"),
    [
        ("nearest", "-> x(x@us 1)"),
        ("weighted", "place[75%: -> x(x@eu 1) | 25%: -> x(x@us 1)]"),
        ("active_passive", "-> x(x@eu 1)"),
    ],
)
def test_how_an_actor_is_sent_to_a_place(route: str, wanted: str) -> None:
    x = f"x: {{kind: service, replicas: {{eu: 3, us: 1}}, route: {route}, work: 1 ms}}"
    assert told(flow_of(of(x, path="x", actor="one"), "use").root) == wanted


def test_a_name_service_sends_actors_by_its_route() -> None:
    x = ("x: {kind: service, replicas: {eu: 3, us: 1}, work: 1 ms}\n"
         "  names: {kind: dns, route: active_passive, work: 2 ms}")  # fmt: skip
    root = flow_of(of(x, path="names, x", actor="one"), "use").root
    assert told(root) == "-> names(names 2); -> x(x@eu 1)"


def test_everywhere_is_near_every_caller_and_calls_from_there() -> None:
    cdn = "cdn: {kind: cdn, hit: 50%, work: 1 ms}\n  x: {kind: service, in: us, work: 1 ms}"
    network = of(cdn, path="cdn, x")
    assert told(flow_of(network, "use", "eu").root) == "-> cdn(cdn 1; miss[50%: -> x(~80; x 1)])"
    assert answer(network, "us") == "x 1"


def test_percentiles_of_the_client_have_its_way_in() -> None:
    x = "x: {kind: service, in: eu, work: 1 ms}"
    network = of(x, path="x", measure="client")
    assert told(flow_of(network, "use", "us").root) == "-> x(~80; x 1)"
    assert told(flow_of(network, "use", "eu").root) == "-> x(x 1)"


# -- copies --------------------------------------------------------------------------------------

WRITE = "app: [x: {do: write}]"
STORE = "x: {{kind: sql_database, copies: {{{}}}, work: 1 ms}}"
EU_WRITE = "x@eu 1; 1/3{~0.7; x.followers@eu 1 | ~80; x@us 1 | ~80; x@us 1}"


@pytest.mark.parametrize(
    ("copies", "path", "eu", "us"),
    [
        # One leader, in eu; a write waits for the nearest follower.
        ("count: {eu: 2, us: 2}, mode: leader, leader: eu, wait: 1", WRITE,
         f"~0.4667; {EU_WRITE}", f"~80; {EU_WRITE}"),
        ("count: {eu: 2, us: 2}, mode: leader, wait: 1", WRITE,
         f"~0.4667; {EU_WRITE}", f"~80; {EU_WRITE}"),
        # Reads: of the leader, of whoever is near, of a follower.
        ("count: {eu: 1, us: 2}, mode: leader, leader: eu", "app: [x]", "~0.4667; x@eu 1",
         "~80; x@eu 1"),
        ("count: {eu: 1, us: 2}, mode: leader, leader: eu, reads: nearest", "app: [x]",
         "~0.4667; x@eu 1", "~0.35; x@us 1"),
        ("count: {eu: 1, us: 2}, mode: leader, leader: eu", "app: [x: {read_from: follower}]",
         "~80; x@us 1", "~0.35; x@us 1"),
        # Regions with contents of their own have leaders of their own.
        ("count: {eu: 1, us: 2}, mode: leader, wait: 1, across: none", WRITE,
         "~0.4667; x@eu 1", "~0.35; x@us 1; ~0.7; x.followers@us 1"),
        # Regions that follow late are not waited for.
        ("count: {eu: 2, us: 1}, mode: leader, leader: eu, wait: 1, across: async", WRITE,
         "~0.4667; x@eu 1; ~0.7; x.followers@eu 1; send(~80; x@us 1)",
         "~80; x@eu 1; ~0.7; x.followers@eu 1; send(~80; x@us 1)"),
        ("count: {eu: 1, us: 1}, mode: leader, wait: 0, across: async", WRITE,
         "~0.4667; x@eu 1; send(~80; x@us 1)", "~0.35; x@us 1; send(~80; x@eu 1)"),
        # A quorum over regions has to cross the ocean, one of a region does not.
        ("count: {eu: 2, us: 1}, mode: quorum", WRITE,
         "~0.4667; 2/3{x@eu 1 | ~0.7; x@eu 1 | ~80; x@us 1}",
         "~0.35; 2/3{x@us 1 | ~80; x@eu 1 | ~80; x@eu 1}"),
        ("count: {eu: 2, us: 1}, mode: quorum, write: 3, read: 1", "app: [x]",
         "~0.4667; 1/1{x@eu 1 or ~0.7; x@eu 1 | ~80; x@us 1}",
         "~0.35; 1/1{x@us 1 or ~80; x@eu 1 | ~80; x@eu 1}"),
        ("count: {eu: 3, us: 3}, mode: quorum, across: async", "app: [x]",
         "~0.4667; 2/2{x@eu 1 | ~0.7; x@eu 1 or ~0.7; x@eu 1}",
         "~0.35; 2/2{x@us 1 | ~0.4667; x@us 1 or ~0.4667; x@us 1}"),
        # A named leader takes all calls of a quorum (Raft); without it nobody answers.
        ("count: {eu: 2, us: 1}, mode: quorum, leader: eu", WRITE,
         "~0.4667; 2/2{x@eu 1 | 1/2{~0.7; x.followers@eu 1 | ~80; x@us 1}}",
         "~80; 2/2{x@eu 1 | 1/2{~0.7; x.followers@eu 1 | ~80; x@us 1}}"),
        ("count: {eu: 2, us: 1}, mode: quorum, leader: eu", "app: [x]",
         "~0.4667; 2/2{x@eu 1 | 1/1{~0.7; x.followers@eu 1 or ~80; x@us 1}}",
         "~80; 2/2{x@eu 1 | 1/1{~0.7; x.followers@eu 1 or ~80; x@us 1}}"),
        ("count: {eu: 2, us: 1}, mode: quorum, leader: eu, write: 1, read: 3", WRITE,
         "~0.4667; send(2/2{~0.7; x.followers@eu 1 | ~80; x@us 1}); x@eu 1",
         "~80; send(2/2{~0.7; x.followers@eu 1 | ~80; x@us 1}); x@eu 1"),
        ("count: {eu: 1, us: 1}, mode: peers", WRITE,
         "~0.4667; x@eu 1; send(~80; x@us 1)", "~0.35; x@us 1; send(~80; x@eu 1)"),
        ("count: {eu: 1, us: 3}, mode: peers, reads: any", "app: [x]",
         "~0.4667; x@eu 1 + ~80; x@us 1", "~80; x@eu 1 + ~0.35; x@us 1"),
    ],
)  # fmt: skip
def test_copies_over_regions(copies: str, path: str, eu: str, us: str) -> None:
    network = of(STORE.format(copies), path=path)
    assert answer(network, "eu") == eu
    assert answer(network, "us") == us


def test_erasure_coded_parts_are_spread_over_the_places() -> None:
    network = of(STORE.format("mode: erasure, data: 2, parity: 1"), path=WRITE)
    assert answer(network, "eu") == "~0.4667; 3/3{x@eu 1 | ~0.7; x@eu 1 | ~80; x@us 1}"
    assert {s.name: s.instances for s in network.stations.values() if s.component == "x"} == {
        "x@eu": 2, "x@us": 1,
    }  # fmt: skip


def test_work_that_messages_start_begins_where_they_were_taken_in() -> None:
    network = network_of("""
problem: {actors: {someone: {primary: true, from: {eu: 70%, us: 20%, asia: 10%}}}}
places:
  eu: {zones: [e1], like: west_europe}
  us: {zones: [u1], like: east_us}
  asia: {like: southeast_asia}
operations:
  send: {actor: someone, rate: 100 req/s, path: [app: [q]]}
  work: {trigger: q, path: [w: [db: {do: write}]]}
  follow: {trigger: {changes: db, by: work}, path: [w]}
components:
  app: {kind: service, replicas: {eu: 1, us: 1}}
  q: {kind: queue, replicas: {eu: 1, us: 1}}
  w: {kind: worker, replicas: {eu: 1, us: 1}}
  db: {kind: sql_database, copies: {count: {eu: 1, us: 1}, mode: leader, leader: us}}
""")
    rates = {(flow.operation, flow.origin): flow.rate_per_s for flow in network.flows}
    assert rates == pytest.approx({
        ("send", "eu"): 70, ("send", "us"): 20, ("send", "asia"): 10,
        ("work", "eu"): 80, ("work", "us"): 20, ("follow", "us"): 100,
    })  # fmt: skip


# -- without a region --------------------------------------------------------------------------------


def lost(components: str, *without: str, path: str = "app: [x]") -> Network:
    """The same design after the loss of regions."""
    app = "app: {kind: service, replicas: {eu: 4, us: 2}, work: 1 ms}\n  "
    text = PLACES.format(
        components=app + components, path=path, actor="near", network="cited", measure="entry",
        links="eu <-> us: {rtt: 80 ms}",
    )  # fmt: skip
    return network_of(text, without)


def test_without_a_region_its_users_call_the_nearest_left_and_stations_keep_their_names() -> None:
    stores = "x: {kind: service, replicas: {eu: 2, us: 2}, work: 1 ms}"
    full, network = of(stores), lost(stores, "eu")
    assert network.stations == full.stations
    for origin in ("eu", "us", "asia"):
        assert told(flow_of(network, "use", origin).root) == (told(flow_of(full, "use", "us").root))


def test_another_place_leads_when_that_of_the_leader_is_lost() -> None:
    store = "x: {kind: sql_database, copies: {count: {eu: 2, us: 2}, mode: leader, leader: eu}, work: 1 ms}"
    network = lost(store, "eu", path="app: [x: {do: write}]")
    (call,) = calls_of(flow_of(network, "use", "us").root, "x")
    assert call.place == "us"
    assert "@eu" not in told(call.inner)


def test_a_quorum_that_is_lost_leaves_the_operation_unknown() -> None:
    store = "x: {kind: key_value_store, copies: {count: {eu: 3, us: 2}, mode: quorum}, work: 1 ms}"
    network = lost(store, "eu")
    assert network.unknown["use"] == "x: 2 copies left, a call waits for 3"
    assert not network.flows
    assert not lost(store, "us").unknown


def test_what_stands_in_a_lost_region_alone_leaves_the_operation_unknown() -> None:
    network = lost("x: {kind: service, in: eu, work: 1 ms}", "eu")
    assert network.unknown["use"] == "x: eu lost"


def test_where_no_count_is_stated_one_stands_in_each_place() -> None:
    network = lost("x: {kind: service, work: 1 ms}")
    assert {name: one.instances for name, one in network.stations.items() if one.component == "x"} == {
        "x@eu": 1.0, "x@us": 1.0
    }  # fmt: skip
