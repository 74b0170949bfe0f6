"""What a design says and an export does not carry over: told each time, in plain sentences."""

from collections.abc import Callable, Collection

from sysdesign.design import Design
from sysdesign.study import Study


def lost(study: Study, carries: Collection[str]) -> tuple[str, ...]:
    """Sentences on what the design has of each topic that is not carried."""
    return tuple(
        said
        for topic, is_there, said in _TABLE
        if topic not in carries and _ONLY_WITH.get(topic, topic) in (topic, *carries)
        if is_there(study)
    )


_ONLY_WITH = {"sequences": "steps", "placing": "regions"}
"""What is worth telling only of an export that carries something else."""


def _design(test: Callable[[Design], object]) -> Callable[[Study], bool]:
    return lambda study: bool(test(study.design))


def _has_ranges(study: Study) -> bool:
    return any(not figure.quantity.value.is_exact for figure in study.figures.values())


def _has_guards(study: Study) -> bool:
    calls = [visit.step.words for some in study.visits.values() for visit in some]
    said = (*calls, *study.design.links.values(), *study.design.operations.values())
    words = ("timeout", "deadline", "retries", "hedge", "breaker", "fallback")
    return any(getattr(one, word, None) is not None for one in said for word in words)


def _of_parts(*keys: str) -> Callable[[Study], bool]:
    def test(study: Study) -> bool:
        parts = study.design.components.values()
        return any(getattr(part, key) not in (None, {}) for part in parts for key in keys)

    return test


_TABLE: tuple[tuple[str, Callable[[Study], bool], str], ...] = (
    ("relations", _design(lambda d: d.components),
     "components and who calls whom"),
    ("steps", _design(lambda d: d.operations),
     "the steps of operations (one export each, as a sequence)"),
    ("sequences", _design(lambda d: len(d.operations) > 1),
     "the other operations"),
    ("interface", _design(lambda d: d.operations),
     "the interface: inputs, errors, sizes, who may call, limits, what may be repeated"),
    ("data", _design(lambda d: d.data),
     "data: entities and the stores that keep them"),
    ("fields", _design(lambda d: d.data),
     "how data is asked for, kept, deleted, and how sensitive it is"),
    ("groups", _of_parts("part_of"),
     "groups of components"),
    ("purposes", _design(lambda d: any(c.does or c.why for c in d.components.values())),
     "what components do, and why they are there"),
    ("wants", _design(lambda d: any(a.wants for a in d.problem.actors.values())),
     "what actors want"),
    ("technology", _design(lambda d: d.links),
     "protocols and encryption of links"),
    ("regions", _design(lambda d: len(d.places) > 1),
     "regions, zones, and how many instances stand where"),
    ("placing", _design(lambda d: len(d.places) > 1),
     "which region calls which: there every instance is joined to each instance"),
    ("ranges", _has_ranges,
     "ranges: each number is the median of what is not known"),
    ("times", _design(lambda d: d.operations),
     "average rates, how long calls take, how busy components are, and the load they carry"),
    ("sizes", _of_parts("cores", "slots", "memory", "disk", "bandwidth", "work", "scale", "limit"),
     "sizes, own work, limits and scaling of components"),
    ("guards", _has_guards,
     "timeouts, retries, circuit breakers and fallbacks"),
    ("failures", _of_parts("fails", "availability", "backup", "failover"),
     "failures, availability, failover and backups"),
    ("prices", _of_parts("price"),
     "prices"),
    ("requirements", _design(lambda d: d.requirements.functional or d.requirements.quality),
     "requirements"),
    ("assumptions", _design(lambda d: d.assumptions or d.estimates),
     "assumptions with their sources, and estimates"),
    ("decisions", _design(lambda d: d.decisions or d.declined),
     "decisions with their options"),
    ("scenarios", _design(lambda d: d.scenarios),
     "scenarios"),
    ("security", _design(lambda d: d.security.boundaries or d.security.roles or d.security.threats),
     "trust boundaries, roles and threats"),
    ("running", _design(lambda d: d.observability.objectives or d.observability.alerts
                        or d.maintenance.deploy or d.maintenance.drills),
     "objectives, alerts, deployment and drills"),
    ("open", _design(lambda d: d.problem.questions or d.shortcomings or d.parked or d.accept),
     "questions, shortcomings, parked points and accepted findings"),
)  # fmt: skip

TOPICS = tuple(topic for topic, _, _ in _TABLE)
"""What an export may carry, in the order of the statement."""
