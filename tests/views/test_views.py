"""Each view of each example shows what it must, with ids and lines of the file."""

import re

import pytest

from sysdesign import kinds
from sysdesign.draw import Shape
from sysdesign.draw.painting.icons import ICONS
from sysdesign.views import groups, views
from sysdesign.views.boxes import shape_of
from sysdesign.views.folding import actors
from sysdesign.views.wires import wires
from sysdesign.workbench.pictures import draw, pictures
from tests.views.pages import EXAMPLES, all_pictures, bench, ids, shapes, svg

ALL = [(e, p.view, p.id, p.group) for e in EXAMPLES for p in all_pictures(e)]


def label(one):
    return "-".join(filter(None, one)) if isinstance(one, tuple) else str(one)


@pytest.mark.parametrize("one", ALL, ids=label)
def test_every_line_is_that_of_the_thing(one):
    example, view, id_, group = one
    source = bench(example).study.source
    text = svg(example, view, id_, group)
    told = [s for kind in ("node", "frame") for s in shapes(text, kind) if s["line"]]
    assert told or view == "context"
    for shape in told:
        name = re.split("[@:]", shape["id"].removeprefix("group:").removeprefix("trust:"))
        line = source.line(int(shape["line"]))
        if shape["id"] == "system:":
            assert "name:" in line
        elif shape["id"].startswith("trust:"):
            assert any(
                part in line for part in bench(example).study.design.security.boundaries[name[0]]
            )
        else:
            assert any(part and part in line for part in name), (shape, line)


@pytest.mark.parametrize("one", ALL, ids=label)
def test_links_and_messages_have_the_line_of_their_step(one):
    example, view, id_, group = one
    source = bench(example).study.source
    text = svg(example, view, id_, group)
    for shape in [*shapes(text, "link"), *shapes(text, "message")]:
        if view == "data" or ":" in shape["source"] + shape["target"] or not shape["line"]:
            continue
        assert shape["target"] in source.line(int(shape["line"])), shape


@pytest.mark.parametrize("example", EXAMPLES)
def test_components_shows_all_that_there_is(example):
    study = bench(example).study
    text = svg(example, "components")
    assert sorted(ids(text)) == sorted((*study.design.components, *actors(study, wires(study))))
    drawn = [(s["source"], s["target"]) for s in shapes(text, "link")]
    called = [(w.source, w.target) for w in wires(study) if w.what != "backup"]
    assert [pair for pair in drawn if pair in called] == called


@pytest.mark.parametrize("example", EXAMPLES)
def test_context_shows_actors_one_system_and_what_is_outside(example):
    study = bench(example).study
    outside = [n for n, p in study.design.components.items() if p.kind == "external_service"]
    expected = [*actors(study, wires(study)), "system:", *outside]
    assert sorted(ids(svg(example, "context"))) == sorted(expected)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_black_box_opens_level_by_level(example):
    study = bench(example).study
    first, second, third = (
        svg(example, "blackbox", level) for level in views()["blackbox"].ids(study)
    )
    assert "system:" in ids(first)
    assert "system:" in ids(second, "frame")
    inside = [n for n in ids(second) if n.startswith("group:")]
    assert inside
    assert set(inside) <= set(ids(third, "frame"))
    assert set(study.design.components) <= set(ids(third))


@pytest.mark.parametrize("example", EXAMPLES)
def test_data_shows_each_entity_in_its_store(example):
    design = bench(example).study.design
    text = svg(example, "data")
    assert ids(text) == list(design.data)
    stores = [f"store:{entity.store}" for entity in design.data.values()]
    assert sorted(ids(text, "frame")) == sorted(dict.fromkeys(stores))
    by_id = {shape["id"]: shape for shape in shapes(text, "node")}
    for name, entity in design.data.items():
        for field in (*entity.key_, *entity.fields):
            assert str(field) in by_id[name].text
        for key in entity.key_:
            assert f"● {key}" in by_id[name].text


def test_references_of_fields_are_arrows():
    drawn = {(s["source"], s["target"]) for s in shapes(svg("twitter", "data"), "link")}
    assert ("tweet", "account") in drawn  # a field of its own
    assert ("tweet", "photo_meta") in drawn  # inside a list
    assert ("timeline", "follow_edge") in drawn  # made of
    assert ("account", "tweet") not in drawn


