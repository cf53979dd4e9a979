"""Late claims as inspectors see them: where each stands, and what accepting it would change."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.stored_fact import LampState, Record
from chalicelib.cases.view import show_history
from chalicelib.permit.claims.claim import CaseClaims, claims_in
from chalicelib.permit.claims.view import show_as_claimed, show_claims, write_claims
from tests.unit.told import (
    DUE,
    MS,
    RULES,
    START,
    WARN,
    ZONE,
    File,
    accepted,
    at,
    clock,
    corrected,
    decided,
    opened,
    reported,
    suspended,
)

LATE = "2025-04-22T09:00"
CLAIMED = "2025-04-27T17:30"  # five working days later than DUE; that Sunday is one


def pause(recorded: str = LATE, when: str = "2025-04-15T09:00") -> Fact:
    """A pause of five working days that is told late."""
    return suspended(when, recorded=recorded, approved="5wd")


def decision(kind: str, claim: int, when: str, *, seen: int = 9) -> Fact:
    """An inspector's decision about a claim, in the case itself."""
    told = reported(f"claim.{kind}", when, claim=claim, seen=seen, role="inspector")
    return replace(told, origin="hall:1")


def seen(case: File, when: str | datetime) -> CaseClaims:
    """The claims of *case* at an instant."""
    now = at(when) if isinstance(when, str) else when
    return claims_in(CaseHistory(case.facts), RULES, now)


def yellow_with_pause() -> tuple[File, int]:
    """A case whose promise ran out, and whose source then tells of an earlier pause."""
    case = opened()
    case.decide_case(LATE)
    n = len(case.facts)
    case.receive(pause())
    return case, n


def test_news_in_time_claims_nothing() -> None:
    """Nor does what was derived."""
    case = opened()
    case.receive(decided("2025-04-15T09:00"))
    found = seen(case, LATE)
    assert found.claims == ()
    assert found.as_claimed is None


def test_a_contested_claim_shows_what_it_would_change() -> None:
    """The card and the warning on record would be lost; what is to come would come later."""
    case, n = yellow_with_pause()
    (claim,) = seen(case, LATE).claims
    assert (claim.fact.n, claim.state, claim.possible) == (n, "contested", ("accept", "refuse"))
    told = [
        (each.finding.level, clock(each.finding.at), each.is_lost, each.is_judged)
        for each in claim.differences
        if each.finding.clock == "promise"
    ]
    assert told == [
        ("yellow", DUE, True, True),
        ("yellow", CLAIMED, False, False),
        ("warning", WARN, True, True),
        ("warning", "2025-04-24T17:30", False, False),
    ]
    assert [(each.card.text("level"), each.is_lost) for each in claim.cards] == [
        ("warning", True),
        ("yellow", True),
    ]


def test_a_claim_is_pending_until_the_readings_part() -> None:
    """A correction that would move the due instant changes nothing before the warning is due."""
    first = accepted(START, "5wd")
    case = File(first)
    case.receive(corrected("2025-04-16T09:00", first, "2025-04-15T10:00"))
    (before,) = seen(case, at(WARN)).claims
    (after,) = seen(case, at(WARN) + MS).claims
    assert (before.state, after.state) == ("pending", "contested")
    assert not any(each.is_judged for each in before.differences)
    assert before.due_at is None


def test_late_news_that_betters_nothing_counts_by_itself() -> None:
    """A decision well before any limit, told an hour late; to refuse it would let it act later."""
    case = opened()
    case.receive(decided("2025-04-15T09:00", recorded="2025-04-15T10:00"))
    (claim,) = seen(case, LATE).claims
    assert (claim.state, claim.possible, claim.differences) == ("harmless", ("accept",), ())


def test_a_late_acceptance_that_counts_is_not_decided_about() -> None:
    """It acts at its own time, which betters nothing."""
    case = File(accepted(START, "5wd", recorded="2025-04-14T15:00"))
    (claim,) = seen(case, LATE).claims
    assert (claim.state, claim.possible) == ("harmless", ())


def test_a_decision_is_the_last_one_and_can_be_corrected() -> None:
    """Accepted, then refused: each may be followed by the other only."""
    case, n = yellow_with_pause()
    case.receive(decision("accepted", n, "2025-04-22T10:00"))
    (claim,) = seen(case, "2025-04-22T10:00").claims
    assert (claim.state, claim.possible) == ("accepted", ("refuse",))
    case.receive(decision("refused", n, "2025-04-22T11:00"))
    (claim,) = seen(case, "2025-04-22T11:00").claims
    assert (claim.state, claim.possible) == ("refused", ("accept",))
    assert claim.decision is not None
    assert claim.decision.kind == "claim.refused"


def test_a_re_check_names_the_decision_that_turned_the_card() -> None:
    """Accepted: the card is lost. Refused after all: it stands again under its number."""
    case, n = yellow_with_pause()
    case.receive(decision("accepted", n, "2025-04-22T10:00"))
    case.receive(decision("refused", n, "2025-04-22T11:00"))
    checks = [fact for fact in case.facts if fact.kind == "card.rechecked"]
    yellow = next(fact.n for fact in case.facts if fact.text("level") == "yellow")
    told = [
        (fact.text("verdict"), fact.text("reason"), case.facts[int(str(fact.data["cause"]))].kind)
        for fact in checks
        if fact.data["card"] == yellow
    ]
    assert told == [
        ("lost", "claim_accepted", "claim.accepted"),
        ("stands", "claim_refused", "claim.refused"),
    ]
    assert [level for level, _ in case.issued("V-02")] == ["yellow"]


