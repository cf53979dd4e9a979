"""The doubt rule: a card is automatic where every lawful reading is broken (DOMAIN DFT-01).

T-39: accepted Monday 2026-06-08 for 10 working days: due Tuesday 06-23 (19 to 21 are off). A review
from 06-11 to 06-25 takes out 12, 15 to 18 and 22 to 25: due Monday 07-06.
"""

from typing import Any

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.clock.due import Due
from tests.unit.clocks.living import dues, evaluated, findings_of, kinds, listed, live
from tests.unit.told import (
    MS,
    PROFILE,
    File,
    accepted,
    at,
    clock,
    decided,
    reported,
    resumed,
    suspended,
)

CASE, BEGUN, OVER = accepted("2026-06-08T10:00", "10wd"), "2026-06-11T10:00", "2026-06-25T10:00"
DUE, PAUSED = "2026-06-23T17:30", "2026-07-06T17:30"
AT_MOST = "2026-08-04T17:30"  # thirty working days from 06-11 end on 07-24; 27=4 … 31=8, 08-03=9


def review(when: str = BEGUN, approved: str = "", **more: Any) -> Fact:
    """An expert review; nobody said how long it may take."""
    return suspended(when, "expert_review", approved=approved, **more)


def back(when: str = OVER) -> Fact:
    """It is over."""
    return resumed(when, "expert_review")


def in_doubt(facts: list[Fact]) -> dict[str, Due]:
    """The clocks that are in doubt, and when the later reading has them run out."""
    found = evaluated(facts).limits.dues(at("2026-06-12"))
    return {name: due for name, due in found.items() if due.in_doubt}


class TestWithoutItsLength:
    """DFT-05: nothing is excluded, or the actual time, at the most the longest."""

    def test_the_card_waits_for_the_later_reading(self) -> None:
        """T-39: a person is asked at once, and again at the earlier due instant."""
        facts = live(CASE, review(), back(), until="2026-07-07")
        assert findings_of(facts) == [
            f"V-13 (no_approved) {BEGUN}",
            f"V-02 (promise) {DUE}",
            "V-01 warning 2026-07-02T17:30",  # two working days before the later reading
            f"V-02 yellow {PAUSED}",
        ]

    @pytest.mark.parametrize("late", [0, 1])
    def test_to_the_millisecond(self, late: int) -> None:
        """A decision in time for one reading and not for the other is proposed only."""
        for due, ended in (DUE, f"V-02 (promise) {DUE}"), (PAUSED, f"V-02 yellow {PAUSED}"):
            facts = live(CASE, review(), back(), decided(at(due) + late * MS), until="2026-09-01")
            assert (findings_of(facts, "V-02")[-1:] == [ended]) is bool(late)

    def test_pages_show_the_later_one_and_say_so(self) -> None:
        """期限存疑."""
        facts = live(CASE, review(), back(), until="2026-06-26")
        assert {name: clock(due.at) for name, due in in_doubt(facts).items()} == {"promise": PAUSED}
        sound = live(CASE, review(approved="10wd"), back(), until="2026-06-26")
        assert (in_doubt(sound), dues(sound)["promise"]) == ({}, PAUSED)

    def test_what_never_ends_is_never_green_without_a_finding(self) -> None:
        """A year of silence: proposed when nothing excluded is over, and automatic never."""
        facts = live(CASE, review(), until="2027-06-08")
        assert findings_of(facts, "V-02", "V-03", "V-13") == [
            f"V-13 (no_approved) {BEGUN}",
            f"V-02 (promise) {DUE}",
        ]
        assert dues(facts)["promise"] == AT_MOST

    def test_what_ends_after_the_longest_is_automatic_by_its_actual_time(self) -> None:
        """Ended on Monday 08-10: 11=4, 12=5 … 14=7, 17=8, 18=9, 19=10."""
        facts = live(CASE, review(), back("2026-08-10T10:00"), until="2026-09-01")
        assert findings_of(facts, "V-02") == [
            f"V-02 (promise) {DUE}",
            "V-02 yellow 2026-08-19T17:30",
        ]
        assert dues(facts)["promise"] == AT_MOST

    @pytest.mark.parametrize("lacks", ["notified_at", "basis"])
    def test_without_notice_or_basis_it_is_no_clearer(self, lacks: str) -> None:
        """DFT-06: the article does not make the exclusion depend on the notice."""
        more = {"notified_at": ""} if lacks == "notified_at" else {"given": ["approver"]}
        facts = live(CASE, review(approved="10wd", **more), back(), until="2026-07-07")
        assert findings_of(facts, "V-13") == [f"V-13 (no_{lacks}) {BEGUN}"]
        assert findings_of(facts, "V-02") == [f"V-02 (promise) {DUE}", f"V-02 yellow {PAUSED}"]

    @pytest.mark.parametrize("begun", ["2026-06-11T10:00", "2026-06-13T10:00"])
    def test_a_pause_for_centuries_holds_no_other_clock(self, begun: str) -> None:
        """Its own limit ends beyond all calendars, on a working day or on none: it caps nothing."""
        facts = live(CASE, review(begun, "3000mo"), back(), until="2026-07-07")
        assert findings_of(facts, "V-06", "V-13") == [f"V-13 (too_long) {begun}"]
        paused = {"2026-06-11T10:00": PAUSED, "2026-06-13T10:00": "2026-07-03T17:30"}  # 12th is out
        assert findings_of(facts, "V-02") == [f"V-02 yellow {paused[begun]}"]

    def test_a_stage_waits_likewise(self) -> None:
        """Five working days from 06-10: 06-17; with two out 11=1, 16=2, 17=3, 18=4, 22=5."""
        entered = reported(
            "stage.entered", "2026-06-10T10:00", stage="check", limit={"amount": 5, "unit": "wd"}
        )
        facts = live(CASE, entered, review(), back("2026-06-15T10:00"), until="2026-06-20")
        assert findings_of(facts, "V-05") == ["V-05 (stage) 2026-06-17T17:30"]
        later = live(CASE, entered, review(), back("2026-06-15T10:00"), until="2026-06-23")
        # A person is asked in any case, as no law sets a stage's limit: so once.
        assert findings_of(later, "V-05") == ["V-05 (stage) 2026-06-17T17:30"]

    def test_both_main_clocks_wait(self) -> None:
        """Promise 10 wd, by law 20: 07-07 without the review, 07-20 with it."""
        case = accepted("2026-06-08T10:00", "10wd", "20wd")
        facts = live(case, review(), back(), until="2026-07-21")
        assert findings_of(facts, "V-02", "V-03") == [
            f"V-02 (promise) {DUE}",
            f"V-02 yellow {PAUSED}",
            "V-03 (statutory) 2026-07-07T17:30",
            "V-03 red 2026-07-20T17:30",
        ]


