"""What must be true of our own cases when all is quiet: cards, registers, departments, items.

Each is what its decider says; every fact that concerns another case was notified there, once,
and nothing else was; the numbers of a register have no gap and no double, one for each card that
asked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from chalicelib.cases.case_id import card_case, kind_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.stored_fact import Record
from chalicelib.plumbing.services import Services
from chalicelib.supervision.deciders import decider_of, snapshot_of
from chalicelib.supervision.notify import notifications
from infra.explain.derivation import RecordedFacts, RulesAtHand

Records = Mapping[str, Sequence[Record]]


def all_records(services: Services, cases: Iterable[str]) -> dict[str, list[Record]]:
    """The records of each of *cases*."""
    return {case: services.facts.of_case(case) for case in sorted(set(cases))}


def facts_of(records: Records, case: str) -> list[Fact]:
    """The facts of *case*."""
    return [record.fact for record in records.get(case, ())]


def check_own(services: Services, records: Records) -> None:
    """Compare every case of our own with its decider, and its notifications with what happened."""
    for case in records:
        if kind_of(case) != "permit":
            _check_case(services, case, facts_of(records, case))
        if kind_of(case) == "register":
            _check_register(facts_of(records, case))
    _check_notifications(services, records)
    _check_card_cases(records)
    check_derived(services, records)


_BY_CARD = frozenset({"card.rechecked", "case.rechecked"})  # these name the rules of their card


def check_derived(services: Services, records: Records) -> None:
    """Every fact that names the rules it was made under is derived again by them: the same."""
    stage = RecordedFacts(services, RulesAtHand(services, services.profile()))
    for case, case_records in records.items():
        for fact in (record.fact for record in case_records):
            is_judged = not fact.told and fact.text("policy")
            if is_judged and fact.kind not in _BY_CARD | {"due.revised"}:
                derived = stage.derive(case, fact.n)
                assert derived.verdict == "same", derived


def _check_case(services: Services, case: str, facts: list[Fact]) -> None:
    assert [fact.n for fact in facts] == list(range(len(facts)))
    keys = [fact.key for fact in facts]
    assert len(set(keys)) == len(keys), "no fact twice"
    decider, snapshot = decider_of(case), services.cases.get(case)
    assert snapshot is not None
    history = CaseHistory(facts)
    decision = decider.decide(history, services.rules(decider.region(history)), services.now())
    assert decision.append == (), "nothing is left to be said"
    wanted = snapshot_of(case, snapshot.public_case, history, decision, snapshot.judged_at)
    assert snapshot == replace(wanted, rules=snapshot.rules), (
        "the snapshot is what the decider says"
    )


def _check_register(facts: list[Fact]) -> None:
    given = [fact for fact in facts if fact.kind == "card.numbered"]
    assert [fact.data["number"] for fact in given] == list(range(1, len(given) + 1)), "no gap"
    cards = [fact.text("card") for fact in given]
    assert len(set(cards)) == len(cards), "no card has two numbers of a level"
    assert set(cards) == {fact.text("card") for fact in facts if fact.told}
    assert len({fact.text("level") for fact in facts}) == 1


def _check_notifications(services: Services, records: Records) -> None:
    wanted: Counter[tuple[str, str, str]] = Counter()
    for case, case_records in records.items():
        history = CaseHistory(record.fact for record in case_records)
        rules = services.rules(decider_of(case).region(history))
        for other, event in notifications(case, case_records[0].public_case, history, 0, rules):
            wanted[other, f"duban/{event['id']}", event["type"]] += 1
    recorded = Counter(
        (case, record.fact.key, record.fact.kind)
        for case, case_records in records.items()
        for record in case_records
        if record.fact.told
        and record.fact.origin not in ("", case)
        and record.fact.kind != "case.refiled"  # by what is private: no pure function knows it
    )
    assert recorded == wanted, "each notification is recorded, once, and nothing else is"


def _check_card_cases(records: Records) -> None:
    """Every card and proposal has a case of its own, and each such case a card."""
    cards = {
        f"{record.public_case}.{record.fact.n}"
        for case, kept in records.items()
        if kind_of(case) not in ("card", "register")
        for record in kept
        if not record.fact.told
        and record.fact.kind in ("card.proposed", "card.issued", "case.escalated")
        and "card" not in record.fact.data
    }
    assert {card_case(card) for card in cards} == {c for c in records if kind_of(c) == "card"}


def shown_own(records: Records) -> dict[str, Any]:
    """What our own cases come to, without what differs from run to run by right.

    That is the random names, which of two cards came first, and when it was noticed.
    """
    return {
        _plain(case, records): sorted(
            (fact.kind, fact.text("level"), fact.text("rule"), _plain(fact.text("card"), records))
            for fact in facts_of(records, case)
        )
        for case in records
        if kind_of(case) != "permit"
    }


def _plain(text: str, records: Records) -> str:
    """*text* with the cases' own names in place of the public ones."""
    while True:
        before = text
        for case, case_records in records.items():
            text = text.replace(case_records[0].public_case, f"({case})")
        if text == before:
            return text
