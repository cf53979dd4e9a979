"""Notifications (转达): the facts of one case that other cases are notified of, and their data.

    permit, item, department   their findings            -> the card's own case, the register of
                                                            its level, its department's year
    department                 what counts of a card  -> the year of whoever continues it
    card                       the acts of people        -> the case that issued it
                               its climbing, its end     -> the register, the department's year
                               its appeals               -> the department's year, if it counts

A card that rests on no law is known to its own case alone: it is not numbered and not counted.

The event of a notification has the number of the fact in its own case as its id, so each case
records it once, however often it is sent. A fact that came by notification is not passed on; only
derived facts and the acts of people are. So it ends: the findings are finite, and each card can
climb only to the last level (ADR 0026).
"""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from chalicelib.card.state import CardState, fold_card
from chalicelib.cases.case_id import (
    NOWHERE,
    card_case,
    card_id,
    department_case,
    kind_of,
    number_in,
    parts_of,
    register_case,
)
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.department.ledger import APPEALS
from chalicelib.department.succession import continued_in, first_rested_on
from chalicelib.findings.instrument import is_formal
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Derived, Reported
from chalicelib.policy.profile import Profile

_NUMBERED = frozenset({Derived.CARD_ISSUED, Derived.CASE_ESCALATED})
_OPENING = _NUMBERED | {Derived.CARD_PROPOSED, Derived.SUGGESTION_ISSUED}
_ENDS = frozenset({Derived.CARD_RECHECKED, Derived.CARD_ANNULLED})
_COUNTED = _NUMBERED | _ENDS | {Derived.WARNING_ISSUED}
_LATER = frozenset({Derived.CARD_RECHECKED, Derived.CARD_REMEDIED})  # about an earlier finding
_TO_ISSUER = APPEALS | {
    *(Reported.CARD_CONFIRMED, Reported.CARD_RESPONDED, Reported.CARD_SENT_BACK),
    Derived.CARD_ANNULLED,
}


class Notification(NamedTuple):
    """The *event* that *case* is sent about a fact of another case."""

    case: str
    event: Event


def notifications(
    case_id: str, public_case: str, case: CaseHistory, since: int, rules: Rules
) -> Iterator[Notification]:
    """Yield the notifications of the facts of *case* from number *since* on."""
    if kind_of(case_id) in ("register", "log") or since >= len(case):
        return
    facts_of = _of_card if kind_of(case_id) == "card" else _of_issuer
    passed_on = _of_year(case_id, public_case, case, since)
    for fact, data, cases in chain(facts_of(public_case, case, since, rules), passed_on):
        told = {name: value for name, value in data.items() if name != "rests_on"}
        event = own_event(fact.kind, case_id, card_id(public_case, fact.n), fact.at, told)
        for other in dict.fromkeys(cases):
            if other != case_id:
                yield Notification(other, event)


_Selected = Iterator[tuple[Fact, dict[str, object], list[str]]]


def _of_issuer(public_case: str, case: CaseHistory, since: int, rules: Rules) -> _Selected:
    """Yield the findings of a case: a proposal, a card, a re-check or remedy of either."""
    for fact in case.facts[since:]:
        if fact.told or fact.kind not in _OPENING | _LATER | {Derived.WARNING_ISSUED}:
            continue
        profile = rules.at(fact.recorded_at).profile
        n = number_in(fact.data.get("card"))
        about = case.facts[n] if n is not None and fact.kind in _LATER else fact
        is_warning = about.kind == Derived.WARNING_ISSUED and profile.counts_warnings
        if not (is_warning or about.kind in _OPENING):
            continue  # a deemed act, or a warning that is not counted: no card
        card = card_id(public_case, fact.n if n is None else n)
        kept = _kept_in(fact, about, profile) if _is_issued(about, case) else ()
        cases = [*kept] if is_warning else [card_case(card), *kept]
        yield fact, {**fact.data, "card": card, **_numbering(fact, profile)}, cases


