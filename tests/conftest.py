"""What holds for every test: the same examples on every run, and no limit on how slow the machine is."""

import gc

from hypothesis import settings

settings.register_profile("project", derandomize=True, deadline=None, database=None)
settings.load_profile("project")

# Thousands of tests and the modules that they import stay till the end: walking them again and
# again to look for garbage took up to a fifth of some directories, and nearly half of the collection.
gc.set_threshold(100_000, 20, 50)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
