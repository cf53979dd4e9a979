"""What a reader holds beside the log: receipts, their events, and disclosures of the operator."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from chalicelib.log.disclosure import ProvedEntry
from infra.verify.covered import check_covered
from infra.verify.delay import DatedCheckpoint
from infra.verify.entries import Entries
from infra.verify.hidden_names import HiddenNames, Knew
from infra.verify.issue import Issue
from infra.verify.reader import VerifyingReader
from infra.verify.receipt import check_receipts, covered_by
from infra.verify.receipt_file import HeldReceipt, read_receipts
from infra.verify.signatures import read_disclosures
from infra.verify.source import Source
from infra.verify.told import Told, ToldEvents, read_told
from infra.verify.trust import Trust


class HeldPapers(Struct, frozen=True):
    """*receipts*, the events *told*, and the *disclosed* entries.

    The receipts *are_all* that somebody was given; in whatever case, from *all_since* on.
    """

    receipts: Sequence[HeldReceipt]
    told: Told
    disclosed: Sequence[ProvedEntry]
    are_all: bool = False
    all_since: datetime | None = None

    def names(self, entries: Entries, knew: Knew) -> HiddenNames:
        """Return what is known of the names that *entries* hide."""
        return HiddenNames(entries, knew, self.disclosed)


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
        covered = covered_by(held.receipts, entries)
        yield from check_covered(covered, entries, held.all_since)


def read_held(
    source: Source, trust: Trust, reader: VerifyingReader, origin: str
) -> tuple[HeldPapers, list[Issue]]:
    """Read what the *reader* holds; also return remarks about the key of receipts."""
    every = sorted(reader.all_receipts.iterdir()) if reader.all_receipts else []
    receipts, remarks = read_receipts([*reader.receipts, *every], origin, trust, source)
    told, disclosed = read_told(reader.events), read_disclosures(reader.disclosed, trust.vkeys)
    return HeldPapers(receipts, told, disclosed, bool(every), reader.all_since), remarks
