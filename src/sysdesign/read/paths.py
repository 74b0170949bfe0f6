"""Parts of paths: none comes back to itself, and what they make together stays within bounds."""

from sysdesign.design import Design, Step
from sysdesign.design.graph import MAX_DEPTH, MAX_STEPS
from sysdesign.read.context import Context


def check_paths(design: Design, context: Context) -> None:
    """Add the problems of `paths`: circles, and more steps than can be followed."""
    splices = {name: _splices(steps) for name, steps in design.paths.items()}
    order, circles = _sorted(splices)
    for trail, step in circles:
        loop = " → ".join(trail)
        context.problem("cycle", f"the path comes back to itself: {loop}", step.span)
    sizes: dict[str, int] = {}
    depths: dict[str, int] = {}
    for name in order:
        depths[name] = 1 + max((depths.get(s.target, 0) for s in splices[name]), default=0)
        if depths[name] == MAX_DEPTH + 1:
            said = f"parts of paths lie in each other more than {MAX_DEPTH} deep"
            context.problem("size", said, context.ids.spaces["path"][name])
        own = sum(1 for _ in nested(design.paths[name]))
        sizes[name] = own + sum(sizes.get(s.target, 0) for s in splices[name])
    for operation in design.operations.values():
        parts = _splices(operation.path)
        size = sum(1 for _ in nested(operation.path)) + sum(sizes.get(s.target, 0) for s in parts)
        if size > MAX_STEPS:
            said = f"this path makes {_many(size)} steps; at most {MAX_STEPS:,} are followed"
            context.problem("size", said, operation.at("path"))


def nested(steps: tuple[Step, ...]) -> list[Step]:
    """Steps with all that they hold, named parts not spliced in."""
    found: list[Step] = []
    stack = [steps]
    while stack:
        for step in stack.pop():
            found.append(step)
            stack += [step.calls, step.words.miss, *(branch.calls for branch in step.branches)]
            if isinstance(step.words.fallback, tuple):
                stack.append(step.words.fallback)
    return found


def _splices(steps: tuple[Step, ...]) -> list[Step]:
    return [step for step in nested(steps) if step.form == "path"]


def _sorted(splices: dict[str, list[Step]]) -> tuple[list[str], list[tuple[list[str], Step]]]:
    """Names so that each stands after what it holds; and the circles, where they close."""
    order: list[str] = []
    circles: list[tuple[list[str], Step]] = []
    state: dict[str, str] = {}
    for first in splices:
        if first in state:
            continue
        trail, stack = [first], [iter(splices[first])]
        state[first] = "open"
        while stack:
            step = next(stack[-1], None)
            if step is None:
                state[trail[-1]] = "done"
                order.append(trail.pop())
                stack.pop()
            elif state.get(step.target) == "open":
                circles.append(([*trail[trail.index(step.target) :], step.target], step))
            elif step.target in splices and step.target not in state:
                state[step.target] = "open"
                trail.append(step.target)
                stack.append(iter(splices[step.target]))
    return order, circles


def _many(number: int) -> str:
    return f"{number:,}" if number < 10**9 else "more than a billion"
