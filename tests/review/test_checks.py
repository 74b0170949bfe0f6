"""What single checks tell apart, beyond the two designs on their pages."""

from itertools import combinations

import pytest

from sysdesign.source import Finding
from sysdesign.workbench import open_text


def judged(rule: str, text: str, *changes: str) -> dict[str, Finding]:
    """Findings of a check by element; the worst of each element."""
    found = open_text(f"sysdesign: 1\n{text}", set=changes).review.findings
    return {f.element: f for f in reversed(found) if f.rule == rule}


def said(rule: str, text: str, *changes: str) -> dict[str, str]:
    """Verdicts of a check by element."""
    return {name: f.verdict.value for name, f in judged(rule, text, *changes).items()}


# -- requirements --------------------------------------------------------------------------------


def test_without_must_haves_the_missing_priority_is_the_question() -> None:
    text = "requirements: {functional: {go: {accept: A short link leads on.}}}\n"
    assert said("REQ-03", text) == {"requirements.functional": "not known"}
    assert said("REQ-03", text.replace("{accept", "{priority: could, accept")) == {
        "requirements.functional": "fails"
    }


def test_an_eighth_must_have_is_no_choice() -> None:
    def text(count: int) -> str:
        wanted = "".join(f"    f{i}: {{priority: must}}\n" for i in range(count))
        return f"requirements:\n  functional:\n{wanted}"

    assert "requirements.functional" not in said("REQ-06", text(7))
    assert said("REQ-06", text(8))["requirements.functional"] == "fails"


def test_a_bound_of_named_assumptions_needs_no_source() -> None:
    text = """\
assumptions: {target: {value: 5 req/s, source: plan}}
operations: {go: {rate: 5 req/s}}
requirements: {quality: {many: {class: scale, expect: go.rate >= target}}}
"""
    assert said("REQ-08", text) == {"many": "holds"}
    assert said("REQ-08", text.replace(">= target", ">= 5 req/s")) == {"many": "fails"}


REGIONS = """\
problem: {actors: {reader: {from: eu}}}
places: {eu: {zones: [eu-a, eu-b]}, us: {zones: [us-a]}}
operations: {get: {actor: reader, path: [web: [posts]]}}
data: {post: {store: posts, key: id}}
components: {web: {kind: service, route: nearest}, posts: {kind: sql_database, copies: {count: 2, mode: leader}}}
"""


@pytest.mark.parametrize(
    ("change", "element", "verdict"),
    [
        ("components.web.route=nearest", "web", "holds"),
        ("components.web.route=null", "web", "fails"),
        ("components.posts.copies=2", "posts", "fails"),
        ("components.posts.copies={count: {eu: 1, us: 1}, across: none}", "posts", "holds"),
        ("problem.actors.reader.from=null", "reader", "not known"),
        ("components.web.replicas={eu: 2, us: 2}", "web", "holds"),
    ],
)
def test_what_lies_in_two_regions_has_a_plan(change: str, element: str, verdict: str) -> None:
    assert said("REQ-11", REGIONS, change)[element] == verdict


@pytest.mark.parametrize("where", ["eu", "[eu-a, eu-b]"])
def test_what_lies_in_one_region_needs_none(where: str) -> None:
    changes = [
        f"components.{x}" for x in (f"web.in={where}", f"posts.in={where}", "web.route=null")
    ]
    assert not {"web", "posts"} & set(
        said("REQ-11", REGIONS, *changes, "components.posts.copies=null")
    )


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ("components.web.replicas={eu: 2, asia: 2}", "web.asia"),
        ("components.posts.copies={count: {eu: 2, asia: 1}, mode: leader}", "posts.asia"),
    ],
)
def test_what_is_counted_for_a_place_where_nothing_runs_is_told(change: str, element: str) -> None:
    text = REGIONS.replace("us: {zones: [us-a]}", "us: {zones: [us-a]}, asia: {}")
    assert said("REQ-11", text, change)[element] == "fails"
    assert element not in said("REQ-11", text, change, "places.asia.zones=[asia-a]")


def test_fewer_instances_than_places_are_named() -> None:
    changes = ("components.web.in=[eu, us]", "components.web.replicas=1")
    assert said("REQ-11", REGIONS, *changes)["web.us"] == "fails"
    assert "web.us" not in said("REQ-11", REGIONS, changes[0])
    assert "web.us" not in said("REQ-11", REGIONS, *changes, "components.web.replicas=2")


def test_without_places_the_region_is_a_question() -> None:
    assert said("REQ-11", "problem: {name: Links}\n") == {"places": "not known"}


# -- interface -----------------------------------------------------------------------------------