def _of_card(_: str, case: CaseHistory, since: int, rules: Rules) -> _Selected:
    """Yield the acts of people about a card, and its climbing and its end."""
    state = fold_card(case)
    aside = {fact.n for fact, _ in state.set_aside}
    card_data = state.opening.data if state.opening else {}
    for fact in case.facts[since:]:
        is_act = fact.told and _goes_back(fact, state) and fact.n not in aside
        if state.opening is None or not (is_act or (not fact.told and fact.kind in _COUNTED)):
            continue
        profile = rules.at(fact.recorded_at).profile
        names = ("department", "region", "item")
        about = {name: card_data[name] for name in names if name in card_data}
        codes = {name: fact.text(name) for name in ("role", "outcome") if fact.text(name)}
        data = {"card": state.card, **about, **(codes if fact.told else fact.data)}
        issuer = [state.issuer] if fact.kind in _TO_ISSUER else []
        is_kept = not fact.told or (fact.kind in APPEALS and profile.ladder.repeated)
        kept = _kept_in(fact, state.opening, profile) if is_kept else ()
        yield fact, {**data, **_numbering(fact, profile)}, [*issuer, *kept]


def _of_year(case_id: str, public_case: str, case: CaseHistory, since: int) -> _Selected:
    """Yield what counts of a card in a department's year that others continue, for their year.

    What was on record before is passed on with the fact that says so, but not what a card of this
    year rests on: that card is. What came back from there is not passed on again.
    """
    successors = continued_in(case) if kind_of(case_id) == "department" else ()
    if not successors:
        return
    year = int(parts_of(case_id)[-1])
    abouts, seen = dict[str, tuple[str, str]](), set[tuple[object, ...]]()
    rested_on = first_rested_on(case)
    for fact in case.facts:
        if fact.kind not in _COUNTED | APPEALS:
            continue
        n = number_in(fact.data.get("card"))
        card = fact.text("card") if fact.told else card_id(public_case, fact.n if n is None else n)
        item, region = abouts.setdefault(card, (fact.text("item"), fact.text("region")))
        same = fact.kind, card, fact.at, *map(fact.text, ("level", "verdict", "outcome"))
        if same in seen:
            continue
        seen.add(same)
        for to in successors:
            known = max(to.n, fact.n)  # when both are on record
            is_free = rested_on.get(fact.n, known) >= known
            if known >= since and to.takes_card(item, region) and is_free:
                data = {**fact.data, "card": card, "department": to.to}
                yield fact, data, [department_case(to.to, year)]


def _goes_back(act: Fact, state: CardState) -> bool:
    """Return whether the case that issued the card is notified of an *act*.

    A decision that revokes the card reaches it as the annulment. The confirmation of a step up does
    not concern it.
    """
    if act.kind == Reported.CARD_CONFIRMED:
        return state.confirmed is not None and act.n == state.confirmed.n
    return act.kind in _TO_ISSUER and act.text("outcome") != "revoked"


def _is_issued(about: Fact, case: CaseHistory) -> bool:
    """Return whether *about* is a card, or a proposal that somebody has confirmed."""
    confirmed = (fact.data.get("card") for fact in case.of_type(Derived.CARD_ISSUED))
    return about.kind != Derived.CARD_PROPOSED or about.n in confirmed


def _kept_in(fact: Fact, about: Fact, profile: Profile) -> Iterator[str]:
    """Yield the register and the department's years of *fact*; none if it rests on no law.

    The department is that of the finding that it is *about*.
    """
    if fact.text("basis_kind"):
        return
    if fact.kind in _NUMBERED and is_formal(fact):
        yield register_case(fact.text("series"), fact.text("level"), _year(fact, profile))
    department = about.text("department")
    if fact.kind in _COUNTED | APPEALS and department:
        for year in _years(fact, about, profile):
            yield department_case(department, year)


def _years(fact: Fact, about: Fact, profile: Profile) -> range:
    """Return the year in which a card fell due or climbed; of an end or appeal, all since."""
    is_end = fact.kind in APPEALS | _ENDS
    first, last = (about.at, fact.recorded_at) if is_end else (fact.at, fact.at)
    return range(first.astimezone(profile.zone).year, last.astimezone(profile.zone).year + 1)


def _numbering(fact: Fact, profile: Profile) -> dict[str, object]:
    """Return the data for a register: the region, and the year of issue in its zone."""
    if fact.told or fact.kind not in _NUMBERED:
        return {}
    return {"year": _year(fact, profile), "region": fact.text("region") or NOWHERE}


def _year(fact: Fact, profile: Profile) -> int:
    return fact.recorded_at.astimezone(profile.zone).year
