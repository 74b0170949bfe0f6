"""What breaks: the twelve failures that a reviewer tries, and each zone, region and component."""

from collections import Counter
from collections.abc import Iterator

from sysdesign.report.document import Block, Code, Line, Mark, Paragraph, Section, Soft, Table, Tone
from sysdesign.report.lines import NONE, columns, share
from sysdesign.report.subject import Part, Subject
from sysdesign.study.failures import ALL, SOME, Effect, Felt
from sysdesign.study.words import shown_load

_TONES: dict[str, Tone] = {
    "survive": "good", "degrade": "warning", "die": "bad", "not known": "neutral",
}  # fmt: skip
_TOLD = ("zone", "region", "provider", "component")
_FEW = 3


def write(subject: Subject) -> Iterator[Block | Section]:
    """The tables where somebody asked for them, else how to ask."""
    if not subject.study.network.operations():
        return
    if subject.tried is None:
        yield Paragraph((
            ("Left out, since it takes some seconds: every instance, component, zone, region, "
            "provider and link broken in turn, and the twelve failures that a reviewer tries. "
            "Ask for it with "), Code("sysdesign report --failures"), ", or see ",
            Code("sysdesign failures"), ".",
        ))  # fmt: skip
        return
    yield Paragraph(
        "At peak, by formulas, in the minutes before anything is added; the way there is for a "
        "simulation. Dying means that half of the calls of a must-have fail or data are gone."
    )
    rows = tuple(
        ((one.name,), _verdict(one.verdict), one.on or NONE, one.mechanism) for one in subject.tried
    )
    heads = columns("Failure", "Outcome", "Where it hurts most", "What becomes of it")
    yield Table("Twelve failures that a reviewer tries", heads, rows, prose=True)
    yield from _matrix(subject.broken)


def _verdict(word: str) -> Line:
    return (Mark(word, _TONES.get(word, "neutral")),)


def _matrix(found: tuple[Effect, ...]) -> Iterator[Block]:
    counted: Counter[str] = Counter(one.verdict for one in found)
    told = ", ".join(f"{counted[word]} {word}" for word in _TONES if counted[word])
    some = [one for one in found if one.kind in _TOLD and one.verdict != "survive"]
    if not found:
        return
    yield Paragraph(f"Of {len(found)} single failures: {told}.")
    rows = tuple(
        (one.words, _verdict(one.verdict), _felt(one), shown_load(one.carries) if one.carries else
         NONE, one.recovers or NONE)
        for one in some
    )  # fmt: skip
    if rows:
        heads = columns("Lost", "Outcome", "Who feels it", "Load carried", "What recovers it")
        yield Table("Zones, regions and components that are missed", heads, rows, prose=True)
    yield Paragraph(
        (Soft("Instances, links and slow components: "), Code("sysdesign failures"), ".")
    )


def _felt(effect: Effect) -> Line:
    hurt = [one for one in effect.felt if one.state != "up"]
    hurt.sort(key=lambda one: -max(one.fails, one.stuck, one.degraded))
    told = ", ".join(_one(one) for one in hurt[:_FEW])
    return f"{told} and {len(hurt) - _FEW} more" if len(hurt) > _FEW else told or NONE


def _one(felt: Felt) -> str:
    lost = max(felt.fails, felt.stuck)
    part = f" {share(lost)}" if SOME <= lost < ALL else ""
    return f"{felt.operation} {felt.state}{part}"


PART = Part("failures", "What breaks", "scenarios", write)
