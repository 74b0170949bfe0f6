"""Rates against arithmetic by hand: actors, peaks, triggers, loops, origins, reads and writes."""

import numpy as np
import pytest

from sysdesign.source import UnusableError
from tests.estimate.working import DAY, bench, medians, near


def test_average_and_peak_of_what_actors_call() -> None:
    found = medians("""
assumptions: {users: 3M user, calls: 12 req/user/day}
conventions: {peak: 3}
operations:
  a: {rate: users * calls, path: [web]}
  b: {rate: 500 req/min, peak: 2.5x, path: [web]}
  c: {rate: 100 req/s, peak: 900 req/s, path: [web]}
""")
    a = 3e6 * 12 / DAY
    assert found["a.rate"] == near(a)
    assert found["a.peak_rate"] == near(3 * a)
    assert found["b.rate"] == near(500 / 60)
    assert found["b.peak_rate"] == near(2.5 * 500 / 60)
    assert found["c.peak_rate"] == near(900)
    assert found["system.rate"] == near(a + 500 / 60 + 100)
    assert found["system.peak_rate"] == near(3 * a + 2.5 * 500 / 60 + 900)
    assert found["web.rate"] == near(a + 500 / 60 + 100)


def test_months_and_years_are_as_long_as_the_conventions_say() -> None:
    found = medians("""
conventions: {month: 31 day, year: 360 day}
operations: {a: {rate: 1M req/month, path: [web]}, b: {rate: 1M req/year, path: [web]}}
""")
    assert found["a.rate"] == near(1e6 / (31 * DAY))
    assert found["b.rate"] == near(1e6 / (360 * DAY))


def test_a_cited_rate_is_scaled() -> None:
    plain = medians("assumptions: {r: {use: base.redis.ops}}")["r"]
    scaled = medians("assumptions: {r: {use: base.redis.ops, times: 16, utilisation: 50%}}")["r"]
    assert scaled == near(plain * 8)


def test_connections_and_closed_users_bring_load() -> None:
    found = medians(
        """
operations:
  connect: {opens: gate, peak: 2, path: [gate]}
  browse: {users: {count: 600 user, think: 30 s}, path: [web]}
""",
        "  gate: {kind: connection_gateway, connections: {open: 90k conn, lifetime: 30 min}}",
    )
    assert found["connect.rate"] == near(90_000 / 1800)
    assert found["connect.peak_rate"] == near(2 * 90_000 / 1800)
    assert found["system.connections"] == near(90_000)
    assert found["gate.peak_connections"] == near(180_000)
    assert found["browse.rate"] == near(600 / 30)


# -- who calls whom ------------------------------------------------------------------------------


def test_visits_multiply_along_a_path() -> None:
    found = medians("""
operations:
  a:
    rate: 100 req/s
    path:
      - web:
          - hot: {do: read, times: 20, batch: 10, miss: [db: {do: read, times: 3}]}
          - more: {times: 4, batch: 2, calls: [last]}
          - choose: [{share: 30%, calls: [db: {do: write}]}, [last: {times: 2}]]
          - parallel: [work, {hot: {do: read, hit: 50%, miss: [db]}}]
""")
    assert found["web.rate"] == near(100)
    assert found["hot.rate"] == near(100 * (20 + 1))
    assert found["more.rate"] == near(400)
    assert found["last.rate"] == near(100 * 4 / 2 + 100 * 0.7 * 2)
    assert found["db.rate"] == near(100 * (20 * 0.2 * 3 + 0.3 + 0.5))
    assert found["work.rate"] == near(100)


@pytest.mark.parametrize(
    ("path", "rates"),
    [
        ("[lb, web]", {"lb": 1, "web": 1}),
        ("[lb, web, more]", {"lb": 2, "web": 1, "more": 1}),
        ("[lb, gw, web]", {"lb": 1, "gw": 1, "web": 1}),
        ("[edge, db]", {"edge": 1, "db": 0.1}),
        ("[edge: {times: 5}, db]", {"edge": 5, "db": 0.5}),
        ("[edge: {hit: 40%}, db]", {"edge": 1, "db": 0.6}),
        ("[edge, lb, web, db]", {"edge": 1, "lb": 0.2, "web": 0.1, "db": 0.1}),
        ("[front, db]", {"edge": 1, "db": 0.1}),
        ("[web, lb, more]", {"web": 1, "lb": 1, "more": 1}),
        ("[web: {fallback: [more]}]", {"web": 1, "more": 0}),
    ],
)
def test_a_forwarder_carries_what_follows(path: str, rates: dict[str, float]) -> None:
    found = medians(
        f"paths: {{front: [edge]}}\noperations: {{a: {{rate: 1000 req/s, path: {path}}}}}"
    )
    for part, share in rates.items():
        assert found[f"{part}.rate"] == near(1000 * share), part


