"""A design on which every check holds; each thing taken away turns exactly one check red."""

from pathlib import Path

import pytest

from sysdesign.review import rules
from sysdesign.source import Finding, Verdict
from sysdesign.workbench import open_text

REFERENCE = Path(__file__).with_name("reference.yaml").read_text("utf-8")

FAILING = [
    ("REQ-01@problem.why", "problem.why=null"),
    ("REQ-01@problem.why", "problem.why=Photo notes"),
    ("REQ-02@problem.actors", "problem.actors.member.primary=null"),
    ("REQ-02@problem.actors", "problem.actors.curator.primary=true"),
    ("REQ-03@pin", "requirements.functional.pin.accept=null"),
    ("REQ-03@look", "requirements.functional.look.accept=It works."),
    ("REQ-04@security", "requirements.quality.safe=null"),
    ("REQ-04@accuracy", "requirements.quality.exact.not_needed=not needed"),
    ("REQ-04@scale", "requirements.quality.many.class=cost"),
    ("REQ-05@fast", "requirements.quality.fast.expect=read_board.mean < 100 ms"),
    ("REQ-06@digest", "requirements.functional.digest.priority=null"),
    ("REQ-06@live", "requirements.quality.live.priority=null"),
    ("REQ-07@requirements.out_of_scope", "requirements.out_of_scope=null"),
    ("REQ-08@fast", "requirements.quality.fast.source=null"),
    ("REQ-10@problem.growth", "problem.growth.10x=null"),
    ("REQ-11@lb", "components.lb.route=null"),
    ("API-01@pin", "requirements.functional.pin.by=null"),
    ("API-02@make_pin", "operations.make_pin.errors=null"),
    ("API-02@read_board", "operations.read_board.returns=null"),
    ("API-03@live", "operations.tell_friends.path=[teller]", "components.gateway.why=Members wait for news on open connections."),
    ("API-04@make_pin", "operations.make_pin.idempotent=null"),
    ("API-04@make_pin", "operations.make_pin.idempotent=no"),
    ("API-05@tell_friends", "operations.tell_friends.actor=member"),
    ("EST-04@read_write", "operations.view_photo.rate=members * pins_made", "estimates.read_write_ratio=null", "assumptions.read_write={value: 24, source: blog 2024}"),
    ("EST-05@bytes_out.claim", "estimates.bytes_out.claim=3 Gbit/s"),
    ("EST-05@bytes_out.limit.max", "estimates.bytes_out.limit.max=0.2 Gbit/s"),
    ("EST-06@looks", "assumptions.looks.source=null"),
    ("EST-06@photo_bytes", "assumptions.photo_bytes.value=40 MB", "estimates.bytes_out=null"),
    ("EST-06@pins.disk", "components.pins.disk=2000 TB"),
    ("EST-07@gateways_needed", "components.gateway.replicas=5"),
    ("DAT-01@tally", "data.tally.fields=null"),
    ("DAT-02@photo", "data.photo.owner=null"),
    ("DAT-02@tally", "data.tally.owner=pins"),
    ("DAT-03@pin", "data.pin.patterns.best of the week=null"),
    ("DAT-03@pin.best of the week", "data.pin.patterns.best of the week.used_by=null", "operations.rank_pins.path=[clock, ranker: [pins: {of: pin}]]"),
    ("DAT-04@pin.newest of friends", "data.pin.patterns.newest of friends.index=null"),
    ("DAT-05@pins", "components.pins.why=null"),
    ("DAT-06@photo", "data.photo.keep=null"),
    ("DAT-08@photo", "data.photo.class=null"),
    ("DAT-09@pins", "components.pins.disk=100 GB"),
    ("DAT-12@pin", "components.pins.copies={count: 4, reads: any}", "operations.read_board.path=[lb, board_service: [hot: {of: pin, miss: [pins: {of: pin}]}]]"),
    ("HLD-01@attic", "components.pins.backup.to=null"),
    ("HLD-01@lost_pins", "components.pin_stream.dead_letter=null"),
    ("HLD-02@gateway", "components.gateway.balance=null", "operations.connect.path=[gateway]"),
    ("HLD-03@components", "components.hot.copies.count=4", "operations.make_pin.path=[lb, board_service: [pin_stream]]",
     "operations.read_board.path=[lb, board_service: [hot]]", "operations.view_photo.path=[edge]",
     "operations.rank_pins.path=[clock, ranker]", "components.pins=null", "components.photos=null",
     "components.attic=null", "links.any -> pins=null", "data.pin=null", "data.photo=null",
     "data.tally.derived_from=null", "data.tally.fields.pin=id"),
    ("HLD-04@cdn", "operations.view_photo.path=[photos: {of: photo}]", "components.edge=null"),
    ("HLD-06@digest", "operations.sweep={trigger: {every: 7 day}}", "requirements.functional.digest={priority: must, by: [rank_pins, sweep]}", "components.ranker.replicas=2", "components.clock.managed=true"),
    ("HLD-07@teller", "components.teller.does=null"),
    ("HLD-07@ranker", "components.ranker.does=Ranker"),
    ("HLD-07@ranker", "requirements.functional.digest=null"),
    ("HLD-08@board_service@photos", "links.any -> any=null"),
    ("HLD-09@teller", "components.teller.replicas=40"),
    ("EST-08@rank_pins", "requirements.quality.ranked={class: performance, priority: could, expect: rank_pins.p99 < 5 ms, source: plan 2026}"),
    ("DAT-10@pins", "data.pin.fields.shown=bool", "components.pins.work=25 ms",
     "components.pins.shards={count: 16, by: pin.shown, hottest: 1%}"),
    ("DIV-07@whereabouts", "operations.connect.path=[lb, gateway: [whereabouts: {do: read}]]",
     "components.whereabouts={kind: key_value_store, does: Knows who is connected., why: Pushes look it up by member., in: eu, cores: 16, work: 240 ms, copies: {count: 3, mode: quorum, read: 3}, shards: {count: 4, by: hash, hottest: 18.5%}}"),
    ("BOT-01@teller", "problem.level=A", "places.eu.zones=[eu-a, eu-b]", "components.teller.replicas=3", "components.teller.work=28 ms"),
    ("BOT-02@make_pin", "requirements.quality.steady.expect=[make_pin.p99 < 900 ms, view_photo.p99 < 1 s]"),
    ("BOT-04@pin_stream@eu", "components.pin_stream.replicas=1"),
    ("BOT-06@make_pin", "problem.level=A", "places.eu.zones=[eu-a, eu-b]", "places.us.zones=[us-a, us-b]", "components.pin_stream.in=eu-a"),
    ("BOT-08@make_pin", "requirements.quality.many.expect=make_pin.availability >= 99.9999%"),
    ("BOT-03@2x", "components.board_service.replicas=8"),
    ("BOT-03@10x", "components.edge.limit=1000 req/s"),
    ("DIV-01@decisions", "problem.level=A", "places.eu.zones=[eu-a, eu-b]", "places.us.zones=[us-a, us-b]", "decisions.pushes=null"),
    ("DIV-02@boards", "decisions.boards.question=Memory or not?"),
    ("DIV-02@pushes", "decisions.pushes.about=[member]"),
    ("DIV-03@pushes", "decisions.pushes.options.asked=null"),
    ("DIV-03@pushes", "decisions.pushes.options.asked={pros: [News is there at once.], cons: [Every member holds a connection.]}", "decisions.pushes.options.asked.change=null"),
    ("DIV-04@boards", "decisions.boards.options.database.cons=null"),
    ("DIV-04@boards", "decisions.boards.criteria=null"),
    ("DIV-05@boards", "decisions.boards.chosen=null"),
    ("DIV-05@pushes", "decisions.pushes.because=Everybody does it like that."),
    ("DIV-06@board_service", "decisions.boards.about=[attic]", "decisions.boards.because=fast leaves no room.", "decisions.boards.question=Where do the backups lie?"),
    ("DIV-09@board_service", "components.lb.balance.health=null"),
    ("DIV-11@boards", "decisions.boards.chosen=database"),
    ("WRP-03@pushes", "decisions.pushes.options.pushed.cons=[Slow.]"),
    ("WRP-03@pushes", "decisions.pushes.options.pushed.cons=[Most of the asking is in vain.]"),
    ("BOT-10@pin_stream", "components.pin_stream.backlog=1 msg"),
    ("BOT-05@read_board", "components.board_service.replicas=8", "components.board_service.cores=1", "components.board_service.work=5 ms", "requirements.quality.fast.expect=read_board.p99 < 50 ms", "decisions.boards.about=[read_board, pin, board_service]"),
    ("BOT-14@teller", "components.teller.replicas=14", "components.teller.cores=16", "components.teller.work=600 ms"),
    ("BOT-10@bank", "components.bank={kind: external_service, does: Checks each photo., why: Photos have to be checked by law., price: 0 USD/month, availability: 99.9%}", "operations.make_pin.path=[lb, board_service: [bank, photos: {do: write, of: photo}, pins: {do: write, of: pin}, pin_stream]]"),
]  # fmt: skip

