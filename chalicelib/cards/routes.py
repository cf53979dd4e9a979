"""Why a case is due that day, and the life of a card: who sees it, and who does what about it.

`GET /v1/cases/{id}/explain` tells every clock of a case day by day, to inspectors and to its own
department; to others it does not exist.

`GET /v1/cards`, `/v1/cards/{id}` and `POST /v1/cards/{id}/{step}` are for inspectors and for the
department that has the card. What is posted is told to the card's own case; it is judged there, and
a step that does not fit as far as is known is refused at the door (409). With an `Idempotency-Key`
a step is done once for each key; without one, once in its turn: the first counts.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args

from chalice.app import Blueprint, Response

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.acts import ROLES, Act, must_fit, possible, read_act
from chalicelib.cards.deadlines import APPEAL_WINDOW, deadlines
from chalicelib.cards.decide import look
from chalicelib.cards.explanation import explain as explained
from chalicelib.cards.life import Life, State, Step
from chalicelib.cards.paper import Paper
from chalicelib.cards.revision import rules_of
from chalicelib.cards.store import Lives, Seen
from chalicelib.cards.versions import versions
from chalicelib.cards.view import Numbers, documents, full, line, numbers, with_words
from chalicelib.cases.head import Head
from chalicelib.cases.kind import card_case
from chalicelib.cases.routes import case_for
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import Due
from chalicelib.errors import Rejected, Unknown
from chalicelib.instant import local
from chalicelib.intake.idempotency import HEADER, read_key
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.path import readings
from chalicelib.plumbing.services import Services, services
from chalicelib.policy.ladder import RANKS, Rank
from chalicelib.policy.papers import PaperName
from chalicelib.policy.profile import Profile

if TYPE_CHECKING:  # it brings the keys' store with it, which is heavy
    from chalicelib.plumbing.access import Caller

MOST = 500
LEVELS: tuple[Rank, ...] = RANKS[1:]  # a warning is no card
STATES: tuple[State, ...] = get_args(State)
FILTERS = frozenset({"department", "level", "state"})

_CARD = re.compile(r"[a-z0-9_]{1,64}\.[0-9]{1,9}", re.ASCII)

blueprint = Blueprint(__name__)


@blueprint.route("/v1/cases/{case_id}/explain", methods=["GET"])
def explain(case_id: str) -> Response:
    """Tell why that day."""
    return _explain(services(), blueprint.current_request.headers, readings(case_id))


@blueprint.route("/v1/cards", methods=["GET"])
def cards() -> Response:
    """List a department's cards."""
    request = blueprint.current_request
    return _cards(services(), request.headers, request.query_params or {})


@blueprint.route("/v1/cards/{card_id}", methods=["GET"])
def card(card_id: str) -> Response:
    """Show a card."""
    return _card(services(), blueprint.current_request.headers, card_id)


@blueprint.route("/v1/cards/{card_id}/confirm", methods=["POST"])
def confirm(card_id: str) -> Response:
    """Confirm a proposed card."""
    return _act(services(), blueprint.current_request, card_id, "confirm")


@blueprint.route("/v1/cards/{card_id}/acknowledge", methods=["POST"])
def acknowledge(card_id: str) -> Response:
    """Acknowledge a card."""
    return _act(services(), blueprint.current_request, card_id, "acknowledge")


@blueprint.route("/v1/cards/{card_id}/respond", methods=["POST"])
def respond(card_id: str) -> Response:
    """Take the response to a card."""
    return _act(services(), blueprint.current_request, card_id, "respond")


@blueprint.route("/v1/cards/{card_id}/appeal", methods=["POST"])
def appeal(card_id: str) -> Response:
    """Take the appeal against a card."""
    return _act(services(), blueprint.current_request, card_id, "appeal")


@blueprint.route("/v1/cards/{card_id}/decide", methods=["POST"])
def decide(card_id: str) -> Response:
    """Decide on an appeal."""
    return _act(services(), blueprint.current_request, card_id, "decide")


@blueprint.route("/v1/cards/{card_id}/revoke", methods=["POST"])
def revoke(card_id: str) -> Response:
    """Revoke a card."""
    return _act(services(), blueprint.current_request, card_id, "revoke")


def _explain(served: Services, headers: Mapping[str, str], names: list[str]) -> Response:
    head = case_for(served, headers, names)
    if head.kind != "permit":
        raise Rejected(404, "only the clocks of a permit are explained day by day")
    policy, calendar = _rules(served, head)
    facts = [record.fact for record in served.facts.of_case(head.case)]
    now = served.now()
    outlook = look(facts, policy, Counting(calendar, policy))
    about = {"id": head.case, "public_id": head.public_case, "as_of": local(now, policy.zone)}
    rules = versions(policy, calendar)
    return private_json({**about, **rules, **explained(outlook, policy, now)})


def _rules(served: Services, head: Head) -> tuple[Profile, Calendar]:
    """The rules in force; read anew where the case was judged under others than we remember."""
    rules = served.policy(head.region), served.calendar(head.region)
    if head.rules not in ("", rules_of(*rules)):
        served.calendars.current(fresh=True)
        rules = served.policy(head.region), served.calendar(head.region)
    return rules


