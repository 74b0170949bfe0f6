"""Bytes between zones and regions, by hand, and what they cost."""

from collections.abc import Mapping

import pytest

from sysdesign.study import Study
from sysdesign.study.between import Pair
from sysdesign.study.between import bytes_between as all_between
from sysdesign.workbench import Workbench, open_text

TEXT = """\
sysdesign: 1
conventions: {month: 30 day}
problem: {actors: {reader: {from: {eu: 50%, us: 50%}}}}
places: {eu: {zones: [eu-a, eu-b]}, us: {zones: [us-a, us-b]}}
operations:
  look: {actor: reader, rate: 100 req/s, path: [web: [posts: {do: read, of: post}]]}
  send: {actor: reader, rate: 10 req/s, path: [web: [posts: {do: write, of: post}]]}
data: {post: {store: posts, key: id, size: 1 kB}}
components:
  web: {kind: service, in: [eu, us], replicas: 4, price: 1 USD/month}
  posts: {kind: key_value_store, in: eu, shards: 1, copies: 2, price: 1 USD/month}
links: {eu <-> us: {rtt: 90 ms, price: 0.05 USD/GB}}
"""


def bench(*changes: str) -> Workbench:
    return open_text(TEXT, set=changes)


def bytes_between(study: Study) -> Mapping[str, Mapping[Pair, float]]:
    return all_between(study.design, study.estimate, study.network)


def test_half_of_the_calls_cross_the_sea_and_half_of_the_rest_a_zone() -> None:
    found = bytes_between(bench().study)
    assert found["look"] == pytest.approx({("eu", "eu"): 0.5 * 0.5 * 1000, ("eu", "us"): 500})
    # The write itself, and one more copy that lies in the other zone half of the time.
    assert found["send"] == pytest.approx({("eu", "eu"): 250 + 500, ("eu", "us"): 500})


def test_stated_bytes_replace_those_of_records() -> None:
    path = (
        "operations.look.path=[web: [posts: {do: read, of: post, request: 10 B, response: 90 B}]]"
    )
    assert bytes_between(bench(path).study)["look"][("eu", "us")] == pytest.approx(50)


def test_every_region_gets_a_copy_of_a_write() -> None:
    found = bytes_between(
        bench(
            "components.posts.in=[eu, us]",
            "components.posts.copies={count: {eu: 1, us: 1}, mode: peers}",
        ).study
    )
    assert found["send"][("eu", "us")] == pytest.approx(1000)
    assert found["look"].get(("eu", "us"), 0) == 0


def test_what_a_provider_runs_costs_nothing_between_zones() -> None:
    found = bytes_between(bench("components.posts.managed=true").study)
    assert ("eu", "eu") not in found["look"]


def test_money_is_bytes_times_the_price_of_the_way_else_the_cited_one() -> None:
    study = bench().study
    figure = study.figure("system.place_cost")
    assert figure is not None
    seconds = 30 * 86_400
    cross = (100 * 500 + 10 * 500) * seconds / 1e9 * 0.05
    zones = (100 * 250 + 10 * 750) * seconds / 1e9 * 0.01  # base.price.inter_zone, 2026
    assert figure.median * seconds == pytest.approx(cross + zones)
    assert "eu <-> eu.price = 0.01 USD/GB (base.price.inter_zone, 2026)" in figure.defaults
    whole = study.figure("cost")
    assert whole is not None
    assert whole.median * seconds == pytest.approx(4 + 2 + cross + zones)


def test_operations_and_the_whole_agree_and_it_grows_with_the_load() -> None:
    from sysdesign.study.money import grown_cost

    study = bench().study
    parts = [study.figure(f"{name}.place_cost") for name in ("look", "send")]
    whole = study.figure("system.place_cost")
    assert whole is not None
    assert sum(p.median for p in parts if p) == pytest.approx(whole.median)
    cost, twice = study.figure("cost"), grown_cost(study, 2.0)
    assert cost is not None
    assert twice is not None
    assert twice - cost.median == pytest.approx(whole.median)


def test_without_places_nothing_is_paid() -> None:
    study = bench("places=null", "components.web.in=null", "components.posts.in=null",
                  "links=null", "problem=null", "operations.look.actor=null",
                  "operations.send.actor=null").study  # fmt: skip
    assert study.figure("system.place_cost") is None
    assert study.figure("cost") is not None
