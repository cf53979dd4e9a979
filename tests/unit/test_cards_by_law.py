"""A card is automatic only on law, or on the region's own document (F-22; CLAIMS §8).

What rests on a model or a proposal waits for a person. What goes out then is a suggestion (建议):
without level, number, 依据 and count.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.card import decide as escalation
from chalicelib.card.state import fold_card
from chalicelib.cases.case_id import card_case, kind_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.department.decide import decide as decide_year
from chalicelib.department.ledger import ledger
from chalicelib.intake.event_types import Derived
from chalicelib.permit.lamp_history import lamp
from chalicelib.permit.simulate import simulate
from chalicelib.permit.state import fold
from chalicelib.policy.basis import Basis, Citation
from chalicelib.policy.documents import load_documents
from chalicelib.policy.instrument import MADE_UP
from chalicelib.policy.profile import Profile, read_profile
from chalicelib.policy.shipped import list_profiles, load_profile
from chalicelib.supervision.notify import notifications
from tests.unit.conduct.judging import changed
from tests.unit.department_year import card, year
from tests.unit.policy_file import REPEATING
from tests.unit.resting import ours
from tests.unit.strategies import History, histories
from tests.unit.told import (
    CALENDAR,
    DUE,
    MS,
    PROFILE,
    RULES,
    SHANDONG,
    START,
    File,
    accepted,
    at,
    clock,
    numbered,
    reported,
)

ANYANG = Basis((Citation(load_documents()["安阳市政务服务条例"], ("56(1)",)),))
LAW = PROFILE.conduct["V-16"].basis
STAGE = {"stage": "review", "limit": {"amount": 1, "unit": "wd"}}


def resting_on(basis: Basis) -> Profile:
    """Return the statutory profile whose yellow over the promise rests on *basis*."""
    rows = tuple(
        replace(row, basis=basis) if row.rule == "V-02" else row
        for row in PROFILE.thresholds["promise"]
    )
    return replace(PROFILE, thresholds={**PROFILE.thresholds, "promise": rows})


@pytest.mark.parametrize(
    ("basis", "region", "kind"),
    [
        (LAW, "370102", "card.issued"),
        (LAW, "", "card.issued"),
        (SHANDONG, "370102", "card.issued"),
        (SHANDONG, "410502", "card.proposed"),
        (ANYANG, "410502", "card.issued"),
        (ANYANG, "370102", "card.proposed"),
        (ANYANG, "", "card.proposed"),
        (ours("x"), "370102", "card.proposed"),
        (Basis((*LAW.citations, *ours("x").citations)), "370102", "card.proposed"),
    ],
)
def test_a_card_is_automatic_on_law_or_on_the_regions_own_document(
    basis: Basis, region: str, kind: str
) -> None:
    """Anyang's document is a model in Jinan. A row is as strong as its weakest part."""
    first = accepted(START, "5wd")
    case = File(replace(first, data={**first.data, "region": region}), profile=resting_on(basis))
    case.decide_case(at(DUE) + MS)
    assert case.facts[-1].kind == kind
    assert case.facts[-1].at == at(DUE)


def test_a_reminder_may_go_out_on_anything() -> None:
    """V-01 rests on a proposal; it is no card."""
    case = File(accepted(START, "5wd"))
    case.decide_case("2025-04-18")
    (warning,) = (fact for fact in case.facts if not fact.told)
    assert (warning.kind, warning.text("basis_kind")) == ("warning.issued", "")


@pytest.mark.parametrize("name", list_profiles())
def test_the_limits_of_promise_and_law_rest_on_law_in_every_profile(name: str) -> None:
    """So the cards over them stay automatic everywhere; colours belong to the instrument."""
    rows = [row for rows in load_profile(name).thresholds.values() for row in rows]
    over = [row for row in rows if row.clock in ("promise", "statutory") and row.over is not None]
    assert len(over) == 2
    assert all(row.basis.kind_in("") == "law" for row in over)


def test_in_the_shipped_profile_silence_is_nowhere_automatic() -> None:
    """DOMAIN §3.2: levels and days are proposed."""
    for name in list_profiles():
        rungs = load_profile(name).ladder.rungs.values()
        assert not any(rung.basis.is_lawful_in("370102") for rung in rungs if rung.then)


def staged() -> File:
    """A case that stays in a stage over its limit: V-05, which rests on a model."""
    case = File(accepted(START, "40wd"), reported("stage.entered", START, **STAGE))
    case.decide_case("2025-04-16")
    return case


def test_a_proposal_says_of_what_kind_its_ground_is() -> None:
    """And which law is broken all the same, if any is."""
    proposal = staged().facts[-1]
    assert (proposal.kind, proposal.text("basis_kind")) == ("card.proposed", "model")
    assert proposal.data.keys().isdisjoint({"basis", "breaks"})
    mixed = Basis((*LAW.citations, *ours("x").citations))
    case = File(accepted(START, "5wd"), profile=resting_on(mixed))
    case.decide_case(at(DUE) + MS)
    said = case.facts[-1].text("basis_kind"), case.facts[-1].text("breaks")
    assert said == ("proposed", str(LAW))


