"""The run that a kernel works on: compiled one address, interpreted lists of Python numbers."""

from typing import Any

from sysdesign.simulate.compiling import is_interpreting
from sysdesign.simulate.machine import Machine

view: Any

if is_interpreting():

    def view(m: Machine) -> Machine:
        """The lists as they are."""
        return m

else:
    from sysdesign.simulate.kernel import addresses

    view = addresses.view
