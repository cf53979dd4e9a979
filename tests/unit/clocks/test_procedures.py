"""Special procedures (特别程序): 行政许可法 45, DOMAIN CLK-05, CLK-06, PAU-01 to 06, V-06, V-13.

Accepted Monday 2025-04-07 for 10 working days: 08=1 … 11=4, 14=5 … 18=9, 21=10.
"""

from datetime import datetime
from typing import Any

import pytest

from chalicelib.cases.fact import Fact
from tests.unit.clocks.living import HUNAN, dues, findings_of, lamp_of, listed, live
from tests.unit.told import MS, accepted, at, decided, reported, resumed, suspended

CASE, DUE = accepted("2025-04-07T10:00", "10wd"), "2025-04-21T17:30"
BEGUN, OVER = "2025-04-14T10:00", "2025-04-21T17:30"  # five working days: 15, 16, 17, 18, 21


def laboratory(when: str | datetime = BEGUN, approved: str = "5wd", **more: Any) -> Fact:
    """A test that may take five working days."""
    return suspended(when, approved=approved, **more)


def own(facts: list[Fact]) -> list[str]:
    """What a person is asked about the procedures themselves: no law sets their level."""
    return [line for line in findings_of(facts, "V-06") if "(procedure)" in line]


class TestTheirOwnClock:
    """What was approved for five days is over on the fifth, whatever the case does."""

    @pytest.mark.parametrize("late", [0, 1])
    def test_resumed_late(self, late: int) -> None:
        """To the millisecond."""
        facts = live(CASE, laboratory(), resumed(at(OVER) + late * MS), until="2025-06-01")
        assert own(facts) == [f"V-06 (procedure) {OVER}"] * late

    def test_left_open_after_the_decision_it_is_still_supervised(self) -> None:
        """DOMAIN PAU-05: the lamp is out, the card comes all the same; until it is ended."""
        decision = decided("2025-04-17T10:00")
        facts = live(CASE, laboratory(), decision, until="2025-06-01")
        assert own(facts) == [f"V-06 (procedure) {OVER}"]
        assert lamp_of(facts) == "closed"
        assert own(live(CASE, laboratory(), decision, resumed(OVER), until="2025-06-01")) == []

    @pytest.mark.parametrize("end", ["withdrawn", "cancelled", "returned", "acceptance.withdrawn"])
    def test_not_of_a_case_that_came_to_nothing(self, end: str) -> None:
        """Withdrawn, voided, returned: nobody tests any more."""
        facts = live(CASE, laboratory(), reported(end, "2025-04-17T10:00"), until="2025-06-01")
        assert findings_of(facts) == []

    def test_each_of_two_has_its_own(self) -> None:
        """Testing for two days, a hearing for five."""
        facts = live(
            CASE, laboratory(approved="2wd"), laboratory(procedure="hearing"), until="2025-04-22"
        )
        assert own(facts) == ["V-06 (procedure) 2025-04-16T17:30", f"V-06 (procedure) {OVER}"]
        assert {key for key in dues(facts) if "procedure" in key} == {
            "procedure testing",
            "procedure hearing",
        }

    def test_twice_the_same_procedure_is_two_clocks(self) -> None:
        """One after the other."""
        facts = live(
            CASE,
            laboratory(approved="1wd"),
            resumed("2025-04-16T10:00"),
            laboratory("2025-04-17T10:00", approved="1wd"),
            until="2025-04-19",
        )
        assert own(facts) == [
            "V-06 (procedure) 2025-04-15T17:30",
            "V-06 (procedure) 2025-04-18T17:30",
        ]
        assert findings_of(facts, "V-13") == ["V-13 (again) 2025-04-17T10:00"]

    def test_one_without_an_approved_length_has_none(self) -> None:
        """Nothing says when it would be over; V-13 asks a person (`test_doubt.py`)."""
        facts = live(CASE, suspended(BEGUN, approved=""), until="2026-06-01")
        assert findings_of(facts, "V-06") == []
        assert findings_of(facts, "V-13") == [f"V-13 (no_approved) {BEGUN}"]

    def test_hunan(self) -> None:
        """T-15: for 7 days from 2018-10-15 10:00: warn 10-19, yellow 10-24, red 10-25, at 10:00."""
        facts = live(
            accepted("2018-10-15T10:00", "40wd"),
            laboratory("2018-10-15T10:00", "7wd"),
            until="2018-11-15",
            profile=HUNAN,
        )
        assert findings_of(facts, "V-06") == [
            "V-06 warning 2018-10-19T10:00",
            "V-06 (procedure) 2018-10-24T10:00",
            "V-06 (procedure) 2018-10-25T10:00",
        ]


