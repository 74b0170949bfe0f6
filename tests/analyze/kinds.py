"""A small design for each kind whose time and use are known exactly; any engine must meet them.

Each is one operation of 40 calls a second, without network. Work is exponential, so that a station
of its own is M/M/c; what follows is computed from the page of the kind by hand.
"""

from dataclasses import dataclass
from math import factorial

RATE = 40.0


def mmc(arrival_per_s: float, service_s: float, servers: int) -> float:
    """Mean time in M/M/c, by Erlang's formula written out (Kleinrock I, section 3.5)."""
    offered = arrival_per_s * service_s
    last = offered**servers / factorial(servers) / (1 - offered / servers)
    waits = last / (sum(offered**k / factorial(k) for k in range(servers)) + last)
    return service_s + waits * service_s / (servers - offered)


@dataclass(frozen=True)
class Case:
    """A kind with its fields, the steps of a call, the mean time of a call, the use of `it`."""

    kind: str
    fields: str
    path: str
    mean_s: float
    utilisation: float | None
    more: str = ""


def spread(ms: float) -> str:
    return f"{{mean: {ms} ms, distribution: exponential}}"


KEEPER = 0.005
"""Mean time of `keeper`: it never queues."""

CASES = (
    Case("service", f"cores: 2, work: {spread(20)}", "it", mmc(RATE, 0.02, 2), 0.4),
    Case("load_balancer", f"cores: 1, work: {spread(5)}", "it, keeper",
         mmc(RATE, 0.005, 1) + KEEPER, 0.2),
    Case("api_gateway", f"cores: 2, work: {spread(10)}", "it, keeper",
         mmc(RATE, 0.01, 2) + KEEPER, 0.2),
    Case("connection_gateway", f"cores: 1, work: {spread(10)}", "it", mmc(RATE, 0.01, 1), 0.4),
    Case("cache", f"hit: 80%, cores: 1, work: {spread(10)}", "it: {do: read, miss: [keeper]}",
         mmc(RATE, 0.01, 1) + 0.2 * KEEPER, 0.4),
    Case("cdn", f"hit: 75%, work: {spread(8)}", "it: {do: read, miss: [keeper]}",
         0.008 + 0.25 * KEEPER, None),
    Case("client", f"hit: 40%, work: {spread(10)}", "it: {miss: [keeper]}",
         0.01 + 0.6 * KEEPER, None),
    Case("dns", f"work: {spread(2)}", "it, keeper", 0.002 + KEEPER, None),
    Case("external_service", f"work: {spread(30)}", "it", 0.03, None),
    Case("function", f"work: {spread(20)}, slots: 300", "it: {calls: [keeper]}",
         0.02 + KEEPER, None),
    Case("worker", f"cores: 3, work: {spread(50)}", "it", mmc(RATE, 0.05, 3), 2 / 3),
    Case("scheduler", f"cores: 1, work: {spread(5)}", "it", mmc(RATE, 0.005, 1), 0.2),
    Case("queue", f"managed: false, cores: 1, work: {spread(5)}", "it", mmc(RATE, 0.005, 1), 0.2),
    Case("stream", f"managed: false, cores: 1, work: {spread(5)}", "it",
         mmc(RATE, 0.005, 1), 0.2),
    # Two statements a call, one after the other: 80 visits a second.
    Case("sql_database", f"cores: 2, work: {spread(10)}", "it: {do: read, times: 2}",
         2 * mmc(2 * RATE, 0.01, 2), 0.4),
    # Reads of any of three copies, each a queue of its own: a third of the calls to each.
    Case("document_store", f"copies: {{count: 3, mode: leader, wait: 0, reads: any}}, cores: 1, "
         f"work: {spread(30)}", "it: read", mmc(RATE / 3, 0.03, 1), 0.4),
    # Four shards of even keys: a quarter of the calls to each.
    Case("wide_column_store", f"shards: 4, copies: 1, cores: 1, work: {spread(40)}", "it: read",
         mmc(RATE / 4, 0.04, 1), 0.4),
    # One key takes 40% of the calls, and its shard half of the others.
    Case("key_value_store", f"shards: {{count: 2, hottest: 40%}}, copies: 1, cores: 1, "
         f"work: {spread(20)}", "it: read",
         0.7 * mmc(0.7 * RATE, 0.02, 1) + 0.3 * mmc(0.3 * RATE, 0.02, 1), 0.56),
    Case("object_store", f"work: {{read: {spread(80)}, write: {spread(200)}}}", "it: write",
         0.2, None),
    # A write goes to the leader, and to its follower behind it, which nobody waits for.
    Case("graph_database", f"copies: {{count: 2, mode: leader, wait: 0}}, cores: 2, "
         f"work: {spread(10)}", "it: write", mmc(RATE, 0.01, 2), 0.2),
    Case("search_index", f"cores: 4, work: {spread(50)}", "it: read", mmc(RATE, 0.05, 4), 0.5),
    Case("time_series_database", f"cores: 1, work: {{write: {spread(1)}, read: {spread(15)}}}",
         "it: read", mmc(RATE, 0.015, 1), 0.6),
)  # fmt: skip


def text(case: Case) -> str:
    """The design of a case."""
    path = case.path.replace("it: read", "it: {do: read}").replace("it: write", "it: {do: write}")
    steps = path if path.startswith("it: ") else ", ".join(path.split(", "))
    return f"""\
sysdesign: 1
conventions: {{network: none}}
problem: {{actors: {{someone: {{}}}}}}
operations:
  op: {{actor: someone, rate: {RATE} req/s, peak: 1, path: [{steps}]}}
components:
  it: {{kind: {case.kind}, {case.fields}}}
  keeper: {{kind: external_service, work: {spread(1e3 * KEEPER)}}}
"""
