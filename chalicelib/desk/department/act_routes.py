"""One card, and what its department does about it: acknowledge, answer, appeal (签收、答复、申诉).

`GET` shows a page with the form, `POST` does the act by the same door as the API: once for each key
that came with the page. A clerk drafts an answer or an appeal, and the head of the department sends
it. The draft lies in the vault. What was typed is never lost: a refused form is shown again.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from chalice.app import Response
from msgspec.structs import replace

from chalicelib.card.acts import ACTS, ActRequest, read_act
from chalicelib.card.clocks import APPEAL_WINDOW, deadlines
from chalicelib.card.recording import kept_of, record_act, rules_in
from chalicelib.card.routes import card_of_caller, show_state, show_whole_card
from chalicelib.cases.case_id import card_case
from chalicelib.cases.fact import Fact
from chalicelib.desk.answering import Desk
from chalicelib.desk.department import card_view
from chalicelib.desk.department.card_view import DRAFTED, GROUNDS, OWN_ACTS, OwnAct
from chalicelib.desk.department.list_routes import FOLDER, page_of_desk
from chalicelib.desk.frame import desk_words
from chalicelib.desk.passkeys.signing import signed_in_form, signing_values
from chalicelib.desk.signed_in import read_form, read_form_key
from chalicelib.errors import Rejected, Unknown
from chalicelib.instant import local
from chalicelib.intake.event import OURS, Event, own_event
from chalicelib.intake.inbox_id import own_id
from chalicelib.people.rights import Act, is_of_department, only_drafts
from chalicelib.plumbing.query import check_names, read_name

if TYPE_CHECKING:
    from chalicelib.intake.taken import ReceivedEvent
    from chalicelib.people.caller import Caller

_DONE = "sent"
# By the state of a card: the right that those who supervise need then, and the address of the page.
_SUPERVISED: Mapping[str, tuple[Act, str]] = {
    "proposed": ("confirm", "proposals"),
    "step_proposed": ("confirm", "proposals"),
    "appealed": ("decide", "appeals"),
    "responded": ("send_back", "answers"),
    "closed": ("send_back", "answers"),
}


class _Scene:
    """A card, who looks at it, and what he may do about it now."""

    def __init__(self, desk: Desk, card_id: str) -> None:
        self.desk = desk
        callers = desk.who.with_right("see_card")
        self.caller, self.card = card_of_caller(desk.services, callers, card_id)
        kept = kept_of(desk.services, self.card.state)  # after a reorganisation: by the successor
        self.department, self.region = kept.keeper, kept.region

    @property
    def id(self) -> str:
        """The id of the card."""
        return self.card.state.card

    @property
    def as_department(self) -> dict[str, Any]:
        """The card with the acts that its department may take now; this reads no table."""
        return show_state(self.desk.services, replace(self.caller, role="department"), self.card)

    def may(self, act: OwnAct) -> bool:
        """Return whether one of the posts may do *act* about this card."""
        return self.desk.who.may(ACTS[act].right, self.department, self.region)

    def may_draft(self, act: OwnAct) -> bool:
        """Return whether one of the posts may draft *act*, and none may do it."""
        right, callers = ACTS[act].right, self.desk.who.callers
        where = self.department, self.region
        drafts = any(only_drafts(each, right, *where) for each in callers)
        return act in DRAFTED and drafts and not self.may(act)

    @property
    def supervised_at(self) -> str:
        """The page on which this person supervises the card in its state; empty where none is."""
        right, page = _SUPERVISED.get(self.card.state.state, (None, ""))
        may = right and self.desk.who.may(right, self.department, self.region)
        return f"desk/{page}/{self.id}" if may else ""

    def offered(self, fit: list[Any]) -> list[card_view.OfferedAct]:
        """Return those of the acts that *fit* which this person may take or draft."""
        may = {act for act in OWN_ACTS if self.may(act)}
        return card_view.offered(fit, may, {act for act in OWN_ACTS if self.may_draft(act)})


def show_card(desk: Desk, card_id: str) -> Response:
    """Show one card; after an act, `?sent=` shows its receipt to the person who acted."""
    check_names(desk.query, {"lang", _DONE})
    scene, sent = _Scene(desk, card_id), read_name(desk.query, _DONE)
    state = scene.as_department
    if sent:
        values = {**state, "numbers": [], "documents": []}
        receipt = _receipt(scene, sent)
    else:
        values, receipt = show_whole_card(desk.services, scene.caller, scene.card), None
    acts = scene.offered(state["possible"])
    shown = card_view.card_values(values, acts, desk.services.now())
    more = {"receipt": receipt, "sent": bool(sent), "supervised_at": scene.supervised_at}
    return page_of_desk(desk, "card", {**shown, **more})


def _receipt(scene: _Scene, name: str) -> dict[str, Any] | None:
    """Return the receipt of the act *name*, if it is this person's own.

    The inbox keeps its salt. Its words are in the vault, once they are a fact.
    """
    services, case = scene.desk.services, card_case(scene.id)
    item = services.inbox.get(case, own_id(name))
    if item is None:
        return None
    event: Event | None = json.loads(item.event) if item.event else _event_of(scene, name)
    if event is None or event["data"].get("actor") != scene.desk.who.person.id:
        return None
    done = services.inbox.repeated(item, event)
    given = services.receipts.of_act(done)
    zone = services.profile().zone
    return {**given, "at": local(done.received_at, zone), "type": event["type"]} if given else None


def _event_of(scene: _Scene, name: str) -> Event | None:
    """Return the act *name* as it was reported, from its fact and its words in the vault."""
    case = card_case(scene.id)
    facts = (record.fact for record in scene.card.records)
    fact: Fact | None = next((each for each in facts if each.key == f"{OURS}/{name}"), None)
    if fact is None:
        return None
    private = scene.desk.services.vault.private_fields(case).get(fact.key, {})
    data = {field: value for field, value in fact.data.items() if field != "given"} | private
    return own_event(str(fact.kind), case, name, fact.at, data)


def show_act(desk: Desk, card_id: str, act: str) -> Response:
    """Show the page of an act: its form, or why it does not fit now."""
    check_names(desk.query, {"lang", "saved"})
    scene, own_act = _Scene(desk, card_id), _own_act(act)
    _must_be_his(scene, own_act)
    drafts = desk.services.vault.drafts(card_case(scene.id)) if own_act in DRAFTED else {}
    draft = json.loads(drafts[own_act]) if own_act in drafts else None
    return _act_page(scene, own_act, _Typed(draft or {}, draft=draft))


def take(desk: Desk, card_id: str, act: str) -> Response:
    """Do an act about a card, or save its draft; lead to the card, or show the page again."""
    form = read_form(desk.services, desk.request, desk.who)
    key = read_form_key(form)
    scene, own_act = _Scene(desk, card_id), _own_act(act)
    _must_be_his(scene, own_act)
    try:
        text = words_of(own_act, form)
        payload = read_act(own_act, json.dumps({"text": text} if text else {}).encode())
        if scene.may_draft(own_act):
            return _save_draft(scene, own_act, form)
        caller = desk.who.caller(ACTS[own_act].right, scene.department, scene.region)
        signed = signed_in_form(form)
        request = ActRequest(own_act, payload, caller.role, caller.id, signed)
        done = _do(scene, caller, request, key)
    except Rejected as refusal:
        if refusal.status not in (409, 422):
            raise
        return _act_page(scene, own_act, _Typed(form, refusal, key))
    return desk.to(f"desk/cards/{scene.id}?{_DONE}={done.event['id'] if done else 'earlier'}")


def words_of(act: OwnAct, form: Mapping[str, str]) -> str:
    """Return the words of *act* as they are recorded; an appeal's ground is in Chinese."""
    grounds = {name: desk_words("zh", FOLDER)[f"ground_of_{name}"] for name in GROUNDS}
    return card_view.text_of(act, form, grounds)


