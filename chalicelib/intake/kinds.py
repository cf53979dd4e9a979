"""The event types an intake system may tell us, in one enum: subject first, past tense last.

What each carries in `data` is in `payload.py`. Nothing else in the code spells a type out that a
source can send; what supervision itself derives (`card.issued` …) is never accepted from outside.
"""

from enum import StrEnum


class ReportedType(StrEnum):
    """`subject.past_tense`; the subject is what the news is about."""

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
    ACCEPTANCE_WITHDRAWN = "acceptance.withdrawn"
    DOCUMENT_DELIVERED = "document.delivered"
    RESULT_PUBLISHED = "result.published"
    FEE_CHARGED = "fee.charged"
    INTERMEDIARY_ENGAGED = "intermediary.engaged"
    DELAY_EXPLAINED = "delay.explained"
    IRREGULARITY_FOUND = "irregularity.found"


KNOWN = ", ".join(ReportedType)
