"""Joins of batches at one queue: Markov chains solved as linear equations, and a short simulation."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import linalg

from sysdesign.formulas.batches import (
    Ahead,
    Part,
    ahead_of_batch,
    exponential_join,
    join_batch,
    join_in_order,
    pace,
    wait_before_batch,
)
from sysdesign.formulas.bursts import wait_in_bursts
from sysdesign.formulas.delays import constant, series, spread
from sysdesign.formulas.forkjoin import harmonic
from sysdesign.formulas.laws import EXPONENTIAL, by_scv
from sysdesign.formulas.readings import percentiles
from sysdesign.formulas.stations import erlang_c, wait_mg
from sysdesign.formulas.tails import joined, tail_of


def present(offered: float, servers: int, size: int, most: int = 400) -> np.ndarray:
    """Calls present, from the balance equations of the chain cut off far out."""
    matrix = np.zeros((most + 1, most + 1))
    for n in range(most + 1):
        matrix[n, min(n + size, most)] += offered / size
        if n:
            matrix[n, n - 1] += min(n, servers)
        matrix[n, n] -= matrix[n].sum()
    matrix[:, 0] = 1.0
    return np.linalg.solve(matrix.T, np.eye(most + 1)[0])


class Followed:
    """A batch followed on its own: (others ahead, own waiting, own in service, own ended)."""

    def __init__(self, servers: int, size: int, needed: int) -> None:
        self.servers, self.size, self.needed = servers, size, needed
        self.index: dict[tuple[int, int, int], int] = {}
        self.moves: list[tuple[int, int, float]] = []

    def state(self, others: int, own: int, waiting: int) -> int:
        """Of calls that matter, `others` come before the batch; `own` are in service."""
        key = (others, own, waiting)
        if key in self.index:
            return self.index[key]
        here = self.index[key] = len(self.index)
        if self.size - own - waiting >= self.needed:
            return here  # ended
        serving = min(others, self.servers)
        if serving:
            self.moves.append((here, self.started(others - 1, own, waiting), float(serving)))
        if own:
            self.moves.append((here, self.started(others, own - 1, waiting), float(own)))
        return here

    def started(self, others: int, own: int, waiting: int) -> int:
        begin = min(max(self.servers - others - own, 0), waiting)
        return self.state(others, own + begin, waiting - begin)

    @cache  # noqa: B019
    def generator(self) -> np.ndarray:
        rates = np.zeros((len(self.index), len(self.index)))
        for a, b, rate in self.moves:
            rates[a, b] += rate
        return rates - np.diag(rates.sum(1))

    def going(self) -> list[int]:
        over = {
            at for (_, own, left), at in self.index.items() if self.size - own - left >= self.needed
        }
        return [at for at in range(len(self.index)) if at not in over]


def chain(offered: float, servers: int, size: int, needed: int, times: tuple[float, ...] = ()):
    """Mean of the join, and the probability that it takes longer than some times."""
    shares = present(offered, servers, size)
    shares = shares[: np.flatnonzero(shares > 1e-13)[-1] + 1]
    followed = Followed(servers, size, needed)
    start = [followed.started(n, 0, size) for n in range(len(shares))]
    going = followed.going()
    inner = followed.generator()[np.ix_(going, going)]
    place = {at: i for i, at in enumerate(going)}
    begin = np.zeros(len(going))
    for share, at in zip(shares, start, strict=True):
        begin[place[at]] += share
    mean = float(begin @ np.linalg.solve(-inner, np.ones(len(going))))
    return mean, [float((begin @ linalg.expm(inner * t)).sum()) for t in times]


CASES = [
    (1, 3, 3, 0.6),
    (2, 6, 6, 0.5),
    (4, 4, 4, 0.5),
    (4, 4, 4, 0.8),
    (4, 2, 1, 0.7),
    (8, 5, 3, 0.7),
]


def alike(size: int, rest=None) -> list[Part]:
    one = rest or spread(EXPONENTIAL, 1.0)
    return [Part(one, place) for place in range(size)]


def mean_join(ahead: Ahead, servers: int, size: int, needed: int) -> float:
    """From the pieces that are exact for exponential work."""
    mean = ahead.mean_departures / servers
    mean += ahead.busy * exponential_join(size, needed, 1, servers)
    for free, share in enumerate(ahead.free):
        if free:
            mean += share * exponential_join(size, needed, min(free, size), servers)
    return mean


@pytest.mark.parametrize(("servers", "size", "needed", "load"), CASES)
def test_what_a_batch_finds_is_what_the_chain_holds(servers, size, needed, load):
    shares = present(load * servers, servers, size)
    ahead = ahead_of_batch(load * servers, servers, float(size))
    assert ahead.free[:0:-1] == pytest.approx(shares[:servers], abs=1e-9)
    assert ahead.busy == pytest.approx(shares[servers:].sum(), abs=1e-9)
    told = [*ahead.after, *(ahead.after[-1] * ahead.ratio**i for i in range(1, 20))]
    assert told == pytest.approx(shares[servers : servers + len(told)], abs=1e-9)
    departures = sum(share * (n - servers + 1) for n, share in enumerate(shares) if n >= servers)
    assert ahead.mean_departures == pytest.approx(departures, rel=1e-6)


@pytest.mark.parametrize(("servers", "size", "needed", "load"), CASES)
def test_the_mean_of_an_exponential_join_is_that_of_its_chain(servers, size, needed, load):
    true, _ = chain(load * servers, servers, size, needed)
    ahead = ahead_of_batch(load * servers, servers, float(size))
    assert mean_join(ahead, servers, size, needed) == pytest.approx(true, rel=1e-6)
    found = join_batch(alike(size), needed, ahead, 1.0, servers)
    assert found.whole.mean_s == pytest.approx(true, rel=5e-3)


@pytest.mark.parametrize(("servers", "size", "needed", "load"), CASES)
@pytest.mark.mostly_slow(3)
def test_the_law_of_an_exponential_join_is_near_that_of_its_chain(servers, size, needed, load):
    ahead = ahead_of_batch(load * servers, servers, float(size))
    found = join_batch(alike(size), needed, ahead, 1.0, servers)
    shares = (0.5, 0.95, 0.99)
    times = percentiles(found.whole, shares)
    _, above = chain(load * servers, servers, size, needed, tuple(times))
    for share, over in zip(shares, above, strict=True):
        assert over == pytest.approx(1 - share, rel=0.035)


def test_a_batch_of_one_waits_as_any_call():
    ahead = ahead_of_batch(3.2, 4, 1.0)
    assert ahead.busy == pytest.approx(erlang_c(3.2, 4))
    found = join_batch(alike(1), 1, ahead, 1.0, 4)
    assert found.whole.mean_s == pytest.approx(
        1 + wait_in_bursts(3.2, 1.0, 4, 1.0).mean_s, rel=1e-6
    )


def test_the_wait_of_the_first_is_made_of_departures():
    ahead = ahead_of_batch(2.8, 4, 4.0)
    wait = wait_before_batch(ahead, 0.25)
    shares = present(2.8, 4, 4)[4:]
    rates = np.diag(np.full(len(shares), -4.0)) + np.diag(np.full(len(shares) - 1, 4.0), -1)
    for t in (0.1, 1.0, 3.0):
        true = (shares @ linalg.expm(rates * t)).sum() / shares.sum()
        assert tail_of(wait).share_above(t) == pytest.approx(true, rel=2e-3)
    assert wait.mean_s == pytest.approx(ahead.mean_departures / 4 / ahead.busy)


def test_one_server_works_on_a_batch_one_after_the_other():
    assert exponential_join(5, 5, 1, 1) == pytest.approx(5.0)
    assert exponential_join(5, 2, 1, 1) == pytest.approx(2.0)
    assert exponential_join(5, 5, 5, 9) == pytest.approx(harmonic(5))
    assert pace(8, 8, 64) == 1 / 64  # of many servers few departures are its own


# -- what is not exact, against a few lines that follow calls --------------------------------------


def simulated(draw, rate: float, servers: int, needed: int, count: int = 60_000) -> np.ndarray:
    """Joins of batches; `draw` makes the work of so many batches, a column each call."""
    dice = np.random.Generator(np.random.PCG64(5))
    work = draw(dice, count)
    times = dice.exponential(1 / rate, count).cumsum()
    free = [0.0] * servers
    joins = np.empty(count)
    for i, (now, batch) in enumerate(zip(times.tolist(), work.tolist(), strict=True)):
        ends = []
        for one in batch:
            first = min(range(servers), key=free.__getitem__)
            free[first] = max(now, free[first]) + one
            ends.append(free[first] - now)
        joins[i] = sorted(ends)[needed - 1]
    return joins[500:]


def told(
    scv: float, parts: list[Part], needed: int, offered: float, servers: int, mean: float = 1.0
):
    """As the solver asks: the mean wait of all calls is scaled, that behind their own batch not."""
    size = float(len(parts))
    ahead = ahead_of_batch(offered, servers, size)
    burst, alone = (wait_in_bursts(offered, 1.0, servers, n).mean_s for n in (size, 1.0))
    first = float(wait_mg(offered, 1.0, servers, scv)) - alone + ahead.mean_departures / servers
    assert burst > alone
    return join_batch(parts, needed, ahead, mean, servers, first * mean, by_scv(scv)).whole


@pytest.mark.parametrize(
    ("scv", "servers", "size", "needed", "load"),
    [(0.5, 4, 4, 4, 0.8), (0.5, 8, 5, 3, 0.7), (2.0, 4, 4, 4, 0.5), (2.0, 4, 2, 1, 0.6)],
)
@pytest.mark.mostly_slow(4)
def test_other_work_is_scaled_from_exponential_work(scv, servers, size, needed, load):
    def draw(dice, count):
        if scv < 1:
            return dice.gamma(1 / scv, scv, (count, size))
        share = (1 + ((scv - 1) / (scv + 1)) ** 0.5) / 2
        rare = dice.random((count, size)) > share
        return dice.exponential(1.0, (count, size)) * np.where(rare, 0.5 / (1 - share), 0.5 / share)

    joins = simulated(draw, load * servers / size, servers, needed)
    found = told(scv, alike(size, spread(by_scv(scv), 1.0)), needed, load * servers, servers)
    assert found.mean_s == pytest.approx(joins.mean(), rel=0.03)
    assert percentiles(found, [0.99])[0] == pytest.approx(np.quantile(joins, 0.99), rel=0.07)


def test_parts_that_differ_and_go_on_elsewhere():
    """Work of 1, 2 and 1, after which the second goes on for a time that is always the same."""
    means = np.array([1.0, 2.0, 1.0])
    joins = simulated(lambda dice, n: dice.exponential(means, (n, 3)), 0.6, 4, 3)
    parts = [Part(spread(EXPONENTIAL, mean), i) for i, mean in enumerate(means)]
    scv = 2 * (means**2).mean() / means.mean() ** 2 - 1
    found = told(scv, parts, 3, 2.4, 4, means.mean())
    assert found.mean_s == pytest.approx(joins.mean(), rel=0.03)
    longer = [parts[0], Part(series([parts[1].rest, constant(50.0)]), 1), parts[2]]
    assert told(scv, longer, 3, 2.4, 4, means.mean()).mean_s > 52.0


def test_very_many_calls_at_once_take_as_long_as_their_work():
    ahead = ahead_of_batch(2.0, 4, 1000.0)
    found = join_batch(alike(1000), 1000, ahead, 1.0, 4)
    assert found.whole.mean_s == pytest.approx(mean_join(ahead, 4, 1000, 1000), rel=0.02)


def test_some_of_groups_that_are_told_by_their_ends():
    """Groups of one are independent: as the order statistics of `joined`."""
    one, two = spread(EXPONENTIAL, 1.0), spread(by_scv(0.5), 2.0)
    for needed in (1, 2, 3):
        alone = join_in_order([[one], [two], [two]], needed)
        assert alone.mean_s == pytest.approx(joined([one, two, two], needed)[0].mean_s, rel=2e-3)
    pair = [joined([one, one], count)[0].delay for count in (1, 2)]
    together = join_in_order([pair, [two]], 2)
    assert together.mean_s == pytest.approx(joined([one, one, two], 2)[0].mean_s, rel=2e-3)


def test_the_wait_of_many_states_keeps_its_mean_and_spread():
    ahead = ahead_of_batch(3.8, 4, 200.0)
    found = tail_of(wait_before_batch(ahead, 0.25))
    assert found.mean_s == pytest.approx(ahead.mean_departures / 4 / ahead.busy)
    assert found.scv_beyond == pytest.approx(ahead.wait_scv, rel=0.02)


def test_too_many_servers_or_too_much_work_is_said():
    for offered, servers in ((4.0, 4), (100.0, 500)):
        with pytest.raises(ValueError, match="give at most 400, not overloaded"):
            ahead_of_batch(offered, servers, 2.0)
