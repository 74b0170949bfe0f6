"""What exports show: every part and relation, the right rates, and what they leave out."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from sysdesign.export import all_formats, export
from sysdesign.export.gather import gather
from sysdesign.export.lost import TOPICS
from sysdesign.export.model import Block, Sort
from sysdesign.workbench import open_design, study_text
from tests.export.designs import PHOTOS
from tests.markdown import ROOT

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
VIEWS = [(name, view.name) for name, one in all_formats().items() for view in one.views]


@pytest.fixture(scope="module")
def photos():
    return study_text(PHOTOS)


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda path: path.stem)
def example(request):
    return open_design(str(request.param)).study


def written(study, name, view, operation="view"):
    return export(study, name, f"{view}:{operation}" if view == "sequence" else view)


@pytest.mark.parametrize(("name", "view"), VIEWS)
def test_the_text_is_the_one_that_was_looked_at(photos, name, view):
    suffix = all_formats()[name].suffix
    file = GOLDEN / f"{'sequence-view' if view == 'sequence' else view}{suffix}"
    assert written(photos, name, view).text == file.read_text("utf-8")


def test_every_golden_text_is_of_a_view():
    wanted = {
        f"{'sequence-view' if v == 'sequence' else v}{all_formats()[n].suffix}" for n, v in VIEWS
    }
    assert {file.name for file in GOLDEN.iterdir()} == wanted


def test_rates_follow_from_the_paths(photos):
    # 1000 views of 10 photos, 90% of them cached; 20 posts; three in four are stored again.
    found = {(r.source, r.target): r.peak for r in gather(photos).relations}
    assert found == {
        ("friend", "lb"): "1020 req/s", ("lb", "web"): "1020 req/s", ("web", "memory"): "10k req/s",
        ("web", "album"): "1020 req/s", ("web", "ads"): "1000 req/s", ("web", "jobs"): "20 req/s",
        ("jobs", "worker"): "20 req/s", ("worker", "album"): "15 req/s",
        ("worker", "friend"): "5 req/s", ("jobs", "failed"): "",
    }  # fmt: skip
    parts = {part.id: part.peak for part in gather(photos).parts}
    assert parts["album"] == "1035 req/s"  # 1020 of web, 15 of worker
    assert gather(photos).people[0].peak == "1020 req/s"


def test_ten_times_the_load_is_ten_times_the_rates():
    from sysdesign.workbench import open_text

    model = gather(open_text(PHOTOS, load="10x").study)
    assert {(r.source, r.target): r.peak for r in model.relations}["web", "ads"] == "10k req/s"
    assert model.rates == "at 10 times the peak"


def test_who_does_not_wait_is_told(photos):
    late = {(r.source, r.target) for r in gather(photos).relations if not r.waits}
    assert late == {("web", "jobs"), ("jobs", "worker"), ("worker", "friend"), ("jobs", "failed")}
    optional = {(r.source, r.target) for r in gather(photos).relations if r.optional}
    assert optional == {("web", "ads")}


def test_instances_stand_where_the_file_says(photos):
    standing = {
        p.id: [(s.place, s.zones, s.instances) for s in p.standing] for p in gather(photos).parts
    }
    assert standing["web"] == [("eu", (), 6), ("us", (), 2)]
    assert standing["album"] == [("eu", ("eu-a",), 1)]
    assert standing["lb"] == [("eu", (), 0), ("us", (), 0)]  # the provider's: nobody counts them


def test_every_call_of_a_path_is_a_relation(example):
    """Against the visits themselves: each caller and target, whoever starts the operation."""
    found = {(r.source, r.target) for r in gather(example).relations}
    for name, visits in example.visits.items():
        for visit in visits:
            operation = example.design.operations[name]
            trigger = operation.trigger
            source = (
                visit.caller or operation.actor or (trigger and (trigger.from_ or trigger.changes))
            )
            if source:
                assert (str(source), str(visit.target)) in found


def test_a_sequence_has_every_call_once_in_order(example):
    for sequence in gather(example).sequences:
        visits = list({id(v): v for v in example.visits[sequence.id]}.values())
        clock = [v for v in visits if not v.caller and v.target == sequence.lanes()[0]]
        calls = [str(v.target) for v in visits if v not in clock]
        assert [m.target for m in sequence.messages()] == calls


def test_steps_on_a_relation_carry_its_rate(photos):
    """The rates of all steps between two parts add up to that of their relation."""
    sums: dict[tuple[str, str], float] = {}
    for sequence in gather(photos).sequences:
        for step in sequence.messages():
            shown = re.search(r"([\d.]+)(k?) req/s$", step.text)
            if shown and step.source:
                rate = float(shown[1]) * (1000 if shown[2] else 1)
                sums[step.source, step.target] = sums.get((step.source, step.target), 0) + rate
    for relation in gather(photos).relations:
        shown = re.fullmatch(r"([\d.]+)(k?) req/s", relation.peak)
        if shown:
            assert sums[relation.source, relation.target] == float(shown[1]) * (
                1000 if shown[2] else 1
            )


def blocks(items):
    """Every block among some steps, outermost first, with the labels of its ways."""
    for item in items:
        if isinstance(item, Block):
            yield item.sort, [way.label for way in item.ways]
            for way in item.ways:
                yield from blocks(way.items)
        else:
            yield from blocks(item.inner)


def test_a_block_holds_what_the_path_says(photos):
    found = {one.id: list(blocks(one.items)) for one in gather(photos).sequences}
    assert found == {
        "view": [(Sort.PARALLEL, ["", ""]), (Sort.MISS, ["not in memory, 10%"])],
        "post": [], "shrink": [(Sort.CHOICE, ["75%", "25%"])], "tidy": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "view"), [v for v in VIEWS if v[1] in ("components", "workspace")]
)
def test_every_part_and_relation_is_there(example, name, view):
    text, model = export(example, name, view).text, gather(example)
    edges = [
        line for line in text.splitlines() if re.search(r"^\s*(Rel\(|[\w.]+ (--?>|-\.->))", line)
    ]
    if view == "workspace":
        edges = [line for line in edges if line.startswith("    ") and not line.startswith("     ")]
    assert len(edges) == len(model.relations)
    for relation, edge in zip(model.relations, edges, strict=True):
        assert re.search(rf"\b{relation.source}_?\b.*\b{relation.target}_?\b", edge)
        assert relation.peak in edge
    for one in model.ids():
        assert len(re.findall(rf'^\s*(\w+\()?{one}_?\b.*"{one}', text, re.M)) == 1


def test_what_is_lost_is_what_the_design_has(photos):
    def lost(text, name="mermaid"):
        return " ".join(export(study_text(text), name).lost)

    assert "prices" in lost(PHOTOS)
    assert "prices" not in lost(PHOTOS.replace(", price: 100 USD/month", ""))
    assert "ranges" in lost(PHOTOS)
    assert "ranges" not in lost(PHOTOS.replace("8k .. 12k user", "10k user"))
    assert "protocols" in lost(PHOTOS)
    assert "protocols" not in lost(PHOTOS, "plantuml")
    assert "what components do" not in lost(PHOTOS, "d2")
    assert "decisions" not in lost(PHOTOS)


@pytest.mark.parametrize(("name", "view"), VIEWS)
def test_the_statement_stands_at_the_top(photos, name, view):
    exported = written(photos, name, view)
    comments = [line for line in exported.text.splitlines()[:40] if re.match(r"%%|#|'", line)]
    assert [c.split("- ", 1)[1] for c in comments[2:]] == list(exported.lost)
    assert exported.lost


def test_views_carry_topics_that_there_are():
    for found in all_formats().values():
        for view in found.views:
            assert view.carries <= set(TOPICS)


@pytest.mark.parametrize("name", ["url_shortener", "twitter"])
@pytest.mark.mostly_slow(2)
def test_same_input_same_bytes(name):
    code = (
        "import sys; from sysdesign.export import export; from sysdesign.workbench import open_design\n"
        "s = open_design(sys.argv[1]).study\n"
        "for n in ('d2', 'mermaid', 'plantuml', 'structurizr'): sys.stdout.write(export(s, n).text)"
    )
    import os

    texts = {
        subprocess.run([sys.executable, "-c", code, str(ROOT / f"examples/{name}.yaml")], check=True,
                       capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(texts) == 1


def test_a_design_of_which_little_is_known_is_exported():
    bare = study_text(
        "sysdesign: 1\nproblem: {actors: {a: {}}}\noperations: {go: {actor: a, path: [web]}, idle: {}}\n"
        "components: {web: {kind: service}, db: {kind: sql_database}}\n"
    )
    for name, view in VIEWS:
        for operation in ("go", "idle"):
            assert written(bare, name, view, operation).text
    (relation,) = gather(bare).relations
    assert (relation.source, relation.target, relation.peak) == ("a", "web", "")


def test_an_empty_design_is_exported():
    for name, view in VIEWS:
        if view != "sequence":
            assert export(study_text("sysdesign: 1\n", "x.yaml"), name, view).text


def test_ways_of_a_block_begin_with_the_same_number(photos):
    view = export(photos, "structurizr").text.partition("operation_view")[2].partition("}")[0]
    steps = re.findall(r"(\d+): (\w+) -> (\w+)", view)
    assert steps == [
        ("1", "friend", "lb"), ("2", "lb", "web"), ("3", "web", "memory"), ("4", "web", "album"),
        ("3", "web", "ads"), ("5", "lb", "friend"),
    ]  # fmt: skip
