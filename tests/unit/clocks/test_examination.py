"""Examination (受理审查): 行政许可法 32(1)(4), DOMAIN CLK-08, T-06a.

Received Thursday 2026-02-12: 13=1, 14=2 (make-up), 15 to 23 Spring Festival, 24=3, 25=4, 26=5. So
by the close of 2026-02-26 the applicant is told what is missing; from a millisecond later on the
application counts as accepted, since the 12th.
"""

import pytest
from msgspec.structs import replace

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
    terms,
)
from tests.unit.told import MS, PROFILE, accepted, at, clock, decided, reported

RECEIVED, ENDS = "2026-02-12T10:00", "2026-02-26T17:30"
DEEMED = ["V-14 yellow 2026-02-26T17:30", "V-14 deemed_accepted 2026-02-26T17:30"]


@pytest.mark.parametrize("step", ["accepted", "notified", "withdrawn", "returned"])
@pytest.mark.parametrize("late", [0, 1])
def test_the_fifth_working_day_to_the_millisecond(step: str, late: int) -> None:
    """At the close it is in time; a millisecond later silence has made the acceptance."""
    when = at(ENDS) + late * MS
    steps = {"accepted": accepted(when, "20wd"), "notified": notified(when)}
    facts = live(
        received(RECEIVED, promise="20wd"),
        steps.get(step) or reported(step, when),
        until="2026-02-28",
    )
    assert findings_of(facts) == (DEEMED if late else [])


def test_an_acceptance_in_time_starts_the_main_clock_itself() -> None:
    """Accepted on the 26th: 02-27=1, 28=2 (make-up), 03-02=3, 03=4, 04=5."""
    facts = live(received(RECEIVED), accepted(ENDS, "5wd"), until="2026-02-27")
    assert dues(facts)["promise"] == "2026-03-04T17:30"


def test_silence_accepts_retroactively_and_the_main_clock_runs_from_receipt() -> None:
    """20 wd from 02-12: five up to 02-26, 27=6, 28=7, 03-02=8 … 06=12, 09=13 … 13=17, 18=20."""
    facts = live(received(RECEIVED, promise="20wd"), until="2026-02-27")
    assert findings_of(facts) == DEEMED
    assert dues(facts)["promise"] == "2026-03-18T17:30"
    assert lamp_of(facts) == "yellow"  # V-14 itself


def test_up_to_then_nothing_counts_and_the_case_is_pending() -> None:
    """At the very close the authority may still speak."""
    facts = live(received(RECEIVED, promise="1wd", deemed="文"), until=ENDS)
    assert kinds(facts) == set()
    assert lamp_of(facts) == "pending"


def test_what_was_due_before_silence_was_over_was_not_known_before() -> None:
    """3 wd from 02-12 ended on 02-24; that it was due nobody knew until the 26th."""
    facts = live(received(RECEIVED, promise="3wd"), until="2026-02-28")
    assert set(findings_of(facts)) == {
        *DEEMED,
        "V-01 warning 2026-02-26T17:30",
        "V-02 yellow 2026-02-26T17:30",
    }
    yellow = next(fact for fact in facts if fact.text("rule") == "V-02")
    assert clock(at(yellow.text("due_at"))) == "2026-02-24T17:30"


def test_silence_cannot_approve_before_it_has_accepted() -> None:
    """An item with deemed approval after 3 wd: approved with the acceptance, not on the 24th."""
    facts = live(received(RECEIVED, promise="3wd", deemed="泰政办发〔2022〕58号"), until=ENDS)
    assert findings_of(facts) == []
    facts = live(
        received(RECEIVED, promise="3wd", deemed="泰政办发〔2022〕58号"), until="2026-02-27"
    )
    assert "V-02 deemed_approved 2026-02-26T17:30" in findings_of(facts)
    # The paper is due one working day after that: the 27th.
    assert dues(facts)["delivery"] == "2026-02-27T17:30"


def test_a_notice_before_the_end_of_silence_leaves_nothing_due() -> None:
    """The same item, told on the 25th what is missing: neither accepted nor approved."""
    facts = live(
        received(RECEIVED, promise="3wd", deemed="文"),
        notified("2026-02-25T10:00"),
        until="2026-03-27T17:30",
    )
    assert findings_of(facts) == []


