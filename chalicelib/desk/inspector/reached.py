"""What a supervising person reaches: the posts by which he reads, and the case or card.

The department and the region are those on record, never those of an address or a form. Another's
card is 403, for that it exists is public; another's case is 404.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.card.acts import ActRequest, read_act
from chalicelib.card.recording import record_act
from chalicelib.card.routes import card_of_caller, card_to_act_on
from chalicelib.card.stages import CardAct
from chalicelib.card.store import CardOnRecord
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.desk.answering import Desk
from chalicelib.desk.frame import desk_words
from chalicelib.desk.inspector.work_view import ShownWith
from chalicelib.desk.passkeys.signing import signed_in_form
from chalicelib.errors import Rejected
from chalicelib.people.caller import Caller
from chalicelib.people.rights import Act
from chalicelib.permit.reading.routes import kept_today, no_such_case
from chalicelib.plumbing.query import decode_parameter

if TYPE_CHECKING:
    from chalicelib.intake.taken import ReceivedEvent

FOLDER = Path(__file__).parent
SUPERVISING = ("inspector", "supervisor", "auditor")
MASKED = "auditor"  # reads without what people wrote


def supervising(desk: Desk) -> tuple[Caller, ...]:
    """Return the posts by which the person supervises. Raises Rejected (403) where he has none."""
    posts = tuple(caller for caller in desk.who.callers if caller.role in SUPERVISING)
    if not posts:
        zh = "此页供监察、督查和审计人员使用，您没有这样的岗位。"
        raise Rejected(403, zh=zh, en="this page is for those who supervise; you hold no such post")
    return posts


def reach(desk: Desk, act: Act, snapshot: CaseSnapshot) -> Caller | None:
    """Return the post by which the person may do *act* about a case; None where none does."""
    kept = kept_today(desk.services, snapshot)
    return next((each for each in supervising(desk) if kept.is_within(each, act)), None)


def seen_card(desk: Desk, card_id: str) -> tuple[Caller, CardOnRecord]:
    """Return the card of this id, and the post by which he may see it. Raises Rejected."""
    return card_of_caller(desk.services, supervising(desk), card_id)


def seen_case(desk: Desk, case_id: str) -> tuple[Caller, CaseSnapshot]:
    """Return the case of this id, and the post by which he may see it. Raises Rejected (404)."""
    name = decode_parameter(case_id)
    snapshot = desk.services.cases.get(name) if name else None
    caller = reach(desk, "see_case", snapshot) if snapshot else None
    if snapshot is None or caller is None or snapshot.kind == "sealed":  # a lead is no case here
        raise no_such_case(is_denial=snapshot is not None)
    return caller, snapshot


def act_on_card(
    desk: Desk, card_id: str, act: CardAct, form: Mapping[str, str], key: str
) -> "ReceivedEvent":
    """Record what the person does about a card, once for each *key*. Raises Rejected.

    The *form* has its words as `text_` and the act, and what he signed, if anything.
    """
    services = desk.services
    caller, card = card_to_act_on(services, desk.who.callers, card_id, act)
    fields = {"text": form.get(f"text_{act}", "").strip()}
    if act == "decide":
        fields["outcome"] = form.get("outcome", "")
    given = {name: text for name, text in fields.items() if text}
    payload, signed = read_act(act, json.dumps(given).encode()), signed_in_form(form)
    request = ActRequest(act, payload, caller.role, caller.id, signed)
    done = record_act(services, caller, card, request, key)
    assert done is not None  # noqa: S101 - under a key the same act is given again
    return done


def shown_now(desk: Desk) -> ShownWith:
    """Return what the rows of a page are shown with."""
    services = desk.services
    now, profile = services.now(), services.profile()
    instrument = str(profile.instrument_at(now) or "")
    return ShownWith(now, profile.zone, desk.language, services.item_names.current(), instrument)


def words_in(desk: Desk) -> dict[str, str]:
    """Return the words of these pages in the reader's language."""
    return desk_words(desk.language, FOLDER)


def line_of(desk: Desk, refusal: Rejected) -> str:
    """Return what a refusal says, without the name of a field before it."""
    text = refusal.line(desk.language)
    prefix = f"{refusal.field}"
    return text.removeprefix(f"{prefix}：").removeprefix(f"{prefix}: ")
