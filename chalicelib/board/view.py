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
from chalicelib.board.marks import Mark
from chalicelib.board.projection import COUNTS, Published, Tally
from chalicelib.board.words import Language
from chalicelib.cases.head import CaseSnapshot
from chalicelib.feed.entry import LAMPS
from chalicelib.policy.data_quality import DataQuality
from chalicelib.policy.ladder import LEVELS
from chalicelib.policy.numbering import NUMBERED, Numbering
from chalicelib.rules.table import rules

OPEN = ("pending", "green", "yellow", "red")
_SHORT = 8


def totals(tallies: Iterable[Tally], measured: DataQuality) -> dict[str, Any]:
    """Add up the tallies of all departments."""
    tallies = list(tallies)
    return {
        "lamps": {lamp: sum(tally.lamps[lamp] for tally in tallies) for lamp in LAMPS},
        **{
            name: {level: sum(getattr(one, name)[level] for one in tallies) for level in LEVELS}
            for name in COUNTS
        },
        "data_quality": overall(tallies, measured),
    }


def department_row(tally: Tally, measured: DataQuality) -> dict[str, Any]:
    """Show one department's counts."""
    return {
        "department": tally.department,
        "lamps": {lamp: tally.lamps[lamp] for lamp in LAMPS},
        **{name: {level: getattr(tally, name)[level] for level in LEVELS} for name in COUNTS},
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
    published: Published, zone: tzinfo, names: Mapping[str, str], numbering: Numbering
) -> dict[str, Any]:
    """Show one published card; *names* gives the items' names by their codes."""
    card, mark = published.card, published.mark or Mark(published.card.card)
    row: dict[str, Any] = {
        "index": card.index,
        "card": card.card,
        "number": _number(mark, card.level, numbering),
        "case": card.public_case,
        "level": card.level,
        "state": mark.state,
        "status": mark.status,
        "stands": mark.stands,
        "confirmed": card.confirmed,
        "rule": card.rule,
        "ground": card.ground,
        "basis": card.basis,
        "department": card.department,
        "region": card.region,
        "item": card.item,
        "item_name": names.get(card.item, ""),
        "at": _local(card.at, zone),
        "due_at": _local(card.due_at, zone) if card.due_at else None,
        "noticed_at": _local(card.noticed_at, zone),
        "outage": card.outage,
        "provisional": bool(card.missing),
        "missing": card.missing or None,
        "escalations": _escalations(mark, zone, numbering),
    }
    if mark.verdict or mark.state != "issued":
        row["status_at"] = _local(mark.at, zone)
        row["status_index"] = mark.index
        row["status_reason"] = mark.reason or None
    return row


def _escalations(mark: Mark, zone: tzinfo, numbering: Numbering) -> list[dict[str, Any]]:
    return [
        {
            "level": fact.data["level"],
            "at": _local(fact.at, zone),
            "number": _number(mark, fact.data["level"], numbering),
        }
        for fact in mark.escalations
    ]


def _number(mark: Mark, level: str, numbering: Numbering) -> str | None:
    """The formal number (文号) of a card at *level*, once the register has given it."""
    given = mark.numbers.get(level)
    rank = next((one for one in NUMBERED if one == level), None)
    return numbering.text(rank, given.year, given.number) if given and rank else None


def due_row(
    snapshot: CaseSnapshot, now: datetime, zone: tzinfo, names: Mapping[str, str]
) -> dict[str, Any]:
    """Show one open case that falls due next, and how long it has left."""
    due_at = snapshot.due_at or now
    return {
        "case": snapshot.public_case,
        "item": snapshot.item,
        "item_name": names.get(snapshot.item, ""),
        "department": snapshot.department,
        "lamp": snapshot.lamp,
        "paused": snapshot.is_paused,
        "due_at": instant.local(due_at, zone),
        "provisional": snapshot.is_provisional,
        "missing": snapshot.waits_for or None,
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


def ground(name: str, rule: str, language: Language, words: Mapping[str, str]) -> str:
    """Say in words why *rule* was met: the ground where it has words, else the rule's own title."""
    known = rules().get(rule)
    title = getattr(known.title, language) if known else rule
    return words.get(f"ground_{name}", title)


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
