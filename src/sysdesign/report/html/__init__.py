"""The HTML writer: one self-contained page without scripts, for screens and for paper."""

from sysdesign.report.html.page import html_of

__all__ = ["html_of"]
