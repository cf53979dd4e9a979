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


@pytest.mark.parametrize("by", ["11wd", "12mo", "3000wh", "400d", "71wh", "19d", "433h", "1mo"])
def test_one_that_is_too_long_counts_up_to_the_laws_longest(by: str) -> None:
    """DFT-08: whatever the unit, it ends with the ten working days, once; a person sees it."""
    too_long = extended(IN_TIME, by)
    assert ends(too_long) == (EXTENDED, [f"V-12 (too_long) {IN_TIME}"])
    facts = live(CASE, too_long, extended("2026-04-29T10:00", "10wd"), until="2026-05-19")
    assert dues(facts)["promise"] == EXTENDED
    assert [f.text("reason") for f in facts if f.kind == "event.set_aside"] == ["extended before"]
    assert findings_of(facts, "V-02") == [f"V-02 yellow {EXTENDED}"]


@pytest.mark.parametrize(
    ("by", "due"),
    [
        ("20wh", "2026-05-08T16:30"),  # 05-06 and 05-07 have seven each, 05-08 the other six
        ("70wh", EXTENDED),  # ten days of seven hours
        ("24h", "2026-05-01T17:30"),
        ("432h", EXTENDED),  # eighteen days of twenty-four
        ("12d", "2026-05-12T17:30"),
        ("18d", EXTENDED),
        ("9wd", "2026-05-15T17:30"),
    ],
)
def test_one_that_ends_no_later_counts_as_it_is(by: str, due: str) -> None:
    """Ten working days from 30 April end on 18 May; what ends by then is not too long."""
    assert ends(extended(IN_TIME, by)) == (due, [])


# From Monday 2026-03-02 10:00. Five working days and seven days end on Monday 03-09, a month on
# Thursday 04-02, 48 hours and 14 office hours (5.5 + 7 + 1.5) on Wednesday 03-04 at 10:00.
IN_EVERY_UNIT = {
    "5wd": {
        "1wd": "2026-03-10T17:30",
        "1d": "2026-03-10T17:30",
        "1mo": "2026-03-23T17:30",  # ten working days: 10=1 … 13=4, 16=5 … 20=9, 23=10
        "1h": "2026-03-09T18:30",
        "1wh": "2026-03-10T09:30",
    },
    "7d": {
        "1wd": "2026-03-10T17:30",
        "1d": "2026-03-10T17:30",
        "1mo": "2026-03-23T17:30",
        "1h": "2026-03-09T18:30",
        "1wh": "2026-03-10T09:30",
    },
    "1mo": {
        "1wd": "2026-04-03T17:30",
        "1d": "2026-04-03T17:30",
        "1mo": "2026-04-17T17:30",  # 03=1, (04, 05, 06 off) 07=2 … 10=5, 13=6 … 17=10
        "1h": "2026-04-02T18:30",
        "1wh": "2026-04-03T09:30",
    },
    "48h": {
        "1wd": "2026-03-05T17:30",
        "1d": "2026-03-05T17:30",
        "1mo": "2026-03-18T17:30",
        "1h": "2026-03-04T11:00",
        "1wh": "2026-03-04T11:00",
    },
    "14wh": {
        "1wd": "2026-03-05T17:30",
        "1d": "2026-03-05T17:30",
        "1mo": "2026-03-18T17:30",
        "1h": "2026-03-04T11:00",
        "1wh": "2026-03-04T11:00",
    },
}


@pytest.mark.parametrize(
    ("limit", "by", "due"),
    [(limit, by, due) for limit, row in IN_EVERY_UNIT.items() for by, due in row.items()],
)
@pytest.mark.parametrize("clock_name", ["promise", "statutory"])
def test_every_unit_extends_every_other(limit: str, by: str, due: str, clock_name: str) -> None:
    """Promise and statutory limit alike; a month is longer than ten working days."""
    limits = (limit, "40wd") if clock_name == "promise" else ("", limit)
    told = extended("2026-03-03T09:00", by)
    facts = live(accepted("2026-03-02T10:00", *limits), told, until="2026-03-03T10:00")
    assert dues(facts)[clock_name] == due
    assert (findings_of(facts, "V-12") != []) is (by == "1mo")


@pytest.mark.parametrize("by", ["11wd", "12mo", "3000wh", "400d"])
def test_the_law_has_its_longest_in_both_main_clocks(by: str) -> None:
    """10 wd promised (04-16), 20 by law (04-30): ten more of each, and one finding."""
    case = accepted("2026-04-01T10:00", "10wd", "20wd")
    facts = live(case, extended("2026-04-10T10:00", by), until="2026-04-11")
    assert dues(facts) == {"promise": "2026-04-30T17:30", "statutory": EXTENDED}
    assert findings_of(facts, "V-12") == ["V-12 (too_long) 2026-04-10T10:00"]


def test_one_in_another_unit_ends_no_earlier_than_without_it() -> None:
    """A day from a Saturday ends on Monday evening; an hour more cannot end on Sunday."""
    facts = live(
        accepted("2026-05-09T10:00", "1d"), extended("2026-05-11T17:00", "1h"), until="2026-05-12"
    )
    assert dues(facts)["promise"] == "2026-05-11T17:30"