def test_the_clock_of_a_claim_runs_out_once() -> None:
    """At its last instant it is not overdue yet; the profile gives five working days."""
    case, _ = yellow_with_pause()
    (claim,) = seen(case, LATE).claims
    assert claim.due_at == at("2025-04-28T17:30")  # from Tuesday; Sunday the 27th is a working day
    rows = [
        show_claims(seen(case, now).claims, "c_x", now, ZONE)[0]
        for now in (claim.due_at, claim.due_at + MS)
    ]
    assert [row["overdue"] for row in rows] == [False, True]


def test_more_late_news_than_is_weighed_is_set_aside() -> None:
    """It can be decided about all the same, and the case is flagged once."""
    case = opened()
    for number in range(22):
        case.receive(
            pause(recorded="2025-04-16T09:00", when=f"2025-04-15T09:{number:02d}"),
        )
    states = [claim.state for claim in seen(case, "2025-04-16T10:00").claims]
    assert states.count("set_aside") == 2
    assert states[-2:] == ["set_aside", "set_aside"]
    flags = [fact.text("sign") for fact in case.facts if fact.kind == "data.flagged"]
    assert flags.count("too_many_claims") == 1


def test_both_readings_have_their_clocks() -> None:
    """As judged the promise ran out; as claimed it has five more working days."""
    case, _ = yellow_with_pause()
    found = seen(case, LATE)
    judged = found.weighing.judged.limits.dues(at(LATE))
    assert clock(judged["promise"].at) == DUE
    shown = show_as_claimed(found, at(LATE), ZONE)
    assert shown is not None
    dues = {each["clock"]: each["due_at"] for each in shown["clocks"]}
    assert dues["promise"] == "2025-04-27T17:30:00.000+08:00"


def test_a_decided_claim_leaves_no_second_reading() -> None:
    """What nobody waits for is not shown."""
    case, n = yellow_with_pause()
    case.receive(decision("refused", n, "2025-04-22T10:00"))
    assert seen(case, "2025-04-22T10:00").as_claimed is None


def test_what_is_shown_names_both_times_and_the_cards() -> None:
    """With the card's id, as the API has it."""
    case, n = yellow_with_pause()
    (row,) = show_claims(seen(case, LATE).claims, "c_x", at(LATE), ZONE)
    assert (row["n"], row["type"]) == (n, "case.suspended")
    assert row["occurred"] == "2025-04-15T09:00:00.000+08:00"
    assert row["received"] == "2025-04-22T09:00:00.000+08:00"
    assert [card["id"] for card in row["cards"]] == ["c_x.1", "c_x.2"]
    assert row["differences"][0]["if_accepted"] == "lost"


def records_of(case: File) -> list[Record]:
    """The facts of *case* as they are stored."""
    return [Record("c_x", fact, "", "E#1", LampState(), LampState()) for fact in case.facts]


def test_a_late_correction_stands_beside_its_fact_once_it_acts() -> None:
    """Before that it is on record, and shows what it is about."""
    first = accepted(START, "5wd")
    case = File(first)
    case.decide_case(LATE)
    case.receive(corrected(LATE, first, "2025-04-17T10:00"))
    n = next(fact.n for fact in case.facts if fact.kind == "case.corrected")

    def shown() -> list[dict[str, object]]:
        judged = seen(case, LATE).weighing.reported
        return show_history(records_of(case), ZONE, judged)

    rows = shown()
    assert "correction" not in rows[0]
    assert rows[n]["corrects"] == 0
    case.receive(decision("accepted", n, "2025-04-22T10:00"))
    rows = shown()
    assert rows[0]["correction"] == {"by": n, "time": "2025-04-17T10:00:00.000+08:00"}


def test_late_news_shows_from_when_it_acts() -> None:
    """From its receipt, until it is accepted."""
    case, n = yellow_with_pause()
    row = show_history(records_of(case), ZONE, seen(case, LATE).weighing.reported)[n]
    assert row["at"] == "2025-04-15T09:00:00.000+08:00"
    assert row["acts_at"] == "2025-04-22T09:00:00.000+08:00"
    case.receive(decision("accepted", n, "2025-04-22T10:00"))
    row = show_history(records_of(case), ZONE, seen(case, LATE).weighing.reported)[n]
    assert "acts_at" not in row


def test_a_sentence_says_what_is_claimed() -> None:
    """In one sentence, with both times."""
    case, _ = yellow_with_pause()
    assert write_claims(seen(case, LATE), ZONE, at(LATE)) == (
        "迟报的特别程序开始（据报发生于2025年4月15日09:00，2025年4月22日09:00收到），待认定，"
        "认定之前按收到的时间计算；如全部采信，到期时间为2025年4月27日17:30。"
    )


def test_the_sentence_names_the_due_instant_that_is_claimed() -> None:
    """Where accepting all would give another one."""
    first = accepted(START, "5wd")
    case = File(first)
    case.decide_case(LATE)
    case.receive(corrected(LATE, first, "2025-04-17T10:00"))
    sentence = write_claims(seen(case, LATE), ZONE, at(LATE))
    assert sentence.endswith("；如全部采信，到期时间为2025年4月24日17:30。")


@pytest.mark.parametrize("when", [START, DUE])
def test_nothing_is_said_where_nothing_is_claimed(when: str) -> None:
    """An ordinary case is explained as before."""
    assert write_claims(seen(opened(), when), ZONE, at(when)) == ""
