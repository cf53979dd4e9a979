"""Delivery, publication, gap, renewal, deemed approval: 行政许可法 40, 44, 50; DOMAIN §1.6, §9."""

from typing import Any

import pytest

from chalicelib.cases.fact import Fact
from tests.unit.clocks.living import (
    HUNAN,
    dues,
    findings_of,
    handed_in,
    kinds,
    lamp_of,
    listed,
    live,
    notified,
    received,
)
from tests.unit.told import MS, accepted, at, decided, reported, resumed, suspended


class TestDelivery:
    """T-12: granted Tuesday 2026-09-29: 30=1, 10-08=2, 09=3, 10 (make-up)=4, 12=5 … 19=10."""

    CASE, GRANTED = (
        accepted("2026-09-14T10:00", "40wd"),
        decided("2026-09-29T15:00", outcome="granted"),
    )
    DUE = "2026-10-19T17:30"

    @pytest.mark.parametrize("late", [0, 1])
    def test_the_licence_is_delivered_in_ten_days(self, late: int) -> None:
        """行政许可法 44, to the millisecond."""
        done = reported("document.delivered", at(self.DUE) + late * MS)
        facts = live(self.CASE, self.GRANTED, done, until="2026-12-01")
        assert findings_of(facts, "V-08") == [f"V-08 yellow {self.DUE}"] * late

    def test_what_was_delivered_before_is_another_document(self) -> None:
        """The notice of acceptance is none of it; the first after the decision is."""
        before = reported("document.delivered", "2026-09-14T10:30")
        facts = live(self.CASE, self.GRANTED, before, until="2026-10-20")
        assert findings_of(facts, "V-08") == [f"V-08 yellow {self.DUE}"]
        done = reported("document.delivered", "2026-10-19T17:30")
        assert (
            findings_of(live(self.CASE, self.GRANTED, before, done, until="2026-10-20"), "V-08")
            == []
        )

    def test_on_the_spot(self) -> None:
        """In the very instant of the decision."""
        done = reported("document.delivered", self.GRANTED.at)
        assert findings_of(live(self.CASE, self.GRANTED, done, until="2026-12-01"), "V-08") == []

    def test_what_is_refused_is_not_delivered_so(self) -> None:
        """The ten days are for what was granted."""
        facts = live(self.CASE, decided("2026-09-29T15:00"), until="2026-12-01")
        assert findings_of(facts) == []

    def test_hunan_has_three(self) -> None:
        """T-15: granted 2018-10-15 10:00, over on 10-18 10:00, a second later is late."""
        facts = live(
            accepted("2018-10-12T10:00", "7wd"),
            decided("2018-10-15T10:00", outcome="granted"),
            until="2018-11-01",
            profile=HUNAN,
        )
        assert findings_of(facts, "V-08") == ["V-08 (delivery) 2018-10-18T10:00"]


class TestPublication:
    """T-20: decided Tuesday 2026-02-10: 11=1, 12, 13, 14 (make-up)=4, 24=5, 25=6, 26=7."""

    CASE = accepted("2026-02-02T10:00", "40wd"), decided("2026-02-10T10:00", outcome="granted")

    @pytest.mark.parametrize("late", [0, 1])
    def test_within_seven_days(self, late: int) -> None:
        """V-28 waits for a person, and lights no lamp."""
        done = reported("result.published", at("2026-02-26T17:30") + late * MS)
        facts = live(*self.CASE, done, until="2026-02-28")
        assert findings_of(facts, "V-28") == ["V-28 (publication) 2026-02-26T17:30"] * late
        assert lamp_of(facts) == "closed"


