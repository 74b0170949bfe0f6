"""Odd inputs for the fuzz run: bytes that a design file should never hold, made from a number.

Case 17 of seed 1 is the same bytes on every machine. Some cases are noise, most are designs with
something broken: a reader that survives noise may still trip over what is nearly right.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml
from bench.generate_design import large_design

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _listed("""
sysdesign problem actors assumptions requirements quality functional operations estimates
data places components links decisions scenarios security observability maintenance shortcomings
parked accept paths conventions declined framework kind replicas path rate peak trigger store size
written_by keep expect value source calls miss parallel choose share times do of work read write
copies shards count mode leader quorum price instance stored zipf every at for steps change class
service cache queue stream sql_database load_balancer worker cdn any system cost carries
""")

AMOUNTS = _listed("""
0 -1 1e308 1e-308 1e999 -1e308 0x10 010 1_0 1,000,000 1,00 .5 5. 1e 1M 1k 1G 5B 3x 50% 101% nan inf
NaN Infinity -0 ~5 ~ null yes no on off 12:30 1:2:3 2027-02-30 9999-99 ½ ٣ １２ 1٫5 1 1kb 1Kb
1GB/s/s/s 1/0 0/0 5/0s 1..2 1...2 2..1 0..0 -5..5 1..1e300 10%..500% 1kB+-30% 1kB+-300% 2**2**2**99
9**9**9**9 (0-8)**0.5 sqrt(0-1) 1/(1-1) min() max(1,2s) ceil() ceil(1e300) sum(1) round(nan) 1->s
1s->B 1s_as_req 3/s/s**9 100:1 1:0 req/s 1req/s -> -- ** * & ! % @ ` | > ? - : , # {{ }} [[ ]] {}
[] "" '' \\ / ... --- null 1e308*10 1e200*1e200 5USD/month 5EUR 5$ 8b 8Gb 1month 1µs 1us 1μs 1km^2
1km2 1m 1mins 1user 1users
""")

PHRASES = (
    "1 / 0", "1 / (2 - 2)", "1e308 * 1e308 * 1e308", "1e-308 / 1e308", "1 .. 2 .. 3", "1 s + 1 B",
    "9" * 400, "1 user + 1 req", "post.rate.rate.rate", "daily_users daily_users", "any -> any",
    "{mean: 2 ms, p99: 1 ms}", "{mean: 0 ms, p99: 5 ms}", "{mean: -1 ms}", "{scv: -1, mean: 1 s}",
    "{mean: 1 ms, p99: 1e300 s}", "{eu: 60, mars: 30}", "{value: {value: {value: 1}}}",
    "[1, [2, [3]]]", "{zipf: -3}", "{zipf: 1e9}", "{top: 120%, gets: 0%}", "1 .. 1e308", "0 .. 5",
    "-3 .. 5", "1e-320 .. 1",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil", "e\u0301clair", "\N{ZERO WIDTH SPACE}", "naïve", "名前", "😀",
    '"\\e[31mred"', '"\\0"', '"\\x07"', '"line\\nbreak"', '"\\ud800"', "'it''s'", '"\\u202e"',
    "&anchor x", "*anchor", "!!python/object:os.system x", "!!binary aGk=", "<<: *x", "%YAML 1.1",
    "\t", "\N{NO-BREAK SPACE}5 s", "5\N{NO-BREAK SPACE}s", "\N{MINUS SIGN}5", "2 × 3", "7 · 2",
    "1 ± 2",
)  # fmt: skip

SMALL = """\
sysdesign: 1
problem: {name: Small, why: To be broken., actors: {someone: {primary: true}}}
assumptions: {people: 1k .. 2k user, often: 2 req/user/day, part: 10% .. 30%}
operations:
  save:
    {actor: someone, rate: people * often, request: 1 kB, path: [app: [store: {do: write}, line]]}
  load:
    actor: someone
    rate: people * often * 5
    response: {mean: 4 kB, p99: 40 kB}
    path: [app: [near: {miss: [store]}]]
  tidy: {trigger: line, path: [hand: [near: {do: write}]]}
estimates: {weight: people * note.size * 1/user -> MB}
data: {note: {store: store, size: 300 B, written_by: save, keep: 1 year, popularity: {zipf: 0.9}}}
components:
  app: {kind: service, replicas: 3, cores: 2, work: 3 ms}
  near: {kind: cache, memory: 1 GB}
  store: {kind: sql_database, copies: 3}
  line: {kind: queue}
  hand: {kind: worker}
"""

# A place in SMALL, and what to put there: each is a way in which a design contradicts itself.
CONTRADICTIONS = (
    ("-> MB}", "-> MB, a: b * 2, b: a / 2}"),
    ("-> MB}", "-> MB, a: a + 1}"),
    ("-> MB}", "-> MB, a: 1 / (people - people)}"),
    ("-> MB}", "-> MB, a: 1 / (people - 1.4k user)}"),
    ("-> MB}", "-> MB, a: people ** 90}"),
    ("-> MB}", "-> MB, a: people ** people}"),
    ("-> MB}", "-> MB, a: save.rate * save.rate * save.rate -> req/s}"),
    ("people: 1k", "people: note.stored * 0 + 1k"),
    ("1k .. 2k user", "{value: 1k .. 2k user, draws: 1e12}"),
    ("1k .. 2k user", "load.rate * 1 day / 2"),
    ("1k .. 2k user", "0 user"),
    ("1k .. 2k user", "1e300 .. 1e308 user"),
    ("near: {do: write}", "line"),
    ("near: {do: write}", "line: {times: 3}"),
    ("near: {do: write}", "app: [app: [app]]"),
    ("path: [hand:", "path: [p1], x-old: [hand:"),
    ("data:", "paths: {p1: [p2], p2: [app: [p1]]}\ndata:"),
    ("data:", "paths: {p1: [p1]}\ndata:"),
    ("trigger: line", "trigger: {changes: store, of: note, by: tidy}"),
    ("trigger: line", "trigger: {every: 0 s}"),
    ("trigger: line", "trigger: {every: 1e-300 s}"),
    ("trigger: line", "trigger: {from: line, join: tidy}"),
    ("trigger: line", "trigger: {from: line, batch: 0}"),
    ("written_by: save", "written_by: {save: 1e308}"),
    ("written_by: save", "written_by: {tidy: note.stored}"),
    ("size: 300 B", "size: note.stored / 2"),
    ("size: 300 B", "fields: {a: list(list(list(string(9)))), b: ref note, c: string(1e99)}"),
    ("keep: 1 year", "keep: 1e300 year"),
    ("{zipf: 0.9}", "{zipf: 1e4, among: 1e300}"),
    ("{zipf: 0.9}", "{hottest: 100%, among: 0}"),
    ("replicas: 3", "replicas: app.peak_rate * 1 s"),
    ("replicas: 3", "replicas: {nowhere: 3}"),
    ("replicas: 3", "scale: {by: utilisation, target: 0%, min: 5, max: 1}"),
    ("copies: 3", "copies: {count: 2, mode: quorum, write: 9, read: 0}"),
    ("copies: 3", "copies: {mode: erasure, data: 0, parity: 0}"),
    ("memory: 1 GB", "memory: near.memory_needed"),
    ("memory: 1 GB", "hit: 100%"),
    ("memory: 1 GB", "hit: near.hit"),
    ("{miss: [store]}", "{hit: -5%, miss: [near: {miss: [near: {miss: [store]}]}]}"),
    ("{miss: [store]}", "{times: 1e308, batch: 1e-308, at_once: 0}"),
    ("[app: [near", "[choose: [{share: 80%, calls: [app]}, {share: 90%, calls: []}], app: [near"),
    ("[app: [near", "[parallel: {wait: 5, calls: [app]}, app: [near"),
    ("often * 5", "often * 5, peak: 0"),
    ("often * 5", "often / 0"),
    ("rate: people * often,", "rate: people * often, opens: app,"),
    ("name: Small", "horizon: 0 s, growth: {a_year: 1e9}, name: Small"),
    ("name: Small", "horizon: 1e6 year, growth: {a_year: 50x}, name: Small"),
    ("sysdesign: 1", "sysdesign: 2"),
    ("problem:", "conventions: {counts: [user, s, req], year: 0 s, month: -1 day}\nproblem:"),
    ("problem:", "framework: {one: [problem, nothing], two: []}\nproblem:"),
    ("someone: {", "app: {"),
    ("kind: queue", "kind: service"),
    ("kind: cache", "kind: cash"),
)  # fmt: skip


@cache
def designs() -> Mapping[str, str]:
    """The designs that are broken, by name: the examples, a small one, a slice of a large one."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))}
    return {"small": SMALL, "slices": large_design(2), **texts}


def case(seed: int, index: int) -> bytes:
    """The input with this number."""
    rng = Random(f"{seed}/{index}")
    weights = [weight for weight, _ in MAKERS]
    (_, make), *_ = rng.choices(MAKERS, weights)
    made = make(rng)
    return made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")


def noise(rng: Random) -> bytes:
    """Random bytes, some with a byte order mark."""
    mark = rng.choice((b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    return mark + rng.randbytes(rng.randrange(300))


def letters(rng: Random) -> str:
    """Random characters, those that mean something to YAML most often."""
    pool = "{}[]:,-#&*!|>'\"%@`?\\ \n\t\r~=<" * 3 + "abz019._é\u2028\u202e\x00\x1b\ufeff\ud800😀"
    return "".join(rng.choices(pool, k=rng.randrange(400)))