class TestTheLongest:
    """A pause counts for thirty working days at the most; from 06-11 they end on 07-24."""

    @pytest.mark.parametrize("approved", ["31wd", "3mo", "300wh", "2000h", "60d"])
    def test_more_is_cut_and_a_person_is_asked(self, approved: str) -> None:
        """V-13 at once; the card is only due because the profile cut it, so it is proposed."""
        facts = live(CASE, review(approved=approved), until="2026-08-05")
        assert findings_of(facts, "V-13") == [f"V-13 (too_long) {BEGUN}"]
        assert dues(facts)["promise"] == AT_MOST
        assert f"V-02 (promise) {AT_MOST}" in findings_of(facts)
        assert f"V-02 yellow {AT_MOST}" not in findings_of(facts)

    @pytest.mark.parametrize("approved", ["30wd", "210wh", "1032h", "43d"])
    def test_as_long_as_that_is_as_it_should_be(self, approved: str) -> None:
        """Forty-three days from 06-11 are 07-24 too."""
        facts = live(CASE, review(approved=approved), until="2026-08-05")
        assert findings_of(facts, "V-13") == []
        assert findings_of(facts, "V-02") == [f"V-02 yellow {AT_MOST}"]

    @pytest.mark.parametrize("approved", ["211wh", "1033h", "44d"])
    def test_a_cut_that_moves_nothing_leaves_the_card_automatic(self, approved: str) -> None:
        """An hour more, or a Saturday: the limit is over on the same day."""
        facts = live(CASE, review(approved=approved), until="2026-08-05")
        assert findings_of(facts, "V-13") == [f"V-13 (too_long) {BEGUN}"]
        assert findings_of(facts, "V-02") == [f"V-02 yellow {AT_MOST}"]

    def test_when_the_approved_time_is_over_too_it_is_automatic(self) -> None:
        """Thirty-five working days end on 07-31: 08-03=4, 04=5 … 07=8, 10=9, 11=10."""
        facts = live(CASE, review(approved="35wd"), until="2026-08-31")
        assert findings_of(facts, "V-02") == [
            f"V-02 (promise) {AT_MOST}",
            "V-02 yellow 2026-08-11T17:30",
        ]

    def test_one_that_ended_sooner_is_not_cut(self) -> None:
        """Approved for two months, and over after a fortnight."""
        facts = live(CASE, review(approved="2mo"), back(), until="2026-07-07")
        assert findings_of(facts, "V-02") == [f"V-02 yellow {PAUSED}"]
        assert in_doubt(facts) == {}

    def test_one_of_the_items_own_has_the_longest_too(self) -> None:
        """DOMAIN CLK-06: a survey that the item's record names."""
        case = listed(CASE, procedures=["site_survey"])
        facts = live(case, suspended(BEGUN, "site_survey", approved="31wd"), until="2026-06-12")
        assert findings_of(facts) == [f"V-13 (too_long) {BEGUN}"]


