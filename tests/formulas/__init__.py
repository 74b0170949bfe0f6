import os

# The exact solutions solve many small systems: more threads only get in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