def confirmed(case: File) -> Fact:
    """Confirm the first proposal of *case*; return what goes out."""
    proposal = next(fact for fact in case.facts if fact.kind == "card.proposed")
    case.receive(reported("card.confirmed", "2025-04-17T10:00", card=proposal.n))
    return next(fact for fact in case.facts if fact.key == f"confirmed/{proposal.key}")


def test_what_a_person_confirms_on_no_law_is_a_suggestion() -> None:
    """The case keeps its lamp; the card's own case alone is told."""
    case = staged()
    suggestion = confirmed(case)
    assert suggestion.kind == "suggestion.issued"
    assert suggestion.data.keys().isdisjoint({"level", "basis", "number"})
    assert lamp(fold(CaseHistory(case.facts)), CaseHistory(case.facts)) == "green"
    history = CaseHistory(case.facts)
    told = notifications("hall:1", "c_a", history, suggestion.n, RULES)
    assert [kind_of(one.case) for one in told] == ["card"]


def test_what_a_person_confirms_on_law_is_a_card() -> None:
    """With its level, its 依据 and a number."""
    row = changed("V-16", automatic=False).with_instrument(MADE_UP)
    case = File(accepted(START, "20wd"), profile=row)
    case.receive(reported("decided", "2025-04-16T10:00", outcome="refused", given=[]))
    case.decide_case("2025-04-17T09:00")
    issued = confirmed(case)
    assert (issued.kind, issued.text("level")) == ("card.issued", "yellow")
    told = notifications("hall:1", "c_a", CaseHistory(case.facts), issued.n, Rules(row, CALENDAR))
    assert [kind_of(one.case) for one in told] == ["card", "register", "department"]


def test_a_suggestion_may_be_answered_and_leads_nowhere() -> None:
    """It has no level, so silence about it has no consequence; it closes once it is answered."""
    proposal = reported("card.proposed", START, card="c_a.2", level="yellow", region="370102")
    out = reported("suggestion.issued", START, card="c_a.2", region="370102")
    facts = numbered([proposal, out])
    state = fold_card(CaseHistory(facts))
    assert (state.level, state.state) == ("", "issued")
    assert escalation.decide(CaseHistory(facts), RULES, at("2026-01-01")).append == ()
    facts.append(reported("card.responded", "2025-04-15T10:00").numbered(2))
    (closed,) = escalation.decide(CaseHistory(facts), RULES, at("2026-01-01")).append
    assert (closed.kind, clock(closed.at)) == ("card.closed", "2025-04-21T17:30")


def test_a_level_that_a_person_confirmed_on_no_law_is_neither_numbered_nor_counted() -> None:
    """A yellow card that climbed so is one card still."""
    up = Fact(
        1,
        Derived.CASE_ESCALATED,
        "confirmed/V-51/red/0",
        at(DUE),
        at(DUE),
        told=False,
        data={"card": "c_a.2", "level": "red", "rule": "V-51", "basis_kind": "proposed"},
    )
    opening = card("c_a.2", START).numbered(0)
    told = notifications(card_case("c_a.2"), "c_life", CaseHistory([opening, up]), 1, RULES)
    assert list(told) == []
    of_year = year(card("c_a.2", START), replace(up, told=True, n=-1))
    assert [(entry.card, entry.level) for entry in ledger(CaseHistory(of_year))] == [
        ("c_a.2", "yellow")
    ]


def test_repeated_cards_by_a_rule_on_no_law_are_proposed() -> None:
    """And what a person confirms of them is a suggestion."""
    text = REPEATING.replace(
        'basis = [{ law = "行政许可法#60" }]', 'basis = [{ proposed = "一年内黄牌2次的发红牌" }]', 1
    )
    profile = read_profile(text, "mine.toml")
    facts = year(card("c_a.3", "2025-03-03"), card("c_b.3", "2025-03-04"), profile=profile)
    proposal = facts[-1]
    assert (proposal.kind, proposal.text("basis_kind")) == ("card.proposed", "proposed")
    act = reported("card.confirmed", "2025-03-05", card=f"c_year.{proposal.n}")
    facts.append(act.numbered(len(facts)))
    rules = Rules(profile, CALENDAR)
    (suggestion,) = decide_year(CaseHistory(facts), rules, at("2025-03-06")).append
    assert (suggestion.kind, suggestion.data["card"]) == ("suggestion.issued", proposal.n)
    facts.append(suggestion)
    assert decide_year(CaseHistory(facts), rules, at("2025-03-07")).append == ()


@given(histories(), st.sampled_from(list_profiles()), st.sampled_from(["370102", "410502", ""]))
def test_no_automatic_card_of_any_case_rests_on_a_model(
    history: History, name: str, region: str
) -> None:
    """Whatever is reported, under each profile, wherever it is."""
    moved = [
        replace(fact, data={**fact.data, "region": region}) if "region" in fact.data else fact
        for fact in history.told
    ]
    for fact in simulate(moved, Rules(load_profile(name), CALENDAR), history.end):
        if fact.kind == "card.issued" and not fact.told:
            assert "basis_kind" not in fact.data
            assert "建议默认值" not in fact.text("basis")