class TestTheProposal:
    """One card, whether a person confirms it in the doubt or every reading is broken."""

    def case(self, until: str) -> File:
        """T-39, lived through until then."""
        case = File(CASE, review(), back())
        case.decide_case(DUE)
        case.decide_case(at(DUE) + MS)
        case.decide_case(until)
        return case

    def test_it_gives_way_to_the_certain_card(self) -> None:
        """The proposal is no more; who confirms it later confirms nothing."""
        case = self.case("2026-07-07")
        assert case.issued("V-02") == [("yellow", PAUSED)]
        checks = [fact for fact in case.facts if fact.kind == "card.rechecked"]
        assert [(f.text("verdict"), f.text("reason")) for f in checks] == [("lost", "beyond_doubt")]
        proposal = next(fact for fact in case.facts if fact.text("rule") == "V-02")
        case.receive(reported("card.confirmed", "2026-07-08T10:00", card=proposal.n))
        assert case.issued("V-02") == [("yellow", PAUSED)]

    @pytest.mark.parametrize("late", [0, 1])
    def test_confirmed_in_the_doubt_it_is_the_card(self, late: int) -> None:
        """Not twice: up to the later due instant, a millisecond after it is too late."""
        case = self.case("2026-06-24")
        proposal = next(fact for fact in case.facts if fact.text("rule") == "V-02")
        assert (proposal.kind, proposal.data["in_doubt"]) == ("card.proposed", True)
        when = at(PAUSED) + late * MS
        case.receive(reported("card.confirmed", when, card=proposal.n))
        case.decide_case("2026-07-07")
        assert case.issued("V-02") == [("yellow", PAUSED if late else DUE)]
        assert case.verdicts("V-02") == [("yellow", "lost")] * late

    def test_an_answer_to_the_confirmed_one_answers_it_for_good(self) -> None:
        """V-03 asks whether the yellow was answered, under whichever key it has."""
        case = self.case("2026-06-24")
        proposal = next(fact for fact in case.facts if fact.text("rule") == "V-02")
        case.receive(reported("card.confirmed", "2026-06-24T11:00", card=proposal.n))
        case.receive(reported("card.responded", "2026-06-24T12:00", card=proposal.n))
        case.decide_case("2026-09-01")
        assert case.issued("V-03") == []

    def test_dismissed_it_does_not_keep_the_certain_card_away(self) -> None:
        """In doubt the person said no; in the end there is none."""
        case = self.case("2026-06-24")
        proposal = next(fact for fact in case.facts if fact.text("rule") == "V-02")
        case.receive(reported("card.annulled", "2026-06-24T11:00", card=proposal.n))
        case.decide_case("2026-07-07")
        assert case.issued("V-02") == [("yellow", PAUSED)]

    def test_judged_late_there_is_no_proposal(self) -> None:
        """Both readings are over when it is first looked at."""
        case = File(CASE, review(), back())
        case.decide_case("2026-07-07")
        assert ("V-02", "promise", DUE) not in case.proposed()
        assert case.issued("V-02") == [("yellow", PAUSED)]


def test_a_mapped_log_counts_every_pause_and_extension() -> None:
    """Replay: whoever approved it and for how long, and any number of times; nothing is found."""
    mapped = PROFILE.counted_as({"zone": "Asia/Shanghai"})
    bare = reported("suspended", BEGUN, procedure="pause1")
    again = reported("suspended", "2026-06-29T10:00", procedure="pause1")
    ends = [resumed(OVER, "pause1"), resumed("2026-06-30T10:00", "pause1")]
    more = reported("extended", "2026-06-12T10:00", by={"amount": 12, "unit": "mo"})
    facts = live(CASE, bare, again, *ends, until="2026-07-08", profile=mapped)
    assert dues(facts, mapped)["promise"] == "2026-07-07T17:30"
    facts = live(CASE, bare, *ends[:1], more, until="2026-07-08", profile=mapped)
    assert kinds(facts) == set()
    assert dues(facts, mapped)["promise"] > "2027-06-23"
