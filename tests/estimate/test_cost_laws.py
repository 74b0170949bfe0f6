"""What holds of cost whatever the numbers: it never falls below zero, nor as load grows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysdesign.estimate.cost import PARTS
from sysdesign.study import Study
from sysdesign.workbench import open_text
from tests.quick import examples


def study(rate: int, replicas: int, size: int, price: int, times: int) -> Study:
    """Two operations on a server, a store of our own, and one of a provider."""
    return open_text(f"""
sysdesign: 1
problem: {{actors: {{user: {{primary: true}}}}}}
operations:
  put: {{actor: user, rate: {rate} req/s, request: 1 kB, response: 1 kB,
        path: [web: [db: {{do: write}}, kv: {{do: write, times: {times}}}]]}}
  get: {{actor: user, rate: {3 * rate} req/s, response: {size} B, path: [web: [kv]]}}
data: {{row: {{store: db, size: {size} B, written_by: put}}, item: {{store: kv, size: 1 kB, written_by: put}}}}
components:
  web: {{kind: service, replicas: {replicas}, work: 2 ms, price: {{instance: {price} USD/month,
        out: [{{up_to: 1 TB, each: 0.09 USD/GB}}, {{each: 0.05 USD/GB}}]}}}}
  db: {{kind: sql_database, work: 1 ms, overhead: 1x,
       price: {{instance: 10 USD/month, stored: 0.1 USD/GB/month}}}}
  kv: {{kind: key_value_store, managed: true, work: 2 ms, overhead: 1x,
       price: {{call: {{read: 1 USD / 1M req, write: 5 USD / 1M req}}, stored: 0.2 USD/GB/month}}}}
""").study


NUMBERS = st.tuples(st.integers(1, 10_000), st.integers(1, 90), st.integers(1, 100_000),
                    st.integers(0, 1000), st.integers(1, 9))  # fmt: skip


@settings(max_examples=examples(10), deadline=None)
@given(NUMBERS)
def test_no_part_is_negative_or_falls_as_load_grows_and_no_cent_is_lost(
    numbers: tuple[int, int, int, int, int],
) -> None:
    rate, *others = numbers
    now, more = study(rate, *others), study(2 * rate, *others)

    def cost(one: Study, name: str) -> float:
        figure = one.figure(name)
        assert figure is not None, name
        return figure.median

    for part in ("web", "db", "kv"):
        for which in PARTS:
            name = f"{part}.cost.{which}"
            assert 0 <= cost(now, name) <= cost(more, name) * (1 + 1e-9), name
    assert cost(now, "put.cost") + cost(now, "get.cost") == pytest.approx(cost(now, "cost"))
    parts = sum(cost(now, f"{part}.cost") for part in ("web", "db", "kv"))
    assert parts == pytest.approx(cost(now, "cost"))
