"""The examples in the docstrings of the formulas."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import sysdesign.formulas

MODULES = [found.name for found in pkgutil.iter_modules(sysdesign.formulas.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = importlib.import_module(f"sysdesign.formulas.{name}")
    assert doctest.testmod(module).failed == 0
