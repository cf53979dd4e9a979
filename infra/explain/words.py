"""What `duban explain card` prints: one thing in a line, and the days of the clock."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.day_by_day import lines as days

Explained = Mapping[str, Any]

_VERDICTS = {
    "same": "derived again: the same",
    "differs": "derived again: NOT the same",
    "does_not_follow": "derived again: NOT the same, for it does not follow",
    "unknown": "cannot be derived again here: the rules that it names are not at hand",
}


def lines(told: Explained) -> Iterator[str]:
    """Tell a card as `explained` gives it."""
    yield f"{'  '.join((*told['numbers'], told['card']))}"
    yield _joined(told, "level", "rule", "ground", "department", "region", "item")
    yield f"{told['kind']} is fact {told['n']} of {told['case']}"
    yield f"legal instant {told['at']}; due {told['due_at'] or '–'}; recorded {told['recorded_at']}"
    if told["basis"]:
        yield f"basis {told['basis']}"
    yield f"policy {told['policy'] or '–'}"
    yield f"calendar {told['calendar'] or '–'}"
    yield from _facts("rests on", told["rests_on"])
    yield from _facts("its life", told["life"])
    yield from _clock(told["explained"])
    yield ""
    for one in told["derivations"]:
        yield from _derived(one)
    yield _VERDICTS[told["verdict"]]


def _joined(told: Explained, *names: str) -> str:
    return " · ".join(str(told[name]) for name in names if told[name])


def _facts(title: str, rows: list[Explained]) -> Iterator[str]:
    if rows:
        yield f"{title}:"
    for row in rows:
        about = " ".join(str(row[name]) for name in ("level", "rule") if row[name])
        source = f" from {row['from']}" if row["from"] else ""
        yield f"{row['n']:>4}  {row['at']}  {row['kind']}{f' {about}' if about else ''}{source}"


def _clock(clock: Explained | None) -> Iterator[str]:
    if clock is None:
        return
    yield ""
    yield from days(clock["steps"])
    yield ""
    yield clock["explanation"]


def _derived(explained: Explained) -> Iterator[str]:
    where = f"{explained['kind']}, fact {explained['n']} of {explained['case']}"
    missing = f" (not at hand: {explained['missing']})" if explained["missing"] else ""
    yield f"{explained['verdict'].replace('_', ' '):<15}  {where}{missing}"
    for other in explained["differences"]:
        yield f"  {other['field']}: recorded {other['recorded']}, derived {other['derived']}"
