"""Whole designs: they are lowered, and calls are counted as the estimates count them."""

from functools import cache
from pathlib import Path

import pytest

from sysdesign.lower import lower
from sysdesign.network import Call, Choice, Hold, Network, Number, Visit, expected
from sysdesign.study.numbers import Draws, Medians
from sysdesign.workbench import Workbench, open_design
from tests.markdown import ROOT
from tests.read.designs import FOLDER

FILES = sorted([*FOLDER.glob("*.yaml"), *(ROOT / "examples").glob("*.yaml")])
DRAWS = 100
each = pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}-{p.stem}")


@cache
def opened(path: Path) -> Workbench:
    return open_design(str(path))


@cache
def of(path: Path) -> Network:
    return lower(opened(path).study.design, Medians(opened(path).study.estimate))


@each
@pytest.mark.mostly_slow(3)
def test_a_design_is_lowered_whole(path: Path) -> None:
    network, design = of(path), opened(path).study.design
    assert not network.unknown
    assert set(network.operations()) == set(design.operations)
    assert {s.component for s in network.stations.values()} >= set(design.components)


@each
def test_everything_that_is_visited_or_held_is_a_station(path: Path) -> None:
    network = of(path)
    for flow in network.flows:
        for node, _ in expected(flow.root):
            if isinstance(node, Visit | Hold):
                assert node.station in network.stations
            if isinstance(node, Hold):
                assert network.stations[node.station].slots is not None
            if isinstance(node, Choice):
                assert sum(branch.share for branch in node.branches) == pytest.approx(1)


@each
def test_origins_share_all_calls_of_an_operation(path: Path) -> None:
    estimate = opened(path).study.estimate
    for operation in of(path).operations():
        figure = estimate.figure(f"{operation}.peak_rate")
        found = sum(f.rate_per_s for f in of(path).flows if f.operation == operation)
        assert figure is not None
        assert found == pytest.approx(figure.median, rel=1e-9)


@each
@pytest.mark.mostly_slow(3)
def test_calls_are_counted_as_the_estimates_count_them(path: Path) -> None:
    """Items asked of each component, from the trees and from the paths, draw by draw."""
    computed = [f"components.{name}.hit={hit}" for name, hit in _computed_hits(path).items()]
    study = open_design(str(path), set=computed).study
    network = lower(study.design, Draws(study.estimate, DRAWS))
    found: dict[str, Number] = {}
    for flow in network.flows:
        for node, count in expected(flow.root):
            if isinstance(node, Call) and node.target in study.design.components:
                more = flow.rate_per_s * count * node.items
                found[node.target] = found.get(node.target, 0.0) + more
    for name in study.design.components:
        figure = study.figure(f"{name}.peak_rate")
        assert (name in found) == (figure is not None)
        if figure is not None:
            wanted = figure.quantity.value.samples()[:DRAWS]
            assert found[name] == pytest.approx(wanted, rel=1e-9)


def _computed_hits(path: Path) -> dict[str, float]:
    """Hit ratios that follow from popularity and memory, which the rates do not know of yet."""
    components = opened(path).study.design.components
    return {
        node.component: float(node.branches[1].share)
        for flow in of(path).flows
        for node, _ in expected(flow.root)
        if isinstance(node, Choice) and node.why == "miss"
        and components[node.component].hit is None
    }  # fmt: skip


@each
def test_draws_are_the_same_network_many_times(path: Path) -> None:
    estimate = opened(path).study.estimate
    draws = lower(opened(path).study.design, Draws(estimate, DRAWS))
    assert list(draws.stations) == list(of(path).stations)
    assert [(f.operation, f.origin) for f in draws.flows] == [
        (f.operation, f.origin) for f in of(path).flows
    ]
    assert draws.defaults == of(path).defaults


def test_draws_are_counted() -> None:
    estimate = opened(FILES[0]).study.estimate
    for count in (0, 10_001):
        with pytest.raises(ValueError, match="draws"):
            Draws(estimate, count)


@each
def test_without_a_region_ways_that_do_not_meet_it_are_as_they_were(path: Path) -> None:
    """What is taken from the usual network is what would be made again."""
    usual, study = of(path), opened(path).study
    for place in usual.places:
        anew = lower(study.design, Medians(study.estimate), [place])
        taken = lower(study.design, Medians(study.estimate), [place], usual)
        assert taken.flows == anew.flows
        assert anew.stations.items() <= taken.stations.items()
        called = {
            node.station
            for flow in taken.flows
            for node, _ in expected(flow.root)
            if isinstance(node, Visit | Hold)
        }
        assert called <= anew.stations.keys()  # others keep standing, and are called no more
        assert taken.places == anew.places
        assert taken.unknown == anew.unknown
