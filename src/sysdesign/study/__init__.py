"""The study: a frozen record of all that is known of one design; explanations of its figures."""

from sysdesign.study.explain import Explanation, UnknownNameError, explain
from sysdesign.study.study import Study

__all__ = ["Explanation", "Study", "UnknownNameError", "explain"]
