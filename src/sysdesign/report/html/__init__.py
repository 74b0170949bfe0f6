"""The HTML writer: one self-contained page, without scripts, in both colour schemes and on paper."""

from sysdesign.report.html.page import html_of

__all__ = ["html_of"]
