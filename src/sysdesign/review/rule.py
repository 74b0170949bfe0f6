"""The words in which a check is written: a rule, and what it says of one element."""

from collections.abc import Callable, Iterator

from sysdesign.design import Word
from sysdesign.records import dataclass
from sysdesign.source import NOWHERE, Severity, Span, Verdict
from sysdesign.source import listed as listed  # checks take all their words from here
from sysdesign.study import Study

ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check says of one element of a design; the engine adds its id and severity.

    `fact` is the path of what the file would have to state: what cannot be told for want of the
    same fact is one question, whichever checks ask it. `severity` is given where this one case
    weighs another than the check as a whole.
    """

    verdict: Verdict
    element: str
    message: str
    span: Span
    action: str = ""
    evidence: str = ""
    fact: str = ""
    severity: Severity | None = None


Outcomes = Iterator[Outcome]
Check = Callable[[Study], Outcomes]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with its permanent id.

    `needs` are sections without which it asks for the section instead of judging; `nothing` says
    why a design passes in which there is nothing to look at.
    """

    id: str
    check: Check
    needs: tuple[str, ...] = ()
    nothing: str = ""

    @property
    def name(self) -> str:
        """Name of the flaw it looks for."""
        return self.check.__name__

    @property
    def doc(self) -> str:
        """Docstring of its module, which is its page."""
        from sys import modules

        return modules[self.check.__module__].__doc__ or ""


def rule(id: str, *, needs: tuple[str, ...] = (), nothing: str = "") -> Callable[[Check], Rule]:  # noqa: A002 - the field's word
    """Make a check of a function from a study to outcomes."""
    return lambda check: Rule(id, check, needs, nothing)


def holds(element: str, evidence: str, span: Span = NOWHERE) -> Outcome:
    """It is as it should be; `evidence` says by what."""
    return Outcome(Verdict.HOLDS, element, evidence, span, evidence=evidence)


def fails(
    element: str, message: str, span: Span, action: str, severity: Severity | None = None
) -> Outcome:
    """It is not as it should be; `action` says what to write instead."""
    return Outcome(Verdict.FAILS, element, message, span, action, severity=severity)


def unknown(
    element: str, message: str, span: Span, action: str, fact: str, severity: Severity | None = None
) -> Outcome:
    """It cannot be told, for want of one fact; `action` says how to state it.

    Without a fact it waits for a simulation, and is no question to a person.
    """
    return Outcome(Verdict.UNKNOWN, element, message, span, action, "", fact, severity)


def at(word: str) -> Span:
    """Where a word of the file stands."""
    return word.span if isinstance(word, Word) else NOWHERE


def defined(study: Study, name: str) -> Span:
    """Where an id is defined."""
    return study.estimate.ledger.span_of(name)


def says(text: str | None, words: int = ENOUGH) -> bool:
    """Whether a text for people says enough to count: four words, unless told otherwise."""
    return sum(any(c.isalnum() for c in word) for word in (text or "").split()) >= words
