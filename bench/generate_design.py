"""A large design, written by rule: the same text for the same size on every machine.

    python -m bench.generate_design [SLICES] > large.yaml

A slice is one part of a made-up company: ten components (balancer, front, three services, cache,
two stores, queue, worker) and two operations, one that people call and one that works off the
queue. A hundred slices make the 1,000 components and 200 operations of the benchmark.
"""

import sys
from collections.abc import Iterator

COMPONENTS_A_SLICE = 10
OPERATIONS_A_SLICE = 2

HEAD = """\
sysdesign: 1

problem:
  name: Large design of {slices} parts
  why: Many teams keep one design; the check must stay quick.
  horizon: 5 year
  actors:
    customer: {{primary: true, wants: an answer at once}}

conventions:
  peak: 3

places:
  eu: {{zones: [eu-a, eu-b, eu-c], like: west_europe}}
"""

ASSUMPTIONS = """\
  users_{n}: {{value: {low}k .. {high}k user, source: assumption}}
  calls_{n}: {{value: 2 .. 5 req/user/day, source: assumption}}
"""

FUNCTIONAL = """\
    use_{n}: {{priority: must, accept: A customer gets the record asked for., by: call_{n}}}
"""

QUALITY = """\
    fast_{n}: {{class: performance, expect: call_{n}.p99 < 300 ms}}
"""

OPERATIONS = """\
  call_{n}:
    api: POST /v1/part/{n}
    actor: customer
    rate: users_{n} * calls_{n}
    request: 1 kB
    response: 4 kB
    auth: oauth2
    idempotent: client key
    path:
      - balancer_{n}
      - front_{n}:
          - cache_{n}: {{do: read, of: record_{n}, miss: [store_{n}: {{do: read, of: record_{n}}}]}}
          - rules_{n}
{more}          - store_{n}: {{do: write, of: record_{n}}}
          - queue_{n}
  work_{n}:
    trigger: queue_{n}
    path:
      - worker_{n}:
          - index_{n}: {{do: write, of: entry_{n}}}
          - cache_{n}: {{do: write, of: record_{n}}}
"""

# Paths of five to ten steps: so many of these are called beside the ones above.
MORE = (
    "          - people_{next}\n",
    "          - index_{n}: {{do: read, of: entry_{n}}}\n",
    "          - prices_{n}: {{optional: true, timeout: 50 ms}}\n",
)

DATA = """\
  record_{n}:
    store: store_{n}
    key: id
    size: {size} B
    written_by: call_{n}
    keep: 3 year
    class: internal
    popularity: {{zipf: 0.9}}
  entry_{n}:
    store: index_{n}
    key: id
    size: 100 B
    written_by: work_{n}
    keep: 1 year
    class: internal
"""

COMPONENTS = """\
  balancer_{n}: {{kind: load_balancer, replicas: 3}}
  front_{n}: {{kind: service, replicas: 6, cores: 4, work: 3 ms, price: 140 USD/month}}
  rules_{n}: {{kind: service, replicas: 3, cores: 4, work: 2 ms, price: 140 USD/month}}
  people_{n}: {{kind: service, replicas: 3, cores: 4, work: 1 ms, price: 140 USD/month}}
  prices_{n}: {{kind: service, replicas: 3, cores: 2, work: 4 ms, price: 70 USD/month}}
  cache_{n}: {{kind: cache, replicas: 3, cores: 2, memory: 16 GB, price: 90 USD/month}}
  store_{n}:
    kind: sql_database
    cores: 16
    disk: 2 TB
    copies: {{count: 3, mode: leader, wait: 1, failover: 30 s}}
    work: {{read: 0.5 ms, write: 2 ms}}
    price: 900 USD/month
  index_{n}:
    kind: key_value_store
    shards: {{count: 4, by: hash}}
    copies: {{count: 3, mode: quorum}}
    cores: 4
    disk: 500 GB
    work: {{read: 1 ms, write: 1 ms}}
    price: 200 USD/month
  queue_{n}: {{kind: queue, replicas: 3, keep: 7 day, price: 60 USD/month}}
  worker_{n}: {{kind: worker, replicas: 2, cores: 2, work: 5 ms, attempts: 5, price: 70 USD/month}}
"""

ESTIMATES = """\
  memory_{n}: users_{n} * 20% * record_{n}.size * 1/user -> GB
"""

LINKS = """\
links:
  any -> any: {encrypted: tls, timeout: 500 ms}
"""


def _section(name: str, template: str, slices: int) -> Iterator[str]:
    yield f"\n{name}:\n"
    for i in range(slices):
        low = 20 + 7 * i % 90
        chosen = (line for bit, line in enumerate(MORE) if i >> bit & 1)
        more = "".join(chosen).format(n=i, next=(i + 1) % slices)
        yield template.format(n=i, low=low, high=2 * low, size=300 + 10 * (i % 50), more=more)


def large_design(slices: int = 100) -> str:
    """YAML text of a design with ten components and two operations a slice."""
    parts = [HEAD.format(slices=slices)]
    parts += _section("assumptions", ASSUMPTIONS, slices)
    parts += ["\nrequirements:\n", *_section("  functional", FUNCTIONAL, slices)]
    parts += _section("  quality", QUALITY, slices)
    parts += _section("operations", OPERATIONS, slices)
    parts += _section("estimates", ESTIMATES, slices)
    parts += _section("data", DATA, slices)
    parts += _section("components", COMPONENTS, slices)
    return "".join([*parts, "\n", LINKS])


if __name__ == "__main__":
    sys.stdout.write(large_design(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
