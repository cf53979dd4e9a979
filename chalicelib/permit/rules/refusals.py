"""Refusals (V-16) and what must be in the file (V-34): 行政许可法 32, 38, 72(7).

A refusal states its reasons and how to have it reviewed; so does it where an application is turned
away or its acceptance withdrawn. The file holds a dated voucher of acceptance, a dated notice of
what is missing, and a reasoned opinion, not a name alone (案卷评查标准“不得只签署姓名”).
"""

from collections.abc import Iterator

from chalicelib.findings.breach import Breach, is_no
from chalicelib.intake.event_types import Reported
from chalicelib.permit.procedure import is_given
from chalicelib.permit.state import Permit
from chalicelib.policy.conduct import Conduct

TURNED_AWAY = frozenset({Reported.CASE_RETURNED, Reported.ACCEPTANCE_WITHDRAWN})


def without_reasons(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-16: yield a refusal without reasons, or without the remedies."""
    closing = permit.closing
    if closing is None or not (
        closing.kind in TURNED_AWAY
        or (closing.kind == Reported.CASE_DECIDED and closing.text("outcome") in row.outcomes)
    ):
        return
    if not is_given(closing, "reason"):
        yield Breach("no_reason", closing)
    elif is_no(closing, "remedies"):
        yield Breach("no_remedies", closing)


def incomplete_file(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-34: yield each paper that is reported to be missing from the file."""
    acceptance, closing = permit.acceptance, permit.closing
    if acceptance is not None and is_no(acceptance, "voucher"):
        yield Breach("no_voucher", acceptance)
    for fact in permit.supplements:
        if fact.kind == Reported.CASE_SUPPLEMENT_NOTIFIED and is_no(fact, "notice"):
            yield Breach("no_notice", fact)
    if closing is not None and closing.kind == Reported.CASE_DECIDED and is_no(closing, "opinion"):
        yield Breach("no_opinion", closing)
