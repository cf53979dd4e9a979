"""A case as those who supervise see it: its state, clocks and facts, or one line of a list.

Pure: snapshots and records in, plain dictionaries out. Facts hold only data that may stand in the
public log; personal data is in the vault, and no route reads that of an applicant.

A fact never changes. It has the times when it happened (`at`), when the source wrote it down
(`written_at`) and when we recorded it (`recorded_at`). `correction` is the correction of it that
acts in the judged reading. A late report that acts at another time than its own shows `acts_at`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote

from chalicelib import instant
from chalicelib.cases.correction import Corrected, apply_corrections, is_withdrawal
from chalicelib.cases.fact import Fact
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import Record
from chalicelib.clock.due import Due
from chalicelib.intake.json_text import JsonObject

DIFFERS = "differs"
_INSTANTS = frozenset({"due_at", "was", "noticed_at", "notified_at", "time"})


def show_line(snapshot: CaseSnapshot, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """Return the case as a line of a list shows it *now*."""
    return {
        "id": snapshot.case,
        "kind": snapshot.kind,
        "public_id": snapshot.public_case,
        "department": snapshot.department,
        "region": snapshot.region,
        "item": snapshot.item,
        "state": _state(snapshot),
        "lamp": None if snapshot.is_ours else snapshot.lamp,
        "due_at": _local(snapshot.due_at, zone),
        "provisional": snapshot.is_provisional,
        "missing": snapshot.waits_for or None,
        "in_doubt": snapshot.is_in_doubt,
        "unjudged": snapshot.is_unjudged(now),
    }


def show_transfer(snapshot: CaseSnapshot, zone: tzinfo) -> dict[str, Any]:
    """Return the transfer that its receiver is asked about; links are relative to the list."""
    asked = snapshot.asked
    assert asked is not None  # noqa: S101 - only such cases are in the list
    case = f"cases/{quote(snapshot.case, safe='')}"
    return {
        "case": snapshot.case,
        "public_id": snapshot.public_case,
        "n": asked.n,
        "from": snapshot.department,
        "to": asked.department,
        "region": snapshot.region,
        "item": snapshot.item,
        "since": instant.local(asked.since, zone),
        "links": {
            "case": case,
            "agree": f"{case}/transfers/{asked.n}/agree",
            "decline": f"{case}/transfers/{asked.n}/decline",
        },
    }


def show_case(
    snapshot: CaseSnapshot,
    records: Sequence[Record],
    now: datetime,
    zone: tzinfo,
    judged: Corrected | None = None,
) -> dict[str, Any]:
    """Return the case with its clocks and facts; *judged* as `show_history` has it."""
    return {
        **show_line(snapshot, now, zone),
        "clocks": show_clocks(snapshot.dues, zone),
        "held_for": snapshot.held_for or None,
        "wake_at": _local(snapshot.wake_at, zone),
        "judged_at": _local(snapshot.judged_at, zone),
        "facts": show_history(records, zone, judged),
    }


def show_clocks(dues: Mapping[str, Due], zone: tzinfo) -> list[dict[str, Any]]:
    """Return when each clock runs out, as shown; `about` distinguishes clocks of one name."""
    return [
        {
            "clock": kind,
            "about": about or None,
            "due_at": _local(due.at, zone),
            "provisional": due.provisional,
            "missing": due.waits_for or None,
            "in_doubt": due.in_doubt,
        }
        for name, due in dues.items()
        for kind, _, about in [name.partition(":")]
    ]


def _state(snapshot: CaseSnapshot) -> str:
    if snapshot.is_ours:
        return snapshot.lamp  # the snapshot of our own cases has the state itself, in a word
    if snapshot.lamp in ("pending", "closed"):
        return snapshot.lamp
    return "paused" if snapshot.is_paused else "open"


def show_history(
    records: Sequence[Record], zone: tzinfo, judged: Corrected | None = None
) -> list[JsonObject]:
    """Return the facts of *records*, as shown, in the order in which they were recorded.

    *judged* are the reported facts of the judged reading; None: every correction acts.
    """
    reported = judged or apply_corrections([record.fact for record in records])
    moved = {fact.n: fact.at for fact in reported.told if fact.occurred_at is not None}
    corrected_numbers = {correction.n: original.n for original, correction in reported.pairs}
    rows = []
    for record in records:
        row = _show_fact(record, zone)
        if record.fact.key in reported.counts:
            row["correction"] = _show_correction(reported.counts[record.fact.key], zone)
        if record.fact.n in corrected_numbers:
            row["corrects"] = corrected_numbers[record.fact.n]
        if record.fact.n in moved:
            row["acts_at"] = instant.local(moved[record.fact.n], zone)
        rows.append(row)
    return rows


def with_words(
    rows: Sequence[JsonObject], kept: Mapping[str, Mapping[str, object]]
) -> list[JsonObject]:
    """Return the *rows* of a history with their texts; *kept* has those by the key of the fact."""
    texts = {key: fields["text"] for key, fields in kept.items() if "text" in fields}
    return [{**row, "text": texts[row["key"]]} if row["key"] in texts else row for row in rows]


def _show_correction(correction: Fact, zone: tzinfo) -> JsonObject:
    """Return the content of *correction*: the right time, or that it never happened."""
    if is_withdrawal(correction):
        return {"by": correction.n, "withdrawn": True}
    return {"by": correction.n, "time": _local(correction.text("time"), zone)}


def _show_fact(record: Record, zone: tzinfo) -> JsonObject:
    fact = record.fact
    return {
        "n": fact.n,
        "kind": fact.kind,
        "at": instant.local(fact.at, zone),
        "written_at": _local(fact.written_at, zone),
        "recorded_at": instant.local(fact.recorded_at, zone),
        "told": fact.told,
        "key": fact.key,
        "lamp": record.now.lamp,
        "data": _show_data(fact.data, zone),
        **({"source": fact.source or None} if fact.told else {}),
        **({"signed": fact.signed} if fact.signed else {}),
    }


def _show_data(data: Mapping[str, object], zone: tzinfo) -> JsonObject:
    """Return *data* with its instants in local time; they are stored in UTC."""
    return {
        name: _local(value, zone)
        if isinstance(value, str) and name in _INSTANTS and not instant.is_date(value)
        else show_differing(value, zone)
        if name == DIFFERS
        else value
        for name, value in data.items()
    }


def show_differing(findings: object, zone: tzinfo) -> list[JsonObject]:
    """Return the findings that a contest names, with their instants in local time."""
    rows = findings if isinstance(findings, list) else []
    return [{**row, "at": _local(row["at"], zone)} for row in rows]


def _local(at: datetime | str | None, zone: tzinfo) -> str | None:
    return instant.local(instant.parse(at) if isinstance(at, str) else at, zone) if at else None
