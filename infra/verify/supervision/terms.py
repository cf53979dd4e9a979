"""The terms of a case are those of the published catalogue: what binds it is nobody's to choose.

An application and an acceptance carry the limits that they say themselves, else those of their
item's entry; an acceptance that the catalogue did not know yet is given them by `terms.adopted`.
That an item is not on the list is said of it too. Read again from the entry of the catalogue that
was in force.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.cases.decision import Decision
from chalicelib.cases.fact import Fact, terms_key
from chalicelib.cases.telling import adopted_terms
from chalicelib.lambdas.catalogued import WITH_TERMS
from chalicelib.policy.catalogue import CatalogueItem
from chalicelib.policy.terms import terms_of
from infra.verify.finding import Issue
from infra.verify.supervision.judgements import ADOPTED_TERMS, Judged, differing
from infra.verify.supervision.rules import StatedCatalogue, Statement


def check(judged: Judged) -> Iterator[Issue]:
    """Read the terms of a permit again."""
    for fact in judged.case.facts:
        if fact.told and fact.kind in WITH_TERMS:
            yield from _told(judged, fact)
        elif not fact.told and fact.kind == ADOPTED_TERMS and not _adopted(judged, fact):
            yield judged.case.issue(
                fact.n,
                "terms.adopted 与已公布的事项清单不符",
                "terms.adopted does not follow from the published catalogue",
            )


def _told(judged: Judged, fact: Fact) -> Iterator[Issue]:
    """What a told fact says of the catalogue, held against those that it may have been read by.

    What was told while nothing could be read is read when that is possible again: by the catalogue
    of then, at the latest of when the log has the fact.
    """
    case, index = judged.case, judged.case.at[fact.n]
    allowed = judged.book.around(fact.recorded_at, index)
    first, last = fact.recorded_at - MERGE_DELAY, judged.written_by(fact.n) + MERGE_DELAY
    allowed += [
        statement for statement in judged.book.statements if first <= statement.since <= last
    ]
    mine = {name: fact.data[name] for name in ("terms", "listed") if name in fact.data}
    wanted = [_beside(judged, fact, one) for one in dict.fromkeys(allowed)]
    if mine not in wanted:
        right = wanted[0] if wanted else None
        yield case.issue(
            fact.n,
            f"{fact.kind} 的时限与当时公布的事项清单不符：{mine}，应为 {right}",
            f"{fact.kind} has terms other than the catalogue's of then: {mine}, not {right}",
        )


def _beside(judged: Judged, fact: Fact, stated: Statement) -> dict[str, object]:
    """What stands beside a told fact, as it is read by the catalogue that is *stated*."""
    version, entry = _entry(stated.catalogue, fact.data)
    terms = terms_of(fact.data, entry, version if entry else "")
    said: dict[str, object] = {"terms": terms.written()} if terms else {}
    zone = judged.book.rules(stated, fact.text("region")).profile.zone
    is_run = entry is not None and (
        entry.guide.cancelled is None
        or fact.at.astimezone(zone).date().isoformat() < entry.guide.cancelled
    )
    return {**said, "listed": False} if version and not is_run else said


def _entry(
    catalogue: StatedCatalogue, data: Mapping[str, object]
) -> tuple[str, CatalogueItem | None]:
    return catalogue.version, catalogue.items.get(str(data.get("item", "")))


def _adopted(judged: Judged, fact: Fact) -> bool:
    """Whether a `terms.adopted` follows: its case waited for it, and the catalogue says so."""
    case = judged.case
    before = case.facts[: fact.n]
    ground = next((one for one in before if one.told and terms_key(one) == fact.key), None)
    if ground is None or "terms" in ground.data:
        return False
    for stated in judged.book.around(fact.recorded_at, case.at[fact.n]):
        version, entry = _entry(stated.catalogue, ground.data)
        terms = terms_of(ground.data, entry, version if entry else "")
        rules = judged.book.rules(stated, judged.region(fact.n))
        held = judged.follows(fact.n, rules, fact.recorded_at).held_for
        if terms is None or not held.startswith("catalogue:"):
            continue
        if not [*differing(fact, adopted_terms(ground, terms, fact.recorded_at))]:
            return True
    return False


def terms_owed(count: int, stated: Statement, decision: Decision, now: datetime) -> Iterator[Fact]:
    """The terms that a case of *count* facts waits for, where the catalogue has them."""
    ground = decision.without_terms
    if ground is None:
        return
    version, entry = _entry(stated.catalogue, ground.data)
    terms = terms_of(ground.data, entry, version if entry else "")
    if terms is not None:
        yield adopted_terms(ground, terms, now).numbered(count)
