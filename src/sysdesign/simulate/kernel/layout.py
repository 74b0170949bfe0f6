"""Where each number lies: fields of records, kinds of events, steps, laws; all whole numbers.

Records lie one after another in two arrays that belong together: whole numbers in one, seconds and
shares in the other. A record is named by its place in the first; its place in the second is half of
that. Interpreted, the arrays are lists of Python numbers, which are quicker there.

It is one long file since it is one table: whoever writes a row and whoever reads it look here.
"""

from typing import Final

# -- kinds of events -----------------------------------------------------------------------------

E_GO: Final = 0
"""The action of a token is over: work, a delay, a pause."""
E_ARRIVE: Final = 1
E_TIMER: Final = 2
E_SHARED: Final = 3
"""The first of those that share an instance is done."""
E_TICK: Final = 4
"""End of an interval of the series."""
E_HEDGE: Final = 5
E_CHANGE: Final = 6
E_SCALE: Final = 7
E_THINK: Final = 8
E_LIST: Final = 9
"""Callers notice that an instance is down."""
E_BREAK: Final = 10
E_STARTS: Final = 11
"""An instance that autoscaling has called is there."""
E_LEAD: Final = 12
"""Another copy leads in place of one that is down."""

E_BACK: Final = 13
"""A connection that was lost is opened again."""
E_AROUND: Final = 14
"""Calls of a place that is lost go elsewhere."""
E_OLD: Final = 15
"""The oldest message of a box has lain there for too long."""

# -- what a call of the kernel answers -----------------------------------------------------------

UNLIMITED: Final = 1 << 60
NUMBERS: Final = (1 << 31) - 1
"""What a token holds is no larger, since it takes half the memory so: of numbers of events, joins
and places the last 31 bits, which no two that are there at the same time share."""
KEY_STEP: Final = 2.0**-31

OK: Final = 0
ROOM: Final = 1
"""More room is needed: for tokens, or for events."""
BUSY: Final = 2
"""As many events as were allowed."""

# -- num: whole numbers of the run ---------------------------------------------------------------

N_HEAP: Final = 0  # entries of the heap
N_HOLE: Final = 1  # whether its first entry is taken out and not yet filled
N_NUMBER: Final = 2  # number of the next event
N_FREE: Final = 3  # first free token
N_SPARE: Final = 4  # free tokens
N_HEAD: Final = 5  # first of those that are ready
N_TAIL: Final = 6
N_STATUS: Final = 7
N_MARGIN: Final = 8  # free tokens and events that a step may take
N_JOIN: Final = 9  # last join
N_SEQ: Final = 10  # last place in a queue
N_SIZE: Final = 11  # ints of a token
N_EVENTS: Final = 12
N_MOST: Final = 13  # events allowed
N_TICK: Final = 14  # interval of the series
N_TICKS: Final = 15  # intervals kept
N_TRACED: Final = 16  # rows of traces written
N_FLOWS: Final = 17
N_STATIONS: Final = 18
N_INSIDE: Final = 19  # tokens alive
N_WIDTH: Final = 20  # numbers kept of each interval
N_HOLDS: Final = 21  # where registers of instances end in a token
N_GUARDS: Final = 22  # where those of guards begin
N_WANT: Final = 23  # free tokens that a step lacks
N_ROOM: Final = 24  # entries that the heap has room for
N_TOKENS: Final = 25  # ints of all tokens that were ever used
N_KEYS: Final = 26  # where registers of keys end
N_CHANGES: Final = 27
N_BREAKS: Final = 28
N_SCALES: Final = 29
N_LATER: Final = 30  # first row of changes, then come those of autoscaling and of failures
N_CACHES: Final = 31
N_CACHE: Final = 32  # first row of caches
N_SWITCHES: Final = 33  # breakers that the series follows
N_SWITCH: Final = 34  # list of their pairs
N_STARTS: Final = 35  # beginnings of chains that a token carries
N_STARTS_AT: Final = 36  # where they lie among its seconds
N_TRACES: Final = 37  # calls that are told step by step
N_LINES: Final = 38  # rows of traces there is room for
N_LOST: Final = 39  # places whose calls go elsewhere, a bit each
N_LINKS: Final = 40  # where a token keeps its links in a box, 0 without any
N_NUMS: Final = 42

