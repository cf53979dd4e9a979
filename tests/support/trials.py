"""Decide how often the tests try what they cannot try in full, and by which chance.

The profile of Hypothesis and the variable `SEED` say so for all tests (`tests/conftest.py`).
"""

import os
from random import Random

from hypothesis import settings

_NIGHT = 10
_SEED = os.environ.get("SEED", "")


def times(number: int) -> int:
    """Return *number*, in a thorough run ten times as many."""
    is_thorough = settings().max_examples > settings.get_profile("quick").max_examples
    return number * _NIGHT if is_thorough else number


def at_night(gate: int, night: int) -> int:
    """Return *gate*, or *night* in a thorough run."""
    return night if times(1) > 1 else gate


def dice(name: object) -> Random:
    """Return the chance by which the test called *name* draws: `SEED` gives it another one."""
    return Random(f"{name}{_SEED}")
