"""An entry of the public log, as the readers of the log see it: feed, board, push.

Pure. All that readers are shown comes from the bytes of the leaf (ADR 0059). Columns beside it have
what no leaf can: the internal number of a permit, its lamp, and what the rates need. A committed
entry never changes. So an unreadable one is a broken log: it raises Corrupt, and no later entry is
shown.
"""

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.cases.case_id import card_id, number_in
from chalicelib.cases.stored_fact import LAMPS, CaseDays
from chalicelib.errors import Corrupt
from chalicelib.intake.event_types import CLAIM_TYPES, ISSUED_TYPES, Derived
from chalicelib.people.signable import is_of_person

# The columns beside a leaf; one that has nothing to say is left out.
_COLUMNS = frozenset({"department", "was", "now", "was_in", "was_left_out", "left_out"})
_DAYS = ("was_days", "days")
_UNSAID = frozenset({"given"})  # of a decision: which private fields came with it


class LogEntry(Struct, frozen=True):
    """One fact in its place: its leaf, and behind *own* the columns beside it.

    *public_case* is its case in the leaf, *told* whether it was reported, and *is_of_source* by an
    intake system. *data* is all that is public of it. *own* is the name of a case of our own, which
    only the first leaf of the case has; "" for a permit, and where nobody has looked it up.

    *is_of_person* is whether a person did it who may sign such an act; *signed* names the key of
    whoever signed it, a person or a source.

    *case* is the internal number. *department* has the case then. *was* and *now* are the case's
    lamp before and after the fact, "" where it had or has none. *was_in* is the department that
    held the case before; it differs from *department* where a case moved.

    *was_left_out* and *left_out* say why the case entered and enters no rate. Where its *days*
    changed, or moved with it, there are those before and after.
    """

    index: int
    public_case: str
    n: int
    kind: str
    at: str
    recorded_at: str
    told: bool
    is_of_source: bool
    data: Mapping[str, Any]
    own: str = ""
    is_of_person: bool = False
    signed: str = ""
    case: str = ""
    department: str = ""
    was: str = ""
    now: str = ""
    was_in: str = ""
    was_left_out: str = ""
    left_out: str = ""
    was_days: CaseDays | None = None
    days: CaseDays | None = None

    @classmethod
    def read_leaf(cls, index: int, leaf: Mapping[str, Any]) -> "LogEntry":
        """Read what the *leaf* at *index* says. Raises Corrupt."""
        try:
            return cls(
                index=index,
                public_case=str(leaf["case"]),
                n=int(leaf["n"]),
                kind=str(leaf["k"]),
                at=leaf["at"],
                recorded_at=leaf["rec"],
                told=bool(leaf.get("told", False)),
                is_of_source=bool(leaf.get("src")),
                data=leaf["data"],
                own=str(leaf.get("own", "")),
                is_of_person=is_of_person(leaf),
                signed=str(leaf.get("signed", "")),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _unreadable(index, error) from error

    @classmethod
    def read_row(cls, row: Mapping[str, Any]) -> "LogEntry":
        """Read an entry from the *row* that the log stores. Raises Corrupt."""
        try:
            entry = replace(
                cls.read_leaf(int(row["index"]), json.loads(row["leaf"])),
                case=row["case"],
                **{name: row[name] for name in _COLUMNS & row.keys()},
                **{name: CaseDays(*map(int, row[name])) for name in _DAYS if row.get(name)},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _unreadable(row.get("index"), error) from error
        for lamp in (entry.was, entry.now):
            if lamp and lamp not in LAMPS:
                zh = f"日志条目 {entry.index} 的亮灯 {lamp!r} 不认识"
                raise Corrupt(zh, f"log entry {entry.index} has an unknown lamp {lamp!r}")
        return entry

    @property
    def alert(self) -> Mapping[str, Any] | None:
        """The data of the alert that it is, if any; of reports, only decisions about late news."""
        if self.kind in CLAIM_TYPES:
            return {name: value for name, value in self.data.items() if name not in _UNSAID}
        return None if self.told or self.kind == Derived.TERMS_ADOPTED else self.data

    @property
    def issues_card(self) -> bool:
        """Whether it issues a warning or card.

        A department's year may begin one higher up; a card that climbs is named by its id.
        """
        climbs = isinstance(self.data.get("card"), str)
        begins_higher = self.kind == Derived.CASE_ESCALATED and not climbs
        return not self.told and (self.kind in ISSUED_TYPES or begins_higher)

    @property
    def needs_own(self) -> bool:
        """Whether only the first leaf of its case says which case of our own it may be in."""
        return self.n > 0 and not self.is_of_source and not self.issues_card

    @property
    def card(self) -> str:
        """The public id of the warning or card that this entry issues.

        A card that was proposed first keeps the id of its proposal.
        """
        first = number_in(self.data.get("card", self.n))
        return card_id(self.public_case, self.n if first is None else first)


def _unreadable(index: object, error: Exception) -> Corrupt:
    zh = f"日志条目 {index!r} 无法读取：{error!r}"
    return Corrupt(zh, f"log entry {index!r} is not readable: {error!r}")
