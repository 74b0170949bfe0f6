"""Small networks, one for each thing a simulation can do and for pairs of them that meet.

Each is run by the oracle (kept in tests/data/simulated.json) and by the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sysdesign.network import (
    Attempts,
    Autoscale,
    Bounds,
    Branch,
    Breaker,
    Call,
    Choice,
    Contents,
    Delay,
    Failing,
    Filled,
    Flow,
    Health,
    Hedge,
    Hold,
    Network,
    Node,
    Nothing,
    Parallel,
    Place,
    Policy,
    Repeat,
    Retry,
    Send,
    Sequence,
    Spread,
    Station,
    Way,
)
from sysdesign.network.scenario import (
    Change,
    Cold,
    Cut,
    Detour,
    Down,
    Errors,
    Hot,
    Load,
    Scenario,
    Slow,
    Stop,
)
from tests.analyze.networks import constant, exponential, network, station, visit


@dataclass(frozen=True)
class Feature:
    """A network, what happens to it, and how long it is looked at."""

    network: Network
    changes: tuple[Change, ...] = ()
    length_s: float = 1500.0
    warm_up_s: float = 100.0
    failures: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario | None:
        return Scenario("", self.changes) if self.changes else None


def features() -> dict[str, Feature]:
    """By name."""
    return {
        **_stations(), **_queues(), **_guards(), **_calls(), **_failing(), **_messages(), **_load(),
        **_caches(), **_pairs(),
    }  # fmt: skip


def seq(*parts: Node) -> Sequence:
    return Sequence(parts)


def call(target: str, inner: Node, caller: str = "w", **guard: Any) -> Call:
    return Call(caller, target, inner, Attempts(**guard))


def served(*after: Node, work: float = 0.2) -> Hold:
    """A call of a service that holds a slot while it works and calls."""
    return Hold("w", seq(visit("w", work), *after))


def service(slots: float = 30.0, **facts: Any) -> Station:
    return station("w", servers=4.0, slots=slots, **facts)


def _stations() -> dict[str, Feature]:
    found = {}
    for policy in Policy:
        many = station("a", instances=4.0, servers=2.0, policy=policy)
        found[f"spread: {policy.value}"] = Feature(network(many, op=(6.4, visit("a"))))
        held = station("a", instances=3.0, servers=2.0, slots=4.0, policy=policy)
        way = Hold("a", seq(visit("a", 0.5), Delay(exponential(1.0)), visit("a", 0.5)))
        found[f"slots: {policy.value}"] = Feature(network(held, op=(4.4, way)))
    sharing = network(
        station("a", servers=3.0, order="ps"), op=(2.4, visit("a", scv=3.0, family=""))
    )
    contended = station(
        "a", instances=5.0, servers=2.0, policy=Policy.RANDOM, sigma=0.05, kappa=0.01
    )
    items = replace(visit("a", 0.2), items=3.5)
    return found | {
        "sharing of servers": Feature(sharing),
        "instances that contend": Feature(network(contended, op=(4.0, visit("a")))),
        "several items a call": Feature(network(station("a", servers=2.0), op=(2.2, items))),
        "hot shard": Feature(
            network(station("a", shards=6.0, servers=1.0), op=(3.0, visit("a"))),
            (Hot(500.0, 900.0, "a", 0.45),),
        ),
        "copies at once": Feature(
            network(
                station("a", instances=3.0, shards=2.0, policy=Policy.RANDOM),
                op=(1.2, Parallel((visit("a"), visit("a"), visit("a")), 2)),
            )
        ),
        "documented limit": Feature(
            network(station("a", servers=9.0, cap_per_s=4.0), op=(4.2, visit("a")))
        ),
        "a provider's limits": Feature(
            network(
                station("a", queues=False, slots=5.0, waiting=0.0, cap_per_s=4.0),
                op=(4.2, Hold("a", visit("a"))),
            )
        ),
    }  # fmt: skip


def _queues() -> dict[str, Feature]:
    def bounded(**facts: Any) -> Network:
        guard = {"timeout_s": 6.0, "retry": Retry(1, 0.5, jitter=True)}
        made = station("a", instances=2.0, waiting=4.0, policy=Policy.RANDOM, **facts)
        return network(made, op=(1.5, call("a", visit("a"), "", **guard)))

    held = served(call("a", visit("a"), timeout_s=8.0))
    return {
        "full: refuse": Feature(bounded()),
        "full: drop the oldest": Feature(bounded(when_full="drop_oldest")),
        "full: block": Feature(
            network(station("a", servers=2.0, waiting=1.0, when_full="block"), op=(1.5, visit("a")))
        ),
        "full, last come first served": Feature(bounded(order="lifo")),
        "full, shared servers": Feature(bounded(order="ps")),
        "callers that block hold their slots": Feature(
            network(service(12.0), station("a", waiting=2.0, when_full="block"), op=(0.6, held))
        ),
        "a full pool refuses": Feature(
            network(service(6.0, waiting=3.0), station("a", servers=3.0), op=(3.0, held))
        ),
        "a full pool drops the oldest": Feature(
            network(
                service(6.0, waiting=3.0, when_full="drop_oldest"),
                station("a", servers=3.0),
                op=(3.0, held),
            )
        ),
    }


def _guards() -> dict[str, Feature]:
    def guarded(rate: float, changes: tuple[Change, ...] = (), **guard: Any) -> Feature:
        parts = (service(), station("a", servers=4.0))
        return Feature(network(*parts, op=(rate, served(call("a", visit("a"), **guard)))), changes)

    backoff = Retry(2, 0.5, growth=3.0, most_s=1.0, jitter=True)
    burst = (Errors(400.0, 600.0, "a", 0.7),)
    storm = (Slow(400.0, 500.0, "a", 3.0),)
    tight = Breaker(0.4, 10.0, 5.0)
    outer = Call("", "w", served(call("a", visit("a"), timeout_s=3.0, retry=Retry(1))),
                 Attempts(timeout_s=6.0, retry=Retry(1), deadline_s=10.0))  # fmt: skip
    return {
        "timeout, retries that pause": guarded(1.8, timeout_s=3.0, retry=backoff),
        "deadline over all attempts": guarded(1.2, timeout_s=2.0, retry=Retry(3, 0.2), deadline_s=4.5),
        "retries of errors alone": guarded(2.0, burst, timeout_s=5.0, retry=Retry(2, when=("error",))),
        "retries of timeouts alone": guarded(
            2.0, burst, timeout_s=4.0, retry=Retry(2, when=("timeout",))
        ),
        "breaker": guarded(2.0, burst, timeout_s=5.0, breaker=tight),
        "breaker with retries": guarded(2.0, burst, timeout_s=5.0, retry=backoff, breaker=tight),
        "breaker, optional": guarded(2.0, burst, timeout_s=5.0, breaker=tight, optional=True),
        "storm": guarded(2.0, storm, timeout_s=3.0, retry=Retry(3)),
        "storm with a budget": guarded(2.0, storm, timeout_s=3.0, retry=Retry(3, budget=0.1)),
        "storm with a breaker": guarded(2.0, storm, timeout_s=3.0, retry=Retry(3), breaker=tight),
        "hedge": guarded(1.6, hedge=Hedge(after_s=2.0)),
        "hedge with slots and timeout": Feature(
            network(
                service(8.0),
                station("a", servers=4.0, slots=6.0),
                op=(0.6, served(call("a", Hold("a", visit("a")), hedge=Hedge(after_s=1.5),
                                     timeout_s=4.0, retry=Retry(1)))),
            )
        ),
        "hedge at a percentile": guarded(1.6, hedge=Hedge(percentile=0.9)),
        "hedge with errors": guarded(1.6, burst, hedge=Hedge(after_s=0.5), retry=Retry(1)),
        "retries on two levels": Feature(
            network(service(), station("a", servers=4.0), op=(0.8, outer)), storm
        ),
        "limit with retries of the refused": Feature(
            network(
                station("a", queues=False, cap_per_s=3.0),
                op=(3.0, call("a", visit("a"), "", retry=Retry(2, 0.3, jitter=True, when=("refused",)))),
            )
        ),
    }  # fmt: skip


def _calls() -> dict[str, Feature]:
    parts = (station("a", servers=2.0), station("b", servers=2.0), station("c"))
    both = Parallel((call("a", visit("a"), timeout_s=2.5), call("b", visit("b"), timeout_s=2.5)))
    either = replace(both, wait=1)
    optional = call("b", visit("b"), optional=True, timeout_s=1.5)
    instead = Choice((Branch(0.0, visit("c", 0.3)), Branch(1.0, Nothing())), "fallback", "a")
    tried = call("a", visit("a"), optional=True, timeout_s=1.5, retry=Retry(1))
    miss = Choice((Branch(0.3, call("b", visit("b"))), Branch(0.7, Nothing())), "miss", "a")
    again = Repeat(call("a", visit("a", 0.2), timeout_s=1.0), 4.0, 2.0)
    varied = Repeat(visit("a", 0.2), 3.3, 2.0, Spread(1.0, scv=1.0))
    items = Spread(1.0, scv=1.0)
    batched = Repeat(visit("a", 0.2), 2.673, 2.0, Spread(1.0, scv=0.772), Filled(7.0, 3.0, items))
    late = seq(visit("a", 0.5), Send(seq(Delay(constant(0.3)), visit("b"))))
    return {
        "timeouts in parallel": Feature(network(*parts, op=(1.2, both))),
        "the first of two": Feature(network(*parts, op=(1.2, either))),
        "optional in parallel": Feature(
            network(*parts, op=(1.2, Parallel((call("a", visit("a")), optional))))
        ),
        "fallback": Feature(network(*parts, op=(0.6, seq(tried, instead)))),
        "fallback after errors": Feature(
            network(*parts, op=(0.6, seq(tried, instead, visit("c", 0.1)))),
            (Errors(300.0, 900.0, "a", 0.5),),
        ),
        "cache and store": Feature(network(*parts, op=(2.5, seq(visit("a", 0.1), miss)))),
        "two at once, of four, with timeouts": Feature(network(*parts, op=(1.2, again))),
        "a number that varies": Feature(network(*parts, op=(1.4, varied))),
        "batches of a number that varies": Feature(network(*parts, op=(1.4, batched))),
        "sent and forgotten": Feature(network(*parts, op=(1.2, late))),
        "two operations": Feature(
            network(*parts, one=(0.6, seq(visit("a"), visit("b"))), two=(1.4, visit("b", 0.5)))
        ),
    }


def _failing() -> dict[str, Feature]:
    def spread(policy: Policy, health: Health | None, **guard: Any) -> Network:
        made = station("a", instances=4.0, servers=2.0, policy=policy, health=health)
        return network(made, op=(4.0, call("a", visit("a"), "", **guard)))

    down = (Down(300.0, 700.0, "a", (1, 2)),)
    twice = Health(10.0, 3.0)
    quorum = Parallel((visit("a"), visit("a"), visit("a")), 2)
    copies = station("a", instances=3.0, shards=2.0, policy=Policy.RANDOM)
    way = seq(Delay(constant(0.1)), visit("a"))
    found = {
        f"down, {policy.value}": Feature(spread(policy, twice), down) for policy in list(Policy)[1:]
    }
    far = Call("w", "a", way, Attempts(timeout_s=3.0, retry=Retry(1)), "eu", from_place="us")
    return found | {
        "down, one queue": Feature(spread(Policy.SHARED, None), down),
        "down, retries": Feature(spread(Policy.ROUND_ROBIN, twice, retry=Retry(2, 0.5)), down),
        "down, breaker": Feature(
            spread(Policy.LEAST_CONNECTIONS, twice, breaker=Breaker(0.5, 10.0, 20.0)), down
        ),
        "all down": Feature(
            spread(Policy.ROUND_ROBIN, twice, timeout_s=4.0, retry=Retry(3, 1.0, jitter=True)),
            (Down(300.0, 400.0, "a"),),
        ),
        "down while slots are held": Feature(
            network(
                service(10.0, instances=2.0, policy=Policy.ROUND_ROBIN, health=Health(2.0, 2.0)),
                station("a", servers=6.0),
                op=(4.0, served(call("a", visit("a"), timeout_s=5.0))),
            ),
            (Down(300.0, 600.0, "w", (0,)),),
        ),
        "down while a lock and two calls are held": Feature(
            network(
                service(10.0, instances=2.0, policy=Policy.ROUND_ROBIN, health=Health(2.0, 2.0)),
                station("k", queues=False, slots=3.0),
                *(station(name, servers=6.0) for name in "ab"),
                op=(2.0, served(call("a", Hold("k", Parallel((visit("a"), visit("b"))))))),
            ),
            (Down(300.0, 600.0, "w", (0,)),),
        ),
        "two of three copies, one down": Feature(
            network(copies, op=(1.0, quorum)), (Down(400.0, 800.0, "a", (0,)),)
        ),
        "copies at three places, one down": _quorum(Down(300.0, 600.0, "s@eu", (0,))),
        "copies at three places, two down": _quorum(
            Down(300.0, 600.0, "s@eu"), Down(450.0, 800.0, "s@us")
        ),
        "copies at three places, found out late": _quorum(
            Down(300.0, 600.0, "s@eu", (1,)), Down(450.0, 800.0, "s@us"), health=Health(20.0, 2.0)
        ),
        "copies at three places, with errors": _quorum(Errors(300.0, 700.0, "s@us", 0.4)),
        "cut, with timeouts": Feature(
            network(service(), station("a", servers=2.0), op=(0.6, served(far))),
            (Cut(300.0, 500.0, "us", "eu", True),),
        ),
        "cut, without timeouts": Feature(
            network(service(), station("a", servers=2.0),
                    op=(1.0, served(call("a", way, retry=Retry(1))))),
            (Cut(300.0, 500.0, "w", "a"),),
        ),
        "slow, of one caller": Feature(
            network(
                station("a", servers=4.0),
                one=(1.0, call("a", visit("a"), "x")),
                two=(1.0, call("a", visit("a"), "y")),
            ),
            (Slow(300.0, 600.0, factor=3.0, call=("x", "a")),),
        ),
        "failures by chance": Feature(
            network(
                station("a", instances=3.0, servers=2.0, policy=Policy.ROUND_ROBIN,
                        fails=Failing(200.0, exponential(40.0), 0.1)),
                op=(3.0, call("a", visit("a"), "", retry=Retry(1))),
            ),
            failures=True,
        ),
        "a provider's outages": Feature(
            network(
                station("a", queues=False, fails=Failing(availability=0.9)),
                op=(1.0, call("a", visit("a"), "", optional=True)),
            ),
            length_s=20_000.0,
            failures=True,
        ),
        "a place is lost": _lost(),
        "zones fail by chance": _by_chance(zone_fails=Failing(300.0, exponential(60.0))),
        "all fails by chance": _by_chance(
            Failing(400.0, exponential(60.0)),
            fails=Failing(500.0, exponential(60.0)),
            zone_fails=Failing(300.0, exponential(60.0)),
        ),
    }  # fmt: skip


def _quorum(*changes: Change, **facts: Any) -> Feature:
    """Two of four copies: two at one place, one at each of two others, one of which is far."""
    parts = [
        station(f"s@{place}", component="s", place=place, instances=count, servers=2.0,
                policy=Policy.RANDOM, **facts)
        for place, count in (("eu", 2.0), ("us", 1.0), ("ap", 1.0))
    ]  # fmt: skip
    near, us = visit("s@eu", 0.6), seq(Delay(constant(0.3)), visit("s@us", 0.6))
    far = seq(Delay(constant(1.0)), visit("s@ap", 0.6))
    read = Call("", "s", Parallel((near, near), None, (us, far)), Attempts(), "eu", "read",
                from_place="eu")  # fmt: skip
    return Feature(network(*parts, op=(1.2, read)), changes)


def _by_chance(way: Failing | None = None, **fails: Failing) -> Feature:
    """Calls within a place and between two, and a store with copies in both."""
    zones = ("e1", "e2", "e3")
    parts = (
        station("a@eu", component="a", place="eu", instances=4.0, policy=Policy.ROUND_ROBIN,
                zones=zones, fails=Failing(400.0, exponential(40.0)), health=Health(2.0, 2.0)),
        station("b@eu", component="b", place="eu", instances=3.0, zones=zones, policy=Policy.RANDOM),
        station("b@us", component="b", place="us", instances=2.0, policy=Policy.RANDOM),
    )  # fmt: skip
    far = seq(Delay(constant(0.1)), visit("b@us", 0.2))
    copies = Parallel((visit("b@eu", 0.2), visit("b@eu", 0.2), far, far), 3)
    store = Call("a", "b", copies, Attempts(), "eu", from_place="eu")
    work = seq(visit("a@eu", 0.5), store)

    def flow(origin: str, **guard: Any) -> Flow:
        call = Call("", "a", work, Attempts(**guard), "eu", from_place=origin)
        return Flow("op", origin, 0.8, call)

    flows = (flow("eu", retry=Retry(1, 0.2)), flow("us", timeout_s=5.0))
    ways = () if way is None else (Way("eu", "us", way),)
    places = {"eu": Place("eu", zones, **fails), "us": Place("us", (), fails.get("fails"))}
    made = Network({one.name: one for one in parts}, flows, places=places, ways=ways)
    return Feature(made, length_s=5000.0, failures=True)


def _lost() -> Feature:
    """Calls of the place that is lost fail at first, and then go to the other one."""
    parts = (
        station("a@eu", component="a", place="eu", servers=3.0),
        station("a@us", component="a", place="us", servers=3.0),
    )
    guard = Attempts(timeout_s=5.0, retry=Retry(1, 0.5))

    def to(place: str, origin: str) -> Flow:
        inner = seq(Delay(constant(0.05 if place == origin else 0.3)), visit(f"a@{place}"))
        return Flow("op", origin, 0.6, Call("", "a", inner, guard, place, from_place=origin))

    whole = Network({one.name: one for one in parts}, (to("eu", "eu"), to("us", "us")))
    return Feature(
        whole, (Down(400.0, 900.0, "a@eu"), Detour(430.0, 900.0, (to("us", "eu"), to("us", "us"))))
    )


def _messages() -> dict[str, Feature]:
    def sent(rate: float, items: float = 1.0) -> Node:
        return seq(visit("a", 0.5), Send(Call("w", "q", visit("q", 0.1), do="write", items=items)))

    def made(worker: Flow, rate: float = 0.6, **facts: Any) -> Network:
        parts = (
            station("a", servers=2.0), station("q", queues=False, component="q"),
            station("c", servers=3.0, **facts), station("b", servers=2.0),
        )  # fmt: skip
        items = float(worker.rate_per_s) / rate
        return network(*parts, op=(rate, sent(rate, items)), work=worker)

    plain = Flow("work", "", 2.4, call("c", visit("c"), ""), "q", ("op",))
    single = replace(plain, rate_per_s=1.2)
    return {
        "messages": Feature(made(plain)),
        "messages, a worker stops": Feature(made(single), (Stop(400.0, 600.0, "c"),)),
        "messages, a queue stops": Feature(made(single), (Stop(400.0, 600.0, "q"),)),
        "messages, so many at once": Feature(made(replace(plain, at_once=4.0))),
        "messages that fail and come again": Feature(
            made(replace(single, root=call("c", seq(visit("c", 0.3), call("b", visit("b"), "c")), ""), attempts=3)),
            (Errors(400.0, 600.0, "b", 0.5),),
        ),
        "messages, a slow store": Feature(
            made(replace(single, root=call("c", seq(visit("c", 0.3), call("b", visit("b"), "c", timeout_s=4.0)), ""))),
            (Slow(400.0, 500.0, "b", 4.0),),
        ),
        "messages, and what waits for all of them": Feature(
            replace(
                joined := made(plain),
                flows=(*joined.flows, Flow("last", "", 0.6, visit("b", 0.5), "work", ("op",), join="op")),
            )
        ),
        "messages, autoscaling by lag": _scaled_consumers("lag", 2.0),
        "messages, autoscaling by backlog": _scaled_consumers("backlog", 1.5),
        **_bounded(),
        "half of the messages": Feature(made(replace(plain, rate_per_s=1.2), 2.4)),
    }  # fmt: skip


def _bounded() -> dict[str, Feature]:
    """Queues that hold so many messages, or each for so long; a worker that stands still a while."""
    parts = (station("q", queues=False), station("a", servers=3.0), station("b", servers=2.0))
    stop = (Stop(400.0, 460.0, "q"),)

    def made(bounds: Bounds, changes: tuple[Change, ...] = stop, sent: Node | None = None,
             *more: Flow, rate: float = 0.9, **facts: Any) -> Feature:  # fmt: skip
        send = Call(
            "a", "q", visit("q", 0.1), Attempts(retry=Retry(1, 2.0, jitter=True)), do="write"
        )
        work = Flow("work", "", 0.9, call("b", visit("b", 2.0), ""), "q", ("op",), bounds=bounds)
        other = replace(work, operation="other", **facts)
        flows: dict[str, Any] = {"op": (rate, seq(visit("a", 1.0), sent or send)), "work": work}
        if facts:
            flows["work"] = replace(work, rate_per_s=rate - other.rate_per_s)
            flows["other"] = other
        whole = network(*parts, **flows)
        return Feature(replace(whole, flows=(*whole.flows, *more)), changes)

    held = call("b", Hold("b", seq(visit("b", 1.0), Delay(exponential(1.0)))), "")
    optional = Call("a", "q", visit("q", 0.1), Attempts(timeout_s=4.0, optional=True), do="write")
    four = Send(Call("a", "q", visit("q", 0.1), do="write", items=1.0))
    last = Flow("last", "", 0.9, visit("a", 0.2), "work", ("op",), join="op")
    return {
        "messages, bounded: refuse": made(Bounds(4.0)),
        "messages, bounded: the oldest is dropped": made(Bounds(4.0, when_full="drop_oldest")),
        "messages, bounded: block, with timeouts": made(
            Bounds(4.0, when_full="block"), sent=optional
        ),
        "messages that get too old": made(Bounds(None, 8.0), sent=four),
        "messages that get too old, and what waits for all": made(
            Bounds(None, 4.0), (), four, last
        ),
        "messages for one of two": made(
            Bounds(6.0, when_full="drop_oldest"), (*stop, Errors(480.0, 700.0, "b", 0.5)),
            rate_per_s=0.3, root=held, attempts=2,
        ),
    }  # fmt: skip


def _pairs() -> dict[str, Feature]:
    """Things that meet and have no network of their own above."""
    scale = Autoscale("utilisation", 0.6, 2.0, 12.0, 20.0, 60.0, 15.0)
    breaks = Failing(300.0, exponential(60.0), 0.2)
    many = station("a", instances=4.0, servers=2.0, policy=Policy.LEAST_CONNECTIONS)
    four = station("a", servers=4.0)
    burst = (Errors(400.0, 600.0, "a", 0.7),)
    down = (Down(400.0, 600.0, "a", (0,)),)
    tight = Breaker(0.4, 10.0, 5.0)
    guard: dict[str, Any] = {"timeout_s": 4.0, "retry": Retry(2, 0.5, jitter=True)}

    def asked(made: Station, rate: float, changes: tuple[Change, ...] = (), *,
              failures: bool = False, **words: Any) -> Feature:  # fmt: skip
        made_of = network(made, op=(rate, call("a", visit("a"), "", **words)))
        return Feature(made_of, changes, failures=failures)

    def by_rank(rate: float, priority: float) -> Flow:
        return Flow(
            f"op{priority:g}", "", rate, call("a", visit("a"), "", **guard), priority=priority
        )

    both = Parallel((call("a", visit("a"), hedge=Hedge(after_s=1.0), timeout_s=3.0),
                     call("b", visit("b"), breaker=tight, timeout_s=2.0)), 1)  # fmt: skip
    users = Flow(
        "op", "", 0.8, call("a", visit("a"), "", **guard), users=10.0, think=exponential(10.0)
    )
    work = Flow("work", "", 0.8, call("b", visit("b"), "", timeout_s=3.0), "q", ("op",), attempts=3)
    queue = (station("q", queues=False), station("b", servers=2.0))
    send = Call("", "q", visit("q", 0.1), do="write")
    words = Contents("c", "c", keys=60.0, zipf=0.9, held=15.0)
    miss = Choice(
        (Branch(0.3, call("a", visit("a", 0.5), breaker=tight, timeout_s=3.0, optional=True)),
         Branch(0.7, Nothing())), "miss", "c", True, words,
    )  # fmt: skip
    keyed = seq(call("c", visit("c", 0.01)), miss)
    return {
        "autoscaling, and instances that fail by chance": asked(
            replace(many, autoscale=scale, fails=breaks), 4.0, failures=True, retry=Retry(1, 0.5)
        ),
        "autoscaling, and one that is down": asked(
            replace(many, autoscale=scale, health=Health(5.0, 2.0)), 4.0, down
        ),
        "hedge with a breaker": asked(four, 1.6, burst, hedge=Hedge(after_s=1.5), breaker=tight),
        "hedge with a limit": asked(
            replace(four, cap_per_s=2.5), 1.8, hedge=Hedge(after_s=1.5), retry=Retry(1, 0.3)
        ),
        "hedge and breaker in parallel": Feature(
            network(four, station("b", servers=2.0), op=(1.0, both)), burst
        ),
        "priority with timeouts": Feature(
            network(station("a", servers=2.0, order="priority"),
                    op1=by_rank(0.4, 1.0), op5=by_rank(0.8, 5.0))
        ),
        "shared servers with timeouts, one down": asked(
            replace(many, order="ps", policy=Policy.ROUND_ROBIN), 3.0, down, **guard
        ),
        "users with retries, all down": Feature(
            network(station("a"), op=users), (Down(400.0, 500.0, "a"),)
        ),
        "contention with slow work and a breaker": asked(
            replace(many, sigma=0.05, kappa=0.01), 3.0, (Slow(400.0, 500.0, "a", 4.0),),
            breaker=tight, timeout_s=5.0,
        ),
        "messages with attempts, and their worker fails": Feature(
            network(*queue, op=(0.8, send), work=work), (Down(400.0, 430.0, "b"),)
        ),
        "messages with attempts, bounded, and their worker is slow": Feature(
            network(*queue, op=(0.8, send), work=replace(work, bounds=Bounds(6.0, 20.0, "block"))),
            (Slow(400.0, 500.0, "b", 4.0),),
        ),
        "keys with a breaker before the store": Feature(
            network(station("c", servers=4.0), four, op=(2.0, keyed)), burst
        ),
        "hot shard that is full, with retries": Feature(
            network(station("a", shards=4.0, waiting=3.0, hottest=0.4),
                    op=(2.0, call("a", visit("a"), "", retry=Retry(2, 0.5, jitter=True)))),
        ),
    }  # fmt: skip


def _scaled_consumers(by: str, target: float) -> Feature:
    """Workers that become more when messages pile up in a burst."""
    scale = Autoscale(by, target, 2.0, 20.0, 20.0, 60.0, 15.0)
    parts = (
        station("q", queues=False),
        station("c", instances=4.0, policy=Policy.SHARED, autoscale=scale),
    )
    sent = Send(Call("w", "q", visit("q", 0.1), do="write"))
    work = Flow("work", "", 2.0, call("c", visit("c"), ""), "q", ("op",))
    return Feature(
        network(*parts, op=(2.0, seq(Delay(exponential(0.1)), sent)), work=work),
        (Load(400.0, 600.0, 3.0, "op"),),
        1200.0,
    )


def _load() -> dict[str, Feature]:
    scale = Autoscale("utilisation", 0.6, 1.0, 12.0, 40.0, 60.0, 15.0)
    grows = station(
        "a", instances=3.0, servers=2.0, policy=Policy.LEAST_CONNECTIONS, autoscale=scale
    )
    guard = {"timeout_s": 6.0, "retry": Retry(1, 0.5)}
    spike = (Load(500.0, 700.0, 3.0),)
    users = Flow("op", "", 8 / 11, call("a", visit("a"), "", timeout_s=5.0), users=8.0,
                 think=exponential(10.0))  # fmt: skip
    by_rate = replace(grows, autoscale=replace(scale, by="rate", target=1.2))
    return {
        "spike": Feature(network(station("a", servers=4.0), op=(2.0, visit("a"))), spike),
        "spike of one of two": Feature(
            network(station("a", servers=4.0), one=(1.0, visit("a")), two=(1.0, visit("a"))),
            (Load(500.0, 700.0, 3.0, "two"), Load(600.0, 900.0, 1.5)),
        ),
        "autoscaling": Feature(network(grows, op=(3.6, visit("a")))),
        "autoscaling, a spike": Feature(
            network(grows, op=(2.4, call("a", visit("a"), "", **guard))), spike
        ),
        "autoscaling by rate": Feature(network(by_rate, op=(3.6, visit("a"))), spike),
        "autoscaling of what contends": Feature(
            network(replace(grows, sigma=0.02), op=(3.6, visit("a"))), spike
        ),
        "users": Feature(network(station("a"), op=users)),
        "users, slow": Feature(network(station("a"), op=users), (Slow(500.0, 700.0, "a", 3.0),)),
    }


def _caches() -> dict[str, Feature]:
    """A cache `c`, by chance or by key, in front of a store `b`."""

    def miss(inner: Node, words: Contents | None = None) -> Choice:
        return Choice((Branch(0.3, inner), Branch(0.7, Nothing())), "miss", "c", True, words)

    def by_key(
        evict: str = "lru", changes: tuple[Change, ...] = (), rate: float = 2.0, work: float = 0.3,
        guard: dict[str, Any] | None = None, **facts: Any,
    ) -> Feature:  # fmt: skip
        copies = facts.get("copies", 1.0)
        cache = station("c", instances=copies, servers=4.0, policy=Policy.ROUND_ROBIN)
        words = Contents(
            "c", "c", **{"keys": 60.0, "zipf": 0.9, "held": 15.0, "evict": evict, **facts}
        )
        fetch = call("b", visit("b", work), **(guard or {}))
        parts = seq(call("c", visit("c", 0.01)), miss(fetch, words))
        return Feature(network(cache, station("b", servers=4.0), op=(rate, parts)), changes)

    down = (Down(400.0, 700.0, "c"),)
    bad = (Errors(400.0, 700.0, "c", 0.5),)
    fetch = call("b", visit("b", 0.3))
    parts = (station("c", servers=4.0), station("b", servers=4.0))
    aside = seq(call("c", visit("c", 0.01)), miss(fetch))
    guarded = seq(call("c", visit("c", 0.2), timeout_s=0.5, retry=Retry(1),
                       breaker=Breaker(0.5, 10.0, 20.0)), miss(fetch))  # fmt: skip
    many = seq(call("c", visit("c", 0.01)), Repeat(miss(fetch), 3.0))
    through = call(
        "c", seq(Delay(constant(0.05)), visit("c", 0.1), miss(call("b", visit("b", 0.3), "c"))), ""
    )
    found = {f"keys, {evict}": by_key(evict) for evict in ("lru", "fifo", "random")}
    return found | {
        "keys, lfu, from none": by_key("lfu", (Cold(0.0, "c"),)),
        "keys, some asked for most": by_key(zipf=None, top=(0.2, 0.8)),
        "keys with a lifetime": by_key(held=None, ttl_s=20.0),
        "keys with a lifetime, and little room": by_key(ttl_s=20.0),
        "keys, one fetch for all": by_key(held=None, ttl_s=10.0, coalesce=True, work=1.0),
        "keys, one fetch for all, with timeouts": by_key(
            held=None, ttl_s=10.0, coalesce=True, work=1.0, guard={"timeout_s": 1.5, "retry": Retry(1)}
        ),
        "keys, one fetch for all that fails": by_key(
            "lru", (Errors(400.0, 800.0, "b", 0.4),), held=None, ttl_s=10.0, coalesce=True, work=1.0
        ),
        "keys, emptied": by_key("lru", (Cold(400.0, "c"),), keys=400.0, held=200.0),
        "keys in three instances": by_key(copies=3.0),
        "keys in three instances, one down": by_key(
            "lru", (Down(400.0, 500.0, "c", (1,)),), copies=3.0, keys=300.0, held=100.0
        ),
        "a cache that is down": Feature(network(*parts, op=(2.0, aside)), down),
        "a cache that fails": Feature(network(*parts, op=(2.0, aside)), bad),
        "a cache with timeouts and a breaker": Feature(network(*parts, op=(2.0, guarded)), bad),
        "a cache that is down, asked for several": Feature(network(*parts, op=(1.0, many)), down),
        "a cache on the way that is down": Feature(network(*parts, op=(2.0, through)), down),
        "keys, and the cache is down": by_key("lru", down),
    }  # fmt: skip
