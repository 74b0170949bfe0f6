"""Of whose calls a time of all is derived: those that make it."""

from __future__ import annotations

import pytest

from sysdesign.study.analysed import derivation_of
from sysdesign.workbench import open_text

TWO = """\
sysdesign: 1
problem: {actors: {fan: {primary: true, from: {eu: 70%, us: 30%}}}}
operations:
  get: {actor: fan, rate: 100 req/s, path: [web: [db: {do: read}]]}
places:
  eu: {zones: [eu-a], like: west_europe}
  us: {zones: [us-a], like: east_us}
links: {eu <-> us: {rtt: FAR}}
components:
  web: {kind: service, replicas: {eu: 4, us: 4}, work: 5 ms}
  db: {kind: sql_database, in: eu}
"""


@pytest.mark.parametrize(
    ("far", "measure", "origin"),
    [
        ("90 ms", "p99", "us"),
        ("90 ms", "p50", "eu"),
        ("90 ms", "mean", "eu"),  # of no place alone, so of most
        ("1 ms", "p99", "eu"),
    ],
)
def test_a_time_is_derived_of_the_calls_that_make_it(far: str, measure: str, origin: str):
    study = open_text(TWO.replace("FAR", far)).study
    found = derivation_of(study, f"get.{measure}")
    assert found is not None
    assert found.origin == origin
    named = derivation_of(study, f"get.{measure}.us")
    assert named is not None
    assert named.origin == "us"
