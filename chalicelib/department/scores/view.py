"""A score as it is answered: its points, and for each deduction the card and the fact that took it.

Pure. It has no ranking and no comparison. A department that thinks a card should not count appeals
against the card: a revoked card gives its points back.
"""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from chalicelib import instant
from chalicelib.cases.case_id import card_id
from chalicelib.department.ledger import LedgerEntry
from chalicelib.department.scores.bonus import Bonus
from chalicelib.department.scores.score import Score
from chalicelib.intake.json_text import JsonObject
from chalicelib.policy.scoring import Scoring

NOT_MEASURED = "未测评"


def sections(score: Score, scheme: Scoring, measured: Scoring) -> list[JsonObject]:
    """Return each section of *scheme*: its points, and the points left where it is *measured*."""
    return [
        {
            "id": section.id,
            "title": section.title,
            "english": section.english,
            "points": section.points,
            "measured": is_measured,
            "left": score.left_of(section) if is_measured else None,
            "note": "" if is_measured else NOT_MEASURED,
        }
        for section in scheme.sections
        for is_measured in [section in measured.sections]
    ]


def write_deductions(score: Score, public_case: str, zone: tzinfo) -> list[JsonObject]:
    """Return each deduction, in order of time in its section; `worth` is its full number."""
    return [
        {
            "section": deduction.section.id,
            "points": deduction.points,
            "worth": deduction.worth,
            "basis": deduction.basis,
            "cards": cards(deduction.entries, public_case, zone),
        }
        for deduction in score.deductions
    ]


def cards(entries: Iterable[LedgerEntry], public_case: str, zone: tzinfo) -> list[JsonObject]:
    """Return the cards, or the warnings, of *entries*; `fact` is the number in *public_case*."""
    return [
        {
            "card": card_id(public_case, entry.n) if entry.card.startswith(".") else entry.card,
            "level": entry.level,
            "rule": entry.rule,
            "item": entry.item,
            "post": entry.stage,
            "at": instant.local(entry.at, zone),
            "state": entry.state,
            "fact": {"case": public_case, "n": entry.n},
        }
        for entry in entries
    ]


def parts(name: str, scores: Mapping[str, Score]) -> list[JsonObject]:
    """Return the score of each item, or post, by itself."""
    return [
        {name: part, "points": score.left, "of": score.full, "taken": score.full - score.left}
        for part, score in scores.items()
    ]


def earned(bonus: Bonus | None, catalogue: str) -> list[JsonObject]:
    """Return the bonus, with the version of the catalogue that it rests on."""
    if bonus is None:
        return []
    names = ("points", "basis", "catalogue", "item", "cut")
    fields = {**bonus._asdict(), "catalogue": catalogue}
    return [{name: fields[name] for name in names}]
