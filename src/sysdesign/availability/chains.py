"""What is not a matter of yes and no: small Markov chains of failing, taking over and repairing.

Source: Trivedi, Probability and Statistics with Reliability, Queuing and Computer Science
Applications (2nd edition, 2001), chapter 8; Patterson, Gibson and Katz, RAID (SIGMOD 1988), for the
mean time to the loss of data.
"""

from collections.abc import Sequence
from math import expm1, inf

_MOST = 1000
"""Copies that are followed one by one until all are lost."""


def steady(rates: Sequence[Sequence[float]]) -> list[float]:
    """Share of the time in each state of a chain; `rates[i][j]` a second from state i to j.

    Without subtractions, so that small shares keep all their digits. The chain comes from each
    state to state 0. Source: Grassmann, Taksar and Heyman, Operations Research 33 (1985).
    """
    q = [list(row) for row in rates]
    for last in range(len(q) - 1, 0, -1):
        out = sum(q[last][:last])
        for i in range(last):
            q[i][last] /= out
            for j in range(last):
                if i != j:
                    q[i][j] += q[i][last] * q[last][j]
    weights = [1.0]
    for i in range(1, len(q)):
        weights.append(sum(weights[j] * q[j][i] for j in range(i)))
    whole = sum(weights)
    return [weight / whole for weight in weights]


def down_share(every_s: float, repair_s: float) -> float:
    """Share of the time that one thing is down which works `every_s` and is repaired `repair_s`."""
    return repair_s / (every_s + repair_s) if repair_s > 0 else 0.0


def number_down(count: int, every_s: float, repair_s: float, crews: int = 0) -> list[float]:
    """Share of the time that 0, 1, ... `count` of like things are down.

    So many `crews` repair at the same time, one thing each; 0: one for each thing.
    """
    crews = crews or count
    rates = [[0.0] * (count + 1) for _ in range(count + 1)]
    for down in range(count):
        rates[down][down + 1] = (count - down) / every_s
        rates[down + 1][down] = min(down + 1, crews) / repair_s
    return steady(rates)


def taking_over(every_s: float, failover_s: float) -> float:
    """Share of the time that nobody leads: after each failure of a leader for `failover_s`."""
    return failover_s / (every_s + failover_s) if failover_s > 0 else 0.0


def share_before(moment_s: float, repair_s: float) -> float:
    """Part of an outage that lies in its first `moment_s`; repairs are exponential."""
    if moment_s <= 0:
        return 0.0
    return -expm1(-moment_s / repair_s) if repair_s > 0 else 1.0


def time_to_loss(count: int, every_s: float, rebuild_s: float) -> float:
    """Mean seconds until all of `count` copies are lost, each rebuilt by itself meanwhile.

    Of more than a thousand copies it is the time of a thousand: at least that.
    """
    count = min(count, _MOST)
    if count <= 0:
        return 0.0
    if rebuild_s <= 0:
        return inf
    whole = step = 0.0
    for lost in range(count):
        step = (1.0 + lost / rebuild_s * step) * every_s / (count - lost)
        whole += step
    return whole
