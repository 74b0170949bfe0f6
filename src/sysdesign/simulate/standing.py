"""What stands still in a network, as rows: stations, groups, instances; what callers remember."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf

from sysdesign.network import (
    Attempts,
    Call,
    Flow,
    Network,
    Number,
    Policy,
    Spread,
    Station,
    expected,
)
from sysdesign.network.turns import is_lock
from sysdesign.simulate.errors import SimulateError
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one
from sysdesign.simulate.program import Program

MOST_INSTANCES = 2_000_000
MOST_KEYS = 20_000
"""Of a lock: with a hundred calls in hand, one in two hundred finds its key taken by chance."""
MOST_GROWTH = 20
"""Autoscaling without a bound, or with a high one, brings so many times the instances at most."""
BUDGET_S = 10.0
"""So many seconds' worth of calls a retry budget can save up. Assumption."""
AT_ONCE = Spread(0.0)
"""How long it takes until another copy leads where no failover is stated: the best case."""

_POLICIES = {
    Policy.SHARED: at.P_SHARED,
    Policy.RANDOM: at.P_RANDOM,
    Policy.ROUND_ROBIN: at.P_ROUND,
    Policy.LEAST_CONNECTIONS: at.P_LEAST,
    Policy.POWER_OF_TWO: at.P_TWO,
}
_ORDERS = {"fifo": at.O_FIFO, "lifo": at.O_LIFO, "priority": at.O_PRIORITY, "ps": at.O_PS}
_FULL = {"refuse": at.FULL_REFUSE, "block": at.FULL_BLOCK, "drop_oldest": at.FULL_DROP}
_BY = {"utilisation": 0, "rate": 1, "backlog": 2, "lag": 3}