LINE: Final = 3
"""Of a row of traces: number of the trace, token, twice the step and 1 where work begins."""

# -- clk: seconds of the run ---------------------------------------------------------------------

C_NOW: Final = 0
C_FROM: Final = 1  # calls that come from then on count
C_INTERVAL: Final = 2
C_CLKS: Final = 8

# -- tokens --------------------------------------------------------------------------------------

# Those that most events need come first, together: memory comes in lines of sixteen.
T_PC: Final = 0  # step it is at
T_NO: Final = 1  # number of the event that it waits for
IS_READY: Final = -2  # it goes on at once
T_INST: Final = 2  # instance it is at
T_FLAGS: Final = 3
T_NEXT: Final = 4  # links in a queue
T_FLOW: Final = 5
T_ORPHAN: Final = 6  # guard that has given it up, and all outer ones; -1 where none has
T_TIMER: Final = 7  # number of its timer
T_PARENT: Final = 8
T_KEY: Final = 9  # join of the parent that it reports to
T_JOIN: Final = 10  # its own join, 0 where none is open
T_NEED: Final = 11
T_LEFT: Final = 12
T_DEPTH: Final = 13  # guards around it; a copy has all from here on
T_RECORD: Final = 14  # what counts the messages that its call set off, -1
T_HEDGE: Final = 15  # number of the event of its hedge
T_WHY: Final = 16
T_MISS: Final = 17  # calls that failed, one bit each, for their fallback: two words
T_GROUP: Final = 19
T_OWN: Final = 20  # slots held that are its own, from this one on
T_PRIORITY: Final = 21
T_TRIES: Final = 22
T_COPY: Final = 23  # register of the parent where its own choice of a copy stands, 0
T_LINK: Final = 24
T_SEQ: Final = 25
T_TRACE: Final = 26  # number of its trace
T_REGS: Final = 27  # then registers: slots held, keys, counters, guards
HOLDS: Final = 3  # registers of a slot: instance, step to go on with when it dies, its epoch

F_BEGAN: Final = 0
F_LIMIT: Final = 1  # nearest deadline around it
F_ARMED: Final = 2  # when its timer goes off
F_WORK: Final = 3
F_KEY: Final = 4
F_CAME: Final = 5
F_CHAIN: Final = 6
F_OUTER: Final = 7  # nearest deadline of those whose part it does
F_REGS: Final = 8  # then four for each guard

R_LEFT: Final = T_LEFT  # of a record: messages and parts sent off that are not over
R_STATE: Final = T_NEED  # 0 its call is under way, 1 it has ended, 2 others have begun for it
R_HELD: Final = T_TRIES  # tokens that may still add to it

FLAG_DEGRADED: Final = 1
FLAG_UNTAKEN: Final = 2
FLAG_TRACED: Final = 4
FLAG_DEAD: Final = 8
"""The instance that did it is gone: it ends with the next step."""
FLAG_WAITS: Final = 16
"""A message of a box that no run has been started for."""

G_TRY: Final = 0  # of a guard: attempts made
TRIAL: Final = 1 << 20  # among the attempts: this one is the trial of a breaker
G_STEP: Final = 1  # its step
G_D: Final = 0  # of a guard: deadline of the attempt
G_TOTAL: Final = 1  # of all attempts
G_OLD: Final = 2  # nearest deadline outside
G_BEGAN: Final = 3

# -- why a call failed ---------------------------------------------------------------------------

WHY_ERROR: Final = 1
WHY_REFUSED: Final = 2
WHY_TIMEOUT: Final = 3
WHY_OPEN: Final = 4

# -- steps: rows of `code` -----------------------------------------------------------------------

NEXT: Final = 1
FAIL: Final = 2
A: Final = 3
B: Final = 4
C: Final = 5
D: Final = 6
E: Final = 7
F: Final = 8
G: Final = 9
H: Final = 10
K: Final = 11  # slots held around it
L: Final = 12
STEP: Final = 14
"""Whole numbers of a step; the first is its kind."""

