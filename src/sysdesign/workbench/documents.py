"""Documents about an opened design."""

from typing import Literal

from sysdesign.report import Subject, html_of, markdown_of, report
from sysdesign.study.tested import Run
from sysdesign.workbench.bench import Workbench

DocumentForm = Literal["html", "md"]


def document(bench: Workbench, form: DocumentForm, runs: tuple[Run, ...] = ()) -> str:
    """The report of a design as one HTML page or one Markdown file; `runs` are told in it, too."""
    whole = report(Subject(bench.study, bench.review, bench.today, runs))
    return html_of(whole) if form == "html" else markdown_of(whole)
