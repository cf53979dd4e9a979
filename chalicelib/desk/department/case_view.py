"""A case as its department sees it: clocks, why this day, facts in words, cards, late news.

Pure: what `permit/view.py` shows of a case in, values of the page's template out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.cases.case_id import card_id
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.calendar_picture import day_runs, picture
from chalicelib.desk.department.view import RowContext, case_row
from chalicelib.desk.naming import fact_beginning
from chalicelib.intake.event_types import FINDING_TYPES

Rows = Sequence[Mapping[str, Any]]
_CITED = re.compile("（[^（）]*[《依][^（）]*）")  # a citation; not （星期一）
_MAIN = ("promise", "first_review", "statutory")
_MINUTE = timedelta(minutes=1)
_TOLD = ("outcome", "procedure", "stage", "level")  # fields that a line of a fact has


def case_values(
    snapshot: CaseSnapshot, body: Mapping[str, Any], explained: Mapping[str, Any], shown: RowContext
) -> dict[str, Any]:
    """Return what the page of a permit shows; *body* and *explained* are those of the API."""
    clocks = [_clock(each, shown) for each in explained["clocks"]]
    main = main_clock(explained["clocks"])
    return {
        "case": {**case_row(snapshot, shown), "public_id": snapshot.public_case},
        "clocks": clocks,
        "main": _clock(main, shown) if main else None,
        "picture": _picture(main, shown.now.astimezone(shown.zone).date()) if main else None,
        "runs": day_runs(main["steps"]) if main else [],
        "paragraph": explained["explanation"],
        "facts": [fact_row(row) for row in body["facts"]],
        "needed": [*needed(explained["clocks"])],
        "claims": list(_claims(body)),
        "as_claimed": _as_claimed(body),
    }


def main_clock(clocks: Rows) -> Mapping[str, Any] | None:
    """Return the clock by which a case is due: the promise, first review, the law's; else any."""
    by_name = {each["clock"]: each for each in reversed(clocks)}
    found = next((by_name[name] for name in _MAIN if name in by_name), None)
    return found or next(iter(clocks), None)


def _clock(clock: Mapping[str, Any], shown: RowContext) -> dict[str, Any]:
    due_at = clock["due_at"]
    left = (datetime.fromisoformat(due_at) - shown.now) // _MINUTE if due_at else None
    return {
        **{name: clock[name] for name in ("clock", "label", "from", "limit", "basis", "in_doubt")},
        "due_at": due_at or "",
        "missing": clock["missing"] or "",
        "stopped_at": clock["stopped_at"] or "",
        "left_minutes": None if clock["stopped_at"] else left,
        "countdown": clock["countdown"],
        "explanation": clock["explanation"],
    }


def _picture(clock: Mapping[str, Any], today: date) -> Any:
    due = date.fromisoformat(clock["due_at"][:10]) if clock["due_at"] else None
    return picture(clock["steps"], due, today)


def needed(clocks: Rows) -> Iterator[str]:
    """Yield the clocks that wait for something that the source must still report, each once.

    The promise and the law's limit wait for the same.
    """
    running = (each["clock"] for each in clocks if not each["stopped_at"])
    yield from dict.fromkeys("promise" if name == "statutory" else name for name in running)


def fact_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one fact of a history: its word, times, who reported it, what it says in the open."""
    data = row["data"]
    words = data.get("words") or {}
    return {
        "n": row["n"],
        "word": "fact_" + row["kind"].replace(".", "_"),
        "kind": row["kind"],
        "at": row["at"],
        "acts_at": row.get("acts_at") or "",
        "recorded_at": row["recorded_at"] if row["recorded_at"][:16] != row["at"][:16] else "",
        "is_received": bool(row.get("source")),  # from an intake system; else it was done here
        "source": row.get("source") or "",
        "role": data.get("role", ""),
        "told": [(name, str(data[name])) for name in _TOLD if data.get(name)],
        "rule": data.get("rule") or "",
        "rule_title": words.get("rule") or "",
        "ground": data.get("ground") or "",
        "ground_text": words.get("ground") or "",
        "basis": data.get("basis") or data.get("breaks") or "",
        "rests_on": data.get("rests_on") or [],
        "text": row.get("text") or "",
        "corrects": row.get("corrects"),
        "correction": row.get("correction"),
    }


def shorten(paragraph: str) -> str:
    """Return a paragraph without what it cites in brackets, for a slip: what counts, until when.

    What a profile proposes where a place has published nothing is on no paper.
    """
    return _CITED.sub("", paragraph)


def cards_in(rows: Iterable[Mapping[str, Any]], public_case: str) -> list[str]:
    """Return the ids of the cards and proposals in a case's facts, and not of its warnings."""
    return [
        card_id(public_case, row["n"])
        for row in rows
        if row["kind"] in FINDING_TYPES and row["data"].get("level") not in (None, "", "warning")
    ]


def _claims(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each piece of late news: both times of it, its state, and what it would change."""
    for claim in body["claims"]:
        yield {
            "n": claim["n"],
            "word": "fact_" + claim["type"].replace(".", "_"),
            "kind": claim["type"],
            "occurred": claim["occurred"],
            "received": claim["received"],
            "state": claim["state"],
            "due_at": claim["due_at"] or "",
            "overdue": claim["overdue"],
            "differences": claim["differences"],
            "cards": claim["cards"],
            "decision": claim["decision"],
        }


def _as_claimed(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the clocks in both readings where they differ: as judged, and if all is accepted."""
    if body["as_claimed"] is None:
        return []
    judged = {(each["clock"], each["about"]): each["due_at"] for each in body["clocks"]}
    claimed = {
        (each["clock"], each["about"]): each["due_at"] for each in body["as_claimed"]["clocks"]
    }
    return [
        {
            "clock": key[0],
            "begun_by": fact_beginning(key[1], body["facts"]),
            "judged": judged.get(key) or "",
            "claimed": claimed.get(key) or "",
        }
        for key in dict.fromkeys([*judged, *claimed])
        if judged.get(key) != claimed.get(key)
    ]
