"""Numbers on pictures are those of the study, and those of a slow count by hand."""

import pytest

from sysdesign.analyze import waterfall
from sysdesign.draw import Node
from sysdesign.draw.face import face
from sysdesign.estimate.load import times
from sysdesign.views import Wanted, views
from sysdesign.views.shown import count, rate, seconds, share
from sysdesign.views.trail import Fragment, Message, trail
from sysdesign.views.wires import starter, wires
from sysdesign.workbench import open_design, open_text
from sysdesign.workbench.pictures import draw
from tests.markdown import ROOT
from tests.views.pages import EXAMPLES, bench, shapes, svg

# 100 calls a second; each step below is counted by hand.
COUNTED = """\
sysdesign: 1
problem: {name: Counted, actors: {user: {}}}
conventions: {network: none, peak: 2}
operations:
  ask:
    actor: user
    rate: 50 req/s
    path:
      - door
      - app:
          - near: {do: read, hit: 80%, miss: [far: {do: read, times: 3}]}
          - near: {do: write, times: 20, batch: 5}
          - choose: [{share: 10%, calls: [mail]}, {calls: [far: {do: write}]}]
          - post: {optional: true, async: true}
  take: {trigger: {from: mail}, path: [hand: [far: {do: write}]]}
components:
  door: {kind: load_balancer}
  app: {kind: service, replicas: 4}
  near: {kind: cache}
  far: {kind: sql_database}
  mail: {kind: queue, dead_letter: lost}
  lost: {kind: queue}
  hand: {kind: worker}
  post: {kind: external_service}
"""
BY_HAND = {
    ("user", "door"): 100.0,
    ("door", "app"): 100.0,
    ("app", "near"): 100.0 + 100.0 * 20 / 5,
    ("app", "far"): 100.0 * 0.2 * 3 + 100.0 * 0.9,
    ("app", "mail"): 10.0,
    ("app", "post"): 100.0,
    ("mail", "hand"): 10.0,
    ("hand", "far"): 10.0,
}


def test_rates_are_those_that_one_counts_by_hand():
    study = open_text(COUNTED).study
    found = {(w.source, w.target): w for w in wires(study) if w.what == "call"}
    assert found.keys() == BY_HAND.keys()
    for ends, per_s in BY_HAND.items():
        assert found[ends].per_s == pytest.approx(per_s, rel=1e-9), ends
    waiting = {ends for ends, wire in found.items() if wire.waits}
    assert waiting == BY_HAND.keys() - {("app", "mail"), ("mail", "hand"), ("app", "post")}
    (aside,) = [w for w in wires(study) if w.what != "call"]
    assert (aside.source, aside.target, aside.what) == ("mail", "lost", "dead letters")


