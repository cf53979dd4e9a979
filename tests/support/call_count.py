"""How often functions are called, for tests that bound work and not time."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any


@contextmanager
def calls_of(*functions: Callable[..., Any]) -> Iterator[dict[str, int]]:
    """Count the calls of *functions* in this process, by their names, as long as the block runs."""
    names: dict[CodeType, str] = {each.__code__: each.__name__ for each in functions}
    counts = dict.fromkeys(names.values(), 0)

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and (name := names.get(frame.f_code)) is not None:
            counts[name] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield counts
    finally:
        sys.setprofile(before)
