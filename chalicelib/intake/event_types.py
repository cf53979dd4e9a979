"""The types of all events and facts: one enum of what is reported, one of what is derived.

A type has the form `subject.past_tense`. Reported (报送) is what an intake system, a person or this
stage itself reports; `payload.py` has the data of what intake systems report. Derived is what
supervision makes of it; no derived type is accepted from outside. The `kind` of a fact is one of
these types. Nothing else in the code spells a type out.
"""

from enum import StrEnum


class Reported(StrEnum):
    """Types of reported events: of intake systems, then of people about cards, then of this stage.

    The last type of an intake system is IRREGULARITY_FOUND.
    """

    CASE_SUBMITTED = "case.submitted"
    CASE_RECEIVED = "case.received"
    CASE_SUPPLEMENT_NOTIFIED = "case.supplement_notified"
    CASE_SUPPLEMENT_SUBMITTED = "case.supplement_submitted"
    CASE_ACCEPTED = "case.accepted"
    STAGE_ENTERED = "stage.entered"
    STAGE_LEFT = "stage.left"
    CASE_SUSPENDED = "case.suspended"
    CASE_RESUMED = "case.resumed"
    CASE_EXTENDED = "case.extended"
    CASE_DECIDED = "case.decided"
    CASE_WITHDRAWN = "case.withdrawn"
    CASE_CANCELLED = "case.cancelled"
    CASE_RETURNED = "case.returned"
    CASE_CORRECTED = "case.corrected"
    CASE_FORWARDED = "case.forwarded"
    CASE_TRANSFERRED = "case.transferred"
    ACCEPTANCE_WITHDRAWN = "acceptance.withdrawn"
    DOCUMENT_DELIVERED = "document.delivered"
    RESULT_PUBLISHED = "result.published"
    FEE_CHARGED = "fee.charged"
    INTERMEDIARY_ENGAGED = "intermediary.engaged"
    DELAY_EXPLAINED = "delay.explained"
    IRREGULARITY_FOUND = "irregularity.found"

    CARD_CONFIRMED = "card.confirmed"
    CARD_ACKNOWLEDGED = "card.acknowledged"
    CARD_RESPONDED = "card.responded"
    CARD_SENT_BACK = "card.sent_back"
    CARD_APPEALED = "card.appealed"
    APPEAL_DECIDED = "appeal.decided"
    CARD_REVOKED = "card.revoked"
    ESCALATION_DISMISSED = "escalation.dismissed"

    CASE_REASSIGNED = "case.reassigned"
    CASE_REFILED = "case.refiled"
    TRANSFER_AGREED = "transfer.agreed"
    TRANSFER_DECLINED = "transfer.declined"
    CLAIM_ACCEPTED = "claim.accepted"
    CLAIM_REFUSED = "claim.refused"

    FIELD_OPENED = "field.opened"
    CASE_SHREDDED = "case.shredded"
    ITEM_LISTED = "item.listed"
    ITEM_REMOVED = "item.removed"
    RULES_ADOPTED = "rules.adopted"
    HEARTBEAT = "heartbeat"
    KEYS_ADOPTED = "keys.adopted"
    RECORD_SEALED = "record.sealed"
    DEPARTMENT_SUCCEEDED = "department.succeeded"
    SAMPLE_COMMITTED = "sample.committed"
    SAMPLE_DRAWN = "sample.drawn"
    SAMPLE_EXCHANGED = "sample.exchanged"
    FILE_REVIEWED = "file.reviewed"
    PERSON_ENROLLED = "person.enrolled"
    PERSON_KEY_REVOKED = "person.key_revoked"


class Derived(StrEnum):
    """Types of derived facts; another case is notified of one under the same type."""

    WARNING_ISSUED = "warning.issued"
    CARD_PROPOSED = "card.proposed"
    CARD_ISSUED = "card.issued"
    SUGGESTION_ISSUED = "suggestion.issued"
    CARD_RECHECKED = "card.rechecked"
    CARD_NUMBERED = "card.numbered"
    CARD_REMEDIED = "card.remedied"
    CARD_ANNULLED = "card.annulled"
    CARD_CLOSED = "card.closed"
    ESCALATION_PROPOSED = "escalation.proposed"
    CASE_ESCALATED = "case.escalated"
    CASE_DEEMED_ACCEPTED = "case.deemed_accepted"
    CASE_DEEMED_APPROVED = "case.deemed_approved"
    CASE_RECHECKED = "case.rechecked"
    APPEAL_OVERDUE = "appeal.overdue"
    DUE_REVISED = "due.revised"
    DATA_FLAGGED = "data.flagged"
    EVENT_SET_ASIDE = "event.set_aside"
    EVENT_READMITTED = "event.readmitted"
    EVENT_CORRECTED = "event.corrected"
    TERMS_ADOPTED = "terms.adopted"
    CASES_COUNTED = "cases.counted"
    CLAIM_CONTESTED = "claim.contested"
    CLAIM_OVERDUE = "claim.overdue"
    CALENDAR_MISSING = "calendar.missing"


EventType = Reported | Derived

_REPORTED = tuple(Reported)
SOURCE_TYPES = _REPORTED[: _REPORTED.index(Reported.IRREGULARITY_FOUND) + 1]
"""Types that an intake system may report, in the order in which errors and documents list them."""

OPENING_TYPES = frozenset({Reported.CASE_SUBMITTED, Reported.CASE_RECEIVED})
STARTING_TYPES = OPENING_TYPES | {Reported.CASE_ACCEPTED}
"""Types that open a case or accept it: each says where the case belongs, and has terms."""
SUPPLEMENT_TYPES = frozenset(
    {Reported.CASE_SUPPLEMENT_NOTIFIED, Reported.CASE_SUPPLEMENT_SUBMITTED}
)
_WITHOUT_DECISION = {Reported.CASE_WITHDRAWN, Reported.CASE_CANCELLED, Reported.CASE_RETURNED}
ENDING_TYPES = frozenset({*_WITHOUT_DECISION, Reported.ACCEPTANCE_WITHDRAWN})
CLOSING_TYPES = ENDING_TYPES | {Reported.CASE_DECIDED, Reported.CASE_FORWARDED}
LISTING_TYPES = frozenset({Reported.ITEM_LISTED, Reported.ITEM_REMOVED})

ISSUED_TYPES = frozenset({Derived.WARNING_ISSUED, Derived.CARD_ISSUED})
DEEMED_TYPES = frozenset({Derived.CASE_DEEMED_ACCEPTED, Derived.CASE_DEEMED_APPROVED})
FINDING_TYPES = ISSUED_TYPES | DEEMED_TYPES | {Derived.CARD_PROPOSED}
"""Whatever supervision finds. Its ground may be gone one day, so each is re-checked."""
RECHECK_TYPES = frozenset({Derived.CARD_RECHECKED, Derived.CASE_RECHECKED})
CLAIM_TYPES = frozenset({Reported.CLAIM_ACCEPTED, Reported.CLAIM_REFUSED})
"""An inspector's decision about the time that late news claims."""
MISSING_TYPES = frozenset({Derived.CALENDAR_MISSING})
