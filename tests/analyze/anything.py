"""Any network at all, by Hypothesis: everyday numbers, or those at the ends of what floats hold."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from sysdesign.network import (
    Attempts,
    Autoscale,
    Branch,
    Call,
    Choice,
    Delay,
    Flow,
    Hedge,
    Hold,
    Network,
    Node,
    Nothing,
    Parallel,
    Policy,
    Repeat,
    Retry,
    Send,
    Sequence,
    Spread,
    Station,
    Visit,
)

NAMES = ("a", "b", "c")


@dataclass(frozen=True)
class Numbers:
    """The values that numbers of a network take."""

    seconds: tuple[float, ...] = (0.0, 1e-6, 0.003, 0.1, 2.0)
    counts: tuple[float, ...] = (1.0, 1.5, 3.0, 40.0)
    rates: tuple[float, ...] = (0.0, 0.01, 3.0, 500.0)
    times: tuple[float, ...] = (0.0, 0.3, 1.0, 2.5, 20.0)
    timeouts: tuple[float, ...] = (1e-5, 0.05, 5.0)
    deadlines: tuple[float, ...] = (1.0,)
    retries: tuple[int, ...] = (1, 2, 3)
    backoffs: tuple[float, ...] = (0.01,)
    budgets: tuple[float, ...] = (0.1,)
    hedges: tuple[float, ...] = (0.02,)
    waiting: tuple[float, ...] = (0.0, 2.0, 500.0)
    caps: tuple[float, ...] = (20.0,)
    p99s: tuple[float | None, ...] = (None, None, 1.0, 3.0, 30.0)
    scvs: tuple[float | None, ...] = (None, None, 0.0, 0.5, 6.0)
    shares: tuple[float, ...] = (0.0, 0.2, 1.0)
    users: tuple[float, ...] = (10.0,)
    leaves: int = 8


EVERYDAY = Numbers()
EXTREME = Numbers(
    seconds=(0.0, 1e-9, 1e-3, 1.0, 1e6),
    counts=(1.0, 2.0, 1e5),
    rates=(0.0, 1e-12, 1.0, 1e9),
    times=(0.0, 1e-9, 1.0, 1e6),
    timeouts=(0.0, 1e-12, 1.0, 1e12),
    deadlines=(0.0, 1e-9, 1e9),
    retries=(0, 1, 1000),
    backoffs=(0.0, 1e-9, 1e6),
    budgets=(0.0, 1e-9, 1.0, 100.0),
    hedges=(0.0, 1e-12, 1e9),
    waiting=(0.0, 1.0, 1e9),
    caps=(0.0, 1e-9, 1e12),
    p99s=(None, None, 1.0, 1.0001, 98.0),
    scvs=(None, None, 0.0, 1e-6, 1e4),
    shares=(0.0, 1e-12, 0.5, 1.0),
    users=(0.0, 1.0, 1e9),
)


def networks(numbers: Numbers = EVERYDAY) -> st.SearchStrategy[Network]:
    """Three stations, one to three flows of any trees between them, triggers in circles too."""
    pick = st.sampled_from
    flows = st.builds(
        Flow,
        pick(["look", "buy"]),
        pick(["", "eu"]),
        pick(numbers.rates),
        trees(numbers),
        trigger=pick(["", "a"]),
        from_operations=pick([(), ("look",), ("buy", "look")]),
        attempts=pick([1, 3]),
        at_once=st.none() | pick(numbers.counts),
        users=st.none() | pick(numbers.users),
        think=st.none() | spreads(numbers),
    )
    return st.builds(
        lambda made, some: Network({one.name: one for one in made}, tuple(some)),
        st.tuples(*(stations(name, numbers) for name in NAMES)),
        st.lists(flows, min_size=1, max_size=3),
    )


def spreads(numbers: Numbers) -> st.SearchStrategy[Spread]:
    return st.builds(
        Spread,
        st.sampled_from(numbers.seconds),
        p99_over_mean=st.sampled_from(numbers.p99s),
        scv=st.sampled_from(numbers.scvs),
    )


def stations(name: str, numbers: Numbers) -> st.SearchStrategy[Station]:
    scales = st.none() | st.builds(
        Autoscale,
        st.sampled_from(["utilisation", "rate", "lag"]),
        st.sampled_from([0.5, 30.0]),
        st.just(1.0),
        st.sampled_from([2.0, 50.0]),
    )
    return st.builds(
        Station,
        st.just(name),
        st.just(name),
        instances=st.sampled_from(numbers.counts),
        servers=st.sampled_from(numbers.counts),
        shards=st.sampled_from([1.0, 1.0, 7.0]),
        hottest=st.none() | st.just(0.4),
        policy=st.sampled_from(Policy),
        slots=st.none() | st.sampled_from(numbers.counts),
        waiting=st.none() | st.sampled_from(numbers.waiting),
        cap_per_s=st.none() | st.sampled_from(numbers.caps),
        queues=st.booleans(),
        order=st.sampled_from(["fifo", "fifo", "ps", "lifo"]),
        autoscale=scales,
        sigma=st.sampled_from([0.0, 0.1]),
    )


def guards(numbers: Numbers) -> st.SearchStrategy[Attempts]:
    retries = st.builds(
        Retry,
        st.sampled_from(numbers.retries),
        st.sampled_from(numbers.backoffs),
        jitter=st.booleans(),
        budget=st.none() | st.sampled_from(numbers.budgets),
    )
    return st.builds(
        Attempts,
        timeout_s=st.none() | st.sampled_from(numbers.timeouts),
        deadline_s=st.none() | st.sampled_from(numbers.deadlines),
        retry=st.none() | retries,
        hedge=st.none()
        | st.builds(Hedge, st.sampled_from(numbers.hedges))
        | st.just(Hedge(percentile=0.95)),
        optional=st.booleans(),
    )


def leaves(numbers: Numbers = EVERYDAY) -> st.SearchStrategy[Node]:
    counts = st.sampled_from(numbers.counts)
    return (
        st.builds(Visit, st.sampled_from(NAMES), spreads(numbers), counts)
        | st.builds(Delay, spreads(numbers))
        | st.just(Nothing())
    )


def trees(numbers: Numbers) -> st.SearchStrategy[Node]:
    def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        some = st.lists(inner, min_size=1, max_size=3).map(tuple)
        name, counts = st.sampled_from(NAMES), st.sampled_from(numbers.counts)
        return (
            st.builds(Sequence, some)
            | st.builds(Parallel, some, st.none() | st.just(1))
            | st.builds(Call, st.just("x"), name, inner, guards(numbers))
            | st.builds(Hold, name, inner)
            | st.builds(Repeat, inner, st.sampled_from(numbers.times), counts)
            | st.builds(Send, inner)
            | st.builds(
                lambda p, one, other, why: Choice((Branch(p, one), Branch(1 - p, other)), why, "a"),
                st.sampled_from(numbers.shares),
                inner,
                inner,
                st.sampled_from(["", "miss", "fallback"]),
            )
        )

    return st.recursive(leaves(numbers), grown, max_leaves=numbers.leaves)
