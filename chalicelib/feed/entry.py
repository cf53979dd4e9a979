"""An entry of the public log, as the readers of the log see it: feed, board, push.

Pure. What is committed is never changed, so an entry that cannot be read is a broken log, not bad
input: it raises Corrupt, and nothing after it is shown.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import Corrupt

LAMPS = ("pending", "green", "yellow", "red", "closed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact in its place. *case* is the internal number, *public_case* the one in the leaf.

    *was* and *now* are the case's lamp before and after the fact, "" where it had or has none.

    *alert* holds what the inspectors are told, and is None for what was told to us. *was_in* is
    the department that held the case before; it differs from *department* where a case moved.
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

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Entry":
        """Read what the log stores. Raises Corrupt."""
        try:
            entry = cls(
                index=int(row["index"]),
                case=row["case"],
                public_case=str(json.loads(row["leaf"])["case"]),
                n=int(row["n"]),
                kind=row["kind"],
                at=row["at"],
                recorded_at=row["recorded_at"],
                department=row["department"],
                was=row["was"],
                now=row["now"],
                alert=row.get("alert"),
                was_in=row.get("was_in", row["department"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Corrupt(f"log entry {row.get('index')!r} is not readable: {error!r}") from error
        for lamp in (entry.was, entry.now):
            if lamp and lamp not in LAMPS:
                raise Corrupt(f"log entry {entry.index} has an unknown lamp {lamp!r}")
        return entry

    @property
    def card(self) -> str:
        """The id under which a warning or card that this entry issues is known outside."""
        return card_id(self.public_case, self.n)


def card_id(public_case: str, n: int) -> str:
    """Name the card that fact *n* of a case issued; ASCII, safe in a path, says nothing private."""
    return f"{public_case}.{n}"
