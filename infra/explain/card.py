"""Explain a card: its fields and the facts it rests on, derived again, with its days.

It is found by its formal number (文号) or by its id.
"""

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from chalicelib.card.state import fold_card
from chalicelib.cases.case_id import card_case, kind_of, register_case
from chalicelib.cases.fact import Fact
from chalicelib.errors import BadInput, Unknown
from chalicelib.instant import local, parse
from chalicelib.intake.event_types import Derived
from chalicelib.permit.decide import evaluate
from chalicelib.permit.view import explain
from chalicelib.plumbing.services import Services
from chalicelib.policy.ladder import LEVELS, Level
from chalicelib.policy.profile import Profile
from infra.explain.derivation import (
    DerivedFact,
    FactRef,
    RecordedFacts,
    RulesAtHand,
    derivation_row,
    rests_on_numbers,
)

_FIELDS = (
    *("level", "rule", "ground", "basis", "instrument", "clock", "stage"),
    *("department", "region", "item", "missing", "noticed", "policy", "calendar"),
)
_YEAR, _NUMBER = 9876, 8765  # written into a template to see where they stand


def explain_card(
    services: Services, named: str, region: str = "", given: Profile | None = None
) -> dict[str, Any]:
    """Return all about the card *named*. Raises BadInput where there is none."""
    stage = RecordedFacts(services, RulesAtHand(services, given))
    card = _find_card(stage, named, services.region_of(region))
    judgements = _judgements_of(stage, card)
    case, n = judgements[0]
    fact = stage.history(case).facts[n]
    profile = services.profile(fact.text("region"))
    numbers = list(_find_numbers(stage, card, profile))
    derived = list(stage.derive_all([*judgements, *(ref for _, ref in numbers)]))
    return {
        "card": card,
        "numbers": [text for text, _ in numbers],
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


def _read_number(text: str, profile: Profile) -> tuple[Level, int, int] | None:
    """Return level, year and number in *text*, as *profile* writes it; None where it is none."""
    for level in LEVELS:
        if level not in profile.numbering.templates:
            continue
        pattern = re.escape(profile.numbering.text(level, profile.series, _YEAR, _NUMBER))
        pattern = pattern.replace(str(_YEAR), r"(?P<year>[1-9]\d{3})", 1)
        pattern = pattern.replace(str(_NUMBER), r"(?P<number>[1-9]\d*)", 1)
        match = re.fullmatch(pattern, text, re.ASCII)
        if match:
            return level, int(match["year"]), int(match["number"])
    return None


def _find_card(stage: RecordedFacts, name: str, region: str) -> str:
    """Return the id of the card with the number *name* in *region*, or that id. Raises BadInput."""
    profile = stage.services.profile(region)
    parts = _read_number(name, profile)
    if parts is None:
        return name
    level, year, number = parts
    register = register_case(profile.series, level, year)
    for fact in stage.history(register).of_type(Derived.CARD_NUMBERED):
        if fact.data.get("number") == number:
            return fact.text("card")
    zh, en = f"地区 {region} 没有发过此文号 {name}", f"no such number {name} in region {region}"
    raise BadInput(zh=zh, en=en, where="NUMBER")


def _judgements_of(stage: RecordedFacts, card: str) -> list[FactRef]:
    """Return the judgements on *card*: its issue, confirmation, escalations and closing.

    A warning has no case of its own: it is looked up on the board.
    """
    own = card_case(card)
    life = stage.history(own)
    state = fold_card(life)
    if not state.issuer:
        published = stage.services.board.card(card)
        if published is None:
            zh, en = f"没有这张牌 {card[:80]!r}", f"there is no card {card[:80]!r}"
            raise BadInput(zh=zh, en=en, where="CARD")
        return [(published.case, published.n)]
    issued = stage.history(state.issuer).of_type(Derived.CARD_ISSUED, Derived.SUGGESTION_ISSUED)
    confirmed = [fact.n for fact in issued if fact.data.get("card") == state.n]
    refs = [(state.issuer, n) for n in (state.n, *confirmed)]
    return refs + [(own, fact.n) for fact in life.facts if not fact.told]


def _find_numbers(
    stage: RecordedFacts, card: str, profile: Profile
) -> Iterator[tuple[str, FactRef]]:
    """Yield each formal number of *card* and the fact that gave it: one for each level it had."""
    life = stage.history(card_case(card))
    for raised in life.of_type(Derived.CARD_ISSUED, Derived.CASE_ESCALATED):
        year = raised.data.get("year", raised.recorded_at.astimezone(profile.zone).year)
        register = register_case(raised.text("series"), raised.text("level"), int(str(year)))
        for fact in stage.history(register).of_type(Derived.CARD_NUMBERED):
            if fact.text("card") == card:
                yield fact.text("written"), (register, fact.n)
