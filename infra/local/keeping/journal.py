"""Changes on their way to the disk: many requests share one write, and each waits for it.

A disk takes some milliseconds to promise that it holds something. So one thread writes all that has
come in meanwhile as one transaction, in the order in which it came.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any

from infra.local.keeping.store import KeptStore, Write

MOST = 1000  # changes in one transaction

_Waiting = tuple[list[Write], Future[None]]
Handler = Callable[..., Coroutine[Any, Any, Any]]


class Journal:
    """The changes of one process. *fail* is called when the disk refuses; nothing goes on then."""

    def __init__(self, store: KeptStore, fail: Callable[[Exception], None]) -> None:
        self._store = store
        self._fail = fail
        self._coming: list[Write] = []
        self._last = Future[None]()  # of the newest batch: whoever answers waits for it
        self._last.set_result(None)
        self._queue = SimpleQueue[_Waiting]()
        Thread(target=self._write_all, daemon=True).start()

    def add(self, change: Write) -> None:
        """Note *change* in memory; the caller then waits for `settle` or `settled`."""
        self._coming.append(change)

    def settle(self) -> Future[None]:
        """Send what was noted to the disk; the future is done when that and all before is there."""
        changes, self._coming = self._coming, []
        return self.send(changes)

    def send(self, changes: list[Write]) -> Future[None]:
        """Send *changes* to the disk, from any thread; changes that were noted stay noted."""
        self._last = future = Future[None]()
        self._queue.put((changes, future))
        return future

    def settled(self, handler: Handler) -> Handler:
        """Return *handler* so that it answers only when all that was changed so far is on the disk.

        That is not only what it changed itself: who asks again finds in memory what the first
        request put there, and must not be told so before it is kept.
        """

        async def handle(*arguments: Any) -> Any:
            answer = await handler(*arguments)
            if self._coming:
                self.settle()
            if not self._last.done():
                await asyncio.wrap_future(self._last)
            return answer

        return handle

    def _write_all(self) -> None:
        while True:
            batch = [self._queue.get()]
            while not self._queue.empty() and sum(len(changes) for changes, _ in batch) < MOST:
                batch.append(self._queue.get())
            changes = [change for part, _ in batch for change in part]
            try:
                if changes:
                    self._store.write(changes)
            except Exception as error:  # noqa: BLE001 -- whatever it is, nothing goes on
                # Crash here: nobody has been answered, and the file is as it was before.
                self._fail(error)
                return
            for _, future in batch:
                future.set_result(None)
