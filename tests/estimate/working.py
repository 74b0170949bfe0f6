"""Short designs, and their numbers as plain floats in base units."""

import pytest

from sysdesign.workbench import Workbench, open_text

DAY, YEAR = 86_400.0, 365 * 86_400.0
Z95 = 1.6448536269514722

# Usual parts, so that a test states only what it is about.
PARTS = """
  lb: {kind: load_balancer, managed: true, work: 1 ms}
  gw: {kind: api_gateway, work: 2 ms}
  web: {kind: service, work: 5 ms}
  more: {kind: service, work: 7 ms}
  last: {kind: service, work: 11 ms}
  hot: {kind: cache, hit: 80%, work: 0.5 ms}
  edge: {kind: cdn, hit: 90%, work: 3 ms}
  db: {kind: sql_database, work: {read: 4 ms, write: 6 ms}, overhead: 1x}
  q: {kind: queue, managed: true}
  log: {kind: stream}
  work: {kind: worker, work: 20 ms}
"""


def bench(body: str, parts: str = "", **options: object) -> Workbench:
    """The usual parts and some more, with sections that a test gives."""
    text = f"sysdesign: 1\ncomponents:{PARTS}{parts}\n{body}"
    return open_text(text, **options)  # type: ignore[arg-type]


def medians(body: str, parts: str = "", **options: object) -> dict[str, float]:
    """Medians of all figures in B, s, req and so on."""
    return {n: f.median for n, f in bench(body, parts, **options).figures.items()}


def near(value: float) -> object:
    """Equal but for the rounding of floats."""
    return pytest.approx(value, rel=1e-9)
