"""What the simulation models, what it leaves out, and every default with its origin."""

from collections.abc import Iterator

from sysdesign.network import Autoscale, Breaker, Call, Health, Network, expected
from sysdesign.network.contents import USUAL_ZIPF
from sysdesign.network.station import Spread
from sysdesign.simulate.chances import OUTAGE
from sysdesign.simulate.holding import MOST_ENTRIES
from sysdesign.simulate.slicing import ROUGH, TOLERANCE
from sysdesign.simulate.statistics import CONFIDENCE
from sysdesign.simulate.stopping import DOWN_TIMES, GUESS_PER_S, REPLICATIONS, SETTLE_S
from sysdesign.simulate.timeline import LEAD_S, STRETCH_S, TAIL_S

LEAST_CALLS = 20
"""Calls that a breaker sees before it opens."""
BUDGET_S = 10.0
"""Seconds' worth of retries that a budget holds at most."""

MODELLED = (
    ("arrivals", "Open calls come by chance (Poisson) at a rate that may change by time; closed "
     "users think, call, and wait for the answer. Scheduled work comes at its times."),
    ("instances", "Each has so many servers, slots that a call holds while it waits for others, and "
     "a queue that may be bounded: then it refuses, blocks or drops the oldest."),
    ("order", "First come first served, last come, by priority, or all at once (processor sharing)."),
    ("balancing", "Round robin, at random, fewest calls in hand, the better of two, or one queue for "
     "all; an instance that is thought down gets no calls."),
    ("shards", "A call goes to the group of its key; the hottest group has the share it has."),
    ("calls", "One after another, at the same time (all, any, k of them), repeated, by chance; "
     "optional ones may fail."),
    ("batches", "Items of a `batch` are one round trip and work for each, as pipelines, multi-gets and "
     "batches of messages are; without `batch` each item is a call of its own. The last batch is not full: "
     "30 items in batches of 20 are two calls of 15 on average. Where the number of items differs from call "
     "to call, it is drawn, and rounded up to batches; estimate and cost count as many calls on average."),
    ("guards", "Timeouts, deadlines, retries with backoff, jitter and budget, hedges, breakers. What "
     "was given up is still worked on: nothing is cancelled."),
    ("caches", "By key, where popularity and memory are known: lru, lfu, fifo or random, lifetimes, "
     "one fetch for all that ask meanwhile. Else by chance, as often as `hit` says. One that is "
     "emptied, restarted or rolled out fills key by key again, with as much room as gives its `hit`. "
     "A call that a cache which is down does not answer is a miss, unless `when_down: fail`. A run "
     "starts with caches as full as they are in the long run. Of very many keys some entries stand "
     "for several alike, and a run says so."),
    ("connections", "Those that a gateway loses (`disconnect`, a dead instance, a deploy) call the "
     "operation that opens them again, after the time and spread of `reconnect`."),
    ("messages", "Queues and streams with consumers, batches, joins, attempts and dead letters. A message "
     "whose run fails is delivered again at once, as often as `attempts` says; then it is dead, and its "
     "call has failed. A join waits for all that a call set off, what it did not wait for included. Of a queue each message "
     "goes to one of those that take from it, of a stream to each group. Messages of a batch are "
     "worked on at the same time, each by itself: what one write for all of them saves belongs into `work`."),
    ("messages that are lost", "Above `backlog` a queue refuses, lets the sender wait, or drops the "
     "oldest, as `when_full` says; a stream drops the oldest that a group has not read. Older ones "
     "than `keep` are dropped. They count until work for them begins."),
    ("autoscaling", "Looks every so often at use, rate, messages not taken, or their lag: the time "
     "that they need at the pace since the last look. New instances come after `warm_up`, fewer are "
     "wanted for `cool_down` before any goes."),
    ("failures", "Instances, zones, places, links and dependencies that fail and come back, work that "
     "slows down, calls that fail, as scenarios say. Calls that an instance had in hand fail with it. Calls of "
     "a place that is lost fail until `failover` is over, then go to the next nearest place, those of several "
     "lost places to what is left; without another place they fail until it is back."),
    ("failures by chance", "With `--failures` parts fail as often as `fails` or `availability` says, each "
     "by itself: instances, providers, zones, places, ways between places. What follows each failure "
     "and each repair is run until it has settled; until the next one nothing changes, and calls of "
     "that time count as those before."),
    ("quorums", "A read asks the nearest copies that make its quorum. One that is known to be down is passed over, "
     "and one that fails is replaced at once by the next nearest, at another place, too."),
    ("leaders", "Where the copy that leads a shard is down, one that follows at its place leads after "
     "`failover`, and the one that was down follows once it is back. A release moves the lead first."),
    ("large designs", "Where there is no time for all of it a slice is run: one of so many calls, on as many "
     "fewer instances and shards, if formulas say that no mean changes by it. Quiet stretches of a scenario "
     "are cut. The run says both. With `--failures` there is no slice: a smaller system fails otherwise."),
    ("traces", "`--trace` tells a call step by step, and the messages that it set off: how long each lay, and "
     "the run that took it."),
    ("measuring", "Each call is counted by when it came. Calls of the warm-up do not count."),
)  # fmt: skip
"""What is modelled, and how."""

