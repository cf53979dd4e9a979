"""An act that the profile in force says is signed has a signature (`[acts]`, I13).

The door refuses it without. So a leaf of it that names no passkey was not recorded by the door, or
by another profile than was stated.
"""

from collections.abc import Iterator, Sequence

from chalicelib.cases.fact import Fact
from chalicelib.intake.event import OURS, source_of
from chalicelib.intake.event_types import Derived
from chalicelib.people.signable import ACTS_OF_TYPE
from chalicelib.policy.signing import SignedActName
from infra.verify.issue import Issue
from infra.verify.supervision.judgements import ReplayedCase


def check_required(replayed: ReplayedCase) -> Iterator[Issue]:
    """Check each act of a person in the case that its own leaf tells, and not the notice of it."""
    case = replayed.case
    for fact in case.facts if case.kind in ("permit", "card") else ():
        acts = _acts(fact, case.facts)
        is_act = acts and fact.told and fact.key.startswith(f"{OURS}/") and not fact.signed
        if not is_act or source_of(fact.key):
            continue
        rules = replayed.rules(fact.n)
        signed = (each.profile.signature.of(act) == "required" for each in rules for act in acts)
        if rules and all(signed):
            zh, en = (
                "按当时的监察规则须由本人签名，却没有签名",
                "is not signed, as the profile requires",
            )
            yield case.issue_with(fact, zh, en)


def _acts(fact: Fact, facts: Sequence[Fact]) -> Sequence[SignedActName]:
    """Return the acts that *fact*, one of *facts*, may tell; an issued card is not dismissed."""
    acts = ACTS_OF_TYPE.get(fact.kind, ())
    if len(acts) < 2:  # noqa: PLR2004 - nothing to choose
        return acts
    is_issued = any(before.kind == Derived.CARD_ISSUED for before in facts[: fact.n])
    return acts[:1] if is_issued else acts
