"""Who uses the system, and what it uses: the system as one box."""

from dataclasses import replace

from sysdesign.draw import Diagram, Direction, Node, Shape, Tone
from sysdesign.study import Study, primary_operation
from sysdesign.views.boxes import actor_node, component_node, text_lines
from sysdesign.views.folding import actors, joined
from sysdesign.views.layers import outside
from sysdesign.views.pressure import verdict
from sysdesign.views.shown import rate, seconds
from sysdesign.views.view import View, Wanted
from sysdesign.views.wires import line_of, wires
from sysdesign.views.wiring import at_load, link_of, title_of

SYSTEM = "system:"


def draw(study: Study, wanted: Wanted) -> Diagram:
    """Actors with what they want, the system with what it is for, and all that is outside."""
    apart = outside(study)
    box = {name: SYSTEM for name in study.design.components if name not in apart}
    calls = [wire for wire in wires(study) if wire.what == "call"]
    shown = joined(calls, box)
    people = study.design.problem.actors
    nodes = (
        *(actor_node(study, name, text_lines(people[name].wants)) for name in actors(study, calls)),
        system_node(study, (*text_lines(study.design.problem.why), *_numbers(study)),
                    wanted.address("blackbox", "groups", "")),
        *(_outside(study, name) for name in apart),
    )  # fmt: skip
    links = tuple(link_of(wire) for wire in shown)
    said = f"Who uses it, and what it uses: calls a second {at_load(study)}"
    return Diagram(
        title_of(study), nodes, (), links, said, legend=False, direction=Direction.RIGHT,
        notes=(verdict(study),),
    )  # fmt: skip


def system_node(study: Study, lines: tuple[str, ...], link: str = "") -> Node:
    """The whole system as one box."""
    name = study.design.problem.name
    line = line_of(study, name.span) if name is not None else None
    return Node(
        SYSTEM, title_of(study), "the system", Shape.BOX, lines=lines, tone=Tone.ACCENT, line=line,
        link=link,
    )  # fmt: skip


def _numbers(study: Study) -> tuple[str, ...]:
    """The rate of all calls, and the time of the operation that tells most."""
    told = []
    whole = study.figure("system.peak_rate")
    if whole is not None:
        told.append(f"{rate(whole.quantity.value.median)} {at_load(study)}")
    name = primary_operation(study)
    if name is not None:
        told.append(f"p99 {seconds(study.analysis.operations[name].times.p99_s)} {name}")
    return tuple(told)


def _outside(study: Study, name: str) -> Node:
    """An external component with what it does."""
    lines = text_lines(study.design.components[name].does)
    return replace(component_node(study, name), lines=lines, replicas=1, shards=1)


VIEW = View(
    name="context",
    summary="actors, the system as one box, and what is outside",
    rank=10,
    draw=draw,
)
