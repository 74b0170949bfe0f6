"""What can be held only once everything is read: cycles of paths, fields, `do`, roles of parts."""

import re
from collections.abc import Iterator

from sysdesign.design import Component, Design, Step, Trait, Word
from sysdesign.read.catalogue import catalogue_ids
from sysdesign.read.context import Context
from sysdesign.read.dates import is_date
from sysdesign.read.paths import check_paths, nested
from sysdesign.source import Span, nearest

_LIKE_A_DATE = re.compile(r"\d{4}-\d", re.ASCII)


def check_references(design: Design, context: Context) -> None:
    """Add the problems of a design that was read."""
    check_paths(design, context)
    _fields(design, context)
    _operations(design, context)
    _assumptions(design, context)
    _written(design, context)
    _decisions(design, context)
    _growth(design, context)
    for name, part in design.components.items():
        _work(name, part, context)
    for step in all_steps(design):
        _do(step, design, context)


def all_steps(design: Design) -> Iterator[Step]:
    """Every step of every path, nested ones included."""
    for steps in (*design.paths.values(), *(o.path for o in design.operations.values())):
        yield from nested(steps)


def _growth(design: Design, context: Context) -> None:
    """Growth is a factor, not a percentage; 2x and 10x have a date or a trigger."""
    growth = design.problem.growth
    if growth is None:
        return
    said = growth.a_year
    if said is not None and said.text.rstrip().endswith("%"):
        context.problem("growth", f"growth is a factor, and {said.text} is a share", said.span,
                        hint="20% more a year is 1.2x")  # fmt: skip
    for when in growth.others.values():
        if isinstance(when, Word) and _LIKE_A_DATE.match(when) and not is_date(when):
            context.problem("date", f"'{when}' is not a date", when.span,
                            hint="write 2027-06 or 2027-06-30")  # fmt: skip


def _fields(design: Design, context: Context) -> None:
    def hold(name: str, entity: str, span: Span) -> None:
        known = [*design.data[entity].fields] if entity in design.data else []
        if known and name not in known:
            context.problem("field", f"'{entity}' has no field '{name}'", span,
                            nearest(name, known), f"it has {', '.join(known)}")  # fmt: skip

    for word in context.field_refs:
        head, _, name = word.partition(".")
        hold(name, head, word.span.part(len(head) + 1, len(word)))
    for name, entity in design.data.items():
        if not entity.fields:
            continue
        for field in entity.key_:
            hold(field, name, field.span)
        for pattern in entity.patterns.values():
            for field in pattern.index:
                hold(field, name, field.span)


def _traits(design: Design, component: str | None) -> frozenset[Trait]:
    part = design.components.get(component or "")
    return part.traits if part is not None else frozenset(Trait)


def _operations(design: Design, context: Context) -> None:
    for operation in design.operations.values():
        sources = [w for w in ("rate", "opens", "trigger", "users") if operation.has(w)]
        if len(sources) > 1:
            context.problem(
                "two-loads",
                f"'{sources[1]}' stands beside '{sources[0]}'; the load comes from one",
                operation.at(sources[1]),
                hint=_held_open(operation.opens),
            )
        trigger = operation.trigger
        if trigger and trigger.from_ and not trigger.join and (
            Trait.ASYNCHRONOUS not in _traits(design, trigger.from_)
        ):  # fmt: skip
            context.problem(
                "trigger",
                f"'{trigger.from_}' is neither a queue nor a stream",
                trigger.from_.span,
                hint="a store is watched by {changes: STORE}",
            )
        if (
            trigger
            and trigger.changes
            and Trait.STORES_DATA not in _traits(design, trigger.changes)
        ):
            context.problem("trigger", f"'{trigger.changes}' stores nothing", trigger.changes.span,
                            hint="a queue or stream is taken by {from: QUEUE}")  # fmt: skip
        for word in (operation.opens, operation.over):
            if word and Trait.HOLDS_CONNECTIONS not in _traits(design, word):
                context.problem("gateway", f"'{word}' holds no connections", word.span,
                                hint="a connection_gateway does")  # fmt: skip


