"""Steps and the words of calls, as the format says them."""

import pytest

from sysdesign.network import Breaker, Call, Hedge, Hold, Repeat, Retry, expected
from tests.lower.telling import calls_of, flow_of, network_of, told

DESIGN = """
problem: {{actors: {{someone: {{primary: true, bandwidth: 1 MB/s, network: 40 ms}}}}}}
conventions: {{measure: {measure}}}
operations:
  use: {{actor: someone, rate: 100 req/s, request: 100 kB, response: 400 kB, path: [{path}]{more}}}
paths: {{part: [a, b]}}
components:
  lb: {{kind: load_balancer, work: 1 ms}}
  gw: {{kind: api_gateway, work: 2 ms}}
  app: {{kind: service, replicas: 4, work: 5 ms, slots: 9}}
  cdn: {{kind: cdn, hit: 90%, work: 3 ms}}
  c: {{kind: cache, hit: 80%, work: 1 ms}}
  q: {{kind: queue, work: 1 ms}}
  a: {{kind: service, work: 10 ms}}
  b: {{kind: service, work: 20 ms}}
links: {{{links}}}
"""


def of(path: str, links: str = "", more: str = "", measure: str = "entry"):
    network = network_of(DESIGN.format(path=path, links=links, more=more, measure=measure))
    assert not network.unknown
    return network, flow_of(network, "use").root


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("a, b", "-> a(a 10); -> b(b 20)"),
        ("a: [b]", "-> a(a 10; -> b(b 20))"),
        ("app: [a, b]", "-> app(hold app(app 5; -> a(a 10); -> b(b 20)))"),
        # A forwarder carries what follows it, up to the next one, in a visit each.
        ("lb, a, b", "-> lb(lb 1; -> a(a 10)); -> lb(lb 1; -> b(b 20))"),
        ("lb, gw, a", "-> lb(lb 1; -> gw(gw 2; -> a(a 10)))"),
        ("lb, gw, a, b", "-> lb(lb 1; -> gw(gw 2; -> a(a 10)); -> gw(gw 2; -> b(b 20)))"),
        ("lb, a, gw, b", "-> lb(lb 1; -> a(a 10); -> gw(gw 2; -> b(b 20)))"),
        # Named again it starts anew from the outer caller.
        ("lb, a, lb, b", "-> lb(lb 1; -> a(a 10)); -> lb(lb 1; -> b(b 20))"),
        ("a, lb, b", "-> a(a 10); -> lb(lb 1; -> b(b 20))"),
        ("lb", "-> lb(lb 1)"),
        # What answers by itself is asked once and carries all that follows on a miss.
        ("cdn, lb, a", "-> cdn(cdn 3; miss[10%: -> lb(lb 1; -> a(a 10))])"),
        ("cdn: {miss: [lb, a]}", "-> cdn(cdn 3; miss[10%: -> lb(lb 1; -> a(a 10))])"),
        ("lb, {parallel: [a, b]}", "-> lb(lb 1; 2/2{-> a(a 10) | -> b(b 20)})"),
        # The caller fills what the cache lacks.
        ("app: [c: {miss: [a]}]", "-> app(hold app(app 5; -> c(c 1); miss[20%: -> a(a 10)]))"),
        ("c: {hit: 60%, miss: [a]}", "-> c(c 1); miss[40%: -> a(a 10)]"),
        # Items: so many calls, each followed by its misses; work is of one item.
        ("a: {times: 6}", "6/1x(-> a(a 10))"),
        ("a: {times: 6, at_once: 3, calls: [b]}", "6/3x(-> a(a 10; -> b(b 20)))"),
        ("a: {times: 6, batch: 3, calls: [b]}", "2/1x(-> a(a 10*3; -> b(b 20)))"),
        ("a: {times: 2, batch: 8}", "-> a(a 10*2)"),
        ("a: {times: 0.5, batch: 8}", "0.5/1x(-> a(a 10))"),
        # The last batch is not full: 30 in batches of 20 are two round trips, of 15 on average.
        ("a: {times: 30, batch: 20}", "2/1x(-> a(a 10*15))"),
        ("a: {times: 2.4, batch: 2}", "1.4/1x(-> a(a 10*1.7143))"),  # 2 or 3, 1.4 calls on average
        ("a: {times: 1.5, batch: 4}", "-> a(a 10*1.5)"),
        # The numbers of which 30 is the mean: mostly two batches, one or three of others.
        ("a: {times: {mean: 30, p99: 60}, batch: 20}", "1.9945/1x(-> a(a 10*15.0412))"),
        ("c: {times: 6, batch: 3, at_once: 2, miss: [a]}",
         "2/2x(-> c(c 1*3); 3/2x(miss[20%: -> a(a 10)]))"),
        # Not waited for.
        ("a: {async: true}, b", "send(-> a(a 10)); -> b(b 20)"),
        # Failing over to something else is not the usual way.
        ("a: {fallback: [b]}", "-> a(a 10); fallback[0%: -> b(b 20)]"),
        ("a: {work: 7 ms}", "-> a(a 7)"),
    ],
)  # fmt: skip
def test_a_path_becomes_a_tree(path: str, wanted: str) -> None:
    assert told(of(path)[1]) == wanted


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        ("{parallel: [a, b]}", "2/2{-> a(a 10) | -> b(b 20)}"),
        ("{parallel: [part, c]}", "2/2{-> a(a 10); -> b(b 20) | -> c(c 1)}"),
        ("{parallel: {wait: any, calls: [a, b]}}", "1/2{-> a(a 10) | -> b(b 20)}"),
        ("{parallel: {wait: 2, calls: [a, b, c]}}", "2/3{-> a(a 10) | -> b(b 20) | -> c(c 1)}"),
        ("{choose: [{share: 30%, calls: [a]}, {calls: [b]}]}",
         "choose[30%: -> a(a 10) | 70%: -> b(b 20)]"),
        ("{choose: [{share: 30%, calls: [a]}, {share: 20%, calls: [b]}]}",
         "choose[30%: -> a(a 10) | 20%: -> b(b 20)]"),
        ("{parallel: [lb, a, b]}", "2/2{-> lb(lb 1; -> a(a 10)) | -> lb(lb 1; -> b(b 20))}"),
    ],
)  # fmt: skip
def test_parallel_and_choose(step: str, wanted: str) -> None:
    root = of(step)[1]
    assert told(root) == wanted
    if "choose" in step:
        assert sum(branch.share for branch in root.branches) == pytest.approx(1)


