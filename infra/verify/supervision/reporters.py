"""Who may report which facts: intake systems on permits, people on cards, the log on itself.

A reported fact cannot be derived, but its source can be checked. One intake system reports on a
permit, but for findings of inspectors. An act on a card, a finding, a decision about late news or
about the owner of a case comes only from a role that may take it, at the time of the act.
"""

from collections.abc import Callable, Collection, Iterator

from chalicelib.card.acts import ACTS
from chalicelib.card.stages import ACT_OF_TYPE
from chalicelib.cases.case_id import CaseKind, number_in
from chalicelib.cases.fact import Fact
from chalicelib.intake.event import OURS, source_of
from chalicelib.intake.event_types import CLAIM_TYPES, LISTING_TYPES, SOURCE_TYPES, Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.people.rights import Act, roles_for
from chalicelib.permit.claims.decision import ROLE as DECIDERS
from chalicelib.permit.field_opening import is_opening
from chalicelib.permit.finding import ROLE as FINDERS
from chalicelib.permit.ownership.acts import ROLE as MENDERS
from chalicelib.sample.state import TYPES as SAMPLE_TYPES
from infra.verify.issue import Issue
from infra.verify.supervision.cases import LoggedCase

_BY_SYSTEMS = frozenset(SOURCE_TYPES)
_TRANSFER_ANSWERS = frozenset({Reported.TRANSFER_AGREED, Reported.TRANSFER_DECLINED})
_BY_NO_PERSON = _BY_SYSTEMS - {*CLAIM_TYPES, *_TRANSFER_ANSWERS, Reported.CASE_REASSIGNED}
_BY_US: dict[CaseKind, frozenset[str]] = {
    "permit": CLAIM_TYPES
    | _TRANSFER_ANSWERS
    | {Reported.CASE_REASSIGNED, Reported.CASE_REFILED}
    | {Reported.CASE_SHREDDED, Reported.IRREGULARITY_FOUND, Reported.FIELD_OPENED},
    "card": frozenset({*ACT_OF_TYPE, Reported.CASE_SHREDDED}),
    "item": LISTING_TYPES,
    "department": frozenset({Reported.DEPARTMENT_SUCCEEDED}),
    "sealed": frozenset({Reported.RECORD_SEALED}),
    "sample": SAMPLE_TYPES,
    "log": frozenset({Reported.RULES_ADOPTED, Reported.HEARTBEAT, Reported.KEYS_ADOPTED})
    | {Reported.PERSON_ENROLLED, Reported.PERSON_KEY_REVOKED},
}

_RIGHT_OF: dict[str, Act] = {
    **dict.fromkeys(SAMPLE_TYPES, "draw_sample"),
    **dict.fromkeys(_TRANSFER_ANSWERS, "answer_transfer"),
    Reported.FIELD_OPENED: "see_private",
}


def check_reporters(case: LoggedCase) -> Iterator[Issue]:
    """Check the source of each reported fact of a case; `notifications.py` checks the others."""
    kind, keys, first = case.kind, set[str](), ""
    for fact in case.facts:
        if fact.key in keys:
            yield case.issue_with(fact, "重复记录", "is on record twice")
        keys.add(fact.key)
        if fact.source and fact.source != (first := first or fact.source):
            zh = f"由 {fact.source} 告知，而此件由 {first} 告知"
            yield case.issue_with(fact, zh, f"is told by {fact.source}, and this case by {first}")
        if fact.source and kind == "permit" and fact.kind in _BY_NO_PERSON:
            continue
        if not fact.told or (not fact.source and source_of(fact.key) is not None):
            continue
        if not _may_report(kind, fact):
            yield case.issue_with(fact, "不应当由此来源告知", "is not for this source to tell")
        elif roles := _roles_for(kind, fact):
            yield from _check_act(case, fact, roles)
            if check := _CHECKS.get(fact.kind):
                yield from check(case, fact)


def _may_report(kind: CaseKind, fact: Fact) -> bool:
    if fact.key.startswith(f"{OURS}/"):
        return fact.kind in _BY_US.get(kind, ())
    return kind == "permit" and fact.kind in _BY_SYSTEMS


def _roles_for(kind: CaseKind, fact: Fact) -> Collection[str]:
    """Return the roles that may do what *fact* reports; none where it is no act of a person."""
    if kind == "card" and fact.kind in ACT_OF_TYPE:
        return ACTS[ACT_OF_TYPE[fact.kind]].roles
    if fact.kind in CLAIM_TYPES:
        return (DECIDERS,)
    if fact.kind == Reported.CASE_REASSIGNED:
        return (MENDERS,)
    if act := _RIGHT_OF.get(fact.kind):
        return roles_for(act)
    is_entered = fact.kind == Reported.IRREGULARITY_FOUND and fact.key.startswith(f"{OURS}/")
    return (FINDERS,) if is_entered else ()


def _check_claim(case: LoggedCase, decision: Fact) -> Iterator[Issue]:
    """Check that *decision* is about a report that was on record when it was made."""
    n, seen = number_in(decision.data.get("claim")), decision.data.get("seen")
    is_seen = n is not None and isinstance(seen, int) and 0 <= n < seen <= decision.n
    if not is_seen or n is None or not case.facts[n].told or source_of(case.facts[n].key):
        zh, en = "所认定的不是当时已经记录的报送", "is about no report that was on record then"
        yield case.issue_with(decision, zh, en)


def _check_answer(case: LoggedCase, answer: Fact) -> Iterator[Issue]:
    """Check that *answer* is about a transfer that was on record before it."""
    n = number_in(answer.data.get("transfer"))
    about = case.facts[n] if n is not None and 0 <= n < answer.n else None
    if about is None or about.kind != Reported.CASE_TRANSFERRED or not about.told:
        zh, en = "所答复的不是当时已经记录的移送", "is about no transfer that was on record then"
        yield case.issue_with(answer, zh, en)


def _check_opening(case: LoggedCase, opening: Fact) -> Iterator[Issue]:
    """Check that *opening* is about a private field that was on record before it."""
    if not is_opening(case.facts, opening):
        zh, en = "所查看的不是此前记录的不公开字段", "opens no private field on record then"
        yield case.issue_with(opening, zh, en)


def _check_act(case: LoggedCase, fact: Fact, roles: Collection[str]) -> Iterator[Issue]:
    """Check that the role of an act is one of *roles*, and that its time is that of its record."""
    role = fact.text("role")
    if role not in roles:
        zh, en = f"不属于该角色的职权：{role or '无'}", f"is not for this role: {role or 'none'}"
        yield case.issue_with(fact, zh, en)
    if abs(fact.recorded_at - fact.at) > MERGE_DELAY:
        zh, en = "声称的时间与记录时间不符", "claims another time than it was recorded at"
        yield case.issue_with(fact, zh, en)


_CHECKS: dict[str, Callable[[LoggedCase, Fact], Iterator[Issue]]] = {
    **dict.fromkeys(CLAIM_TYPES, _check_claim),
    **dict.fromkeys(_TRANSFER_ANSWERS, _check_answer),
    Reported.FIELD_OPENED: _check_opening,
}
