"""One local cloud at a time for a checkout: a lock that its process holds, with its number in it.

The lock goes with the process however it ends, so there is no stale file to clean up and no
process is ever ended by a number that meanwhile belongs to another.
"""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.errors import BadInput

END_SECONDS = 60.0


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the lock in *folder* for the block; refuse if another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    # Opened for appending: not emptied before the lock is ours.
    with (folder / "lock").open("a") as file:
        if not _lock(file.fileno()):
            raise BadInput("the local cloud is running already; end it with: duban down")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def end_holder(folder: Path) -> bool:
    """Ask the holder of the lock in *folder* to end, and wait; False when there is none."""
    path = folder / "lock"
    if not path.exists():
        return False
    with path.open("r+") as file:
        if _lock(file.fileno()):
            return False
        os.kill(int(file.read()), signal.SIGTERM)
        until = time.monotonic() + END_SECONDS
        while not _lock(file.fileno()):
            if time.monotonic() > until:
                raise BadInput("the local cloud is still ending; try again: duban down")
            time.sleep(0.05)
    return True


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
