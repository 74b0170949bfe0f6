"""The checks, a folder a step and a file a check; a new check is one new file."""
