"""Verify a log from outside: everything that it shows, from the signature down to the last leaf."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

from chalicelib.errors import BadInput, Corrupt
from chalicelib.instant import MILLISECOND, parse, text
from chalicelib.log.disclosure import ProvedEntry
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.verify import history
from infra.verify.about import check_kept_about, check_shown_witnesses
from infra.verify.backlog import excuse_trial, sum_up_backlog
from infra.verify.cases import CaseCheck, check_cases
from infra.verify.delay import (
    ON_TRIAL,
    DatedCheckpoint,
    ahead_of_time,
    check_dates,
    cosigned_dates,
    delays,
    last_sign_of_life,
    remark_on_trial,
    silences,
    yet_to_come,
)
from infra.verify.entries import Entries
from infra.verify.freshness import check_freshness
from infra.verify.held import check_held, read_held
from infra.verify.hidden_names import HiddenNames, knew_nothing
from infra.verify.issue import Issue, remark
from infra.verify.kept_copy import KeptSource
from infra.verify.reader import CheckShown, Replay, VerifyingReader
from infra.verify.reading import Bar, LogReading
from infra.verify.receipt_file import check_events
from infra.verify.recorded import RecordedTimes, instant_of, ms_of, written
from infra.verify.report import VerifyReport
from infra.verify.rule_documents import document_reader
from infra.verify.signatures import check_signatures
from infra.verify.source import CHECKPOINT, Source
from infra.verify.supervision.changes import check_trial_only
from infra.verify.trust import (
    ABOUT,
    SignedCheckpoint,
    Trust,
    complete_trust,
    read_about,
    read_signed,
)

__all__ = ["CheckShown", "VerifyingReader", "verify_log"]

_NEVER = datetime.min.replace(tzinfo=UTC)


def verify_log(source: Source, reader: VerifyingReader) -> VerifyReport:
    """Read the log and check all of it. Raises BadInput where it cannot be read."""
    report = VerifyReport(source.where)
    trust = complete_trust(reader.trust, source)
    for issue in trust.remarks:
        report.add(issue)
    raw = source.get(CHECKPOINT) or b""
    try:
        signed = read_signed(raw, trust)
    except Corrupt as wrong:
        report.add(Issue(None, "signature", f"检查点无效：{wrong}", f"checkpoint: {wrong}"))
        return report
    _describe(report, signed, trust)
    for issue in _check_log(source, signed, trust, reader, report):
        report.add(issue)
    if isinstance(source, KeptSource):
        # A crash between the two loses the date only: the next reading has one of its own.
        # One between the first two keeps an old log.json, which is compared once more.
        if report.is_sound:
            source.keep(CHECKPOINT, raw)
            if about := source.get(ABOUT):
                source.keep(ABOUT, about)
        source.keep_date(signed.size, reader.now)
    return report


def _check_log(
    source: Source,
    signed: SignedCheckpoint,
    trust: Trust,
    reader: VerifyingReader,
    report: VerifyReport,
) -> Iterator[Issue]:
    """Check everything below the signature; yield each finding at once."""
    older = [history.read_kept_checkpoint(file, trust) for file in reader.checkpoints]
    older += _last_checkpoint(source, trust)
    held, unpinned = read_held(source, trust, reader, report.origin)
    yield from chain(unpinned, check_events(held.receipts, held.told))
    since = min(reader.since, signed.size)
    with _read(source, signed, since, report, reader.bar) as reading:
        entries = reading.entries
        replay = _check_cases(reading, source, signed, reader, report)
        is_whole = report.is_sound and not since
        dates = list(_kept_dates(source))
        sizes = {*(old.size for old in older), *(dated.size for dated in dates)}
        archived, unread = history.read_archive(source, signed, trust, sizes)
        yield from unread
        yield from history.check_history(source, signed, older, archived, reading.hashes)
        dates += cosigned_dates([signed, *older, *archived])
        yield from _check_times(entries.times, dates, report.origin, reader.now)
        yield from check_freshness(signed, trust, report.newest, reader.now, reader.max_age)
        if isinstance(source, KeptSource):
            yield from check_kept_about(source)
        if not is_whole:
            yield _not_replayed(since, reader)
            return
        yield from _check_shown(entries, reader, report)
        seen = cosigned_dates([signed, *older])
        names = held.names(entries, replay.knew if replay else knew_nothing)
        yield from check_held(held, entries, seen, reader.now, names)
        yield from check_trial_only(entries, report.origin)
        yield from _check_about(source, entries, reader, report.origin)
        yield from _check_signatures(entries, held.disclosed, reader, report, names)
        if replay:
            yield from _replayed(replay, entries.times, source, signed, report)


def _replayed(
    replay: Replay,
    times: RecordedTimes,
    source: Source,
    signed: SignedCheckpoint,
    report: VerifyReport,
) -> Iterator[Issue]:
    """Yield the issues with supervision, without those that accuse nobody."""
    report.is_replayed = True
    report.claims.update(replay.claims)
    issues = replay.issues()
    if report.origin == ON_TRIAL:
        issues = excuse_trial(issues, times, lambda: _has_grown(source, signed))
    yield from sum_up_backlog(issues)


def _check_signatures(
    entries: Entries,
    disclosed: Sequence[ProvedEntry],
    reader: VerifyingReader,
    report: VerifyReport,
    names: HiddenNames,
) -> Iterator[Issue]:
    """Check who signed what with a key of its own (I14); count it in the report."""
    issues = check_signatures(entries, disclosed, reader.source_keys, report.signed, names)
    is_local = report.origin == ON_TRIAL
    yield from excuse_trial(issues, entries.times, lambda: False) if is_local else issues


def _check_times(
    times: RecordedTimes, dates: Sequence[DatedCheckpoint], origin: str, now: datetime
) -> Iterator[Issue]:
    """Check when entries came into the log, by its own times and by those of others (I5)."""
    issues = chain(delays(times), check_dates(dates, times))
    yield from remark_on_trial(issues) if origin == ON_TRIAL else issues
    if origin != ON_TRIAL:
        yield from yet_to_come(times, now)
        yield from silences(times)


def _check_about(
    source: Source, entries: Entries, reader: VerifyingReader, origin: str
) -> Iterator[Issue]:
    """Check whom an address names as witnesses; how old the `log.json` of a copy is tells nothing.

    A stage on trial has a clock of its own.
    """
    if reader.max_age is not None and origin != ON_TRIAL:
        about, document = read_about(source), document_reader(source)
        yield from check_shown_witnesses(about, entries, document, reader.now)


def _check_shown(
    entries: Entries, reader: VerifyingReader, report: VerifyReport
) -> Iterator[Issue]:
    """Compare what is shown beside the log with its leaves."""
    now = None if report.origin == ON_TRIAL else reader.now
    for check in reader.shown if entries else ():
        leaves = ((entry.index, entry.payload) for entry in entries)
        yield from check(leaves, parse(report.newest), now)


def _kept_dates(source: Source) -> Iterator[DatedCheckpoint]:
    """Yield when this reader fetched the log before, and how long it was then."""
    dates = source.fetched() if isinstance(source, KeptSource) else {}
    for size, at in dates.items():
        yield DatedCheckpoint(size, parse(at), "--keep")


def _has_grown(source: Source, signed: SignedCheckpoint) -> bool:
    """Return whether another checkpoint is served by now."""
    served = source.again(CHECKPOINT) or b""
    return not served.startswith(signed.note.text.encode())


def _describe(report: VerifyReport, signed: SignedCheckpoint, trust: Trust) -> None:
    report.origin, report.size = signed.checkpoint.origin, signed.size
    report.root = b64encode(signed.root).decode("ascii")
    report.vkeys = [key.text for key in trust.vkeys]
    report.cosigned = {
        name: text(datetime.fromtimestamp(at, UTC)) for name, at in signed.cosigned.items()
    }


def _last_checkpoint(source: Source, trust: Trust) -> list[SignedCheckpoint]:
    """Return the checkpoint that verified the last time, [] if none was kept."""
    raw = source.last() if isinstance(source, KeptSource) else None
    try:
        return [read_signed(raw, trust)] if raw else []
    except Corrupt as wrong:
        zh = "所存的是另一本日志，或另一公钥：请核对，或另用一个文件夹"
        en = f"of another log, or for another key; compare them, or use another folder: {wrong}"
        raise BadInput(zh=zh, en=en, where="--keep") from wrong


def _read(
    source: Source, signed: SignedCheckpoint, since: int, report: VerifyReport, bar: Bar
) -> LogReading:
    """Read the log from *since* on; ignore the kept copy where it contradicts the log."""
    reading = LogReading(source, signed.size, since, bar)
    if reading.root != signed.root and isinstance(source, KeptSource):
        reading.close()
        zh, en = "与先前取得并保存的内容不一致", "does not fit what was fetched and kept before"
        report.add(Issue(None, "I8", zh, en))
        reading = LogReading(source.served, signed.size, since, bar)
    return reading


def _check_cases(
    reading: LogReading,
    source: Source,
    signed: SignedCheckpoint,
    reader: VerifyingReader,
    report: VerifyReport,
) -> Replay | None:
    """Check the cases, and have them judged if nothing is wrong before; report what is found.

    Return who judged them; None where nobody did.
    """
    entries, is_same, replay = reading.entries, reading.root == signed.root, None
    is_sound = is_same and report.is_sound and not reading.findings and not entries.since
    if reader.replay and is_sound and entries:
        until = _until(entries.times, signed, reader.now)
        replay = reader.replay(entries, document_reader(source), until)
    show = reader.bar("judging", len(entries.cases))
    checked = check_cases(reading.findings, CaseCheck(entries, replay), show, reader.processes)
    for issue in checked.issues:
        report.add(issue)
    if not is_same:
        zh = "全部记录算出的根与签署的不同"
        report.add(Issue(None, "I9", zh, "the entries do not hash to the root that is signed"))
    report.cases = checked.cases
    alive = last_sign_of_life(entries.times)
    report.newest = "" if alive is None else written(alive)
    return replay


def _until(times: RecordedTimes, signed: SignedCheckpoint, now: datetime) -> datetime:
    """Return the newest instant that the log or one of its witnesses vouches for.

    What the reader's clock has not come to vouches for nothing. On a stage on trial the clock may
    be set back: there it is the log's last sign of life.
    """
    alive = last_sign_of_life(times)
    if signed.checkpoint.origin == ON_TRIAL and alive is not None:
        return instant_of(alive)
    ahead, latest = ahead_of_time(times), ms_of(now) + MERGE_DELAY // MILLISECOND
    recorded = (at for index, at in times if index not in ahead and at <= latest)
    cosigned = (datetime.fromtimestamp(at, UTC) for at in signed.cosigned.values())
    vouched = (at for at in cosigned if ms_of(at) <= latest)
    return max(instant_of(max(recorded, default=ms_of(_NEVER))), *vouched, _NEVER)


def _not_replayed(since: int, reader: VerifyingReader) -> Issue:
    why = ("只核对了一部分", "a part was read") if since else ("日志不完好", "the log is not sound")
    what = ("、公示和消息", ", nor what is shown") if reader.shown else ("", "")
    en = f"neither supervision nor receipts nor signatures{what[1]} were judged: {why[1]}"
    return remark("I13", f"未重演督办，也未核对回执、签名{what[0]}：{why[0]}", en)
