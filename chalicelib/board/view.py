"""The rows of the public pages and their JSON, made from tallies, cards and due cases.

Pure: stored values and `now` in, plain dictionaries out. The same ones feed the templates and the
`.json` documents, so a page and its data agree. The internal case number stops here: no row has it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, TypeVar

from msgspec.structs import replace

from chalicelib import instant
from chalicelib.board.projection import COUNTS, Tally
from chalicelib.board.published_card import PublishedCard
from chalicelib.board.rates import (
    department_quality,
    department_rates,
    left_out,
    total_quality,
    total_rates,
)
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import LAMPS
from chalicelib.findings.rule_file import find_rule
from chalicelib.pages.words import Language
from chalicelib.policy.data_quality import DataQuality
from chalicelib.policy.ladder import PUBLIC_LEVELS
from chalicelib.policy.names import NameKind

OPEN = ("pending", "green", "yellow", "red")
COLOURED = ("card", "reminder")
_SHORT = 8


def counts(
    tallies: Iterable[Tally], measured: DataQuality, unjudged: Mapping[str, int]
) -> dict[str, Any]:
    """Return the counts of all together and of each department; *unjudged* by department."""
    tallies = list(tallies)
    return {
        "totals": totals(tallies, measured, sum(unjudged.values())),
        "departments": department_rows(tallies, measured, unjudged),
    }


def totals(tallies: Iterable[Tally], measured: DataQuality, unjudged: int = 0) -> dict[str, Any]:
    """Add up the tallies of all departments; *unjudged* cases wait to be judged."""
    tallies = list(tallies)
    return {
        "lamps": _sum(tallies, "lamps", LAMPS),
        **{name: _sum(tallies, name, PUBLIC_LEVELS) for name in COUNTS},
        "unjudged": unjudged,
        "data_quality": total_quality(tallies, measured),
        "rates": total_rates(tallies, measured),
        "left_out": left_out(tallies),
    }


def _sum(tallies: Iterable[Tally], counts: str, names: Iterable[str]) -> dict[str, int]:
    return {name: sum(getattr(tally, counts)[name] for tally in tallies) for name in names}


def department_row(tally: Tally, measured: DataQuality, unjudged: int = 0) -> dict[str, Any]:
    """Return the row of one department's counts; too few cases are not broken down (PUB-13)."""
    return {
        "department": tally.department,
        **totals([tally], measured, unjudged),
        "data_quality": department_quality(tally, measured),
        "rates": department_rates(tally, measured),
    }


