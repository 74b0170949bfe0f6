"""How irregular a stream of calls is (its arrival scv) after merging, splitting and queueing.

1 is Poisson, 0 a regular beat. Source of all: Whitt, "The Queueing Network Analyzer", Bell System
Technical Journal 62(9), 1983.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import TYPE_CHECKING

from sysdesign.formulas.number import limited, per

if TYPE_CHECKING:
    from sysdesign.formulas.number import Number

_LEAST_SERVICE_SCV = 0.2


def merged(rates_per_s: Sequence[Number], scvs: Sequence[Number], load: Number) -> Number:
    """Arrival scv of several streams that meet at a station with this utilisation.

    The nearer to full load, the more the streams' own irregularity counts; else many streams
    together look like Poisson. Streams without calls count nothing; no calls at all give 1.

    Raises: ValueError if there is not one scv for each rate.

    >>> merged([1.0, 1.0], [4.0, 4.0], 1.0), merged([5.0], [3.0], 0.2)
    (4.0, 3.0)
    """
    if len(rates_per_s) != len(scvs):
        raise ValueError(f"{len(rates_per_s)} rates and {len(scvs)} scvs: give one for each")
    total: Number = sum(rates_per_s)
    mixed: Number = sum(rate * scv for rate, scv in zip(rates_per_s, scvs, strict=True))
    idle = 1.0 * (total <= 0)
    return 1 + kept_when_merged(rates_per_s, load) * ((mixed + idle) / (total + idle) - 1)


def kept_when_merged(rates_per_s: Sequence[Number], load: Number) -> Number:
    """How much of the mean irregularity of streams, beyond Poisson, is left where they meet."""
    total: Number = sum(rates_per_s)
    squares: Number = sum(rate * rate for rate in rates_per_s)
    streams = limited(per(total * total, squares), 1.0, float(max(len(rates_per_s), 1)))
    spare = 1 - limited(load, 0.0, 1.0)
    return 1 / (1 + 4 * spare * spare * (streams - 1))


def split(scv: Number, share: Number) -> Number:
    """Arrival scv of the stream made of calls picked at random with this probability.

    Exact for renewal streams.

    >>> split(3.0, 0.25)
    1.5
    """
    return share * scv + 1 - share


def departing(arrival_scv: Number, service_scv: Number, load: Number, servers: int) -> Number:
    """Arrival scv, for the next station, of the calls that leave one.

    Exact for M/M/c. Service more regular than an scv of 0.2 counts as 0.2.

    >>> departing(1.0, 1.0, 0.7, 4)
    1.0
    """
    busy = limited(load, 0.0, 1.0)
    squared = busy * busy
    service = limited(service_scv, _LEAST_SERVICE_SCV, float("inf"))
    return 1 + (1 - squared) * (arrival_scv - 1) + squared * (service - 1) / sqrt(servers)
