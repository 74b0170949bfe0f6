"""Pages about failures in 80 columns, and what they say once."""

from pathlib import Path

import pytest

from tests.running import answer

ROOT = Path(__file__).parents[2]
SHORTENER = str(ROOT / "examples" / "url_shortener.yaml")


@pytest.mark.parametrize(
    "asked", [["availability"], ["failures", "--pairs"], ["cost"], ["diff", SHORTENER]]
)
def test_lines_keep_to_80_columns(asked: list[str]) -> None:
    code, out = answer(asked[0], SHORTENER, *asked[1:], columns=80)
    assert code == 0
    assert [s for s in out.splitlines() if len(s) > 80 and SHORTENER not in s] == []


def test_data_are_told_in_two_tables_where_one_is_too_wide() -> None:
    _, wide = answer("availability", SHORTENER, columns=80)
    _, wider = answer("availability", SHORTENER, columns=120)
    assert "a part lost: loses  back after\n" in wide
    assert "a part lost: loses  back after  deleted: loses  back after" in wider


def test_a_pair_is_told_once_for_all_that_it_brings_down() -> None:
    _, out = answer("failures", SHORTENER, "--pairs", "--all")
    _, _, pairs = out.partition("Pairs that are worse than either alone")
    zones = [line for line in pairs.splitlines() if "zone eu-a and zone eu-b" in line]
    assert zones == ["   100%  zone eu-a and zone eu-b  go and make"]
