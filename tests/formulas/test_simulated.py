"""Formulas against the slow event simulation, over independent runs with 99.9% intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sysdesign.formulas.balancing import power_of_two_wait
from sysdesign.formulas.delays import series, spread, waiting
from sysdesign.formulas.forkjoin import fork_join_mean
from sysdesign.formulas.joins import slowest
from sysdesign.formulas.laws import EXPONENTIAL
from sysdesign.formulas.pools import Held, pool, throughputs
from sysdesign.formulas.readings import percentiles, share_above
from sysdesign.formulas.retries import safe_load, with_retries
from sysdesign.formulas.stations import erlang_c, wait_mg, wait_mm
from sysdesign.formulas.tables import lognormal

from .oracle import Call, Simulation, Station, interval, quantile, runs, visit

pytestmark = pytest.mark.slow

CALLS = 20_000
WARM = 2_000  # first calls, which find it emptier than it will be


def measured(
    simulation: Simulation, rate: float, path: Callable[[], Call], calls: int = CALLS
) -> list[float]:
    """Times of all calls but the first."""
    times: list[float] = []

    def call(number: int) -> Call:
        start = simulation.now
        yield from path()
        if number >= WARM:
            times.append(simulation.now - start)

    simulation.arrivals(rate, calls, call)
    simulation.run()
    return times


def mean(times: list[float]) -> float:
    return sum(times) / len(times)


def at(simulation: Simulation, station: Station, seconds: float) -> Call:
    yield station
    yield seconds
    simulation.leave(station)


def test_the_simulation_itself_on_m_m_3() -> None:
    def one(simulation: Simulation) -> float:
        station, draw = Station(3), simulation.random.expovariate

        def path() -> Call:
            return at(simulation, station, draw(1.0))

        return mean(measured(simulation, 2.1, path, calls=60_000))

    found, half = runs(one)
    assert found == pytest.approx(1 + wait_mm(2.1, 1.0, 3), abs=half)
    assert half < 0.02 * found


def test_p99_of_two_stations_one_after_the_other() -> None:
    """Exact: sojourns at M/M/1 in tandem are independent (Reich 1957)."""

    def one(simulation: Simulation) -> float:
        first, second, draw = Station(1), Station(1), simulation.random.expovariate

        def path() -> Call:
            yield from at(simulation, first, draw(1.0))
            yield from at(simulation, second, draw(2.0))

        return quantile(measured(simulation, 0.6, path), 0.99)

    found, half = runs(one)
    sojourns = [
        series([waiting(0.6 * m, wait_mm(0.6, m, 1), 0.6 * m, EXPONENTIAL), spread(EXPONENTIAL, m)])
        for m in (1.0, 0.5)
    ]
    assert percentiles(series(sojourns), [0.99])[0] == pytest.approx(found, abs=half)
    assert half < 0.05 * found


@pytest.mark.parametrize(
    ("servers", "load", "scv", "off"),
    [(4, 0.8, 2.0, 0.05), (2, 0.6, 4.0, 0.15), (8, 0.8, 4.0, 0.15)],
)
def test_bursty_service_on_several_servers(
    servers: int, load: float, scv: float, off: float
) -> None:
    """Lognormal: mean within 3%; p99 within 5% up to scv 2, within 15% above."""
    shape = lognormal(scv)
    sigma = shape.sigma  # type: ignore[attr-defined]
    results: list[float] = []

    def one(simulation: Simulation) -> float:
        station = Station(servers)

        def path() -> Call:
            seconds = simulation.random.lognormvariate(-(sigma**2) / 2, sigma)
            return at(simulation, station, seconds)

        times = measured(simulation, load * servers, path, calls=40_000)
        results.append(quantile(times, 0.99))
        return mean(times)

    found, half = runs(one, 12)
    wait = wait_mg(load * servers, 1.0, servers, scv, light=shape.light_load_ratio(servers))
    chance = erlang_c(load * servers, servers)
    sojourn = series([waiting(chance, wait, load, shape), spread(shape, 1.0)])
    assert sojourn.mean_s == pytest.approx(found, abs=half + 0.03 * found)
    p99, half = interval(results)
    assert percentiles(sojourn, [0.99])[0] == pytest.approx(p99, abs=half + off * p99)


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_fork_and_join(load: float) -> None:
    """Mean within 5%; p99 by the product of branches taken as independent, within 5%."""
    branches = 4
    p99s: list[float] = []

    def one(simulation: Simulation) -> float:
        stations, draw = [Station(1) for _ in range(branches)], simulation.random.expovariate
        longest: dict[int, float] = {}

        def fork(number: int) -> Call:
            start = simulation.now

            def done() -> None:
                longest[number] = simulation.now - start

            for station in stations:
                simulation.start(visit(simulation, station, draw(1.0), done))
            yield 0.0

        simulation.arrivals(load, CALLS, fork)
        simulation.run()
        times = [longest[number] for number in range(WARM, CALLS)]
        p99s.append(quantile(times, 0.99))
        return mean(times)

    found, half = runs(one)
    assert fork_join_mean(load, 1.0, branches) == pytest.approx(found, abs=half + 0.05 * found)
    branch = spread(EXPONENTIAL, 1 / (1 - load))
    p99, half = interval(p99s)
    known = percentiles(slowest([branch] * branches), [0.99])[0]
    assert known == pytest.approx(p99, abs=half + 0.05 * p99)


def test_retries_in_the_good_state() -> None:
    """Below the safe load, so that no run tips over. Given up calls are still served."""
    rate, servers, timeout, retries = 3.2, 10, 1.5, 2
    assert rate / servers < safe_load(retries)

    def one(simulation: Simulation) -> float:
        station, draw = Station(servers), simulation.random.expovariate
        attempts = [0]

        def call(number: int) -> Call:
            for _ in range(retries + 1):
                ended: list[bool] = []
                attempts[0] += number >= WARM
                visited = visit(simulation, station, draw(1.0), lambda e=ended: e.append(True))  # type: ignore[misc]
                simulation.start(visited)
                yield timeout
                if ended:
                    return

        simulation.arrivals(rate, CALLS, call)
        simulation.run()
        return attempts[0] / (CALLS - WARM)

    found, half = runs(one)

    def late(attempts_per_s: Any) -> Any:
        wait = wait_mm(attempts_per_s, 1.0, servers)
        chance = erlang_c(attempts_per_s, servers)
        delay = waiting(chance, wait, attempts_per_s / servers, EXPONENTIAL)
        return share_above(series([delay, spread(EXPONENTIAL, 1.0)]), timeout)

    known: Any = with_retries(rate, late, retries).amplification
    assert known == pytest.approx(found, abs=half + 0.02 * found)
    assert half < 0.02 * found


def test_a_pool_before_two_stations() -> None:
    """Exponential stations behind; the whole time within 5% at 85% of capacity."""
    slots, held = 10, [Held(0.5), Held(0.3, 4), Held(0.08, 1)]
    rate = 0.85 * float(throughputs(held, slots)[-1])

    def one(simulation: Simulation) -> float:
        free, first, second = Station(slots), Station(4), Station(1)
        draw = simulation.random.expovariate

        def path() -> Call:
            yield free
            yield draw(1 / 0.5)
            yield from at(simulation, first, draw(1 / 0.3))
            yield from at(simulation, second, draw(1 / 0.08))
            simulation.leave(free)

        return mean(measured(simulation, rate, path))

    found, half = runs(one)
    result: Any = pool(rate, slots, held)
    assert result.wait_s + result.hold_s == pytest.approx(found, abs=half + 0.05 * found)
    assert half < 0.05 * found


@pytest.mark.parametrize("load", [0.6, 0.9])
def test_the_less_busy_of_two(load: float) -> None:
    instances = 6

    def one(simulation: Simulation) -> float:
        stations, draw = [Station(1) for _ in range(instances)], simulation.random.expovariate

        def path() -> Call:
            pair = simulation.random.sample(stations, 2)
            return at(simulation, min(pair, key=lambda s: s.inside), draw(1.0))

        return mean(measured(simulation, load * instances, path))

    found, half = runs(one)
    known = 1 + power_of_two_wait(load * instances, 1.0, instances)
    assert known == pytest.approx(found, abs=half + 0.04 * found)
