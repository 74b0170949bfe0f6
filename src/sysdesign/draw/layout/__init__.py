"""From a diagram to places."""

from sysdesign.draw.layout.layout import TIME_LIMIT_S, layout

__all__ = ["TIME_LIMIT_S", "layout"]