FRESH = """\
problem: {actors: {member: {primary: true}}}
requirements: {quality: {prompt: {class: freshness, expect: tell.p95 < 9 s}}}
operations: {tell: {actor: member, rate: 5 req/s, path: [web]}}
components: {web: service, gateway: connection_gateway}
"""


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([], "fails"),
        (["requirements.quality.prompt.expect=tell.p95 < 10 s"], None),
        (["requirements.quality.prompt.class=performance"], None),
        (["operations.tell.path=[web: [gateway]]"], "holds"),
        (["operations.tell.path=[web: [member]]"], "holds"),
        (["operations.tell.over=gateway"], "holds"),
        (["requirements.quality.prompt.accept=The app asks every five seconds."], "holds"),
        (["requirements.quality.prompt.accept=Polling."], "fails"),
        (["declined={connection_gateway: Asking every five seconds will do.}"], "holds"),
        (["declined={cdn: All readers are in one city.}"], "fails"),
        (["decisions={poll: {about: prompt, because: Asking every five seconds will do.}}"], "holds"),
    ],
)  # fmt: skip
def test_fresh_news_are_pushed_or_there_is_a_reason(
    changes: list[str], verdict: str | None
) -> None:
    expected = {"prompt": verdict} if verdict else {"system": "holds"}
    assert said("API-03", FRESH, *changes) == expected


STARTS = """\
problem: {actors: {writer: {primary: true}}}
operations:
  post: {actor: writer, rate: 5 req/s, path: [web: [jobs]]}
  work: {trigger: jobs, path: [worker: [links]]}
components: {web: service, jobs: queue, worker: worker, links: sql_database, clock: scheduler}
"""


@pytest.mark.parametrize(
    ("change", "element", "verdict"),
    [
        ("operations.work.path=[worker]", "work", "holds"),
        ("operations.work=null", "jobs", "fails"),  # nobody reads
        ("operations.post.path=[web]", "work", "fails"),  # nobody sends
        ("operations.post.path=[web: [jobs, worker]]", "post", "fails"),  # waits for a worker
        ("operations.post.path=[web: [jobs, worker: {async: true}]]", "post", "holds"),
        ("operations.post.path=[web: [jobs: {async: false}]]", "post", "fails"),
        ("operations.post.path=[clock, web: [jobs]]", "post", "fails"),  # no schedule
        ("operations.post.actor=null", "post", "not known"),
        ("operations.work.actor=writer", "work", "fails"),
        ("operations.work.trigger={every: 1 day}", "work", "holds"),
        ("operations.work.trigger={changes: links, by: post}", "work", "holds"),
    ],
)
def test_the_start_of_an_operation_agrees_with_its_path(
    change: str, element: str, verdict: str
) -> None:
    assert said("API-05", STARTS, change)[element] == verdict


def test_a_method_that_writes_is_asked_what_happens_twice() -> None:
    text = "operations: {a: {api: PUT /x, rate: 1 req/s}, b: {api: GET /x, rate: 1 req/s}}\n"
    assert said("API-04", text) == {"a": "fails"}
    assert said("API-04", text, "operations.a.idempotent=duplicates accepted") == {"a": "holds"}


# -- estimates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [("60 GB", "holds"), ("77 GB", "holds"), ("79 GB", "fails"), ("47 GB", "holds"),
     ("46 GB", "fails"), ("64.4 GB", "fails")],
)  # fmt: skip
def test_a_claim_agrees_within_three_tenths_and_no_mixed_prefix(claim: str, verdict: str) -> None:
    """60 GB computed: 60 × 1.3 = 78, 60 / 1.3 = 46.2; 64.4 is 60 × 1.024³, GiB under a GB label."""
    text = f"estimates: {{disk: {{formula: 120M item * 500 B/item, claim: {claim}}}}}\n"
    found = judged("EST-05", text)["disk.claim"]
    assert found.verdict.value == verdict
    assert ("as if GiB for GB" in found.message) == (claim == "64.4 GB")


@pytest.mark.parametrize(
    ("limit", "verdict", "words"),
    [
        ("{max: 1000 req/s}", "holds", "5%"),
        ("{max: 100 req/s}", "fails", "50%"),
        ("{max: 10 req/s}", "fails", "95%"),
        ("{min: 10 req/s}", "holds", "5%"),
    ],
)
def test_a_limit_passed_one_time_in_ten_fails(limit: str, verdict: str, words: str) -> None:
    """10 .. 1000 is a lognormal with these as 5th and 95th percentile, and its median at 100."""
    text = f"""\
assumptions: {{calls: {{value: 10 .. 1000 req/s, source: guess}}}}
estimates: {{load: {{formula: calls, limit: {limit}}}}}
"""
    found = judged("EST-05", text)[f"load.limit.{limit[1:4]}"]
    assert found.verdict.value == verdict
    assert words in found.message


