"""What a score says of itself: points, and with each point the card and the fact that took it.

Pure. There is no rank and no comparison in it. Whoever thinks that a card should not count appeals
against the card: revoked, it gives its points back.
"""

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from chalicelib import instant
from chalicelib.cards.ledger import Row
from chalicelib.cards.scores.bonus import Bonus
from chalicelib.cards.scores.score import Score, Taken
from chalicelib.cases.kind import card_id
from chalicelib.policy.scoring import Scoring

Shown = dict[str, Any]


def sections(found: Score, scheme: Scoring) -> list[Shown]:
    """Each part of the score: what it is worth, and what is left of it."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "english": one.english,
            "points": one.points,
            "left": found.left_of(one),
        }
        for one in scheme.sections
    ]


def taken(found: Score, public_case: str, zone: tzinfo) -> list[Shown]:
    """Each deduction, in order of time in its section; `worth` is what it would be by itself."""
    return [_taken(one, public_case, zone) for one in found.taken]


def _taken(one: Taken, public_case: str, zone: tzinfo) -> Shown:
    return {
        "section": one.section.id,
        "points": one.points,
        "worth": one.worth,
        "basis": one.basis,
        "cards": cards(one.rows, public_case, zone),
    }


def cards(rows: Iterable[Row], public_case: str, zone: tzinfo) -> list[Shown]:
    """The cards, or the warnings, of *rows*; `fact` is where the department's own case says so."""
    return [
        {
            "card": card_id(public_case, row.n) if row.card.startswith(".") else row.card,
            "level": row.rank,
            "rule": row.rule,
            "item": row.item,
            "post": row.stage,
            "at": instant.local(row.at, zone),
            "state": row.state,
            "fact": {"case": public_case, "n": row.n},
        }
        for row in rows
    ]


def parts(name: str, scores: Mapping[str, Score]) -> list[Shown]:
    """The score of each item, or post, by itself."""
    return [
        {name: one, "points": found.left, "of": found.full, "taken": found.full - found.left}
        for one, found in scores.items()
    ]


def earned(found: Bonus | None, catalogue: str) -> list[Shown]:
    """The bonus, with the version of the catalogue that it rests on."""
    if found is None:
        return []
    return [
        {
            "points": found.points,
            "basis": found.basis,
            "catalogue": catalogue,
            "item": found.item,
            "cut": found.cut,
        }
    ]
