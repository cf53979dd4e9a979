"""Duban (督办): e-supervision and timing. Folders follow a case's journey; imports point up it.

What is imported lives as long as the process. Looking for garbage in it after every 700 objects, as
Python does by itself, costs a tenth of a start (tests/bench/bench_cold_start.py).
"""

import gc

gc.set_threshold(20_000)
