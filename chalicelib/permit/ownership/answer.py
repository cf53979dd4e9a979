"""The answer to a transfer (移送), by the department that it names or by an inspector.

Pure. It is our own event of the case, with the role and the transfer's number in the open; words
and key stay in the vault. The first answer counts (`state.py`). A closed case can be transferred
too: its delivery and publication are still to come. CLAIMS §3.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from chalicelib import instant
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import Rejected
from chalicelib.intake.event import OURS, Event
from chalicelib.intake.event_types import Reported
from chalicelib.intake.prose import check_fields, read_object, read_reason_in
from chalicelib.permit.decide import evaluate
from chalicelib.permit.ownership.state import answer_to

TransferAct = Literal["agree", "decline"]
TransferState = Literal["agreed", "declined", "withdrawn"]
AnswerRole = Literal["inspector", "department"]
RESPONDENTS: tuple[AnswerRole, ...] = get_args(AnswerRole)

TYPE_OF_ANSWER: Mapping[TransferAct, Reported] = {
    "agree": Reported.TRANSFER_AGREED,
    "decline": Reported.TRANSFER_DECLINED,
}


class TransferAnswer(Struct, frozen=True):
    """*act* in answer to transfer *n*, perhaps for a *reason*; *actor* is a key of that *role*."""

    act: TransferAct
    n: int
    reason: str
    role: AnswerRole
    actor: str

    def event(self, case: str, name: str, at: datetime) -> Event:
        """Return the event that reports it about *case*, under the id *name*."""
        kind, time = TYPE_OF_ANSWER[self.act], instant.text(at)
        words = {"text": self.reason} if self.reason else {}
        data = {"transfer": self.n, "role": self.role, "actor": self.actor, **words}
        return Event(id=name, source=OURS, subject=case, type=kind, time=time, data=data)

    def name(self, _case: CaseHistory) -> str:
        """Return the name of the one answer to the transfer: the first one counts."""
        return f"transfer/{self.n}"

    def must_fit(self, case: CaseHistory, rules: Rules) -> None:
        """Refuse the answer: 404 for no such transfer, 409 with its `state` where it is over."""
        transfer_in(case, self.n)
        state = _state(case, self.n, rules)
        if state is not None:
            zh, en = _REASONS[state]
            raise Rejected(409, zh=f"{zh}。", en=en, also={"state": state})


_REASONS: Mapping[TransferState, tuple[str, str]] = {
    "agreed": ("此项移送已经同意", "this transfer was agreed to"),
    "declined": ("此项移送已经不同意", "this transfer was declined"),
    "withdrawn": ("此项移送已经由报送单位撤销", "the source took this transfer back"),
}


def transfer_in(case: CaseHistory, n: int) -> Fact:
    """Return transfer *n* of *case*. Raises Rejected: 404 where fact *n* is none."""
    fact = case.facts[n] if n < len(case) else None
    if fact is None or fact.kind != Reported.CASE_TRANSFERRED or not fact.told:
        raise Rejected(404, zh="本件没有这一移送。", en="there is no such transfer in this case")
    return fact


def _state(case: CaseHistory, n: int, rules: Rules) -> TransferState | None:
    """Return how transfer *n* ended in the judged reading; None: it waits for an answer."""
    told = evaluate(case, rules).weighing.reported.told
    answer = answer_to(told, n)
    if answer is not None:
        return "agreed" if answer.kind == Reported.TRANSFER_AGREED else "declined"
    return None if any(fact.n == n for fact in told) else "withdrawn"


def read_answer(body: bytes, act: TransferAct) -> str:
    """Read `{"reason": …}` of *act*: it must have words, and only consent may be without one."""
    document = read_object(body)
    check_fields(document, ("reason",))
    return read_reason_in(document) if act == "decline" or "reason" in document else ""
