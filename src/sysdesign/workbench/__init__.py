"""The façade: opens a design and runs what is needed; the one module the doors call."""

from sysdesign.workbench.bench import Workbench, open_design, open_text, study_text
from sysdesign.workbench.files import SearchError, find_design, read_source

__all__ = [
    "SearchError",
    "Workbench",
    "find_design",
    "open_design",
    "open_text",
    "read_source",
    "study_text",
]
