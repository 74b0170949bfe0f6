"""Counts that cannot be are said at their line, with what to write instead."""

import pytest

from sysdesign.source import Problem, UnusableError
from sysdesign.workbench import open_text

DESIGN = """sysdesign: 1
problem: {name: Orders, why: Orders are read., actors: {reader: {primary: true, wants: an order}}}
operations:
  get:
    api: GET /orders
    actor: reader
    rate: 100 req/s
    path:
      - web:
          - db: {do: read, timeout: 100 ms, retries: 2}
          - parallel: {wait: all, calls: [db, cache]}
components:
  web: {kind: service, replicas: 2, cores: 8, work: 1 ms, slots: 100}
  db: {kind: sql_database, cores: 10, work: 10 ms, shards: {count: 4}, copies: {count: 3}}
  cache: {kind: cache, hit: 90%, work: 1 ms}
"""
SCALE = "replicas: 2, scale: {by: utilisation, target: 50%, min: 1, max: 12}"

WRONG = [
    ("cores: 8", "cores: 0", "more than 0", "how many calls"),
    ("cores: 8", "cores: 0 .. 0", "more than 0", "how many calls"),
    ("slots: 100", "slots: 0", "at least 1", "leave `slots` out"),
    ("replicas: 2", "replicas: 0", "at least 1", "take it out of the paths"),
    ("count: 4", "count: 0", "at least 1", "leave `shards` out"),
    ("copies: {count: 3}", "copies: {count: 0}", "at least 1", "leave `copies` out"),
    ("copies: {count: 3}", "copies: {count: 3, mode: quorum, write: 4}", "has 3", "at most 3"),
    ("copies: {count: 3}", "copies: {count: 3, mode: quorum, read: 4}", "has 3", "at most 3"),
    ("copies: {count: 3}", "copies: {count: 3, mode: leader, wait: 3}", "has 2", "at most 2"),
    ("replicas: 2", SCALE.replace("min: 1", "min: 13"), "at least 13 and at most 12", "min below"),
    ("replicas: 2", SCALE.replace("12", "0"), "at least 1", "leave `scale` out"),
    ("replicas: 2", SCALE.replace("50%", "0%"), "more than 0", ""),
    ("retries: 2", "retries: 1.5", "whole number", ""),
    ("wait: all", "wait: 5", "2 calls are made here, so 5 answers never come", "up to 2, or all"),
    ("wait: all", "wait: 3", "2 calls are made here", "up to 2"),
]


@pytest.mark.parametrize(("said", "wrong", "message", "hint"), WRONG, ids=lambda one: str(one)[:30])
def test_a_count_that_cannot_be(said: str, wrong: str, message: str, hint: str):
    (found,) = _problems(DESIGN.replace(said, wrong, 1))
    assert message in found.message
    assert hint in (found.hint or "")
    assert found.span.line == _line_of(said)


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("cores: 8", "cores: 0.5"),
        ("slots: 100", "slots: 1"),
        ("slots: 100", "backlog: 0"),
        ("retries: 2", "retries: 0"),
        ("wait: all", "wait: 2"),
        ("copies: {count: 3}", "copies: {count: 3, mode: leader, wait: 2}"),
        ("replicas: 2", SCALE.replace("min: 1", "min: 0")),
    ],
)
def test_the_least_that_can_be(said: str, right: str):
    assert not _problems(DESIGN.replace(said, right, 1))


def _problems(text: str) -> tuple[Problem, ...]:
    try:
        open_text(text)
    except UnusableError as refused:
        return tuple(refused.problems)
    return ()


def _line_of(said: str) -> int:
    return next(i for i, line in enumerate(DESIGN.splitlines(), 1) if said in line)