LEFT_OUT = (
    ("bytes on the wire", "Bandwidth delays a call where the file states it; packets are never "
     "lost and nothing is slower because a network is full."),
    ("cancelling", "A caller that gives up does not stop what it started."),
    ("data", "No record has a value: consistency, conflicts and lost updates are not simulated. What "
     "`lose` loses is a matter of `failures`."),
    ("garbage collection, compaction", "Pauses are part of the spread of `work`, and come to each "
     "call by itself, not to all calls of an instance at once."),
    ("uncertainty of the numbers", "A run is made at the medians of the ranges: its intervals say how "
     "well the run is known, not how well the numbers of the file are."),
    ("operators", "Nobody mends anything that the file does not say."),
    ("bunches of users", "Actors call independently of each other, but for what scenarios say."),
    ("writes to caches", "A write neither puts a key in nor takes one out (`invalidate`): the share "
     "of calls that this costs belongs into `hit`."),
    ("lifetimes and shared fetches of a stated `hit`", "A cache whose `hit` is stated hits as often, "
     "by chance; `ttl` and `coalesce` count where the ratio follows from `popularity` and `memory`."),
    ("connections in use", "Their number is not bounded by `limit`; what goes over a connection that "
     "is lost still comes. One call opens it again, with the retries of that operation."),
    ("batches over shards", "A batch goes to the shard of one key: what clients split among shards, state "
     "as so many calls `at_once`."),
    ("hot keys behind caches", "Where the share of the hottest shard follows from `popularity`, a cache before it "
     "takes as much from all keys: it takes more from hot ones, so state `shards.hottest` there."),
    ("messages kept by default", "Only a stated `keep` counts, no default of a kind. Messages that "
     "come back after a run that failed are neither too many nor too old."),
    ("the same in another region", "Instances and copies of another region take over when a region is lost "
     "(`failover`), not when just those of one component are down there: until they are back its calls fail. "
     "`failures` and `availability` count so, too."),
    ("failures by chance in all other runs", "Without `--failures` only those happen that scenarios name."),
    ("ways within a place", "Those between the zones of one place never fail alone, here as in "
     "`availability`: which calls cross them is known on average only. A file that lets them is told so."),
    ("who takes a call of a quorum", "With `slots` stated, a call holds one at the nearest place with copies: where "
     "all copies of that place are down it fails, though others are up. Where one copy leads the quorum, no other "
     "stands in for it before another leads. `availability` counts any copies of the places asked."),
)  # fmt: skip
"""What is not modelled, and what that means."""


def own_defaults() -> tuple[tuple[str, str, str], ...]:
    """Every value that the simulation takes where nobody states it: what, how much, why."""
    breaker, scale, health = Breaker(), Autoscale("", 1.0, 1.0, 1.0), Health(1.0)
    return (
        ("shape of work", "exponential", "assumption: the usual one of queueing theory"),
        ("confidence of intervals", f"{CONFIDENCE:.0%}", "convention"),
        ("replications of a round", f"{REPLICATIONS}", "Student's t is close to normal from ten on"),
        ("precision", "1% of a mean, 3% of p99", "what a reader can tell apart; --precision"),
        ("time a simulation may take", "50 s", "patience; --limit"),
        ("warm-up", "where MSER-5 cuts calls in hand; twice a reaction of autoscaling or a breaker "
         "is looked at", "White, Cobb and Spratt, WSC 2000"),
        ("steady state before the first event", f"{LEAD_S:g} s", "assumption; --whole runs all"),
        ("a stretch in which nothing happens", f"{STRETCH_S:g} s, longer until it has settled",
         "assumption; --whole runs all"),
        ("story after the last event", f"{TAIL_S:g} s", "assumption; `run` of the scenario says"),
        ("change of a mean by a slice", f"{TOLERANCE:.1%} at most, by formulas",
         "far below the 3% of p99"),
        ("the same in a scenario that there is no time for otherwise", f"{ROUGH:.0%} at most, by "
         "formulas", "below the 3% of p99"),
        ("speed of a core, until measured", f"{GUESS_PER_S / 1e6:g} million visits/s",
         "measured on one core in 2026"),
        ("breaker: errors, window, open", f"{breaker.errors:.0%}, {breaker.over_s:g} s, "
         f"{breaker.open_s:g} s", "assumption"),
        ("breaker: calls before it opens", f"{LEAST_CALLS}", "assumption"),
        ("retry budget: most that is saved", f"{BUDGET_S:g} s worth of calls", "assumption"),
        ("health check: failed looks", f"{health.fails:g}", "assumption"),
        ("failures by chance: time to settle", f"{SETTLE_S:g} s after each failure and repair, longer "
         "for what reacts slowly", "assumption; --whole runs all"),
        ("failures by chance: precision", f"{DOWN_TIMES:g} times that of a mean", "what there is time "
         "for; --precision"),
        ("outages of what states only `availability`", f"{float(OUTAGE.mean_s):g} s, exponential",
         "assumption"),
        ("no health check stated", "known to be down at once", "assumption, the best case"),
        ("autoscaling: looks every", f"{scale.every_s:g} s", "Kubernetes horizontal pod autoscaler"),
        ("keys of which no popularity is stated, in a cache that is emptied", f"Zipf {USUAL_ZIPF:g}",
         "assumption; Breslau et al. (INFOCOM 1999) found 0.64 to 0.83 for web pages"),
        ("entries of all caches", f"{MOST_ENTRIES:,}, one for each key or several alike",
         "assumption: 30 MB"),
        ("memory for calls inside", "256 MB in one replication; more end the run, which says so",
         "assumption: what a laptop can spare"),
        ("no timeout stated", "callers wait for ever", "what programs do that state none"),
        ("no failover stated", "calls leave a lost place, and another copy leads, at once",
         "assumption, the best case"),
    )  # fmt: skip


