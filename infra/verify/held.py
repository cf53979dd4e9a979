"""What a reader holds beside the log: receipts, their events, and disclosures of the operator.

A report or an act may be made up if a folder of all receipts has none for it (I12). A source or a
department looks at the cases of its receipts. If it also says since when the folder is complete,
every case that it told of is checked, or every card of that department. Inspectors keep the
receipts of all their acts: so an act in their role counts in every case, from their first on.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from chalicelib.instant import text
from chalicelib.intake.event import source_of
from chalicelib.log.disclosure import ProvedEntry
from infra.verify.delay import DatedCheckpoint
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import Issue, remark
from infra.verify.reading import VerifyingReader
from infra.verify.receipt import check_receipts, find_entries
from infra.verify.receipt_file import HeldReceipt, read_receipts
from infra.verify.signatures import read_disclosures
from infra.verify.source import Source
from infra.verify.told import HiddenNames, Told, ToldEvents, read_told
from infra.verify.trust import Trust

_CHECK = "I12"
_INSPECTOR, _DEPARTMENT = "inspector", "department"
_REMEMBERED = 1000  # cases


class HeldPapers(Struct, frozen=True):
    """*receipts*, the events *told*, and the *disclosed* entries.

    The receipts *are_all* that somebody was given; in whatever case, from *all_since* on.
    """

    receipts: Sequence[HeldReceipt]
    told: Told
    disclosed: Sequence[ProvedEntry]
    are_all: bool = False
    all_since: datetime | None = None


def check_held(
    held: HeldPapers,
    entries: Entries,
    sightings: Iterable[DatedCheckpoint],
    now: datetime,
    names: HiddenNames,
) -> Iterator[Issue]:
    """Check the receipts *held* against *entries*: each, and whether they are all there must be."""
    told = ToldEvents(held.told, names)
    yield from check_receipts(held.receipts, entries, sightings, now, told)
    if held.are_all:
        covered = find_entries(held.receipts, entries).values()
        yield from check_covered(set(covered), entries, held.all_since)


def read_held(
    source: Source, trust: Trust, reader: VerifyingReader, origin: str
) -> tuple[HeldPapers, list[Issue]]:
    """Read what the *reader* holds; also return remarks about the key of receipts."""
    every = sorted(reader.all_receipts.iterdir()) if reader.all_receipts else []
    receipts, remarks = read_receipts([*reader.receipts, *every], origin, trust, source)
    told, disclosed = read_told(reader.events), read_disclosures(reader.disclosed, trust.vkeys)
    return HeldPapers(receipts, told, disclosed, bool(every), reader.all_since), remarks


def check_covered(
    covered: Collection[int], entries: Entries, all_since: datetime | None = None
) -> Iterator[Issue]:
    """Yield an issue for each report that must be *covered* by a receipt, and is not.

    *covered* are the indexes of the entries of the receipts. A notification is no report. Reports
    of a source in other cases are a finding from *all_since* on. Without it they are counted in a
    remark, as its folder may be of some cases only.
    """
    known = _HeldEntries(covered, entries, all_since)
    others = Counter[str]()
    for entry in entries if covered else ():
        if entry.index in covered or (teller := _teller(entry)) is None:
            continue
        if known.must_cover(entry, teller):
            where = f"{entry.case}.{entry.n}"
            zh = f"{where}（{entry.kind}）没有回执：此项报送可能是编造的；请核对自己的发送记录，"
            en = f"{where} ({entry.kind}) has no receipt: it may be made up; look whether you sent "
            zh = f"{zh}没有发送过的，请连同全部回执向监察机关反映"
            en = f"{en}it, and if not, show this and your receipts to the inspectors"
            yield Issue(entry.index, _CHECK, zh, en)
        elif "src" in entry.payload and known.counts(entry, teller):
            others[teller] += 1
    for source, count in others.items():
        zh = f"{source} 在其他案件中另有 {count} 项报送没有回执；如回执齐全，则可能是编造的："
        en = f"{source} tells {count} facts of other cases without a receipt here: made up, if "
        zh, en = f"{zh}请以 --all-since 说明自何时起齐全", f"{en}these are all (--all-since)"
        yield remark(_CHECK, zh, en)


class _HeldEntries:
    """The entries that receipts cover: of which cases, told by whom, since when all of them."""

    def __init__(
        self, covered: Collection[int], entries: Entries, all_since: datetime | None
    ) -> None:
        self._entries = entries
        self._since = text(all_since) if all_since else ""
        self._department = lru_cache(_REMEMBERED)(self._department_of)
        self._tellers = {(each.case, _teller(each)) for each in map(entries.entry, covered)}
        self._cases = {case for case, _ in self._tellers}
        self._who = {teller for _, teller in self._tellers}
        self._departments = {
            self._department(case) for case, teller in self._tellers if teller == _DEPARTMENT
        } - {""}
        firsts = (entries.indexes_in(case)[0] for case in self._cases)
        self._first = min(firsts, default=entries.first)

    def must_cover(self, entry: CheckedEntry, teller: str) -> bool:
        """Return whether a receipt must be held for what *teller* told in *entry*."""
        if teller not in self._who:
            return False
        is_since = entry.index >= self._first
        if is_since and ((entry.case, teller) in self._tellers or teller == _INSPECTOR):
            return True
        if not self._since or entry.recorded < self._since:
            return False
        if teller == _DEPARTMENT:  # a card names its own
            return self._department(entry.case) in self._departments
        return "src" in entry.payload

    def counts(self, entry: CheckedEntry, teller: str) -> bool:
        """Return whether *entry* may be one of those that *teller* has a receipt for elsewhere."""
        is_before = bool(self._since) and entry.recorded < self._since
        return teller in self._who and entry.case not in self._cases and not is_before

    def _department_of(self, case: str) -> str:
        """Return the department of a case of our own, such as a card; "" if it names none."""
        if case not in self._entries.own:
            return ""
        first = self._entries.entry(self._entries.indexes_in(case)[0])
        return str(first.payload.get("data", {}).get("department", ""))


def _teller(entry: CheckedEntry) -> str | None:
    """Return the source, or the role of the act, that told *entry*; None if nobody did."""
    if b'"told":true' not in entry.leaf or source_of(entry.payload["key"]) is not None:
        return None
    return entry.payload.get("src") or str(entry.payload.get("data", {}).get("role", ""))