OPEN = [
    ("REQ-03@requirements", "requirements=null"),
    ("REQ-11@member", "problem.actors.member.from=null"),
    ("API-05@read_board", "operations.read_board.actor=null"),
    ("EST-01@read_board", "operations.read_board.rate=null"),
    ("EST-01@make_pin", "assumptions.pins_made.value=null"),
    ("EST-01@connect", "components.gateway.connections.lifetime=null"),
    ("EST-01@connect", "conventions.peak=null"),
    ("EST-02@photo", "data.photo.size=null"),
    ("EST-02@photo", "data.photo.written_by=null"),
    ("EST-02@pin", "components.pins.copies=null", "components.pins.in=eu", "problem.level=C"),
    ("EST-03@make_pin", "operations.make_pin.request=null"),
    ("EST-03@view_photo", "operations.view_photo.response=null"),
    ("EST-05@bytes_out", "estimates.bytes_out.formula=members * looks * 300 kB as Gbit/s"),
    ("EST-06@read_board", "operations.read_board.rate=140 req/s"),
    ("DAT-08@pin", "components.pins.encrypted=null"),
    ("DAT-09@pins", "components.pins.disk=null"),
    (
        "DAT-10@pins",
        "components.pins.work=25 ms",
        "components.pins.shards={count: 16, hottest: null}",
    ),
    ("DAT-10@pins", "components.pins.work=25 ms", "components.pins.shards={count: 16, by: null}"),
    ("BOT-02@make_pin", "requirements.quality.steady.expect=view_photo.p99 < 1 s"),
    ("DAT-12@pin", "data.pin.consistency=null", "data.pin.patterns.best of the week.fresh=1 day"),
    ("DAT-12@pin", "components.pins.copies.mode=null", "components.pins.in=eu"),
    ("DIV-01@decisions", "decisions=null"),
    ("BOT-10@deploy", "maintenance=null"),
    ("BOT-10@certificates", "links.any -> any={protocol: grpc, encrypted: tls}"),
    ("BOT-10@delete", "components.pins.backup=null", "components.attic=null"),
    (
        "EST-09@bank",
        "components.bank={kind: external_service, does: Checks each photo., why: Photos have to be checked by law.}",
        "operations.make_pin.path=[lb, board_service: [bank: {optional: true}, photos: {do: write, of: photo}, pins: {do: write, of: pin}, pin_stream]]",
    ),
]


