"""What keeps something from being lowered."""

from sysdesign.network import Number


class LacksError(Exception):
    """A fact that the file does not state, or not so that it can be worked out."""

    def __init__(self, fact: str) -> None:
        self.fact = fact
        super().__init__(fact)


def is_some(value: Number) -> bool:
    """Whether a number is above zero, in every draw."""
    return bool((value > 0) if isinstance(value, float | int) else (value > 0).all())


def some(value: Number, what: str) -> Number:
    """A number that has to be above zero.

    Raises
    ------
    LacksError
        where it is not.
    """
    if not is_some(value):
        raise LacksError(f"{what}: more than none")
    return value
