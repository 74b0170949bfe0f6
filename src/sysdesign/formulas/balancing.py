"""How well work is shared out: policies of a load balancer, hot keys, hash rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sysdesign.formulas.number import limited, numpy_module, per, where
from sysdesign.formulas.special import gamma_above
from sysdesign.formulas.stations import wait_mg

if TYPE_CHECKING:
    from sysdesign.formulas.number import Number

_FINITE_TERM = 0.7  # fitted to simulations of 5 to 50 instances, loads 0.6 to 0.97


def random_wait(
    arrival_per_s: Number, service_s: Number, instances: int, servers: int = 1, scv: float = 1.0
) -> Number:
    """Mean wait when each call goes to any instance of so many servers, by chance.

    Exact as far as `wait_mg` is: a Poisson stream split by chance is Poisson.
    """
    return wait_mg(arrival_per_s / _some(instances), service_s, servers, scv)


def round_robin_wait(
    arrival_per_s: Number, service_s: Number, instances: int, servers: int = 1, scv: float = 1.0
) -> Number:
    """Mean wait when instances take turns: each gets every n-th call, an arrival scv of 1/n.

    Source: Whitt, "The Queueing Network Analyzer" (1983), for the arrivals.
    """
    return wait_mg(
        arrival_per_s / _some(instances), service_s, servers, scv, arrival_scv=1 / instances
    )


def least_connections_wait(
    arrival_per_s: Number, service_s: Number, instances: int, servers: int = 1, scv: float = 1.0
) -> Number:
    """Mean wait when each call goes to the least busy instance: close to one common queue.

    A lower bound; ten instances of one server at 90% load have a sojourn 14% longer than this.
    """
    return wait_mg(arrival_per_s, service_s, _some(instances) * servers, scv)


def power_of_two_wait(
    arrival_per_s: Number, service_s: Number, instances: int, scv: float = 1.0
) -> Number:
    """Mean wait when each call goes to the less busy of two instances picked by chance.

    Within 4% of the sojourn for exponential service and five instances or more; with an scv the
    wait is scaled by (1 + scv) / 2. Never less than from one common queue; inf in overload.

    Raises: ValueError if there is no instance.
    Assumes: Poisson arrivals, one server an instance.
    Source: Mitzenmacher, IEEE Trans. Parallel and Distributed Systems 12(10), 2001, for endlessly
    many; the term for few is our fit.
    """
    load = arrival_per_s * service_s / _some(instances)
    if instances == 1:
        return wait_mg(arrival_per_s, service_s, 1, scv)
    below = limited(load, 0.0, 1.0)
    endless: Number = sum(below ** (2**i - 2) for i in range(2, 24))
    few = per(_FINITE_TERM * below**5, instances * (1 - load))
    wait = (endless + few) * service_s * (1 + scv) / 2
    least = least_connections_wait(arrival_per_s, service_s, instances, scv=scv)
    return where(wait > least, wait, least)


def hottest_over_mean(shards: int, hottest_key: float) -> float:
    """Load of the busiest shard over the mean, where one key has this share of all calls.

    The other keys are spread evenly.

    >>> round(hottest_over_mean(10, 0.05), 6)
    1.45
    """
    if not 0 <= hottest_key <= 1:
        raise ValueError(f"a key with {hottest_key:g} of all calls: give a share from 0 to 1")
    return _some(shards) * hottest_key + 1 - hottest_key


def ring_imbalance(nodes: int, virtual_nodes: int = 1) -> float:
    """Expected share of the fullest node of a hash ring over the mean share.

    Shares are a Dirichlet law, gamma variables over their sum; the sum being independent of the
    shares, this is exactly the mean of the largest of n gamma variables of shape v, over v.

    Raises: ValueError if there are no nodes.
    Source: Karger and others, "Consistent hashing and random trees" (STOC 1997), for the ring;
    Devroye, Non-Uniform Random Variate Generation (1986), section XI.4, for the shares.

    >>> round(ring_imbalance(10), 4), round(ring_imbalance(10, 100), 2)
    (2.929, 1.16)
    """
    _some(nodes)
    if virtual_nodes < 1:
        raise ValueError(f"{virtual_nodes} virtual nodes: give 1 or more")
    np = numpy_module()
    end = virtual_nodes + (12 + 3 * np.log(nodes)) * virtual_nodes**0.5 + 30 + np.log(nodes)
    x = np.linspace(0.0, end, 4001)
    above = np.minimum(gamma_above(virtual_nodes, x), 1 - 1e-16)
    fullest = -np.expm1(nodes * np.log1p(-above))
    area = fullest.sum() - (fullest[0] + fullest[-1]) / 2
    return float(area * x[1]) / virtual_nodes


def _some(count: int) -> int:
    if count < 1:
        raise ValueError(f"{count} of them: give 1 or more")
    return count
