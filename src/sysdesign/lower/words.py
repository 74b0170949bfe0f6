"""What is said of a call: at the step, on a link, or nowhere; the most exact word holds."""

from collections.abc import Iterable
from typing import Any

from sysdesign.design import Design, Given, LinkWords, Operation, Retries, Step
from sysdesign.design.calls import Breaker as BreakerWords
from sysdesign.design.calls import stand_in
from sysdesign.kinds.lowering import Numbers, middle
from sysdesign.network import Attempts, Breaker, Hedge, Number, Retry

ANY = "any"


class Words:
    """What a design says of calls.

    A call without caller (of the clock, of a message) has no link. An actor is a caller like any.
    """

    def __init__(self, design: Design, numbers: Numbers) -> None:
        self.numbers = numbers
        self._links = {
            (str(link.a), str(link.b)): link
            for link in design.links.values()
            if isinstance(link, LinkWords)
        }
        self._between: dict[tuple[str, str], tuple[LinkWords, ...]] = {}
        self._guards: dict[tuple[str, str, int], Attempts] = {}

    def link(self, caller: str, target: str, word: str) -> LinkWords | None:
        """The most exact link that states a word of a call."""
        for link in self._all(caller, target):
            if getattr(link, word) is not None:
                return link
        return None

    def _all(self, caller: str, target: str) -> tuple[LinkWords, ...]:
        """Links of a call, the most exact first."""
        found = self._between.get((caller, target))
        if found is None:
            ends = ((caller, target), (ANY, target), (caller, ANY), (ANY, ANY)) if caller else ()
            found = tuple(self._links[pair] for pair in ends if pair in self._links)
            self._between[caller, target] = found
        return found

    def said(self, caller: str, target: str, step: Step | None, word: str) -> Any:
        """One word of a call: of the step, else of the most exact link, else None."""
        if step is not None and (found := getattr(step.words, word, None)) is not None:
            return found
        link = self.link(caller, target, word)
        return getattr(link, word) if link else None

    def guard(self, caller: str, target: str, step: Step) -> Attempts:
        """How a caller guards a call; told once for each step, which is met on many ways."""
        key = (caller, target, id(step))
        if key not in self._guards:
            self._guards[key] = self._guard(caller, target, step)
        return self._guards[key]

    def _guard(self, caller: str, target: str, step: Step) -> Attempts:
        def word(name: str) -> Any:
            return self.said(caller, target, step, name)

        numbers = self.numbers
        return Attempts(
            numbers.value(word("timeout")), numbers.value(word("deadline")),
            _retry(numbers, word("retries")), _hedge(numbers, word("hedge")),
            bool(word("optional")) or step.words.fallback is not None,
            _breaker(numbers, word("breaker")), stand_in(step),
        )  # fmt: skip

    def actors_guard(self, operation: Operation) -> Attempts:
        """What the actor does."""
        value = self.numbers.value
        retry = _retry(self.numbers, operation.retries)
        return Attempts(value(operation.timeout), value(operation.deadline), retry)


def _retry(numbers: Numbers, words: Retries | None) -> Retry | None:
    count = numbers.value(words.count) if words else None
    if words is None or count is None or round(middle(count)) < 1:
        return None
    return Retry(
        round(middle(count)), _or(numbers, words.backoff, 0.0),
        middle(_or(numbers, words.growth, 2.0)), numbers.value(words.max),
        words.jitter == "full", numbers.value(words.budget), _failures(words.when),
    )  # fmt: skip


_FAILURES = {
    "timeout": ("timeout",), "408": ("timeout",), "504": ("timeout",),
    "refused": ("refused",), "429": ("refused",), "503": ("refused", "error"),
}  # fmt: skip
"""What a word of `retries.when` repeats; status codes by RFC 9110 (2022) and RFC 6585 (2012)."""


def _failures(when: Iterable[object]) -> tuple[str, ...]:
    """Failures that engines tell apart; any other word is an error that the callee answers."""
    some = (one for word in when for one in _FAILURES.get(str(word), ("error",)))
    return tuple(dict.fromkeys(some))


def _hedge(numbers: Numbers, after: Any) -> Hedge | None:
    if isinstance(after, Given):
        return Hedge(after_s=numbers.value(after))
    return Hedge(percentile=float(f"0.{after[1:]}")) if after else None


def _breaker(numbers: Numbers, words: BreakerWords | None) -> Breaker | None:
    if words is None:
        return None
    usual = Breaker()
    return Breaker(
        _or(numbers, words.errors, usual.errors), _or(numbers, words.over, usual.over_s),
        _or(numbers, words.open, usual.open_s),
    )  # fmt: skip


def _or(numbers: Numbers, given: Given | None, otherwise: Number) -> Number:
    value = numbers.value(given)
    return otherwise if value is None else value
