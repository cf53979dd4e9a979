"""V-28 公开说明理由: 优化营商环境条例 36, to the millisecond, on a calendar that is known."""

from typing import Any

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.policy.limit import Limit
from tests.unit.clocks.living import evaluated, findings_of, live
from tests.unit.conduct.judging import ACCEPTED, changed, judged
from tests.unit.told import PROFILE, accepted, decided, reported


class TestExplanation:
    """V-28: 优化营商环境条例 36. A promise of five working days from 2026-04-01 ends on 04-09."""

    OVER, UNTIL = "2026-04-09T17:30", "2026-04-16T17:30"
    ASKED = changed("V-28", explain_within=Limit(5, "wd"))

    def late(self, *told: Fact, policy: Any = ASKED, until: str = "2026-05-01") -> list[str]:
        """What V-28 found in a case that is over its promise."""
        case = accepted(ACCEPTED, "5wd")
        return judged("V-28", case, *told, accepted=False, profile=policy, until=until)

    def test_the_reasons_are_published_within_so_long(self) -> None:
        """From the due instant, to the millisecond."""
        assert self.late() == [f"(unexplained) {self.UNTIL}"]
        assert self.late(reported("delay.explained", self.UNTIL)) == []
        late = reported("delay.explained", f"{self.UNTIL}:00.001")
        assert self.late(late) == [f"(unexplained) {self.UNTIL}"]
        assert self.late(until=self.UNTIL) == []
        both = accepted(ACCEPTED, "5wd", "10wd")  # from the limit that is over first
        lines = judged("V-28", both, accepted=False, profile=self.ASKED, until="2026-06-01")
        assert lines == [f"(unexplained) {self.UNTIL}"]
        another = reported("fee.charged", self.OVER, amount=0)
        assert self.late(another) == [f"(unexplained) {self.UNTIL}"]

    @pytest.mark.parametrize(
        ("start", "within", "is_held"),
        [
            ("2026-12-16T10:00", "5wd", False),  # due on the 23rd, explained by the 30th
            ("2026-12-16T10:00", "7wd", True),  # by a day of a year that is not published
            ("2026-12-25T10:00", "24h", True),  # due on such a day
        ],
    )
    def test_nothing_rests_on_a_year_that_is_not_published(
        self,
        start: str,
        within: str,
        is_held: bool,  # noqa: FBT001
    ) -> None:
        """The finding waits for the calendar, like a card of a clock."""
        profile = changed("V-28", explain_within=Limit.parse(within))
        facts = live(accepted(start, "5wd"), until="2027-02-01", profile=profile)
        (finding,) = (
            one for one in evaluated(facts, profile).limits.findings if one.ground == "unexplained"
        )
        assert finding.is_held is is_held
        assert len(findings_of(facts, "V-28")) == (not is_held)

    def test_what_was_in_time_needs_none(self) -> None:
        """Closed at the last instant; a millisecond later it does, closed or not."""
        assert self.late(decided(self.OVER)) == []
        assert self.late(decided(f"{self.OVER}:00.001")) == [f"(unexplained) {self.UNTIL}"]

    def test_only_where_the_profile_asks(self) -> None:
        """Who does not tell it would be flagged for each case."""
        assert self.late(policy=PROFILE) == []
