"""Cost against arithmetic by hand: instances, tiers, bytes, calls, and what each operation causes."""

import pytest

from sysdesign.study import Study
from sysdesign.workbench import open_text
from tests.estimate.working import DAY, YEAR

MONTH = 30 * DAY


def study(components: str, body: str = "", path: str = "web: [db: {do: write}]") -> Study:
    """One operation of 100 calls a second, of which each writes a record of 1 kB."""
    return open_text(f"""
sysdesign: 1
problem: {{name: x, why: y, actors: {{user: {{primary: true}}}}}}
operations:
  put: {{actor: user, api: x, rate: 100 req/s, request: 2 kB, response: 10 kB, path: [{path}]}}
data: {{row: {{store: db, size: 1 kB, written_by: put}}}}
components:
  {components}
{body}
""").study


def a_month(study: Study, name: str) -> float:
    """A figure in money a month."""
    figure = study.figure(name)
    assert figure is not None, name
    return figure.median * MONTH


WEB = "web: {kind: service, replicas: 4, cores: 2, work: 5 ms, price: 100 USD/month}"
DB = "db: {kind: sql_database, work: 1 ms, overhead: 1x, price: {instance: 50 USD/month}}"


def test_instances_times_their_price() -> None:
    found = study(f"{WEB}\n  {DB}")
    assert a_month(found, "web.cost") == pytest.approx(400)
    assert a_month(found, "cost") == pytest.approx(450)


def test_an_hourly_price_is_that_of_730_hours_whatever_our_month() -> None:
    found = study(f"web: {{kind: service, work: 5 ms, price: 0.1 USD/h}}\n  {DB}")
    assert a_month(found, "web.cost") == pytest.approx(73)


def test_shards_times_copies_are_instances() -> None:
    db = "db: {kind: key_value_store, shards: {count: 8, by: hash}, copies: 3, work: 1 ms, price: 10 USD/month}"
    assert a_month(study(f"{WEB}\n  {db}"), "db.cost") == pytest.approx(240)


def test_bytes_kept_are_those_after_a_year_with_copies_or_at_the_age_that_is_stated() -> None:
    db = "db: {kind: sql_database, copies: 2, work: 1 ms, overhead: 1.5x, price: {stored: 0.1 USD/GB/month}}"
    a_year = 100 * YEAR * 1000 / 1e9 * 1.5 * 2 * 0.1
    assert a_month(study(f"{WEB}\n  {db}"), "db.cost") == pytest.approx(a_year)
    half = study(f"{WEB}\n  {db}", "conventions: {cost_at: 6 month}")
    assert a_month(half, "db.cost") == pytest.approx(a_year * 180 / 365)


def test_a_provider_counts_logical_bytes_and_calls_by_what_they_do() -> None:
    db = """db: {kind: key_value_store, managed: true, copies: 3, overhead: 1x, work: 5 ms,
        price: {stored: 0.1 USD/GB/month, call: {read: 1 USD / 1M req, write: 5 USD / 1M req}}}"""
    found = study(f"{WEB}\n  {db}")
    assert a_month(found, "db.cost.stored") == pytest.approx(100 * YEAR * 1000 / 1e9 * 0.1)
    assert a_month(found, "db.cost.calls") == pytest.approx(100 * MONTH * 5e-6)


def test_items_of_a_batch_are_one_call() -> None:
    db = "db: {kind: key_value_store, managed: true, work: 5 ms, price: {call: 5 USD / 1M req}}"
    path = "web: [db: {do: write, times: 20, batch: 10}]"
    found = study(f"{WEB}\n  {db}", path=path)
    assert a_month(found, "db.cost.calls") == pytest.approx(200 * MONTH * 5e-6)


@pytest.mark.parametrize("up_to", ["100 GB/month", "100 GB"])
def test_bytes_to_actors_go_by_tiers_of_a_month(up_to: str) -> None:
    lb = f"""lb: {{kind: load_balancer, managed: true, work: 1 ms,
        price: {{in: 0.01 USD/GB, out: [{{up_to: {up_to}, each: 0.09 USD/GB}}, {{each: 0.05 USD/GB}}]}}}}"""
    found = study(f"{lb}\n  {WEB}\n  {DB}", path="lb, web: [db: {do: write}]")
    sent = 100 * 10e3 * MONTH / 1e9
    assert a_month(found, "lb.cost.out") == pytest.approx(100 * 0.09 + (sent - 100) * 0.05)
    assert a_month(found, "lb.cost.in") == pytest.approx(100 * 2e3 * MONTH / 1e9 * 0.01)


def test_autoscaled_instances_are_those_of_the_average_load() -> None:
    web = """web: {kind: service, replicas: 10, cores: 2, work: 50 ms, price: 100 USD/month,
        scale: {by: utilisation, target: 50%, min: 2, max: 20}}"""
    found = study(f"{web}\n  {DB}")
    assert a_month(found, "web.cost") == pytest.approx(100 * -(-100 * 0.05 // (2 * 0.5)))


def test_an_instance_without_a_price_takes_cited_rates_and_says_so() -> None:
    found = study(f"web: {{kind: service, cores: 2, memory: 4 GB, work: 5 ms}}\n  {DB}")
    assert a_month(found, "web.cost") == pytest.approx(2 * 15 + 4 * 2)
    figure = found.figure("web.cost.instances")
    assert figure is not None
    assert "base.price.core, 2026" in figure.defaults[0]


def test_operations_share_what_is_paid_for_by_busy_time_and_no_cent_is_lost() -> None:
    found = open_text("""
sysdesign: 1
operations:
  put: {actor: user, rate: 100 req/s, path: [web: {do: put, calls: [db: {do: write}]}]}
  get: {actor: user, rate: 300 req/s, path: [web: {do: get, calls: [db]}]}
problem: {actors: {user: {primary: true}}}
data: {row: {store: db, size: 1 kB, written_by: put}}
components:
  web: {kind: service, replicas: 8, work: {put: 6 ms, get: 2 ms}, price: 100 USD/month}
  db: {kind: sql_database, overhead: 1x, work: {read: 1 ms, write: 3 ms},
       price: {instance: 60 USD/month, stored: 0.1 USD/GB/month}}
""").study
    stored = 100 * YEAR * 1000 / 1e9 * 0.1
    assert a_month(found, "put.cost") == pytest.approx(400 + 30 + stored)
    assert a_month(found, "get.cost") == pytest.approx(400 + 30)
    assert a_month(found, "put.cost") + a_month(found, "get.cost") == pytest.approx(
        a_month(found, "cost")
    )
    figure = found.figure("cost_per_call.get")
    assert figure is not None
    assert figure.median == pytest.approx(430 / (300 * MONTH))


@pytest.mark.parametrize("name", ["twitter", "url_shortener", "one_million_users"])
def test_instances_are_those_of_the_network(name: str) -> None:
    from pathlib import Path

    found = open_text(Path(f"examples/{name}.yaml").read_text()).study
    for part, said in found.design.components.items():
        stations = [s for s in found.network.stations.values()
                    if s.component == part and s.queues and "->" not in s.name and "lock" not in s.name]  # fmt: skip
        figure = found.figure(f"{part}.instances")
        if stations and figure is not None and not said.scale and not said.is_managed:
            assert figure.median == sum(
                s.instances * s.shards for s in stations if ".bandwidth" not in s.name
            ), part