def _held_open(gateway: Word | None) -> str | None:
    """Where the number of connections stands."""
    if gateway is None:
        return None
    return f"how many are open stands there: {gateway}: {{connections: {{open: …, lifetime: …}}}}"


def _assumptions(design: Design, context: Context) -> None:
    asked = [str(question.ask) for question in design.problem.questions if question.ask]
    for assumption in design.assumptions.values():
        if assumption.answers and assumption.answers not in asked:
            context.problem("question", "no question of the problem reads so",
                            assumption.answers.span, nearest(assumption.answers, asked),
                            "write it as under problem.questions")  # fmt: skip
        for word in ("times", "utilisation"):
            if assumption.has(word) and (assumption.has("value") or not assumption.use):
                context.problem("rate", f"'{word}' is a factor on a cited rate alone",
                                assumption.at(word), hint="leave out the value and name a rate by "
                                "`use`, or multiply the value itself")  # fmt: skip


def _written(design: Design, context: Context) -> None:
    """Changes of a store that keeps several entities must say of which."""
    for operation in design.operations.values():
        trigger = operation.trigger
        if trigger is None or not trigger.changes or trigger.of:
            continue
        kept = [name for name, entity in design.data.items() if entity.store == trigger.changes]
        if len(kept) > 1:
            context.problem("of", f"'{trigger.changes}' keeps {', '.join(kept)}; say of which",
                            trigger.changes.span, hint=f"write of: {kept[0]}")  # fmt: skip


def _decisions(design: Design, context: Context) -> None:
    for decision in design.decisions.values():
        if decision.chosen and decision.options and decision.chosen not in decision.options:
            context.problem(
                "chosen",
                f"'{decision.chosen}' is no option of this decision",
                decision.chosen.span,
                nearest(decision.chosen, decision.options),
                f"it has {', '.join(decision.options)}",
            )


def _do(step: Step, design: Design, context: Context) -> None:
    do, words = step.words.do, step.words
    part = design.components.get(step.target) if step.form == "component" else None
    if part and words.miss and not words.hit and Trait.CACHES not in _traits(design, step.target):
        context.problem("miss", f"'{step.target}' is no cache; nothing misses", words.at("miss"),
                        hint="give the share that is answered there: hit: 80%")  # fmt: skip
    if do is None or part is None or part.kind not in catalogue_ids(("kind",)):
        return
    known = _known_dos(part, _traits(design, step.target))
    if known is None or do in known or _falls_back(do, known):
        return
    context.problem("do", f"'{step.target}' does no '{do}'", do.span, nearest(do, known),
                    f"it does {', '.join(known)}")  # fmt: skip


def _work(name: str, part: Component, context: Context) -> None:
    """Names under the work of a store: read, write, read_NAME, write_NAME."""
    if part.kind is None or not part.has_trait(Trait.STORES_DATA):
        return
    for do in part.work:
        if isinstance(do, Word) and do.split("_")[0] not in ("read", "write"):
            context.problem("do", f"'{name}' is read and written; it does no '{do}'", do.span,
                            nearest(do, ("read", "write")),
                            "write read, write, read_NAME or write_NAME")  # fmt: skip


def _known_dos(part: Component, traits: frozenset[Trait]) -> list[str] | None:
    """What may stand behind `do`: the names of `work`; None where any word will do."""
    named: list[str] = [name for name in part.work if name]
    if traits & {Trait.STORES_DATA, Trait.ASYNCHRONOUS}:
        plain = ["send"] if Trait.ASYNCHRONOUS in traits else ["read", "write"]
        return [*plain, *(n for n in named if n not in plain)]
    return named or None


def _falls_back(do: Word, known: list[str]) -> bool:
    """`write_push` falls back to `write` where no work is given for it."""
    base = do.split("_")[0]
    return base in ("read", "write") and base in known and "_" in do and not any(
        nearest(do, [k]) for k in known if "_" in k
    )  # fmt: skip