def test_bare_numbers_in_a_formula_are_asked_for() -> None:
    text = """\
assumptions: {users: {value: 5 user, source: plan}}
estimates: {a: users * 800 / 3, b: users ** 2 * 1 day, c: users}
"""
    found = judged("EST-05", text)
    assert {name: f.verdict.value for name, f in found.items()} == {
        "a": "not known", "b": "holds", "c": "holds",
    }  # fmt: skip
    assert found["a"].message == "where 800 and 3 come from is not stated"


@pytest.mark.parametrize(
    ("assumption", "verdict"),
    [
        ("5 user", "fails"),
        ("{value: 5 user, source: assumption}", "holds"),
        ("{value: 5 user, why: It is small.}", "fails"),
        ("{value: 5 user, why: One for each finger of a hand.}", "holds"),
        ("{value: other * other}", "holds"),
        ("{value: other * 3}", "fails"),
    ],
)
def test_an_input_has_a_source(assumption: str, verdict: str) -> None:
    text = f"assumptions: {{other: {{value: 2 user, source: x}}, a: {assumption}}}\n"
    assert said("EST-06", text)["a"] == verdict


def test_an_answered_question_is_a_source() -> None:
    question = "problem: {questions: [{ask: How many?, gives: a%s}]}\nassumptions: {a: 5 user}\n"
    assert said("EST-06", question % "") == {"a": "fails"}
    assert said("EST-06", question % ", answer: Five.") == {"a": "holds"}


@pytest.mark.parametrize(
    ("key", "verdict"),
    [("work: 2 ms", None), ("work: 2 day", "fails"), ("work: {read: 2 ms, write: 2 day}", "fails"),
     ("disk: 2 kB", "fails"), ("replicas: 3", None), ("fails: {every: 1 s, repair: 1 s}", "fails")],
)  # fmt: skip
def test_what_no_such_part_can_do_is_looked_at_twice(key: str, verdict: str | None) -> None:
    found = said("EST-06", f"components: {{links: {{kind: sql_database, {key}}}}}\n")
    expected = {f"links.{key.partition(':')[0]}": verdict} if verdict else {"system": "holds"}
    assert found == expected


def test_an_estimate_is_used_where_it_is_named() -> None:
    text = "assumptions: {a: {value: 5, source: x}}\nestimates: {big: a}\n"
    assert said("EST-07", text) == {"big": "fails"}
    for change in (
        "estimates.big={formula: a, claim: 5}",
        "components.web={kind: service, replicas: big}",
        "components.web={kind: service, why: It follows from big alone.}",
        "decisions.one={about: big}",
        "operations.go={rate: big * 1 req/s}",
    ):
        assert said("EST-07", text, change) == {"big": "holds"}


def test_the_read_write_ratio_waits_for_every_rate() -> None:
    text = """\
operations:
  make: {api: POST /links, rate: 10 req/s}
  go: {api: "GET /{code}", rate: 50 req/s}
"""
    assert judged("EST-04", text)["read_write"].evidence == "5x reads a write"
    assert said("EST-04", text, "operations.go.rate=null") == {"read_write": "not known"}
    assert said("EST-04", text, "operations.make=null") == {"read_write": "holds"}


# -- data ----------------------------------------------------------------------------------------

COPIES = """\
data: {entry: {store: ledger, key: id, consistency: %s}}
components: {ledger: {kind: sql_database, copies: {count: %d, %s}}}
"""


def always_meet(copies: int, written: int, read: int) -> bool:
    """Whether every set of copies written shares one with every set of copies read."""
    every = range(copies)
    return all(
        set(w) & set(r) for w in combinations(every, written) for r in combinations(every, read)
    )


@pytest.mark.parametrize("copies", [2, 3, 4, 5])
def test_a_quorum_is_strong_where_writes_and_reads_must_meet(copies: int) -> None:
    for written in range(1, copies + 1):
        for read in range(1, copies + 1):
            mode = f"mode: quorum, write: {written}, read: {read}"
            verdict = said("DAT-12", COPIES % ("strong", copies, mode))["entry"]
            assert verdict == ("holds" if always_meet(copies, written, read) else "fails"), mode


