"""coopbot: one assistant, many channels (docs/architecture.md)."""

import os

# Before numpy is loaded: products of a matrix and one vector gain nothing from a second thread, and threads
# that wait for the next one by spinning double the time of the sentence vector beside them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
