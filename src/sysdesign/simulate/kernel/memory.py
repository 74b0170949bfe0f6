"""The run that a kernel works on: compiled one address, interpreted lists of Python numbers."""

from typing import Any

from sysdesign.simulate.compiling import is_interpreting
from sysdesign.simulate.machine import Machine

view: Any
soon: Any

if is_interpreting():

    def view(m: Machine) -> Machine:
        """The lists as they are."""
        return m

    def soon(array: Any, index: int) -> None:
        """Nothing is nearer than anything else."""

else:
    from sysdesign.simulate.kernel import addresses

    view = addresses.view
    soon = addresses.soon
