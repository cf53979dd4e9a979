"""Do the same work for many items at once: most of the time goes by waiting for the storage."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
WORKERS = 16  # as many as the client keeps connections


def in_parallel(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Return what *work* makes of each of *items*, in their order.

    The first error in that order is raised, once all that was begun has come to its end.
    """
    every = list(items)
    if len(every) < 2:  # noqa: PLR2004 - one needs no thread
        return [work(item) for item in every]
    contexts = [copy_context() for _ in every]
    with ThreadPoolExecutor(min(WORKERS, len(every))) as pool:
        done = pool.map(lambda context, item: context.run(work, item), contexts, every)
        return list(done)
