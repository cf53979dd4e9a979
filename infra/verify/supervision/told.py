"""Who may report which facts: intake systems on permits, people on cards, the log on itself.

A reported fact cannot be derived. But anybody can see whether its source may report it. Only an
intake system reports on a permit, but for what an inspector finds in it. An act on a card or a
finding comes only from a role that may do it, at the time of the act.
"""

from collections.abc import Iterator, Sequence

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cards.acts import ROLES
from chalicelib.cards.life import ACT_OF_TYPE
from chalicelib.cases.fact import Fact
from chalicelib.cases.kind import CaseKind, kind_of
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import LISTING_TYPES, SOURCE_TYPES, Reported
from chalicelib.permit.finding import ROLE as FINDERS
from infra.verify.finding import Issue
from infra.verify.supervision.cases import LoggedCase, source_of

_BY_SYSTEMS = frozenset(SOURCE_TYPES)
_SHREDDED = Reported.CASE_SHREDDED
_BY_US: dict[CaseKind, frozenset[str]] = {
    "permit": frozenset({_SHREDDED, Reported.IRREGULARITY_FOUND}),
    "card": frozenset({*ACT_OF_TYPE, _SHREDDED}),
    "item": LISTING_TYPES,
    "log": frozenset({Reported.RULES_ADOPTED, Reported.HEARTBEAT, "key.adopted"}),
}


def check_reporters(case: LoggedCase) -> Iterator[Issue]:
    """Check the source of each reported fact of a case; `news` checks notifications."""
    kind = kind_of(case.name)
    keys: set[str] = set()
    for fact in case.facts:
        if fact.key in keys:
            yield case.issue(fact.n, f"{fact.kind} 重复记录", f"{fact.kind} is on record twice")
        keys.add(fact.key)
        if not fact.told or source_of(fact.key) is not None:
            continue
        if not _may_report(kind, fact):
            yield case.issue(
                fact.n,
                f"{fact.kind} 不应当由此来源告知",
                f"{fact.kind} is not for this source to tell",
            )
        elif roles := _roles_for(kind, fact):
            yield from _check_act(case, fact, roles)


def _may_report(kind: CaseKind, fact: Fact) -> bool:
    if fact.key.startswith(f"{OURS}/"):
        return fact.kind in _BY_US.get(kind, ())
    return kind == "permit" and fact.kind in _BY_SYSTEMS


def _roles_for(kind: CaseKind, fact: Fact) -> Sequence[str]:
    """Return the roles that may do what *fact* reports; none where it is no act of a person."""
    if kind == "card" and fact.kind in ACT_OF_TYPE:
        return ROLES[ACT_OF_TYPE[fact.kind]]
    is_entered = fact.kind == Reported.IRREGULARITY_FOUND and fact.key.startswith(f"{OURS}/")
    return (FINDERS,) if is_entered else ()


def _check_act(case: LoggedCase, fact: Fact, roles: Sequence[str]) -> Iterator[Issue]:
    """Check that the role of an act is one of *roles*, and that its time is that of its record."""
    if fact.text("role") not in roles:
        yield case.issue(
            fact.n,
            f"{fact.kind} 不属于该角色的职权：{fact.text('role') or '无'}",
            f"{fact.kind} is not for this role: {fact.text('role') or 'none'}",
        )
    if abs(fact.recorded_at - fact.at) > MERGE_DELAY:
        yield case.issue(
            fact.n,
            f"{fact.kind} 声称的时间与记录时间不符",
            f"{fact.kind} claims another time than it was recorded at",
        )
