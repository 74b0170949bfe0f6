"""Runs of a network: prepare once, run each replication in slices of simulated time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

from sysdesign.network import Network
from sysdesign.network.scenario import Scenario
from sysdesign.simulate import compiling
from sysdesign.simulate.chances import Around
from sysdesign.simulate.errors import SimulateError
from sysdesign.simulate.holding import arrays, filled
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import ziggurat
from sysdesign.simulate.machine import Machine
from sysdesign.simulate.plan import Plan
from sysdesign.simulate.tables import Tables, tables_of
from sysdesign.simulate.tally import FlowTally, Tally
from sysdesign.simulate.telling import Base, flows_of, tally_of
from sysdesign.simulate.tracing import LINES, trace

__all__ = ["Run", "SimulateError", "prepare", "run"]

_TOKENS = 1024
_EVENTS = 1024
_LINE = 64  # bytes of memory that come together
_BYTES = 8  # of each whole number of a token, with its part of the seconds
MOST_BYTES = 256_000_000
"""Memory of the calls inside one replication: more of them end the run."""
MOST_EVENTS_AHEAD = 10_000_000
"""Events to come that are kept at most, timers that have become void among them."""
MOST_SERVED = 10_000
"""Calls that one event takes from a queue, at most, as far as there is room to be kept for them."""
_COPIED = 8_000_000
"""Whole numbers of tokens that are copied to where there is more room, which is fresh and free."""
SLICES = 20
"""Slices of a run without a word on how many."""


def prepare(
    network: Network, scenario: Scenario | None = None, chains: Sequence[tuple[str, str]] = (),
    *, failures: bool = False, around: Around | None = None,
) -> Tables:  # fmt: skip
    """The tables of a network under a scenario.

    `chains` are pairs of operations: how long it takes from the call of the first to the end of the
    last that it set off. With `failures` what can fail may do so by chance (a plan says whether it
    does); `around` are then the flows where places are lost, for each set of them: those that
    differ. Without any, calls of a lost place fail until it is back.

    Raises
    ------
    SimulateError
        naming a component or an operation, and what is wrong.
    """
    return tables_of(network, scenario, chains, failures=failures, around=around)


def run(tables: Tables, plan: Plan) -> Tally:
    """One replication; the same answer for the same seed and replication."""
    one = Run(tables, plan)
    for _ in one.slices():
        pass
    return one.tally()


class Run:
    """A replication under way; between slices a caller may look at it, or leave it."""

    def __init__(self, tables: Tables, plan: Plan) -> None:
        if plan.failures and not tables.failures:
            raise ValueError("failures by chance: prepare the network for them, failures=True")
        self.tables = tables
        self.plan = plan
        self.until_s = plan.warm_up_s + plan.length_s
        self.now_s = 0.0
        self.state = "done"
        interpreted = plan.interpreted or not compiling.is_available()
        self.kernel = compiling.kernel(interpreted=interpreted)
        self.machine = _machine(tables, plan, self.until_s)
        filled(self.machine, tables.holding, plan)
        trace(self.machine, tables, plan)
        if interpreted:
            lists: list[Any] = [_list(array) for array in self.machine]
            self.machine = Machine(*lists)
        self.base = Base.of(tables, self.machine)
        self.kernel.start(self.machine)

    def slices(self, count: int = SLICES) -> Iterator[float]:
        """Run on; yields the share of the time that is over, `count` times at most."""
        warm = self.plan.warm_up_s
        if self.now_s < warm:
            self.advance(warm)
            self.begin_to_count()
        elif self.now_s == 0:
            self.begin_to_count()
        for k in range(1, count + 1):
            end = self.until_s if k == count else warm + self.plan.length_s * k / count
            if end > self.now_s:
                self.advance(end)
            yield self.now_s / self.until_s
            if self.state != "done":
                return

    def flows(self) -> tuple[FlowTally, ...]:
        """What was counted so far of each flow alone."""
        return flows_of(self.tables, self.machine, self.base)

    def tally(self) -> Tally:
        """What was counted so far."""
        return tally_of(self.tables, self.plan, self.machine, self.base, self.state)

    def advance(self, until_s: float) -> None:
        """Run on to a time; `state` says why it does not come there."""
        while self.state == "done":
            status = self.kernel.advance(self.machine, until_s)
            self.now_s = self.machine.clk[at.C_NOW]
            if status == at.OK:
                return
            machine = None if status == at.BUSY else grown(self.machine, self.most())
            if machine is None:
                self.state = "busy" if status == at.BUSY else "full"
            else:
                self.machine = machine

    def most(self) -> int:
        """Calls and parts of calls that there is room for, as far as memory is allowed."""
        return min(self.plan.most_inside, MOST_BYTES // (_BYTES * self.machine.num[at.N_SIZE]))

    def begin_to_count(self) -> None:
        """What was counted up to now is taken off in the end."""
        self.base = Base.of(self.tables, self.machine)


def _machine(tables: Tables, plan: Plan, until_s: float) -> Machine:
    import numpy as np

    sizes = tables.sizes
    margin = _margin(tables)
    keys = at.T_REGS + at.HOLDS * sizes["holds"]
    counters = keys + sizes["keys"]
    guards = counters + sizes["counters"]
    ints = guards + 2 * sizes["guards"]
    starts_at = at.F_REGS + 4 * sizes["guards"]
    size = max(ints + (2 if sizes["boxes"] else 0), 2 * (starts_at + sizes["starts"]))
    size += -size % 16  # lines of memory
    ticks = int(until_s / plan.interval_s) + 1
    width = at.FLOW_COLUMNS * len(tables.flows) + at.STATION_COLUMNS * len(tables.stations)
    width += at.CACHE_COLUMNS * len(tables.holding) + at.SWITCH_COLUMNS * len(tables.switches)
    num = np.zeros(at.N_NUMS, np.int64)
    num[at.N_FREE] = num[at.N_HEAD] = num[at.N_TAIL] = -1
    num[at.N_MARGIN] = margin
    num[at.N_SIZE] = size
    num[at.N_MOST] = plan.most_events
    num[at.N_TICKS], num[at.N_WIDTH] = ticks, width
    num[at.N_FLOWS], num[at.N_STATIONS] = len(tables.flows), len(tables.stations)
    num[at.N_HOLDS], num[at.N_KEYS], num[at.N_GUARDS] = keys, counters, guards
    num[at.N_LATER], num[at.N_CHANGES] = sizes["later"], sizes["changes"]
    num[at.N_SCALES], num[at.N_BREAKS] = sizes["scales"], sizes["breaks"] * plan.failures
    room = _room(tables, plan, margin)
    num[at.N_ROOM] = room
    num[at.N_LINKS] = ints if sizes["boxes"] else 0
    num[at.N_STARTS], num[at.N_STARTS_AT] = sizes["starts"], starts_at
    num[at.N_SWITCHES], num[at.N_SWITCH] = len(tables.switches), sizes["switches"]
    num[at.N_CACHES], num[at.N_CACHE] = len(tables.holding), sizes["caches"]
    lines = LINES * plan.traces
    num[at.N_LINES] = lines
    clk = np.zeros(at.C_CLKS)
    clk[at.C_FROM] = plan.warm_up_s
    clk[at.C_INTERVAL] = plan.interval_s
    whole: list[Any] = [
        tables.code, tables.real, num, clk, np.zeros(0, np.int32), np.zeros(0),
        _in_lines(tables.ins), _in_lines(tables.inf),
        _empty(room, np.float64, 1), _empty(2 * room, np.int64, 2),
        *arrays(tables.holding),
        np.zeros(at.LINE * lines, np.int64), np.zeros(lines),
        np.zeros(sizes["bins"], np.int64), np.zeros(ticks * width),
        _seeds(tables.streams, plan), np.array(ziggurat()),
    ]  # fmt: skip
    return _more_tokens(Machine(*whole), max(_TOKENS, 2 * margin))


def _empty(count: int, kind: Any, first: int = 0) -> Any:
    """Zeros, of which entry `first` begins a line of memory: NumPy begins amid one."""
    import numpy as np

    size = np.dtype(kind).itemsize
    room = np.zeros(count * size + 2 * _LINE, np.uint8)
    skip = -(room.__array_interface__["data"][0] + first * size) % _LINE
    return room[skip : skip + count * size].view(kind)


def _in_lines(array: Any) -> Any:
    """A copy that begins with a line of memory."""
    made = _empty(len(array), array.dtype)
    made[:] = array
    return made


def _margin(tables: Tables) -> int:
    """Events and tokens that one event may add at most: forks, instances lost, queues served."""
    stations = [tables.station_row(k) for k in range(len(tables.stations))]
    servers = max((int(tables.ins[row + at.S_SERVERS]) for row in stations), default=1)
    pooled = max((int(tables.ins[row + at.S_INSTANCES]) for row in stations
                  if tables.ins[row + at.S_SHARED]), default=1)  # fmt: skip
    served = min(servers * pooled, MOST_SERVED)
    return 16 + 2 * (tables.sizes["widest"] + tables.sizes["largest"] + served)


def _room(tables: Tables, plan: Plan, margin: int) -> int:
    """Events there is room for: interpreted for those of the start, compiled for as many as may be.

    What is not used of an array takes no memory, and an array need not grow.
    """
    if not plan.interpreted and compiling.is_available():
        return MOST_EVENTS_AHEAD + margin
    users = sum(int(tables.ins[k * at.FLOW + at.FL_USERS]) for k in range(len(tables.flows)))
    others = sum(tables.sizes[name] for name in ("changes", "scales", "breaks"))
    return _EVENTS + len(tables.flows) + users + others + margin


def _seeds(streams: tuple[str, ...], plan: Plan) -> Any:
    """State of each stream, from its name, the seed and the replication."""
    import numpy as np

    states = b"".join(
        blake2b(f"{plan.seed} {plan.replication} {name}".encode(), digest_size=32).digest()
        for name in streams
    )
    return np.frombuffer(states, dtype="<u8").astype(np.uint64)


def _list(array: Any) -> Any:
    return array.tolist()


# -- room ----------------------------------------------------------------------------------------


def grown(machine: Machine, most: int) -> Machine | None:
    """The same with twice the room, where it is short; None where `most` tokens do not suffice."""
    num = machine.num
    margin = num[at.N_MARGIN]
    if num[at.N_HEAP] + margin > num[at.N_ROOM]:
        events: Any = machine.at
        more = len(events) + int(margin)
        if not isinstance(events, list) or len(events) + more > MOST_EVENTS_AHEAD:
            return None
        num[at.N_ROOM] += more
        machine.at.extend([0.0] * more)
        machine.what.extend([0] * (2 * more))
    wanted = num[at.N_WANT] + margin
    if num[at.N_SPARE] < wanted:
        now = len(machine.tok) // int(num[at.N_SIZE])
        more = max(int(wanted), min(now, most - now))
        if now + more > most + 2 * margin:
            return None
        machine = _more_tokens(machine, more)
    num[at.N_WANT] = 0
    return machine


def _more_tokens(machine: Machine, count: int) -> Machine:
    """Room for more tokens, after those there are."""
    import numpy as np

    num = machine.num
    old, more = len(machine.tok), count * int(num[at.N_SIZE])
    num[at.N_SPARE] += count
    if isinstance(machine.tok, list):
        machine.tok.extend([0] * more)
        machine.tkf.extend([0.0] * (more // 2))
        return machine
    if old > _COPIED:  # in place: a copy would need as much room again
        machine.tok.resize(old + more, refcheck=False)
        machine.tkf.resize((old + more) // 2, refcheck=False)
        return machine
    kind = np.zeros if old + more > _COPIED else _empty
    tok, tkf = kind(old + more, np.int32), kind((old + more) // 2, np.float64)
    tok[:old], tkf[: old // 2] = machine.tok, machine.tkf
    return machine._replace(tok=tok, tkf=tkf)