def test_a_count_that_differs_from_call_to_call_keeps_its_shape() -> None:
    root = of("a: {times: {mean: 20, p99: 100}, at_once: 4}")[1]
    assert isinstance(root, Repeat)
    assert (root.times, root.at_once) == (20, 4)
    assert root.varies is not None
    assert root.varies.mean_s == 1.0
    assert root.varies.p99_over_mean == pytest.approx(5.0)


# -- words of a call -----------------------------------------------------------------------------

LINKS = {
    "any -> any": "{timeout: 1 s, retries: 1, hedge: 1 s}",
    "app -> any": "{timeout: 2 s, retries: 2, hedge: 2 s}",
    "any -> a": "{timeout: 3 s, retries: 3}",
    "app -> a": "{timeout: 4 s}",
}


@pytest.mark.parametrize(
    ("links", "timeout", "retries", "hedge"),
    [
        (["any -> any"], 1, 1, 1),
        (["any -> any", "app -> any"], 2, 2, 2),
        (["any -> any", "app -> any", "any -> a"], 3, 3, 2),
        (["any -> a", "app -> any", "any -> any"], 3, 3, 2),
        (["any -> any", "app -> any", "any -> a", "app -> a"], 4, 3, 2),
    ],
)
def test_the_most_exact_link_holds_word_by_word(
    links: list[str], timeout: int, retries: int, hedge: int
) -> None:
    _, root = of("app: [a]", ", ".join(f"{name}: {LINKS[name]}" for name in links))
    (call,) = calls_of(root, "a")
    assert call.guard.timeout_s == timeout
    assert call.guard.retry is not None
    assert call.guard.retry.count == retries
    assert call.guard.hedge == Hedge(after_s=hedge)


@pytest.mark.parametrize(
    ("when", "repeated"),
    [("timeout", ("timeout",)), ("[timeout, 503]", ("timeout", "refused", "error")), ("429", ("refused",)),
     ("[500, connection reset]", ("error",)), ("[]", ())],
)  # fmt: skip
def test_what_is_repeated_is_one_of_three(when: str, repeated: tuple[str, ...]) -> None:
    _, root = of("app: [a]", f"app -> a: {{retries: {{count: 1, when: {when}}}}}")
    (call,) = calls_of(root, "a")
    assert call.guard.retry is not None
    assert call.guard.retry.when == repeated


def test_the_step_goes_before_every_link() -> None:
    every = ", ".join(f"{name}: {words}" for name, words in LINKS.items())
    _, root = of("app: [a: {timeout: 9 s, retries: 0, hedge: p95}, b]", every)
    guard = calls_of(root, "a")[0].guard
    assert (guard.timeout_s, guard.retry, guard.hedge) == (9, None, Hedge(percentile=0.95))
    assert calls_of(root, "b")[0].guard.timeout_s == 2  # another target is not spoken of