def _do(scene: _Scene, caller: "Caller", request: ActRequest, key: str) -> "ReceivedEvent | None":
    """Record an act, then delete its draft. Raises Rejected.

    Crash between the two: the act is done, and the draft can still be read until it is sent again
    (which is refused) or the card's case is shredded.
    """
    services = scene.desk.services
    _ = services.receipts  # before anything is recorded: it needs its key
    done = record_act(services, caller, scene.card, request, key)
    if request.act in DRAFTED:
        services.vault.drop_draft(card_case(scene.id), request.act)
    return done


def _save_draft(scene: _Scene, act: OwnAct, form: Mapping[str, str]) -> Response:
    """Save what a clerk wrote, for the head of the department to send."""
    desk = scene.desk
    at = local(desk.services.now(), desk.services.profile().zone)
    where = scene.department, scene.region
    posts = [each for each in desk.who.callers if is_of_department(each, *where)]
    draft = {"text": form.get("text", ""), "ground": form.get("ground", ""), "at": at}
    draft |= {"by": desk.who.person.id, "post": posts[0].owner if posts else ""}
    text = json.dumps(draft, ensure_ascii=False)
    desk.services.vault.keep_draft(card_case(scene.id), act, text)
    return desk.to(f"desk/cards/{scene.id}/{act}?saved=1")


