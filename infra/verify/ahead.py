"""Read ahead: several objects at a time, in their order, and never many more than are wanted."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from infra.verify.source import PARALLEL

Name = TypeVar("Name")
Found = TypeVar("Found")

_AHEAD = 4 * PARALLEL


def ahead(names: Iterable[Name], get: Callable[[Name], Found]) -> Iterator[tuple[Name, Found]]:
    """Give each of *names* with what *get* gives for it, in order."""
    under_way: deque[tuple[Name, Future[Found]]] = deque()
    with ThreadPoolExecutor(PARALLEL) as readers:
        try:
            for name in names:
                under_way.append((name, readers.submit(get, name)))
                if len(under_way) == _AHEAD:
                    first, found = under_way.popleft()
                    yield first, found.result()
            while under_way:
                first, found = under_way.popleft()
                yield first, found.result()
        finally:
            for _, unwanted in under_way:
                unwanted.cancel()
