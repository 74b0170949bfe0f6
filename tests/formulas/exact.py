"""Exact results for single stations, worked out another way than the package does (scipy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement

import numpy as np
from scipy import integrate, linalg, stats


@dataclass(frozen=True)
class Phases:
    """A service law made of exponential phases.

    A call starts in phase i with probability `start[i]`, leaves it at `rates[i]`, and then goes
    on to phase `following[i]` or, where that is None, is done.
    """

    start: tuple[float, ...]
    rates: tuple[float, ...]
    following: tuple[int | None, ...]

    @property
    def generator(self) -> np.ndarray:
        matrix = np.diag([-rate for rate in self.rates])
        for i, after in enumerate(self.following):
            if after is not None:
                matrix[i, after] += self.rates[i]
        return matrix

    def moment(self, order: int) -> float:
        inverse = np.linalg.inv(-self.generator)
        vector = np.array(self.start) @ np.linalg.matrix_power(inverse, order)
        return float(vector.sum()) * (1, 1, 2, 6)[order]


def erlang(stages: int) -> Phases:
    """Mean 1, scv 1/stages."""
    return Phases(
        (1.0,) + (0.0,) * (stages - 1),
        (float(stages),) * stages,
        (*range(1, stages), None),
    )


def hyperexponential(scv: float) -> Phases:
    """Mean 1, two phases of equal load."""
    share = (1 + ((scv - 1) / (scv + 1)) ** 0.5) / 2
    return Phases((share, 1 - share), (2 * share, 2 * (1 - share)), (None, None))


@cache
def wait_m_ph_c(arrival: float, law: Phases, servers: int) -> float:
    """Mean wait of M/PH/c: the Markov chain of calls present and how many are in each phase.

    Levels up to `servers` one by one, above them matrix-geometric (Neuts 1981).
    """
    states = [{s: i for i, s in enumerate(_spread(n, len(law.rates)))} for n in range(servers + 1)]
    up = [_arrive(arrival, law, states[n], states[n + 1]) for n in range(servers)]
    down = [None] + [_leave(law, states[n], states[n - 1]) for n in range(1, servers + 1)]
    within = [_move(law, states[n]) for n in range(servers + 1)]
    full = states[servers]
    lower = _refill(law, full, states[servers - 1])
    size = len(full)
    ahead = arrival * np.eye(size)
    stay = within[servers] - np.diag(within[servers].sum(1) + lower.sum(1) + arrival)
    rate = _rate_matrix(ahead, stay, lower)
    offsets = np.cumsum([0] + [len(s) for s in states])
    whole = np.zeros((offsets[-1], offsets[-1]))
    for n in range(servers + 1):
        here = slice(offsets[n], offsets[n + 1])
        whole[here, here] += within[n] - np.diag(within[n].sum(1))
        if n < servers:
            whole[here, offsets[n + 1] : offsets[n + 2]] += up[n]
        whole[here, here] -= arrival * np.eye(len(states[n]))
        if n:
            whole[here, offsets[n - 1] : offsets[n]] += down[n]
            whole[here, here] -= np.diag(down[n].sum(1))
        if n == servers:
            whole[here, here] += rate @ lower
    geometric = np.linalg.inv(np.eye(size) - rate)
    weights = np.ones(offsets[-1])
    weights[offsets[servers] :] = geometric.sum(1)
    whole[:, 0] = weights
    right = np.zeros(offsets[-1])
    right[0] = 1.0
    stationary = linalg.solve(whole.T, right)
    top = stationary[offsets[servers] :]
    queued = (top @ rate @ geometric @ geometric).sum()
    return float(queued / arrival)


def _spread(calls: int, phases: int) -> list[tuple[int, ...]]:
    return [
        tuple(chosen.count(i) for i in range(phases))
        for chosen in combinations_with_replacement(range(phases), calls)
    ]


def _changed(state: tuple[int, ...], minus: int | None, plus: int | None) -> tuple[int, ...]:
    counts = list(state)
    if minus is not None:
        counts[minus] -= 1
    if plus is not None:
        counts[plus] += 1
    return tuple(counts)


def _arrive(arrival, law, here, there):
    matrix = np.zeros((len(here), len(there)))
    for state, i in here.items():
        for phase, share in enumerate(law.start):
            matrix[i, there[_changed(state, None, phase)]] += arrival * share
    return matrix


def _leave(law, here, there):
    matrix = np.zeros((len(here), len(there)))
    for state, i in here.items():
        for phase, count in enumerate(state):
            if count and law.following[phase] is None:
                matrix[i, there[_changed(state, phase, None)]] += count * law.rates[phase]
    return matrix


def _move(law, here):
    matrix = np.zeros((len(here), len(here)))
    for state, i in here.items():
        for phase, count in enumerate(state):
            if count and law.following[phase] is not None:
                j = here[_changed(state, phase, law.following[phase])]
                matrix[i, j] += count * law.rates[phase]
    return matrix


def _refill(law, full, fewer):
    """One call leaves, the next in the queue starts."""
    leave = _leave(law, full, fewer)
    return leave @ _arrive(1.0, law, fewer, full)


def _rate_matrix(ahead, stay, lower):
    """Least solution of ahead + R stay + R² lower = 0, by logarithmic reduction."""
    inverse = np.linalg.inv(-stay)
    high, low = inverse @ ahead, inverse @ lower
    first, carried = low.copy(), high.copy()
    for _ in range(60):
        both = high @ low + low @ high
        middle = np.linalg.inv(np.eye(len(stay)) - both)
        high, low = middle @ high @ high, middle @ low @ low
        step = carried @ low
        first += step
        carried = carried @ high
        if np.abs(step).max() < 1e-15:
            break
    return ahead @ np.linalg.inv(-(stay + ahead @ first))


@cache
def wait_m_d_c(load: float, servers: int) -> float:
    """Mean wait of M/D/c with service time 1 (Crommelin 1932).

    Who is in service now is gone one service time later, so the number present then is
    max(N - c, 0) plus the Poisson arrivals between: a Markov chain.
    """
    most = int(servers + 60 / (1 - load) + 20 * servers**0.5)
    offered = load * servers
    arrivals = stats.poisson.pmf(np.arange(most + 1), offered)
    chain = np.zeros((most + 1, most + 1))
    for present in range(most + 1):
        left = max(present - servers, 0)
        chain[present, left:] = arrivals[: most + 1 - left]
    chain[:, -1] += 1 - chain.sum(1)
    system = chain.T - np.eye(most + 1)
    system[0] = 1.0
    right = np.zeros(most + 1)
    right[0] = 1.0
    stationary = linalg.solve(system, right)
    queued = np.maximum(np.arange(most + 1) - servers, 0)
    return float(stationary @ queued / offered)


def sojourn_above_m_m_c(t: float, arrival: float, service: float, servers: int) -> float:
    """P(wait + service > t) of M/M/c in closed form."""
    offered = arrival * service
    terms = [1.0]
    for n in range(1, servers + 1):
        terms.append(terms[-1] * offered / n)
    last = terms[-1] / (1 - offered / servers)
    waits = last / (sum(terms[:-1]) + last)
    mu, drain = 1 / service, servers / service - arrival
    both = integrate.quad(lambda w: drain * np.exp(-drain * w - mu * (t - w)), 0, t, epsabs=1e-13)
    return float((1 - waits) * np.exp(-mu * t) + waits * (np.exp(-drain * t) + both[0]))


def sojourn_above_m_ph_1(t: float, arrival: float, law: Phases) -> float:
    """P(wait + service > t) of M/PH/1: again a phase law (Neuts 1981), by the matrix exponential.

    The wait is a geometric number of equilibrium residuals one after the other.
    """
    generator = law.generator
    start = np.array(law.start)
    exits = -generator.sum(1)
    mean = law.moment(1)
    load = arrival * mean
    residual = start @ np.linalg.inv(-generator) / mean
    size = len(start)
    chain = np.zeros((2 * size, 2 * size))
    chain[:size, :size] = generator + load * np.outer(exits, residual)
    chain[:size, size:] = (1 - load) * np.outer(exits, start)
    chain[size:, size:] = generator
    first = np.concatenate([load * residual, (1 - load) * start])
    return float((first @ linalg.expm(chain * t)).sum())


def percentile(above, share: float, guess: float) -> float:
    """Time that this share of the calls does not exceed."""
    from scipy import optimize

    high = guess
    while above(high) > 1 - share:
        high *= 2
    return float(optimize.brentq(lambda t: above(t) - (1 - share), 0.0, high, xtol=1e-13))


def sojourn_grid_m_g_1(arrival: float, law: stats.rv_continuous, end: float, cells: int):
    """Times and P(wait + service > t) of M/G/1, from the renewal equation of the wait.

    W(t) = 1 - load + arrival ∫ W(t - x) P(S > x) dx, by the trapezoid rule on a fine grid.
    """
    step = end / cells
    times = np.arange(cells + 1) * step
    mean = float(law.mean())
    load = arrival * mean
    kernel = arrival * law.sf(times)
    wait = np.empty(cells + 1)
    wait[0] = 1 - load
    for n in range(1, cells + 1):
        known = kernel[1:n] @ wait[n - 1 : 0 : -1] + kernel[n] * wait[0] / 2
        wait[n] = (1 - load + step * known) / (1 - step * kernel[0] / 2)
    # P(W + S <= t) = ∫ P(S <= t - w) dW(w) = ∫ f(x) W(t - x) dx
    density = law.pdf(times)
    total = np.array(
        [step * (density[: n + 1] @ wait[n::-1] - (density[0] * wait[n] + density[n] * wait[0]) / 2)
         for n in range(cells + 1)]
    )  # fmt: skip
    return times, 1 - total


def tables(values: Sequence[float]) -> str:
    """Numbers of a failed comparison, to read."""
    return ", ".join(f"{value:.4g}" for value in values)
