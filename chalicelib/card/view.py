"""A card as inspectors and its department see it: its state, its clocks, its recipients.

Pure: snapshots, facts and records in, plain dictionaries out. The text of an act is kept apart from
its fact. Whoever may see a card may read the text here, or nobody could decide about an appeal.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from chalicelib import instant
from chalicelib.card.state import CardState
from chalicelib.card.words import finding_of, show_finding
from chalicelib.cases.case_id import parts_of
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import Record
from chalicelib.cases.view import show_history
from chalicelib.clock.due import Due
from chalicelib.findings.instrument import form_of
from chalicelib.intake.json_text import JsonObject
from chalicelib.papers.paper import Paper
from chalicelib.people.recipients import Recipient
from chalicelib.policy.ladder import LEVELS, Level
from chalicelib.policy.papers import PaperName
from chalicelib.policy.profile import Profile

Numbers = Mapping[str, tuple[int, int, str]]
"""By level: the year, the number that the register of that year gave, and how it is written."""


def line(snapshot: CaseSnapshot, zone: tzinfo) -> JsonObject:
    """Show the state of a card and the finding behind it, in one line of a list at `/v1/cards`."""
    return {
        "id": parts_of(snapshot.case)[0],
        "level": snapshot.level,
        "state": snapshot.lamp,
        "department": snapshot.department,
        "region": snapshot.region,
        "item": snapshot.item,
        **show_finding(snapshot.about, zone, root=""),
        **_clocks(snapshot.dues, zone),
    }


def full(
    state: CardState, records: Sequence[Record], dues: Mapping[str, Due], profile: Profile
) -> JsonObject:
    """Show a card with all that happened to it, in the order in which it was recorded."""
    opening = state.opening
    assert opening is not None  # noqa: S101 - a card's own case begins with it
    zone = profile.zone
    return {
        "id": state.card,
        "level": state.level,
        "state": state.state,
        **opening.belongs_to,
        **show_finding(finding_of(state), zone, root="../"),
        **_clocks(dues, zone),
        "basis": opening.text("basis"),
        "breaks": opening.text("breaks"),
        **_form(state),
        "times_answered": state.times_answered,
        "times_sent_back": state.times_sent_back,
        "issued_at": instant.local(state.issued.recorded_at, zone) if state.issued else None,
        "step": _step(state, zone),
        "recipients": list(_recipients(state, profile)),
        "history": show_history(records, zone),
    }


def _form(state: CardState) -> JsonObject:
    """Show how a card went out when it was issued; an instrument only where it has one."""
    issued = state.issued
    if issued is None:
        return {"form": None}
    instrument = issued.text("instrument")
    form = form_of(issued.text("level"), instrument, issued.text("basis_kind"))
    return {"form": form, **({"instrument": instrument} if instrument else {})}


def _step(state: CardState, zone: tzinfo) -> JsonObject | None:
    """Show the step up that waits for a person; None where none does."""
    if state.step is None:
        return None
    texts = {name: state.step.text(name) for name in ("level", "basis_kind", "breaks")}
    due_at = instant.local(instant.parse(state.step.text("due_at")), zone)
    return {**texts, "at": instant.local(state.step.at, zone), "due_at": due_at}


def numbers(given: Numbers) -> list[JsonObject]:
    """Show the formal numbers of a card: one for each level that it reached, the lowest first."""
    names = ("year", "number", "text")
    reached = [level for level in LEVELS if level in given]
    return [{"level": level, **dict(zip(names, given[level], strict=True))} for level in reached]


def documents(card: str, drafted: Mapping[PaperName, Paper]) -> list[JsonObject]:
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


def posts(recipients: Iterable[Recipient]) -> list[JsonObject]:
    """Show the posts behind the roles that receive a card, and who holds them: by ids, no names."""
    return [
        {
            "role": each.role,
            "unit": each.unit,
            "by": each.by,
            "post": each.post or None,
            "title": each.title or None,
            "people": list(each.people),
            "note": each.note or None,
        }
        for each in recipients
    ]


def _recipients(state: CardState, profile: Profile) -> tuple[str, ...]:
    """Return the roles that receive the card, lower levels first; a proposal has none yet."""
    level: Level | None = next((name for name in LEVELS if name == state.level), None)
    return profile.ladder.recipients(level) if level and state.issued else ()


def _clocks(dues: Mapping[str, Due], zone: tzinfo) -> JsonObject:
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
