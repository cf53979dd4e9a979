"""What a local stage keeps: items of tables, public objects, secrets and notes, in one SQLite file.

All of it has one order: a change is there only if every change before it is. So whatever ends the
machine, the file holds a state that the stage was in.

A disk takes some milliseconds to promise that it holds something. So one thread writes all that has
come in meanwhile as one transaction, in the order in which it came: many requests share one write,
and each waits for it.
"""

import asyncio
import json
import os
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from msgspec import Struct

from chalicelib.errors import BadInput
from infra.terminal import machine

FORM = 1
BUSY_SECONDS = 10.0

_TABLES = """
CREATE TABLE items (place TEXT, key TEXT, item TEXT, PRIMARY KEY (place, key)) WITHOUT ROWID;
CREATE TABLE objects (
    place TEXT, key TEXT, headers TEXT, body BLOB, PRIMARY KEY (place, key)) WITHOUT ROWID;
CREATE TABLE secrets (name TEXT PRIMARY KEY, versions TEXT) WITHOUT ROWID;
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
MOST = 1000  # changes in one transaction

Handler = Callable[..., Coroutine[Any, Any, Any]]


class Write(Struct, frozen=True):
    """One change: a statement with its values. *erases*: removed bytes are overwritten at once."""

    statement: str
    values: tuple[Any, ...]
    erases: bool = False


def put_item(place: str, key: Sequence[str], item: Mapping[str, Any]) -> Write:
    """Return the change that puts *item* under its *key* into the table *place*."""
    values = (place, json.dumps(key), json.dumps(item, ensure_ascii=False))
    return Write("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", values)


def drop_item(place: str, key: Sequence[str], *, erases: bool) -> Write:
    """Return the change that takes the item at *key* away."""
    statement = "DELETE FROM items WHERE place = ? AND key = ?"
    return Write(statement, (place, json.dumps(key)), erases)


def put_object(place: str, key: str, headers: Mapping[str, str], body: bytes) -> Write:
    """Return the change that writes an object of the bucket *place*."""
    values = (place, key, json.dumps(headers), body)
    return Write("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)", values)


def drop_object(place: str, key: str) -> Write:
    """Return the change that takes an object away."""
    return Write("DELETE FROM objects WHERE place = ? AND key = ?", (place, key))


def put_secret(name: str, versions: Mapping[str, Any]) -> Write:
    """Return the change that writes all *versions* of a secret."""
    values = (name, json.dumps(versions))
    return Write("INSERT OR REPLACE INTO secrets VALUES (?, ?)", values)


def put_note(name: str, value: Any) -> Write:
    """Return the change that writes what the starter notes under *name*."""
    values = (name, json.dumps(value, ensure_ascii=False))
    return Write("INSERT OR REPLACE INTO notes VALUES (?, ?)", values)


class KeptStore:
    """The file, open. Only its owner may read it: it holds secrets and personal data.

    Every method raises BadInput where the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        """Open *path*, and make it if it is not there. Raises BadInput for another form."""
        self._path = path
        self._one_at_a_time = Lock()  # threads share the connection
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():  # to close a file is to give up this process's locks on it
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with self._told():
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._prepare(self._connection.execute)

    def _prepare(self, run: Any) -> None:
        form = run("PRAGMA user_version").fetchone()[0]
        if form not in (0, FORM):
            zh = f"由另一版本的 Duban 写成（格式 {form}），本版本读不了；请用那个版本，或另建"
            en = f"another version of Duban wrote it (form {form}); use that one, or begin anew"
            raise BadInput(zh=zh, en=en, where=str(self._path))
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")  # what was answered is on the disk, also after a power cut
        run("PRAGMA secure_delete = ON")  # what is shredded is written over
        run("PRAGMA journal_size_limit = 0")
        if form == 0:
            self._connection.executescript(f"BEGIN;{_TABLES}PRAGMA user_version = {FORM};COMMIT;")

    def write(self, changes: Sequence[Write]) -> None:
        """Write *changes* in their order, all or none; they are on the disk when it returns.

        Crash before it returns: nobody was answered, and either all is there or nothing.
        """
        with self._told(), self._one_at_a_time:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                for change in changes:
                    self._connection.execute(change.statement, change.values)
            if any(change.erases for change in changes):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def items(self, place: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
        """Yield the items of the table *place*, each with its key, in the order of the keys."""
        for key, item in self._rows("SELECT key, item FROM items WHERE place = ?", place):
            yield json.loads(key), json.loads(item)

    def objects(self, place: str) -> Iterator[tuple[str, dict[str, str], bytes]]:
        """Yield name, headers and bytes of each object in the bucket *place*."""
        select = "SELECT key, headers, body FROM objects WHERE place = ?"
        for key, headers, body in self._rows(select, place):
            yield key, json.loads(headers), bytes(body)

    def secret(self, name: str) -> dict[str, Any] | None:
        """Return all versions of the secret *name*; None where none is kept."""
        rows = self._rows("SELECT versions FROM secrets WHERE name = ?", name)
        return json.loads(rows[0][0]) if rows else None

    def note(self, name: str) -> Any:
        """Return what the starter noted under *name*; None where nothing is."""
        rows = self._rows("SELECT value FROM notes WHERE name = ?", name)
        return json.loads(rows[0][0]) if rows else None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise BadInput for a refusal of the disk, in both languages."""
        try:
            yield
        except sqlite3.Error as error:
            refused = machine.complaint(error, self._path)
            if refused is None:
                raise
            raise BadInput(refused) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _rows(self, select: str, name: str) -> list[tuple[Any, ...]]:
        with self._told(), self._one_at_a_time:
            return self._connection.execute(select, (name,)).fetchall()


class Journal:
    """The changes of one process. *fail* is called when the disk refuses; nothing goes on then."""

    def __init__(self, store: KeptStore, fail: Callable[[Exception], None]) -> None:
        self._store = store
        self._fail = fail
        self._coming: list[Write] = []
        self._last = Future[None]()  # of the newest batch: whoever answers waits for it
        self._last.set_result(None)
        self._queue = SimpleQueue[tuple[list[Write], Future[None]]]()
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
