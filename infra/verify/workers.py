"""Work on every core, in processes of their own; the results come in order.

A process begins as a copy of this one (fork), with all that was read. Where it cannot begin so, or
there is one core, all work is done here.
"""

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from chalicelib.errors import BadInput

Result = TypeVar("Result")

_MOST = 8  # each takes some 10 MiB of its own
_AHEAD = 2  # shares that a process has before it: so it need not wait for the next
_SELDOM = 50_000  # objects between two collections
_CAN_FORK = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"

_Answer = tuple[int, Any, Exception | None]


def cores() -> int:
    """Return on how many cores this process may run, as far as they are of use."""
    allowed = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))
    return min(_MOST, len(allowed(0)))


def map_in_order(work: Callable[[int], Result], count: int, processes: int) -> Iterator[Result]:
    """Yield the results of *work* for 0, 1, … up to *count*, done by so many *processes*.

    Raises the error of *work*, and BadInput where a process was ended from outside.
    """
    processes = min(processes, count)
    if processes < 2 or not _CAN_FORK:  # noqa: PLR2004 - this one is the first
        with _rarely_collected():
            yield from map(work, range(count))
        return
    with _rarely_collected(), _started(work, processes) as connections:
        given, done = iter(range(count)), dict[int, Result]()
        for connection, number in zip(connections * _AHEAD, given, strict=False):
            _give(connection, number)
        for wanted in range(count):
            while wanted not in done:
                ready = wait(connections)
                for connection in (each for each in connections if each in ready):
                    number, done[number] = _receive(connection)
                    if (following := next(given, None)) is not None:
                        _give(connection, following)
            yield done.pop(wanted)


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Leave nearly all memory to reference counts: hardly anything of a case holds itself.

    Objects that exist already are not looked through, and so not copied by a child process.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()  # or what is garbage by now would stay for good


@contextmanager
def _started(work: Callable[[int], Any], processes: int) -> Iterator[list[Connection]]:
    """Start the processes; yield a connection to each, and end them."""
    context = multiprocessing.get_context("fork")
    connections: list[Connection] = []
    running = []
    try:
        for _ in range(processes):
            ours, theirs = context.Pipe()
            connections.append(ours)
            process = context.Process(target=_serve, args=(theirs, connections, work), daemon=True)
            process.start()
            theirs.close()
            running.append(process)
        yield connections
    finally:
        for connection in connections:
            connection.close()
        for process in running:
            process.terminate()
            process.join()


def _serve(connection: Connection, of_parent: list[Connection], work: Callable[[int], Any]) -> None:
    """Do each share that is asked for, until nobody is there to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    for each in of_parent:
        each.close()  # or the end of the parent would not be seen
    with suppress(EOFError, OSError):
        while True:
            connection.send(_do(work, connection.recv()))


def _do(work: Callable[[int], Any], number: int) -> _Answer:
    try:
        return number, work(number), None
    except Exception as error:  # noqa: BLE001 - it is raised in the parent
        return number, None, error


def _give(connection: Connection, number: int) -> None:
    """Ask for a share."""
    with suppress(OSError):  # who has ended is found when its answer is waited for
        connection.send(number)


def _receive(connection: Connection) -> tuple[int, Any]:
    """Receive the number of a share, and what was found in it; raise the error of its work."""
    try:
        answer: _Answer = connection.recv()
    except (EOFError, OSError) as error:
        zh, en = "本命令的一个子进程被终止：请看内存是否不足", "a process of this command was ended"
        raise BadInput(zh=zh, en=f"{en}: out of memory?") from error
    number, result, wrong = answer
    if wrong is not None:
        raise wrong
    return number, result
