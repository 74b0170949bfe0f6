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
        (Parallel((A, Repeat(A, 3.0))), [2.0, 1 + 1 / 3]),
        (Repeat(Repeat(A, 3.0), 4.0, 4.0), [2.0]),
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


@pytest.mark.parametrize(
    ("root", "gathered"),
    [
        (A, 1.0),
        (Sequence((A, A, A)), 1.0),
        (Sequence((A, Choice((Branch(0.2, A), Branch(0.8, Nothing()))))), 1.0),
        (Parallel((A, A, A)), 3.0),
        (Sequence((Parallel((A, A)), A)), 2.0),  # 3 * 4 / (2 + 2) - 1
        (Sequence((A, Parallel((A, A)))), 1.4),  # 3 * 4 / (1 + 4) - 1
        (Repeat(A, 6.0, 2.0), 2.5),  # 6 * 7 / (2 + 4 + 6) - 1
    ],
)
def test_what_visits_that_follow_each_other_come_to(root, gathered):
    """All work ahead over that of a call, as near full load; one by one they are as one call."""
    assert [one.gathered for one in streams(root)] == pytest.approx([gathered] * len(streams(root)))


@pytest.mark.parametrize(
    ("node", "left"),
    [
        (A, {}),
        (Parallel((A, A)), {}),
        (Parallel((A, A), 1), {"a": 1.0}),
        (Parallel((A, A, B), 2), {"a": 2 / 3, "b": 1 / 3}),
        (Sequence((Parallel((A, A), 1), B)), {}),
        (Parallel((Parallel((A, A), 1), A)), {"a": 2 / 3}),  # the pair's last is last of three
        (Parallel((Parallel((A, A), 1), A, A)), {"a": 1 / 2}),
    ],
)
def test_what_still_runs_when_a_join_ends(node, left):
    assert Bunches().left(node) == pytest.approx(left)
