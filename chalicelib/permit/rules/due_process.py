"""How it was handled: on the list (V-19), on the platform (V-26), heard (V-29), by two (V-30).

优化营商环境条例 39, 40; 行政许可法 34(3), 46, 55, 74. And of each case as well, where the profile
asks for it, what is otherwise judged of the item: its stages (V-21) and its promise (V-22).
"""

from collections.abc import Iterator, Mapping

from chalicelib.cases.fact import Fact
from chalicelib.findings.breach import Breach, is_no, read_count
from chalicelib.findings.compression import is_cut
from chalicelib.intake.event_types import Reported
from chalicelib.permit.state import Permit
from chalicelib.policy.conduct import Conduct
from chalicelib.policy.profile import Profile

HEARING = "hearing"


def not_listed(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-19: yield the first fact whose item was not in the catalogue of then. Once for a case."""
    opened = (fact for fact in (*permit.openings, permit.acceptance) if fact is not None)
    first = next((fact for fact in opened if is_no(fact, "listed")), None)
    if first is not None:
        yield Breach("not_listed", first)


def off_the_platform(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-26: yield an acceptance outside the hall and the platform (体外循环)."""
    accepted = permit.acceptance
    if accepted is not None and accepted.text("channel") == "outside":
        yield Breach("outside", accepted)


def wrongly_decided(permit: Permit, row: Conduct) -> Iterator[Breach]:
    """V-29: yield a decision without authority, hearing or stages, on its gravest ground."""
    closing = permit.closing
    if closing is None or closing.kind != Reported.CASE_DECIDED:
        return
    terms = permit.terms
    if closing.text("decided_by") in row.too_low and not (terms and terms.kind == "immediate"):
        yield Breach("no_authority", closing)
    elif terms and terms.rules.get("hearing") and not _was_heard(permit, closing):
        yield Breach("no_hearing", closing)
    elif row.all_stages and (skipped := _first_skipped(permit)):
        yield Breach("stage_skipped", closing, label=skipped)


def _was_heard(permit: Permit, decision: Fact) -> bool:
    hearings = (held for held in permit.procedures if held.name == HEARING)
    return any(hearing.told.at <= decision.at for hearing in hearings)


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


def longer_than_published(permit: Permit, _: Conduct) -> Iterator[Breach]:
    """V-28: yield a promise longer than published (优化营商环境条例 35, 36)."""
    accepted = permit.acceptance
    terms = accepted.data.get("terms") if accepted else None
    if accepted and isinstance(terms, Mapping) and terms.get("longer") and terms.get("catalogue"):
        yield Breach("limit_longer_than_published", accepted)
