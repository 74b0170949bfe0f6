"""The study: a frozen record of all that is known of one design; explanations of its figures."""

from sysdesign.study.explain import Explanation, UnknownNameError, explain
from sysdesign.study.measures import (
    LIKELY,
    UNLIKELY,
    Measured,
    carried_probability,
    judged,
    lacking,
    measured,
    primary_operation,
    shown_measure,
    told_range,
)
from sysdesign.study.study import Study

__all__ = [
    "LIKELY",
    "UNLIKELY",
    "Explanation",
    "Measured",
    "Study",
    "UnknownNameError",
    "carried_probability",
    "explain",
    "judged",
    "lacking",
    "measured",
    "primary_operation",
    "shown_measure",
    "told_range",
]