@pytest.mark.parametrize(
    ("need", "mode", "verdict"),
    [
        ("strong", "mode: leader, wait: 1, reads: leader", "holds"),
        ("strong", "mode: leader, wait: 1, reads: any", "fails"),
        ("strong", "mode: leader, wait: 2, reads: any", "holds"),  # all three have it
        ("strong", "mode: leader, wait: 1", "not known"),
        ("eventual", "mode: leader, wait: 0, reads: any", "holds"),
        ("read_your_writes", "mode: leader, wait: 0, reads: nearest", "fails"),
        ("strong", "mode: quorum", "holds"),  # majorities meet
        ("strong", "mode: quorum, reads: any", "fails"),
        ("strong", "mode: quorum, across: async", "fails"),
        ("read_your_writes", "mode: quorum, across: async", "holds"),
        ("read_your_writes", "mode: peers", "fails"),
        ("eventual", "mode: peers", "holds"),
    ],
)
def test_the_copies_of_a_store_meet_the_need(need: str, mode: str, verdict: str) -> None:
    assert said("DAT-12", COPIES % (need, 3, mode)) == {"entry": verdict}


def test_regions_that_stand_apart_agree_each_for_itself() -> None:
    text = COPIES.replace("count: %d", "count: {eu: 3, us: 3}") % (
        "strong",
        "mode: quorum, across: none",
    )
    assert said("DAT-12", f"places: {{eu: {{zones: [a]}}, us: {{zones: [b]}}}}\n{text}") == {
        "entry": "holds"
    }


SIZED = """\
conventions: {utilisation: 50%%}
data: {post: {store: posts, key: id, size: 1 kB, count: %s, keep: 1 year}}
components: {posts: {kind: sql_database, overhead: 1x, copies: 2, shards: {count: 3}, disk: 1 TB}}
"""


@pytest.mark.parametrize(
    ("count", "verdict"),
    [("1500M item", "holds"), ("1501M item", "fails"), ("15M .. 1500M item", "holds"),
     ("150M .. 15000M item", "fails")],
)  # fmt: skip
def test_a_store_holds_what_its_disks_hold(count: str, verdict: str) -> None:
    """6 instances × 1 TB × 50% = 3 TB for 2 copies of 1 kB: 1.5 billion records."""
    assert said("DAT-09", SIZED % count) == {"posts": verdict}


def test_a_store_that_is_split_by_a_key_weighs_less_than_one_that_is_not() -> None:
    text = SIZED % "2000M item"
    assert judged("DAT-09", text)["posts"].severity.value == "blocker"
    assert (
        judged("DAT-09", text, "components.posts.shards.by=post.id")["posts"].severity.value
        == "minor"
    )
    assert said("DAT-09", text, "components.posts={kind: object_store}") == {"posts": "holds"}
    assert said("DAT-09", text, "components.posts.disk=null") == {"posts": "not known"}


def test_what_operations_write_lies_in_a_store_fit_for_it() -> None:
    text = """\
operations: {make: {rate: 1 req/s}}
data: {link: {store: hot, owner: web, key: code, written_by: make}, url: {key: id}}
components: {hot: cache, web: service, links: sql_database}
"""
    assert said("DAT-02", text) == {"link": "fails", "url": "fails"}
    assert said("DAT-02", text, "data.link.store=links")["link"] == "holds"
    assert said("DAT-02", text, "data.link.derived_from=url")["link"] == "holds"
    assert said("DAT-02", text, "data.link.written_by=null", "data.link.count=5")["link"] == "holds"


def test_an_entity_made_for_a_pattern_serves_it() -> None:
    text = """\
operations: {newest: {path: [board: {of: front}]}}
data:
  post: {store: posts, key: id, patterns: {newest: {used_by: newest}}}
  front: {store: board, key: author}
components: {posts: sql_database, board: cache}
"""
    assert said("DAT-04", text) == {"post.newest": "fails"}
    assert said("DAT-04", text, "data.front.derived_from=post") == {"post.newest": "holds"}


def test_three_entities_without_a_reference_are_three_tables() -> None:
    data = "".join(f"  e{i}: {{key: id, fields: {{id: id, other: id}}}}\n" for i in range(3))
    assert said("DAT-01", f"data:\n{data}")["data"] == "fails"
    assert "data" not in said("DAT-01", f"data:\n{data}", "data.e1.fields.other=list(ref e0)")


