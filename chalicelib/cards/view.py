"""What those who supervise, and its department, see of a card: its life, its clocks, who was told.

Pure: heads, facts and records in, plain dictionaries out. What was said with a step is kept apart
from its fact; who may see a card may read it here, or nobody could decide about an appeal.
"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cards.life import Life
from chalicelib.cards.paper import Paper
from chalicelib.cases.head import Head
from chalicelib.cases.history import history
from chalicelib.cases.kind import parts_of
from chalicelib.cases.record import Record
from chalicelib.clock.due import Due
from chalicelib.policy.ladder import RANKS, Rank
from chalicelib.policy.papers import PaperName
from chalicelib.policy.profile import Profile

Shown = dict[str, Any]
Numbers = Mapping[str, tuple[int, int]]
"""By level: the year, and the number that the register of that year gave."""


def line(head: Head, zone: tzinfo) -> Shown:
    """Show where a card stands, in one line of a list."""
    where = {"department": head.department, "region": head.region, "item": head.item}
    card = parts_of(head.case)[0]
    return {
        "id": card,
        "level": head.level,
        "state": head.lamp,
        **where,
        **_clocks(head.dues, zone),
    }


def full(found: Life, records: Sequence[Record], dues: Mapping[str, Due], policy: Profile) -> Shown:
    """Show a card with all that happened to it, in the order in which it was recorded."""
    opening = found.opening
    assert opening is not None  # noqa: S101 - a card's own case begins with it
    zone = policy.zone
    due_at = opening.text("due_at")
    return {
        "id": found.card,
        "level": found.rank,
        "state": found.state,
        **opening.where,
        **_clocks(dues, zone),
        "case": found.issuer,
        "rule": opening.text("rule"),
        "ground": opening.text("ground"),
        "basis": opening.text("basis"),
        "at": instant.local(opening.at, zone),
        "due_at": instant.local(instant.parse(due_at), zone) if due_at else None,
        "issued_at": instant.local(found.issued.recorded_at, zone) if found.issued else None,
        "recipients": list(_recipients(found, policy)),
        "history": history(records, zone),
    }


def numbers(given: Numbers, policy: Profile) -> list[Shown]:
    """Show the formal numbers of a card: one for each level that it reached, the lowest first."""
    return [
        {
            "level": rank,
            "year": year,
            "number": number,
            "text": policy.numbering.text(rank, year, number),
        }
        for rank in RANKS
        if rank in given
        for year, number in [given[rank]]
    ]


def with_words(rows: Sequence[Shown], kept: Mapping[str, Mapping[str, object]]) -> list[Shown]:
    """Put to each fact of a history what was said with it: *kept* has that by the fact's key."""
    said = {key: fields["text"] for key, fields in kept.items() if "text" in fields}
    return [{**row, "text": said[row["key"]]} if row["key"] in said else row for row in rows]


def documents(card: str, drafted: Mapping[PaperName, Paper]) -> list[Shown]:
    """Show which documents there are, and where: relative to the card's own address."""
    return [
        {
            "name": name,
            "title": paper.title,
            "html": f"{card}/documents/{name}.html",
            "pdf": f"{card}/documents/{name}.pdf",
        }
        for name, paper in drafted.items()
    ]


def _recipients(found: Life, policy: Profile) -> tuple[str, ...]:
    """Who is told of it, by role, those of lower levels first; of a proposal nobody is yet."""
    rank: Rank | None = next((rank for rank in RANKS if rank == found.rank), None)
    return policy.ladder.recipients(rank) if rank and found.issued else ()


def _clocks(dues: Mapping[str, Due], zone: tzinfo) -> Shown:
    """Show the clocks that run, the first to end first."""
    return {
        "deadlines": [
            {
                "clock": clock,
                "due_at": instant.local(due.at, zone),
                "provisional": due.provisional,
                "missing": due.waits_for or None,
            }
            for clock, due in sorted(dues.items(), key=lambda pair: (pair[1].at, pair[0]))
        ]
    }
