"""The study: a frozen record of all that is known of one design; explanations of its figures."""

from sysdesign.study.explain import Explanation, UnknownNameError, explain
from sysdesign.study.measures import (
    Measured,
    carried_probability,
    lacking,
    measured,
    primary_operation,
    shown_measure,
    told_range,
)
from sysdesign.study.study import Study

__all__ = [
    "Explanation",
    "Measured",
    "Study",
    "UnknownNameError",
    "carried_probability",
    "explain",
    "lacking",
    "measured",
    "primary_operation",
    "shown_measure",
    "told_range",
]
