"""The progress bar in a terminal: one line, whatever its width, and nothing left of it."""

from __future__ import annotations

import os
import sys

import pytest

from sysdesign.cli import progress
from sysdesign.cli.progress import Watching
from sysdesign.simulate.watch import Progress


class Screen:
    """A terminal of so many columns, on standard error."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.text = ""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_the_bar_never_wraps_and_leaves_nothing(monkeypatch, columns):
    screen = Screen(columns)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(os, "get_terminal_size", lambda of: os.terminal_size((columns, 24)))
    monkeypatch.setattr(progress, "_EVERY_S", 0.0)
    with Watching() as watch:
        watch.tell(Progress(0.3, "making ready; the first time on a machine this takes a while"))
        watch.is_stopped = True
        watch.tell(Progress(0.4, ""))
    lines = screen.text.split("\r")
    assert max(map(len, lines)) < columns
    assert lines[-1] == ""
    assert lines[-2].strip() == ""
    assert "ending" in screen.text or columns < 40


def test_without_a_terminal_nothing_is_drawn(monkeypatch):
    screen = Screen(80)
    monkeypatch.setattr(screen, "isatty", lambda: False)
    monkeypatch.setattr(sys, "stderr", screen)
    with Watching() as watch:
        watch.tell(Progress(0.3, "known"))
    assert screen.text == ""
