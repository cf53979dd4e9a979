"""Which files a sample is drawn from: a query that anybody can ask of the log, no list of anybody.

Pure. The list has the permits that ended, or that came in, within a period: by when the entry that
ended or opened them was recorded, among the first *size* entries of the log. Nobody can add to that
later or take from it. Where an ended permit was opened again, and ended again, it is one file.

A permit ends with the entry after which it is closed and before which it was not. Its department is
the one that had it after that entry; item and outcome are those of that moment.
"""

import hashlib
import json
from base64 import b32encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from msgspec import Struct

from chalicelib.cases.history import CaseHistory
from chalicelib.cases.stored_fact import LampState
from chalicelib.errors import Corrupt
from chalicelib.instant import NoInstant, parse, text
from chalicelib.policy.region import covers

Population = Literal["closed", "opened"]
POPULATIONS: tuple[Population, ...] = get_args(Population)
FILES = "files"  # what this kind draws; other kinds draw other things

FILTERS = ("region", "department", "item", "outcome")


class FileQuery(Struct, frozen=True):
    """The query: a *population* from *since* to *until*, among the first *size* entries.

    *department*, *item* and *outcome* as they stand in the log; empty: any. A *region* has all
    below it.
    """

    population: Population
    since: datetime
    until: datetime
    size: int
    region: str = ""
    department: str = ""
    item: str = ""
    outcome: str = ""

    def document(self) -> dict[str, Any]:
        """Return it as the commitment states it."""
        filters = {name: getattr(self, name) for name in FILTERS if getattr(self, name)}
        return {
            "of": FILES,
            "population": self.population,
            "from": text(self.since),
            "until": text(self.until),
            "size": self.size,
            **filters,
        }

    def is_same_task(self, other: "FileQuery") -> bool:
        """Return whether *other* asks for files of the same kind in a period that overlaps."""
        mine, its = (
            [each.population, *(getattr(each, name) for name in FILTERS)] for each in (self, other)
        )
        return mine == its and self.since < other.until and other.since < self.until

    def sample_name(self, instead_of: str = "") -> str:
        """Return the name of the sample of these files, or of the one made *instead_of* another.

        It follows from the query: so nobody commits to one task twice, and keeps the better draw.
        """
        asked = {**self.document(), "size": 0, "instead_of": instead_of}
        written = json.dumps(asked, ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(written.encode()).digest()[:16]
        return b32encode(digest).decode("ascii").rstrip("=").lower()

    def takes_at(self, index: int, recorded_at: datetime) -> bool:
        """Return whether it asks for what was *recorded_at* an instant, at *index* in the log."""
        return index < self.size and self.since <= recorded_at < self.until

    def takes(self, was: LampState, now: LampState) -> bool:
        """Return whether an entry that led from *was* to *now* brings its case into the list."""
        if self.department not in ("", now.department):
            return False
        if self.population == "opened":
            return bool(now.lamp) and not was.lamp
        return now.lamp == "closed" != was.lamp

    def fits(self, case: CaseHistory) -> bool:
        """Return whether region, item and outcome fit, after the last fact of *case*."""
        is_here = not self.region or covers(self.region, told_of(case, "region"))
        is_item = self.item in ("", told_of(case, "item"))
        return is_here and is_item and self.outcome in ("", outcome_of(case))


def told_of(case: CaseHistory, name: str) -> str:
    """Return the field *name* of a permit by what was reported last, as corrected."""
    values = (fact.text(name) for fact in reversed(case.told) if fact.text(name))
    return next(values, "")


def outcome_of(case: CaseHistory) -> str:
    """Return how the last fact of *case* ended it: an outcome, or the rest of its type."""
    last = case.facts[-1]
    return last.text("outcome") or last.kind.partition(".")[2]


def read_query(document: Mapping[str, Any]) -> FileQuery:
    """Read the query of a commitment. Raises Corrupt where it is none."""
    try:
        selection = FileQuery(
            document["population"],
            parse(document["from"]),
            parse(document["until"]),
            int(document["size"]),
            **{name: str(document.get(name, "")) for name in FILTERS},
        )
    except (KeyError, TypeError, ValueError, NoInstant) as error:
        raise _no_selection() from error
    if selection.population not in POPULATIONS or selection.document() != dict(document):
        raise _no_selection()
    return selection


def _no_selection() -> Corrupt:
    return Corrupt("名单没有写明怎样选出", "the list does not say how it was selected")
