"""Whole designs by formulas and by simulation: stations are as busy in both."""

from pathlib import Path

import pytest

from sysdesign.analyze import visited
from sysdesign.simulate.watch import Alone
from sysdesign.study.beside import beside
from sysdesign.workbench import open_design
from sysdesign.workbench.simulation import Asked, simulate

ROOT = Path(__file__).parents[2]
DESIGNS = [ROOT / "examples/one_million_users.yaml", ROOT / "tests/data/designs/payments.yaml",
           ROOT / "tests/data/designs/url_shortener.yaml"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_what_formulas_trust_is_as_busy_in_a_simulation(path: Path) -> None:
    (found,) = simulate(
        open_design(str(path)), Asked(precision=(0.3, 0.6), most_s=4.0), Alone()
    ).runs
    assert found.simulated.state.is_steady
    told = {row.operation: row.why for row in beside(found.study, found.simulated) if row.why}
    assert not {name: why for name, why in told.items() if "busy in the simulation" in why}
    analysed, network = found.study.analysis.stations, found.study.network
    jobs = {flow.operation for flow in network.flows if flow.every_s is not None}  # seldom at work
    apart = {name for job in jobs for name in visited(network, job)}
    for name, one in found.simulated.stations.items():
        known = analysed[name]
        scaled = network.stations[name].autoscale  # has not found its number yet
        if one.utilisation is None or known.mean_utilisation is None or scaled or name in apart:
            continue
        assert one.utilisation.value == pytest.approx(known.mean_utilisation, rel=0.15, abs=0.02), (
            name
        )