# -- triggers ------------------------------------------------------------------------------------

SENDERS = """
  a: {rate: 100 req/s, peak: 4, path: [web: [q, log]]}
  b: {rate: 10 req/s, path: [web: [q: {times: 3}]]}
"""


def test_a_queue_is_shared_and_a_stream_is_read_by_each_group() -> None:
    found = medians(f"""
operations:{SENDERS}
  some: {{trigger: {{from: q, share: 30%}}, path: [work]}}
  rest: {{trigger: q, path: [work]}}
  first: {{trigger: {{from: log, group: x}}, path: [work]}}
  other: {{trigger: {{from: log, group: y, share: 25%, batch: 10}}, path: [work]}}
""")
    sent = 100 + 3 * 10
    assert found["some.rate"] == near(0.3 * sent)
    assert found["rest.rate"] == near(0.7 * sent)
    assert found["first.rate"] == near(100)
    assert found["other.rate"] == near(25)
    assert found["first.peak_rate"] == near(400)
    assert found["rest.peak_rate"] == near(0.7 * (4 * 100 + 3 * 10))


def test_silent_takers_of_a_queue_share_the_rest() -> None:
    found = medians(f"""
operations:{SENDERS}
  some: {{trigger: {{from: q, share: 40%}}, path: [work]}}
  one: {{trigger: q, path: [work]}}
  two: {{trigger: q, path: [work]}}
""")
    assert found["one.rate"] == found["two.rate"] == near(0.3 * 130)


def test_changes_follow_what_is_written() -> None:
    found = medians("""
operations:
  put: {rate: 50 req/s, path: [web: [db: {do: write, of: row, times: 4}]]}
  get: {rate: 500 req/s, path: [web: [db: {do: read, of: row}]]}
  far: {rate: 20 req/s, path: [web]}
  all: {trigger: {changes: db}, path: [work]}
  half: {trigger: {changes: db, by: [put], share: 50%}, path: [work]}
  told: {trigger: {changes: db, of: row, by: [far]}, path: [work]}
data: {row: {store: db, size: 1 kB, written_by: {put: 4, far: 7}}}
""")
    assert found["all.rate"] == near(200)
    assert found["half.rate"] == near(100)
    assert found["told.rate"] == near(140)


def test_schedules_and_joins() -> None:
    found = medians("""
operations:
  split: {rate: 3 req/s, peak: 2, path: [web: [q: {times: 12}]]}
  part: {trigger: q, path: [work: [log]]}
  joined: {trigger: {from: log, join: split}, path: [work]}
  nightly: {trigger: {every: 6 h}, path: [work]}
""")
    assert found["part.rate"] == near(36)
    assert found["joined.rate"] == near(3)
    assert found["joined.peak_rate"] == near(6)
    assert found["nightly.rate"] == near(1 / (6 * 3600))


def test_loops_solve_a_linear_system() -> None:
    found = medians(
        """
operations:
  start: {rate: 100 req/s, peak: 3, path: [web: [q, q2: {times: 0.5}]]}
  one: {trigger: q, path: [work: [q: {times: 20%}, q2: {times: 30%}, q3: {times: 1.5}]]}
  two: {trigger: q2, path: [work: [q: {times: 40%}, q3: {times: 25%}]]}
  three: {trigger: q3, path: [work: [q2: {times: 10%}]]}
""",
        "  q2: {kind: queue}\n  q3: {kind: queue}",
    )
    gains = np.array([[0.2, 0.4, 0.0], [0.3, 0.0, 0.1], [1.5, 0.25, 0.0]])
    for measure, start in (("rate", 100.0), ("peak_rate", 300.0)):
        rates = np.linalg.solve(np.eye(3) - gains, np.array([start, start / 2, 0.0]))
        for name, rate in zip(("one", "two", "three"), rates, strict=True):
            assert found[f"{name}.{measure}"] == near(rate)


