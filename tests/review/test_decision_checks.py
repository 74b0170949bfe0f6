"""What the checks of decisions, losses and money tell apart, beyond the designs on their pages."""

import pytest

from tests.review.test_checks import judged, said

SIZE = """\
problem: {level: B}
operations: {go: {rate: 100 req/s, path: [web: [posts]]}}
components: {web: {kind: service, replicas: 2, cores: 4}, posts: {kind: sql_database}}
data: {post: {store: posts, key: id}}
decisions:
  size:
    question: How many of web are there?
    about: [web]
    criteria: [go.p99, cost]
    options:
      two: {pros: [Cheap.], cons: [One lost is half of all.]}
      ten: {pros: [Safe.], cons: [Eight more have to be paid.], change: {components.web.replicas: 10}}
    chosen: two
    because: 100 requests a second keep a tenth of one busy.
"""


@pytest.mark.parametrize(("level", "verdict"), [("A", "fails"), ("B", "holds"), ("C", "holds")])
def test_level_a_asks_for_two_decisions(level: str, verdict: str) -> None:
    assert said("DIV-01", SIZE, f"problem.level={level}") == {"decisions": verdict}


def test_without_any_decision_it_is_a_question() -> None:
    assert said("DIV-01", SIZE, "decisions=null") == {"decisions": "not known"}
    assert said("DIV-01", SIZE, "decisions=null", "problem.level=C") == {"decisions": "holds"}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ("decisions.size.about=[post]", "holds"),
        ("decisions.size.about=[system]", "holds"),
        ("decisions.size.about=null", "fails"),
        ("decisions.size.question=Two or ten?", "fails"),
    ],
)
def test_a_decision_has_a_question_and_something_it_is_about(change: str, verdict: str) -> None:
    assert said("DIV-02", SIZE, change) == {"size": verdict}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("options=null", "size has no options"),
        ("options.ten=null", "size has one option only"),
        ("options.ten={pros: null, cons: null, change: null}", "nothing is said of ten"),
        ("options.ten={pros: [cheap.], cons: ['One lost is  half of all.'], change: null}", "two and ten of size say the same"),
    ],
)  # fmt: skip
def test_two_options_that_differ(change: str, message: str) -> None:
    found = judged("DIV-03", SIZE, f"decisions.size.{change}")["size"]
    assert message in found.message
    assert found.severity.value == "blocker"


def test_options_that_differ_by_their_change_alone_are_two() -> None:
    text = SIZE.replace("[Safe.]", "[Cheap.]").replace(
        "Eight more have to be paid.", "One lost is half of all."
    )
    assert said("DIV-03", text) == {"size": "holds"}


@pytest.mark.parametrize("key", ["pros", "cons"])
def test_a_side_that_is_missing_is_named_at_its_option(key: str) -> None:
    found = judged("DIV-04", SIZE, f"decisions.size.options.ten.{key}=null")["size"]
    assert "the option ten" in found.message
    assert ("against" if key == "cons" else " for ") in found.message
    assert found.span.source.text.splitlines()[found.span.line - 1].strip().startswith("ten")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("chosen=null", "none of two and ten is chosen"),
        ("because=null", "why two is chosen for size is not said"),
        ("because=It is cheap.", "why two is chosen for size is not said"),
        ("because=It is what everybody else does.", "names no requirement and no number"),
    ],
)
def test_a_pick_has_a_reason_that_can_be_looked_up(change: str, message: str) -> None:
    assert message in judged("DIV-05", SIZE, f"decisions.size.{change}")["size"].message


def test_a_reason_may_name_a_requirement_an_assumption_or_an_estimate() -> None:
    more = (
        "requirements.quality={fast: {class: performance, expect: go.p99 < 1 s}}",
        "assumptions={fans: {value: 3 item, source: plan}}",
        "estimates={needed: go.rate * 2}",
    )
    for name in ("fast", "fans", "needed"):
        reason = f"decisions.size.because=There is enough of it for {name}."
        assert said("DIV-05", SIZE, *more, reason) == {"size": "holds"}


@pytest.mark.parametrize(
    ("about", "verdict"),
    [("[web]", "holds"), ("[go]", "holds"), ("[system]", "holds"), ("[away]", "fails")],
)
def test_a_dive_is_about_the_fullest(about: str, verdict: str) -> None:
    changes = (
        "components.away={kind: object_store}",
        "components.web.cores=1",
        "operations.look={rate: 0.1 req/s, path: [away]}",
        "decisions.size.question=What becomes of the files?",
        "decisions.size.options.two.cons=[One lost is bad.]",
        f"decisions.size.about={about}",
    )
    found = judged("DIV-06", SIZE, *changes)
    assert [f.verdict.value for f in found.values()] == [verdict]


def test_what_most_calls_need_may_be_the_dive_instead() -> None:
    found = judged("DIV-06", SIZE, "components.web.cores=1", "decisions.size.about=[posts]",
                   "decisions.size.question=Which store keeps the posts?")  # fmt: skip
    assert [(n, f.verdict.value) for n, f in found.items()] == [("posts", "holds")]


