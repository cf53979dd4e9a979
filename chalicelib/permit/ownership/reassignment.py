"""An inspector mends whose a case is (改派): to which department, and why.

Pure. It is our own event of the case, with the department and the role in the open; words and key
stay in the vault. The operator must have named the department. CLAIMS §3.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from chalicelib import instant
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.errors import Rejected
from chalicelib.intake.event import OURS, Event
from chalicelib.intake.event_types import Reported
from chalicelib.intake.name_text import MAX_NAME, NoText, clean_name
from chalicelib.intake.prose import check_fields, read_object, read_reason_in
from chalicelib.permit.decide import evaluate
from chalicelib.policy.sources import Registrations

ROLE: Literal["inspector"] = "inspector"


class Reassignment(Struct, frozen=True):
    """The case is *department*'s, for a *reason*; *actor* is the key of the inspector."""

    department: str
    reason: str
    actor: str

    def event(self, case: str, name: str, at: datetime) -> Event:
        """Return the event that reports it about *case*, under the id *name*."""
        kind, time = Reported.CASE_REASSIGNED, instant.text(at)
        by = {"role": ROLE, "actor": self.actor, "text": self.reason}
        data = {"department": self.department, **by}
        return Event(id=name, source=OURS, subject=case, type=kind, time=time, data=data)

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
