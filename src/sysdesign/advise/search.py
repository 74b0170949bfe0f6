"""The smallest turn of a knob that does it."""

from collections.abc import Callable


def smallest(now: int, most: int, enough: Callable[[int], bool]) -> int | None:
    """The value nearest to `now`, towards `most`, from which on it is enough; None where none is.

    The far end is tried first, so that a knob that does not help costs one trial; then steps are
    doubled until it is enough, and halved. More is taken not to hurt on the way.
    """
    if now == most or not enough(most):
        return None
    sign = 1 if most > now else -1
    span = abs(most - now)
    low, step = 0, 1
    while True:
        reach = min(step, span)
        if reach == span or enough(now + sign * reach):
            break
        low, step = reach, step * 2
    high = reach
    while high - low > 1:
        middle = (low + high) // 2
        if enough(now + sign * middle):
            high = middle
        else:
            low = middle
    return now + sign * high
