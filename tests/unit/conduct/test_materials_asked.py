"""V-17, V-18 and V-25: what was asked of the applicant, each with both sides of its boundary."""

import pytest

from tests.unit.clocks.living import handed_in, received
from tests.unit.conduct.judging import DAY_2, DAY_3, DAY_4, a_case, asked, changed, judged
from tests.unit.told import reported

AGAIN = [f"(told_again) {DAY_3}"]


class TestToldOnce:
    """V-17: 行政许可法 32(1)(4), 72(4)."""

    def test_one_notice_is_the_law_and_a_second_is_not(self) -> None:
        """At the instant of the second; a third adds nothing."""
        assert judged("V-17", asked(DAY_2)) == []
        assert judged("V-17", asked(DAY_2), asked(DAY_3)) == AGAIN
        assert judged("V-17", asked(DAY_2), asked(DAY_3), asked(DAY_4)) == AGAIN

    def test_before_the_acceptance_too(self) -> None:
        """What was handed in between does not make two notices one."""
        told = [received("2026-04-01T10:00", promise="5wd"), asked(DAY_2), handed_in(DAY_2)]
        assert judged("V-17", *told, accepted=False) == []
        assert judged("V-17", *told, asked(DAY_3), accepted=False) == AGAIN

    def test_how_many_is_the_profiles(self) -> None:
        """Three, where a second is let pass."""
        three = changed("V-17", times=3)
        assert judged("V-17", asked(DAY_2), asked(DAY_3), profile=three) == []
        told = (asked(DAY_2), asked(DAY_3), asked(DAY_4))
        assert judged("V-17", *told, profile=three) == [f"(told_again) {DAY_4}"]

    def test_the_same_whatever_came_first(self) -> None:
        """The later notice arrives before the earlier one, which is late: its own time is worse."""
        late = asked(DAY_2, recorded="2026-04-07T10:00")
        assert judged("V-17", asked(DAY_3), late) == AGAIN


class TestBesideTheGuide:
    """V-18: 行政许可法 31, 优化营商环境条例 35."""

    @pytest.mark.parametrize(
        ("said", "found"),
        [
            ({"unlisted": 1}, ["(unlisted) "]),
            ({"unlisted": 0}, []),
            ({}, []),  # no catalogue says what the guide has
            ({"catch_all": 1}, ["(catch_all) "]),
            ({"catch_all": 0}, []),
            ({"unlisted": 2, "catch_all": 1}, ["(unlisted) "]),  # one act, one finding
            ({"shared": 3}, []),
        ],
    )
    def test_nothing_else_may_be_asked_for(self, said: dict[str, int], found: list[str]) -> None:
        """In a notice, and with an acceptance that lets something be brought later."""
        assert judged("V-18", asked(**said)) == [line + DAY_2 for line in found]
        gaps = a_case(given=["gaps"], **said)
        assert judged("V-18", gaps, accepted=False) == [line + "2026-04-01T10:00" for line in found]

    def test_how_many_are_let_pass_is_the_profiles(self) -> None:
        """But “other materials” never are."""
        lenient = changed("V-18", most=2)
        assert judged("V-18", asked(unlisted=2), profile=lenient) == []
        assert judged("V-18", asked(unlisted=3), profile=lenient) == [f"(unlisted) {DAY_2}"]
        told = asked(unlisted=2, catch_all=1)
        assert judged("V-18", told, profile=lenient) == [f"(catch_all) {DAY_2}"]

    def test_each_time_is_one(self) -> None:
        """Two notices, two acts."""
        assert len(judged("V-18", asked(DAY_2, unlisted=1), asked(DAY_3, unlisted=1))) == 2

    def test_what_is_brought_breaks_nothing(self) -> None:
        """The applicant may bring whatever he likes."""
        assert (
            judged("V-18", reported("supplement_submitted", DAY_2, unlisted=1, catch_all=1)) == []
        )


class TestHeldAlready:
    """V-25: 优化营商环境条例 44, 国务院关于在线政务服务的若干规定 7."""

    def test_what_data_sharing_gives_is_not_asked_for(self) -> None:
        """One is enough; none, or not known, is not."""
        assert judged("V-25", asked(shared=1)) == [f"(shared) {DAY_2}"]
        assert judged("V-25", asked(shared=0)) == []
        assert judged("V-25", asked(unlisted=3, catch_all=2)) == []
        gaps = a_case(given=["gaps"], shared=2)
        assert judged("V-25", gaps, accepted=False) == ["(shared) 2026-04-01T10:00"]

    def test_how_many_are_let_pass_is_the_profiles(self) -> None:
        """One, say."""
        lenient = changed("V-25", most=1)
        assert judged("V-25", asked(shared=1), profile=lenient) == []
        assert judged("V-25", asked(shared=2), profile=lenient) == [f"(shared) {DAY_2}"]
