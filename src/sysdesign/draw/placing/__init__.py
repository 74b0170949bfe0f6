"""From a diagram to places."""

from sysdesign.draw.placing.laid_out import TIME_LIMIT_S, layout

__all__ = ["TIME_LIMIT_S", "layout"]