class TestGap:
    """容缺受理, T-10: accepted Friday 2026-09-18 for ten working days: due 10-09.

    Eight of them (two less than the promise): 20 (make-up)=1, 21=2 … 24=5, 28=6, 29=7, 30=8.
    """

    CASE, ENDS = accepted("2026-09-18T10:00", "10wd", gaps=["photo"]), "2026-09-30T17:30"

    @pytest.mark.parametrize("late", [0, 1])
    def test_what_is_missing_is_brought_in_time(self, late: int) -> None:
        """To the millisecond; and the main clock runs on all the while."""
        facts = live(self.CASE, handed_in(at(self.ENDS) + late * MS), until="2026-10-08")
        assert findings_of(facts, "V-34") == [f"V-34 warning {self.ENDS}"] * late
        assert dues(facts) == {"promise": "2026-10-09T17:30", "gap": self.ENDS}

    def test_to_ask_for_it_again_is_not_to_bring_it(self) -> None:
        """A notice closes no gap."""
        facts = live(self.CASE, notified("2026-09-22T10:00"), until="2026-10-08")
        assert findings_of(facts, "V-34") == [f"V-34 warning {self.ENDS}"]

    def test_what_was_brought_before_the_acceptance_is_not_the_gap(self) -> None:
        """What is brought is counted from the acceptance on."""
        before = handed_in("2026-09-18T10:00")
        facts = live(self.CASE, before, until="2026-10-08")
        assert findings_of(facts, "V-34") == [f"V-34 warning {self.ENDS}"]

    @pytest.mark.parametrize(
        ("promise", "more", "due"),
        [
            ("40wd", {}, "2026-10-22T17:30"),  # not more than twenty, 09-30=8, 10-08=9 … 22=20
            ("10wd", {"gap_limit": {"amount": 3, "unit": "wd"}}, "2026-09-22T17:30"),
            ("10wd", {"gap_limit": {"amount": 48, "unit": "h"}}, "2026-09-20T10:00"),
            ("10wd", {"gap_limit": {"amount": 9, "unit": "wd"}}, "2026-09-30T17:30"),
            ("10wd", {"gap_limit": {"amount": 2, "unit": "mo"}}, "2026-09-30T17:30"),
            ("40wd", {"gap_limit": {"amount": 2, "unit": "mo"}}, "2026-10-22T17:30"),
        ],
    )
    def test_how_long_it_may_stay_open(self, promise: str, more: dict[str, Any], due: str) -> None:
        """The promise less two days, twenty at the most; what is told may only shorten it."""
        facts = live(
            accepted("2026-09-18T10:00", promise, gaps=["photo"], **more), until="2026-09-18"
        )
        assert dues(facts)["gap"] == due

    def test_the_gap_may_be_kept_apart(self) -> None:
        """Its words are private; that there is one is not."""
        case = accepted("2026-09-18T10:00", "10wd", given=["gaps"])
        assert dues(live(case, until="2026-09-18"))["gap"] == self.ENDS
        assert "gap" not in dues(live(accepted("2026-09-18T10:00", "10wd"), until="2026-09-18"))

    def test_the_acceptance_is_withdrawn(self) -> None:
        """撤销受理 (浙江 11): the case is over, and so are its clocks."""
        gone = reported("acceptance.withdrawn", "2026-10-08T09:00")
        facts = live(self.CASE, gone, until="2026-12-01")
        assert findings_of(facts) == [
            "V-01 warning 2026-09-30T17:30",
            f"V-34 warning {self.ENDS}",
            "V-02 (ended_near_limit) 2026-10-08T09:00",  # on the promise's last day but one
        ]
        assert lamp_of(facts) == "closed"

    def test_a_procedure_does_not_pause_it(self) -> None:
        """The applicant has until the day that was said."""
        facts = live(self.CASE, suspended("2026-09-21T10:00"), until="2026-10-08")
        assert findings_of(facts, "V-34") == [f"V-34 warning {self.ENDS}"]


class TestRenewal:
    """延续: decided before the licence expires, else deemed renewed (行政许可法 50)."""

    def case(self, expires: str = "2026-04-20") -> Fact:
        """Accepted 2026-03-16 for 20 working days: due 2026-04-14 (04-06 off)."""
        return accepted("2026-03-16T10:00", "20wd", expires_at=expires)

    @pytest.mark.parametrize(
        ("expires", "ends"),
        [
            ("2026-04-20", "2026-04-20T17:30"),
            ("2026-04-18", "2026-04-18T17:30"),  # a Saturday: nothing moves it
            ("2026-04-20T15:59:59.999Z", "2026-04-20T23:59:59.999"),
        ],
    )
    def test_silence_renews(self, expires: str, ends: str) -> None:
        """At the expiry it is explicit, a day ends when the office closes."""
        decision = at(ends)
        assert "case.deemed_approved" not in kinds(
            live(self.case(expires), decided(decision), until="2026-06-01")
        )
        facts = live(self.case(expires), decided(decision + MS), until="2026-06-01")
        assert f"V-02 deemed_approved {ends}" in findings_of(facts)
        facts = live(self.case(expires), until="2026-06-01")
        assert f"V-02 deemed_approved {ends}" in findings_of(facts)
        assert lamp_of(facts) == "closed"

    def test_the_promise_is_overdue_before(self) -> None:
        """The yellow of the promise comes first, and is the only one."""
        facts = live(self.case(), until="2026-06-01")
        assert findings_of(facts, "V-02", "V-03") == [
            "V-02 yellow 2026-04-14T17:30",
            "V-02 deemed_approved 2026-04-20T17:30",
        ]

    def test_a_pause_does_not_move_the_expiry(self) -> None:
        """The licence expires all the same."""
        facts = live(self.case(), suspended("2026-03-20T10:00"), until="2026-06-01")
        assert "V-02 deemed_approved 2026-04-20T17:30" in findings_of(facts)

    def test_the_application_may_have_said_it(self) -> None:
        """An application on which nobody acts is accepted, and then renewed, by silence."""
        facts = live(
            received("2026-03-16T10:00", promise="40wd", expires_at="2026-04-20"),
            until="2026-06-01",
        )
        assert {
            "V-14 deemed_accepted 2026-03-23T17:30",
            "V-02 deemed_approved 2026-04-20T17:30",
        } <= {*findings_of(facts)}

    def test_an_acceptance_after_silence_says_it_too(self) -> None:
        """The clock runs from receipt, the expiry is what the acceptance says."""
        facts = live(
            received("2026-03-02T10:00", promise="40wd"),
            accepted("2026-03-16T10:00", "40wd", expires_at="2026-03-20"),
            until="2026-03-21",
        )
        assert "V-02 deemed_approved 2026-03-20T17:30" in findings_of(facts)

    def test_nothing_says_it_once_a_limit_is_over(self) -> None:
        """Silence accepted it, and the promise is over since 03-09: the red comes all the same."""
        late = accepted("2026-03-16T10:00", "5wd", "20wd", expires_at="2026-03-17")
        facts = live(received("2026-03-02T10:00", promise="5wd"), late, until="2026-06-01")
        assert findings_of(facts, "V-02", "V-03") == [
            "V-02 yellow 2026-03-09T17:30",
            "V-03 red 2026-03-30T17:30",
        ]
        assert lamp_of(facts) == "red"

    @pytest.mark.parametrize("how", ["submitted", "received"])
    def test_nothing_says_it_after_the_acceptance(self, how: str) -> None:
        """Or whoever is late makes a renewal of the case, which silence grants before its red."""
        case = accepted("2026-03-16T10:00", "5wd", "20wd")
        said = received("2026-03-24T10:00", how, expires_at="2026-03-25")
        facts = live(case, said, until="2026-06-01")
        assert findings_of(facts, "V-02", "V-03") == [
            "V-02 yellow 2026-03-23T17:30",
            "V-03 red 2026-04-14T17:30",
        ]
        assert lamp_of(facts) == "red"


