"""`log.json`, which is not signed: compared with the reader's copy (I8), and with the log (I11).

Who takes the log's own word for its keys and witnesses would take another word tomorrow. A change
is stated soon after it was made, and then public within the merge delay.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from chalicelib.errors import Corrupt
from chalicelib.instant import NoInstant, parse
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify.entries import Entries
from infra.verify.issue import Issue, remark
from infra.verify.source import Document, KeptSource, stated_digest
from infra.verify.supervision.rules import NO_WITNESSES, StatedWitnesses
from infra.verify.trust import ABOUT, read_about, texts_in

_KEYS = {"vkeys": ("日志", "of the log"), "receipt_vkeys": ("回执", "of receipts")}
_PROMISE = "mmd_seconds"
CACHED = timedelta(hours=1)  # for which a cache may hold `log.json`


def check_kept_about(source: KeptSource) -> Iterator[Issue]:
    """Compare what the log says of itself with what it said when *source* was kept."""
    raw = source.kept(ABOUT)
    if raw is None:
        return
    try:
        before = json.loads(raw)
    except ValueError:
        before = None
    if not isinstance(before, dict):
        zh, en = f"所保存的 {ABOUT} 已损坏，未比较", f"the {ABOUT} that was kept is damaged"
        yield remark("I8", zh, f"{en}: not compared")
        return
    now = read_about(source)
    for name, of_what in _KEYS.items():
        was, is_now = (set(texts_in(about.get(name))) for about in (before, now))
        for key in sorted(was - is_now):
            zh = f"{ABOUT} 不再列出先前公布的{of_what[0]}公钥 {key}"
            en = f"{ABOUT} does not name the key {of_what[1]} {key} any more"
            zh = f"{zh}：请保留旧公钥，以 --vkey 指定，并向运行单位查询"
            yield Issue(None, "I8", zh, f"{en}: keep it, give it by --vkey, and ask the operator")
        for key in sorted(is_now - was):
            zh, en = f"新列出{of_what[0]}公钥 {key}", f"names a new key {of_what[1]}: {key}"
            zh, en = f"{zh}：请从别处核对", f"{en}; compare it with elsewhere"
            yield remark("I8", f"{ABOUT} {zh}", f"{ABOUT} {en}")
    old, new = before.get(_PROMISE), now.get(_PROMISE)
    if isinstance(old, int) and not (isinstance(new, int) and new <= old):
        zh = f"承诺的合并时限由 {old} 秒改为 {new}：请向运行单位查询自何时、依何决定"
        en = f"the promised merge delay was {old} seconds, and is {new}: ask the operator since "
        yield Issue(None, "I8", zh, f"{en}when, and by whose decision")
    if any(before.get(name) != now.get(name) for name in ("witnesses", "quorum")):
        zh = f"{ABOUT} 所列见证人或法定数与上次保存时不同：请与日志的声明和自己的记录核对"
        en = f"{ABOUT} names other witnesses, or another quorum, than when it was kept: compare "
        yield remark("I8", zh, f"{en}them with what the log states, and with your own notes")


def check_shown_witnesses(
    about: Mapping[str, Any], entries: Entries, document: Document, now: datetime
) -> Iterator[Issue]:
    """Yield an issue if `log.json` names other witnesses than stated; a remark while it may."""
    statements = (
        (stated_digest(entry.payload, "witnesses") or "", entry.recorded)
        for entry in entries.of_kind(Reported.RULES_ADOPTED)
    )
    # The digest and the record of each statement of other witnesses than the one before.
    stated = [next(same) for _, same in groupby(statements, itemgetter(0))]
    if "witnesses" not in about or not stated:
        return
    shown = _read(about)
    try:
        last, *before = [_read_document(digest, document) for digest, _ in stated[:-3:-1]]
    except Corrupt:
        return  # the replay of supervision says that the document cannot be read
    if shown == last:
        return
    was_cached = shown in before and now - parse(stated[-1][1]) <= CACHED + MERGE_DELAY
    is_new = abs(now - _changed_at(about)) <= MERGE_DELAY  # two clocks may differ a little
    zh = f"log.json 所列见证人（{_told(shown)}）与日志最近声明的（{_told(last)}）不同"
    en = f"log.json names other witnesses ({_told(shown)}) than the log stated ({_told(last)})"
    if was_cached or is_new:
        zh, en = f"{zh}；刚刚变更，请稍后再核对", f"{en}: changed just now, look again later"
    yield Issue(None, "I11", zh, en, is_remark=was_cached or is_new)


def _read_document(digest: str, document: Document) -> StatedWitnesses:
    """Read a stated document; without one nobody is relied on. Raises Corrupt."""
    if not digest:
        return NO_WITNESSES
    try:
        return _read(json.loads(document(digest)))
    except (ValueError, AttributeError) as error:
        raise Corrupt(
            f"rules/{digest} 没有列出见证人", f"rules/{digest} names no witnesses"
        ) from error


def _read(table: Mapping[str, Any]) -> StatedWitnesses:
    quorum = table.get("quorum")
    named = sorted(set(texts_in(table.get("witnesses"))))
    return StatedWitnesses(quorum if isinstance(quorum, int) else 0, tuple(named))


def _changed_at(about: Mapping[str, Any]) -> datetime:
    """Return when the log says that it changed its witnesses; long ago where it does not say."""
    try:
        return parse(str(about.get("witnesses_since", "")))
    except NoInstant:
        return parse("1990-01-01T00:00:00Z")


def _told(witnesses: StatedWitnesses) -> str:
    names = sorted(vkey.partition("+")[0][:60] for vkey in witnesses.names)
    return f"{witnesses.quorum}/{len(names)} {' '.join(names)}".strip()
