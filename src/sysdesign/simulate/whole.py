"""Many functions compiled as one: optimised and made machine code once, not each with all below it.

Numba optimises a function together with all that it calls, and makes machine code of that; where a
hundred functions call each other, most of the time goes into what is thrown away. Here a function
that only others call stays as it is written down first; the function that Python calls takes them
all in. What this needs of Numba is no promise of it: where it is not as known, Numba does as it
always does.
"""

from typing import Any

from llvmlite.binding import Linkage
from numba.core import codegen
from numba.core.compiler import Compiler

IS_KNOWN = all(
    hasattr(codegen.JITCodeLibrary, name)
    for name in (
        "_ensure_finalized",
        "_finalize_dynamic_globals",
        "_get_module_for_linking",
        "_optimize_final_module",
        "_raise_if_finalized",
    )
)


class PartLibrary(codegen.JITCodeLibrary):
    """The code of one function, without that of those it calls."""

    def finalize(self) -> None:
        """Nothing more is added; nothing is compiled."""
        self._raise_if_finalized()
        self._final_module.verify()
        self._finalize_dynamic_globals()
        self._finalized = True

    def _get_module_for_linking(self) -> Any:
        """Itself: it is taken in once, and whole, whether it is called yet or not."""
        self._ensure_finalized()
        return self._final_module


class WholeLibrary(codegen.JITCodeLibrary):
    """The code of a function and of all parts that it calls, and they call."""

    def finalize(self) -> None:
        """Take in the parts; then compile."""
        found = dict.fromkeys(self._linking_libraries)
        left = list(found)
        while left:
            one = left.pop()
            if isinstance(one, PartLibrary):
                below = one._linking_libraries  # noqa: SLF001 - of our own kind
                new = [other for other in below if other not in found]
                found.update(dict.fromkeys(new))
                left += new
        self._linking_libraries = type(self._linking_libraries)(found)
        super().finalize()

    def _optimize_final_module(self) -> None:
        """Nobody else sees the parts, so that LLVM may change what they take and answer."""
        parts = [one for one in self._linking_libraries if isinstance(one, PartLibrary)]
        names = {function.name for one in parts for function in one.get_defined_functions()}
        for function in self._final_module.functions:
            if function.name in names and not function.is_declaration:
                function.linkage = Linkage.internal
        super()._optimize_final_module()


class Part(Compiler):
    """Compiles a function that only others call."""

    def compile_extra(self, func: Any) -> Any:
        """What Numba knows of it; Python cannot call it."""
        self.state.flags.no_compile = True
        self.state.library = _library(self, PartLibrary, func)
        found = super().compile_extra(func)
        # Numba knows a function by what Python would call, which has to be a built-in of its own.
        known: Any = [].append
        self.state.targetctx.insert_user_function(known, found.fndesc, [found.library])
        return found._replace(entry_point=known)


class Whole(Compiler):
    """Compiles a function with all its parts."""

    def compile_extra(self, func: Any) -> Any:
        """As usual, with another way to put it together."""
        self.state.library = _library(self, WholeLibrary, func)
        return super().compile_extra(func)


def pipeline(*, part: bool) -> Any:
    """How Numba is to compile a function."""
    if not IS_KNOWN:
        return Compiler
    return Part if part else Whole


def _library(compiler: Compiler, kind: Any, func: Any) -> Any:
    """Where the code of a function goes."""
    made = kind(compiler.state.targetctx.codegen(), func.__qualname__)
    made.enable_object_caching()
    return made
