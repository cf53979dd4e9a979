"""The work list as the inspectors' desk shows it: the gravest and the oldest first.

Pure: snapshots and the time in, rows out. What waits comes from an index (`cases/work_list.py`), so
a row is as old as that; the page behind its link reads the case itself.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cases.case_id import parts_of
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.work_list import WorkKind, work_kind
from chalicelib.desk.addresses import case_address, record_address
from chalicelib.desk.naming import name_rule
from chalicelib.findings.instrument import form_of
from chalicelib.pages.words import Language

SHOWN = 10  # rows of a kind on the first page
SILENT_AFTER = timedelta(minutes=5)  # a sweep is due every minute
_PAGE_OF: Mapping[WorkKind, str] = {
    "appeal": "desk/appeals/",
    "proposal": "desk/proposals/",
    "answer": "desk/answers/",
    "lead": "desk/leads/",
}


class ShownWith:
    """What the rows of a page are shown with: the time, the zone, the language and the names."""

    def __init__(
        self,
        now: datetime,
        zone: tzinfo,
        language: Language,
        item_names: Mapping[str, str],
        instrument: str,
    ) -> None:
        self.now, self.zone, self.language = now, zone, language
        self.item_names, self.instrument = item_names, instrument

    def left_minutes(self, due_at: datetime) -> int:
        """Return how many minutes are left until *due_at*; negative once it is over."""
        return int((due_at - self.now) / timedelta(minutes=1))

    def local(self, at: datetime | str | None) -> str | None:
        """Return an instant in local time, as text."""
        when = instant.parse(at) if isinstance(at, str) and at else at
        return instant.local(when, self.zone) if isinstance(when, datetime) else None

    def rule_title(self, rule: str, words: str = "") -> str:
        """Return the title of *rule*: that of the card in Chinese, that of today in English."""
        return name_rule(rule, words, self.language)


def work_row(snapshot: CaseSnapshot, shown: ShownWith) -> dict[str, Any]:
    """Return the row of one case that waits."""
    kind = work_kind(snapshot)
    return {
        "kind": kind,
        "name": _name(snapshot),
        "department": snapshot.department,
        "region": snapshot.region,
        "item": snapshot.item,
        "item_name": snapshot.about.get("item_words") or shown.item_names.get(snapshot.item, ""),
        "held_for": snapshot.held_for,
        "address": _address(snapshot, kind),
        **_card(snapshot, kind, shown),
        **_due(snapshot, kind, shown),
    }


def _name(snapshot: CaseSnapshot) -> str:
    return parts_of(snapshot.case)[0] if snapshot.is_ours else snapshot.case


def _address(snapshot: CaseSnapshot, kind: WorkKind | None) -> str:
    if kind is not None and kind in _PAGE_OF:
        return f"{_PAGE_OF[kind]}{_name(snapshot)}"
    return record_address(snapshot.case)


def _card(snapshot: CaseSnapshot, kind: WorkKind | None, shown: ShownWith) -> dict[str, Any]:
    """Return what a card is about; its form is that of an instrument which is in force now."""
    about, level = snapshot.about, snapshot.level
    is_open = kind != "proposal" or snapshot.lamp == "step_proposed"
    basis_kind = about.get("basis_kind", "")
    instrument = "" if basis_kind else shown.instrument
    form = form_of(level, instrument, basis_kind) if level else None
    return {
        "level": level,
        "form": form if is_open else None,
        "state": snapshot.lamp,
        "rule": about.get("rule", ""),
        "rule_title": shown.rule_title(about.get("rule", ""), about.get("rule_words", "")),
        "ground": about.get("ground", ""),
        "ground_text": about.get("ground_words", ""),
        "case": about.get("case", ""),
        "at": shown.local(about.get("at")),
    }


def _due(snapshot: CaseSnapshot, kind: WorkKind | None, shown: ShownWith) -> dict[str, Any]:
    due = snapshot.dues.get("appeal_decision") if kind == "appeal" else snapshot.due
    if due is None:
        return {"due_at": None, "left_minutes": None, "missing": None, "in_doubt": False}
    return {
        "due_at": shown.local(due.at),
        "left_minutes": shown.left_minutes(due.at),
        "missing": due.waits_for or None,
        "in_doubt": due.in_doubt,
    }


def claim_row(snapshot: CaseSnapshot, shown: ShownWith) -> dict[str, Any]:
    """Return the row of a case whose late news waits for a decision."""
    claims = snapshot.claims
    return {
        "kind": "claim",
        "name": snapshot.case,
        "department": snapshot.department,
        "region": snapshot.region,
        "item": snapshot.item,
        "item_name": shown.item_names.get(snapshot.item, ""),
        "lamp": snapshot.lamp,
        "number": claims.number,
        "has_card": claims.card,
        "since": shown.local(claims.since),
        "address": f"desk/claims/{case_address(snapshot.case)}",
    }


def by_kind(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return *rows* by their kind, in their order."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["kind"], []).append(row)
    return groups


def sweep_state(swept_at: datetime | None, wall: datetime) -> dict[str, Any]:
    """Return how long ago the cases were last looked through; that should be every minute."""
    if swept_at is None:
        return {"minutes": None, "is_late": True}
    silent = wall - swept_at
    return {"minutes": int(silent / timedelta(minutes=1)), "is_late": silent > SILENT_AFTER}
