"""Whose times the requirements of a design ask for."""

from collections.abc import Sequence

from sysdesign.design import Design, MeasureName
from sysdesign.design.names import CHAIN_MEASURES

Asked = str | tuple[str, str]
"""An operation, or a chain by its first and its last."""


def asked(design: Design, known: Sequence[str]) -> tuple[Asked, ...]:
    """Operations and chains whose times quality requirements name, each once; of the known ones."""
    found = dict.fromkeys(
        asked_of(test.measure)
        for quality in design.requirements.quality.values()
        for test in quality.expect
        if test.measure.measure in CHAIN_MEASURES
    )
    return tuple(one for one in found if all(name in known for name in names_of(one)))


def asked_of(name: MeasureName) -> Asked:
    """The operation or chain that a measure is of."""
    return (name.owner, name.until) if name.until else name.owner


def names_of(one: Asked) -> tuple[str, ...]:
    """The operations of what is asked for."""
    return (one,) if isinstance(one, str) else one


def primary(design: Design, known: Sequence[str]) -> str | None:
    """The operation whose time tells most: of the primary actor, named by a must-have first."""
    actors, operations = design.problem.actors, design.operations
    mine = [
        name for name in known
        if (actor := actors.get(str(operations[name].actor or ""))) and actor.primary
    ]  # fmt: skip
    called = mine or [name for name in known if operations[name].actor] or list(known)
    wanted = (
        str(name)
        for functional in design.requirements.functional.values()
        if functional.priority == "must"
        for name in functional.by
    )
    return next((name for name in wanted if name in called), called[0] if called else None)
