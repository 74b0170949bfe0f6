"""Where work is done: stations."""

from enum import Enum
from math import ceil
from typing import Any

from sysdesign.records import dataclass

Number = Any
"""A float, or a float64 array of shape (draws,)."""


class Policy(Enum):
    """How calls are spread over the instances of a station."""

    SHARED = "one queue for all instances"
    RANDOM = "random"
    ROUND_ROBIN = "round_robin"
    LEAST_CONNECTIONS = "least_connections"
    POWER_OF_TWO = "power_of_two"


@dataclass(frozen=True, slots=True)
class Spread:
    """How long a piece of work takes, from call to call.

    `mean_s` in seconds; the shape by `p99_over_mean`, else by `scv` (variance over squared mean),
    else by the family alone. `family`: constant, exponential, lognormal, gamma, uniform, weibull,
    pareto; "" leaves it to the fit.
    """

    mean_s: Number
    p99_over_mean: float | None = None
    scv: float | None = None
    family: str = ""


KEEPS_UP = 0.95
"""Utilisation up to which instances that follow a backlog keep up. Assumption: what is full."""


@dataclass(frozen=True, slots=True)
class Autoscale:
    """Instances follow a measure: `target` of one instance, within `least` and `most`."""

    by: str
    target: Number
    least: Number
    most: Number
    warm_up_s: Number = 0.0
    cool_down_s: Number = 0.0
    every_s: Number = 15.0

    @property
    def of_one(self) -> Number:
        """Use or calls of one instance that it keeps to; what follows a backlog keeps up."""
        return KEEPS_UP if self.keeps_up else self.target

    @property
    def keeps_up(self) -> bool:
        """Whether it grows as long as work piles up, whatever that waits for."""
        return self.by in ("backlog", "lag")

    def makes(self, calls_per_s: float, busy: float) -> float:
        """Instances for so many calls a second that keep so many instances at work."""
        wanted = ceil((calls_per_s if self.by == "rate" else busy) / float(self.of_one) - 1e-9)
        return max(min(float(wanted), float(self.most)), float(self.least), 1.0)


@dataclass(frozen=True, slots=True)
class Failing:
    """How often something breaks, and how long it stays so; means in seconds.

    `together` is the share of the failures that take all instances at once. `availability` is the
    share of the time that a provider states instead; then the mean times are not known (None).
    `default` is what to say where the file leaves it to the kind.
    """

    every_s: Number | None = None
    repair: Spread | None = None
    together: Number = 0.0
    availability: Number | None = None
    default: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """A look at each instance every `every_s`; after so many failed ones it gets no more calls."""

    every_s: Number
    fails: Number = 2.0


@dataclass(frozen=True, slots=True)
class Station:
    """Servers that work on what comes.

    `name` is the component, or component@place where it has several; `component` leads back to
    the file. `shards` groups hold different keys; calls go to the group of their key, `hottest`
    is the share of the most wanted group (1/shards where even). Within a group
    `instances` share the calls by `policy`; each works on `servers` calls at once and has `slots`
    calls in hand at most (None: no limit), waiting on others included. `waiting` calls wait at most
    at one instance; `cap_per_s` is a documented limit of the whole. A station that does not `queue`
    is a pure delay: the provider's, outside, a device.

    Instances stand in `zones` in turn, the first in the first; where none are known they share the
    fate of the place alone. `fails` is of one instance, or of the whole where it does not queue.
    `failover` is how long callers need to go elsewhere when the station is down, or until another
    copy leads: `followers` names the station whose copies of the same shards then do. `when_full`
    is what a bounded queue does: refuse, block, drop_oldest.
    """

    name: str
    component: str
    place: str = ""
    instances: Number = 1.0
    servers: Number = 1.0
    shards: Number = 1.0
    hottest: Number | None = None
    policy: Policy = Policy.SHARED
    slots: Number | None = None
    waiting: Number | None = None
    cap_per_s: Number | None = None
    queues: bool = True
    order: str = "fifo"
    autoscale: Autoscale | None = None
    sigma: float = 0.0
    kappa: float = 0.0
    zones: tuple[str, ...] = ()
    fails: Failing | None = None
    failover: Spread | None = None
    followers: str = ""
    health: Health | None = None
    when_full: str = "refuse"
    notes: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
