"""A progress bar on standard error, for people at a terminal; Ctrl-C asks for the answer so far."""

import os
import signal
import sys
import time
from types import FrameType, TracebackType
from typing import Any, Self

from sysdesign.simulate.watch import Progress

_BAR = 24
_WIDTH = 100  # at most; a line that wraps cannot be drawn over
_EVERY_S = 0.2


class Watching:
    """The clock of a run, its progress bar, and Ctrl-C; a context.

    The bar is drawn only where standard error is a terminal. The first Ctrl-C ends the run with
    what is known, the second ends the program.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        stream = sys.stderr
        self.shown = not quiet and stream is not None and stream.isatty()
        self.is_stopped = False
        self._told_at = 0.0
        self._before: Any = None

    def __enter__(self) -> Self:
        try:
            self._before = signal.signal(signal.SIGINT, self._stop)
        except ValueError:  # not the main thread: whoever runs us takes care of it
            self._before = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if self.shown:
            self._write("\r" + " " * _room() + "\r")

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.is_stopped:
            raise KeyboardInterrupt
        self.is_stopped = True

    def seconds(self) -> float:
        """Seconds of a clock that never goes back."""
        return time.monotonic()

    def tell(self, progress: Progress) -> None:
        """Draw the bar again, a few times a second."""
        now = self.seconds()
        if not self.shown or now - self._told_at < _EVERY_S:
            return
        self._told_at = now
        full = round(_BAR * min(max(progress.share, 0.0), 1.0))
        known = (
            f"ending; {progress.known}" if self.is_stopped and progress.known else progress.known
        )
        said = known or ("ending, as soon as anything is known" if self.is_stopped else "")
        text = f"{'█' * full}{'░' * (_BAR - full)} {progress.share:4.0%} {said}"
        room = _room()
        text = text if len(text) <= room else f"{text[: room - 1]}…"
        self._write("\r" + text.ljust(room) + "\r")  # where ^C appears, to be drawn over

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except UnicodeEncodeError:
            self.shown = False
        except OSError:
            self.shown = False


def _room() -> int:
    """Signs that fit on a line, without the last: some terminals go on to the next line there."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(min(columns or _WIDTH, _WIDTH) - 1, 1)
