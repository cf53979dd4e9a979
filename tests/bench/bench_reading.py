"""Count how often a reader moves between files while he follows one case being judged.

    .venv/bin/python -m tests.bench.bench_reading

A case is judged while each call is recorded. From the calls follows the reader's path. He begins
in `decide`. Where a function calls another, he goes there, reads it and all that it calls, and
comes back. The calls of a function come in the order in which they first happened. He reads each
function once: where it is called again, he passes over it.

A *stay* is a run of that path within one file. A *return* is a stay in a file that he had left.

Only functions of `chalicelib` count. A generator belongs to the function that first advances it.
A comprehension or a lambda is part of the function in which it is written. A property is read like
a field: he does not go there, and what it calls counts for the function that reads it. Left out are
generated code (the methods of dataclasses), imports, and functions whose result is in a cache: each
case is judged once before, so that all caches are filled.
"""

import inspect
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from types import CodeType, FrameType

from chalicelib.cached import cached_property
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.permit.decide import decide
from tests.unit.told import (
    RULES,
    accepted,
    at,
    decided,
    extended,
    numbered,
    resumed,
    suspended,
)

PACKAGE = Path(__file__).parents[2] / "chalicelib"
START = accepted("2025-04-14T10:00", "5wd", "10wd")
LATE = "2025-05-20T10:00"
CASES = {
    "accepted": ([START], "2025-04-14T10:00"),
    "paused, extended, decided late": (
        [
            START,
            suspended("2025-04-16T10:00"),
            resumed("2025-04-18T10:00"),
            extended("2025-04-19T10:00", "3wd"),
            decided(LATE),
        ],
        LATE,
    ),
}

_WITHIN = re.compile(r"(\.<locals>\.<\w+>)+$")

Place = tuple[str, str]  # a file, and the name of a function in it


class Calls:
    """Which function calls which, each in the order of its first calls."""

    def __init__(self) -> None:
        """Begin with no call; *first* is the function that was called from outside."""
        self.of: dict[Place, list[Place]] = {}
        self.first: Place | None = None
        self._open: list[Place | None] = []  # the frames that run; None: nothing to be read
        self._fields = frozenset(_properties())

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """Take an event of `sys.setprofile`."""
        if event == "call":
            self._open.append(self._enter(frame.f_code))
        elif event == "return" and self._open:
            self._open.pop()

    def _enter(self, code: CodeType) -> Place | None:
        """Note the call of *code*; return the function that it is to a reader."""
        if not Path(code.co_filename).is_relative_to(PACKAGE):
            return None
        if code in self._fields or code.co_name == "<module>":
            return None
        name = _WITHIN.sub("", code.co_qualname)
        place = (code.co_filename, name)
        caller = next(filter(None, reversed(self._open)), None)
        self.first = self.first or place
        self.of.setdefault(place, [])
        is_part = name != code.co_qualname  # a comprehension or a lambda
        if caller and not is_part and place not in (caller, *self.of[caller]):
            self.of[caller].append(place)
        return place


def _properties() -> Iterator[CodeType]:
    """Yield the code of each property of the package's classes."""
    modules = [one for name, one in sys.modules.items() if name.partition(".")[0] == PACKAGE.name]
    for module in modules:
        for _, kind in inspect.getmembers(module, inspect.isclass):
            for value in vars(kind).values():
                got = value.fget if isinstance(value, property) else None
                got = value.func if isinstance(value, cached_property) else got
                if inspect.isfunction(got):
                    yield got.__code__


def recorded(run: Callable[[], object]) -> Calls:
    """Return the calls of one run."""
    calls = Calls()
    sys.setprofile(calls.note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return calls


def path(calls: Calls) -> Iterator[str]:
    """Yield the file of each step of the reader's path."""
    seen: set[Place] = set()

    def read(place: Place) -> Iterator[str]:
        seen.add(place)
        yield place[0]
        for called in calls.of[place]:
            if called not in seen:
                yield from read(called)
                yield place[0]

    assert calls.first is not None
    yield from read(calls.first)


def stays(facts: Sequence[Fact], now: str) -> list[str]:
    """Return the files of the stays, in order, while a case of *facts* is judged at *now*."""
    read, read_again = CaseHistory(numbered(facts)), CaseHistory(numbered(facts))
    decide(read, RULES, at(now))
    calls = recorded(partial(decide, read_again, RULES, at(now)))
    return [Path(file).relative_to(PACKAGE).as_posix() for file, _ in groupby(path(calls))]


def main() -> None:
    """Count and print, for each case."""
    for name, (facts, now) in CASES.items():
        files = stays(facts, now)
        of_each = Counter(files)
        print(f"{name}: {len(files)} stays in {len(of_each)} files,", end=" ")
        print(f"{len(files) - len(of_each)} of them returns")
        for file, count in sorted(of_each.items(), key=lambda one: (-one[1], one[0])):
            print(f"{count:6}  {file}")


if __name__ == "__main__":
    main()
