"""The organisation in the registry: in parts, for a document has 400 KB at most.

ORGANISATION#<digest>/<kind>#<n>   the n-th part of the text of its `units`, or of its `staff`;
                                   never changed, for the digest is that of the whole
PEOPLE/ORGANISATION                {"version", "digest", "units", "staff"}: which one is in force,
                                   and how many parts it has; written last

Who keeps what needs the units alone: departments, regions, what became of them. Posts, who holds
them, and leave are the staff.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.people.organisation import NO_ORGANISATION, Organisation, read_organisation
from chalicelib.plumbing.registry import Registry

KEEP_SECONDS = 60  # as the sources
_CURRENT = ("PEOPLE", "ORGANISATION")
_UNITS = frozenset({"departments", "successions", "regions", "region_successions"})
_MOST_LETTERS = 90_000  # of a part: of four bytes at most, which is below 400 KB
_TRIES = 8

Change = Callable[[Organisation], Organisation]


class StoredOrganisation:
    """Reads and writes the organisation. Which one is in force is remembered for some seconds."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._head: Mapping[str, Any] = {}
        self._read_at: float | None = None
        self._kept: dict[str, tuple[str, Mapping[str, Any]]] = {}  # by kind: its digest, and it
        self._units = "", NO_ORGANISATION
        self._whole = "", NO_ORGANISATION

    def version(self, *, fresh: bool = False) -> str:
        """Name what is public of the organisation in force; empty where there is none."""
        version: str = self._current(fresh=fresh).get("version", "")
        return version

    def units(self, *, fresh: bool = False) -> Organisation:
        """Return departments and regions with their successors, without posts."""
        digest = self._current(fresh=fresh).get("digest", "")
        if self._units[0] != digest:
            self._units = (
                digest,
                read_organisation(self._part("units")) if digest else NO_ORGANISATION,
            )
        return self._units[1]

    def whole(self, *, fresh: bool = False) -> Organisation:
        """Return all of it."""
        digest = self._current(fresh=fresh).get("digest", "")
        if self._whole[0] != digest:
            document = {**self._part("units"), **self._part("staff")} if digest else {}
            self._whole = digest, read_organisation(document)
        return self._whole[1]

    def change(
        self, change: Change, announce: Callable[[Organisation], None] = lambda _: None
    ) -> Organisation:
        """Put in force what *change* makes of the organisation; it is called again after a race.

        *announce* is called before it is in force where something public changes, and raises if it
        must not be. Crash before the last write: parts that nobody uses, which the same change
        writes again. After it: all is changed. What changes nothing is not written.
        """
        for _ in range(_TRIES):
            before, stored = self.whole(fresh=True), self._registry.get(*_CURRENT)
            after = change(before)
            if after == before:
                return after
            head, parts = _written(after)
            self._registry.put_all(parts)
            if after.version != before.version:
                announce(after)
            try:
                self._registry.put(*_CURRENT, head, new=stored is None, instead_of=stored)
            except Conflict:
                continue
            finally:
                self._read_at = None
            return after
        zh = "组织机构一直有人在更改，请稍后再试"
        raise Conflict(zh, "the organisation is changed by others all the time")

    def _current(self, *, fresh: bool) -> Mapping[str, Any]:
        now = time.monotonic()
        if fresh or self._read_at is None or now - self._read_at > KEEP_SECONDS:
            self._head = self._registry.get(*_CURRENT, consistent=fresh) or {}
            self._read_at = now
        return self._head

    def _part(self, kind: str) -> Mapping[str, Any]:
        """Return the units or the staff in force, which are read once."""
        digest = self._head["digest"]
        if self._kept.get(kind, ("",))[0] != digest:
            names = (f"{kind}#{n}" for n in range(self._head[kind]))
            documents = (self._registry.get(_partition(digest), name) for name in names)
            text = "".join(each["text"] for each in documents if each)
            self._kept[kind] = digest, json.loads(text)
        return self._kept[kind][1]


def _written(organisation: Organisation) -> tuple[dict[str, Any], list[tuple[str, str, Any]]]:
    """Return the document that names the *organisation*, and its parts with their keys."""
    document = organisation.document()
    by_kind: dict[str, dict[str, Any]] = {
        "units": {name: each for name, each in document.items() if name in _UNITS},
        "staff": {name: each for name, each in document.items() if name not in _UNITS},
    }
    texts = {kind: json.dumps(part, ensure_ascii=False) for kind, part in by_kind.items()}
    digest = hashlib.sha256("\n".join(texts.values()).encode()).hexdigest()
    parts: list[tuple[str, str, Any]] = []
    counts = {}
    for kind, text in texts.items():
        cut = [text[at : at + _MOST_LETTERS] for at in range(0, len(text), _MOST_LETTERS)]
        parts += [(_partition(digest), f"{kind}#{n}", {"text": each}) for n, each in enumerate(cut)]
        counts[kind] = len(cut)
    return {"version": organisation.version, "digest": digest, **counts}, parts


def _partition(digest: str) -> str:
    return f"ORGANISATION#{digest}"