def tree(rng: Random) -> str:
    """A random tree of known words and odd amounts; JSON is YAML."""

    def grown(depth: int) -> object:
        kind = rng.random()
        if depth > 5 or kind < 0.4:
            return rng.choice((odd(rng), rng.choice(WORDS), rng.randrange(-9, 99), None, True, 0.5))
        if kind < 0.6:
            return [grown(depth + 1) for _ in range(rng.randrange(4))]
        return {rng.choice(WORDS): grown(depth + 1) for _ in range(rng.randrange(6))}

    sections = {word: grown(1) for word in rng.sample(WORDS[:24], rng.randrange(1, 12))}
    return json.dumps({"sysdesign": 1, **sections}, ensure_ascii=rng.random() < 0.5)


def deep(rng: Random) -> str:
    """Something inside itself, many times."""
    n = rng.choice((30, 59, 61, 100, 999, 5_000, 50_000))
    few = min(n, 700)
    sums = ", ".join(f"a{i}: a{i + 1} + 1" for i in range(few))
    parts = ", ".join(f"p{i}: [p{i + 1}]" for i in range(few))
    twice = ", ".join(f"p{i}: [p{i + 1}, p{i + 1}]" for i in range(few))
    return rng.choice((
        lambda: "[" * n,
        lambda: "{a: " * n + "}" * n,
        lambda: "- " * n,
        lambda: "".join(f"{' ' * i}a:\n" for i in range(min(n, 2_000))),
        lambda: _small("often * 5", "(" * n + "1 req/s" + ")" * n),
        lambda: _small("often * 5", "-" * n + "1 req/s"),
        lambda: _small("often * 5", "often" + " * 1" * n),
        lambda: _small("often * 5", "min(" * few + "1 req/s" + ")" * few),
        lambda: _small("[app: [near", "[" + "app: [" * n + "]" * n + ", app: [near"),
        lambda: _small("-> MB}", f"-> MB, {sums}, a{few}: 1}}"),
        lambda: _small("-> MB}", f"-> MB, {sums}, a{few}: a0}}"),
        lambda: _small("[app: [near", "[p0, app: [near").replace(
            "data:", f"paths: {{{parts}, p{few}: [{rng.choice(('p0', 'app'))}]}}\ndata:"),
        lambda: _small("[app: [near", "[p0, app: [near").replace(
            "data:", f"paths: {{{twice}, p{few}: [app]}}\ndata:"),
        lambda: _small("{miss: [store]}", "{miss: [near: " * n + "store" + "]}" * n),
        lambda: _small("size: 300 B", "fields: {a: " + "list(" * n + "int" + ")" * n + "}"),
    ))()  # fmt: skip