DONE: Final = 0
FAILED: Final = 1
DELAY: Final = 2  # A law, B whether the end follows, C stream
VISIT: Final = 3  # A station, B law, C law with an item more, D its chance, E register held
PURE: Final = 4  # the same at a station that does not queue
HOLD: Final = 5  # A station, E register
RELEASE: Final = 6  # E register
CHOICE: Final = 7  # A cumulative shares, B ways, C list of steps, D stream
TIMES: Final = 8  # A register, B count, C chance of more, D law, E if none, F stream, G of a batch
AGAIN: Final = 9  # A register, B body, C less
WAVE: Final = 10  # A register, B body, C at once
FORK: Final = 11  # A needed, B parts, C list of steps, G spares, H register of the next candidate
"""With spares three lists follow each other: steps of candidates, where each works, its rank."""

CHILD: Final = 12  # A whether it went well
GONE: Final = 13
SEND: Final = 14  # A step
CALL: Final = 15  # A pair
GUARD: Final = 16  # A depth, B int registers, C float registers, D parameters, E pair; NEXT attempt
ATTEMPT: Final = 17  # as GUARD
PASSED: Final = 18  # as GUARD; NEXT after, FAIL nothing
MISSED: Final = 19  # as GUARD; NEXT attempt again, FAIL, F when optional, G count, H when
HAND: Final = 20  # A list of routes, B routes
"""Where C are shares, each message goes to one of B flows: E messages, F the chance of one more."""
FALLBACK: Final = 21  # A bit, B instead
HEDGE: Final = 22  # A inner, D parameters, E pair
OPTIONAL: Final = 23  # A bit, or -1: the call is degraded
LOST: Final = 24  # never answers
NOTED: Final = 25  # A pair: counts why it failed
KEY: Final = 26  # A register, D stream
CHECK: Final = 27  # A pair, B stream, C where it is cut, FAIL

LOOKUP: Final = 28  # A cache, B on a miss, E register, FAIL as for whom one waits; NEXT on a hit
FILL: Final = 29  # E register
ROOM_FOR: Final = 30  # A flow, B messages, C whether guarded; FAIL where its box refuses them
SPILLED: Final = 31
SPILLED_STEP: Final = STEP
"""The second step of each program: what a dropped message still has to tell."""

P_TIMEOUT: Final = 0  # parameters of a guard
P_DEADLINE: Final = 1
P_BACKOFF: Final = 2
P_GROWTH: Final = 3
P_MOST: Final = 4
P_JITTER: Final = 5
P_HEDGE: Final = 6
P_SHARE: Final = 7
P_PARAMS: Final = 8

# -- laws: rows of `code`: kind, place of parameters, count, inner law --------------------

CONSTANT: Final = 0  # mean
EXPONENTIAL: Final = 1  # mean
LOGNORMAL: Final = 2  # mu, sigma
UNIFORM: Final = 3  # least, width
GAMMA: Final = 4  # shape, scale
WEIBULL: Final = 5  # scale, power
PARETO: Final = 6  # least, 1/index
MIXED: Final = 7  # for each part: cumulative share, shape, scale
SUM: Final = 8  # so many of the inner law
LAW: Final = 4

# -- stations, groups, instances, flows, pairs: rows of `ins` ------------------------------------

S_GROUPS: Final = 0
S_FIRST: Final = 1  # its first group
S_POLICY: Final = 2
S_WORK: Final = 3  # stream
S_ROUTE: Final = 4  # stream
S_ORDER: Final = 5
S_FULL: Final = 6  # what is done when it is full
S_CAPPED: Final = 7
S_ARRIVALS: Final = 8
S_DONE: Final = 9
S_REFUSED: Final = 10
S_FAILED: Final = 11
S_BUSY: Final = 12
S_WAITING: Final = 13
S_HAND: Final = 14
S_DEEPEST: Final = 15
S_UP: Final = 16
S_ID: Final = 17
S_INSTANCES: Final = 18  # of a group
S_SPREAD: Final = 19  # int distance of groups
S_LOOKED: Final = 20  # arrivals at the last look of autoscaling
S_STARTING: Final = 21
S_GROUP_SIZE: Final = 22  # instances there is room for in the first group
S_SERVERS: Final = 23  # of an instance
S_SLOTS: Final = 24
S_SHARED: Final = 25
S_QUEUES: Final = 26
S_KEPT: Final = 27  # list of the caches whose contents it holds
S_KEPTS: Final = 28
STATION: Final = 32

