"""Read ahead: several objects at a time, in their order, and never many more than are wanted."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Name = TypeVar("Name")
Found = TypeVar("Found")

_AHEAD = 4  # for each that reads


def ahead(
    names: Iterable[Name], get: Callable[[Name], Found], parallel: int
) -> Iterator[tuple[Name, Found]]:
    """Give each of *names* with what *get* gives for it, in order; *parallel* are asked at once."""
    if parallel == 1:
        yield from ((name, get(name)) for name in names)
        return
    under_way: deque[tuple[Name, Future[Found]]] = deque()
    with ThreadPoolExecutor(parallel) as readers:
        try:
            for name in names:
                under_way.append((name, readers.submit(get, name)))
                if len(under_way) == _AHEAD * parallel:
                    first, found = under_way.popleft()
                    yield first, found.result()
            while under_way:
                first, found = under_way.popleft()
                yield first, found.result()
        finally:
            for _, unwanted in under_way:
                unwanted.cancel()
