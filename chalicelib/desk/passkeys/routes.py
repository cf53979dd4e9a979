"""What the script of the desks asks for: an act to sign, a passkey to make, to vouch for, to end.

`POST /desk/sign` and `POST /desk/passkeys` take a form with the session's token, as every form, and
answer JSON. `GET /desk/passkey.js` is the script itself. A page that has it sends `scripted`
headers; every form works without a script too, unless the profile requires a signature.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

from chalice.app import Blueprint, Response

from chalicelib.card.routes import card_to_sign
from chalicelib.card.stages import CardAct
from chalicelib.desk.frame import desk_headers
from chalicelib.desk.passkeys import enrolling
from chalicelib.desk.signed_in import FORM, NotSignedIn, SignedIn, read_form, signed_in
from chalicelib.errors import Rejected
from chalicelib.people.caller import Caller
from chalicelib.people.signed_act import read_signed_text
from chalicelib.permit.claims.claim import ClaimAct
from chalicelib.permit.claims.decision import read_number
from chalicelib.permit.claims.routes import claim_to_sign
from chalicelib.permit.routes import finding_to_sign
from chalicelib.plumbing.answers import private_json
from chalicelib.plumbing.services import Services, current_services

_SCRIPT = Path(__file__).with_name("passkey.js")
_CARD_ACTS: tuple[CardAct, ...] = get_args(CardAct)
_CLAIM_ACTS: tuple[ClaimAct, ...] = get_args(ClaimAct)

blueprint = Blueprint(__name__)

Form = Mapping[str, str]
Answer = dict[str, Any]


@blueprint.route("/desk/passkey.js", methods=["GET"])
def script() -> Response:
    """Return the script."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": "max-age=3600",
        "X-Content-Type-Options": desk_headers()["X-Content-Type-Options"],
    }
    return Response(body=_script(), headers=headers)


@cache
def _script() -> str:
    return _SCRIPT.read_text("utf-8")


@blueprint.route("/desk/sign", methods=["POST"], content_types=[FORM])
def sign() -> Response:
    """Return what is to be signed for the act that the form is about."""
    services, who, form = _read(current_services(), blueprint.current_request)
    return private_json(act_in(services, who, form))


@blueprint.route("/desk/passkeys", methods=["POST"], content_types=[FORM])
def passkeys() -> Response:
    """Take one step of an enrolment."""
    services, who, form = _read(current_services(), blueprint.current_request)
    step = _STEPS.get(form.get("step", ""))
    if step is None:
        raise _wrong("step", f"只能是：{'、'.join(_STEPS)}", f"must be one of {', '.join(_STEPS)}")
    origin = blueprint.current_request.headers.get("origin", "")
    return private_json(step(services, who, {**form, "origin": origin}))


def act_in(services: Services, who: SignedIn, form: Form) -> Answer:
    """Return what *who* is to sign for the act in *form*: about a card, a claim, or a finding.

    Its fields are `act` and `card`, or `act`, `case` and `claim`, or `case` and `rule`; and words.
    """
    act, text = form.get("act", ""), _words_in(form)
    case = quote(form.get("case", ""), safe="")
    for name in _CARD_ACTS:
        if "card" in form and act == name:
            outcome = form.get("outcome") if name == "decide" else None
            return card_to_sign(services, who.callers, form["card"], name, (outcome, text))
    for claim_act in _CLAIM_ACTS:
        if "claim" in form and act == claim_act:
            decided = claim_act, read_number(form["claim"])
            return claim_to_sign(services, who.callers, case, decided, text)
    if "rule" in form:
        return finding_to_sign(services, who.callers, case, form["rule"], text)
    raise _wrong("act", "没有这种办理", "there is no such act")


def _words_in(form: Form) -> str:
    """Return the words of the act as they are recorded; an appeal's ground is part of them."""
    if form.get("act") == "appeal" and "ground" in form:
        from chalicelib.desk.department.act_routes import words_of

        return words_of("appeal", form)
    text = form.get(f"text_{form.get('act')}") or form.get("text") or form.get("reason", "")
    return text.replace("\r\n", "\n").strip()


def _begin(services: Services, who: SignedIn, form: Form) -> Answer:
    return enrolling.begin(services, who, _caller(who, form), form["origin"])


def _offer(services: Services, who: SignedIn, form: Form) -> Answer:
    try:
        registration = json.loads(form.get("registration", ""))
    except (ValueError, RecursionError) as error:
        raise _wrong("registration", "不是 JSON", "it is no JSON") from error
    caller = _caller(who, form)
    return enrolling.offer(services, who, caller, registration, form["origin"]).data()


def _to_vouch(services: Services, who: SignedIn, form: Form) -> Answer:
    return enrolling.to_vouch(services, _caller(who, form), form.get("key", ""))


def _vouch(services: Services, who: SignedIn, form: Form) -> Answer:
    signed = read_signed_text(form.get("signature", ""))
    if signed is None:
        raise _wrong("signature", "须签名", "a signature is needed")
    return enrolling.vouch(services, _caller(who, form), signed).data()


def _revoke(services: Services, who: SignedIn, form: Form) -> Answer:
    person, key = form.get("person", who.person.id), form.get("key", "")
    caller = next((each for each in who.callers if each.role == "operator"), _caller(who, form))
    enrolling.revoke(services, caller, person, key)
    return {"key": key, "status": "revoked"}


_STEPS: Mapping[str, Callable[[Services, SignedIn, Form], Answer]] = {
    "begin": _begin,
    "offer": _offer,
    "to_vouch": _to_vouch,
    "vouch": _vouch,
    "revoke": _revoke,
}


def _caller(who: SignedIn, form: Form) -> Caller:
    """Return the post of *who* that the form's `role` names; the first one where it names none."""
    role = form.get("role", "")
    for caller in who.callers:
        if role in ("", caller.role):
            return caller
    raise _wrong("role", "您没有这种岗位", "you hold no such post")


def _read(services: Services, request: Any) -> tuple[Services, SignedIn, dict[str, str]]:
    """Return who sent the form in *request*, and its fields. Raises Rejected (401, 403)."""
    try:
        who = signed_in(services, request)
    except NotSignedIn as away:
        zh, en = "登录已过期，请重新登录。", "you are not signed in any more: sign in again"
        raise Rejected(401, zh=zh, en=en) from away
    return services, who, read_form(services, request, who)


def _wrong(field: str, zh: str, en: str) -> Rejected:
    return Rejected(422, zh=f"{field}：{zh}。", en=f"{field}: {en}", field=field)