SF_BUSY: Final = 0  # integrals, less `number * now`
SF_WAITING: Final = 1
SF_HAND: Final = 2
SF_HOT: Final = 3
SF_CAP: Final = 4
SF_TOKENS: Final = 5
SF_FILLED: Final = 6
SF_SLOW: Final = 7
SF_ERRORS: Final = 8
SF_STRETCH: Final = 9  # slow, and what contention adds
SF_SIGMA: Final = 10
SF_KAPPA: Final = 11
SF_LATE: Final = 12  # until callers notice that an instance is down
SF_SEEN: Final = 13  # busy seconds at the last look
SF_LOW: Final = 14  # since when fewer would do; -1 where they would not

P_SHARED: Final = 0
P_RANDOM: Final = 1
P_ROUND: Final = 2
P_LEAST: Final = 3
P_TWO: Final = 4

O_FIFO: Final = 0
O_LIFO: Final = 1
O_PRIORITY: Final = 2
O_PS: Final = 3

FULL_REFUSE: Final = 0
FULL_BLOCK: Final = 1
FULL_DROP: Final = 2

K_LISTED: Final = 0  # of a group: instances that calls may go to
K_LIST: Final = 1  # where their list begins
K_TURN: Final = 2
K_SHORT: Final = 4  # where its lists lie if each is of two instances at most
GROUP: Final = 8

I_STATION: Final = 0
I_SERVERS: Final = 1
I_BUSY: Final = 2
I_HEAD: Final = 3
I_WAITING: Final = 4
I_HAND: Final = 5
I_UP: Final = 6
I_TAIL: Final = 7
I_MOST: Final = 8
I_SLOTS: Final = 9
I_HELD: Final = 10
I_SHEAD: Final = 11
I_STAIL: Final = 12
I_SWAITING: Final = 13
I_NO: Final = 14  # number of the event of those that share it
I_GROUP: Final = 15
I_EPOCH: Final = 16  # how often it died
I_LEAD: Final = 17  # where the list of copies that may lead in its shard begins; -1: none
I_LISTED: Final = 18
I_MEMBERS: Final = 19  # instances up that share this queue
I_USED: Final = 20  # whether autoscaling has it
I_TAKES: Final = 21  # number of the event with which another leads
INSTANCE: Final = 24

M_REASONS: Final = 0  # of a machine: why it is down, how many reasons
M_INSTANCE: Final = 1  # whose work it does: copies that lead and follow change places
MACHINE: Final = 2

LD_LAW: Final = 0  # of a list of copies: how long until another leads
LD_STREAM: Final = 1
LD_LEADER: Final = 2  # the instance that leads
LD_COUNT: Final = 3
LD_MACHINES: Final = 4

IF_DONE: Final = 0  # work that each of those that share it has had
IF_AT: Final = 1
IF_SLOW: Final = 2

FL_ENTRY: Final = 0
FL_STREAM: Final = 1
FL_OPEN: Final = 2  # whether calls come by themselves
FL_ID: Final = 3
FL_AT_ONCE: Final = 4
FL_RUNNING: Final = 5
FL_HEAD: Final = 6
FL_TAIL: Final = 7
FL_BACKLOG: Final = 8
FL_STARTED: Final = 9
FL_COMPLETED: Final = 10
FL_FAILED: Final = 11
FL_REFUSED: Final = 12
FL_TIMED_OUT: Final = 13
FL_DEGRADED: Final = 14
FL_RETRIED: Final = 15
FL_HIST: Final = 16
FL_AGE: Final = 17
FL_TRIGGERED: Final = 18
FL_IN: Final = 19
FL_DROPPED: Final = 20
FL_DEAD: Final = 21
FL_NO: Final = 22
FL_CAME: Final = 23  # all of them, those of the warm-up too
FL_WENT: Final = 24
FL_LOST: Final = 25
FL_ROUGH: Final = 26  # histogram of the interval
FL_STOPPED: Final = 27
FL_USERS: Final = 28
FL_THINK: Final = 29  # law
FL_ATTEMPTS: Final = 30
FL_JOINS: Final = 31  # whether others wait for all that its calls set off
FL_PRIORITY: Final = 32
FL_PERIODIC: Final = 33
FL_ROUTES: Final = 34  # flows that start with the join: list and number
FL_USUAL: Final = 35  # its first step when no detour is on
FL_STARTS_CHAIN: Final = 36  # place of its beginning among the seconds of a token, 0
FL_CHAINS: Final = 37  # list of the chains that end with it
FL_CHAINED: Final = 38
FL_TRACE: Final = 39  # calls of it that are still to be told step by step
FL_BOX: Final = 40  # where its messages lie, where their number or age is bounded; 0
FL_TURNED: Final = 41  # messages that its box refused
FLOW: Final = 48

