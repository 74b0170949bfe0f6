"""What a call does: a tree of visits, one for each operation and origin."""

from __future__ import annotations

from sysdesign.network.contents import Contents
from sysdesign.network.station import Number, Spread
from sysdesign.records import dataclass


class Node:
    """A part of a flow; takes time, and puts load on stations."""


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """Takes no time."""


@dataclass(frozen=True, slots=True)
class Delay(Node):
    """Time that puts load on nothing: network, a provider's answer.

    `component` names whom the time is told of; "" is the network. `lacks` names the way whose time
    is not known: none is taken for it, and it stands in the `unknown` of the network.
    """

    spread: Spread
    component: str = ""
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Visit(Node):
    """Work of one call at a station: the sum of `items` pieces, done without a break."""

    station: str
    work: Spread
    items: Number = 1.0


@dataclass(frozen=True, slots=True)
class Hold(Node):
    """A slot of a station is held from the start to the end of `inner`, waiting included."""

    station: str
    inner: Node


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """One after another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat(Node):
    """`inner` so many times: `at_once` of them together, the rest after each other.

    A count that is not whole is a mean; one below 1 is the share of calls that do it at all.
    `varies` is the shape of a count that differs from call to call (its mean is 1 `times`). Where
    the items of batches do, `filled` says of how many items it is a count of batches.
    """

    inner: Node
    times: Number
    at_once: Number = 1.0
    varies: Spread | None = None
    filled: Filled | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """Items that differ in number from call to call, of the shape `varies`, `batch` in each call.

    Whoever draws the number of calls draws that of items, and rounds it up to whole batches.
    """

    items: Number
    batch: Number
    varies: Spread


@dataclass(frozen=True, slots=True)
class Parallel(Node):
    """All at the same time; goes on when `wait` of them are done (all where None).

    `spares` stand in for parts, the first one first: parts and spares together are candidates in
    order of preference, of which as many as there are parts are asked. When all is up those are the
    parts. Each candidate is looked at once:

    - One that is known to be down when its turn comes is passed over, and costs nothing. Known is
      what callers of its station know: an instance that is down is passed over once its health
      checks have found that out, at once where none are stated. Where n instances of a station (of
      the group of the key) are thought to be up, the first n candidates there are. Only work or a
      slot that a candidate begins with counts, the way there (a delay) left aside.
    - Are fewer left than are waited for, it fails at once, and none is asked.
    - One that fails after it was asked (dead, refused, cut off, an error, a time limit within it)
      is replaced at that moment by the next one, as long as the rest is still waited for. What is
      slow is not replaced: the time limits of the call around it count as they always do.

    Formulas, and all that tells what is usual, go by the parts alone.
    """

    parts: tuple[Node, ...]
    wait: int | None = None
    spares: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One way of a choice, with the share of calls that take it."""

    share: Number
    inner: Node


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """One of several ways; shares sum to 1. `why` is miss, choose, place or fallback.

    A miss is the first of its branches. With `instead`, a call of `component` that fails counts as
    a miss. With `contents` a hit or miss follows from keys; the shares are what that comes to.
    """

    branches: tuple[Branch, ...]
    why: str = ""
    component: str = ""
    instead: bool = False
    contents: Contents | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Attempts after the first: `budget` bounds them as a share of calls.

    `when` names what is repeated: timeout, error, refused; all of them where empty.
    """

    count: int
    backoff_s: Number = 0.0
    growth: float = 2.0
    most_s: Number | None = None
    jitter: bool = False
    budget: Number | None = None
    when: tuple[str, ...] = ()

    def pause_s(self, attempt: int) -> float:
        """Longest wait after an attempt, the first being 0; without jitter it is just that long."""
        length = float(self.backoff_s) * self.growth**attempt
        return length if self.most_s is None else min(length, float(self.most_s))


@dataclass(frozen=True, slots=True)
class Hedge:
    """A second call after `after_s`, or a percentile (0..1) of the first; the sooner counts."""

    after_s: Number | None = None
    percentile: float | None = None


@dataclass(frozen=True, slots=True)
class Breaker:
    """Calls fail at once for `open_s` when the share of `errors` over `over_s` was too high."""

    errors: Number = 0.5
    over_s: Number = 10.0
    open_s: Number = 30.0


@dataclass(frozen=True, slots=True)
class Attempts:
    """How a caller guards a call. `optional`: failing does not fail the operation.

    `fallback` says in words what is done instead; numbers do not hang on it.
    """

    timeout_s: Number | None = None
    deadline_s: Number | None = None
    retry: Retry | None = None
    hedge: Hedge | None = None
    optional: bool = False
    breaker: Breaker | None = None
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A guarded call of `target` by `caller` (components; "" is the actor).

    `target` answers at `place` to a caller at `from_place`, and is asked to `do` so many `items` of
    work; copies of them that it makes by itself do not count. The actor's guard of a whole
    operation has no target.
    """

    caller: str
    target: str
    inner: Node
    guard: Attempts = Attempts()
    place: str = ""
    do: str = ""
    items: Number = 1.0
    from_place: str = ""


@dataclass(frozen=True, slots=True)
class Send(Node):
    """A hand-over that is not waited for: load, no latency. `inner` is what it sets off at once."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many messages wait at most, how long each; None: no limit.

    `when_full`: the sender's call is refused, it waits (block), or the oldest one is dropped
    (drop_oldest). Too old ones are dropped. A message waits until work for it begins.
    """

    most: Number | None = None
    keep_s: Number | None = None
    when_full: str = "refuse"


@dataclass(frozen=True, slots=True)
class Flow:
    """Calls of one operation from one origin.

    `rate_per_s` at peak. `trigger` is the queue, stream or store whose messages start it, with
    `from_operations` those that send them; then its time counts from the taking of a message.
    Each message is a run of its own. With `join` it starts once all messages of one call of that
    operation have come. At most `at_once` calls are worked on at
    the same time (partitions of a stream; None: no limit). A message leaves its sender at the end
    of the call whose target is `trigger`. `users` are a closed load: each waits for the answer and
    then for `think`; the rate is the most that they can bring. `every_s` seconds lie between calls
    of the clock. Calls of `priority` 1 are served first where a station goes by it. A message
    whose run fails is delivered again, so many times in all, `attempts`; then it is dead.
    Flows of one trigger, origin and `group` share its messages, each of which goes to one of them,
    and what `bounds` them.
    """

    operation: str
    origin: str
    rate_per_s: Number
    root: Node
    trigger: str = ""
    from_operations: tuple[str, ...] = ()
    join: str = ""
    at_once: Number | None = None
    users: Number | None = None
    think: Spread | None = None
    every_s: Number | None = None
    priority: float = 5.0
    attempts: int = 1
    group: str = ""
    bounds: Bounds | None = None
