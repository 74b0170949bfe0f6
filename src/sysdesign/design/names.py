"""Names that the format fixes: reserved words, measures, and where each id is defined."""

# Ids of these sections share one namespace, so that a short name means one thing.
SHARED = ("assumption", "estimate", "operation", "path", "actor", "entity", "place", "component")
OTHER = ("requirement", "scenario", "decision", "zone", "objective", "role")

RESERVED = ("any", "system", "cost", "carries", "parallel", "choose")

OPERATION_MEASURES = (
    "rate", "peak_rate", "mean", "p50", "p90", "p95", "p99", "p999", "availability", "errors",
    "cost",
)  # fmt: skip
CHAIN_MEASURES = ("mean", "p50", "p90", "p95", "p99", "p999")
COMPONENT_MEASURES = (
    "utilisation", "stored", "disk_used", "memory_used", "hit", "lag", "age", "backlog",
    "connections_used", "availability", "rate", "peak_rate",
)  # fmt: skip
ENTITY_MEASURES = ("stored", "rpo", "rto")
WHOLE_MEASURES = ("cost", "carries", "read_write")

# What an expression of the file may ask of an operation, an entity or a component.
OPERATION_NAMES = ("rate", "peak_rate", "request", "response", "ingress", "egress", "peak_ingress",
                   "peak_egress", "in_flight")  # fmt: skip
ENTITY_NAMES = ("stored", "stored_a_day", "stored_1y", "records", "records_a_day", "record", "size",
                "count")  # fmt: skip
SYSTEM_NAMES = ("rate", "peak_rate", "ingress", "egress", "peak_ingress", "peak_egress",
                "stored_a_day", "stored_1y", "stored", "media", "media_share", "cache_memory",
                "in_flight", "connections", "peak_connections")  # fmt: skip
COMPONENT_NAMES = ("rate", "peak_rate", "stored", "stored_a_day", "stored_1y", "memory_needed")
"""Beside these, every amount that the file states of a component may be named: tweets.replicas."""

ENGINES = {
    "availability": "failures", "rpo": "failures", "rto": "failures", "errors": "simulate",
    "cost": "cost", "cost_per_call": "cost",
}  # fmt: skip
"""What works out a measure that estimates do not; `analyze` where it is not named."""


def engine_of(measure: str) -> str:
    """The engine that works out a measure, by the name of its command."""
    return ENGINES.get(measure, "analyze")


QUALITY_CLASSES = (
    "performance", "scale", "reliability", "security", "consistency", "freshness", "accuracy",
    "cost",
)  # fmt: skip

FIELD_TYPES = (
    "id", "int", "float", "bool", "money", "timestamp", "enum", "blob", "string", "list", "ref",
)  # fmt: skip
