"""What is counted of calls: times by bucket."""

from math import frexp

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.layout import BINS, LEAST, PARTS


@jit
def bucket(seconds: float) -> int:
    """Bucket of a time: 64 parts of each factor of two, by its bits."""
    if seconds <= 0.0:
        return 0
    part, octave = frexp(seconds)
    k = (octave - 1 - LEAST) * PARTS + int((part - 0.5) * (2 * PARTS))
    return min(max(k, 0), BINS - 1)
