"""Verify a log from outside: everything that it shows, from the signature down to the last leaf."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

from msgspec import Struct

from chalicelib.errors import BadInput, Corrupt
from chalicelib.instant import parse, text
from chalicelib.log.disclosure import ProvedEntry
from infra.verify import history
from infra.verify.about import check_kept_about, check_shown_witnesses
from infra.verify.cases import CaseCheck, Judge, check_cases
from infra.verify.delay import (
    ON_TRIAL,
    DatedCheckpoint,
    ahead_of_time,
    check_dates,
    check_freshness,
    cosigned_dates,
    delays,
    last_sign_of_life,
    remark_on_trial,
    silences,
    yet_to_come,
)
from infra.verify.enrolled import CHECK as I15
from infra.verify.entries import Entries
from infra.verify.held import check_held, read_held
from infra.verify.issue import Issue, as_far_as_read, excuse_trial, remark, sum_up_backlog
from infra.verify.reading import CheckShown, LogReading, VerifyingReader
from infra.verify.receipt_file import check_events
from infra.verify.recorded import DELAY, RecordedTimes, instant_of, ms_of, written
from infra.verify.report import VerifyReport
from infra.verify.signatures import check_signatures
from infra.verify.signed_acts import check_acts
from infra.verify.source import CHECKPOINT, KeptSource, Source, document_reader
from infra.verify.supervision.changes import check_trial_only
from infra.verify.told import HiddenNames, knew_nothing
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
        zh, en = f"检查点无效：{wrong.text.zh}", f"checkpoint: {wrong}"
        report.add(Issue(None, "signature", zh, en))
        return report
    report.origin, report.size = signed.checkpoint.origin, signed.size
    report.root = b64encode(signed.checkpoint.root).decode("ascii")
    report.vkeys = [key.text for key in trust.vkeys]
    cosigned = signed.cosigned.items()
    report.cosigned = {name: text(datetime.fromtimestamp(at, UTC)) for name, at in cosigned}
    for issue in _Verification(source, reader, report, trust, signed).issues():
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


class _Verification(Struct, frozen=True):
    """One verification of the log at *source*, whose checkpoint is *signed*, for a *reader*."""

    source: Source
    reader: VerifyingReader
    report: VerifyReport
    trust: Trust
    signed: SignedCheckpoint

    @property
    def _is_local(self) -> bool:
        """Whether the log is that of a stage on trial: it has a clock of its own."""
        return self.report.origin == ON_TRIAL

    def issues(self) -> Iterator[Issue]:
        """Check everything below the signature; yield each issue at once."""
        source, reader, signed, report = self.source, self.reader, self.signed, self.report
        older = [history.read_kept_checkpoint(file, self.trust) for file in reader.checkpoints]
        older += self._last_checkpoint()
        held, unpinned = read_held(source, self.trust, reader, report.origin)
        yield from chain(unpinned, check_events(held.receipts, held.told))
        with self._read() as reading:
            entries = reading.entries
            replay = self._check_cases(reading)
            is_whole = report.is_sound and not entries.since
            fetched = source.fetched() if isinstance(source, KeptSource) else {}
            dates = [DatedCheckpoint(size, parse(at), "--keep") for size, at in fetched.items()]
            sizes = {*(old.size for old in older), *fetched}
            archived, unread = history.read_archive(source, signed, self.trust, sizes)
            yield from unread
            yield from history.check_history(source, signed, older, archived, reading.hashes)
            dates += cosigned_dates([signed, *older, *archived])
            yield from self._check_times(entries.times, dates)
            newest, now = report.newest, reader.now
            yield from check_freshness(signed, self.trust, newest, now, reader.max_age)
            if isinstance(source, KeptSource):
                yield from check_kept_about(source)
            if not is_whole:
                yield _not_replayed(reader, is_part=bool(entries.since))
                return
            yield from self._check_shown(entries)
            knew = replay.knew if replay else knew_nothing
            names = HiddenNames(entries, knew, held.disclosed)
            sightings = cosigned_dates([signed, *older])
            yield from check_held(held, entries, sightings, now, names)
            yield from check_trial_only(entries, report.origin)
            yield from self._check_about(entries)
            yield from self._check_signatures(entries, held.disclosed, names)
            if replay:
                yield from self._check_supervision(replay, entries.times)

    def _last_checkpoint(self) -> list[SignedCheckpoint]:
        """Return the checkpoint that verified the last time, [] if none was kept."""
        raw = self.source.kept(CHECKPOINT) if isinstance(self.source, KeptSource) else None
        try:
            return [read_signed(raw, self.trust)] if raw else []
        except Corrupt as wrong:
            zh = f"所存的是另一本日志，或另一公钥：请核对，或另用一个文件夹：{wrong.text.zh}"
            en = f"of another log, or for another key; compare them, or use another folder: {wrong}"
            raise BadInput(zh=zh, en=en, where="--keep") from wrong

    def _read(self) -> LogReading:
        """Read the log; ignore the kept copy where it contradicts the log."""
        source, size, bar = self.source, self.signed.size, self.reader.bar
        since = min(self.reader.since, size)
        reading = LogReading(source, size, since, bar)
        if reading.hashes.root != self.signed.checkpoint.root and isinstance(source, KeptSource):
            reading.close()
            zh, en = "与先前取得并保存的内容不一致", "does not fit what was fetched and kept before"
            self.report.add(Issue(None, "I8", zh, en))
            reading = LogReading(source.served, size, since, bar)
        return reading

    def _check_cases(self, reading: LogReading) -> Judge | None:
        """Check the cases; judge them if nothing is wrong. Return who judged, None if nobody."""
        reader, report, entries, replay = self.reader, self.report, reading.entries, None
        is_same = reading.hashes.root == self.signed.checkpoint.root
        is_sound = is_same and report.is_sound and not reading.findings and not entries.since
        if reader.replay and is_sound and entries:
            until = self._until(entries.times)
            replay = reader.replay(entries, document_reader(self.source), until)
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

    def _until(self, times: RecordedTimes) -> datetime:
        """Return the newest instant for which the log or one of its witnesses vouches.

        An instant to come, by the reader's clock, does not count. The clock of a stage on trial may
        be set back: there it is the log's last sign of life.
        """
        alive = last_sign_of_life(times)
        if self._is_local and alive is not None:
            return instant_of(alive)
        ahead = ahead_of_time(times)
        latest = ms_of(self.reader.now) + DELAY
        recorded = (at for index, at in times if index not in ahead and at <= latest)
        cosigned = (datetime.fromtimestamp(at, UTC) for at in self.signed.cosigned.values())
        vouched = (at for at in cosigned if ms_of(at) <= latest)
        return max(instant_of(max(recorded, default=ms_of(_NEVER))), *vouched, _NEVER)

    def _check_times(
        self, times: RecordedTimes, dates: Sequence[DatedCheckpoint]
    ) -> Iterator[Issue]:
        """Check when entries came into the log, by its own times and by those of others (I5)."""
        issues = chain(delays(times), check_dates(dates, times))
        if self._is_local:
            yield from remark_on_trial(issues)
        else:
            yield from chain(issues, yet_to_come(times, self.reader.now), silences(times))

    def _check_shown(self, entries: Entries) -> Iterator[Issue]:
        """Compare what is shown beside the log with its leaves."""
        now = None if self._is_local else self.reader.now
        for check in self.reader.shown if entries else ():
            leaves = ((entry.index, entry.payload) for entry in entries)
            yield from check(leaves, parse(self.report.newest), now)

    def _check_about(self, entries: Entries) -> Iterator[Issue]:
        """Check whom an address names as witnesses; in a copy `log.json` may be of any age."""
        if self.reader.max_age is not None and not self._is_local:
            about, document = read_about(self.source), document_reader(self.source)
            yield from check_shown_witnesses(about, entries, document, self.reader.now)

    def _check_signatures(
        self, entries: Entries, disclosed: Sequence[ProvedEntry], names: HiddenNames
    ) -> Iterator[Issue]:
        """Check who signed what with a key of his own (I14, I15); count it in the report."""
        known, counted = self.reader.source_keys, self.report.signed
        of_sources = check_signatures(entries, disclosed, known, counted, names)
        of_people = check_acts(entries, disclosed, self.report.acts)
        issues = chain(of_sources, as_far_as_read(I15, of_people))
        yield from excuse_trial(issues, entries.times, lambda: False) if self._is_local else issues

    def _check_supervision(self, replay: Judge, times: RecordedTimes) -> Iterator[Issue]:
        """Yield the issues with supervision, without those that accuse nobody."""
        self.report.is_replayed = True
        self.report.claims.update(replay.claims)
        issues = replay.issues()
        if self._is_local:
            issues = excuse_trial(issues, times, self._has_grown)
        yield from sum_up_backlog(issues)

    def _has_grown(self) -> bool:
        """Return whether another checkpoint is served by now."""
        served = self.source.again(CHECKPOINT) or b""
        return not served.startswith(self.signed.note.text.encode())


def _not_replayed(reader: VerifyingReader, *, is_part: bool) -> Issue:
    partly, unsound = ("只核对了一部分", "a part was read"), ("日志不完好", "the log is not sound")
    why = partly if is_part else unsound
    what = ("、公示和消息", ", nor what is shown") if reader.shown else ("", "")
    en = f"neither supervision nor receipts nor signatures{what[1]} were judged: {why[1]}"
    return remark("I13", f"未重演督办，也未核对回执、签名{what[0]}：{why[0]}", en)
