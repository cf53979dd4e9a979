"""Read several objects at a time, in their order, and never many more than are wanted."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Name = TypeVar("Name")
Result = TypeVar("Result")

_AHEAD = 4  # for each that reads


def read_ahead(
    names: Iterable[Name], get: Callable[[Name], Result], parallel: int
) -> Iterator[tuple[Name, Result]]:
    """Yield each of *names* with its result of *get*, in order; *parallel* calls run at once."""
    if parallel == 1:
        yield from ((name, get(name)) for name in names)
        return
    waiting: deque[tuple[Name, Future[Result]]] = deque()
    with ThreadPoolExecutor(parallel) as readers:
        try:
            for name in names:
                waiting.append((name, readers.submit(get, name)))
                if len(waiting) == _AHEAD * parallel:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            for _, unwanted in waiting:
                unwanted.cancel()
