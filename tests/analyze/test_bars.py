"""Mean waits of stations of many servers against exact chains; few servers are in tests/formulas."""

import pytest

from sysdesign.formulas.stations import wait_mg
from tests.formulas import exact

LOADS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
LAWS = {0.5: exact.erlang(2), 2.0: exact.hyperexponential(2.0), 4.0: exact.hyperexponential(4.0)}


def off(load: float, servers: int, scv: float, true: float) -> float:
    return float(wait_mg(load * servers, 1.0, servers, scv)) / true - 1


@pytest.mark.slow
def test_up_to_fifty_servers_within_six_percent_and_one_and_a_half_on_average():
    errors: dict[tuple[float, int, float], float] = {}
    for servers in (1, 5, 16, 50):
        for load in LOADS:
            for scv, law in LAWS.items():
                true = exact.wait_m_ph_c(load * servers, law, servers)
                if true > 1e-8:  # below, the exact solution is mostly rounding
                    errors[scv, servers, load] = off(load, servers, scv, true)
            true = exact.wait_m_d_c(load, servers)
            if true > 1e-8:
                errors[0.0, servers, load] = off(load, servers, 0.0, true)
    worst = max(errors, key=lambda case: abs(errors[case]))
    assert abs(errors[worst]) < 0.06, worst
    assert sum(map(abs, errors.values())) / len(errors) < 0.015
    assert len(errors) > 80


@pytest.mark.parametrize("scv", LAWS)
def test_very_many_servers_hardly_wait_below_full_load(scv):
    assert wait_mg(0.7 * 500, 1.0, 500, scv) < 1e-6
