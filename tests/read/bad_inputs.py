"""A small sound design, and what may be wrong with one: each text by what is wrong."""

GOOD = """\
sysdesign: 1
problem:
  actors:
    reader: {from: {eu: 60%, us: 40%}}
assumptions:
  daily_users: {value: 2M .. 4M user, source: plan}
  opens: 5 req/user/day
requirements:
  quality:
    fast: {class: performance, expect: read_page.p99 < 200 ms}
places:
  eu: {zones: [eu-a, eu-b]}
  us: {zones: [us-a]}
operations:
  read_page:
    actor: reader
    rate: daily_users * opens
    response: 4 kB
    path:
      - balancer
      - web: [pages: {do: read, of: page}]
  write_page:
    actor: reader
    rate: daily_users * 0.1 req/user/day
    peak: 3
    request: 2 kB
    path:
      - balancer
      - web: [pages: {do: write, of: page}, jobs]
  index_page:
    trigger: jobs
    path:
      - indexer
estimates:
  pages_a_year: page.records_a_day * 1 year as item
data:
  page:
    store: pages
    fields: {id: id, title: string(80), written: timestamp}
    key: id
    size: 2 kB
    written_by: write_page
    patterns:
      newest: {index: [written], used_by: read_page}
components:
  balancer: {kind: load_balancer, managed: true}
  web: {kind: service, replicas: {eu: 4, us: 2}, work: {mean: 3 ms, p99: 12 ms}}
  pages: {kind: sql_database, copies: {count: 2, mode: leader}, work: {read: 1 ms, write: 2 ms}}
  jobs: {kind: queue, managed: true}
  indexer: {kind: worker, work: 5 ms}
links:
  web -> pages: {timeout: 200 ms}
  eu <-> us: {rtt: 90 ms}
scenarios:
  lost: {fail: eu-a, at: 1 min}
"""


def edit(old: str, new: str) -> str:
    """The sound design with one stretch replaced."""
    assert old in GOOD, old
    return GOOD.replace(old, new, 1)


