"""The output of `duban explain card`: the fields of the card, and the days of its clock."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.terminal.day_by_day import day_lines

Explained = Mapping[str, Any]

_VERDICTS = {
    "same": "derived again: the same",
    "differs": "derived again: NOT the same",
    "does_not_follow": "derived again: NOT the same, for it does not follow",
    "unknown": "cannot be derived again here: the rules that it names are not at hand",
}


def card_lines(explained: Explained) -> Iterator[str]:
    """Yield the lines of a card, which `explain_card` returned."""
    yield f"{'  '.join((*explained['numbers'], explained['card']))}"
    yield _joined(explained, "level", "rule", "ground", "department", "region", "item")
    yield f"{explained['kind']} is fact {explained['n']} of {explained['case']}"
    due_at, recorded_at = explained["due_at"] or "–", explained["recorded_at"]
    yield f"legal instant {explained['at']}; due {due_at}; recorded {recorded_at}"
    if explained["basis"]:
        yield f"basis {explained['basis']}"
    if explained["instrument"]:
        yield f"instrument {explained['instrument']}"
    yield f"policy {explained['policy'] or '–'}"
    yield f"calendar {explained['calendar'] or '–'}"
    yield from _facts("rests on", explained["rests_on"])
    yield from _facts("its life", explained["life"])
    yield from _clock(explained["explained"])
    yield ""
    for derivation in explained["derivations"]:
        yield from _derivation_lines(derivation)
    yield _VERDICTS[explained["verdict"]]


def _joined(explained: Explained, *names: str) -> str:
    return " · ".join(str(explained[name]) for name in names if explained[name])


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
    yield from day_lines(clock["steps"])
    yield ""
    yield clock["explanation"]


def _derivation_lines(derivation: Explained) -> Iterator[str]:
    where = f"{derivation['kind']}, fact {derivation['n']} of {derivation['case']}"
    missing = f" (not at hand: {derivation['missing']})" if derivation["missing"] else ""
    yield f"{derivation['verdict'].replace('_', ' '):<15}  {where}{missing}"
    for other in derivation["differences"]:
        yield f"  {other['field']}: recorded {other['recorded']}, derived {other['derived']}"
