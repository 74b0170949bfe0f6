"""Views: a study as pictures that carry its numbers. One file a view, in `each`."""

from sysdesign.views.folding import groups
from sysdesign.views.view import Picture, View, Wanted, redrawn, svg_of, views

__all__ = ["Picture", "View", "Wanted", "groups", "redrawn", "svg_of", "views"]
