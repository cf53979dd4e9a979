"""The alert feed as a page: one row for each alert, in the order of the log.

Pure. A reader with regions of his own sees what names one of them, and how many others there are.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from typing import Any

from chalicelib.desk.inspector.fact_view import type_word
from chalicelib.feed.alerts import TYPES, make_alert
from chalicelib.feed.entry import LogEntry

SCANNED = 300  # entries of the log that a page reads, at most
SHOWN = 100  # alerts that it shows
_CARD = re.compile(r"c_[a-z0-9]{1,62}\.\d{1,9}", re.ASCII)


class AlertPage:
    """The alerts among some entries: the *rows* wanted, how many were left out, and the end."""

    def __init__(
        self, zone: tzinfo, words: Mapping[str, str], reaches: Callable[[str, str], bool]
    ) -> None:
        self._zone, self._words, self._reaches = zone, words, reaches
        self.rows: list[dict[str, Any]] = []
        self.left_out = 0
        self.reached = -1  # the index of the last entry that was read

    def add_all(
        self, entries: Iterable[LogEntry], wanted_type: str | None, department: str
    ) -> "AlertPage":
        """Add the alerts among *entries*; of a type or a department, where one is asked for."""
        for entry in entries:
            self.reached = entry.index
            if make_alert(entry, self._zone) is not None:
                self._add(entry, wanted_type, department)
            if len(self.rows) == SHOWN:
                break
        return self

    def is_full(self, begin: int) -> bool:
        """Return whether the page, which began behind the entry *begin*, ended before the log."""
        return len(self.rows) == SHOWN or self.reached >= begin + SCANNED

    def _add(self, entry: LogEntry, wanted_type: str | None, department: str) -> None:
        alert = make_alert(entry, self._zone) or {}
        data = alert["data"]
        if not self._reaches(data.get("department") or "", data.get("region") or ""):
            self.left_out += 1
        elif wanted_type in (None, alert["type"]) and department in ("", data.get("department")):
            self.rows.append(_row(entry.index, alert, self._words))


def _row(index: int, alert: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    data = alert["data"]
    card = data.get("card") or ""
    rule = data.get("rule") or ""
    ground = data.get("ground") or ""
    return {
        "index": index,
        "type": alert["type"],
        "word": type_word(alert["type"], words),
        "time": alert["time"],
        "recorded_at": alert["recordedtime"],
        "department": data.get("department") or "",
        "region": data.get("region") or "",
        "level": data.get("level") or "",
        "rule": rule,
        "ground": words.get(f"ground_{ground}", ground),
        "card": card if _CARD.fullmatch(card) and data.get("level") != "warning" else "",
        "case": data.get("case") or "",
    }


def type_choices(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the types that can be chosen, each with its name."""
    return [(str(kind), type_word(kind, words)) for kind in TYPES]
