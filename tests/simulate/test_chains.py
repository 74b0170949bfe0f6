"""Chains: from the call of one operation to the end of another that it set off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sysdesign.network import Call, Flow, Network, Parallel, Send, Sequence, Spread, Station, Visit
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan


def fixed(seconds: float) -> Spread:
    return Spread(seconds, family="constant")


def sent(target: str, items: float = 1.0) -> Send:
    return Send(Call("w", target, Visit(target, fixed(0.5)), do="write", items=items))


def worked(name: str, seconds: float, *after: Send) -> Sequence:
    return Sequence((Visit(name, fixed(seconds)), *after))


STATIONS = tuple(Station(name, name, servers=10.0) for name in ("a", "b", "c", "q", "r"))


def chained(*flows: Flow, chains=(("op", "work"),), length_s: float = 200.0):
    network = Network({s.name: s for s in STATIONS}, flows)
    return run(prepare(network, chains=chains), Plan(0.0, length_s, interpreted=True)).chains


def means(found) -> dict[tuple[str, str], tuple[float, int]]:
    return {
        (c.first, c.last): (c.seconds / max(c.times.sum(), 1), int(c.times.sum())) for c in found
    }


OP = Flow("op", "", 0.1, worked("a", 1.0, sent("q")), every_s=10.0)
WORK = Flow("work", "", 0.1, worked("b", 2.0), "q", ("op",))


def test_a_chain_goes_from_the_call_to_the_end_of_what_it_sets_off():
    """1 s of work, 0.5 s to hand over, 2 s of the worker."""
    assert means(chained(OP, WORK)) == {("op", "work"): (3.5, 19)}


def test_a_chain_of_three():
    work = replace(WORK, root=worked("b", 2.0, sent("r")))
    last = Flow("last", "", 0.1, worked("c", 0.25), "r", ("work",))
    chains = (("op", "last"), ("work", "last"), ("op", "work"))
    found = means(chained(OP, work, last, chains=chains))
    assert found[("op", "last")] == (4.25, 19)
    assert found[("op", "work")] == (3.5, 19)
    assert found[("work", "last")] == (2.75, 19)


def test_several_messages_of_one_call():
    op = replace(OP, root=worked("a", 1.0, sent("q", 4.0)))
    work = replace(WORK, rate_per_s=0.4, root=worked("b", 2.0))
    assert means(chained(op, work))[("op", "work")] == (3.5, 4 * 19)


def test_what_starts_with_the_join_of_all():
    """Four runs on two workers end 1.5 s + 4 s after the call; then comes a last one of 0.25 s."""
    op = replace(OP, root=worked("a", 1.0, sent("q", 4.0)))
    work = replace(WORK, rate_per_s=0.4, at_once=2.0)
    last = Flow("last", "", 0.1, worked("c", 0.25), "work", ("op",), join="op")
    found = means(chained(op, work, last, chains=(("op", "last"),)))
    mean_s, calls = found[("op", "last")]
    assert mean_s == pytest.approx(5.75)
    assert calls == 19


def test_parts_at_the_same_time_hand_on_the_chain():
    op = replace(OP, root=Parallel((worked("a", 1.0, sent("q")), Visit("c", fixed(3.0)))))
    assert means(chained(op, WORK))[("op", "work")] == (3.5, 19)


def test_others_that_set_off_the_same_are_in_no_chain():
    other = replace(OP, operation="other")
    work = replace(WORK, rate_per_s=0.2, from_operations=("op", "other"))
    assert means(chained(OP, other, work))[("op", "work")] == (3.5, 19)