TIER = """\
operations: {go: {rate: 100 req/s, path: [lb, web]}}
components: {lb: {kind: load_balancer}, web: {kind: service, replicas: 4}}
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("components.web.balance=round_robin", "who is left out when dead is not said"),
        ("components.web.balance={health: {every: 5 s}}", "how calls are spread over it is not said"),
        ("components.web.does=Web", "neither how calls are spread nor who is left out when dead"),
    ],
)  # fmt: skip
def test_a_tier_says_how_it_is_spread_and_who_is_left_out(change: str, message: str) -> None:
    found = judged("DIV-09", TIER, change)["web"]
    assert message in found.message
    assert "health: {every: 5 s}" in found.action


def test_the_balancer_in_front_may_say_it_and_a_single_one_need_not() -> None:
    both = "{policy: random, health: {every: 5 s}}"
    assert said("DIV-09", TIER, f"components.lb.balance={both}")["web"] == "holds"
    assert "web" not in said("DIV-09", TIER, "components.web.replicas=1")
    assert "web" not in said("DIV-09", TIER, "operations.go.path=[web]")  # HLD-02 tells it


def test_a_chosen_option_is_the_file() -> None:
    assert said("DIV-11", SIZE) == {"size": "holds"}
    assert said("DIV-11", SIZE, "decisions.size.chosen=ten") == {"size": "fails"}
    nothing = SIZE.replace("{components.web.replicas: 10}", "{}")
    assert "its change changes nothing" in judged("DIV-11", nothing)["size"].message


@pytest.mark.parametrize(
    ("cons", "message"),
    [
        ("null", "does not say what it costs"),
        ("[Not safe.]", "says too little of what it costs"),
        ("[Eight more have to be paid.]", "what is true of the others, too"),
    ],
)
def test_a_pick_names_its_own_price(cons: str, message: str) -> None:
    found = judged("WRP-03", SIZE, f"decisions.size.options.two.cons={cons}")["size"]
    assert message in found.message


# -- losses and money ----------------------------------------------------------------------------

GO = """\
problem: {level: B}
requirements:
  functional: {go: {priority: must, accept: A short link leads to the long one., by: go}}
  quality: {fast: {class: performance, priority: must, expect: go.p99 < 45 ms}}
operations: {go: {rate: 440 req/s, path: [web]}}
components: {web: {kind: service, replicas: 4, cores: 1, work: 5 ms}}
"""


def test_a_time_without_one_instance_is_that_of_one_instance_less() -> None:
    found = judged("BOT-05", GO)["go"]
    alone = judged("BOT-02", GO, "components.web.replicas=3")["go"]
    value = found.message.partition(" is ")[2].partition(";")[0]
    assert f"it is {value};" in f"{alone.message};"
    assert "without one of 4 instances of web go.p99" in found.message
    assert "expect: go.p99 < 45 ms" in found.span.source.text


@pytest.mark.parametrize(
    "change",
    [
        "problem.level=C",  # need not outlive it
        "requirements.quality.fast.expect=go.p99 < 20 ms",  # missed already: BOT-02
        "components.web.replicas=1",  # the only one: BOT-04
        "operations.go.rate=590 req/s",  # full afterwards: BOT-01
    ],
)
def test_what_others_tell_of_a_loss_is_not_told_twice(change: str) -> None:
    assert "fails" not in said("BOT-05", GO, change).values()


PAY = """\
requirements: {functional: {buy: {priority: must, accept: An order is paid at once., by: buy}}}
operations: {buy: {rate: 5 req/s, path: [web: [bank]]}}
components:
  web: {kind: service, replicas: 2}
  bank: {kind: external_service, availability: 99.5%, price: 0 USD/month}
maintenance: {deploy: {any: {how: rolling}}}
"""


def test_somebody_elses_failure_is_answered_or_named() -> None:
    found = judged("BOT-10", PAY)["bank"]
    assert found.message.startswith("with bank down 100% of buy fails")
    for change in (
        "operations.buy.path=[web: [bank: {optional: true}]]",
        "parked={bank: {point: A second bank.}}",
        "shortcomings={one: {what: Without bank nobody can buy.}}",
    ):
        assert said("BOT-10", PAY, change)["bank"] == "holds"


def test_each_fact_that_an_injection_lacks_is_a_question_of_its_own() -> None:
    text = PAY + "links: {any -> any: {encrypted: tls}}\ndata: {order: {store: kept, key: id}}\n"
    changes = ("components.kept={kind: sql_database}", "maintenance=null",
               "operations.tell={trigger: line, path: [web]}",
               "components.line={kind: queue}", "operations.buy.path=[web: [line, kept]]")  # fmt: skip
    found = said("BOT-10", text, *changes)
    assert {n for n, v in found.items() if v == "not known"} >= {
        "deploy", "certificates", "delete", "line",
    }  # fmt: skip


def test_what_money_buys_and_what_it_does_not() -> None:
    web = """\
problem: {level: LEVEL}
operations: {go: {rate: 500 req/s, path: [web]}}
components: {web: {kind: service, replicas: COUNT, cores: 1, work: 5 ms}}
"""

    def verdict(level: str, count: int) -> str:
        return said("BOT-14", web.replace("LEVEL", level).replace("COUNT", str(count)))["web"]

    assert verdict("C", 8) == "holds"  # 2 × 2.5 servers busy / 70% is 7.1
    assert verdict("C", 9) == "fails"
    assert verdict("B", 4) == "holds"  # one may be lost
    found = judged("BOT-14", web.replace("LEVEL", "C").replace("COUNT", "30"))["web"]
    assert "27 of 30 instances are spare at peak" in found.message
    assert "keep 8 of web" in found.action
    assert found.severity.value == "info"


def test_cost_waits_for_what_the_load_waits_for() -> None:
    text = GO.replace("rate: 440 req/s, ", "")
    assert said("EST-09", text) == {"cost": "not known"} or "cost" in said("EST-09", text)
    assert said("EST-09", GO) == {"cost": "holds"}
    assert "for 1,000 calls of go" in judged("EST-09", GO)["cost"].message
