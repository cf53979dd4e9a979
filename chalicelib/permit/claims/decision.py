"""An inspector's decision (采信、不采信) about late news: what is read, whether it fits, its event.

Pure. It is our own event of the case, with the role and the claim's number in the open; words and
key stay in the vault. A decision may be corrected by another; the last one counts (CLAIMS §4).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from chalicelib.cases.bounded import is_beyond_most
from chalicelib.cases.history import CaseHistory
from chalicelib.errors import Rejected
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Reported
from chalicelib.intake.json_text import bad_field
from chalicelib.intake.prose import check_fields, read_object, read_reason_in
from chalicelib.people.signed_act import SignedAct, split_signature
from chalicelib.permit.claims.claim import CaseClaims, ClaimAct, LateClaim
from chalicelib.permit.claims.readings import decisions_in

ROLE: Literal["inspector"] = "inspector"
MOST = 100  # claims that are refused in one request
MAX_ID = 600  # characters of a case's id

TYPE_OF_DECISION: Mapping[ClaimAct, Reported] = {
    "accept": Reported.CLAIM_ACCEPTED,
    "refuse": Reported.CLAIM_REFUSED,
}
_MAX_DIGITS = 9


class ClaimDecision(Struct, frozen=True):
    """*act* about claim *n* for a *reason*; *actor* is the inspector, or the key of a program.

    *signed* is what the inspector signed of it with a passkey, None where nothing.
    """

    act: ClaimAct
    n: int
    reason: str
    actor: str
    signed: SignedAct | None = None

    @property
    def stored_signature(self) -> str:
        """What was signed, as the inbox stores it; empty where nothing was."""
        return self.signed.stored() if self.signed else ""

    def to_sign(self, public_case: str) -> dict[str, Any]:
        """Return the fields that a signature of it has, and its `words`."""
        about = {"case": public_case, "claim": self.n}
        return {"act": self.act, **about, "outcome": None, "words": self.reason}

    def event(self, case: str, name: str, seen: int, now: datetime) -> Event:
        """Return the event that reports it about *case*, of whose facts *seen* were on record."""
        by = {"role": ROLE, "actor": self.actor, "text": self.reason}
        data = {"claim": self.n, "seen": seen, **by}
        return own_event(TYPE_OF_DECISION[self.act], case, name, now, data)

    def name(self, case: CaseHistory) -> str:
        """Return a name made of the decision that it corrects: of two at once the first counts."""
        before = decisions_in(case).get(self.n)
        answered = hashlib.sha256((before.key if before else "").encode()).hexdigest()[:16]
        return f"claim/{self.n}/{answered}"


def must_fit(decision: ClaimDecision, case: CaseHistory, claims: CaseClaims) -> None:
    """Refuse a decision that does not fit: 404 for no such fact, else 409 with what is possible."""
    if decision.n >= len(case):
        raise no_such_fact()
    claim = claims.of_fact(decision.n)
    if claim is None or decision.act not in claim.possible:
        raise misfit(decision, case, claim)


def misfit(decision: ClaimDecision, case: CaseHistory, claim: LateClaim | None) -> Rejected:
    """Return the refusal (409) of a *decision* that does not fit, or was not the first to."""
    state = claim.state if claim else _state_of_other(case, decision.n)
    zh, en = _REASONS[state]
    act = {"accept": "采信", "refuse": "不采信"}[decision.act]
    zh, en = f"现在不能认定为{act}：{zh}。", f"{decision.act} does not fit: {en}"
    possible = list(claim.possible) if claim else []
    return Rejected(409, zh=zh, en=en, also={"state": state, "possible": possible})


def no_such_fact() -> Rejected:
    """Return the refusal of a number that no fact of the case has."""
    return Rejected(404, zh="本件没有这个编号的事实。", en="there is no such fact in this case")


_TAKEN_BACK = ("已经认定，后又改变", "this was decided and taken back")
_REASONS: Mapping[str, tuple[str, str]] = {
    "in_time": ("此项按时收到，已经计入", "this was received in time and counts"),
    "derived": ("此项由监察推导得出，没有主张", "this was derived and claims nothing"),
    "beyond": (
        "本件报送过多，此项已经搁置，不起作用",
        "the case has too many reports; this one is set aside and does not act",
    ),
    "ours": (
        "此项不是业务系统报送的，没有主张",
        "this was not reported by an intake system and claims nothing",
    ),
    "harmless": ("此项自行计入", "this counts by itself"),
    "accepted": ("此项已经认定为采信", "this was accepted"),
    "refused": ("此项已经认定为不采信", "this was refused"),
    "pending": _TAKEN_BACK,
    "contested": _TAKEN_BACK,
    "set_aside": _TAKEN_BACK,
}


def _state_of_other(case: CaseHistory, n: int) -> str:
    fact = case.facts[n]
    if not fact.told:
        return "derived"
    if is_beyond_most(fact, case.facts):
        return "beyond"
    return "ours" if fact.origin else "in_time"


def read_reason(body: bytes) -> str:
    """Read `{"reason": …}`, which must have words. Raises Rejected."""
    document, _ = split_signature(read_object(body))
    check_fields(document, ("reason",))
    return read_reason_in(document)


def read_number(text: str) -> int:
    """Return the number of a fact in a path. Raises Rejected: there is no such fact."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise no_such_fact()
    return int(text)


def read_refusals(body: bytes) -> tuple[list[tuple[str, int]], str]:
    """Read the claims to refuse at once, each as (case, number), and the reason for all."""
    document = read_object(body)
    check_fields(document, ("claims", "reason"))
    rows = document.get("claims")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
        raise bad_field("claims", f"1 至 {MOST} 项的列表", f"a list of 1 to {MOST} claims")
    claims = [_read_claim(row, f"claims.{index}") for index, row in enumerate(rows)]
    if len(set(claims)) < len(claims):
        raise bad_field("claims", "每项只写一次", "each claim once")
    return claims, read_reason_in(document)


def _read_claim(row: object, field: str) -> tuple[str, int]:
    if not isinstance(row, dict):
        raise bad_field(field, "应为含 case 和 n 的对象", "an object with case and n")
    check_fields(row, ("case", "n"), f"{field}.")
    case, n = row.get("case"), row.get("n")
    if not isinstance(case, str) or not 0 < len(case) <= MAX_ID:
        raise bad_field(f"{field}.case", "办件的编号", "the id of a case")
    if not isinstance(n, int) or isinstance(n, bool) or n < 0:
        raise bad_field(f"{field}.n", "事实的序号", "the number of a fact")
    return case, n
