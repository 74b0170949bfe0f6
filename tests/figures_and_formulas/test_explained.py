"""Derivations as a person would present them at a whiteboard."""

from functools import cache
from pathlib import Path

import pytest

from sysdesign.cli.commands.explain import lines
from sysdesign.cli.screen import Paint
from sysdesign.study import UnknownNameError
from sysdesign.workbench import Workbench, open_text
from tests.read.designs import NAMES, text_of

GOLDEN = Path(__file__).parent / "explained.txt"
TOLD = {
    "twitter": ("home_timeline.peak_rate", "photo.stored", "fan_out.peak_rate", "tweets.rate"),
    "chat": ("messages.stored", "ws_gateway.peak_connections", "tell_presence.rate"),
    "video": ("catalogue_cache.memory_needed", "rendition.stored"),
}


@cache
def opened(name: str) -> Workbench:
    return open_text(text_of(name), f"{name}.yaml")


def told(design: str, name: str) -> str:
    return "\n".join(lines(opened(design).explain(name), Paint("never")))


def golden() -> dict[str, str]:
    parts = GOLDEN.read_text(encoding="utf-8").split("## ")[1:]
    return {name: text.strip("\n") for name, _, text in (part.partition("\n") for part in parts)}


ALL = [(design, name) for design, names in TOLD.items() for name in names]


@pytest.mark.parametrize(("design", "name"), ALL)
def test_a_derivation_reads_so(design: str, name: str) -> None:
    assert told(design, name) == golden()[f"{design} {name}"]


@pytest.mark.parametrize("design", NAMES)
def test_every_figure_can_be_explained_each_part_after_what_it_explains(design: str) -> None:
    bench = opened(design)
    for name in bench.figures:
        explanation = bench.explain(name)
        seen = {*explanation.figure.inputs}
        for part in explanation.parts:
            assert part.name in seen
            seen |= {*part.inputs}
        assert {p.name for p in explanation.parts} == seen - {name}


@pytest.mark.parametrize("design", NAMES)
def test_the_full_name_means_the_same(design: str) -> None:
    bench = opened(design)
    for figure in bench.figures.values():
        assert bench.explain(figure.full_name).figure is figure


@pytest.mark.parametrize(
    ("name", "suggestion", "message"),
    [
        ("home_timeline.peek_rate", "home_timeline.peak_rate", "no number of this design"),
        ("hometimeline.rate", "home_timeline.rate", "no number of this design"),
        ("sytem.rate", "system.rate", "no number of this design"),
        ("home_timeline", "home_timeline.rate", "name one of its numbers"),
        ("home_timeline.colour", None, "home_timeline' has rate, peak_rate"),
        ("", None, "no number of this design"),
    ],
)
def test_a_name_that_is_not_known(name: str, suggestion: str | None, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message) as raised:
        opened("twitter").explain(name)
    assert raised.value.suggestion == suggestion


if (
    __name__ == "__main__"
):  # python -m tests.figures_and_formulas.test_explained, then read it aloud
    GOLDEN.write_text(
        "".join(f"## {design} {name}\n{told(design, name)}\n\n" for design, name in ALL),
        encoding="utf-8", newline="\n",
    )  # fmt: skip


def test_a_range_whose_ends_read_alike_is_not_shown() -> None:
    text = "sysdesign: 1\nassumptions: {few: 1 .. 3 req/s, many: 1000 req/s}\n"
    bench = open_text(f"{text}estimates: {{all: few + many, some: few + few}}\n", "x.yaml")
    whole, some = (bench.explain(name).figure for name in ("all", "some"))
    assert not whole.quantity.value.is_exact
    assert whole.shown_range == ""
    assert some.shown_range == "2 .. 6 req/s"
