"""The witnesses that `log.json` names, held against those that the log itself stated last (I11).

`log.json` is not signed. Who takes it at its word may be shown fewer witnesses than the log states,
or a smaller quorum. A change is stated soon after it was made, and then public within the merge
delay. A cache may hold `log.json` for an hour.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.errors import Corrupt
from chalicelib.instant import NoInstant, parse
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.entries import Entries
from infra.verify.finding import Issue

CACHED = timedelta(hours=1)  # for which `log.json` may be kept


class NamedWitnesses(NamedTuple):
    """How many of them must cosign, and their keys."""

    quorum: int
    vkeys: frozenset[str]


class _Stated(NamedTuple):
    """Witnesses as a leaf stated them: the digest of their document, recorded *since* when."""

    digest: str
    since: str


_NOBODY = NamedWitnesses(0, frozenset())


def check_shown_witnesses(
    about: Mapping[str, Any],
    entries: Entries,
    document: Callable[[str], bytes],
    now: datetime,
) -> Iterator[Issue]:
    """Yield an issue if *about*, which is `log.json`, names other witnesses than were stated last.

    It is a remark for as long as an honest log may differ. *entries* are all of the log; *document*
    reads a stated document by its SHA-256.
    """
    stated = _statements(entries)
    if "witnesses" not in about or not stated:
        return
    shown = _read(about)
    try:
        last = _read_document(stated[-1].digest, document)
        if shown == last:
            return
        before = [_read_document(each.digest, document) for each in stated[:-1][-1:]]
    except Corrupt:
        return  # the replay of supervision says that the document cannot be read
    was_cached = shown in before and now - parse(stated[-1].since) <= CACHED + MERGE_DELAY
    is_new = abs(now - _changed_at(about)) <= MERGE_DELAY  # two clocks may differ a little
    zh = f"log.json 所列见证人（{_told(shown)}）与日志最近声明的（{_told(last)}）不同"
    en = f"log.json names other witnesses ({_told(shown)}) than the log stated ({_told(last)})"
    if was_cached or is_new:
        zh, en = f"{zh}；刚刚变更，请稍后再核对", f"{en}: changed just now, look again later"
    yield Issue(None, "I11", zh, en, is_remark=was_cached or is_new)


def _statements(entries: Entries) -> list[_Stated]:
    """Return the statements that name other witnesses than the one before, in order."""
    found: list[_Stated] = []
    for entry in entries.of_kind(Reported.RULES_ADOPTED):
        digest = _digest(entry.payload)
        if not found or found[-1].digest != digest:
            found.append(_Stated(digest, entry.recorded))
    return found


def _digest(payload: Mapping[str, Any]) -> str:
    """Return the digest of the document of the witnesses in a statement; "" if there is none."""
    try:
        documents = payload["data"]["documents"]
        return next((str(each["sha256"]) for each in documents if each["name"] == "witnesses"), "")
    except (LookupError, TypeError):
        return ""  # the replay of supervision says that the statement cannot be read


def _read_document(digest: str, document: Callable[[str], bytes]) -> NamedWitnesses:
    """Read a stated document; without one nobody is relied on. Raises Corrupt."""
    if not digest:
        return _NOBODY
    try:
        return _read(json.loads(document(digest)))
    except (ValueError, AttributeError) as error:
        zh = f"rules/{digest} 没有列出见证人"
        raise Corrupt(zh, f"rules/{digest} names no witnesses") from error


def _read(table: Mapping[str, Any]) -> NamedWitnesses:
    vkeys, quorum = table.get("witnesses"), table.get("quorum")
    named = frozenset(map(str, vkeys)) if isinstance(vkeys, list) else frozenset[str]()
    return NamedWitnesses(quorum if isinstance(quorum, int) else 0, named)


def _changed_at(about: Mapping[str, Any]) -> datetime:
    """Return when the log says that it changed its witnesses; long ago where it does not say."""
    try:
        return parse(str(about.get("witnesses_since", "")))
    except NoInstant:
        return parse("1990-01-01T00:00:00Z")


def _told(witnesses: NamedWitnesses) -> str:
    names = sorted(vkey.partition("+")[0][:60] for vkey in witnesses.vkeys)
    return f"{witnesses.quorum}/{len(names)} {' '.join(names)}".strip()