@pytest.mark.parametrize(
    ("times", "holds"),
    [("99%", True), ("100%", False), ("3", False), ("60% .. 95%", False), ("5% .. 30%", True)],
)
def test_a_loop_must_die_out(times: str, holds: bool) -> None:
    body = f"""
operations:
  start: {{rate: 100 req/s, path: [q]}}
  again: {{trigger: q, path: [work: [q: {{times: {times}}}]]}}
"""
    if holds:
        assert medians(body)["again.rate"] > 100
        return
    with pytest.raises(
        UnusableError, match="again → again: each call brings on one more"
    ) as raised:
        bench(body)
    assert len(raised.value.problems) == 1


def test_two_loops_that_gain_together_are_refused() -> None:
    with pytest.raises(UnusableError, match="without end"):
        bench(
            """
operations:
  start: {rate: 1 req/s, path: [q]}
  one: {trigger: q, path: [work: [q2: {times: 2}]]}
  two: {trigger: q2, path: [work: [q: {times: 60%}]]}
""",
            "  q2: {kind: queue}",
        )


# -- origins -------------------------------------------------------------------------------------

PLACES = "places: {eu: [eu-a], us: [us-a], asia: {}}\n"


def test_rates_by_place_add_up() -> None:
    found = medians(PLACES + """
assumptions: {users: 1M user}
operations:
  a: {rate: {eu: users * 2 req/user/day, us: 30 req/s}, peak: 3, path: [web]}
""")  # fmt: skip
    eu, us = 2e6 / DAY, 30.0
    assert found["a.rate"] == near(eu + us)
    assert found["a.rate.eu"] == near(eu)
    assert found["a.rate.us"] == near(us)
    assert found["a.peak_rate.us"] == near(3 * us)


def test_rates_and_sizes_by_the_origin_of_the_actor() -> None:
    found = medians(PLACES + """
problem: {actors: {reader: {from: {eu: 50%, us: 30%, asia: 20%}}}}
operations:
  a:
    actor: reader
    rate: 1000 req/s
    peak: 2
    request: {eu: 1 kB, us: 2 kB, asia: 500 B}
    response: 4 kB
    path: [web]
data: {row: {store: db, size: {eu: 100 B, us: 200 B, asia: 50 B}, written_by: a}}
""")  # fmt: skip
    request = 0.5 * 1000 + 0.3 * 2000 + 0.2 * 500
    assert found["a.rate.asia"] == near(200)
    assert found["a.ingress"] == near(1000 * request)
    assert found["a.peak_egress"] == near(2000 * 4000)
    assert found["row.size"] == near(0.5 * 100 + 0.3 * 200 + 0.2 * 50)


def test_a_size_that_leaves_out_an_origin_is_refused() -> None:
    with pytest.raises(UnusableError, match="calls come from asia, too"):
        bench(PLACES + """
problem: {actors: {reader: {from: {eu: 50%, us: 30%, asia: 20%}}}}
operations: {a: {actor: reader, rate: 1 req/s, response: {eu: 1 kB, us: 2 kB}, path: [web]}}
""")  # fmt: skip


# -- reads and writes ----------------------------------------------------------------------------


def test_reads_over_writes_by_what_the_paths_do() -> None:
    found = medians("""
operations:
  get: {rate: 900 req/s, path: [web: [hot: {do: read, miss: [db: {do: read}]}]]}
  look: {api: GET /x, rate: 60 req/s, path: [web]}
  put: {rate: 30 req/s, path: [web: [db: {do: write}]]}
  send: {api: POST /x, rate: 2 req/s, path: [web]}
  ping: {rate: 5000 req/s, path: [web]}
""")
    assert found["read_write"] == near((900 + 60) / (30 + 2))


def test_without_writes_there_is_no_ratio() -> None:
    found = medians("""
operations:
  put: {rate: 0 req/s, path: [db: {do: write}]}
  get: {rate: 5 req/s, path: [db: {do: read}]}
""")
    assert "read_write" not in found
    assert found["system.rate"] == near(5)
