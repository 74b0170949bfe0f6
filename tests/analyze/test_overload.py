"""Nothing looks better as the load grows through overload, unless it says that calls are lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from sysdesign.analyze import analyze, sweep
from sysdesign.network import Network
from sysdesign.workbench import open_design

ROOT = Path(__file__).parents[2]
DESIGNS = sorted(
    [*(ROOT / "examples").glob("*.yaml"), *(ROOT / "tests/data/designs").glob("*.yaml")]
)
FACTORS = (1.0, 2.0, 3.0, 5.0, 5.5, 5.7, 5.71, 5.72, 5.73, 6.0, 8.0, 10.0, 20.0, 50.0, 100.0)
SAME = 0.99
MORE_LOST = 1e-3


def fixed(path: Path) -> Network:
    """The network of a design; instances that are added would be true relief."""
    made: Network = open_design(str(path)).study.analysis.state.network
    stations = {name: replace(one, autoscale=None) for name, one in made.stations.items()}
    return replace(made, stations=stations)


@pytest.mark.slow
@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_load_curve_does_not_fall(path: Path) -> None:
    busiest, times, lost = 0.0, dict[str, float](), dict[str, float]()
    for point in sweep(analyze(fixed(path)), FACTORS).points:
        use = max(point.utilisation.values(), default=0.0)
        assert use >= SAME * busiest, point.load
        busiest = use
        for name, one in point.times.items():
            p99 = float("inf") if one.p99_s is None else one.p99_s
            more = point.lost[name] > lost.get(name, 0.0) + MORE_LOST
            assert p99 >= SAME * times.get(name, 0.0) or more, (point.load, name)
            times[name], lost[name] = p99, point.lost[name]


@pytest.mark.slow
def test_calls_that_give_up_are_no_relief() -> None:
    """A store that is called twice, by calls that time out: from 5.7x to 8x of its peak."""
    made = open_design(
        str(ROOT / "examples" / "one_million_users.yaml")
    ).study.analysis.state.network
    busiest, p99 = 0.0, 0.0
    for factor in (5.5, 5.7, 5.72, 5.73, 6.0, 8.0):
        found = analyze(made, factor)
        use = found.stations["activities"].utilisation or 0.0
        time = found.operations["log_activity"].times.p99_s or float("inf")
        assert use >= busiest
        assert time >= p99
        busiest, p99 = use, time
    assert busiest > 1.3
    assert p99 == float("inf")