def test_links_may_name_the_actor_and_make_calls_asynchronous() -> None:
    _, root = of("a, b", "someone -> a: {timeout: 7 s}, any -> b: {async: true}")
    assert calls_of(root, "a")[0].guard.timeout_s == 7
    assert told(root) == "-> a(a 10); send(-> b(b 20))"


def test_all_words_of_a_guard() -> None:
    words = ("timeout: 1 s, deadline: 5 s, optional: true, breaker: {errors: 20%, open: 9 s}, "
             "retries: {count: 3, backoff: 10 ms, growth: 3, max: 1 s, jitter: full, budget: 5%}")  # fmt: skip
    guard = calls_of(of(f"a: {{{words}}}")[1], "a")[0].guard
    assert (guard.timeout_s, guard.deadline_s, guard.optional) == (1, 5, True)
    assert guard.breaker == Breaker(0.2, 10.0, 9.0)
    assert guard.retry == Retry(3, 0.01, 3.0, 1.0, True, 0.05)


def test_the_actor_guards_the_whole() -> None:
    _, root = of("a, b", more=", timeout: 2 s, retries: 3")
    assert (root.caller, root.target, root.guard.timeout_s) == ("", "", 2)
    assert told(root) == "-> (-> a(a 10); -> b(b 20))"


def test_a_fallback_makes_a_call_optional() -> None:
    for words in ("fallback: accept small sums", "fallback: [b]", "optional: true"):
        assert calls_of(of(f"a: {{{words}}}")[1], "a")[0].guard.optional
    assert not calls_of(of("a")[1], "a")[0].guard.optional


# -- what a call passes --------------------------------------------------------------------------


def test_a_pool_is_held_by_the_caller_for_the_whole_call() -> None:
    network, root = of("app: [a]", "app -> a: {pool: 8}")
    assert told(root) == "-> app(hold app(app 5; -> a(hold app -> a pool(a 10))))"
    pool = network.stations["app -> a pool"]
    assert (pool.slots, pool.instances, pool.component) == (8, 4, "app -> a")


def test_a_limit_refuses_or_makes_wait() -> None:
    network, root = of("app: [a]", "app -> a: {limit: 200 req/s}")
    limit = network.stations["app -> a limit"]
    assert (limit.queues, limit.cap_per_s) == (False, 200)
    network, root = of("app: [a]", "any -> a: {limit: 200 req/s, when_over: wait}")
    limit = network.stations["any -> a limit"]
    assert (limit.queues, limit.instances, limit.servers) == (True, 1, 1)
    assert "any -> a limit 5; a 10" in told(root)  # one call each 5 ms


def test_bytes_take_time_where_a_bandwidth_is_stated() -> None:
    # The operation's 500 kB go along with it; 200 B of a step over 100 MB/s are 2 us.
    network, root = of("lb, app: [a: {response: 200 B}]",
                       "lb -> app: {bandwidth: 50 MB/s}, app -> a: {bandwidth: 100 MB/s}")  # fmt: skip
    assert "lb -> app bandwidth 10;" in told(root)
    assert "app -> a bandwidth 0.002;" in told(root)
    assert network.stations["lb -> app bandwidth"].servers == 1


def test_bandwidth_of_instances() -> None:
    network = network_of(
        DESIGN.format(path="app", links="", more="", measure="entry").replace(
            "slots: 9", "bandwidth: 10 MB/s"
        )
    )
    assert network.stations["app.bandwidth"].instances == 4
    assert told(flow_of(network, "use").root) == "-> app(app.bandwidth 50; app 5)"


def test_a_lock_lets_calls_of_one_key_go_one_after_another() -> None:
    text = DESIGN.format(
        path="app: [s: {do: write, lock: {by: entry.account, hottest: 4%}}]",
        links="", more="", measure="entry",
    ).replace("  lb:", "  s: {kind: sql_database, work: 2 ms}\n  lb:", 1) + """
data: {entry: {store: s, key: id, size: 1 kB}}
"""  # fmt: skip
    network = network_of(text)
    assert "-> s(hold s lock entry.account(s 2))" in told(flow_of(network, "use").root)
    lock = network.stations["s lock entry.account"]
    assert (lock.slots, lock.hottest, lock.shards) == (1, 0.04, pytest.approx(25))


