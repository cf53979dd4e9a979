"""Extensions (延期): 行政许可法 42, DOMAIN PAU-07, PAU-08, V-12, T-07.

T-07: accepted Wednesday 2026-04-01 for 20 working days: due 2026-04-30; ten more are 2026-05-18.
"""

import pytest

from chalicelib.cases.fact import Fact
from tests.unit.clocks.living import dues, findings_of, live
from tests.unit.told import MS, accepted, at, clock, decided, extended, resumed, suspended

CASE, DUE, EXTENDED = accepted("2026-04-01T10:00", "20wd"), "2026-04-30T17:30", "2026-05-18T17:30"
IN_TIME = "2026-04-28T10:00"


def ends(*told: Fact, until: str = "2026-05-07") -> tuple[str, list[str]]:
    """When the promise runs out, and what V-12 found."""
    facts = live(CASE, *told, until=until)
    return dues(facts)["promise"], findings_of(facts, "V-12")


def test_ten_more_days() -> None:
    """T-07; it adds days and does not pause."""
    assert ends(extended(IN_TIME, "10wd")) == (EXTENDED, [])
    facts = live(CASE, extended(IN_TIME, "10wd"), decided(at(EXTENDED) + MS), until="2026-06-01")
    assert findings_of(facts, "V-02") == [f"V-02 yellow {EXTENDED}"]


def test_it_comes_before_the_limit_is_over() -> None:
    """A millisecond before it adds; at the instant at which nothing is left, nothing is added."""
    assert ends(extended(at(DUE) - MS, "10wd")) == (EXTENDED, [])
    assert ends(extended(DUE, "10wd")) == (DUE, [f"V-12 (late) {DUE}"])
    late = at(DUE) + MS
    assert ends(extended(late, "10wd")) == (DUE, [f"V-12 (late) {clock(late)}"])


def test_a_late_one_takes_no_card_away() -> None:
    """Over is over."""
    facts = live(CASE, extended("2026-05-06T10:00", "10wd"), until="2026-05-07")
    assert findings_of(facts, "V-02", only_standing=True) == [f"V-02 yellow {DUE}"]


def test_once_only() -> None:
    """The second is set aside and said."""
    facts = live(CASE, extended(IN_TIME, "5wd"), extended("2026-04-29T10:00", "5wd"), until=DUE)
    assert dues(facts)["promise"] == "2026-05-11T17:30"  # 05-06=1, 07, 08, 09 (make-up), 11=5
    assert [f.text("reason") for f in facts if f.kind == "event.set_aside"] == ["extended before"]


@pytest.mark.parametrize(
    ("by", "more", "ground"),
    [
        ("11wd", {}, "too_long"),
        ("10wd", {"approved_by": "section_head"}, "wrong_level"),
        ("10wd", {"approved_by": "handler"}, "wrong_level"),
        ("10wd", {"approved_by": ""}, "no_approver"),
    ],
)
def test_one_that_should_not_be_adds_nothing(by: str, more: dict[str, str], ground: str) -> None:
    """And leaves the one extension there is to the next."""
    unfit = extended(IN_TIME, by, **more)
    assert ends(unfit) == (DUE, [f"V-12 ({ground}) {IN_TIME}"])
    sound = extended("2026-04-29T10:00", "10wd")
    assert ends(unfit, sound) == (EXTENDED, [f"V-12 ({ground}) {IN_TIME}"])


@pytest.mark.parametrize(("by", "due"), [("12d", "2026-05-12T17:30"), ("18d", EXTENDED)])
def test_days_of_another_kind_are_not_compared_by_their_number(by: str, due: str) -> None:
    """Eighteen calendar days from 30 April end with the ten working days: on 18 May."""
    assert ends(extended(IN_TIME, by)) == (due, [])


@pytest.mark.xfail(
    strict=True,
    reason="An extension in another unit than the law's escapes V-12 and counts in full.",
)
@pytest.mark.parametrize("by", ["19d", "1mo", "12mo"])
def test_one_in_another_unit_is_too_long_by_where_it_ends(by: str) -> None:
    """CLAIMS §5, DFT-08: it counts up to the ten working days of the law; a person sees it."""
    assert ends(extended(IN_TIME, by)) == (EXTENDED, [f"V-12 (too_long) {IN_TIME}"])


@pytest.mark.xfail(
    strict=True,
    reason="An hour that is added to a day begins before a rest day moves the end of that day.",
)
def test_one_in_another_unit_ends_no_earlier_than_without_it() -> None:
    """A day from a Saturday ends on Monday evening; an hour more cannot end on Sunday."""
    facts = live(
        accepted("2026-05-09T10:00", "1d"), extended("2026-05-11T17:00", "1h"), until="2026-05-12"
    )
    assert at(dues(facts)["promise"]) >= at("2026-05-11T17:30")


@pytest.mark.xfail(
    strict=True,
    reason="An extension is judged before the acceptance says of which kind the case is.",
)
def test_one_before_the_acceptance_is_judged_by_the_kind_of_the_case() -> None:
    """行政许可法 42: a joint case may have fifteen days more, if it is known to be one."""
    told = [
        extended("2026-04-01T09:00", "15wd", approved_by="head_of_government"),
        accepted("2026-04-01T10:00", "20wd", kind="joint"),
    ]
    assert findings_of(live(*told, until="2026-04-02"), "V-12") == []


def test_one_that_the_applicant_was_not_told_of_adds_and_is_flagged() -> None:
    """行政许可法 42: the reasons are told to the applicant."""
    assert ends(extended(IN_TIME, "10wd", notified_at="")) == (
        EXTENDED,
        [f"V-12 (no_notified_at) {IN_TIME}"],
    )


@pytest.mark.parametrize(
    ("notified_at", "flagged"),
    [("2026-04-30T17:30", False), ("2026-04-30T17:30:00.001", True), ("2026-05-06T09:00", True)],
)
def test_the_applicant_is_told_before_the_limit_is_over(notified_at: str, flagged: bool) -> None:  # noqa: FBT001
    """DOMAIN PAU-07: approved and notified before the base limit expires."""
    told = extended(IN_TIME, "10wd", notified_at=at(notified_at).isoformat())
    assert ends(told) == (EXTENDED, [f"V-12 (notified_late) {IN_TIME}"] * flagged)


def test_one_act_has_one_card() -> None:
    """Late and without a notice: the gravest defect is named."""
    told = extended("2026-05-06T10:00", "10wd", notified_at="")
    assert ends(told) == (DUE, ["V-12 (late) 2026-05-06T10:00"])


def test_while_the_clock_stands_still_it_is_never_late() -> None:
    """Suspended on 04-28, extended on 05-07: 29 to 05-07 out; 30 working days less 18 are left."""
    facts = live(
        CASE,
        suspended("2026-04-28T10:00"),
        extended("2026-05-07T10:00", "10wd"),
        resumed("2026-05-08T10:00"),
        until="2026-05-08T10:00",
    )
    # 04-02 … 04-28 are 18 (04-06 off); 05-09 (make-up)=19, 11=20 … 15=24, 18=25 … 22=29, 25=30.
    assert dues(facts)["promise"] == "2026-05-25T17:30"
    assert findings_of(facts, "V-12") == []


def test_the_law_is_extended_with_the_promise() -> None:
    """10 wd promised (04-16), 20 by law: five more are for both."""
    facts = live(
        accepted("2026-04-01T10:00", "10wd", "20wd"), extended("2026-04-10T10:00", "5wd"), until=DUE
    )
    assert dues(facts) == {"promise": "2026-04-23T17:30", "statutory": "2026-05-11T17:30"}
