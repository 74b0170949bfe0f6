"""What is counted of calls: times by bucket."""

from math import frexp
from typing import Any

from sysdesign.simulate.compiling import inside, is_interpreting
from sysdesign.simulate.kernel.layout import BINS, LEAST, PARTS

_parts: Any

if is_interpreting():

    def _parts(seconds: float) -> int:
        """Binary exponent and the first six digits of a number above 0, as one number."""
        part, octave = frexp(seconds)
        return (octave - 1) * PARTS + int((part - 0.5) * (2 * PARTS))

else:
    from sysdesign.simulate.kernel import addresses

    _parts = addresses.parts


@inside
def bucket(seconds: float) -> int:
    """Bucket of a time: 64 parts of each factor of two, by its bits."""
    if seconds <= 0.0:
        return 0
    return min(max(_parts(seconds) - LEAST * PARTS, 0), BINS - 1)