class Standing:
    """Makes the rows of stations and pairs; `rows` are those of the stations, by name."""

    def __init__(
        self, network: Network, stations: tuple[Station, ...], rows: dict[str, int],
        program: Program, size: int,
    ) -> None:  # fmt: skip
        self.network = network
        self.stations = stations
        self.rows = rows
        self.program = program
        self.ins: list[int] = [0] * size
        self.inf: list[float] = [0.0] * (size // 2)
        self.bins = 0
        self.largest = 0  # of the lists of machines
        self.notes: list[str] = []
        self.members: dict[str, list[int]] = {}  # instances of a station in their order
        self.machines: dict[str, list[int]] = {}  # where their machines stand

    def more(self, size: int) -> int:
        """A new row."""
        row = len(self.ins)
        self.ins += [0] * size
        self.inf += [0.0] * (size // 2)
        return row

    def histogram(self, bins: int) -> int:
        """Where a new histogram begins."""
        self.bins += bins
        return self.bins - bins

    # -- pairs -----------------------------------------------------------------------------------

    def pairs(self, flows: Iterable[Flow]) -> None:
        """Rows of pairs: budgets of retries, breakers, times for hedges."""
        program = self.program
        calls: dict[int, float] = {}
        guards: dict[int, Attempts] = {}
        for flow in flows:
            for node, count in expected(flow.root):
                if isinstance(node, Call) and node.target:
                    row = program.pair(node)
                    calls[row] = calls.get(row, 0.0) + one(count) * one(flow.rate_per_s)
                    guards[row] = node.guard
        self.more(len(program.pairs) * at.PAIR)  # some are known only now: of what is never run
        for k in range(len(program.pairs)):
            f = (program.pairs_from + k * at.PAIR) // 2
            self.inf[f + at.PF_SLOW] = 1.0
            self.inf[f + at.PF_BUDGET] = self.inf[f + at.PF_HEDGE] = inf
        for row, guard in guards.items():
            self.guard(row, guard, calls[row])

    def guard(self, row: int, guard: Attempts, calls_per_s: float) -> None:
        """What a caller remembers of a target."""
        ins, f = self.ins, row // 2
        if guard.retry is not None and guard.retry.budget is not None:
            budget = one(guard.retry.budget)
            self.inf[f + at.PF_BUDGET] = budget
            self.inf[f + at.PF_MOST] = max(BUDGET_S * budget * calls_per_s, 1.0)
        if guard.breaker is not None:
            ins[row + at.PR_BREAKER] = 1
            self.inf[f + at.PF_SHARE] = one(guard.breaker.errors)
            self.inf[f + at.PF_OVER] = max(one(guard.breaker.over_s), 1e-3)
            self.inf[f + at.PF_OPEN] = one(guard.breaker.open_s)
        if guard.hedge is not None and guard.hedge.percentile is not None:
            ins[row + at.PR_HIST] = self.histogram(at.BINS)

    # -- stations --------------------------------------------------------------------------------

    def station(self, station: Station) -> None:
        """A row of a station, its groups and its instances."""
        row, f = self.rows[station.name], self.rows[station.name] // 2
        ins, inf_, program = self.ins, self.inf, self.program
        groups = self.keys(station) if is_lock(station) else max(round(one(station.shards)), 1)
        instances = max(round(one(station.instances)), 1)
        if groups * instances > MOST_INSTANCES:
            whole = f"{groups * instances:,} instances"
            raise SimulateError(f"{station.component}: {whole}; {MOST_INSTANCES:,} at most")
        ins[row + at.S_GROUPS] = groups
        ins[row + at.S_POLICY] = _POLICIES[station.policy]
        ins[row + at.S_WORK] = program.stream(f"work of {station.name}")
        ins[row + at.S_ROUTE] = program.stream(f"routing of {station.name}")
        ins[row + at.S_ORDER] = _ORDERS[station.order]
        ins[row + at.S_FULL] = _FULL[station.when_full]
        ins[row + at.S_INSTANCES] = instances
        ins[row + at.S_UP] = groups * instances
        ins[row + at.S_SERVERS] = max(int(one(station.servers) + 1e-9), 1)
        ins[row + at.S_SLOTS] = _most(station.slots, 1)
        ins[row + at.S_SHARED] = int(station.policy is Policy.SHARED)
        ins[row + at.S_QUEUES] = int(station.queues)
        inf_[f + at.SF_HOT] = 1 / groups if station.hottest is None else one(station.hottest)
        inf_[f + at.SF_SLOW] = 1.0
        inf_[f + at.SF_LOW] = -1.0
        inf_[f + at.SF_SIGMA], inf_[f + at.SF_KAPPA] = station.sigma, station.kappa
        more = instances - 1
        inf_[f + at.SF_STRETCH] = 1.0 + station.sigma * more + station.kappa * instances * more
        if station.health is not None:
            inf_[f + at.SF_LATE] = one(station.health.every_s) * one(station.health.fails)
        if station.cap_per_s is not None:
            ins[row + at.S_CAPPED] = 1
            inf_[f + at.SF_CAP] = one(station.cap_per_s)
            inf_[f + at.SF_TOKENS] = max(one(station.cap_per_s), 1.0)
        self.groups(station, row, groups, instances)

    def keys(self, station: Station) -> int:
        """Keys of a lock: where there are very many, some stand for all."""
        keys = max(round(one(station.shards)), 1)
        if keys > MOST_KEYS:
            self.notes.append(f"{station.name}: {MOST_KEYS:,} keys stand for all {keys:,}")
        return min(keys, MOST_KEYS)

    def groups(self, station: Station, row: int, groups: int, instances: int) -> None:
        """Rows of groups, then two lists of instances each, then instances.

        One list is of those that calls go to, the other of all that there can be.
        """
        shared = station.policy is Policy.SHARED
        each = 1 if shared else instances
        size = each if shared or groups > 1 else max(each, self.room(station))
        self.ins[row + at.S_GROUP_SIZE] = size
        room = 0 if 2 * size <= at.GROUP - at.K_SHORT else groups * 2 * size
        room += -room % 8  # groups and instances begin lines of memory
        self.more(-len(self.ins) % 8)
        first = self.more(groups * (at.GROUP + size * at.INSTANCE) + room)
        self.ins[row + at.S_FIRST] = first
        lists = first + groups * at.GROUP
        rows = lists + room
        members: list[int] = []
        for k in range(groups):
            g = first + k * at.GROUP
            mine = lists + k * 2 * size if room else g + at.K_SHORT
            self.ins[g + at.K_LISTED] = each
            self.ins[g + at.K_LIST] = mine
            self.ins[g + at.K_TURN] = each - 1
            for j in range(size):
                i = rows + (k * size + j) * at.INSTANCE
                if j < each:
                    self.ins[mine + j] = i
                    members += [i] * (instances if shared else 1)
                self.ins[mine + size + j] = i
                self.instance(station, g, i, row, used=j < each)
        self.members[station.name] = members
        machines = self.more(len(members) * at.MACHINE)
        self.machines[station.name] = [machines + k * at.MACHINE for k in range(len(members))]
        for machine, i in zip(self.machines[station.name], members, strict=True):
            self.ins[machine + at.M_INSTANCE] = i

    def room(self, station: Station) -> int:
        """Instances that there is room for; without a bound not more than some times those now."""
        scale = station.autoscale
        if scale is None:
            return 1
        most, now = one(scale.most), max(round(one(station.instances)), 1)
        if most > MOST_GROWTH * now:
            self.notes.append(f"{station.component}: at most {MOST_GROWTH * now} instances")
        return max(int(min(most, MOST_GROWTH * now)), now) + 4  # some may still be finishing

    def instance(self, station: Station, group: int, i: int, row: int, *, used: bool) -> None:
        """A row of an instance."""
        ins = self.ins
        shared = station.policy is Policy.SHARED
        pooled = ins[row + at.S_INSTANCES] if shared else 1
        ins[i + at.I_STATION] = row
        ins[i + at.I_SERVERS] = ins[row + at.S_SERVERS] * pooled
        ins[i + at.I_MOST] = _most(station.waiting, pooled)
        ins[i + at.I_SLOTS] = _most(station.slots, pooled)
        for field in (at.I_HEAD, at.I_TAIL, at.I_SHEAD, at.I_STAIL, at.I_NO, at.I_LEAD):
            ins[i + field] = -1
        ins[i + at.I_UP] = ins[i + at.I_LISTED] = ins[i + at.I_USED] = int(used)
        ins[i + at.I_MEMBERS] = pooled
        ins[i + at.I_GROUP] = group

    # -- what comes later ------------------------------------------------------------------------

    def listed(self, name: str, indexes: Iterable[int]) -> tuple[int, int]:
        """A list of the machines of instances, and its length."""
        return self.listed_all({name: indexes})

    def listed_all(self, indexes: Mapping[str, Iterable[int]]) -> tuple[int, int]:
        """The same of several stations."""
        known = [self.machines[name][k] for name, some in indexes.items() for k in some
                 if 0 <= k < len(self.machines[name])]  # fmt: skip
        self.largest = max(self.largest, len(known))
        return self.program.list_of(known), len(known)

    def leading(self, station: Station) -> None:
        """Which copies may lead in each shard of a station whose copies have followers."""
        after = self.network.stations.get(station.followers)
        if after is None:
            return
        groups = self.ins[self.rows[station.name] + at.S_GROUPS]
        each = [len(self.machines[name]) // groups for name in (station.name, after.name)]
        pooled = after.policy is Policy.SHARED and each[1] > 1
        if each[0] != 1 or pooled or self.ins[self.rows[after.name] + at.S_GROUPS] != groups:
            return
        law = self.program.laws.row(station.failover or AT_ONCE)
        stream = self.program.stream(f"failover of {station.name}")
        for k in range(groups):
            leader = self.machines[station.name][k]
            others = self.machines[after.name][k * each[1] : (k + 1) * each[1]]
            i = self.ins[leader + at.M_INSTANCE]
            found = self.program.list_of([law, stream, i, 1 + each[1], leader, *others])
            for machine in (leader, *others):
                self.ins[self.ins[machine + at.M_INSTANCE] + at.I_LEAD] = found

    def scale(self, station: Station) -> int:
        """A row of autoscaling, where there is some."""
        words = station.autoscale
        if words is None:
            return 0
        target = one(words.target)
        if not target > 0:
            raise SimulateError(f"{station.component}: autoscaling towards {target:g}")
        row = self.more(at.SCALE)
        f = row // 2
        self.ins[row + at.SC_STATION] = self.rows[station.name]
        self.ins[row + at.SC_BY] = _BY.get(words.by, 0)
        self.ins[row + at.SC_WARM] = self.program.numbers(
            one(words.warm_up_s), one(words.cool_down_s)
        )
        flows = [k * at.FLOW for k, flow in enumerate(self.network.flows)
                 if works_on(flow, station)]  # fmt: skip
        self.ins[row + at.SC_FLOWS] = self.program.list_of(flows)
        self.ins[row + at.SC_COUNT] = len(flows)
        self.inf[f + at.SCF_TARGET] = target
        self.inf[f + at.SCF_LEAST] = one(words.least)
        self.inf[f + at.SCF_MOST] = min(one(words.most), self.room(station) - 4)
        self.inf[f + at.SCF_EVERY] = max(one(words.every_s), 1e-3)
        return 1


def worker_of(flow: Flow) -> str | None:
    """The component that takes the messages that start a flow; None where none do."""
    if not flow.trigger and not flow.join:
        return None
    calls = (node for node, _ in expected(flow.root) if isinstance(node, Call))
    return next((call.target for call in calls if call.target), None)


def works_on(flow: Flow, station: Station) -> bool:
    """Whether a station takes the messages that start a flow."""
    here = not station.place or not flow.origin or flow.origin == station.place
    return worker_of(flow) == station.component and here


def _most(number: Number | None, pooled: int) -> int:
    if number is None or one(number) == inf:
        return at.UNLIMITED
    return max(round(one(number) * pooled), 0)
