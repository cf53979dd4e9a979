"""`GET /desk/search?q=`: a number, a card, a public name, a day, a case, an item, a department.

Each search asks a few tables, each once, and the page says which and how far. What the reader's
posts do not reach is not found.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.board.published_card import PublishedCard
from chalicelib.cases.case_id import card_case, register_case
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import ALIGHT
from chalicelib.desk.answering import Desk, desk_page
from chalicelib.desk.inspector.reached import FOLDER, reach, shown_now, supervising
from chalicelib.desk.inspector.search import (
    Query,
    cases_named,
    departments_like,
    items_like,
    levels_of,
    read_query,
)
from chalicelib.desk.inspector.search_view import case_hit, fill_cards, number_hit, published_hit
from chalicelib.instant import parse
from chalicelib.intake.event_types import Derived
from chalicelib.plumbing.query import LONGEST_ID, read_name
from chalicelib.sample.store import internal_names

SOONEST = 300  # open cases of a department that are looked through, those due first
SHOWN = 50  # results of one kind
_SPAN = 600  # facts of a register that are read: a number has two, or one beside those that wait

blueprint = Blueprint(__name__)


class SearchAnswer:
    """What a search found, and what it *asked*, as the names of words."""

    def __init__(self) -> None:
        self.cards: list[dict[str, Any]] = []
        self.cases: list[dict[str, Any]] = []
        self.items: list[tuple[str, str]] = []
        self.departments: list[str] = []
        self.asked: list[str] = []


@blueprint.route("/desk/search", methods=["GET"])
@desk_page
def search(desk: Desk) -> Response:
    """Search."""
    supervising(desk)
    today = desk.services.now().astimezone(desk.services.profile().zone).date()
    query, found = read_query(read_name(desk.query, "q", LONGEST_ID), today), SearchAnswer()
    ways = {
        "number": _by_number,
        "card": _by_card,
        "public": _by_public_id,
        "day": _by_day,
        "text": _by_text,
    }
    if query.kind != "nothing":
        ways[query.kind](desk, query, found)
    if lacking := [row for row in found.cards if "case" not in row]:  # those of no snapshot yet
        lives = desk.services.cases.get_all({card_case(row["card"]) for row in lacking})
        fill_cards(lacking, lives, shown_now(desk))
    values = {
        "q": desk.query.get("q", ""),
        "kind": query.kind,
        "soonest": SOONEST,
        **vars(found),
    }
    return desk.page(FOLDER, "search", desk.services.name_tokens.reveal(values))


def _by_number(desk: Desk, query: Query, found: SearchAnswer) -> None:
    """Look the number up in the registers whose numbers are written so: three at most."""
    services, profile = desk.services, desk.services.profile()
    instrument = profile.instrument_at(services.now())
    code = instrument.code if instrument else ""
    found.asked.append("register")
    for level in levels_of(query, profile.numbering, code):
        case = register_case(code, level, query.year)
        # Each number takes one fact or two, so number n is no earlier than fact n - 1.
        for record in services.facts.some_of_case(case, query.number - 1, _SPAN):
            fact = record.fact
            if fact.kind == Derived.CARD_NUMBERED and fact.data.get("number") == query.number:
                if _reaches(desk, fact.text("department"), fact.text("region")):
                    found.cards.append(number_hit(fact, level))
                break


def _reaches_card(desk: Desk, card: PublishedCard) -> bool:
    return _reaches(desk, card.department, card.region)


def _reaches(desk: Desk, department: str, region: str) -> bool:
    kept = desk.services.keepers.of(department, region)
    return any(kept.is_within(post, "see_card") for post in supervising(desk))


def _by_card(desk: Desk, query: Query, found: SearchAnswer) -> None:
    found.asked.append("card")
    _add(desk, found, [desk.services.cases.get(card_case(query.text))])


def _by_public_id(desk: Desk, query: Query, found: SearchAnswer) -> None:
    """Look for the case that has this name in the public log, and in a draw of files."""
    found.asked.append("case")
    case = internal_names(desk.services, [query.text]).get(query.text)
    _add(desk, found, [desk.services.cases.get(case)] if case else [])


def _by_day(desk: Desk, query: Query, found: SearchAnswer) -> None:
    """Look for yellow and red cases that fell due on a day, and cards found on it."""
    services, day = desk.services, query.day
    zone = services.profile().zone
    if day is None:
        return
    begin = datetime.combine(day, time.min, zone)
    end = begin + timedelta(days=1)
    found.asked += ["alight", "published"]
    for lamp in ALIGHT:
        alight = services.cases.of_lamp(lamp, begin, end, SHOWN)
        _add(desk, found, [each for each in alight if _is_due_on(each, day, zone)])
    published = (
        card
        for card in services.board.cards(SOONEST)
        if parse(card.at).astimezone(zone).date() == day and card.level != "warning"
    )
    of_day = (card for card in published if _reaches_card(desk, card))
    found.cards += [published_hit(card, shown_now(desk)) for card in islice(of_day, SHOWN)]


def _is_due_on(snapshot: CaseSnapshot, day: date, zone: Any) -> bool:
    return bool(snapshot.due_at and snapshot.due_at.astimezone(zone).date() == day)


def _by_text(desk: Desk, query: Query, found: SearchAnswer) -> None:
    """Look for a case of this number, then for an item and a department of this name."""
    services, text = desk.services, query.text
    sources = [name for name in services.registrations.current().by_name if name]
    if named := cases_named(text, sources):
        found.asked.append("case")
        _add(desk, found, services.cases.get_all(named).values())
    found.asked += ["item", "department"]
    found.items = items_like(text, services.item_names.current())
    known = [*services.board.department_names(), *services.item_names.departments()]
    found.departments = departments_like(text, dict.fromkeys(known))
    if len(found.departments) == 1:
        _add(desk, found, _of_department(desk, found.departments[0], ""))
    elif found.items:
        owner = services.item_names.department_of(found.items[0][0])
        _add(desk, found, _of_department(desk, owner, found.items[0][0]))


def _of_department(desk: Desk, department: str, item: str) -> Iterator[CaseSnapshot]:
    """Yield a department's open cases that are due first, then its cards; of an *item* if given."""
    if not department:
        return
    for kind in ("permit", "card"):
        listed = desk.services.cases.of_department(kind, department, page=SOONEST)
        for snapshot in islice(listed, SOONEST):
            if item in ("", snapshot.item):
                yield snapshot


def _add(desk: Desk, found: SearchAnswer, snapshots: Any) -> None:
    """Add those of *snapshots* that the reader's posts reach, as far as they are shown."""
    shown = shown_now(desk)
    for snapshot in snapshots:
        if snapshot is None or snapshot.kind not in ("permit", "card"):
            continue
        if reach(desk, "see_case", snapshot) is None:
            continue
        rows = found.cards if snapshot.kind == "card" else found.cases
        if len(rows) < SHOWN:
            rows.append(case_hit(snapshot, shown))