BX_COUNT: Final = 0  # of a box: messages that nobody has taken
BX_MOST: Final = 1
BX_FULL: Final = 2  # what is done when it is full
BX_HEAD: Final = 3  # the oldest message
BX_TAIL: Final = 4
BX_FIRST: Final = 5  # first of those that wait for room
BX_LAST: Final = 6
BX_DUE: Final = 7  # whether an event is under way for the oldest one
BOX: Final = 8
BXF_KEEP: Final = 0  # how long a message stays

OUT: Final = -2
"""Link of a token that lies in no box; the one before comes first, then the one after."""

CHN_START: Final = 0  # of a chain: place of its beginning among the seconds of a token
CHN_HIST: Final = 1
CHAIN: Final = 4
CHF_SUM: Final = 0

FF_RATE: Final = 0
FF_SUM: Final = 1
FF_SQUARES: Final = 2
FF_BACKLOG: Final = 3
FF_NEXT: Final = 4
FF_EVERY: Final = 5

PR_CALLS: Final = 0
PR_RETRIES: Final = 1
PR_TIMEOUTS: Final = 2
PR_ERRORS: Final = 3
PR_REFUSED: Final = 4
PR_OPEN: Final = 5
PR_BREAKER: Final = 6  # whether there is one
PR_STATE: Final = 7  # 0 closed, 1 open, 2 a trial is under way
PR_SEEN: Final = 8  # calls in its window
PR_BAD: Final = 9
PR_SLOT: Final = 10  # part of the window that is filled now
PR_CUT: Final = 11
PR_OPENINGS: Final = 12
PR_HIST: Final = 13  # times of its attempts, for a hedge
PR_TIMES: Final = 14
PR_NEXT: Final = 15  # so many times, and the percentile is read again
PR_WINDOW: Final = 16  # calls and failures of each part of the window
SLOTS: Final = 50
PAIR: Final = PR_WINDOW + 2 * SLOTS + 4  # lines of memory

PF_ERRORS: Final = 0
PF_BUDGET: Final = 1
PF_TOKENS: Final = 2
PF_MOST: Final = 3
PF_SLOW: Final = 4
PF_SHARE: Final = 5  # of errors that opens the breaker
PF_OVER: Final = 6
PF_OPEN: Final = 7
PF_UNTIL: Final = 8
PF_FROM: Final = 9  # begin of the part of the window that is filled now
PF_HEDGE: Final = 10  # percentile of the times

# -- caches by key: rows of `ins`; their entries in `kept` -----------------------------------------

CA_CLASSES: Final = 0  # classes of keys that are asked for alike
CA_OTHER: Final = 1  # list: the class that takes what a class is short of (alias method)
CA_PART: Final = 2  # shares of a class that are its own
CA_FIRST: Final = 3  # list: first entry of each class
CA_COUNT: Final = 4  # list: entries of each class
CA_WEIGHT: Final = 5  # keys that an entry of each class stands for
CA_STREAM: Final = 6
CA_EVICT: Final = 7
CA_SETS: Final = 8  # contents of copies
CA_SET: Final = 9  # the first of them
CA_STATIONS: Final = 10  # list: where the calls are answered
CA_STATION_COUNT: Final = 11
CA_COALESCE: Final = 12
CA_KEYS: Final = 13  # entries of a set, one for each key or for several alike
CA_HITS: Final = 14
CA_MISSES: Final = 15
CA_JOINED: Final = 16  # misses that waited for another one
CACHE: Final = 18
CAF_ROOM: Final = 0
CAF_TTL: Final = 1

X_CACHE: Final = 0  # of a set
X_BASE: Final = 1  # its first entry
X_HEAD: Final = 2  # the next to go
X_TAIL: Final = 3
X_OLD: Final = 4  # the one that was put in first
X_NEW: Final = 5
X_COUNT: Final = 6  # entries held
X_CLOCK: Final = 7
SET: Final = 8
XF_USED: Final = 0