class TestWhatTheyTakeOut:
    """Their time, and no more than was approved, once."""

    def test_its_working_days(self) -> None:
        """15 to 18 are out: 21=6, 22=7, 23=8, 24=9, 25=10."""
        facts = live(CASE, laboratory(), resumed("2025-04-18T10:00"), until="2025-04-19")
        assert dues(facts)["promise"] == "2025-04-25T17:30"

    def test_not_more_than_was_approved(self) -> None:
        """Two approved, nine taken: 15, 16 out; 17=6, 18=7, 21=8, 22=9, 23=10."""
        facts = live(
            CASE, laboratory(approved="2wd"), resumed("2025-04-25T10:00"), until="2025-04-26"
        )
        assert dues(facts)["promise"] == "2025-04-23T17:30"
        assert "V-02 yellow 2025-04-23T17:30" in findings_of(facts)

    def test_two_that_overlap_are_taken_out_once(self) -> None:
        """15 to 21 are out: 22=6, 23=7, 24=8, 25=9 and the make-up Sunday 27=10."""
        facts = live(
            CASE,
            laboratory(),
            suspended("2025-04-16T10:00", "hearing", approved="5wd"),
            resumed("2025-04-17T10:00"),
            resumed("2025-04-21T10:00", "hearing"),
            until="2025-04-22",
        )
        assert dues(facts)["promise"] == "2025-04-27T17:30"

    def test_after_the_breach_they_hide_nothing(self) -> None:
        """Settle first: suspended a millisecond after the due instant."""
        facts = live(CASE, laboratory(when=at(DUE) + MS), until="2025-06-01")
        assert f"V-02 yellow {DUE}" in findings_of(facts, only_standing=True)


class TestDefects:
    """行政许可法 45: told in writing, and on a legal basis; else no pause, and V-13."""

    @pytest.mark.parametrize(
        ("more", "ground"),
        [
            ({"procedure": "site_survey"}, "not_a_ground"),
            ({"procedure": "technical_review"}, "not_a_ground"),
            ({"procedure": "lunch"}, "unknown_procedure"),
            ({"procedure": "lunch", "notified_at": ""}, "unknown_procedure"),
        ],
    )
    def test_it_does_not_pause_and_is_flagged(self, more: dict[str, Any], ground: str) -> None:
        """It waits for a person: the act may be sound, and only its record wanting."""
        facts = live(CASE, laboratory(**more), until="2025-04-22")
        assert findings_of(facts, "V-13") == [f"V-13 ({ground}) {BEGUN}"]
        assert dues(facts)["promise"] == DUE
        assert f"V-02 yellow {DUE}" in findings_of(facts)
        assert own(facts) == [f"V-06 (procedure) {OVER}"]  # its own length is kept all the same

    @pytest.mark.parametrize(
        "procedure",
        [
            *("hearing", "tender", "auction", "inspection", "testing", "quarantine"),
            *("appraisal", "expert_review"),
        ],
    )
    def test_the_laws_own_procedures_pause(self, procedure: str) -> None:
        """行政许可法 45: 听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审."""
        facts = live(CASE, laboratory(procedure=procedure), until="2025-04-15")
        assert findings_of(facts, "V-13") == []
        assert dues(facts)["promise"] == "2025-04-27T17:30"

    def test_each_procedure_pauses_a_case_once(self) -> None:
        """What comes again takes nothing out, however sound; another one does.

        14=5; 15 to 17 are out, and 22 by the hearing: 18=6, 21=7, 23=8, 24=9, 25=10.
        """
        facts = live(
            CASE,
            laboratory(approved="3wd"),
            laboratory("2025-04-18T10:00", approved="3wd"),
            laboratory("2025-04-21T10:00", approved="1wd", procedure="hearing"),
            resumed("2025-04-17T10:00"),
            until="2025-04-26",
        )
        assert findings_of(facts, "V-13") == ["V-13 (again) 2025-04-18T10:00"]
        assert dues(facts)["promise"] == "2025-04-25T17:30"

    def test_a_survey_pauses_where_the_items_record_says_so(self) -> None:
        """DOMAIN CLK-06."""
        case = listed(CASE, procedures=["site_survey"])
        facts = live(case, laboratory(procedure="site_survey"), until="2025-04-15")
        assert findings_of(facts, "V-13") == []
        assert dues(facts)["promise"] == "2025-04-27T17:30"  # five days at the most

    def test_the_basis_may_be_kept_apart(self) -> None:
        """What is private is given all the same."""
        open_one = laboratory(given=[], basis="第五十五条")
        assert findings_of(live(CASE, open_one, until="2025-04-15"), "V-13") == []
        assert (
            findings_of(live(CASE, laboratory(given=["basis"]), until="2025-04-15"), "V-13") == []
        )

    def test_a_sound_one_beside_a_defective_one_still_pauses(self) -> None:
        """Each by itself."""
        facts = live(
            CASE,
            laboratory(),
            laboratory(procedure="lunch"),
            resumed("2025-04-18T10:00", ""),
            until="2025-04-19",
        )
        assert dues(facts)["promise"] == "2025-04-25T17:30"
        assert findings_of(facts) == [f"V-13 (unknown_procedure) {BEGUN}"]

    def test_hunan_needs_an_approver_and_a_length_too(self) -> None:
        """Each profile says what a pause needs."""
        for given, ground in (["basis"], "no_approver"), (["basis", "approver"], "no_approved"):
            told = suspended(BEGUN, given=given, approved="")
            facts = live(CASE, told, until="2025-04-15", profile=HUNAN)
            assert findings_of(facts, "V-13") == [f"V-13 ({ground}) {BEGUN}"]


def test_a_supplement_after_the_acceptance_does_not_pause() -> None:
    """DOMAIN PAU-10: no general pause for it."""
    asked = reported("supplement_notified", BEGUN, materials=["deed"])
    facts = live(CASE, asked, until="2025-04-22")
    assert f"V-02 yellow {DUE}" in findings_of(facts)
