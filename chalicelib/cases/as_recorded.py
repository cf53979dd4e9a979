"""The history of a case: all its facts as they were recorded, each with its correction.

A fact never changes. It has the times when it happened (`at`), when the source wrote it down
(`written_at`) and when we recorded it (`recorded_at`). `correction` is the correction of it that
acts in the judged reading; the others are facts of the history too. A late report that acts at
another time than its own shows that as `acts_at`.
"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from chalicelib import instant
from chalicelib.cases.correction import Corrected, apply_corrections, is_withdrawal
from chalicelib.cases.fact import Fact
from chalicelib.cases.stored_fact import Record
from chalicelib.intake.json_text import JsonObject

DIFFERS = "differs"
_INSTANTS = frozenset({"due_at", "was", "noticed_at", "notified_at", "time"})


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
        "written_at": instant.local(fact.written_at, zone) if fact.written_at else None,
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


def _local(text: str, zone: tzinfo) -> str:
    return instant.local(instant.parse(text), zone)
