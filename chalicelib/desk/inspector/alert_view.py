"""The alert feed as a page: one row for each alert, in the order of the log.

Pure. A reader with regions of his own sees what names one of them, and how many others there are.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from chalicelib.cases.case_id import card_case, is_ours
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.addresses import record_address
from chalicelib.desk.inspector.fact_view import type_word
from chalicelib.desk.inspector.work_view import ShownWith
from chalicelib.desk.naming import is_about_a_limit
from chalicelib.feed.alerts import TYPES, make_alert
from chalicelib.feed.entry import LogEntry
from chalicelib.intake.event_types import Derived

SCANNED = 300  # entries of the log that a page reads at most
ROWS = 50  # alerts of a page
_ABOUT_CLAIMS = frozenset({Derived.CLAIM_CONTESTED, Derived.CLAIM_OVERDUE})
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

    @property
    def is_full(self) -> bool:
        """Return whether it has as many rows as a page."""
        return len(self.rows) >= ROWS

    def add_all(
        self, entries: Iterable[LogEntry], wanted_type: str | None, department: str
    ) -> "AlertPage":
        """Add the alerts among *entries*, until the page is full.

        Those of a type or a department, where one is asked for.
        """
        for entry in entries:
            self.reached = entry.index
            self._add(make_alert(entry, self._zone), entry.index, wanted_type, department)
            if self.is_full:
                break
        return self

    def _add(
        self, alert: dict[str, Any] | None, index: int, wanted_type: str | None, department: str
    ) -> None:
        if alert is None:
            return
        data = alert["data"]
        if not self._reaches(data.get("department") or "", data.get("region") or ""):
            self.left_out += 1
        elif wanted_type in (None, alert["type"]) and department in ("", data.get("department")):
            self.rows.append(_row(index, alert, self._words))


def _row(index: int, alert: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    data = alert["data"]
    text = {name: data.get(name) or "" for name in _TEXTS}
    is_card = bool(_CARD.fullmatch(text["card"])) and text["level"] != "warning"
    return {
        **text,
        "index": index,
        "type": alert["type"],
        "word": type_word(alert["type"], words),
        "time": alert["time"],
        "recorded_at": alert["recordedtime"],
        "card": text["card"] if is_card else "",
    }


_TEXTS = ("department", "region", "level", "rule", "ground", "card", "case", "item", "due_at")


def cases_behind(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the cases that *rows* are about: of a card its life, which names the permit."""
    return {_behind(row) for row in rows} - {""}


def _behind(row: Mapping[str, Any]) -> str:
    if row["card"]:
        return card_case(row["card"])
    return "" if is_ours(row["case"]) else row["case"]


def name_cases(
    rows: Iterable[dict[str, Any]], snapshots: Mapping[str, CaseSnapshot], shown: ShownWith
) -> None:
    """Add to each of *rows* its case, with a link, its item in words, and what is due when.

    What the alert itself says comes first: it is of its own time, the *snapshots* are of now.
    """
    for row in rows:
        snapshot = snapshots.get(_behind(row))
        about = snapshot.about if snapshot else {}
        case = about.get("case", "") if row["card"] else row["case"]
        item = row["item"] or (snapshot.item if snapshot else "")
        row["case"] = "" if is_ours(case) else case
        row["address"] = record_address(row["case"])
        row["item"] = item
        row["item_name"] = about.get("item_words") or shown.item_names.get(item, "")
        row["rule"] = row["rule"] or about.get("rule", "")
        row["ground"] = row["ground"] or about.get("ground", "")
        row["due_at"], row["due_word"] = _due(row, snapshot, shown)


def _due(
    row: Mapping[str, Any], snapshot: CaseSnapshot | None, shown: ShownWith
) -> tuple[str, str]:
    """Return when that is due which an alert is about, or its case; and the word's name for it.

    A finding of no limit has no such time, though its data have one.
    """
    if row["type"] in _ABOUT_CLAIMS:
        return row["due_at"], "col_decide_by"
    due_at = row["due_at"]
    if not due_at and snapshot is not None:
        due_at = snapshot.about.get("due_at") if row["card"] else snapshot.due_at
        due_at = shown.local(due_at) or ""
    if not due_at or (row["rule"] and not is_about_a_limit(row["rule"])):
        return "", "due"
    was_over = datetime.fromisoformat(due_at) <= datetime.fromisoformat(row["time"])
    return due_at, "overdue_since" if was_over else "due"


def type_choices(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the types that can be chosen, each with its name."""
    return [(str(kind), type_word(kind, words)) for kind in TYPES]