def _cards(served: Services, headers: Mapping[str, str], query: Mapping[str, str]) -> Response:
    caller = served.keys.require(headers, "inspector", "department")
    for name in query:
        if name not in FILTERS:
            raise Rejected(422, "this filter is not known", field=name[:100])
    level, state = query.get("level"), query.get("state")
    for name, value, known in (("level", level, LEVELS), ("state", state, STATES)):
        if value and value not in known:
            raise Rejected(422, f"{name} is one of {', '.join(known)}", field=name)
    asked = query.get("department")
    if caller.department is not None and asked not in (None, "", caller.department):
        raise Rejected(403, "this key is for another department's cards")
    found = (
        head
        for head in _listed(served, asked or caller.department)
        if level in (None, "", head.level) and state in (None, "", head.lamp)
    )
    zone = served.policy().zone
    rows = [line(head, zone) for head in islice(found, MOST + 1)]
    return private_json({"cards": rows[:MOST], "is_complete": len(rows) <= MOST})


def _departments(served: Services) -> list[str]:
    """Name those that ever had a case, and those that handle an item."""
    names = [*served.board.department_names(), *served.item_names.departments()]
    return list(dict.fromkeys(names))


def _listed(served: Services, department: str | None) -> Iterator[Head]:
    """Read the heads of cards; what an item of a catalogue breaks may be found before any case."""
    names = [department] if department else _departments(served)
    for name in names:
        yield from served.cases.of_department(f"card:{name}")


def _card(served: Services, headers: Mapping[str, str], card_id: str) -> Response:
    caller, seen = card_for(served, headers, card_id)
    policy, calendar = _rules_in(served, seen.life)
    dues = _deadlines(seen.life, policy, calendar)
    over = _over(seen.life, policy, calendar, served.now())
    shown = full(seen.life, seen.records, dues, policy)
    kept = served.vault.kept(card_case(seen.life.card))
    body = {
        **shown,
        "history": with_words(shown["history"], kept),
        "possible": possible(seen.life, caller.role, over),
        "numbers": numbers(_numbers(served, seen.life.card), policy),
        "documents": documents(seen.life.card, papers_of(served, seen)),
    }
    return private_json(body)


def papers_of(
    served: Services, seen: Seen, grounds: Mapping[str, str] | None = None
) -> Mapping[PaperName, Paper]:
    """Draft the papers of a card that may be seen; *grounds* are the words for why it was found."""
    from chalicelib.cards.drafting import Dossier, papers

    policy, calendar = _rules_in(served, seen.life)
    dossier = Dossier(
        facts=[record.fact for record in seen.records],
        numbers=_numbers(served, seen.life.card),
        items=served.item_names.current(),
        grounds=grounds or {},
        policy=policy,
        counting=Counting(calendar, policy),
    )
    return papers(dossier)


def _numbers(served: Services, card_id: str) -> Numbers:
    """The numbers that the registers gave, as they are published: a moment after they are given."""
    published = served.board.card(card_id)
    if published is None or published.mark is None:
        return {}
    return {level: (one.year, one.number) for level, one in published.mark.numbers.items()}


def card_for(served: Services, headers: Mapping[str, str], card_id: str) -> "tuple[Caller, Seen]":
    """Give whoever asks, and the card of this id, if it may be seen."""
    caller = served.keys.require(headers, "inspector", "department")
    return caller, _seen_by(caller, _find(served, card_id))


def _find(served: Services, card_id: str) -> Seen:
    """Read the card of this id; its life has no opening where there is none."""
    names = [name for name in readings(card_id) if _CARD.fullmatch(name)]
    return Lives(served.facts, served.inbox).read(names[0]) if names else Seen(Life(), ())


def _seen_by(caller: "Caller", seen: Seen) -> Seen:
    """Give the card to whoever may see it; that it is there is no secret (`/cards`)."""
    if seen.life.opening is None:
        raise Rejected(404, "there is no such card")
    if caller.department not in (None, seen.life.opening.text("department")):
        raise Rejected(403, "this card is another department's")
    return seen


def _act(served: Services, request: Any, card_id: str, step: Step) -> Response:
    caller = served.keys.require(request.headers, *ROLES[step])
    asked = Act(step, read_act(step, request.raw_body), caller.role, caller.key_id)
    key = read_key(request.headers.get(HEADER))
    seen, now = _find(served, card_id), served.now()
    if seen.life.opening is None and _is_warning(served, card_id):
        raise Rejected(422, "a warning asks for nothing", field="id")
    found, lives = _seen_by(caller, seen).life, Lives(served.facts, served.inbox)
    over = _over(found, *_rules_in(served, found), now)
    status = lives.take(asked, seen, key, lambda life: must_fit(life, asked, over), now)
    return private_json({"card": found.card, "status": status}, 202)


def _is_warning(served: Services, card_id: str) -> bool:
    published = served.board.card(card_id)
    return published is not None and published.card.level == "warning"


def _over(found: Life, policy: Profile, calendar: Calendar, now: datetime) -> str:
    """Say until when *found* could be appealed, if that is over (APP-09)."""
    window = _deadlines(found, policy, calendar).get(APPEAL_WINDOW)
    if window is None or now <= window.last_moment.at:
        return ""
    return f"it could be appealed until {local(window.at, policy.zone)}"


def _rules_in(served: Services, found: Life) -> tuple[Profile, Calendar]:
    region = found.opening.text("region") if found.opening else ""
    return served.policy(region), served.calendar(region)


def _deadlines(found: Life, policy: Profile, calendar: Calendar) -> Mapping[str, Due]:
    """The clocks that run; none are told where a calendar is missing altogether."""
    try:
        return deadlines(found, policy, Counting(calendar, policy))
    except Unknown:
        return {}