def huge(rng: Random) -> str:
    """Something very long, or very often."""
    n = rng.choice((100, 1_000, 20_000))
    ranges = "".join(f"e{i}: {i} .. {i + 9}, " for i in range(n // 50))
    return rng.choice((
        lambda: "9" * n,
        lambda: _small("often * 5", "9" * n + " req/s"),
        lambda: _small("often * 5", "0." + "0" * n + "1 req/s"),
        lambda: _small("often * 5", " + ".join(["often"] * n)),
        lambda: _small("often * 5", "x" * n),
        lambda: _small("name: Small", f"name: {'long ' * n}"),
        lambda: _small("name: Small", f"{'n' * n}: Small"),
        lambda: _small("1k .. 2k user", f"1, {ranges}last: 2"),
        lambda: _small("path: [app: [near", f"path: [{'app, ' * (n // 10)}app: [near"),
        lambda: SMALL + "".join(f"  c{i}: {{kind: service}}\n" for i in range(n // 10)),
        lambda: SMALL + f"x-{'mine' * n}: 1\n",
        lambda: SMALL + "#" * n,
        lambda: SMALL + "\n" * n + "  end",
    ))()  # fmt: skip


def contradiction(rng: Random) -> str:
    """The small design with one to three contradictions."""
    text = SMALL
    for old, new in rng.sample(CONTRADICTIONS, rng.randrange(1, 4)):
        text = text.replace(old, new, 1)
    return text


def broken_lines(rng: Random) -> str:
    """A design with lines lost, doubled, swapped or moved in."""
    lines = _design(rng).splitlines(keepends=True)
    for _ in range(rng.randrange(1, 5)):
        i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
        change = rng.randrange(5)
        if change == 0 and len(lines) > 2:
            del lines[i]
        elif change == 1:
            lines.insert(j, lines[i])
        elif change == 2:
            lines[i], lines[j] = lines[j], lines[i]
        elif change == 3:
            lines[i] = " " * rng.randrange(1, 4) + lines[i]
        else:
            lines[i] = lines[i].removeprefix(" " * rng.randrange(1, 4))
    return "".join(lines)


def broken_characters(rng: Random) -> str:
    """A design with characters lost, doubled, replaced or swapped."""
    text = _design(rng)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(text))
        two = text[at : at + 2]
        put = rng.choice(
            ("", two[:1] * 2, rng.choice("{}[]:,-#*&'\"%.0s\t\r\n\0é\u202e"), two[::-1])
        )
        text = text[:at] + put + text[at + rng.choice((1, 2)) :]
    return text


def broken_words(rng: Random) -> str:
    """A design with words put in the place of others."""
    text = _design(rng)
    words = re.findall(r"[\w%.]+", text)
    for _ in range(rng.randrange(1, 4)):
        put = rng.choice((rng.choice(words), rng.choice(WORDS), odd(rng)))
        text = _replaced(rng, text, r"[\w%.]+", put)
    return text


def broken_values(rng: Random) -> str:
    """A design with odd amounts as values."""
    text = _design(rng)
    for _ in range(rng.randrange(1, 4)):
        text = _replaced(rng, text, r"(?<=: )[^\s{\[][^,}\]\n]*", odd(rng))
    return text


def silent(rng: Random) -> str:
    """A design that says less: most of these are sound, and leave checks without their facts."""
    design = yaml.load(_design(rng), Loader=yaml.BaseLoader)
    for _ in range(rng.choice((1, 1, 2, 3, 9))):
        holder, key = rng.choice(list(_entries(design)))
        del holder[key]
    return json.dumps(design, ensure_ascii=False)


def scaled(rng: Random) -> str:
    """A design with some of its numbers many times larger or smaller."""
    text = _design(rng)
    for _ in range(rng.randrange(1, 6)):
        number = rng.choice(re.findall(r"(?<=[ {])\d+(?=[ ,}%kM])", text))
        put = f"{float(number) * 10.0 ** rng.randrange(-6, 9):.9g}"
        text = _replaced(rng, text, rf"(?<=[ {{]){number}(?=[ ,}}%kM])", put)
    return text


def odd_names(rng: Random) -> str:
    """The small design with one of its names changed everywhere."""
    name = rng.choice(("save", "load", "people", "note", "app", "near", "store", "line", "someone"))
    return re.sub(rf"\b{name}\b", lambda _: put, SMALL) if (put := odd(rng)) else SMALL


def cut(rng: Random) -> str | bytes:
    """A design that stops early or goes on as another; line ends and encodings from elsewhere."""
    text = _design(rng)
    at = rng.randrange(len(text))
    change = rng.randrange(4)
    if change == 0:
        return text[:at]
    if change == 1:
        return text[:at] + _design(rng)[rng.randrange(at + 1) :]
    if change == 2:
        return text[:at].replace("\n", rng.choice(("\r\n", "\r", "\x85", "\u2028")))
    return text.encode(rng.choice(("utf-16", "utf-8-sig", "utf-32", "utf-16-be")))


def odd(rng: Random) -> str:
    """A scalar that may mean anything."""
    return rng.choice((rng.choice(AMOUNTS), rng.choice(PHRASES)))


def _design(rng: Random) -> str:
    """A design, small ones more often: most of the time would go into the largest."""
    texts = list(designs().values())
    return rng.choices(texts, [1 / len(text) for text in texts])[0]


def _entries(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every list or map within, with each of its indexes or keys."""
    if isinstance(value, str):
        return
    for key in list(value if isinstance(value, dict) else range(len(value))):
        yield value, key
        yield from _entries(value[key])


def _small(old: str, new: str) -> str:
    return SMALL.replace(old, new, 1)


def _replaced(rng: Random, text: str, pattern: str, put: str) -> str:
    places = list(re.finditer(pattern, text))
    if not places:
        return text
    place = rng.choice(places)
    return text[: place.start()] + put + text[place.end() :]


MAKERS: tuple[tuple[int, Callable[[Random], str | bytes]], ...] = (
    (2, noise), (3, letters), (6, tree), (3, deep), (1, huge), (12, contradiction),
    (10, broken_lines), (13, broken_characters), (10, broken_words), (12, broken_values),
    (15, silent), (8, scaled), (3, odd_names), (2, cut),
)  # fmt: skip
