"""Alerts for the inspectors, made from the log entries: one CloudEvent for one entry.

Pure: entries in, CloudEvents out. The log is the only source, so the alerts and the public log
cannot differ (DESIGN §2). A reported fact is in the log, but is no alert; an inspector's decision
about late news is both.
"""

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cases.case_id import card_id
from chalicelib.cases.view import DIFFERS, show_differing
from chalicelib.errors import Rejected
from chalicelib.feed.entry import LogEntry
from chalicelib.intake.event_types import ISSUED_TYPES, Derived, Reported

SOURCE = "duban"
_FINDING = ISSUED_TYPES | {Derived.CARD_PROPOSED}
TYPES = (
    *(Derived.WARNING_ISSUED, Derived.CARD_ISSUED, Derived.CARD_PROPOSED),
    *(Derived.SUGGESTION_ISSUED, Derived.CARD_RECHECKED, Derived.CARD_ANNULLED),
    *(Derived.CARD_REMEDIED, Derived.CARD_NUMBERED, Derived.CARD_CLOSED),
    *(Derived.ESCALATION_PROPOSED, Derived.CASE_ESCALATED, Derived.APPEAL_OVERDUE),
    *(Derived.DUE_REVISED, Derived.CASE_DEEMED_ACCEPTED, Derived.CASE_DEEMED_APPROVED),
    *(Derived.CASE_RECHECKED, Derived.CALENDAR_MISSING, Derived.EVENT_SET_ASIDE),
    *(Derived.EVENT_READMITTED, Derived.EVENT_CORRECTED, Derived.DATA_FLAGGED),
    *(Derived.CLAIM_CONTESTED, Reported.CLAIM_ACCEPTED, Reported.CLAIM_REFUSED),
    Derived.CLAIM_OVERDUE,
)
"""The types of the alerts, in the order in which the OpenAPI document lists them."""
OWNING_TYPES = frozenset({Derived.CLAIM_CONTESTED, Reported.CASE_REASSIGNED})
"""The types of facts that name the department of a case whose late news is decided on.

The decision itself names none.
"""
_INSTANTS = frozenset({"due_at", "was", "noticed_at", "time"})
_ID = re.compile("[0-9]{1,16}")


def alert_id(index: int) -> str:
    """Return the alert's id of the entry at *index*; ids sort as text in the order of the log."""
    return f"{index:016d}"


def index_after(last_event_id: str | None) -> int:
    """Return the index after that of *last_event_id*, which need not exist. Raises Rejected."""
    if not last_event_id:
        return 0
    if not _ID.fullmatch(last_event_id):
        raise Rejected(
            422,
            zh="lastEventId 是本消息流中一条消息的 id。",
            en="lastEventId is the id of an alert of this feed",
            field="lastEventId",
        )
    return int(last_event_id) + 1


def make_alert(entry: LogEntry, zone: tzinfo) -> dict[str, Any] | None:
    """Return the CloudEvent of *entry*, its times in *zone*; None if the entry is no alert."""
    if entry.alert is None:
        return None
    return {
        "specversion": "1.0",
        "id": alert_id(entry.index),
        "source": SOURCE,
        "type": entry.kind,
        "subject": entry.case,
        "time": instant.local(instant.parse(entry.at), zone),
        "recordedtime": instant.local(instant.parse(entry.recorded_at), zone),
        "datacontenttype": "application/json",
        "data": {
            "case": entry.case,
            # The leaf of a decision about late news names none: `feed/routes.py` reads its case.
            "department": entry.department if entry.told else "",
            **_local_times(entry.alert, zone),
            **_card_field(entry),
            "index": entry.index,
        },
    }


def _card_field(entry: LogEntry) -> dict[str, str]:
    """Return the id of the card that *entry* issues or is about, as our API names it.

    In the case of the finding the data holds the number of a fact; elsewhere it holds the id.
    """
    about = entry.data.get("card")
    if isinstance(about, str):
        return {"card": about}
    if entry.kind in _FINDING or entry.issues_card:
        return {"card": entry.card}
    return {} if about is None else {"card": card_id(entry.public_case, int(about))}


def _local_times(stored: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    given = {key: value for key, value in stored.items() if value is not None}
    local = {
        key: instant.local(instant.parse(given[key]), zone) for key in _INSTANTS & given.keys()
    }
    differs = {DIFFERS: show_differing(given[DIFFERS], zone)} if DIFFERS in given else {}
    return {**given, **local, **differs}