Q_BEFORE: Final = 0  # of an entry: links; in an array, what lies at this place
Q_AFTER: Final = 1  # in an array, its place
Q_OLDER: Final = 2
Q_NEWER: Final = 3
Q_HELD: Final = 4
Q_ASKED: Final = 5  # how often it was asked for since it is held
Q_LAST: Final = 6  # when it was asked for last, on the clock of its set
Q_FLIGHT: Final = 7  # 0, 1 while it is fetched, else 2 and the first who waits for it
Q_CLASS: Final = 8
ENTRY: Final = 9

EV_LRU: Final = 0
EV_LFU: Final = 1
EV_FIFO: Final = 2
EV_RANDOM: Final = 3

# -- changes, failures, autoscaling: rows of `ins` ------------------------------------------------

CH_KIND: Final = 0
CH_LIST: Final = 1  # rows it is about
CH_COUNT: Final = 2
CH_MORE: Final = 3
CHANGE: Final = 6
CHF_AT: Final = 0
CHF_VALUE: Final = 1

CH_DOWN: Final = 0
CH_UP: Final = 1
CH_SLOW: Final = 2
CH_SLOW_CALL: Final = 3
CH_ERRORS: Final = 4
CH_ERRORS_CALL: Final = 5
CH_CUT: Final = 6
CH_HOT: Final = 7
CH_STOP: Final = 8
CH_LOAD: Final = 9
CH_DETOUR: Final = 10
CH_UNLIST: Final = 11
CH_COLD: Final = 12
CH_DISCONNECT: Final = 13

CN_FLOW: Final = 0  # of connections that are lost: what they call
CN_LEFT: Final = 1  # still to call
CN_STREAM: Final = 2
CONNECTIONS: Final = 8
CNF_LOST: Final = 0  # how many are lost
CNF_AFTER: Final = 1
CNF_SPREAD: Final = 2
CNF_END: Final = 3

B_LIST: Final = 0  # instances that go together when all do
B_COUNT: Final = 1
B_INSTANCE: Final = 2
B_STATE: Final = 3  # 0 up, 1 down alone, 2 all down
B_LAW: Final = 4
B_STREAM: Final = 5
B_CUTS: Final = 6  # list of the pairs whose calls do not arrive meanwhile
B_CUT_COUNT: Final = 7
B_BIT: Final = 8  # of the place that is lost, 0: none
B_FLOWS: Final = 9  # list of flows, then their first steps for each set of places
B_FLOW_COUNT: Final = 10
B_NO: Final = 11  # number of the event with which calls go elsewhere
BREAK: Final = 12
BF_EVERY: Final = 0
BF_TOGETHER: Final = 1
BF_LATE: Final = 2  # until calls go elsewhere

SC_STATION: Final = 0
SC_BY: Final = 1
SC_FLOWS: Final = 3  # list of the flows whose messages it works on
SC_COUNT: Final = 4
SC_TAKEN: Final = 5  # messages of theirs that were taken up to the last look
SCALE: Final = 8
SCF_TARGET: Final = 0
SCF_LEAST: Final = 1
SCF_MOST: Final = 2
SCF_EVERY: Final = 3

SC_WARM: Final = 2  # place of the parameters in `real`: warm-up, cool-down

# -- histograms ----------------------------------------------------------------------------------

PARTS: Final = 64
"""Parts of a factor of two; a time is known to 1/128."""
LEAST: Final = -32
"""Binary exponent of the least time told apart: 0.1 ns."""
OCTAVES: Final = 56
BINS: Final = PARTS * OCTAVES
ROUGH_SHIFT: Final = 2
"""Of the times of one interval there are fewer buckets, 16 for a factor of two."""
ROUGH_BINS: Final = BINS >> ROUGH_SHIFT

# -- rows of the series --------------------------------------------------------------------------

FLOW_COLUMNS: Final = 5
"""Of a flow: calls that came, went well, failed (each since the start); median and p99 of it."""
SWITCH_COLUMNS: Final = 1
"""Of a breaker: whether it lets calls through (0) or not."""
CACHE_COLUMNS: Final = 2
"""Of a cache: hits and misses since the start."""
STATION_COLUMNS: Final = 4
"""Of a station: integrals of busy servers, of calls waiting and in hand; instances up."""
