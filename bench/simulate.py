"""How fast the simulator is, beside SimPy and Ciw in the same run: requests a processor second.

    python -m bench.simulate [ROUNDS] [WORKLOAD ...]

Workloads (a) to (d) are those of `tests.simulate.peers`; (c2) is (c) with a cache by key (LRU, 80%
of the calls for 100,000 keys hit), breakers, zones, three shards of the database and autoscaling;
(e) is examples/twitter.yaml. Prints medians, the ratio to SimPy, what each is to reach where the
bars were set, and as a share of it what was measured and what is alike by `bench.yardstick`.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.analyze.networks import constant, network, station, visit
from tests.simulate.peers import ciw_run, simpy_run, workload

from bench.yardstick import slower, told
from sysdesign.formulas.popularity import lru_keys, zipf
from sysdesign.network import (
    Attempts,
    Autoscale,
    Branch,
    Breaker,
    Call,
    Choice,
    Contents,
    Delay,
    Health,
    Network,
    Policy,
    Retry,
    Sequence,
    Spread,
)
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.workbench import open_design

ROOT = Path(__file__).resolve().parent.parent
TARGETS = {"a": 12e6, "b": 3.5e6, "c": 4e6, "d": 2.5e6, "c2": 1.5e6, "e": 0.4e6}
REQUESTS = {"a": 4_000_000, "b": 2_000_000, "c": 2_000_000, "d": 300_000, "c2": 1_000_000}
PEERS = 30_000  # requests of the others
START = """
import sys, time
from pathlib import Path
sys.modules["scipy"] = None  # Numba reads it where it is there; only the tests need it
from sysdesign.network import *
from sysdesign.simulate.engine import prepare, run
from sysdesign.simulate.plan import Plan
work = Visit("s", Spread(1.0, family="exponential"))
net = Network({"s": Station("s", "s")}, (Flow("op", "", 0.8, work),))
run(prepare(net), Plan(0.0, 1000.0))
spent = time.process_time()
status = Path("/proc/self/status")  # Linux; what getrusage says is partly the parent's
peak = status.read_text().partition("VmHWM:")[2].split() if status.exists() else ["0"]
print(spent, int(peak[0]) / 1024)
"""


def web_with_all() -> Network:
    """(c) with keys, breakers, zones with health checks, shards, and autoscaling."""
    guard = Attempts(timeout_s=1.0, retry=Retry(2, budget=0.1), breaker=Breaker())
    scale = Autoscale("utilisation", 0.5, 4.0, 12.0, 30.0, 60.0)
    zones = ("za", "zb", "zc")
    app = station("app", instances=4.0, servers=8.0, policy=Policy.ROUND_ROBIN)
    app = replace(app, autoscale=scale, zones=zones, health=Health(5.0))
    miss = Call("app", "db", visit("db", 0.02), guard)
    hit = Delay(Spread(0.0005, family="constant"))
    held = lru_keys(zipf(100_000, 0.9), 0.8)
    keys = Contents("cache", "cache", keys=100_000, zipf=0.9, held=held)
    way = Choice((Branch(0.2, miss), Branch(0.8, hit)), "miss", "cache", contents=keys)
    work = visit("app", 0.01, family="lognormal", scv=1.0)
    db = station("db", shards=3.0, servers=6.0, zones=zones)
    return network(app, db, op=(1000.0, Sequence((Delay(constant(0.0007)), work, way))))


def made(name: str) -> Network:
    """The network of a workload."""
    if name == "e":
        return open_design(str(ROOT / "examples" / "twitter.yaml")).study.network
    return web_with_all() if name == "c2" else workload(name)


def ours(name: str) -> Callable[[], tuple[float, float]]:
    """Requests and visits a processor second of the kernel."""
    tables = prepare(made(name))
    rate = sum(float(f.rate_per_s) for f in tables.flows if not f.trigger)
    length = 1.0 if name == "e" else REQUESTS[name] / rate
    run(tables, Plan(0.0, length / 1000))

    def once() -> tuple[float, float]:
        began = time.process_time()
        tally = run(tables, Plan(length / 20, length, interval_s=length / 20))
        spent = time.process_time() - began
        calls = sum(f.started for f in tally.flows)
        return calls / spent, sum(s.arrivals for s in tally.stations) / spent

    return once


def others(run_of: Callable[..., object], name: str) -> float:
    """Requests a processor second of a peer."""
    rate = {"a": 0.8, "b": 1.0}.get(name, 1000.0)
    began = time.process_time()
    run_of(name, PEERS / rate, 0.0, 1)
    return PEERS / (time.process_time() - began)


def main(rounds: int, names: list[str]) -> None:
    print(f"{'':4}{'requests/CPU s':>16}{'visits/CPU s':>16}{'SimPy':>10}{'Ciw':>10}"
          f"{'x SimPy':>9}{'target':>12}{'share':>8}{'alike':>8}")  # fmt: skip
    factor = slower()
    for name in names:
        once = ours(name)
        rates, visits, simpy, ciw = [], [], [], []
        for _ in range(rounds):
            one, two = once()
            rates.append(one)
            visits.append(two)
            if name in "abcd":
                simpy.append(others(simpy_run, name))
        if name in "abc":
            ciw.append(others(ciw_run, name))
        mine = statistics.median(rates)
        peer = statistics.median(simpy) if simpy else 0.0
        print(f"{name:4}{mine:16,.0f}{statistics.median(visits):16,.0f}{peer:10,.0f}"
              f"{ciw[0] if ciw else 0.0:10,.0f}{mine / peer if peer else 0.0:9.0f}"
              f"{TARGETS[name]:12,.0f}{mine / TARGETS[name]:8.0%}"
              f"{factor * mine / TARGETS[name]:8.0%}", flush=True)  # fmt: skip
    print(told(factor))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most {peak:,.0f} MB, peers and twitter included (target 350)")
    print(f"two cores: {two_cores():.2f} times one (target 1.8)")
    spent, memory = small_run()
    print(f"a whole small run, compiled before: {spent:.2f} s CPU (target 1.2), {memory:.0f} MB")
    with TemporaryDirectory() as folder:
        spent, _ = small_run(XDG_CACHE_HOME=folder)
    print(f"the same with nothing compiled before: {spent:.0f} s CPU (target 30)")


def small_run(**changes: str) -> tuple[float, float]:
    """Processor seconds and megabytes of a process that simulates a thousand seconds."""
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, check=True,
        env={**os.environ, **changes},
    )  # fmt: skip
    spent, memory = done.stdout.split()
    return float(spent), float(memory)


def two_cores() -> float:
    """How much faster two replications are in two threads than one after the other."""
    tables = prepare(made("c"))
    plans = [Plan(0.0, 1000.0, replication=k, interval_s=50.0) for k in range(2)]
    found = []
    for _ in range(3):
        began = time.perf_counter()
        for plan in plans:
            run(tables, plan)
        middle = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda plan: run(tables, plan), plans))
        found.append((middle - began) / (time.perf_counter() - middle))
    return statistics.median(found)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    count = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 3
    main(count, arguments or list(TARGETS))