TEXTS: dict[str, str] = {
    "unknown key": edit("response: 4 kB", "respones: 4 kB"),
    "unknown key far": edit("response: 4 kB", "colour: blue"),
    "key of another kind": edit(
        "{kind: queue, managed: true}", "{kind: queue, managed: true, hit: 90%}"
    ),
    "unknown section": edit("places:", "placs:"),
    "wrong kind": edit("kind: service", "kind: sevrice"),
    "unknown kind": edit("kind: service", "kind: blockchain"),
    "kind missing": edit("indexer: {kind: worker, work: 5 ms}", "indexer: {work: 5 ms}"),
    "wrong choice": edit("class: performance", "class: performence"),
    "wrong choice far": edit("class: performance", "class: nice"),
    "unknown ref path": edit("- web: [pages: {do: read", "- webb: [pages: {do: read"),
    "unknown ref far": edit("      - indexer\n", "      - zookeeper\n"),
    "ref in written_by": edit("written_by: write_page", "written_by: wrte_page"),
    "ref in trigger": edit("trigger: jobs", "trigger: jbos"),
    "trigger on a service": edit("trigger: jobs", "trigger: web"),
    "ref in places": edit("replicas: {eu: 4, us: 2}", "replicas: {eu: 4, usa: 2}"),
    "ref in from": edit("from: {eu: 60%, us: 40%}", "from: {eu: 60%, su: 40%}"),
    "from one place": edit("from: {eu: 60%, us: 40%}", "from: mars"),
    "ref in links": edit("web -> pages", "wep -> pages"),
    "ref in place links": edit("eu <-> us", "eu <-> uss"),
    "failures within a place": edit(
        "eu <-> us: {rtt: 90 ms}",
        "eu <-> eu: {rtt: 1 ms, fails: {every: 1 year, repair: 1 min}}",
    ),
    "cut within a place": edit(
        "scenarios:\n", "scenarios:\n  cut: {fail: eu <-> eu, for: 1 min}\n"
    ),
    "arrow mismatch": edit("web -> pages: {timeout: 200 ms}", "web <-> pages: {timeout: 200 ms}"),
    "arrow mismatch 2": edit("eu <-> us: {rtt", "eu -> us: {rtt"),
    "no arrow": edit("web -> pages:", "web pages:"),
    "ref in requirement": edit("read_page.p99 <", "read_pag.p99 <"),
    "measure": edit("read_page.p99 <", "read_page.p98 <"),
    "measure far": edit("read_page.p99 <", "read_page.speed <"),
    "test without sign": edit("read_page.p99 < 200 ms", "read_page.p99 200 ms"),
    "wrong unit": edit("timeout: 200 ms", "timeout: 200 MB"),
    "test wrong unit": edit("< 200 ms", "< 200 kB"),
    "missing unit": edit("timeout: 200 ms", "timeout: 200"),
    "unknown unit": edit("timeout: 200 ms", "timeout: 200 milis"),
    "rate missing unit": edit("rate: daily_users * opens", "rate: daily_users"),
    "range upside down": edit("2M .. 4M user", "4M .. 2M user"),
    "spread not allowed": edit("timeout: 200 ms", "timeout: {mean: 200 ms, p99: 300 ms}"),
    "spread p99 low": edit("{mean: 3 ms, p99: 12 ms}", "{mean: 3 ms, p99: 1 ms}"),
    "spread p99 wide": edit("{mean: 3 ms, p99: 12 ms}", "{mean: 3 ms, p99: 1200 ms}"),
    "spread no mean": edit("{mean: 3 ms, p99: 12 ms}", "{p99: 12 ms}"),
    "one bound": edit("response: 4 kB", "response: {min: 4 kB}"),
    "bounds unlike": edit("response: 4 kB", "response: {min: 4 kB, max: 5 s}"),
    "bounds upside down": edit("response: 4 kB", "response: {min: 4 kB, max: 3 kB}"),
    "bounds mixed": edit("response: 4 kB", "response: {min: 4 kB, p95: 5 kB}"),
    "prose comma": edit("reader: {from:", "reader: {wants: a page, at once, from:"),
    "duplicate key": edit("    response: 4 kB\n", "    response: 4 kB\n    response: 5 kB\n"),
    "duplicate op": edit(
        "  index_page:\n    trigger: jobs\n    path:\n      - indexer\n",
        "  index_page:\n    trigger: jobs\n  index_page:\n    path: [indexer]\n",
    ),
    "alias": edit("response: 4 kB", "response: *size"),
    "anchor": edit("response: 4 kB", "response: &size 4 kB"),
    "tag": edit("response: 4 kB", "response: !size 4 kB"),
    "tag2": edit("sysdesign: 1", "sysdesign: !!int 1"),
    "tab": edit("    response: 4 kB", "\tresponse: 4 kB"),
    "two documents": GOOD + "---\nsysdesign: 1\n",
    "empty": "",
    "only comment": "# nothing yet\n",
    "null": "~\n",
    "list": "- 1\n- 2\n",
    "scalar": "hello\n",
    "deep": "sysdesign: 1\nx-deep: " + "[" * 100 + "]" * 100,
    "bad date": edit("problem:\n", "problem:\n  reviewed: 2026-13-01\n"),
    "bad date 2": edit("problem:\n", "problem:\n  reviewed: 2026-02-31\n"),
    "yes": edit("jobs: {kind: queue, managed: true}", "jobs: {kind: queue, managed: yes}"),
    "maybe": edit("jobs: {kind: queue, managed: true}", "jobs: {kind: queue, managed: maybe}"),
    "octal": edit("replicas: {eu: 4, us: 2}", "replicas: 010"),
    "version": edit("sysdesign: 1", "sysdesign: 2"),
    "version text": edit("sysdesign: 1", "sysdesign: one"),
    "no version": edit("sysdesign: 1\n", ""),
    "path cycle": edit("estimates:", "paths:\n  a: [b]\n  b: [web, a]\nestimates:"),
    "estimate circle": edit(
        "pages_a_year: page.records_a_day * 1 year as item", "a: b * 2\n  b: c + 1\n  c: a"
    ),
    "own circle": edit("opens: 5 req/user/day", "opens: opens * 2"),
    "loop gain": edit("      - indexer\n", "      - indexer: [jobs]\n"),
    "loop gain share": edit(
        "    trigger: jobs\n    path:\n      - indexer\n",
        "    trigger: {from: jobs}\n    path:\n      - indexer: [jobs: {times: 60% .. 90%}]\n",
    ),
    "share above": edit("from: {eu: 60%, us: 40%}", "from: {eu: 160%, us: 40%}"),
    "shares not 100": edit("from: {eu: 60%, us: 40%}", "from: {eu: 60%, us: 30%}"),
    "choose above 100": edit(
        "      - indexer\n",
        "      - choose: [{share: 70%, calls: [indexer]}, {share: 60%, calls: [web]}]\n",
    ),
    "choose two silent": edit(
        "      - indexer\n", "      - choose: [{share: 70%, calls: [indexer]}, [web], [pages]]\n"
    ),
    "bad id": edit("  web: {kind", "  Web-1: {kind"),
    "bad id op": edit("  write_page:\n", "  write page:\n"),
    "id reused": edit(
        "indexer: {kind: worker, work: 5 ms}",
        "indexer: {kind: worker, work: 5 ms}\n  page: {kind: cache}",
    ),
    "reserved": edit("  opens: 5", "  cost: 5\n  opens: 5"),
    "named like unit": edit("  opens: 5 req/user/day", "  opens: 5 req/user/day\n  item: 5"),
    "unknown use": edit("  opens: 5 req/user/day", "  opens: {use: base.redis.opps}"),
    "unknown use far": edit("  opens: 5 req/user/day", "  opens: {use: nothing.like.it}"),
    "times without use": edit(
        "  opens: 5 req/user/day", "  opens: {value: 5 req/user/day, times: 3}"
    ),
    "target mismatch": edit(
        "page.records_a_day * 1 year as item", "page.records_a_day * 1 year -> GB"
    ),
    "target counts": edit("page.records_a_day * 1 year as item", "daily_users * opens -> item/s"),
    "GB + 5": edit("page.records_a_day * 1 year as item", "5 GB + 5"),
    "GB + s": edit("page.records_a_day * 1 year as item", "5 GB + 5 s"),
    "division by zero": edit("page.records_a_day * 1 year as item", "5 GB / (opens - opens)"),
    "division by literal zero": edit("page.records_a_day * 1 year as item", "5 GB / 0"),
    "overflow": edit("page.records_a_day * 1 year as item", "1e999"),
    "overflow power": edit("page.records_a_day * 1 year as item", "10 ** 400"),
    "unknown name": edit("daily_users * opens", "daily_user * opens"),
    "unknown name far": edit("daily_users * opens", "visits * opens"),
    "name of section": edit("daily_users * opens", "daily_users * web"),
    "dotted unknown": edit("page.records_a_day *", "page.record_a_day *"),
    "dotted unknown head": edit("page.records_a_day *", "pge.records_a_day *"),
    "unclosed": edit("from: {eu: 60%, us: 40%}}", "from: {eu: 60%, us: 40%}"),
    "unclosed quote": edit("response: 4 kB", 'response: "4 kB'),
    "bad indent": edit("    response: 4 kB", "   response: 4 kB"),
    "colon in text": edit("problem:\n", "problem:\n  why: first: speed\n"),
    "backtick": edit("response: 4 kB", "response: `4 kB`"),
    "two keys step": edit(
        "      - web: [pages: {do: read, of: page}]\n",
        "      - web: [pages: {do: read, of: page}]\n        timeout: 2 ms\n",
    ),
    "word on list step": edit("- web: [pages: {do: read, of: page}]", "- web: pages"),
    "do unknown": edit("pages: {do: write, of: page}", "pages: {do: wirte, of: page}"),
    "of unknown": edit("pages: {do: write, of: page}", "pages: {do: write, of: pgae}"),
    "field unknown": edit("index: [written]", "index: [writen]"),
    "key unknown": edit("    key: id", "    key: ident"),
    "bad type": edit("title: string(80)", "title: strng(80)"),
    "bad type arg": edit("title: string(80)", "title: int(80)"),
    "ref type": edit("title: string(80)", "title: ref pgae"),
    "map wanted": edit(
        "links:\n  web -> pages: {timeout: 200 ms}\n  eu <-> us: {rtt: 90 ms}\n", "links: none\n"
    ),
    "text wanted": edit("problem:\n", "problem:\n  why: [a, b]\n"),
    "two loads": edit("    trigger: jobs\n", "    trigger: jobs\n    rate: 5 req/s\n"),
    "negative": edit("timeout: 200 ms", "timeout: -200 ms"),
    "scenario": edit("fail: eu-a", "fail: eu-z"),
    "umlaut": edit("response: 4 kB", "x-größe: 3\n    respones: 4 kB"),
    "currency": edit("places:", "conventions: {currency: euro}\nplaces:"),
    "counts": edit("places:", "conventions: {counts: [kB]}\nplaces:"),
    "month": edit("places:", "conventions: {month: 30}\nplaces:"),
    "peak unit": edit("peak: 3", "peak: 3 kB"),
    "gateway": edit("    trigger: jobs", "    opens: web"),
    "multiline": edit("rate: daily_users * opens", "rate: >\n      daily_users *\n      open"),
    "null char": edit("response: 4 kB", "response: 4\0 kB"),
    "by place lacks": edit("response: 4 kB", "response: {eu: 4 kB}"),
    "replicas fractional range": edit("replicas: {eu: 4, us: 2}", "replicas: 3 kB"),
    "chosen": GOOD + "decisions:\n  store: {options: {a: {}, b: {}}, chosen: c}\n",
    "choose share alone": edit("      - indexer\n", "      - choose: web\n"),
    "parallel key": edit("      - indexer\n", "      - parallel: {wiat: all, calls: [indexer]}\n"),
    "wait": edit("      - indexer\n", "      - parallel: {wait: some, calls: [indexer]}\n"),
    "empty step": edit("      - indexer\n", "      - indexer\n      - {}\n"),
    "list in list": edit("      - indexer\n", "      - [indexer]\n"),
    "trigger changes": edit("trigger: jobs", "trigger: {changes: web}"),
    "clock": edit("trigger: jobs", "trigger: {every: 1 day, at: 25:00}"),
    "choose may pass 100": edit(
        "      - indexer\n",
        "      - choose: [{share: 30% .. 80%, calls: [indexer]}, {share: 50%, calls: [web]}]\n",
    ),
    "shares of a queue": edit(
        "    trigger: jobs\n    path:\n      - indexer\n",
        "    trigger: {from: jobs, share: 70%}\n    path: [indexer]\n"
        "  again:\n    trigger: {from: jobs, share: 60%}\n    path: [indexer]\n",
    ),
    "what a call does before it": edit(
        "do: write, of: page}, jobs]", "do: write, of: page}, send: jobs]"
    ),
    "key by another name": edit("trigger: jobs", "on: jobs"),
    "parts in another order": edit(
        "eu: {zones: [eu-a, eu-b]}", "eu: {like: europe_west, zones: [eu-a, eu-b]}"
    ),
    "kind that is a name": edit(
        "indexer: {kind: worker, work: 5 ms}", "indexer: {kind: indexer, work: 5 ms}"
    ),
    "words beside a call": edit(
        "      - indexer\n", "      - indexer:\n        calls: [pages: {do: read, of: page}]\n"
    ),
    "misses of no cache": edit("- web: [pages: {do: read, of: page}]", "- web: {miss: [pages]}"),
    "nothing at once": edit("{do: read, of: page}", "{do: read, of: page, times: 4, at_once: 0}"),
}

# Changes tried without editing the file.
CHANGES = {
    "set wrong path": "components.wep.replicas=9",
    "set wrong key": "components.web.replica=9",
    "set wrong value": "components.web.replicas=lots",
    "set no equals": "components.web.replicas",
    "set bad yaml": "components.web.replicas={eu: 4",
    "set through list": "operations.read_page.path.0=web",
    "set empty part": "components..web=9",
}
LOADS = ("lots", "0", "10 req", "-2x", "1 .. 2", "inf", "nan", "")
