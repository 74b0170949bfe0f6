"""One operation: whom its path calls, as numbered steps with their times."""

from collections.abc import Iterator
from dataclasses import replace

from sysdesign.draw import Diagram, Direction, Link, LinkStyle, Node, Shape, Tone
from sysdesign.study import Study
from sysdesign.study.unknown_ways import at_least
from sysdesign.study.words import how_made
from sysdesign.views.boxes import actor_node, component_node
from sysdesign.views.shown import rate, seconds, several, share
from sysdesign.views.trail import Message, Trail, asked, lasting, trail
from sysdesign.views.view import View, Wanted
from sysdesign.views.wires import place_of
from sysdesign.views.wiring import at_load, title_of

CLOCK = "clock:"
_MOST_STEPS = 60  # told in lines
_MOST = 0.3  # of the mean time: what takes more is in focus


def draw(study: Study, wanted: Wanted) -> Diagram:
    """The components on the way, each with its part of the time, and the steps in order."""
    found = trail(study, wanted.id)
    nodes = tuple(box(study, name, found) for name in parties(found))
    return Diagram(
        f"{title_of(study)}: {wanted.id}", tuple(_timed(study, node, found) for node in nodes), (),
        tuple(_links(found)), subtitle(study, found), direction=Direction.RIGHT,
        notes=tuple(_steps(study, found)),
    )  # fmt: skip


def parties(found: Trail) -> tuple[str, ...]:
    """Who takes part, in the order of their first call."""
    ends = [found.start or CLOCK]
    for message in found.messages:
        ends += [message.source or CLOCK, message.target]
    return tuple(dict.fromkeys(ends))


def box(study: Study, name: str, found: Trail) -> Node:
    """A party of an operation: an actor, a component, the clock."""
    if name in study.design.components:
        return replace(component_node(study, name), lines=(), replicas=1, shards=1)
    if name in study.design.problem.actors:
        return actor_node(study, name)
    line = place_of(study, "operation", found.operation)
    return Node(CLOCK, found.operation, "by the clock", Shape.CLOCK, line=line)


def subtitle(study: Study, found: Trail) -> str:
    """The interface of the operation, its rate and its times."""
    operation = study.design.operations[found.operation]
    told = [str(operation.api)] if operation.api else []
    peak = study.figure(f"{found.operation}.peak_rate")
    if peak is not None:
        told.append(f"{rate(peak.quantity.value.median)} {at_load(study)}")
    result = study.analysis.operations.get(found.operation)
    if result is None:
        told.append(f"no times: {study.network.unknown.get(found.operation, 'a fact lacks')}")
    else:
        mark, times = at_least(study, found.operation), result.times
        told.append(f"mean {mark}{seconds(times.mean_s)}, p99 {mark}{seconds(times.p99_s)}")
    return " · ".join(told)


def origin_note(study: Study, found: Trail) -> Iterator[str]:
    """Whose steps are told of, where calls come from several places."""
    result = study.analysis.operations.get(found.operation)
    if result is not None and len(result.origins) > 1:
        mark = at_least(study, found.operation, found.origin)
        yield (
            f"Steps of calls from {found.origin}: mean {mark}{seconds(found.mean_s)}, "
            f"p99 {mark}{seconds(found.p99_s)}."
        )


def _timed(study: Study, node: Node, found: Trail) -> Node:
    """A box with its part of the mean time."""
    result = study.analysis.operations.get(found.operation)
    if result is None or result.times.mean_s is None or not result.shares.get(node.id):
        return node
    part = result.shares[node.id]
    focus = part >= _MOST and not node.external
    line = f"{share(part)} of the mean time"
    return replace(node, lines=(line,), tone=Tone.ACCENT if focus else node.tone)


def _links(found: Trail) -> Iterator[Link]:
    """One arrow for each pair, with the numbers of its steps; a time where there is just one."""
    pairs: dict[tuple[str, str], list[Message]] = {}
    for message in found.messages:
        if message.source != message.target:
            pairs.setdefault((message.source or CLOCK, message.target), []).append(message)
    for (source, target), some in pairs.items():
        numbers = ", ".join(str(message.number) for message in some)
        step = some[0].step
        time = seconds(step.mean_s) if len(some) == 1 and step and some[0].waits else ""
        waits = any(message.waits and not message.sent for message in some)
        style = LinkStyle.SYNC if waits else LinkStyle.ASYNC
        yield Link(
            source, target, " · ".join(filter(None, (numbers, time))), style,
            id=f"{source} -> {target}", line=some[0].line,
        )  # fmt: skip


def _steps(study: Study, found: Trail) -> Iterator[str]:
    """The steps as lines: number, who, what, how often, how long."""
    yield from origin_note(study, found)
    for message in found.messages[:_MOST_STEPS]:
        what = ", ".join(filter(None, (asked(message), _how(message))))
        time = lasting(message)
        yield (
            f"{message.number}  {message.source or 'clock'} → {message.target}"
            f"{f': {what}' if what else ''}{f' · {time}' if time else ''}"
        )
    more = len(found.messages) - _MOST_STEPS
    if more > 0:
        yield f"and {several(more, 'more step')}, as the view sequence shows"
    result = study.analysis.operations.get(found.operation)
    if result is not None and result.times.mean_s is not None and result.shares.get(""):
        part = result.shares[""]
        yield f"The network takes {share(part)} of the mean time."


def _how(message: Message) -> str:
    """What is special about a step."""
    step = message.step
    if step is None:
        return ""
    words = {"miss": "on a miss", "choose": "by choice", "async": "not waited for"}
    part = f"{share(step.share)} of calls" if step.share < 1 - 1e-9 else ""
    return ", ".join(filter(None, (words.get(step.how) or how_made(step), part)))


VIEW = View(
    name="operation",
    summary="one operation: the components on its way, numbered steps with mean and p99",
    rank=50,
    draw=draw,
    ids=lambda study: tuple(study.design.operations),
)