class TestDeemedApproval:
    """超时默认, T-14: 3 working days from Friday 2024-09-13: 14 (make-up)=1, 18=2, 19=3."""

    CASE, DUE = listed(accepted("2024-09-13T10:00", "3wd"), deemed="文"), "2024-09-19T17:30"

    def test_at_the_close_of_the_third_day(self) -> None:
        """A breach and an approval; after that nothing is overdue but the paper, a day later."""
        facts = live(self.CASE, until="2024-12-01")
        assert set(findings_of(facts)[1:]) == {
            f"V-02 yellow {self.DUE}",
            f"V-02 deemed_approved {self.DUE}",
            "V-08 yellow 2024-09-20T17:30",
        }
        assert findings_of(facts)[0].startswith("V-01 warning")
        assert lamp_of(facts) == "closed"

    @pytest.mark.parametrize("late", [0, 1])
    def test_a_decision_at_the_last_moment_prevents_it(self, late: int) -> None:
        """To the millisecond."""
        facts = live(self.CASE, decided(at(self.DUE) + late * MS), until="2024-12-01")
        assert ("case.deemed_approved" in kinds(facts)) == bool(late)

    @pytest.mark.parametrize("done", ["document.delivered", "case.decided"])
    @pytest.mark.parametrize("late", [0, 1])
    def test_the_paper_is_due_one_working_day_later(self, done: str, late: int) -> None:
        """T-14: 2024-09-20."""
        paper = reported(done, at("2024-09-20T17:30") + late * MS, outcome="granted")
        facts = live(self.CASE, paper, until="2024-12-01")
        assert findings_of(facts, "V-08") == ["V-08 yellow 2024-09-20T17:30"] * late

    def test_without_a_recorded_basis_it_is_a_breach_and_nothing_else(self) -> None:
        """DOMAIN DEF-01."""
        facts = live(accepted("2024-09-13T10:00", "3wd", "6wd"), until="2024-12-01")
        assert "case.deemed_approved" not in kinds(facts)
        assert "V-03 red 2024-09-24T17:30" in findings_of(facts)

    def test_the_laws_own_limit_approves_nothing(self) -> None:
        """The basis is one for the promise."""
        case = listed(accepted("2024-09-13T10:00", "30wd", "3wd"), deemed="文")
        assert "case.deemed_approved" not in kinds(live(case, until="2024-10-01"))

    def test_a_first_review_is_approved_by_nobodys_silence(self) -> None:
        """The upper authority has yet to decide."""
        case = listed(accepted("2024-09-13T10:00", "3wd", kind="forwarded"), deemed="文")
        assert "case.deemed_approved" not in kinds(live(case, until="2024-12-01"))

    def test_the_open_case_stands_still_in_a_procedure(self) -> None:
        """While it is paused nobody is silent, but for no longer than was approved."""
        case = self.CASE, suspended("2024-09-18T10:00", approved="5wd")  # to 09-26 10:00
        assert "case.deemed_approved" not in kinds(live(*case, until="2024-09-26T10:00"))
        assert "case.deemed_approved" in kinds(live(*case, until="2024-12-01"))

    def test_no_silence_approves_what_may_be_paused(self) -> None:
        """DOMAIN DFT-01: a deemed approval needs every reading, like a card; the pause is open."""
        case = self.CASE, suspended("2024-09-18T10:00", approved="")
        assert "case.deemed_approved" not in kinds(live(*case, until="2025-12-01"))
        told = *case, resumed("2024-09-19T10:00")
        assert "case.deemed_approved" in kinds(live(*told, until="2024-12-01"))
