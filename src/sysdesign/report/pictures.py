"""The pictures of a report."""

from sysdesign.design.component import Trait
from sysdesign.draw import Diagram, Frame, FrameStyle, Link, LinkStyle, Node, Shape, layout, paint
from sysdesign.study import Study

_SHAPES = (
    (Trait.CACHES, Shape.CACHE), (Trait.STORES_DATA, Shape.CYLINDER),
    (Trait.BALANCES, Shape.BALANCER), (Trait.ASYNCHRONOUS, Shape.QUEUE),
    (Trait.STARTS_WORK, Shape.CLOCK), (Trait.OUTSIDE, Shape.CLOUD),
    (Trait.CONSUMES, Shape.WORKER), (Trait.RUNS_CODE, Shape.SERVICE),
)  # fmt: skip


def pictures_of(study: Study) -> list[tuple[str, str]]:
    """Titles and SVG documents of the pictures that a report shows, in their order."""
    nodes = _nodes(study)
    if not nodes:
        return []
    groups = dict.fromkeys(str(c.part_of) for c in study.design.components.values() if c.part_of)
    frames = tuple(Frame(f"group:{g}", g, style=FrameStyle.GROUP) for g in groups)
    title = str(study.design.problem.name or "Components")
    diagram = Diagram(title, nodes, frames, _links(study), subtitle="Components and their calls")
    return [("Components", paint(layout(diagram)))]


def _nodes(study: Study) -> tuple[Node, ...]:
    found = [
        Node(name, name, shape=Shape.PERSON) for name in study.design.problem.actors
        if any(one.actor == name for one in study.design.operations.values())
    ]  # fmt: skip
    lines = study.design.ids.spaces.get("component", {})
    for name, part in study.design.components.items():
        shape = next((s for trait, s in _SHAPES if part.has_trait(trait)), Shape.BOX)
        use = study.analysis.components.get(name)
        busy = use.utilisation if use else None
        found.append(Node(
            name, name, str(part.kind).replace("_", " "), shape,
            lines=(f"{busy:.0%} busy",) if busy is not None else (),
            external=part.has_trait(Trait.OUTSIDE), line=lines[name].line,
            frame=f"group:{part.part_of}" if part.part_of else None,
        ))  # fmt: skip
    return tuple(found)


def _links(study: Study) -> tuple[Link, ...]:
    waits: dict[tuple[str, str], bool] = {}
    for name, visits in study.visits.items():
        actor = str(study.design.operations[name].actor or "")
        for visit in visits:
            caller = visit.caller or actor
            if caller and not visit.to_actor and caller != visit.target:
                ends = (caller, str(visit.target))
                waits[ends] = waits.get(ends, False) or visit.waits
    return tuple(
        Link(a, b, style=LinkStyle.SYNC if waited else LinkStyle.ASYNC)
        for (a, b), waited in waits.items()
    )
