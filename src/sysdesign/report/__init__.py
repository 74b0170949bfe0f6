"""The report: a document made of a study and its review, written as HTML or as Markdown.

    document = report(Subject(study, review, today))
    page = html_of(document)
    text = markdown_of(document)

The document is a neutral tree (`document`); each of its parts is one file (`parts`), in the order
of the framework that the design follows. A writer knows the tree and nothing of designs.
"""

from sysdesign.report.build import report
from sysdesign.report.document import Document
from sysdesign.report.html import html_of
from sysdesign.report.markdown import markdown_of
from sysdesign.report.subject import Subject

__all__ = ["Document", "Subject", "html_of", "markdown_of", "report"]
