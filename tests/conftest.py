"""What holds for every test: the same examples on every run, and no limit on how slow the machine is.

`make check` takes a part of what `make test` takes: a fifth of the examples of each property, and
of a test marked `mostly_slow(n)` one of n cases.
"""

import gc
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import settings

settings.register_profile("project", derandomize=True, deadline=None, database=None)
settings.register_profile("quick", settings.get_profile("project"), max_examples=20)
settings.load_profile("project")

# Thousands of tests and the modules that they import stay till the end: walking them again and
# again to look for garbage took up to a fifth of some directories, and nearly half of the collection.
gc.set_threshold(100_000, 20, 50)


def pytest_configure(config: pytest.Config) -> None:
    if config.option.markexpr == "not slow":
        settings.load_profile("quick")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark as slow all but every nth case of what is `mostly_slow(n)`, from `first` on."""
    places: Counter[str] = Counter()
    for item in items:
        mark = item.get_closest_marker("mostly_slow")
        if mark is not None:
            test = item.nodeid.partition("[")[0]
            if places[test] % mark.args[0] != mark.kwargs.get("first", 0):
                item.add_marker(pytest.mark.slow)
            places[test] += 1


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