def _window_over(scene: _Scene) -> str:
    """Return when the time to appeal ended; empty where it has not, or none can be told.

    A step up that waits for a person does not change when it ended.
    """
    services = scene.desk.services
    rules = services.rules(scene.region)
    try:
        window = deadlines(replace(scene.card.state, step=None), rules).get(APPEAL_WINDOW)
    except Unknown:
        return ""
    is_over = window is not None and services.now() > window.last_moment.at
    return local(window.at, rules.profile.zone) if window and is_over else ""


class _Typed(NamedTuple):
    """What a form has: *fields* as typed or as drafted; after a *refusal* why, and its *key*."""

    fields: Mapping[str, str]
    refusal: Rejected | None = None
    key: str = ""
    draft: Mapping[str, str] | None = None


def _act_page(scene: _Scene, act: OwnAct, typed: _Typed) -> Response:
    """Answer with the page of *act*; a form that was refused is shown as it was *typed*."""
    refusal = typed.refusal
    desk, state = scene.desk, scene.as_department
    is_conflict = refusal is not None and refusal.status == 409  # noqa: PLR2004 - HTTP
    offered = scene.offered(state["possible"])
    now = desk.services.now()
    values = {
        **card_view.card_values({**state, "numbers": [], "documents": []}, offered, now),
        **_signing(scene, act),
        "act": act,
        "is_possible": act in state["possible"],
        "is_draft": scene.may_draft(act),
        "window_over": _window_over(scene) if act == "appeal" else "",
        "draft": typed.draft,
        "typed": {name: typed.fields.get(name, "") for name in ("text", "ground")},
        "problems": [] if is_conflict else _problems(desk, refusal),
        "is_conflict": is_conflict,
        "first_at": refusal.also.get("first_at", "") if refusal else "",
        "key": "" if is_conflict else typed.key,
        "grounds": GROUNDS if act == "appeal" else (),
        "most": card_view.MOST_TEXT,
        "saved": desk.query.get("saved") == "1",
    }
    answer = page_of_desk(desk, "act", values)
    answer.status_code = refusal.status if refusal else 200
    return answer


def _signing(scene: _Scene, act: OwnAct) -> dict[str, Any]:
    """Return what the form of *act* is shown with to be signed; a draft is signed by nobody."""
    rules = rules_in(scene.desk.services, scene.card.state).profile.signature
    acts = () if scene.may_draft(act) else (act,)
    about = {"act": act, "card": scene.id}
    return signing_values(scene.desk.request.headers.get("host", ""), rules, acts, about)


def _problems(desk: Desk, refusal: Rejected | None) -> list[tuple[str, str]]:
    if refusal is None:
        return []
    field = refusal.field if refusal.field in ("text", "ground") else ""
    line = refusal.line(desk.language).removeprefix(f"{field}：").removeprefix(f"{field}: ")
    return [(field, line)]


def _own_act(act: str) -> OwnAct:
    for name in OWN_ACTS:
        if name == act:
            return name
    raise Rejected(404, zh="没有这个页面。", en="there is no such page")


def _must_be_his(scene: _Scene, act: OwnAct) -> None:
    """Refuse (403) a page of an act that none of the posts may take or draft here."""
    if not scene.may_draft(act):
        scene.desk.who.caller(ACTS[act].right, scene.department, scene.region)
