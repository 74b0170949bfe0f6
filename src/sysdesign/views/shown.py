"""Numbers as a picture shows them: short, in the words of all other answers."""

from sysdesign.quantity import Units, show

_UNITS = Units()
RATE, TIME = _UNITS.parse("1/s").dimension, _UNITS.parse("s").dimension
_LARGE = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_TOO_LARGE = 1e15  # for letters that people know
_FAR = 100  # from here on a factor has no decimals
_LITTLE = 0.01


def rate(per_s: float | None) -> str:
    """Calls a second: `43k/s`; slow ones a day; nothing where the rate is not known."""
    if per_s is None:
        return ""
    near = float(f"{per_s:.1e}")  # 999.6 is 1k, not 1000
    if near >= _TOO_LARGE:
        return f"{show(near, digits=2)}/s".replace("e+", "e")
    for size, letter in _LARGE:
        if near >= size:
            return f"{show(per_s / size, digits=2)}{letter}/s"
    return show(per_s, RATE, digits=2)


def seconds(value: float | None) -> str:
    """A time: `120 ms`; a word where calls pile up without end."""
    if value is None:
        return "without end"
    return "0 s" if value < 1e-9 else show(value, TIME, digits=2)


def share(value: float) -> str:
    """A share of calls or of time: `43%`."""
    if 0 < value < _LITTLE:
        return f"{value:.1%}" if value >= _LITTLE / 10 else "under 0.1%"
    if 0.99 < value < 1:
        return f"{min(value, 0.999):.1%}"
    if value < _FAR:
        return f"{value:,.0%}"
    return f"{show(value, digits=2)}x".replace("e+", "e").replace(" billion", "G")


def factor(value: float) -> str:
    """A factor on the load: `2.2x`."""
    if 0 < value < _LITTLE:
        return f"{show(value, digits=2)}x".replace("e-0", "e-")
    if value >= _TOO_LARGE:
        return f"{show(value, digits=2)}x".replace("e+", "e")
    return f"{value:.2g}x" if value < _FAR else f"{value:,.0f}x"


def count(value: float) -> str:
    """A number of things: `20`, `0.5`, `850k`."""
    return show(value, digits=2)


def several(number: int, word: str) -> str:
    """`1 call`, `3 calls`."""
    many = word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"
    return f"{number:,} {word if number == 1 else many}"


def listed(words: list[str] | tuple[str, ...], most: int) -> str:
    """Some words, the rest counted: `a, b and 3 more`."""
    if len(words) <= most:
        return ", ".join(words)
    return f"{', '.join(words[:most])} and {len(words) - most} more"
