"""Keep the tables, the log's bucket and the secrets of one stack of MiniStack on disk.

They are filled when CloudFormation makes them, before any function can look into them. From then
on a change is on the disk before it is answered. Everything else is made anew at each start: the
functions, the API, queues, alarms, the functions' logs.
"""

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.local.keeping import store
from infra.local.keeping.store import Journal, KeptStore
from infra.terminal.language import say

LOCK_SECONDS = 20.0
NOT_KEPT = "not kept: "  # begins our last words
VAULT = "Vault"  # what is taken out of this table is shredded
_HEADERS = ("content-type", "cache-control", "content-encoding")
_Create = Callable[[str, Mapping[str, Any], str], tuple[str, dict[str, Any]]]


def keep(path: Path, stack: str) -> None:
    """Keep the data of *stack* in the file *path* from now on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _lock(path.with_name("lock"))
    kept = KeptStore(path)
    journal = Journal(kept, _end)
    for part in (_Tables, _Buckets, _Secrets):
        part(kept, stack, journal).attach()


class _Tables:
    """Every item of every table, under its key."""

    def __init__(self, kept: KeptStore, stack: str, journal: Journal) -> None:
        from ministack.services import dynamodb

        self._dynamodb, self._kept, self._stack, self._journal = dynamodb, kept, stack, journal
        self._set, self._remove = dynamodb._set_item, dynamodb._remove_item  # noqa: SLF001
        self._places: dict[str, str] = {}  # by the table's physical name

    def attach(self) -> None:
        """Put our functions in the place of the service's, and have new tables filled."""
        self._dynamodb._set_item = self._set_item  # noqa: SLF001
        self._dynamodb._remove_item = self._remove_item  # noqa: SLF001
        self._dynamodb.handle_request = self._journal.settled(self._dynamodb.handle_request)
        _after_create("AWS::DynamoDB::Table", self._stack, self._fill)

    def _fill(self, logical_id: str, name: str) -> None:
        table = self._dynamodb._tables[name]  # noqa: SLF001
        for (first, second), item in self._kept.items(logical_id):
            self._set(table, first, second, item)
        self._places[name] = logical_id

    def _set_item(self, table: Any, first: str, second: str, item: Any) -> Any:
        old = self._set(table, first, second, item)
        if place := self._places.get(table["TableName"]):
            self._journal.add(store.put_item(place, (first, second), item))
        return old

    def _remove_item(self, table: Any, first: str, second: str) -> Any:
        old = self._remove(table, first, second)
        if place := self._places.get(table["TableName"]):
            self._journal.add(store.drop_item(place, (first, second), erases=place == VAULT))
        return old


class _Buckets:
    """The newest version of every object of the stack's buckets."""

    def __init__(self, kept: KeptStore, stack: str, journal: Journal) -> None:
        from ministack.services import s3

        self._s3, self._kept, self._stack, self._journal = s3, kept, stack, journal
        self._put, self._delete = s3._put_object, s3._delete_object  # noqa: SLF001
        self._delete_many = s3._delete_objects  # noqa: SLF001
        self._places: dict[str, str] = {}  # by the bucket's name

    def attach(self) -> None:
        """Put our functions in the place of the service's, and have new buckets filled."""
        self._s3._put_object = self._put_object  # noqa: SLF001
        self._s3._delete_object = self._delete_object  # noqa: SLF001
        self._s3._delete_objects = self._delete_objects  # noqa: SLF001
        self._s3.handle_request = self._journal.settled(self._s3.handle_request)
        _after_create("AWS::S3::Bucket", self._stack, self._fill)

    def _fill(self, logical_id: str, name: str) -> None:
        for key, headers, body in self._kept.objects(logical_id):
            self._put(name, key, body, headers)
        self._places[name] = logical_id

    def _put_object(self, bucket: str, key: str, body: bytes, headers: Any) -> Any:
        answer = self._put(bucket, key, body, headers)
        place = self._places.get(bucket)
        if place and answer[0] == 200:  # noqa: PLR2004 -- HTTP's own number
            kept = {name: headers[name] for name in _HEADERS if name in headers}
            self._journal.add(store.put_object(place, key, kept, body))
        return answer

    def _delete_object(self, bucket: str, key: str, *more: Any) -> Any:
        answer = self._delete(bucket, key, *more)
        self._follow(bucket, (key,))
        return answer

    def _delete_objects(self, bucket: str, *more: Any) -> Any:
        before = self._names(bucket)
        answer = self._delete_many(bucket, *more)
        self._follow(bucket, before)
        return answer

    def _follow(self, bucket: str, keys: tuple[str, ...]) -> None:
        """Drop those of *keys* that are not in the bucket any more."""
        there = frozenset(self._names(bucket))
        for key in keys if bucket in self._places else ():
            if key not in there:
                self._journal.add(store.drop_object(self._places[bucket], key))

    def _names(self, bucket: str) -> tuple[str, ...]:
        return tuple((self._s3._buckets.get(bucket) or {"objects": ()})["objects"])  # noqa: SLF001


class _Secrets:
    """All versions of the stack's secrets; their names are their own."""

    def __init__(self, kept: KeptStore, stack: str, journal: Journal) -> None:
        from ministack.services import secretsmanager

        self._manager, self._kept, self._stack = secretsmanager, kept, stack
        self._journal = journal
        self._known: dict[str, str] = {}  # by name, as they are kept

    def attach(self) -> None:
        """Follow each request to the service, and have new secrets filled."""
        answered = self._manager.handle_request

        async def handle(*arguments: Any) -> Any:
            answer = await answered(*arguments)
            for change in self._changes():
                self._journal.add(change)
            return answer

        self._manager.handle_request = self._journal.settled(handle)
        _after_create("AWS::SecretsManager::Secret", self._stack, self._fill)

    def _fill(self, _logical_id: str, name: str) -> None:
        kept = self._kept.secret(name)
        if kept:
            self._manager._secrets[name]["Versions"] = kept  # noqa: SLF001
        self._known[name] = json.dumps(kept)
        self._journal.send([*self._changes()]).result()

    def _changes(self) -> Iterator[store.Write]:
        for name, before in self._known.items():
            versions = self._manager._secrets[name]["Versions"]  # noqa: SLF001
            if json.dumps(versions) != before:
                self._known[name] = json.dumps(versions)
                yield store.put_secret(name, versions)


def _after_create(kind: str, stack: str, fill: Callable[[str, str], None]) -> None:
    """Have resources of *kind* in *stack* filled as soon as they are made: logical id, name."""
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS[kind]  # noqa: SLF001
    create: _Create = handlers["create"]

    def make(logical_id: str, properties: Mapping[str, Any], of: str) -> Any:
        name, attributes = create(logical_id, properties, of)
        if of == stack:
            fill(logical_id, name)
        return name, attributes

    handlers["create"] = make


def _lock(path: Path) -> None:
    """Lock the file until this process ends; wait for a process before it that is ending."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                zh = f"另一进程仍在使用 {path.parent}"
                sys.exit(say(zh, f"another process still uses {path.parent}"))
            time.sleep(0.05)
        else:
            return


def _end(error: Exception) -> None:
    """End at once: what is not on the disk must not be answered, nor anything that rests on it.

    Mostly the log lies on the same full disk, so that our last words cannot be written either.
    """
    try:
        print(f"{NOT_KEPT}{error}", file=sys.stderr, flush=True)
    finally:
        os.killpg(os.getpid(), signal.SIGKILL)
