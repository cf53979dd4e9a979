"""`GET /desk/receipts?case=&act=`: the receipt of an act, for the person who did it.

A form leads here once its act is recorded. The inbox keeps the salt of the receipt; the words of
the act are in the vault, once it is a fact. So the receipt can be opened again at any time.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.cases.case_id import acts_in, is_ours, parts_of, sealed_case
from chalicelib.desk.addresses import case_address
from chalicelib.desk.answering import Desk, desk_page
from chalicelib.desk.inspector.fact_view import type_word
from chalicelib.desk.inspector.reached import FOLDER, SUPERVISING, seen_case, words_in
from chalicelib.errors import Rejected
from chalicelib.instant import local
from chalicelib.intake.event import OURS, Event, own_event
from chalicelib.intake.inbox_id import own_id
from chalicelib.lead.state import SEALED
from chalicelib.permit.reading.routes import case_of_person
from chalicelib.plumbing.query import LONGEST_ID, read_name

if TYPE_CHECKING:  # the stores are heavy
    from chalicelib.intake.pending_store import InboxItem

_LEADS = sealed_case("")  # what the name of a lead's case begins with

blueprint = Blueprint(__name__)


@blueprint.route("/desk/receipts", methods=["GET"])
@desk_page
def receipt(desk: Desk) -> Response:
    """Show what was recorded, and the receipt of it."""
    case = _case(desk, read_name(desk.query, "case", LONGEST_ID))
    name = read_name(desk.query, "act")
    services = desk.services
    item = services.inbox.get(case, own_id(name)) if name else None
    event = _event(desk, case, name, item) if item else None
    words = _words(event) if event else {}
    if item is None or event is None or words.get("actor") != desk.who.person.id:
        zh, en = "没有这份回执，或者不是您办理的。", "there is no such receipt, or it is not yours"
        raise Rejected(404, zh=zh, en=en)
    done = services.inbox.repeated(item, event)
    given = services.receipts.of_act(done)
    values = {
        "what": _what(desk, event, words),
        "at": local(done.received_at, services.profile().zone),
        "text": words.get("text", ""),
        "given": {part: _written(given[part]) for part in given},
        **_goes_on(desk, case, event),
    }
    return desk.page(FOLDER, "receipt", values)


def _case(desk: Desk, case: str) -> str:
    """Return the case, if he may see it; of a lead the receipt alone tells whose act it was."""
    if case.startswith(_LEADS):
        desk.who.with_right("see_lead")
        return case
    if desk.who.roles.isdisjoint(SUPERVISING):  # somebody of the department of a permit
        callers, address = desk.who.callers, case_address(case)
        return case_of_person(desk.services, callers, "see_case", address)[0].case
    return seen_case(desk, case_address(case))[1].case


def _words(event: Event) -> Mapping[str, Any]:
    """Return what was reported: of an act about a lead, what is sealed of it."""
    sealed = event["data"].get(SEALED)
    if not isinstance(sealed, str):
        return event["data"]
    content: dict[str, Any] = json.loads(sealed)
    return {**content, "text": content["reason"]}


def _what(desk: Desk, event: Event, words: Mapping[str, Any]) -> str:
    if SEALED in event["data"]:
        return words_in(desk)[f"act_{words['act']}"]
    return type_word(event["type"], words_in(desk))


def _written(part: object) -> str:
    return part if isinstance(part, str) else json.dumps(part, ensure_ascii=False, sort_keys=True)


def _goes_on(desk: Desk, case: str, event: Event) -> dict[str, str]:
    """Return where the page leads: to the card, to the late news, or to the record of the case."""
    if case.startswith(_LEADS):
        return {"to": f"desk/leads/{parts_of(case)[0]}", "case": case}
    if is_ours(case):
        return {"to": f"desk/answers/{parts_of(case)[0]}", "case": case}
    claim, address = event["data"].get("claim"), case_address(case)
    whole = "" if desk.who.roles.isdisjoint(SUPERVISING) else "/record"
    to = f"desk/cases/{address}{whole}" if claim is None else f"desk/claims/{address}/{claim}"
    return {"to": to, "case": case}


def _event(desk: Desk, case: str, name: str, item: "InboxItem") -> Event | None:
    """Return the act *name* as it was reported: as it waits, or from its fact and its words."""
    if item.event:
        event: Event = json.loads(item.event)
        return event
    services, key = desk.services, f"{OURS}/{name}"
    facts = (record.fact for record in services.facts.of_case(case))
    fact = next((each for each in facts if each.key == key), None)
    if fact is None:
        return None
    kept = services.vault.private_fields(case if is_ours(case) else acts_in(case))
    private: Mapping[str, Any] = kept.get(key, {})
    told = {field: value for field, value in fact.data.items() if field != "given"}
    return own_event(str(fact.kind), case, name, fact.at, {**told, **private})