def test_an_acceptance_told_after_silence_moves_nothing() -> None:
    """Accepted on 03-02: the clock has run from 02-12, with the terms of the acceptance."""
    facts = live(
        received(RECEIVED, promise="20wd"), accepted("2026-03-02T10:00", "10wd"), until="2026-03-03"
    )
    assert findings_of(facts, "V-14") == DEEMED
    assert dues(facts)["promise"] == "2026-03-04T17:30"  # 02-26=5, 27=6, 28=7, 03-02=8, 03=9, 04=10


@pytest.mark.parametrize("late", [0, 1])
def test_what_is_handed_in_is_examined_anew(late: int) -> None:
    """In on 03-02: 03=1, 04=2, 05=3, 06=4, 09=5; accepted by silence, that is from 03-02 on."""
    facts = live(
        received(RECEIVED, promise="5wd"),
        notified("2026-02-13T09:00"),
        handed_in("2026-03-02T10:00"),
        accepted(at("2026-03-09T17:30") + late * MS, "5wd"),
        until="2026-03-09T18:00",
    )
    silent = ["V-14 yellow 2026-03-09T17:30", "V-14 deemed_accepted 2026-03-09T17:30"]
    assert findings_of(facts, "V-14") == (silent if late else [])
    assert dues(facts)["promise"] == ("2026-03-09T17:30" if late else "2026-03-16T17:30")


def test_a_second_notice_ends_the_second_examination() -> None:
    """Told twice, which is V-17: silence there was none."""
    told = [
        received(RECEIVED, promise="5wd"),
        notified("2026-02-13T09:00"),
        handed_in("2026-03-02T10:00"),
        notified("2026-03-09T17:30"),
    ]
    assert findings_of(live(*told, until="2026-04-08")) == ["V-17 (told_again) 2026-03-09T17:30"]
    facts = live(*told, handed_in("2026-06-01T10:00"), until="2026-06-30")
    assert findings_of(facts, "V-14") == [
        "V-14 yellow 2026-06-08T17:30",
        "V-14 deemed_accepted 2026-06-08T17:30",
    ]


def test_once_accepted_by_silence_nothing_is_examined_again() -> None:
    """A notice after the five days and what is handed in on it make no second acceptance."""
    facts = live(
        received(RECEIVED, promise="20wd"),
        notified("2026-02-27T10:00"),
        handed_in("2026-02-28T10:00"),
        until="2026-03-16",
    )
    assert findings_of(facts, "V-14") == DEEMED
    assert dues(facts)["promise"] == "2026-03-18T17:30"


@pytest.mark.parametrize("when", ["2026-02-13T10:00", "2026-03-16T17:30"])
def test_withdrawn_while_it_waits_for_supplements(when: str) -> None:
    """What nobody hands in is nobody's delay."""
    facts = live(
        received(RECEIVED, promise="5wd"),
        notified("2026-02-13T09:00"),
        reported("withdrawn", when),
        until="2026-06-01",
    )
    assert findings_of(facts) == []
    assert lamp_of(facts) == "closed"


def test_an_item_without_limits_is_accepted_by_silence_and_nothing_else() -> None:
    """No limit is guessed, and nothing is held: that it is accepted is certain."""
    facts = live(received(RECEIVED), until=ENDS)
    assert kinds(facts) == set()
    facts = live(received(RECEIVED), until="2026-06-01")
    assert findings_of(facts) == DEEMED
    assert [fact.kind for fact in facts if fact.kind.endswith(".missing")] == []


def test_what_was_submitted_first_is_what_was_received() -> None:
    """Filed on a Saturday night it has entered the system (民法典 137): 02-16=1 … 20=5."""
    facts = live(
        received("2025-02-15T22:00", "submitted", promise="20wd"),
        received("2025-02-19T10:00", promise="20wd"),
        until="2025-02-24",
    )
    assert findings_of(facts, "V-14") == [
        "V-14 yellow 2025-02-21T17:30",
        "V-14 deemed_accepted 2025-02-21T17:30",
    ]


def test_a_decision_without_an_acceptance_ends_the_examination() -> None:
    """Refused on the spot: there was no silence."""
    assert (
        findings_of(live(received(RECEIVED), decided("2026-02-12T11:00"), until="2026-06-01")) == []
    )


def test_silence_on_into_a_year_without_calendar_is_held() -> None:
    """Received 2026-12-29: 30=1, 31=2, and the third day lies in 2027. Warnings may go out."""
    facts = live(received("2026-12-29T10:00", promise="20wd"), until="2027-03-01")
    assert kinds(facts) == {"warning.issued", "calendar.missing"}


