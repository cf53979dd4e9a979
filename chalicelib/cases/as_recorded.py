"""The history of a case: all its facts as they were recorded, each correction beside its original.

A fact keeps what it first said for good: when it happened (`at`), when the source wrote it down
(`written_at`) and when we heard of it (`recorded_at`). What a correction makes of it stands beside
that, in `correction`; the corrections that were made of it before are facts of the history too.
"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cases.correction import corrected, is_withdrawal
from chalicelib.cases.fact import Fact
from chalicelib.cases.record import Record

_INSTANTS = frozenset({"due_at", "was", "noticed_at", "notified_at", "time"})

Shown = dict[str, Any]


def history(records: Sequence[Record], zone: tzinfo) -> list[Shown]:
    """Show the facts of *records* in the order in which they were recorded."""
    news = corrected([record.fact for record in records])
    about = {made.n: original.n for original, made in news.pairs}
    rows = []
    for record in records:
        row = _fact(record, zone)
        if record.fact.key in news.counts:
            row["correction"] = _correction(news.counts[record.fact.key], zone)
        if record.fact.n in about:
            row["corrects"] = about[record.fact.n]
        rows.append(row)
    return rows


def _correction(made: Fact, zone: tzinfo) -> Shown:
    """What the correction that counts says: the right time, or that it never happened."""
    if is_withdrawal(made):
        return {"by": made.n, "withdrawn": True}
    return {"by": made.n, "time": _local(made.text("time"), zone)}


def _fact(record: Record, zone: tzinfo) -> Shown:
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
        "data": _data(fact.data, zone),
    }


def _data(data: Mapping[str, object], zone: tzinfo) -> Shown:
    """Instants are stored in UTC and shown in local time, like all others."""
    return {
        name: _local(value, zone)
        if isinstance(value, str) and name in _INSTANTS and not instant.is_date(value)
        else value
        for name, value in data.items()
    }


def _local(text: str, zone: tzinfo) -> str:
    return instant.local(instant.parse(text), zone)