def test_client_measure_adds_the_last_mile() -> None:
    # 500 kB over 1 MB/s, then 40 ms of network; the entry does not count either.
    assert told(of("a", measure="client")[1]) == "~100; ~400; -> a(~40; a 10)"
    assert told(of("app: [someone: {request: 1 kB}]", measure="client")[1]) == (
        "~100; ~400; -> app(~40; hold app(app 5; -> someone(~20; ~1)))"
    )


# -- triggers ------------------------------------------------------------------------------------

TRIGGERED = """
problem: {actors: {someone: {primary: true}}}
operations:
  send: {actor: someone, rate: 10 req/s, peak: 3, path: [app: [s, q: {times: 2}]]}
  take: {trigger: {from: s, group: g, batch: 20 msg}, path: [w]}
  work: {trigger: {from: q, share: 50%}, path: [w]}
  other: {trigger: q, path: [w]}
  done: {trigger: {from: q, join: send}, path: [w]}
  nightly: {trigger: {every: 10 s}, path: [w]}
  judge: {actor: someone, users: {count: 60, think: {mean: 30 s, p99: 60 s}}, path: [app]}
components:
  app: {kind: service}
  s: {kind: stream, partitions: 12}
  q: {kind: queue}
  w: {kind: worker}
"""


def test_work_that_messages_start() -> None:
    network = network_of(TRIGGERED)
    flows = {flow.operation: flow for flow in network.flows}
    rates = {name: flow.rate_per_s for name, flow in flows.items()}
    assert rates == pytest.approx(
        {"send": 30, "take": 30, "work": 30, "other": 30, "done": 30, "nightly": 0.1, "judge": 2}
    )
    take = flows["take"]
    assert (take.trigger, take.from_operations, take.at_once) == ("s", ("send",), 240)
    assert take.root == Hold("s -> w partitions", flows["other"].root)
    assert network.stations["s -> w partitions"].slots == 240
    assert (flows["done"].join, flows["done"].from_operations) == ("send", ("send",))
    assert flows["judge"].users == 60
    assert flows["judge"].think is not None
    assert flows["judge"].think.mean_s == 30
    assert flows["nightly"].trigger == ""


def test_a_loop_of_triggers_ends() -> None:
    network = network_of("""
problem: {actors: {someone: {primary: true}}}
operations:
  send: {actor: someone, rate: 10 req/s, path: [q]}
  work: {trigger: q, path: [w: [{choose: [{share: 20%, calls: [q]}, {calls: [app]}]}]]}
components: {app: {kind: service}, q: {kind: queue}, w: {kind: worker}}
""")
    assert not network.unknown
    assert flow_of(network, "work").rate_per_s == pytest.approx(10 / (1 - 0.2))


# -- what lacks ----------------------------------------------------------------------------------


def test_what_lacks_is_named_and_nothing_is_guessed() -> None:
    network = network_of("""
problem: {actors: {someone: {primary: true}}}
assumptions: {unsaid: {why: nobody knows}}
operations:
  no_rate: {actor: someone, path: [app]}
  no_path: {actor: someone, rate: 1 req/s}
  no_work: {actor: someone, rate: 1 req/s, path: [app: [lame]]}
  good: {actor: someone, rate: 1 req/s, path: [app]}
components:
  app: {kind: service}
  lame: {kind: service, work: unsaid * 1 ms}
""")
    assert network.operations() == ("good",)
    assert network.unknown == {
        "no_rate": "rate of no_rate", "no_path": "path of no_path", "no_work": "work of lame",
    }  # fmt: skip
    assert "app.cores = 1, not stated" in network.defaults
    assert "app.slots = unlimited, not stated" in network.defaults


@pytest.mark.parametrize(
    ("words", "links", "lacks"),
    [("bandwidth: 0 B/s", "", "x.bandwidth: more than none")],
)  # fmt: skip
def test_none_of_what_has_to_be_there(words: str, links: str, lacks: str) -> None:
    network = network_of(f"""
problem: {{actors: {{someone: {{primary: true}}}}}}
operations: {{use: {{actor: someone, rate: 1 req/s, request: 1 kB, path: [x]}}}}
components: {{x: {{kind: service, {words}}}}}
links: {{{links}}}
""")
    assert network.unknown["use"] == lacks


@pytest.mark.parametrize("times", ["0", "1", "2.5"])
def test_no_items_are_no_calls(times: str) -> None:
    for more in ("", ", batch: 4"):
        network, _ = of(f"app: [a: {{times: {times}{more}, calls: [b]}}]")
        rates = dict.fromkeys("ab", 0.0)
        for node, count in expected(flow_of(network, "use").root):
            if isinstance(node, Call) and node.target in rates:
                rates[node.target] += count * node.items
        assert rates["a"] == pytest.approx(float(times))
