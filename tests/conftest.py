"""What holds for every test: the same examples on every run, and no limit on how slow the machine is."""

from hypothesis import settings

settings.register_profile("project", derandomize=True, deadline=None, database=None)
settings.load_profile("project")
