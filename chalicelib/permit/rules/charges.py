"""Charges (V-23) and intermediaries (V-24): what an application may cost, and who is paid.

行政许可法 58, 59, 75: nothing without a basis, nothing above the published rate. 优化营商环境条例
43, 69(9): the applicant chooses the intermediary, and only for what the published list has.
"""

from collections.abc import Iterator

from chalicelib.findings.breach import Breach, is_no, read_count
from chalicelib.intake.event_types import Reported
from chalicelib.permit.procedure import is_given
from chalicelib.permit.state import Permit
from chalicelib.policy.conduct import Conduct


def unlawful_charge(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-23: yield charges without a basis, above their rate, or in sum above the guide's."""
    fees = (fact for fact in permit.acts if fact.kind == Reported.FEE_CHARGED)
    charged = [fact for fact in fees if read_count(fact, "amount")]
    most = permit.terms.rules.get("fees") if permit.terms and charged else None
    total = 0
    for number, fact in enumerate(charged):
        amount = read_count(fact, "amount")
        before, total = total, total + amount
        if not is_given(fact, "basis"):
            yield Breach("no_basis", fact)
        elif "standard" in fact.data and amount > read_count(fact, "standard"):
            yield Breach("over_standard", fact)
        elif most is not None and before <= most < total:
            yield Breach("over_list", fact, tuple(charged[:number]))


def designated(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-24: yield intermediaries chosen by the department, or for a service that no list has."""
    is_none_needed = permit.terms is not None and permit.terms.rules.get("intermediaries") == 0
    for fact in permit.acts:
        if fact.kind != Reported.INTERMEDIARY_ENGAGED:
            continue
        if fact.text("chosen_by") == "department":
            yield Breach("designated", fact)
        elif is_no(fact, "listed") or ("listed" not in fact.data and is_none_needed):
            yield Breach("service_not_listed", fact)
