"""What is done after all answers a yellow card (DOMAIN §3.2, L1: explain or finish)."""

from chalicelib.cards import escalation
from chalicelib.cards.decide import decide
from chalicelib.cards.simulate import simulate
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from tests.unit.told import RULES, accepted, at, clock, issued, numbered, reported

ENTERED, DUE = "2026-11-02T10:00", at("2026-11-03T17:30")
STAGE = {"stage": "审查", "limit": {"amount": 1, "unit": "wd"}}
WHERE = {"department": "Housing", "region": "370102", "item": "X-01"}


def permit(*more: Fact, promise: str = "40wd", until: str = "2026-11-30") -> list[Fact]:
    """Give all facts of a case with a stage of one working day, left when *more* says."""
    reports = [
        accepted("2026-11-02T09:00", promise),
        reported("stage.entered", ENTERED, **STAGE),
        *more,
    ]
    return simulate(reports, RULES, at(until))


def remedies(facts: list[Fact]) -> list[tuple[object, str]]:
    """Give which cards are said to be remedied, and when."""
    return [(f.data["card"], clock(f.at)) for f in facts if f.kind == "card.remedied"]


def test_a_stage_that_is_left_late_is_told_to_its_card_once() -> None:
    """The yellow is fact 2; what happens later says nothing again."""
    left = reported("stage.left", "2026-11-05T16:00", stage="审查")
    facts = permit(left, reported("stage.entered", "2026-11-06T09:00", stage="决定"))
    assert [(f.n, f.text("rule")) for f in facts if f.kind == "card.issued"] == [(2, "V-05")]
    assert remedies(facts) == [(2, "2026-11-05T16:00")]


def test_a_card_and_its_remedy_may_be_noticed_at_once() -> None:
    """After an outage, or late news: the yellow is issued, and told that it is remedied."""
    left = reported("stage.left", "2026-11-05T16:00", stage="审查", recorded="2026-11-09T09:00")
    entered = reported("stage.entered", ENTERED, recorded="2026-11-09T09:00", **STAGE)
    reports = [accepted("2026-11-02T09:00", "40wd"), entered, left]
    facts = simulate(reports, RULES, at("2026-11-30"))
    assert remedies(facts) == [(2, "2026-11-05T16:00")]
    after = decide(CaseHistory(numbered(reports)), RULES, at("2026-11-09T09:00"))
    kinds = [fact.kind for fact in after.append if fact.kind.startswith("card.")]
    assert kinds == ["card.issued", "card.remedied"]


def test_a_stage_that_is_left_in_time_or_never_is_not() -> None:
    """There is no card of the one, and no end of the other."""
    assert remedies(permit(reported("stage.left", DUE, stage="审查"))) == []
    assert remedies(permit()) == []


def test_a_promise_is_the_permits_own_affair() -> None:
    """Its yellow turns red by V-03 or not at all; to be closed late is no news to the card."""
    decided = reported("decided", "2026-11-10T10:00", outcome="granted")
    facts = simulate([accepted("2026-11-02T09:00", "5wd"), decided], RULES, at("2026-11-11"))
    assert [f.text("level") for f in facts if f.kind == "card.issued"] == ["yellow"]
    assert remedies(facts) == []


def card(remedied: str = "", level: str = "yellow") -> list[tuple[str, str]]:
    """Give what follows in the life of a card on record at 17:31 on 3 November."""
    told = {"recorded": "2026-11-03T17:31", "rule": "V-05", "clock": "stage", "key": "duban/c_a.2"}
    facts = [issued("c_a.2", DUE, level, **told)]
    if remedied:
        facts.append(reported("card.remedied", remedied, card="c_a.2", key="duban/c_a.4", **WHERE))
    facts = numbered(facts)
    now = facts[-1].recorded_at
    while True:
        decision = escalation.decide(CaseHistory(facts), RULES, now)
        facts += decision.append
        if decision.wake_at is None or decision.wake_at > at("2026-11-20"):
            return [(f"{f.kind} {f.text('level')}", clock(f.at)) for f in facts if not f.told]
        now = decision.wake_at


def test_it_is_as_good_as_an_answer_up_to_the_last_instant() -> None:
    """Three working days: to the close of 6 November. Closed as the window for appeals ends."""
    assert card("2026-11-06T17:30") == [("card.closed yellow", "2026-11-10T17:30")]
    late = card("2026-11-06T17:30:00.001")
    assert late[0] == ("case.escalated red", "2026-11-06T17:30")


def test_a_red_card_wants_a_report_all_the_same() -> None:
    """Five working days, to 10 November: whatever was done meanwhile."""
    assert card("2026-11-04T09:00", "red")[0] == ("case.escalated supervision", "2026-11-10T17:30")
    assert card()[0] == ("case.escalated red", "2026-11-06T17:30")