# -- diagram -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("web", "path", "verdict"),
    [
        ("replicas: 3", "[web]", "fails"),
        ("replicas: 1", "[web]", None),
        ("replicas: 1, scale: {by: utilisation, target: 50%, max: 9}", "[web]", "fails"),
        ("replicas: 3, managed: true", "[web]", None),
        ("replicas: 3, balance: random", "[web]", "holds"),
        ("replicas: 3", "[lb, web]", "holds"),
        ("replicas: 3", "[api: [web]]", "fails"),  # a service in front spreads nothing
    ],
)
def test_several_instances_have_something_that_spreads_calls(
    web: str, path: str, verdict: str | None
) -> None:
    text = f"""\
problem: {{actors: {{visitor: {{primary: true}}}}}}
operations: {{go: {{actor: visitor, path: {path}}}}}
components: {{web: {{kind: service, {web}}}, lb: load_balancer, api: service}}
"""
    assert said("HLD-02", text) == ({"web": verdict} if verdict else {"system": "holds"})


def test_what_takes_messages_needs_no_balancer() -> None:
    text = """\
operations: {post: {path: [jobs]}, work: {trigger: jobs, path: [worker]}}
components: {jobs: {kind: queue, replicas: 3}, worker: {kind: worker, replicas: 9}}
"""
    assert said("HLD-02", text) == {"system": "holds"}


def test_a_link_reaches_what_a_path_does_not_name() -> None:
    text = """\
operations: {go: {path: [web]}}
components: {web: service, vault: key_value_store}
"""
    assert said("HLD-01", text) == {"web": "holds", "vault": "fails"}
    assert said("HLD-01", text, "links.web -> vault={protocol: https}")["vault"] == "holds"
    assert said("HLD-01", text, "security.roles.admin={reads: vault}")["vault"] == "holds"


def test_the_more_exact_link_says_the_protocol() -> None:
    text = """\
operations: {go: {path: [web: [links, hot]]}}
components: {web: service, links: sql_database, hot: cache}
links: {any -> links: {protocol: sql}, web -> any: {timeout: 1 s}, any -> any: {protocol: grpc}}
"""
    found = judged("HLD-08", text)
    assert found["web@links"].evidence == "web speaks sql to links"
    assert found["web@hot"].evidence == "web speaks grpc to hot"
    assert said("HLD-08", text, "links.any -> any=null") == {
        "web@links": "holds",
        "web@hot": "fails",
    }


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([], "holds"),
        (["places.asia.zones=null"], "fails"),
        (["places.asia={zones: null, like: west_europe}", "places.eu.like=west_europe"], "holds"),
        (
            ["places.asia={zones: null, like: southeast_asia}", "places.eu.like=west_europe"],
            "fails",
        ),
        (["places.asia.zones=null", "declined={cdn: No two answers are alike.}"], "holds"),
        (["places.asia.zones=null", "declined={cdn: Not needed.}"], "fails"),
        (["data.video.media=true"], "fails"),
    ],
)
def test_readers_far_away_and_media_ask_for_a_cdn(changes: list[str], verdict: str) -> None:
    text = """\
problem: {actors: {reader: {from: {eu: 50%, asia: 50%}}}}
places: {eu: {zones: [a]}, asia: {zones: [b]}}
data: {video: {key: id}}
components: {web: service}
"""
    assert said("HLD-04", text, *changes) == {"cdn": verdict}


@pytest.mark.parametrize(
    ("does", "verdict"),
    [("Owns accounts.", "holds"), ("Web.", "fails"), ("service", "fails"), ("…", "fails"),
     ("Checks tokens.", "fails")],
)  # fmt: skip
def test_a_purpose_is_more_than_a_name(does: str, verdict: str) -> None:
    """The last is what another component is said to do."""
    text = f"components: {{web: {{kind: service, does: {does}}}, gate: {{kind: service, does: Checks tokens.}}}}\n"
    assert said("HLD-07", text)["web"] == verdict


def test_a_component_of_no_requirement_says_why_it_is_there() -> None:
    text = """\
requirements: {functional: {go: {priority: must, by: go_on}}}
operations:
  go_on: {path: [web: [jobs]]}
  work: {trigger: jobs, path: [worker]}
  extra: {path: [other]}
components:
  web: {kind: service, does: Sends callers on.}
  jobs: {kind: queue, does: Carries clicks.}
  worker: {kind: worker, does: Counts clicks.}
  other: {kind: service, does: Draws charts.}
"""
    assert said("HLD-07", text) == {
        "web": "holds", "jobs": "holds", "worker": "holds", "other": "fails",
    }  # fmt: skip
    assert (
        said("HLD-07", text, "components.other.why=Marketing asks for it daily.")["other"]
        == "holds"
    )


def test_prices_in_another_currency_are_not_held_against_cited_ones() -> None:
    text = "components: {files: {kind: object_store, price: {stored: 3 JPY/GB/month}}}\n"
    assert said("EST-06", f"conventions: {{currency: JPY}}\n{text}") == {"system": "holds"}
    assert said("EST-06", text.replace("JPY", "USD")) == {"files.price": "fails"}
