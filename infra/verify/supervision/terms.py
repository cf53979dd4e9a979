"""The terms of a case are those of the published catalogue: nobody can choose them.

An application and an acceptance carry their own limits, else those of their catalogue item. If the
catalogue did not have the item yet, `terms.adopted` gives them later. An item that is not on the
list is marked so. All this is read again from the catalogue that was in force.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact, terms_key
from chalicelib.cases.telling import adopted_terms
from chalicelib.intake.event_types import Derived
from chalicelib.lambdas.catalogued import WITH_TERMS
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.terms import terms_of
from infra.verify.finding import Issue
from infra.verify.supervision.judgements import ReplayedCase, compare_facts
from infra.verify.supervision.rules import StatedCatalogue, Statement


def check_terms(replayed: ReplayedCase) -> Iterator[Issue]:
    """Read the terms of a permit again."""
    for fact in replayed.case.facts:
        if fact.told and fact.kind in WITH_TERMS:
            yield from _check_reported(replayed, fact)
        elif (
            not fact.told
            and fact.kind == Derived.TERMS_ADOPTED
            and not _terms_follow(replayed, fact)
        ):
            yield replayed.case.issue(
                fact.n,
                "terms.adopted 与已公布的事项清单不符",
                "terms.adopted does not follow from the published catalogue",
            )


def _check_reported(replayed: ReplayedCase, fact: Fact) -> Iterator[Issue]:
    """Compare the terms of a reported fact with those of every catalogue that may apply to it.

    An event that came while no catalogue could be read is read later, by the catalogue of that
    time: at the latest the one in force when the log has the fact.
    """
    case, index = replayed.case, replayed.case.at[fact.n]
    allowed = replayed.book.around(fact.recorded_at, index)
    first, last = fact.recorded_at - MERGE_DELAY, replayed.written_by(fact.n) + MERGE_DELAY
    allowed += [
        statement for statement in replayed.book.statements if first <= statement.since <= last
    ]
    mine = {name: fact.data[name] for name in ("terms", "listed") if name in fact.data}
    wanted = [_terms_and_listing(replayed, fact, statement) for statement in dict.fromkeys(allowed)]
    if mine not in wanted:
        right = wanted[0] if wanted else None
        yield case.issue(
            fact.n,
            f"{fact.kind} 的时限与当时公布的事项清单不符：{mine}，应为 {right}",
            f"{fact.kind} has terms other than the catalogue's of then: {mine}, not {right}",
        )


def _terms_and_listing(
    replayed: ReplayedCase, fact: Fact, statement: Statement
) -> dict[str, object]:
    """Return the terms of a reported *fact*, and whether it is listed, by a stated catalogue."""
    version, item = _listed_item(statement.catalogue, fact.data)
    terms = terms_of(fact.data, item, version if item else "")
    details: dict[str, object] = {"terms": terms.written()} if terms else {}
    zone = replayed.book.rules(statement, fact.text("region")).profile.zone
    is_run = item is not None and (
        item.guide.cancelled is None
        or fact.at.astimezone(zone).date().isoformat() < item.guide.cancelled
    )
    return {**details, "listed": False} if version and not is_run else details


def _listed_item(
    catalogue: StatedCatalogue, data: Mapping[str, object]
) -> tuple[str, CatalogueItem | None]:
    return catalogue.version, catalogue.items.get(str(data.get("item", "")))


def _terms_follow(replayed: ReplayedCase, fact: Fact) -> bool:
    """Return whether a `terms.adopted` follows: the case waited, and the catalogue has them."""
    case = replayed.case
    before = case.facts[: fact.n]
    accepted = (earlier for earlier in before if earlier.told and terms_key(earlier) == fact.key)
    acceptance = next(accepted, None)
    if acceptance is None or "terms" in acceptance.data:
        return False
    for statement in replayed.book.around(fact.recorded_at, case.at[fact.n]):
        version, item = _listed_item(statement.catalogue, acceptance.data)
        terms = terms_of(acceptance.data, item, version if item else "")
        rules = replayed.book.rules(statement, replayed.region(fact.n))
        held = replayed.decide(fact.n, rules, fact.recorded_at).held_for
        if terms is None or not held.startswith("catalogue:"):
            continue
        if not [*compare_facts(fact, adopted_terms(acceptance, terms, fact.recorded_at))]:
            return True
    return False


def terms_owed(
    count: int, statement: Statement, decision: Decision, now: datetime
) -> Iterator[Fact]:
    """Yield the terms that a case of *count* facts waits for, if the catalogue has them."""
    acceptance = decision.without_terms
    if acceptance is None:
        return
    version, item = _listed_item(statement.catalogue, acceptance.data)
    terms = terms_of(acceptance.data, item, version if item else "")
    if terms is not None:
        yield adopted_terms(acceptance, terms, now).numbered(count)
