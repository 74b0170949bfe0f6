"""Which calls come together, and which come again."""

import pytest

from sysdesign.analyze.bunches import Bunches
from sysdesign.analyze.traffic import traffic
from sysdesign.network import (
    Branch,
    Choice,
    Delay,
    Flow,
    Nothing,
    Parallel,
    Repeat,
    Send,
    Sequence,
)
from tests.analyze.networks import constant, visit

A, B = visit("a"), visit("b")
PAUSE = Delay(constant(2.0))


def streams(root, station="a"):
    return traffic([Flow("op", "", 3.0, root)]).streams[station]


@pytest.mark.parametrize(
    ("node", "met", "passes"),
    [
        (A, {"a": 1.0}, 0.0),
        (Sequence((A, B)), {"a": 1.0}, 0.0),
        (Sequence((PAUSE, B)), {"b": 1.0}, 0.0),
        (Parallel((A, A, B)), {"a": 2.0, "b": 1.0}, 0.0),
        (Repeat(A, 10.0, 4.0), {"a": 4.0}, 0.0),
        (Repeat(A, 0.25), {"a": 0.25}, 0.75),
        (Sequence((Send(A), B)), {"a": 1.0, "b": 1.0}, 0.0),
        (
            Sequence((Choice((Branch(0.2, A), Branch(0.8, Nothing()))), B)),
            {"a": 0.2, "b": 0.8},
            0.0,
        ),
    ],
)
def test_what_is_met_first(node, met, passes):
    found = Bunches().of(node)
    assert found.met == pytest.approx(met)
    assert found.passes == pytest.approx(passes)


@pytest.mark.parametrize(
    ("root", "together"),
    [
        (A, [1.0]),
        (Parallel((A, B)), [1.0]),
        (Parallel((A, A, A)), [3.0, 3.0, 3.0]),
        (Parallel((A, Repeat(A, 4.0, 4.0))), [5.0, 5.0]),
        (Repeat(Parallel((A, A)), 3.0, 3.0), [6.0, 6.0]),
        (Repeat(Choice((Branch(0.5, A), Branch(0.5, B))), 5.0, 5.0), [3.0]),
        (Sequence((Send(A), A)), [2.0, 2.0]),
        (Sequence((A, A)), [1.0, 1.0]),
    ],
)
def test_how_many_come_together(root, together):
    assert [one.together for one in streams(root)] == pytest.approx(together)


@pytest.mark.parametrize(
    ("root", "again", "apart"),
    [
        (A, [1.0], 0.0),
        (Sequence((A, A)), [2.0, 2.0], 1.0),
        (Repeat(A, 5.0), [5.0], 1.0),
        (Sequence((A, PAUSE, A)), [2.0, 2.0], 2.0),
        (Repeat(A, 6.0, 2.0), [3.0], 1.0),
        (Parallel((A, A)), [1.0, 1.0], 1.0),
        (Sequence((Repeat(A, 3.0), Repeat(A, 2.0))), [5.0, 5.0], 1.0),
    ],
)
def test_how_often_calls_come_again(root, again, apart):
    found = streams(root)
    assert [one.again for one in found] == pytest.approx(again)
    assert again == [1.0] or found[0].apart_s == pytest.approx(apart)
