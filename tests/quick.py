"""What the fast part takes of a property."""

from hypothesis import settings


def examples(number: int) -> int:
    """So many examples in `make test`; in `make check` a part, as of properties with the usual number."""
    return max(2, number * settings().max_examples // 100)