def test_a_pause_afterwards_leaves_it_within_the_longest() -> None:
    """Twelve days ended before ten working days did; after the pause they do not.

    Three working days (06 to 08) are out: 20 wd end on 05-09 (a make-up Saturday), twelve days on
    05-21, ten working days on 05-22.
    """
    facts = live(
        CASE,
        extended(IN_TIME, "12d"),
        suspended("2026-04-29T10:00", "hearing", approved="30wd"),
        resumed("2026-05-08T10:00", "hearing"),
        until="2026-05-08T10:00",
    )
    assert dues(facts)["promise"] == "2026-05-21T17:30"


ALLOWED = ("head", "agency_head", "head_of_authority")
KNOWN = ("section_head", "section_chief", "handler", "reviewer", "window_head")
UNKNOWN = ("deputy_section_head", "head_of_department", "deputy_head", "director", "unknown_role")


@pytest.mark.parametrize(
    "role", [*ALLOWED, *KNOWN, *UNKNOWN, "head_of_government", "", "(private)"]
)
@pytest.mark.parametrize("kind", ["", "joint"])
def test_who_may_approve_is_a_list(role: str, kind: str) -> None:
    """行政许可法 42, DFT-10: the head of the authority; of a joint case, of the government.

    Whoever else adds nothing, so the card is proposed when the base limit is over. None is
    automatic before what was approved is over too.
    """
    told = {"given": ["approved_by"], "approved_by": ""} if role == "(private)" else {}
    more = {"approved_by": role, **told}
    limits = ("20wd", "20wd")
    case = accepted("2026-04-01T10:00", *limits, **({"kind": kind} if kind else {}))
    facts = live(case, extended(IN_TIME, "10wd", **more), until="2026-05-19")
    sure = role in (["head_of_government"] if kind else ALLOWED)
    ground = "no_approver" if role == "" else "wrong_level"
    assert findings_of(facts, "V-12") == ([] if sure else [f"V-12 ({ground}) {IN_TIME}"])
    early = [f"V-02 (promise) {DUE}", f"V-03 (statutory) {DUE}"]
    late = [f"V-02 yellow {EXTENDED}", f"V-03 red {EXTENDED}"]
    assert findings_of(facts, "V-02", "V-03") == (late if sure else early + late)
    signs = [fact.text("sign") for fact in facts if fact.kind == "data.flagged"]
    assert signs == ["unknown_role"] * (role in (*UNKNOWN, "(private)"))


@pytest.mark.parametrize(("by", "due"), [("4wd", "2026-05-09T17:30"), ("12mo", EXTENDED)])
def test_nothing_is_automatic_before_what_was_approved_by_somebody_who_may_not(
    by: str, due: str
) -> None:
    """DFT-10: base and what was approved, at the most the law's longest: 05-06=1 … 09=4."""
    facts = live(CASE, extended(IN_TIME, by, approved_by="section_head"), until="2026-05-19")
    assert dues(facts)["promise"] == due
    assert findings_of(facts, "V-02") == [f"V-02 (promise) {DUE}", f"V-02 yellow {due}"]


@pytest.mark.parametrize(
    ("first", "second"), [("section_head", "head"), ("head", "section_head"), ("", "head")]
)
def test_one_that_may_not_be_leaves_the_one_there_is_to_the_next(first: str, second: str) -> None:
    """The sound one counts beyond doubt; what the other would add is in doubt."""
    facts = live(
        CASE,
        extended(IN_TIME, "4wd", approved_by=first),
        extended("2026-04-29T10:00", "4wd", approved_by=second),
        until="2026-05-12",
    )
    assert dues(facts)["promise"] == "2026-05-09T17:30"
    assert findings_of(facts, "V-02") == ["V-02 yellow 2026-05-09T17:30"]
    assert len(findings_of(facts, "V-12")) == 1


def test_of_one_in_doubt_and_a_shorter_sound_one_the_longer_may_count() -> None:
    """By the sound one it is over on 05-07, by the other on 05-09; never by both together."""
    facts = live(
        CASE,
        extended(IN_TIME, "4wd", approved_by="section_head"),
        extended("2026-04-29T10:00", "2wd"),
        until="2026-05-12",
    )
    assert findings_of(facts, "V-02") == [
        "V-02 (promise) 2026-05-07T17:30",
        "V-02 yellow 2026-05-09T17:30",
    ]


def test_one_before_the_acceptance_is_judged_by_the_kind_of_the_case() -> None:
    """行政许可法 42: a joint case may have fifteen days more, if it is known to be one."""
    told = [
        extended("2026-04-01T09:00", "15wd", approved_by="head_of_government"),
        accepted("2026-04-01T10:00", "20wd", kind="joint"),
    ]
    assert findings_of(live(*told, until="2026-04-02"), "V-12") == []
    facts = live(told[0], until="2026-04-02")
    assert findings_of(facts) == []
    single = accepted("2026-04-01T10:00", "20wd")
    assert findings_of(live(told[0], single, until="2026-04-02"), "V-12") == [
        "V-12 (wrong_level) 2026-04-01T10:00"
    ]


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
