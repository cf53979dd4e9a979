"""The predicates of the rules of conduct, in the order of their numbers: V-16 to V-34.

Pure. Each yields the breaches in a permit, at no level. Names of materials are private: how many of
them the service guide does not have, how many data sharing gives, and how many name nothing (兜底),
was counted when the event was read, against the guide of that day.

    V-16, V-34        行政许可法 32, 38, 72(7); 案卷评查标准“不得只签署姓名”
    V-17, V-18, V-25  行政许可法 31, 32, 72(4); 优化营商环境条例 35, 44; 在线政务服务规定 7
    V-19, V-26        优化营商环境条例 39, 40; 安阳市政务服务条例 56(1)
    V-21, V-22        of each case only where the profile asks for it; else of the item
    V-23, V-24        行政许可法 58, 59, 75; 优化营商环境条例 43, 69(9)
    V-28              优化营商环境条例 35, 36
    V-29, V-30        行政许可法 34(3), 46, 55, 74
"""

from collections.abc import Iterator, Mapping

from chalicelib.cases.fact import Fact
from chalicelib.findings.compression import is_cut
from chalicelib.findings.finding import Breach, is_no, read_count
from chalicelib.intake.event_types import Reported
from chalicelib.permit.procedure import is_given
from chalicelib.permit.state import Permit
from chalicelib.policy.conduct import Conduct
from chalicelib.policy.profile import Profile

HEARING = "hearing"
TURNED_AWAY = frozenset({Reported.CASE_RETURNED, Reported.ACCEPTANCE_WITHDRAWN})


def without_reasons(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-16: yield a refusal without reasons, or without the remedies."""
    ended, decision = permit.closing, permit.decision
    if ended is None or ended.kind not in TURNED_AWAY:
        ended = decision if decision and decision.text("outcome") in row.outcomes else None
    if ended is not None and not is_given(ended, "reason"):
        yield Breach("no_reason", ended)
    elif ended is not None and is_no(ended, "remedies"):
        yield Breach("no_remedies", ended)


def told_again(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-17: yield the notice by which there are too many, where the law has one complete notice."""
    notices = _notices(permit)
    if row.times is not None and len(notices) >= row.times:
        *earlier, last = notices[: row.times]
        yield Breach("told_again", last, tuple(earlier))


def not_in_the_guide(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-18: yield requests for too many materials not in the guide, or for “other materials”."""
    for fact in _requests(permit):
        if read_count(fact, "unlisted") > (row.most or 0):
            yield Breach("unlisted", fact)
        elif read_count(fact, "catch_all"):
            yield Breach("catch_all", fact)


def not_listed(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-19: yield the first fact whose item was not in the catalogue of then. Once for a case."""
    first = next((fact for fact in permit.opened if is_no(fact, "listed")), None)
    if first is not None:
        yield Breach("not_listed", first)


def too_many_stages(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-21: yield a stage beyond the most an item may have, without other departments' stages."""
    if row.most is None:
        return
    first: dict[str, Fact] = {}
    for stay in permit.stays:
        if not stay.department:
            first.setdefault(stay.stage, stay.told)
    if len(first) > row.most:
        *earlier, last = [*first.values()][: row.most + 1]
        yield Breach("too_many_stages", last, tuple(earlier))


def not_compressed(permit: Permit, row: Conduct, profile: Profile) -> Iterator[Breach]:
    """V-22: yield an acceptance under a promise that is too near the statutory limit."""
    terms = permit.terms
    if terms is None or permit.acceptance is None or not (terms.promise and terms.statutory):
        return
    if not is_cut(terms.promise, terms.statutory, row, profile):
        yield Breach("not_compressed", permit.acceptance)


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


def shared_anyway(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-25: yield requests for too many materials that the department can get by itself."""
    for fact in _requests(permit):
        if read_count(fact, "shared") > (row.most or 0):
            yield Breach("shared", fact)


def off_the_platform(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-26: yield an acceptance outside the hall and the platform (体外循环)."""
    accepted = permit.acceptance
    if accepted is not None and accepted.text("channel") == "outside":
        yield Breach("outside", accepted)


def longer_than_published(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-28: yield a promise longer than published (优化营商环境条例 35, 36)."""
    accepted = permit.acceptance
    terms = accepted.data.get("terms") if accepted else None
    if accepted and isinstance(terms, Mapping) and terms.get("longer") and terms.get("catalogue"):
        yield Breach("limit_longer_than_published", accepted)


def wrongly_decided(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-29: yield a decision without authority, hearing or stages, on its gravest ground."""
    decision, terms = permit.decision, permit.terms
    if decision is None:
        return
    heard = (held.told.at for held in permit.procedures if held.name == HEARING)
    if decision.text("decided_by") in row.too_low and permit.kind != "immediate":
        yield Breach("no_authority", decision)
    elif terms and terms.rules.get("hearing") and not any(at <= decision.at for at in heard):
        yield Breach("no_hearing", decision)
    elif row.all_stages and (skipped := _first_skipped(permit)):
        yield Breach("stage_skipped", decision, label=skipped)


def _first_skipped(permit: Permit) -> str:
    """Return the catalogue's first stage that the case was never in; empty if it has no stages."""
    visited = {stay.stage for stay in permit.stays}
    listed = permit.terms.stages if permit.terms and visited else ()
    return next((stage for stage in listed if stage not in visited), "")


def too_few_officers(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-30: yield acts of fewer officers than the law or the catalogue requires."""
    by_item = permit.terms is not None and bool(permit.terms.rules.get("two_persons"))
    for fact in permit.acts:
        if "officers" in fact.data and read_count(fact, "officers") < (row.officers or 0):
            names = set() if fact.kind == Reported.STAGE_LEFT else _ended_procedures(fact, permit)
            if by_item or names & set(row.procedures):
                label = fact.text("stage") or fact.text("procedure")
                yield Breach("too_few_officers", fact, label=label)


def _ended_procedures(resumed: Fact, permit: Permit) -> set[str]:
    """Return the procedures that *resumed* ended: the one that it names, or all that were open."""
    named = resumed.text("procedure")
    ended = (procedure for procedure in permit.procedures if procedure.end == resumed.at)
    return {named} if named else {procedure.name for procedure in ended}


def incomplete_file(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-34: yield each paper that is reported to be missing from the file."""
    if permit.acceptance is not None and is_no(permit.acceptance, "voucher"):
        yield Breach("no_voucher", permit.acceptance)
    yield from (Breach("no_notice", fact) for fact in _notices(permit) if is_no(fact, "notice"))
    if permit.decision is not None and is_no(permit.decision, "opinion"):
        yield Breach("no_opinion", permit.decision)


def _requests(permit: Permit) -> list[Fact]:
    """Return each request for materials: the notices and the acceptance (容缺)."""
    return [*_notices(permit), *([permit.acceptance] if permit.acceptance else [])]


def _notices(permit: Permit) -> list[Fact]:
    return [f for f in permit.supplements if f.kind == Reported.CASE_SUPPLEMENT_NOTIFIED]
