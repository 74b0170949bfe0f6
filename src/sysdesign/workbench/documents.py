"""Documents about an opened design."""

from dataclasses import replace
from typing import Literal

from sysdesign.report import Subject, html_of, markdown_of, report
from sysdesign.study.tested import Run
from sysdesign.workbench.bench import Workbench

DocumentForm = Literal["html", "md"]


def document(
    bench: Workbench,
    form: DocumentForm,
    runs: tuple[Run, ...] = (),
    *,
    compare: bool = False,
    failures: bool = False,
) -> str:
    """The report of a design as one HTML page or one Markdown file.

    `runs` are simulations that are told in it, too. With `compare` the options of decisions are
    run, with `failures` every part is broken in turn; both take some seconds for a large design.
    """
    subject = Subject(bench.study, bench.review, bench.today, runs)
    if compare:
        from sysdesign.workbench.comparing import decisions

        subject = replace(subject, compared={one.name: one for one in decisions(bench)})
    if failures:
        from sysdesign.study.failures import Breaker
        from sysdesign.study.injections import injections
        from sysdesign.study.matrix import matrix

        breaker = Breaker(bench.study)
        subject = replace(subject, tried=tuple(injections(bench.study, breaker)),
                          broken=tuple(matrix(bench.study, breaker)))  # fmt: skip
    whole = report(subject)
    return html_of(whole) if form == "html" else markdown_of(whole)
