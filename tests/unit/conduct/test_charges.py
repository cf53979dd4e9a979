"""V-23 and V-24: 行政许可法 58, 59, 75; 优化营商环境条例 43, 69(9)."""

from typing import Any

import pytest

from chalicelib.cases.fact import Fact
from tests.unit.conduct.judging import DAY_2, DAY_3, DAY_4, judged, under
from tests.unit.told import reported


def charged(amount: int, when: str = DAY_2, **said: Any) -> Fact:
    """A charge in fen, on a basis that is on record unless it says otherwise."""
    return reported("fee.charged", when, amount=amount, **{"given": ["basis"], **said})


def engaged(chosen_by: str, when: str = DAY_2, **said: Any) -> Fact:
    """An intermediary."""
    return reported("intermediary.engaged", when, chosen_by=chosen_by, **said)


class TestCharges:
    """V-23 擅自收费."""

    @pytest.mark.parametrize(
        ("fact", "found"),
        [
            (charged(1, given=[]), ["(no_basis) " + DAY_2]),
            (charged(1), []),
            (charged(0, given=[]), []),  # nothing was charged
            (charged(1000, standard=1000), []),
            (charged(1001, standard=1000), ["(over_standard) " + DAY_2]),
            (charged(1, standard=0), ["(over_standard) " + DAY_2]),
            (charged(1001, standard=1000, given=[]), ["(no_basis) " + DAY_2]),
        ],
    )
    def test_only_by_law_and_by_the_published_rate(self, fact: Fact, found: list[str]) -> None:
        """To the fen."""
        assert judged("V-23", fact) == found

    def test_no_more_than_the_guide_has_in_all(self) -> None:
        """At the charge that goes over it; further ones are over it already."""
        guide = under({"fees": 1000})
        both = [charged(600), charged(400, DAY_3)]
        assert judged("V-23", guide, *both, accepted=False) == []
        one_fen = [*both, charged(1, DAY_4)]
        over = [f"(over_list) {DAY_4}"]
        assert judged("V-23", guide, *one_fen, accepted=False) == over
        again = charged(5, "2026-04-08T11:00")
        assert judged("V-23", guide, *one_fen, again, accepted=False) == over

    def test_where_the_guide_has_no_fee_none_may_be_charged(self) -> None:
        """“无” is said; where the guide says nothing, nothing follows."""
        over = [f"(over_list) {DAY_2}"]
        assert judged("V-23", under({"fees": 0}), charged(1), accepted=False) == over
        assert judged("V-23", under({}), charged(1), accepted=False) == []

    def test_after_the_case_was_closed_too(self) -> None:
        """A charge is one whenever it comes."""
        closed = reported("decided", DAY_2, outcome="granted")
        assert judged("V-23", closed, charged(1, DAY_3, given=[])) == [f"(no_basis) {DAY_3}"]


class TestIntermediaries:
    """V-24 指定中介."""

    @pytest.mark.parametrize(
        ("fact", "found"),
        [
            (engaged("department"), ["(designated) " + DAY_2]),
            (engaged("department", listed=True), ["(designated) " + DAY_2]),
            (engaged("applicant"), []),
            (engaged("applicant", listed=True), []),
            (engaged("applicant", listed=False), ["(service_not_listed) " + DAY_2]),
            (engaged("department", listed=False), ["(designated) " + DAY_2]),
        ],
    )
    def test_the_applicant_chooses_and_the_service_is_listed(
        self, fact: Fact, found: list[str]
    ) -> None:
        """One act, its gravest ground."""
        assert judged("V-24", fact) == found

    def test_an_item_that_needs_none(self) -> None:
        """The guide says 无; what the event says of the list goes before it."""
        needs_none, needs_one = under({"intermediaries": 0}), under({"intermediaries": 1})
        mine = engaged("applicant")
        assert judged("V-24", needs_none, mine, accepted=False) == [f"(service_not_listed) {DAY_2}"]
        assert judged("V-24", needs_one, mine, accepted=False) == []
        listed = engaged("applicant", listed=True)
        assert judged("V-24", needs_none, listed, accepted=False) == []
