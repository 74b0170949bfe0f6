"""Findings of a design that is only begun: each thing said once, with all it is said of."""

from __future__ import annotations

from pathlib import Path

from sysdesign.cli.findings import finding_lines
from sysdesign.cli.screen import Paint
from sysdesign.workbench import open_text
from tests.running import answer

BEGUN = """\
sysdesign: 1
problem: {actors: {fan: {primary: true}}}
assumptions: {fans: {value: 1M .. 3M user, source: assumption}}
requirements:
  quality:
    few: {class: scale, priority: must, expect: system.peak_rate < 1M req/s, source: assumption}
operations:
  browse: {actor: fan, rate: fans * 1 req/user/day, path: [gate, one: [two, three]]}
components:
  gate: {kind: api_gateway}
  one: {kind: service}
  two: {kind: service}
  three: {kind: service}
"""


def shown(*, everything: bool) -> list[str]:
    failed = open_text(BEGUN).review.failed
    return list(finding_lines(failed, Paint("never"), everything))


def test_what_is_said_of_several_is_said_once():
    lines = shown(everything=False)
    first = next(i for i, line in enumerate(lines) if "HLD-07" in line)
    assert "what gate does is not said" in lines[first]
    assert lines[first + 4].strip() == "the same of one (line 11), two (12) and three (13)"
    assert sum("HLD-07" in line for line in lines) == 1


def test_all_shows_each_at_its_place():
    lines = shown(everything=True)
    assert sum("HLD-07" in line for line in lines) == 4
    assert not any("the same of" in line for line in lines)


def test_nothing_gets_lost():
    """Each rule is named in either form, and each element of what is told once."""
    failed = open_text(BEGUN).review.failed
    text = "\n".join(shown(everything=False))
    assert all(finding.rule in text for finding in failed)
    assert all(f.element.rpartition(".")[2] in text for f in failed if f.rule == "HLD-07")


def test_draws_of_a_range_never_make_certain(tmp_path: Path):
    (tmp_path / "design.yaml").write_text(BEGUN)
    _, said = answer("check", cwd=tmp_path)
    assert "true with a probability of over 99%" in " ".join(said.split())
    assert "probability of 100%" not in said
