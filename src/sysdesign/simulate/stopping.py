"""How long to simulate: warm-up, length and number of replications, until intervals are narrow."""

from collections.abc import Sequence
from math import ceil, isfinite

from sysdesign.network import Delay, Network, Visit, expected
from sysdesign.records import dataclass
from sysdesign.simulate.result import OperationRun

CORES = 2
"""Cores that plans are made for, so that they are the same on every machine; more are used."""
REPLICATIONS = 10
"""Replications of a round: enough for Student's t to be close to normal (2.26 for 1.96)."""
PILOT_VISITS = 300_000
"""Visits of stations that the pilot makes: a tenth of a second on one core."""
PILOT_LEAST_S = 5.0
PILOT_INTERVALS = 200
_LONGER = 4.0
_SPARE = 1.15
LOOKED = 1.5  # times as long as a reaction takes
_WARM = 2.0  # a replication is at least so many times as long as its warm-up
_RARE = 1e-4  # of the calls
GUESS_PER_S = 1_000_000.0
"""Visits that one core simulates in a second, until it was measured: those of a large design."""
SETTLE_S = 10.0
"""Seconds that are run after each failure and each repair, at least where there is time for it."""
DOWN_TIMES = 10.0
"""How many times as wide as that of a mean the interval of a share of failed calls may be."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a second of a network brings, by its rates: visits of stations, calls of operations."""

    visits_per_s: float
    calls_per_s: float
    slowest_s: float


def pace(network: Network, load: float = 1.0) -> Pace:
    """The pace of a network at a factor on its peak, first attempts alone."""
    visits = calls = slowest = 0.0
    whole = sum(float(flow.rate_per_s) for flow in network.flows)
    for flow in network.flows:
        runs = float(flow.rate_per_s) * load
        calls += runs
        takes = 0.0
        for node, count in expected(flow.root):
            if isinstance(node, Visit):
                visits += runs * float(count)
                takes += float(count) * float(node.work.mean_s) * float(node.items)
            elif isinstance(node, Delay):
                takes += float(count) * float(node.spread.mean_s)
        if float(flow.rate_per_s) >= _RARE * whole:  # one long run a minute settles nothing
            slowest = max(slowest, takes)
    return Pace(visits, calls, slowest)


def parts_for(network: Network, reacts_s: float, most_s: float) -> float:
    """How thin a slice has to be for a look and a first round to fit into half of the time."""
    able = GUESS_PER_S * CORES * most_s / 2
    return pace(network).visits_per_s * _needed_s(network, reacts_s) / max(able, 1.0)


def affordable_s(network: Network, reacts_s: float, most_s: float) -> float:
    """As much of the time that something needs to react as there is time for."""
    parts = parts_for(network, reacts_s, most_s)
    return reacts_s if parts <= 1 else reacts_s / parts


def _needed_s(network: Network, reacts_s: float) -> float:
    """Seconds that a look and a first round simulate, all replications together."""
    settles = max(pilot_s(network), LOOKED * reacts_s)
    warm = max(reacts_s, 0.1 * settles)
    return CORES * settles + REPLICATIONS * (1 + _WARM) * warm


def longest_s(network: Network, most_s: float) -> float:
    """Seconds of a look that there is time for, however many calls come."""
    return GUESS_PER_S * most_s / 2 / max(pace(network).visits_per_s, 1e-9)


def pilot_s(network: Network) -> float:
    """Seconds of the first look: some hundred thousand visits, many times the slowest call."""
    found = pace(network)
    busy = max(found.visits_per_s, found.calls_per_s, 1e-9)
    return max(PILOT_VISITS / busy, PILOT_LEAST_S, 20 * found.slowest_s)


def first_length_s(network: Network, warm_up_s: float) -> float:
    """Seconds of each replication of the first round."""
    found = pace(network)
    busy = max(found.visits_per_s, found.calls_per_s, 1e-9)
    return max(PILOT_VISITS / busy, _WARM * warm_up_s, 20 * found.slowest_s)


def next_length_s(
    done: Sequence[OperationRun], precision: tuple[float, float], measured_s: float, most_s: float
) -> float | None:
    """Seconds of each replication of the next round; None where all is narrow enough.

    The width of an interval falls with the root of what is simulated. `measured_s` is what was
    counted so far, all replications together, `most_s` the longest that a replication may be.
    """
    short = max((_shortfall(one, precision) for one in done), default=0.0)
    if short <= 1:
        return None
    if not isfinite(short):
        short = _LONGER
    more = measured_s * (min(short * short * _SPARE, 1 + _LONGER) - 1) / REPLICATIONS
    return min(max(more, measured_s / REPLICATIONS / 2), most_s)


def _shortfall(one: OperationRun, precision: tuple[float, float]) -> float:
    """How many times too wide the interval of an operation is; 0 where it has no calls."""
    times = one.times
    if one.started == 0 or (one.completed == 0 and one.failed > 0):
        return 0.0
    if times.mean_s is None or times.p99_s is None:
        return float("inf")
    return max(times.mean_s.width / precision[0], times.p99_s.width / precision[1])


def replications(run_visits: float, budget_visits: float) -> int:
    """How often a scenario is run: ten times, or as there is time for; two at least."""
    if run_visits <= 0:
        return REPLICATIONS
    able = ceil(budget_visits / run_visits)
    return max(min(able // CORES * CORES, REPLICATIONS), CORES)