def department_rows(
    tallies: Iterable[Tally], measured: DataQuality, unjudged: Mapping[str, int] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of departments with a count, the most red and yellow lamps first."""
    worst_first = sorted(
        (tally for tally in tallies if any(tally.lamps.values()) or any(tally.cards.values())),
        key=lambda tally: (-tally.lamps["red"], -tally.lamps["yellow"], tally.department),
    )
    waiting = unjudged or {}
    rows = ((tally, waiting.get(tally.department, 0)) for tally in worst_first)
    return [department_row(tally, measured, number) for tally, number in rows]


def due_row(
    snapshot: CaseSnapshot, now: datetime, zone: tzinfo, names: Mapping[str, str]
) -> dict[str, Any]:
    """Return the row of one open case that falls due next, with the time left."""
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
        "in_doubt": snapshot.is_in_doubt,
        "unjudged": snapshot.is_unjudged(now),
        "left_minutes": int((due_at - now) / timedelta(minutes=1)),
    }


def short_case(case: str) -> str:
    """Return a short form of a public case id, which a person can compare at a glance."""
    return case.removeprefix("c_")[:_SHORT]


def local_day(at: str, weekdays: str) -> str:
    """Return the date of a local instant: `11-24 周二`; *weekdays* are seven names."""
    when = datetime.fromisoformat(at)
    return f"{when:%m-%d} {weekdays.split()[when.weekday()]}"


def local_time_of_day(at: str, *, seconds: bool = False) -> str:
    """Return the time of day of a local instant."""
    return f"{datetime.fromisoformat(at):{'%H:%M:%S' if seconds else '%H:%M'}}"


def time_left(minutes: int, words: Mapping[str, str]) -> str:
    """Return in words how long is left, rounded down; days are elapsed days of 24 hours."""
    days, hours = minutes // 1440, minutes // 60
    if days > 1:
        return words["left_days"].format(n=days)
    if days == 1:
        return words["left_day"]
    return words["left_hours"].format(n=hours) if hours else words["left_minutes"]


def provisional_text(missing: str, words: Mapping[str, str]) -> str:
    """Return in words that a due instant is provisional, and which year's calendar is missing."""
    return words["provisional_for"].format(year=missing.removeprefix("calendar:"))


def ground_text(name: str, rule: str, language: Language, words: Mapping[str, str]) -> str:
    """Return in words why *rule* was broken: the ground's words, else the rule's own title."""
    entry = find_rule(rule)
    title = getattr(entry.title, language) if entry else rule
    return words.get(f"ground_{name}", title)


def face(row: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Return in words what a card is called: by its colour only where it has an instrument."""
    return words[f"level_{row['level']}" if row["form"] in COLOURED else f"form_{row['form']}"]


def lamp_bar(lamps: Mapping[str, int]) -> list[tuple[str, float, float]]:
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


def local_time(at: datetime | str, zone: tzinfo) -> str:
    """Return an instant in *zone* as text; "" for the empty text."""
    when = instant.parse(at) if isinstance(at, str) and at else at
    return instant.local(when, zone) if isinstance(when, datetime) else ""


def card_row(card: PublishedCard, zone: tzinfo) -> dict[str, Any]:
    """Return the row of one published card, its times in *zone*, in the words of its issue."""
    row: dict[str, Any] = {
        "index": card.index,
        "card": card.card,
        "form": card.form,
        **_formal(card, card.level, card.instrument),
        "case": card.public_case,
        "level": card.level,
        "state": card.state,
        "status": card.status,
        "stands": card.stands,
        "confirmed": card.confirmed,
        "rule": card.rule,
        "ground": card.ground,
        "basis": card.basis,
        "department": card.department,
        "region": card.region,
        "item": card.item,
        "item_name": card.words.get("item", ""),
        "at": _local(card.at, zone),
        "due_at": _local(card.due_at, zone) if card.due_at else None,
        "noticed_at": _local(card.noticed_at, zone),
        "outage": card.outage,
        "provisional": bool(card.missing),
        "missing": card.missing or None,
        "escalations": _escalations(card, zone),
    }
    if card.verdict or card.state != "issued":
        row["status_at"] = _local(card.status_at, zone)
        row["status_index"] = card.status_index
        row["status_reason"] = card.reason or None
    return row


def _escalations(card: PublishedCard, zone: tzinfo) -> list[dict[str, Any]]:
    return [
        {
            "level": fact.data["level"],
            "at": _local(fact.at, zone),
            **_formal(card, fact.data["level"], fact.data.get("instrument", "")),
        }
        for fact in card.escalations
    ]


def _formal(card: PublishedCard, level: str, instrument: str) -> dict[str, Any]:
    """Return number (None: not given yet) and instrument of *card* at *level*; {} without one."""
    if not instrument:
        return {}
    number = card.numbers.get(level)
    return {"number": number.written if number else None, "instrument": instrument}


def _local(text: str, zone: tzinfo) -> str:
    return instant.local(instant.parse(text), zone)


Shown = TypeVar("Shown", PublishedCard, CaseSnapshot)


class PublicNames:
    """The names that may be shown: a token is replaced once its name is known (CLAIMS §2).

    Only what has a token costs a read, once a process.
    """

    def __init__(
        self, name_of: Callable[[str], str], knows: Callable[[NameKind, str], bool]
    ) -> None:
        self._name_of = name_of
        self._knows = knows

    def shown(self, kind: NameKind, text: str) -> str:
        """Return the name that *text* stands for, if it is known by now; else *text*."""
        name = self._name_of(text)
        return name if name != text and self._knows(kind, name) else text

    def department(self, text: str) -> str:
        """Return what a department is called."""
        return self.shown("department", text)

    def of_card(self, card: PublishedCard) -> PublishedCard:
        """Return *card* as it is shown; a name that was known when it was issued stays."""
        shown = self.of_case(card)
        return replace(shown, department=card.words.get("department", shown.department))

    def of_case(self, case: Shown) -> Shown:
        """Return *case*, a snapshot or a card, as it is shown."""
        department, region = self.department(case.department), self.shown("region", case.region)
        return replace(
            case, department=department, region=region, item=self.shown("item", case.item)
        )

    def by_department(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return *counts* by what the departments are called, those of one added."""
        added: Counter[str] = Counter()
        for text, number in counts.items():
            added[self.department(text)] += number
        return added
