"""What people do about whose a case is: the answer to a transfer (移送), and its mend (改派).

Pure. Both are our own events of the case, with the role, the department and the number of the
transfer in the open; words and key stay in the vault. The first answer counts. A closed case can be
transferred too: its delivery and publication are still to come. CLAIMS §3.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import Rejected
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Reported
from chalicelib.intake.name_text import MAX_NAME, NoText, clean_name
from chalicelib.intake.prose import check_fields, read_object, read_reason_in
from chalicelib.permit.decide import evaluate
from chalicelib.permit.ownership.state import answer_to
from chalicelib.policy.sources import Registrations

TransferAct = Literal["agree", "decline"]
TransferState = Literal["agreed", "declined", "withdrawn"]
AnswerRole = Literal["inspector", "department"]

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
        words = {"text": self.reason} if self.reason else {}
        data = {"transfer": self.n, "role": self.role, "actor": self.actor, **words}
        return own_event(TYPE_OF_ANSWER[self.act], case, name, at, data)

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


ROLE: Literal["inspector"] = "inspector"


class Reassignment(Struct, frozen=True):
    """The case is *department*'s, for a *reason*; *actor* is the key of the inspector."""

    department: str
    reason: str
    actor: str

    def event(self, case: str, name: str, at: datetime) -> Event:
        """Return the event that reports it about *case*, under the id *name*."""
        by = {"role": ROLE, "actor": self.actor, "text": self.reason}
        data = {"department": self.department, **by}
        return own_event(Reported.CASE_REASSIGNED, case, name, at, data)

    def name(self, case: CaseHistory) -> str:
        """Return a name made of what it corrects: of two at once the first counts."""
        before = [fact.key for fact in case.of_type(Reported.CASE_REASSIGNED) if fact.origin]
        corrected = hashlib.sha256("".join(before[-1:]).encode()).hexdigest()[:16]
        return f"reassign/{corrected}"

    def must_fit(self, case: CaseHistory, rules: Rules) -> None:
        """Refuse (409) what mends nothing: nobody has the case yet, or this department does."""
        owner = evaluate(case, rules).permit.ownership.owner
        if not owner:
            en = "this case does not say yet where it belongs; there is nothing to mend"
            raise Rejected(409, zh="本件尚未写明归属，没有可更正的。", en=en)
        if owner == self.department:
            zh, en = "department：本件已经归属该部门。", "department: the case is this department's"
            raise Rejected(409, zh=zh, en=en, field="department")


def read_reassignment(body: bytes) -> tuple[str, str]:
    """Read `{"department": …, "reason": …}`; the name in its one spelling. Raises Rejected."""
    document = read_object(body)
    check_fields(document, ("department", "reason"))
    return _read_department(document), read_reason_in(document)


def must_be_known(department: str, catalogued: Collection[str], registered: Registrations) -> None:
    """Refuse (422) a *department* nobody named; without a catalogue a whole centre may name any."""
    if department in catalogued or department in registered.departments:
        return
    is_any = any(source.departments is None for source in registered.by_name.values())
    if catalogued or not is_any:
        zh = "department：现行事项清单和已登记的报送单位都没有这个部门。"
        en = "department: neither the catalogue in force nor a registered source names it"
        raise Rejected(422, zh=zh, en=en, field="department")


def _read_department(document: Mapping[str, Any]) -> str:
    name = document.get("department")
    zh, en = f"须写明部门，最多 {MAX_NAME} 个字符", f"a name of at most {MAX_NAME} characters"
    try:
        if isinstance(name, str):
            return clean_name(name)
    except NoText as refusal:
        zh, en = refusal.zh, str(refusal)
    raise Rejected(422, zh=f"department：{zh}。", en=f"department: {en}", field="department")
