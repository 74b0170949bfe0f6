"""Ids that no file defines: component kinds, cited rates, cited locations."""

from sysdesign import kinds, rates


def catalogue_ids(spaces: tuple[str, ...]) -> tuple[str, ...]:
    """Known ids of the catalogue for the spaces `kind`, `rate` and `location`."""
    found: tuple[str, ...] = ()
    if "kind" in spaces:
        found += tuple(kinds.names())
    if "rate" in spaces:
        found += tuple(rates.ids())
    if "location" in spaces:
        found += tuple(rates.locations())
    return found
