"""Who looks on while a simulation runs: sees how far it is, and may end it."""

from typing import Protocol

from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a simulation is: `share` 0..1 of what it is thought to take, and what is known."""

    share: float
    known: str = ""


class Watch(Protocol):
    """The clock, and somebody who looks on; what is below the workbench has neither."""

    @property
    def is_stopped(self) -> bool:
        """Whether somebody wants it to end now."""

    def seconds(self) -> float:
        """Seconds of a clock that never goes back."""

    def tell(self, progress: Progress) -> None:
        """Called now and then, from the thread that started the simulation."""


class Alone:
    """Nobody looks on, and no clock runs."""

    is_stopped = False

    def seconds(self) -> float:
        """Always the same: nothing is ever late."""
        return 0.0

    def tell(self, progress: Progress) -> None:
        """Nobody is told."""
