"""Who reads a log: whom to trust, what the reader keeps of it, and how much is to be judged."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from chalicelib.policy.names import NameKind
from infra.verify.cases import Judge
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import Issue
from infra.verify.reading import Bar, no_bar
from infra.verify.shown.published import Leaves
from infra.verify.signatures import KnownKeys
from infra.verify.source import Document
from infra.verify.trust import Trust


class Replay(Judge, Protocol):
    """Judges supervision again; counts late news in *claims*."""

    claims: Counter[str]

    def knew(self, kind: NameKind, name: str, entry: CheckedEntry) -> bool:
        """Return whether *name* had long been known when *entry* was recorded."""


ReplaySupervision = Callable[[Entries, Document, datetime], Replay]

CheckShown = Callable[[Leaves, datetime, datetime | None], Iterator[Issue]]
"""Compares what is shown beside the log with its leaves, as of its last sign of life.

Also as of the reader's clock; None where the log has a clock of its own."""


class VerifyingReader(Struct, frozen=True):
    """The reader of a log: the keys to *trust*, the reader's clock *now*, and kept files.

    *events* are those of *receipts*; the folder *all_receipts* has all that a source was given.
    *disclosed* are files of `duban disclose`. *source_keys* are all the keys of some sources.
    *replay* replays supervision from the entries, the documents of the rules by their SHA-256, and
    the instant up to which the log is complete; None leaves that out. A log that shows no sign of
    life for longer than *max_age* is frozen; None: it is a copy of any age. Only entries from
    *since* on are read. *shown* compares board and feed with the leaves. So many *processes* work
    at once.
    """

    trust: Trust
    now: datetime
    replay: ReplaySupervision | None = None
    max_age: timedelta | None = None
    since: int = 0
    checkpoints: tuple[Path, ...] = ()
    receipts: tuple[Path, ...] = ()
    events: tuple[Path, ...] = ()
    all_receipts: Path | None = None
    all_since: datetime | None = None
    disclosed: tuple[Path, ...] = ()
    source_keys: KnownKeys = field(default_factory=dict)
    shown: tuple[CheckShown, ...] = ()
    bar: Bar = no_bar
    processes: int = 1