def red(*changes: str) -> tuple[set[str], list[Finding]]:
    """Ids that fail and questions that are open, once the reference is changed."""
    found = open_text(REFERENCE, set=changes).review
    return {f.id for f in found.findings if f.verdict is Verdict.FAILS}, list(found.questions)


def test_every_check_holds_on_the_reference() -> None:
    found = open_text(REFERENCE).review
    assert {f.rule for f in found.passed} == set(rules())
    assert found.failed == found.questions == ()
    assert found.worst() is None


@pytest.mark.parametrize(("finding", "changes"), [(f, c) for f, *c in FAILING], ids=str)
@pytest.mark.mostly_slow(8)
def test_one_thing_less_turns_one_check_red(finding: str, changes: list[str]) -> None:
    failed, questions = red(*changes)
    assert finding in failed
    assert {one.partition("@")[0] for one in failed} == {finding.partition("@")[0]}
    assert questions == []


@pytest.mark.parametrize(("finding", "changes"), [(f, c) for f, *c in OPEN], ids=str)
@pytest.mark.mostly_slow(5)
def test_one_fact_less_is_one_question(finding: str, changes: list[str]) -> None:
    failed, questions = red(*changes)
    assert failed == set()
    assert [question.id for question in questions] == [finding]


def test_every_check_that_is_built_has_a_mutation() -> None:
    assert {finding.partition("@")[0] for finding, *_ in (*FAILING, *OPEN)} == set(rules())
