"""`cost` with a price table of one's own."""

import json

import pytest

from sysdesign.cli.commands.cost import _plain
from sysdesign.cli.main import run

DESIGN = """\
sysdesign: 1
problem: {name: Shop, actors: {user: {primary: true}}}
operations: {get: {actor: user, api: GET /x, rate: 100 req/s, response: 10 kB, path: [web: [db]]}}
components:
  web: {kind: service, replicas: 4, cores: 2, work: 5 ms}
  db: {kind: sql_database, work: 1 ms, price: {instance: 50 USD/month}}
"""


@pytest.fixture
def priced(tmp_path, capsys):
    """Run `cost` with the text of a table; gives the exit code and what was printed."""
    file, table = tmp_path / "shop.yaml", tmp_path / "prices.yaml"
    file.write_text(DESIGN, encoding="utf-8")

    def cost(text, *words):
        table.write_text(text, encoding="utf-8")
        code = run(["cost", str(file), "--prices", str(table), *words])
        return code, *capsys.readouterr()

    return cost


@pytest.mark.parametrize(
    ("table", "web"),
    [
        ("core: 10 USD/month", 4 * 2 * 10),
        ("service: 30 USD/month", 4 * 30),
        ("web: 40 USD/month", 4 * 40),
        ("web: 40 USD/month\nservice: 30 USD/month\ncore: 1 USD/month", 4 * 40),
        ("sql_database: 9000 USD/month\ncore: 10 USD/month", 4 * 2 * 10),
    ],
)
def test_a_table_prices_what_the_file_does_not(priced, table, web):
    code, out, _ = priced(table, "--format", "json")
    parts = json.loads(out)["components"]
    assert code == 0
    costs = {name: part["cost"]["value"] for name, part in parts.items()}
    assert costs["web"] == pytest.approx(web)
    assert costs["db"] == pytest.approx(50)  # the price of the file stays


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("", 1),
        ("just a text", 1),
        ("- core", 1),
        ("core: 10 USD/month\nservcie: 3 USD/month", 2),
        ("core: {a: 1}", 1),
        ("core: 10 GB", 1),
        ("\nweb: {instance: 10 kg}", 2),
        ("web: {instnce: 10 USD/month}", 1),
        ("core: 1 USD/month\ncore: 2 USD/month", 2),
        ("core: [", 2),
        ("web: *x", 1),
    ],
)
def test_a_bad_table_is_told_at_its_line(priced, table, line):
    code, out, err = priced(table)
    assert code == 2
    assert not out
    assert f"prices.yaml:{line}:" in err
    assert "Traceback" not in err


def test_a_table_that_is_not_there(tmp_path, capsys):
    file = tmp_path / "shop.yaml"
    file.write_text(DESIGN, encoding="utf-8")
    assert run(["cost", str(file), "--prices", str(tmp_path / "no.yaml")]) == 2
    assert "no.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("amount", "told"),
    [(0.0, "0"), (3.46e-05, "0.0000346"), (5.081, "5.08"), (16_400.4, "16,400"), (999.7, "1,000")],
)
def test_a_cost_of_calls_is_told_without_powers_of_ten(amount: float, told: str) -> None:
    assert _plain(amount) == told