@pytest.mark.parametrize("example", EXAMPLES)
def test_one_operation_shows_all_whom_it_calls(example):
    study = bench(example).study
    for name in study.design.operations:
        called = {str(v.target) for v in study.visits[name]}
        path, sequence = ids(svg(example, "operation", name)), ids(svg(example, "sequence", name))
        assert path == sequence
        assert set(path) - called <= {study.design.operations[name].actor or "", "clock:"} | set(
            path[:1]
        )
        # What no call ever reaches is left out: the branch of a full cache.
        assert called - set(path) <= {"tweets"}


def test_every_kind_has_a_shape_and_an_icon_that_can_be_drawn():
    for name, kind in kinds.all_kinds().items():
        assert kind.icon in ICONS, name
        assert kind.shape in {shape.value for shape in Shape}, name


def test_a_kind_without_a_shape_is_drawn_by_its_traits():
    components = bench("twitter").study.design.components
    for name, expected in (("tweets", Shape.CYLINDER), ("ad_service", Shape.CLOUD),
                           ("fan_out_worker", Shape.WORKER), ("hot_cache", Shape.CACHE)):  # fmt: skip
        part = components[name]
        assert shape_of(part) is expected
        unknown = type("Unknown", (), {"kind": "no_such_kind", "has_trait": part.has_trait})()
        assert shape_of(unknown) is expected


def test_groups_are_frames_and_each_has_a_picture_of_its_own():
    known = groups(bench("twitter").study)
    assert list(known) == ["entrance", "people", "timelines", "posts", "pictures"]
    assert {f"group:{g}" for g in known} <= set(ids(svg("twitter", "components"), "frame"))
    for group, names in known.items():
        text = svg("twitter", "components", group=group)
        assert set(names) <= set(ids(text))
        others = {n for g, some in known.items() if g != group for n in some}
        assert not others & set(ids(text))


def test_trust_boundaries_are_drawn_where_they_nest():
    whole = svg("twitter", "components")
    assert [i for i in ids(whole, "frame") if i.startswith("trust:")] == ["trust:partner"]
    assert "cross the groups are not drawn: edge, core, memory, vault" in whole
    people = ids(svg("twitter", "components", group="people"), "frame")
    assert {i for i in people if i.startswith("trust:")} == {
        "trust:core",
        "trust:memory",
        "trust:vault",
    }


def test_a_link_that_nobody_waits_for_is_dashed():
    style = {
        (s["source"], s["target"]): s["style"] for s in shapes(svg("twitter", "components"), "link")
    }
    assert style["tweet_relay", "fan_out_stream"] == "asynchronous"  # a message sent
    assert style["fan_out_stream", "fan_out_worker"] == "asynchronous"  # a message taken
    assert style["likes", "counter_worker"] == "asynchronous"  # a change taken
    assert style["clock", "fan_out_worker"] == "asynchronous"  # started by the clock
    assert style["timeline_service", "tweets"] == "synchronous"


def test_what_is_external_is_marked():
    marked = {s["id"] for s in shapes(svg("twitter", "heat"), "node") if s["external"] == "true"}
    assert marked == {"ad_service"}


@pytest.mark.parametrize("one", ALL, ids=label)
def test_ids_are_unique_in_a_picture(one):
    text = svg(*one)
    for kind in ("node", "frame"):
        assert len(ids(text, kind)) == len(set(ids(text, kind)))


def test_deployment_has_trust_boundaries_where_they_hold_boxes_whole():
    frames = ids(svg("url_shortener", "deployment"), "frame")
    assert {f for f in frames if f.startswith("trust:")} == {
        "trust:core@eu-a", "trust:core@eu-b", "trust:core@eu-c", "trust:edge@eu", "trust:vault@eu",
    }  # fmt: skip
    whole = {f.partition("@")[0] for f in ids(svg("twitter", "deployment"), "frame")}
    # The others would cut a folded group in two.
    assert {f for f in whole if f.startswith("trust:")} == {"trust:edge", "trust:partner"}


def test_pictures_are_all_that_can_be_drawn_and_have_names_of_their_own():
    names = pictures(bench("twitter"))
    assert len({one.file for one in names}) == len(names)
    operations = list(bench("twitter").study.design.operations)
    assert [n.id for n in names if n.view == "sequence"] == operations
    assert {n.view for n in names} == set(views())


def test_the_same_design_gives_the_same_bytes():
    for view in views():
        assert draw(bench("twitter"), view) == draw(bench("twitter"), view)