def test_rates_follow_the_load():
    whole = {(w.source, w.target): w.per_s for w in wires(open_text(COUNTED, load="10x").study)}
    assert whole["app", "far"] == pytest.approx(10 * BY_HAND["app", "far"])
    text = draw(open_text(COUNTED, load="10x"), "components")
    assert "at 10x the peak" in text
    assert {s.text for s in shapes(text, "label")} >= {"1k/s", "5k/s", "1.5k/s", "100/s"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_calls_of_a_pair_are_the_items_of_the_estimate_over_their_batches(example):
    """The estimate counts items by words; pairs without batches and ranges must agree."""
    study = bench(example).study
    ledger = study.estimate.ledger
    by_hand: dict[tuple[str, str], float] = {}
    exact: dict[tuple[str, str], bool] = {}
    for operation, visits in study.visits.items():
        peak = study.figure(f"{operation}.peak_rate")
        for visit in visits:
            ends = (visit.caller or starter(study, operation), str(visit.target))
            term = times(ledger, visit)
            assert term is not None
            assert peak is not None
            plain = not visit.step.words.batch and not any(f.sort == "batch" for f in visit.factors)
            exact[ends] = exact.get(ends, True) and plain
            calls = peak.quantity.value.median * term.value.median
            by_hand[ends] = by_hand.get(ends, 0.0) + calls
    compared = 0
    for wire in wires(study):
        ends = (wire.source, wire.target)
        if wire.what == "call" and exact[ends]:
            compared += 1
            # The median of a sum is not the sum of medians; ranges here are within 5% of it.
            assert wire.per_s == pytest.approx(by_hand[ends], rel=0.05, abs=1e-3), ends
    assert compared >= 2


@pytest.mark.parametrize("view", ["components", "heat"])
def test_labels_show_the_rates(view):
    study = bench("twitter").study
    drawn = {s["id"]: s.text for s in shapes(svg("twitter", view), "label")}
    for wire in wires(study):
        if wire.what == "call":
            assert drawn[f"{wire.source} -> {wire.target}"].startswith(rate(wire.per_s))


def test_heat_shows_the_use_of_each_component_and_the_bottleneck():
    study = bench("twitter").study
    nodes = {s["id"]: s for s in shapes(svg("twitter", "heat"), "node")}
    checked = 0
    for name, part in study.analysis.components.items():
        if part.utilisation is not None and name in nodes and "busy" in nodes[name].text:
            assert f"{share(part.utilisation)} busy" in nodes[name].text
            checked += 1
    assert checked > 15
    marked = [name for name, shape in nodes.items() if "bottleneck" in shape.text.split(" | ")]
    assert study.analysis.bottleneck is not None
    assert marked == [study.analysis.stations[study.analysis.bottleneck].component]
    p99 = seconds(study.analysis.operations["home_timeline"].times.p99_s)
    assert f"home_timeline p99 {p99}" in nodes["edge_lb"].text


def test_what_is_overloaded_is_marked_and_times_have_no_end():
    text = draw(open_text(COUNTED, load="100x"), "heat")
    nodes = {s["id"]: s.text for s in shapes(text, "node")}
    study = open_text(COUNTED, load="100x").study
    over = {study.analysis.stations[name].component for name in study.analysis.overloaded}
    assert over
    assert {name for name, said in nodes.items() if "overloaded" in said.split(" | ")} == over
    assert "ask p99 without end" in nodes["door"]
    assert "100x the peak is not carried" in text


def test_a_link_with_a_limit_of_its_own_is_marked():
    limited = COUNTED + "links: {door -> app: {limit: 120 req/s}}\n"
    text = draw(open_text(limited), "heat")
    label = next(s.text for s in shapes(text, "label") if s["id"] == "door -> app")
    assert "100/s, 83% of its limit" in label.replace(" | ", " ")


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_trail_has_the_steps_of_the_waterfall_in_order(example):
    study = bench(example).study
    for operation in study.design.operations:
        found = trail(study, operation)
        steps = waterfall(study.analysis, operation).steps
        assert [m.number for m in found.messages] == list(range(1, len(steps) + 1))
        assert [m.step for m in found.messages] == list(steps)
        assert [m.target for m in found.messages] == [step.component for step in steps]
        deep = _depths(found.items)
        assert deep == [step.depth for step in steps]


def _depths(items, depth=0):
    found = []
    for item in items:
        if isinstance(item, Message):
            found.append(depth)
            found += _depths(item.inner, depth + 1)
        else:
            found += [d for _, some in item.operands for d in _depths(some, depth)]
    return found


def _fragments(items):
    for item in items:
        if isinstance(item, Fragment):
            yield item
            for _, some in item.operands:
                yield from _fragments(some)
        else:
            yield from _fragments(item.inner)


def test_fragments_say_what_the_path_says():
    found = [(f.sort, f.label) for f in _fragments(trail(open_text(COUNTED).study, "ask").items)]
    assert found == [("miss", "20%"), ("alt", ""), ("opt", "goes on without it")]
    alt = next(
        f for f in _fragments(trail(open_text(COUNTED).study, "ask").items) if f.sort == "alt"
    )
    assert [(label, [m.target for m in some]) for label, some in alt.operands] == [
        ("10%", ["mail"]), ("90%", ["far"]),
    ]  # fmt: skip
    home = trail(bench("twitter").study, "home_timeline")
    sorts = [f.sort for f in _fragments(home.items)]
    wanted = ["opt", "miss", "par", "miss", "loop", "miss", "miss", "par", "miss", "opt"]
    assert sorts == wanted
    retried = next(iter(_fragments(trail(bench("twitter").study, "post_tweet").items)))
    assert (retried.sort, retried.label) == ("retry", "up to 2 more, after 2 s")


def test_messages_are_dashed_in_both_pictures_of_an_operation():
    bench_ = open_text(COUNTED)
    for operation, sent in (("ask", {"mail", "post"}), ("take", {"hand"})):
        drawn = shapes(draw(bench_, "sequence", id_=operation), "message")
        links = shapes(draw(bench_, "operation", id_=operation), "link")
        for some in (drawn, links):
            assert {s["target"] for s in some if s["style"] == "asynchronous"} == sent


def test_times_of_the_sequence_are_those_of_the_analysis():
    study = bench("twitter").study
    text = svg("twitter", "sequence", "home_timeline")
    step = waterfall(study.analysis, "home_timeline").steps[5]
    (message,) = [s for s in shapes(text, "message") if s["id"] == "6"]
    assert message["target"] == step.component
    assert f"{seconds(step.mean_s)}, p99 {seconds(step.p99_s)}" in message.text


def test_what_the_file_does_not_say_has_no_number():
    silent = open_text(COUNTED.replace("rate: 50 req/s", "response: 1 kB"))
    assert {w.per_s for w in wires(silent.study)} == {None}
    assert not shapes(draw(silent, "components"), "label") or {
        s.text for s in shapes(draw(silent, "components"), "label")
    } == {"dead letters"}
    assert "No rates of ask" in draw(silent, "components")
    assert [m.target for m in trail(silent.study, "ask").messages] == [
        "door", "app", "near", "far", "near", "mail", "far", "post",
    ]  # fmt: skip
    assert "no times" in draw(silent, "sequence")


@pytest.mark.parametrize("example", EXAMPLES)
def test_instances_of_all_zones_are_those_of_the_analysis(example):
    study = bench(example).study
    from sysdesign.views.boxes import standing
    from sysdesign.views.geography import Map

    total: dict[str, int] = {}
    for site in Map(study).sites():
        total[site.component] = total.get(site.component, 0) + site.instances * site.shards
    assert list(total) == list(study.design.components)
    for name, part in study.design.components.items():
        if not part.is_managed and part.kind not in ("external_service", "client"):
            stands = standing(study, name)
            assert total[name] == stands.instances * stands.shards, name


def test_deployment_tells_the_round_trip_between_places():
    text = svg("twitter", "deployment")
    labels = {s["id"]: s.text for s in shapes(text, "label")}
    assert labels["place:eu -> place:us"] == "91 ms"
    assert "700 us between zones" in text
    drawn = {
        s["id"]: s.text
        for s in shapes(draw(bench("twitter"), "deployment", group="people"), "node")
    }
    assert "×5" in drawn["user_service@eu-a"]  # 15 in a region, over three zones
    assert "×16" in drawn["graph@us-b"]  # 16 shards, three copies, three zones


@pytest.mark.parametrize(
    ("per_s", "text"),
    [(None, ""), (0.0, "0/s"), (0.001, "86/day"), (0.5, "0.5/s"), (3.24, "3.2/s"), (99.7, "100/s"),
     (999.6, "1k/s"), (3247, "3.2k/s"), (42_492, "42k/s"), (99_900, "100k/s"), (999_600, "1M/s"),
     (1.5e9, "1.5G/s"), (7e13, "70T/s")],
)  # fmt: skip
def test_rates_are_short(per_s, text):
    assert rate(per_s) == text


def test_shares_and_counts_never_round_to_all_or_nothing():
    assert [share(v) for v in (0.0, 0.0004, 0.004, 0.43, 0.995, 0.99999, 1.0, 1.6)] == [
        "0%", "under 0.1%", "0.4%", "43%", "99.5%", "99.9%", "100%", "160%",
    ]  # fmt: skip
    assert [count(v) for v in (20.0, 0.4, 180.0)] == ["20", "0.4", "180"]
    assert seconds(None) == "without end"


def test_a_design_of_one_load_is_drawn_the_same_from_file_and_text():
    path = ROOT / "examples" / "start.yaml"
    text = path.read_text(encoding="utf-8")
    one, other = open_design(str(path)), open_text(text, str(path))
    for view in views().values():
        first = view.ids(one.study)[0]
        assert view.draw(one.study, Wanted(first)) == view.draw(other.study, Wanted(first))


@pytest.mark.parametrize(
    ("value", "said"),
    [(1.234e17, "1.2e17/s"), (1.2e14, "120T/s"), (9.996e14, "1e15/s"), (43_210, "43k/s")],
)
def test_rates_beyond_letters_are_powers(value, said):
    assert rate(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.43, "43%"), (12.3, "1,230%"), (250, "250x"), (30_000, "30kx")]
)
def test_shares_far_beyond_the_limit_are_factors(value, said):
    assert share(value) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(2, "×2"), (123_456, "×123,456"), (999_999_999, "×1G"), (987_654_321_012, "×988G"),
     (3 * 10**20, "×3.0e20")],
)  # fmt: skip
def test_counts_have_room_in_their_box(number, said):
    found = face(Node("a", "A", replicas=number))
    assert said in [run.text for run in found.runs]
    assert found.width < 300