def taken(network: Network) -> Iterator[str]:
    """The defaults of the simulation itself that matter for a network."""
    calls = [node for flow in network.flows for node, _ in expected(flow.root)
             if isinstance(node, Call)]  # fmt: skip
    if any(call.guard.breaker for call in calls):
        yield f"a breaker opens after {LEAST_CALLS} calls at least"
    if any(call.guard.retry and call.guard.retry.budget is not None for call in calls):
        yield f"a retry budget saves {BUDGET_S:g} s worth of calls at most"
    unguarded = dict.fromkeys(
        call.target for call in calls
        if call.target and call.guard.timeout_s is None and call.guard.deadline_s is None
    )  # fmt: skip
    if unguarded:
        some = ", ".join(list(unguarded)[:3])
        more = f" and {len(unguarded) - 3} others" if len(unguarded) > 3 else ""
        yield f"callers of {some}{more} wait for ever: no timeout is stated"
    blind = [s.component for s in network.stations.values()
             if s.queues and s.health is None and float(s.instances) > 1]  # fmt: skip
    if blind:
        yield "an instance that is down is known to be so at once, where no health check is stated"
    if any(spread.family == "exponential" for spread in _works(network)):
        yield "work without a spread is exponential"


def _works(network: Network) -> Iterator[Spread]:
    for flow in network.flows:
        for node, _ in expected(flow.root):
            work = getattr(node, "work", None)
            if isinstance(work, Spread):
                yield work


def page() -> str:
    """The page of the reference."""
    lines = [
        "# What the simulation models, and what not", "",
        "`sysdesign simulate` runs a design call by call. It knows what the file says, and nothing "
        "else: this page says where that ends. Each run prints the defaults that it took.", "",
        "## Modelled", "", "| what | how |", "|---|---|",
        *(f"| {what} | {how} |" for what, how in MODELLED), "",
        "## Not modelled", "", "| what | meaning |", "|---|---|",
        *(f"| {what} | {how} |" for what, how in LEFT_OUT), "",
        "## Defaults", "",
        "Beside those of kinds (see [kinds](kinds.md)) and cited rates (see [rates](rates.md)).", "",
        "| what | taken | origin |", "|---|---|---|",
        *(f"| {what} | {value} | {why} |" for what, value, why in own_defaults()), "",
        "## Intervals", "",
        "Ten replications with seeds of their own; more, and longer ones, until half of the interval "
        "is at most 1% of the mean and 3% of p99 for the operations that requirements name. Means "
        "are ratios of sums over replications with Student's t (Law, Simulation Modeling and "
        "Analysis, 2015, 9.5). A percentile is read on all calls together; its interval comes from "
        "how the share below it differs between replications (Woodruff, JASA 47, 1952). The same "
        "seed gives the same answer, compiled or interpreted; how many replications there is time "
        "for depends on the machine, where --limit ends a run.", "",
        "## Scenarios", "",
        "A requirement is held against each window of a second, or of as many as its percentile "
        "needs (a thousand calls for p99). A window is out of bounds where all replications together "
        "are and more than half of them alone. What does not come back by itself is run again at "
        "other loads, by halving, to find the load at which it would.", "",
    ]  # fmt: skip
    return "\n".join(lines)
