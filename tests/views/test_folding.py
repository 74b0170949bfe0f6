"""Large designs: groups folded into one box each, and each opened alone."""

import pytest

from sysdesign.views import groups
from sysdesign.views.folding import MOST_BOXES, fold, joined
from sysdesign.views.wires import Wire, wires
from sysdesign.workbench import open_text
from sysdesign.workbench.pictures import draw, pictures
from tests.views.pages import ids, shapes


def large(number: int, group: int = 10) -> str:
    """A chain of services, so many in a group."""
    names = [f"s{i:03d}" for i in range(number)]
    chain = "".join(
        f"  p{i}: [{name}: [p{i + 1}]]\n" if i + 1 < number else f"  p{i}: [{name}]\n"
        for i, name in enumerate(names)
    )
    parts = "".join(
        f"  {name}: {{kind: service, part_of: g{i // group}, replicas: 2}}\n"
        for i, name in enumerate(names)
    )
    return (
        "sysdesign: 1\nproblem: {name: Large, actors: {user: {}}}\n"
        "operations:\n"
        f"  ask: {{actor: user, rate: 100 req/s, path: [p0]}}\n"
        f"paths:\n{chain}"
        f"components:\n{parts}"
    )


def test_up_to_sixty_boxes_are_shown_at_once():
    text = draw(open_text(large(MOST_BOXES - 1)), "components")
    assert len(ids(text)) == MOST_BOXES  # with the actor


@pytest.mark.parametrize("view", ["components", "heat"])
def test_more_are_folded_into_their_groups(view):
    bench = open_text(large(MOST_BOXES))
    text = draw(bench, view)
    assert ids(text) == ["user", *(f"group:g{i}" for i in range(6))]
    drawn = {(s["source"], s["target"]): s for s in shapes(text, "link")}
    assert list(drawn) == [
        ("user", "group:g0"),
        *((f"group:g{i}", f"group:g{i + 1}") for i in range(5)),
    ]
    assert {s.text for s in shapes(text, "label")} == {"100/s"}
    assert "10 components" in text
    assert "Groups are folded" in text


def test_each_group_opens_with_its_neighbours_folded():
    bench = open_text(large(80))
    text = draw(bench, "components", group="g3")
    mine = groups(bench.study)["g3"]
    assert ids(text) == [*mine, "group:g2", "group:g4"]
    ends = {(s["source"], s["target"]) for s in shapes(text, "link")}
    assert ("group:g2", mine[0]) in ends
    assert (mine[-1], "group:g4") in ends
    assert len(ends) == len(mine) + 1


def test_a_large_design_without_groups_is_drawn_whole():
    bench = open_text(large(70).replace("part_of: ", "does: "))
    assert len(ids(draw(bench, "components"))) == 71


def test_folded_calls_are_the_sum_of_those_between_two_groups():
    some = [
        Wire("a", "c", ("x",), 10.0),
        Wire("b", "c", ("y",), 5.0, waits=False),
        Wire("a", "b", ("x",), 7.0),
        Wire("c", "d", ("x",), None),
        Wire("c", "e", ("x",), 1.0),
        Wire("d", "f", waits=False, what="backup"),
    ]
    box = {"a": "1", "b": "1", "d": "2", "e": "2"}
    found = {(w.source, w.target): w for w in joined(some, box)}
    assert found.keys() == {("1", "c"), ("c", "2"), ("2", "f")}
    assert found["1", "c"] == Wire("1", "c", ("x", "y"), 15.0)
    assert found["c", "2"].per_s is None  # a part of it is not known
    assert found["2", "f"].what == "backup"


def test_folding_loses_no_call_between_groups():
    study = open_text(large(80)).study
    home = {name: f"group:{g}" for g, names in groups(study).items() for name in names}
    whole = sum(
        w.per_s or 0 for w in wires(study) if home.get(w.source, "") != home.get(w.target, ".")
    )
    assert sum(w.per_s or 0 for w in fold(study).wires) == pytest.approx(whole)


def test_a_box_of_a_group_opens_its_picture():
    bench = open_text(large(70))
    files = {(p.view, p.id, p.group): p.file for p in pictures(bench)}
    text = draw(bench, "components", address=lambda *name: files.get(name, ""))
    assert 'href="components-g3.svg"' in text


def test_deployment_folds_groups_rather_than_drown():
    bench = open_text(
        large(120).replace("problem:", "places: {eu: {zones: [a1, a2, a3]}}\nproblem:")
    )
    drawn = ids(draw(bench, "deployment"))
    assert len(drawn) <= MOST_BOXES
    assert "group:g11@a1" in drawn
    assert "s015@a2" in ids(draw(bench, "deployment", group="g1"))
