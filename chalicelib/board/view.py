"""What the public pages and their JSON show, made from tallies, cards and due cases.

Pure: stored values and `now` in, plain dictionaries out; the same ones feed the templates and the
`.json` documents, so a page never says more, or other things, than the data. The internal case
number stops here: nothing below carries it.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.board.data_quality import overall, quality
from chalicelib.board.projection import LEVELS, Card, Mark, Tally
from chalicelib.cases.head import Head
from chalicelib.feed.entry import LAMPS
from chalicelib.policy.data_quality import DataQuality

OPEN = ("pending", "green", "yellow", "red")
_SHORT = 8


def totals(tallies: Iterable[Tally], measured: DataQuality) -> dict[str, Any]:
    """Add up the tallies of all departments."""
    lamps, cards = dict.fromkeys(LAMPS, 0), dict.fromkeys(LEVELS, 0)
    for tally in (tallies := list(tallies)):
        for lamp in LAMPS:
            lamps[lamp] += tally.lamps[lamp]
        for level in LEVELS:
            cards[level] += tally.cards[level]
    return {"lamps": lamps, "cards": cards, "data_quality": overall(tallies, measured)}


def department_row(tally: Tally, measured: DataQuality) -> dict[str, Any]:
    """Show one department's counts."""
    return {
        "department": tally.department,
        "lamps": {lamp: tally.lamps[lamp] for lamp in LAMPS},
        "cards": {level: tally.cards[level] for level in LEVELS},
        "data_quality": quality(tally, measured),
    }


def department_rows(tallies: Iterable[Tally], measured: DataQuality) -> list[dict[str, Any]]:
    """Show every department that has a count, those with the most red and yellow lamps first."""
    worst_first = sorted(
        (one for one in tallies if any(one.lamps.values()) or any(one.cards.values())),
        key=lambda one: (-one.lamps["red"], -one.lamps["yellow"], one.department),
    )
    return [department_row(tally, measured) for tally in worst_first]


def card_row(
    card: Card, mark: Mark | None, zone: tzinfo, names: Mapping[str, str]
) -> dict[str, Any]:
    """Show one published card; *names* gives the items' names by their codes."""
    row: dict[str, Any] = {
        "index": card.index,
        "card": card.card,
        "case": card.public_case,
        "level": card.level,
        "status": mark.status if mark else "issued",
        "stands": mark.stands if mark else True,
        "rule": card.rule,
        "ground": card.ground,
        "basis": card.basis,
        "department": card.department,
        "region": card.region,
        "item": card.item,
        "item_name": names.get(card.item, ""),
        "at": _local(card.at, zone),
        "due_at": _local(card.due_at, zone),
        "noticed_at": _local(card.noticed_at, zone),
        "outage": card.outage,
        "provisional": bool(card.missing),
        "missing": card.missing or None,
    }
    if mark:
        row["status_at"] = _local(mark.at, zone)
        row["status_index"] = mark.index
        row["status_reason"] = mark.reason or None
    return row


def due_row(head: Head, now: datetime, zone: tzinfo, names: Mapping[str, str]) -> dict[str, Any]:
    """Show one open case that falls due next, and how long it has left."""
    due_at = head.due_at or now
    return {
        "case": head.public_case,
        "item": head.item,
        "item_name": names.get(head.item, ""),
        "department": head.department,
        "lamp": head.lamp,
        "paused": head.is_paused,
        "due_at": instant.local(due_at, zone),
        "provisional": head.is_provisional,
        "missing": head.waits_for or None,
        "left_minutes": int((due_at - now) / timedelta(minutes=1)),
    }


def short(case: str) -> str:
    """Shorten a public case id to what a person can compare at a glance."""
    return case.removeprefix("c_")[:_SHORT]


def day(at: str, weekdays: str) -> str:
    """Show the date of a local instant: `11-24 周二`; *weekdays* are seven names."""
    when = datetime.fromisoformat(at)
    return f"{when:%m-%d} {weekdays.split()[when.weekday()]}"


def clock(at: str, *, seconds: bool = False) -> str:
    """Show the time of day of a local instant."""
    return f"{datetime.fromisoformat(at):{'%H:%M:%S' if seconds else '%H:%M'}}"


def left(minutes: int, words: Mapping[str, str]) -> str:
    """Say in words how long is left, rounded down; days are elapsed days of 24 hours."""
    days, hours = minutes // 1440, minutes // 60
    if days > 1:
        return words["left_days"].format(n=days)
    if days == 1:
        return words["left_day"]
    return words["left_hours"].format(n=hours) if hours else words["left_minutes"]


def provisional(missing: str, words: Mapping[str, str]) -> str:
    """Say that a due instant is provisional, and for want of which year's calendar."""
    return words["provisional_for"].format(year=missing.removeprefix("calendar:"))


def bar(lamps: Mapping[str, int]) -> list[tuple[str, float, float]]:
    """Divide a bar of width 100 among the open cases' lamps: (lamp, from, width), red first."""
    total = sum(lamps[lamp] for lamp in OPEN)
    parts: list[tuple[str, float, float]] = []
    at = 0.0
    for lamp in reversed(OPEN):
        if lamps[lamp]:
            width = 100 * lamps[lamp] / total
            parts.append((lamp, round(at, 2), round(width, 2)))
            at += width
    return parts


def _local(text: str, zone: tzinfo) -> str:
    return instant.local(instant.parse(text), zone)


def shown_time(at: datetime | str, zone: tzinfo) -> str:
    """Show an instant in *zone*; the empty text where nothing has happened yet."""
    if isinstance(at, datetime):
        return instant.local(at.astimezone(UTC), zone)
    return _local(at, zone) if at else ""
