"""Steps of a path: calls in order, nested while holding on."""

from dataclasses import replace

from sysdesign.design import Trait
from sysdesign.design.calls import Branch, Step, StepWords
from sysdesign.design.shape import keys_of
from sysdesign.design.value import Word
from sysdesign.kinds import get as kind_named
from sysdesign.read.context import word_of
from sysdesign.read.reads import Reads
from sysdesign.source import Node, nearest

_SPACES = ("component", "path", "actor")
_FORMS = ("parallel", "choose")


def read_steps(reader: Reads, node: Node, path: str, *, at_once: bool = False) -> tuple[Step, ...]:
    """A list of steps; one step may stand alone.

    What a forwarder calls on a miss follows it, since that is what it carries; but `at_once` each
    step stands for itself.
    """
    nodes = node.items if node.items is not None else [node]
    found: list[Step] = []
    for i, one in enumerate(nodes):
        step = _step(reader, one, f"{path}[{i}]")
        if step is not None and not at_once and _carries_misses(reader, step):
            found += [replace(step, words=replace(step.words, miss=())), *step.words.miss]
        elif step is not None:
            found.append(step)
    return tuple(found)


def _carries_misses(reader: Reads, step: Step) -> bool:
    """Whether it is a cache that itself calls what it lacks, such as a CDN."""
    if step.form != "component" or not step.words.miss:
        return False
    said = reader.context.components[step.target].get("kind")
    kind = kind_named(said.text or "") if said is not None else None
    return kind is not None and {Trait.CACHES, Trait.FORWARDS} <= kind.traits


def _step(reader: Reads, node: Node, path: str) -> Step | None:
    if node.is_null:
        return None
    if node.text is not None:
        return _named(reader, node, None, path)
    if node.items is not None or not node.pairs:
        reader.wrong(node, "a step (the id of a component)")
        return None
    key, value = node.pairs[0]
    if len(node.pairs) > 1:
        second = node.pairs[1][0]
        reader.context.problem(
            "step", f"'{second.text}' stands beside '{key.text}' in one step", second.span,
            hint=f"words of a call go inside: {key.text}: {{{second.text}: …}}; another step "
            "starts with '- '",
        )  # fmt: skip
        words = [pair for pair in node.pairs[1:] if pair[0].text in keys_of(StepWords)]
        if words and (value.is_null or value.pairs):  # their errors count, too
            value = Node(node.span, pairs=[*(value.pairs or ()), *words])
    return _named(reader, key, value, path)


def _named(reader: Reads, key: Node, value: Node | None, path: str) -> Step | None:
    name = key.text or ""
    if name in _FORMS:
        return _parallel_or_choose(reader, key, value, path)
    if value is not None and (part := _called(reader, name, value)):
        reader.context.used.add(part)
        said = f"'{name}' stands before '{part}' in this step"
        hint = f"what a call does goes inside: {part}: {{do: {name}}}"
        reader.context.problem("step", said, key.span, hint=hint)
        return None
    target = reader.context.refer(name, key.span, _SPACES, _FORMS)
    if target is None:
        if nearest(name, _FORMS) is None and value is not None:
            _inside(reader, key, value, path, "component")  # its errors count, too
        return None
    form = reader.context.ids.space_of(target) or "component"
    return _inside(reader, key, value, path, form, target)


def _called(reader: Reads, name: str, value: Node) -> str | None:
    """The component behind a word that is no id: as in `send: events`."""
    ids = reader.context.ids
    text = value.text or ""
    known = ids.space_of(name) in _SPACES or nearest(name, ids.known(*_SPACES)) is not None
    return text if not known and ids.space_of(text) == "component" else None


def _inside(
    reader: Reads, key: Node, value: Node | None, path: str, form: str, target: str = ""
) -> Step:
    word = Word(target, key.span)
    if value is None or value.is_null:
        return Step(span=key.span, form=form, target=word)
    path = f"{path}.{key.text}"
    if form == "path":
        reader.wrong(value, f"nothing (the words of a call stand in paths.{key.text})")
        return Step(span=key.span, form=form, target=word)
    if value.pairs is None:
        if value.text is not None:
            reader.wrong(value, "a list of calls, or a map of words such as {do: read}")
            return Step(span=key.span, form=form, target=word)
        words = StepWords(span=value.span, marks={"calls": value.span},
                          calls=read_steps(reader, value, f"{path}.calls"))  # fmt: skip
    else:
        words = reader.record(StepWords, keys_of(StepWords), value, path)
    return Step(span=key.span, form=form, target=word, words=words, calls=words.calls)


def _parallel_or_choose(reader: Reads, key: Node, value: Node | None, path: str) -> Step | None:
    path = f"{path}.{key.text}"
    if value is None or value.text is not None:
        reader.wrong(value or key, "a list" if value else f"{key.text}: with a list of calls")
        return None
    if key.text == "choose":
        branches = [
            _branch(reader, n, f"{path}[{i}]") for i, n in enumerate(value.items or [value])
        ]
        silent = [branch for branch in branches if not branch.has("share")]
        if len(silent) > 1:
            reader.context.problem("share", "a second branch without a share", silent[1].span,
                                   hint="one may be left out: it takes the rest")  # fmt: skip
        return Step(span=key.span, form="choose", target=word_of(key), branches=tuple(branches))
    wait: Word | None = None
    counted: Node | None = None
    calls: tuple[Step, ...] = ()
    if value.items is not None:
        calls = read_steps(reader, value, path, at_once=True)
    for k, v in value.pairs or ():
        name = k.text if k.text in ("wait", "calls") else nearest(k.text or "", ("wait", "calls"))
        if name != k.text:
            reader.context.problem("unknown-key", f"unknown key '{k.text}'", k.span, name,
                                   "parallel takes {wait: all/any/K, calls: [...]}")  # fmt: skip
        if name == "calls":
            calls = read_steps(reader, v, f"{path}.calls", at_once=True)
        elif name == "wait":
            wait, counted = _wait(reader, v), v
    if counted is not None and wait is not None and wait.isdigit() and int(wait) > len(calls) > 0:
        made = "1 call is" if len(calls) == 1 else f"{len(calls)} calls are"
        said = f"{made} made here, so {wait} answers never come"
        hint = f"write a number up to {len(calls)}, or all"
        reader.context.problem("wait", said, counted.span, hint=hint)
    return Step(span=key.span, form="parallel", target=word_of(key), wait=wait, calls=calls)


def _wait(reader: Reads, node: Node) -> Word | None:
    text = node.text or ""
    if text.isascii() and text.isdigit() and not text.startswith("0"):
        return word_of(node)
    found = reader.choose(text, node, ("all", "any"), "all, any or a number of calls")
    return Word(found, node.span) if found else None


def _branch(reader: Reads, node: Node, path: str) -> Branch:
    if node.pairs is not None and any(k.text in ("share", "calls") for k, _ in node.pairs):
        return reader.record(Branch, keys_of(Branch), node, path)
    return Branch(span=node.span, calls=read_steps(reader, node, path))
