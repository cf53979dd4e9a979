"""An entry of the public log, as the readers of the log see it: feed, board, push.

Pure. A committed entry never changes, so one that cannot be read is a broken log, not bad input: it
raises Corrupt, and nothing after it is shown.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.cases.kind import card_id, number_in
from chalicelib.cases.record import CaseDays
from chalicelib.errors import Corrupt

LAMPS = ("pending", "green", "yellow", "red", "closed")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One fact in its place. *case* is the internal number, *public_case* the one in the leaf.

    *was* and *now* are the case's lamp before and after the fact, "" where it had or has none.

    *alert* holds the data of the alert; it is None for what is none, as most reported facts are.
    *was_in* is the department that held the case before; it differs from *department* where a case
    moved. *data* is the leaf's, which is all that is public of a reported fact.

    *was_left_out* and *left_out* say why the case entered and enters no rate. Where its *days*
    changed, or moved with it, there are those before and after.
    """

    index: int
    case: str
    public_case: str
    n: int
    kind: str
    at: str
    recorded_at: str
    department: str
    was: str
    now: str
    alert: Mapping[str, Any] | None
    was_in: str
    data: Mapping[str, Any]
    was_left_out: str = ""
    left_out: str = ""
    was_days: CaseDays | None = None
    days: CaseDays | None = None

    @classmethod
    def read_row(cls, row: Mapping[str, Any]) -> "LogEntry":
        """Read an entry from the *row* that the log stores. Raises Corrupt."""
        try:
            leaf = json.loads(row["leaf"])
            entry = cls(
                index=int(row["index"]),
                case=row["case"],
                public_case=str(leaf["case"]),
                n=int(row["n"]),
                kind=row["kind"],
                at=row["at"],
                recorded_at=row["recorded_at"],
                department=row["department"],
                was=row["was"],
                now=row["now"],
                alert=row.get("alert"),
                was_in=row.get("was_in", row["department"]),
                data=leaf.get("data", {}),
                was_left_out=row.get("was_left_out", ""),
                left_out=row.get("left_out", ""),
                was_days=_read_days(row.get("was_days")),
                days=_read_days(row.get("days")),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Corrupt(f"log entry {row.get('index')!r} is not readable: {error!r}") from error
        for lamp in (entry.was, entry.now):
            if lamp and lamp not in LAMPS:
                raise Corrupt(f"log entry {entry.index} has an unknown lamp {lamp!r}")
        return entry

    @property
    def card(self) -> str:
        """The public id of the warning or card that this entry issues.

        A card that was proposed first keeps the id of its proposal.
        """
        first = number_in(self.alert.get("card", self.n)) if self.alert else self.n
        return card_id(self.public_case, self.n if first is None else first)


def _read_days(stored: list[int] | None) -> CaseDays | None:
    return CaseDays(*map(int, stored)) if stored else None