class TestOnline:
    """网上预审: two days in Hunan (V-07: W >0, Y >3 d, R >5 d past the limit), DOMAIN T-15.

    Filed Monday 2018-10-15 10:00: two days are used up on Wednesday 17th at 10:00, three more on
    Monday 22nd (20 and 21 a weekend), five more on Wednesday 24th.
    """

    FILED = "2018-10-15T10:00"

    def test_nobody_looks(self) -> None:
        """The vendor's own instants."""
        facts = live(received(self.FILED, "submitted"), until="2018-11-30", profile=HUNAN)
        assert findings_of(facts, "V-07") == [
            "V-07 warning 2018-10-17T10:00",
            "V-07 (online) 2018-10-22T10:00",
            "V-07 (online) 2018-10-24T10:00",
        ]

    @pytest.mark.parametrize("late", [0, 1])
    def test_any_step_of_the_authority_ends_it(self, late: int) -> None:
        """To the millisecond."""
        when = at("2018-10-17T10:00") + late * MS
        for step in (received(when), notified(when), accepted(when, "5wd"), decided(when)):
            facts = live(received(self.FILED, "submitted"), step, until="2018-11-30", profile=HUNAN)
            warned = ["V-07 warning 2018-10-17T10:00"] if late else []
            assert findings_of(facts, "V-07") == warned

    def test_what_the_applicant_does_does_not_end_it(self) -> None:
        """Filed again, or more brought unasked."""
        for step in (received("2018-10-16T10:00", "submitted"), handed_in("2018-10-16T10:00")):
            facts = live(received(self.FILED, "submitted"), step, until="2018-10-18", profile=HUNAN)
            assert findings_of(facts, "V-07") == ["V-07 warning 2018-10-17T10:00"]

    def test_what_is_brought_to_the_window_is_not_online(self) -> None:
        """There the five days of the law run, by dates: 10-22."""
        facts = live(received(self.FILED), until="2018-10-23", profile=HUNAN)
        assert findings_of(facts) == [
            "V-14 yellow 2018-10-22T17:30",
            "V-14 deemed_accepted 2018-10-22T17:30",
        ]

    def test_the_statutory_profile_has_no_such_clock(self) -> None:
        """A clock that is not listed does not run."""
        assert "online" not in dues(live(received(self.FILED, "submitted"), until="2018-10-18"))


def test_an_acceptance_may_bring_what_the_catalogue_says() -> None:
    """The terms of the acceptance go before those of the application."""
    told = listed(accepted("2026-02-13T10:00", "5wd"), **terms(promise="10wd"))
    facts = live(received(RECEIVED, promise="20wd"), told, until="2026-02-14")
    assert dues(facts)["promise"] == "2026-03-05T17:30"  # 14=1, 24=2 … 28=6, 03-02=7 … 05=10


@pytest.mark.parametrize(
    ("said", "later", "due_at"),
    [
        # Counted by office time, one day is used up on the 13th at 10:00, before an agreed noon.
        ({"promise": "1wd"}, {"due_at": "2026-02-13T12:00:00+08:00"}, "2026-02-13T10:00"),
        ({"promise": "1wd"}, {"due_at": "2026-02-13T09:00:00+08:00"}, "2026-02-13T09:00"),
        # An immediate case is due on the day, though nothing was promised in so many words.
        ({"kind": "immediate"}, {"promise": "5wd"}, "2026-02-12T17:30"),
        ({"kind": "immediate"}, {"kind": "immediate"}, "2026-02-12T17:30"),
    ],
)
def test_an_acceptance_after_silence_never_lengthens_the_promise(
    said: dict[str, str], later: dict[str, str], due_at: str
) -> None:
    """Which terms are shorter is told in the convention of their own clock (DOMAIN CLK-08)."""
    promise = replace(PROFILE.clocks["promise"], convention="H")
    profile = replace(PROFILE, clocks={**PROFILE.clocks, "promise": promise})
    acceptance = reported("accepted", "2026-03-02T10:00", item="X-01", terms=terms(**later))
    told = [received(RECEIVED, **said), acceptance]
    facts = live(*told, until="2026-03-03", profile=profile)
    assert findings_of(facts, "V-14") == DEEMED
    assert dues(facts, profile)["promise"] == due_at
