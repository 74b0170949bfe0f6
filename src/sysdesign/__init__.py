"""sysdesign: one text file holds a system design; the program works out its numbers.

>>> import sysdesign
>>> bench = sysdesign.open("twitter.yaml", load="2x")     # doctest: +SKIP
>>> bench.figures["home_timeline.peak_rate"].shown        # doctest: +SKIP
'85k req/s'
"""

from typing import TYPE_CHECKING, Any

from sysdesign.version import __version__

if TYPE_CHECKING:
    from sysdesign.source import UnusableError
    from sysdesign.workbench import Workbench, open_text
    from sysdesign.workbench import open_design as open  # noqa: A004 - the call reads sysdesign.open

__all__ = ["UnusableError", "Workbench", "__version__", "open", "open_text"]


def __getattr__(name: str) -> Any:
    """Load the façade when it is first asked for, so that `import sysdesign` is instant."""
    if name == "UnusableError":
        from sysdesign.source import UnusableError

        return UnusableError
    if name in ("Workbench", "open", "open_text"):
        from sysdesign import workbench

        return getattr(workbench, {"open": "open_design"}.get(name, name))
    raise AttributeError(f"module 'sysdesign' has no attribute '{name}'")
