"""Explain a card: its fields and the facts it rests on, derived again, with its days."""

from datetime import tzinfo
from typing import Any

from chalicelib.cases.case_id import card_case, kind_of
from chalicelib.cases.fact import Fact
from chalicelib.errors import Unknown
from chalicelib.instant import local, parse
from chalicelib.permit.decide import evaluate
from chalicelib.permit.view import explain
from chalicelib.plumbing.services import Services
from chalicelib.policy.profile import Profile
from infra.explain.derivation import DerivedFact, RecordedFacts, derivation_row, rests_on_numbers
from infra.explain.finding import find_card, find_numbers, judgements_of
from infra.explain.rules_at_hand import RulesAtHand

_FIELDS = (
    *("level", "rule", "ground", "basis", "instrument", "clock", "stage"),
    *("department", "region", "item", "missing", "noticed", "policy", "calendar"),
)


def explain_card(
    services: Services, named: str, region: str = "", given: Profile | None = None
) -> dict[str, Any]:
    """Return all about the card *named*. Raises BadInput where there is none."""
    stage = RecordedFacts(services, RulesAtHand(services, given))
    card = find_card(stage, named, services.region_of(region))
    judgements = judgements_of(stage, card)
    case, n = judgements[0]
    fact = stage.history(case).facts[n]
    profile = services.profile(fact.text("region"))
    given_numbers = list(find_numbers(stage, card, profile))
    derived = list(stage.derive_all([*judgements, *(number.ref for number in given_numbers)]))
    return {
        "card": card,
        "numbers": [number.text for number in given_numbers],
        "verdict": _verdict(derived),
        "case": case,
        "n": n,
        **_card_fields(fact, profile.zone),
        "rests_on": [
            _fact_row(stage.history(case).facts[m], profile.zone) for m in rests_on_numbers(fact)
        ],
        "life": [_fact_row(fact, profile.zone) for fact in stage.history(card_case(card)).facts],
        "derivations": [derivation_row(derivation) for derivation in derived],
        "explained": _clock(stage, case, fact),
    }


def _verdict(derived: list[DerivedFact]) -> str:
    """Return the worst verdict among *derived*; "same" only if all are the same."""
    verdicts = {derivation.verdict for derivation in derived}
    worst = (word for word in ("differs", "does_not_follow", "unknown") if word in verdicts)
    return next(worst, "same")


def _card_fields(fact: Fact, zone: tzinfo) -> dict[str, Any]:
    due_at = fact.text("due_at")
    return {
        "kind": fact.kind,
        "at": local(fact.at, zone),
        "due_at": local(parse(due_at), zone) if due_at else None,
        "recorded_at": local(fact.recorded_at, zone),
        **{name: fact.data.get(name) for name in _FIELDS},
    }


def _fact_row(fact: Fact, zone: tzinfo) -> dict[str, Any]:
    return {
        "n": fact.n,
        "kind": fact.kind,
        "at": local(fact.at, zone),
        "recorded_at": local(fact.recorded_at, zone),
        "told": fact.told,
        "level": fact.data.get("level"),
        "rule": fact.data.get("rule"),
        "from": fact.origin or None,
    }


def _clock(stage: RecordedFacts, case: str, fact: Fact) -> dict[str, Any] | None:
    """Return the clock of the card, day by day, as of the issue of the card."""
    if kind_of(case) != "permit" or not fact.text("clock"):
        return None
    now, history = fact.recorded_at, stage.history(case).until(fact.n)
    try:
        rules = stage.rules(fact)[0]
        evaluation = evaluate(history, rules.as_of(now))
        clocks = explain(evaluation, evaluation.rules.profile, now)["clocks"]
    except Unknown:
        return None
    name, due_at = (fact.text("clock"), fact.text("stage")), parse(fact.text("due_at"))
    of_name = [clock for clock in clocks if (clock["clock"], clock["label"]) == name]
    written = local(due_at, rules.profile.zone)
    exact = (clock for clock in of_name if clock["due_at"] == written)
    return next(exact, of_name[0] if of_name else None)
