"""One local cloud at a time for a checkout: a lock that its process holds, with its number in it.

The lock goes with the process however it ends, so there is no stale file to clean up and no
process is ever ended by a number that meanwhile belongs to another.
"""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chalicelib.errors import BadInput, Bilingual
from infra.stack.cloud import ACCESS_NAME, read_access

END_SECONDS = 60.0


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the lock in *folder* for the block. Raises BadInput where another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    # Opened for appending: not emptied before the lock is ours.
    with (folder / "lock").open("a") as file:
        if not _lock(file.fileno()):
            raise BadInput(_is_running(folder))
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_held(folder: Path) -> bool:
    """Return whether a process holds the lock in *folder*: a stage runs, starts or ends."""
    path = folder / "lock"
    if not path.exists():
        return False
    with path.open() as file:  # closed at once: nothing is held by who asks
        return not _lock(file.fileno())


def end_holder(folder: Path) -> bool:
    """Ask the holder of the lock in *folder* to end, and wait until it has; False without one.

    Raises BadInput where it does not end in END_SECONDS.
    """
    path = folder / "lock"
    if not path.exists():
        return False
    with path.open("r+") as file:
        if _lock(file.fileno()):
            return False
        until, asked = time.monotonic() + END_SECONDS, False
        while not _lock(file.fileno()):
            asked = asked or _ask_to_end(path)
            if time.monotonic() > until:
                zh = f"本机环境（进程 {path.read_text()}）{END_SECONDS:.0f} 秒内没有结束"
                en = f"the local stage (process {path.read_text()}) did not end in"
                en += f" {END_SECONDS:.0f} s; try again"
                raise BadInput(zh=f"{zh}，请再试：duban down", en=f"{en}: duban down")
            time.sleep(0.05)
    return True


def _ask_to_end(path: Path) -> bool:
    """Send SIGTERM to the process whose number is in *path*; False while none is there yet."""
    number = path.read_text()
    if number:
        with suppress(ProcessLookupError):  # it has just ended
            os.kill(int(number), signal.SIGTERM)
    return bool(number)


def _is_running(folder: Path) -> Bilingual:
    """Return the refusal that names the running stage: its process and its address."""
    number = (folder / "lock").read_text()
    access = read_access(folder / ACCESS_NAME)
    zh = f"本机环境已在运行（进程 {number}）"
    en = f"the local stage runs already (process {number})"
    if access is None:
        zh, en = f"{zh}，还在启动或者正在结束", f"{en}, and is starting or ending"
    else:
        zh, en = f"{zh}：{access.site}", f"{en}: {access.site}"
    return Bilingual(f"{zh} ；要结束它：duban down", f"{en} ; end it with: duban down")


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
