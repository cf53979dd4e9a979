"""What an operator holds back until it is idle is found; what an outage of ours held back is not.

A card can lose its ground, and a contest its difference: by an outage that is declared, by an
inspector's decision, by news that is taken back. In the end nothing is missing.
"""

from datetime import timedelta

from msgspec.structs import replace

from chalicelib.policy.sources import Outage, Registrations
from tests.support.claimed import (
    HEARING,
    ClaimedWorld,
    claimed_world,
    hall,
    kinds,
    local,
    local_text,
    of,
    said,
    stated_as,
    without,
    without_card,
    yellow,
)
from tests.support.replayed import found, verified

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November at 17:30


def test_a_card_that_is_held_back_until_an_outage_is_declared() -> None:
    """In the outage, news of before counts; whoever declares it after the card was due is found.

    An honest operator declares the same outage when it begins.
    """
    outage = Outage(local("2026-11-09T17:00:00"), local("2026-11-09T20:00:00"), "断网")
    usual = hall("10m")
    down = Registrations({"hall": replace(usual.by_name["hall"], outages=(outage,))})
    with claimed_world(START, usual) as made:
        for case in "12":
            made.accept(START, case, department=f"D{case}")
        made.until("2026-11-09T17:00:00", minutes=12 * 60)
        made.register(down)
        made.until("2026-11-09T18:05:00", minutes=1)
        made.report("case.suspended", "2026-11-03T09:00:00", "2", **HEARING)  # judged
        made.until("2026-11-09T19:00:00", minutes=1)
        made.report("case.decided", "2026-11-09T17:20:00", "1", outcome="granted")
        made.tick()
        made.until("2026-11-10T09:00:00", minutes=60)
        made.close()
        leaves = made.leaves()
        assert kinds(of(leaves, "1"), "card.issued") == []
        assert found(made) == []
        begun = (START, usual)
        in_time = stated_as(made, leaves, begun, ("2026-11-09T17:45:00", down))
        assert said(in_time) == []
        declared = stated_as(made, leaves, begun, ("2026-11-09T18:30:00", down))
        assert any(
            "card.issued yellow V-02" in one and "kept back" in one for one in said(declared)
        )
        after = stated_as(made, leaves, begun, ("2026-11-09T20:10:00.001", down))
        assert any("after it ended" in one for one in said(after))


PAUSED = (  # told two days late: then it pauses from its receipt on, and its own time is contested
    ("case.suspended", "2026-11-03T09:00:00", "2026-11-05T18:00:00", HEARING),
    ("case.resumed", "2026-11-06T09:00:00", "2026-11-06T09:01:00", {"procedure": "hearing"}),
)


def live_through(made: ClaimedWorld, case: str) -> None:
    """Let a case be accepted, and paused as is told late."""
    made.accept(START, case, department=f"D{case}")
    for kind, at, told, data in PAUSED:
        made.until(told, minutes=6 * 60)
        made.report(kind, at, case, **data)
        made.tick()


def test_a_card_that_is_held_back_until_the_claim_is_accepted() -> None:
    """In the end nothing is missing: by the claim it was never due. Until then it was."""
    with claimed_world(START, hall("10m")) as made:
        live_through(made, "1")
        made.until("2026-11-09T09:00:00", minutes=60)
        made.accept("2026-11-09T09:00:00", "2", promise="2wd", department="D2")
        made.until("2026-11-12T09:00:00", minutes=30)
        claim = kinds(of(made.leaves(), "1"), "case.suspended")[0]["n"]
        made.decide_claim("accepted", claim, "1")
        made.until("2026-11-12T10:00:00", minutes=30)
        made.close()
        leaves = made.leaves()
        case = of(leaves, "1")
        assert found(made) == []
        card = yellow(case)
        kept = without_card(without(leaves, *kinds(case, "card.rechecked")), card)
        assert any(
            "card.issued yellow V-02" in one and "kept back" in one for one in found(made, kept)
        )


def test_a_card_that_an_outage_of_ours_kept_from_being_judged_is_no_fault_for_ever() -> None:
    """Due, and settled a working day later while nobody was judged; then the claim is accepted.

    That others were judged meanwhile, while the delivery time ran, accuses nobody.
    """
    with claimed_world(START, hall("1wd")) as made:
        live_through(made, "1")
        made.until("2026-11-09T09:00:00", minutes=60)
        made.accept("2026-11-09T09:00:00", "2", promise="3wd", department="D2")
        claim = kinds(of(made.leaves(), "1"), "case.suspended")[0]["n"]
        due = made.snapshot("1").due_at
        assert due is not None
        settled = due + timedelta(days=1)  # a working day as well
        made.until(local_text(settled - timedelta(minutes=1)), minutes=30)
        made.wall.at = settled + timedelta(hours=3)
        made.decide_claim("accepted", claim, "1")
        made.close()
        assert [
            leaf["data"]["level"] for leaf in kinds(of(made.leaves(), "1"), "card.issued")
        ] == []
        report = verified(made.leaves(), made.rules())
        assert said(report) == []
        assert any("card.issued yellow V-02" in issue.en for issue in report.remarks)


def test_a_contest_that_is_held_back_until_it_is_idle() -> None:
    """The source takes its late news back; before that an inspector should have seen it."""
    with claimed_world(START, hall("10m")) as made:
        for case in "12":
            made.accept(START, case, department=f"D{case}")
        made.until("2026-11-09T18:00:00", minutes=12 * 60)
        made.report("case.suspended", "2026-11-03T09:00:00", "1", **HEARING, id="p")
        made.tick()
        made.until("2026-11-09T18:30:00", minutes=10)
        made.report("stage.entered", "2026-11-03T09:00:00", "2", stage="审查")  # and is judged
        made.until("2026-11-09T19:00:00", minutes=10)
        made.report("case.corrected", "2026-11-09T19:00:00", "1", event="p", withdrawn=True)
        made.tick()
        made.until("2026-11-09T20:00:00", minutes=10)
        made.close()
        leaves = made.leaves()
        assert found(made) == []
        hidden = kinds(of(leaves, "1"), "claim.contested")
        assert len(hidden) == 1
        issues = found(made, without(leaves, *hidden))
        assert any("claim.contested" in one and "kept back" in one for one in issues)
