"""The ladder of a profile: who is told at each level, what leads where, and what is refused."""

from itertools import pairwise

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.ladder import LEVELS
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import read_profile
from chalicelib.policy.shipped import list_profiles, load_profile
from tests.unit.policy_file import INSTRUMENT, REPEATED, REPEATING, STATUTORY

YELLOW = 'respond = "3wd"\nthen = "red"'
NUMBER = 'yellow = "{authority}政监黄〔{year}〕{number}号"'
LOWEST = ("handler", "reviewer", "window_head")


def refused(old: str, new: str) -> str:
    """The reason why the statutory profile, and rows that count cards, are refused with *new*."""
    assert old in REPEATING
    with pytest.raises(BadInput) as error:
        read_profile(REPEATING.replace(old, new, 1), "mine.toml")
    return str(error.value)


def test_recipients_cumulate() -> None:
    """DOMAIN §3.1: the red list holds the yellow one, and that the warned."""
    ladder = load_profile("statutory").ladder
    assert ladder.recipients("warning") == LOWEST[:1]
    assert ladder.recipients("yellow") == LOWEST
    assert ladder.recipients("red") == (*LOWEST, "unit_head", "centre", "government_office")
    assert ladder.recipients("referral")[-2:] == ("supervision_office", "discipline_inspection")


@pytest.mark.parametrize("name", list_profiles())
def test_who_is_told_stays_told(name: str) -> None:
    """At every level, whoever was told at the one below, first."""
    told = [load_profile(name).ladder.recipients(level) for level in LEVELS]
    for lower, higher in pairwise(told):
        assert higher[: len(lower)] == lower
        assert len(set(higher)) == len(higher)


def test_the_default_ladder() -> None:
    """DOMAIN §3.2 and §9b: 3 wd, 5 wd, 30 d; no cards for repetition; 5 and 5 wd."""
    profile = load_profile("statutory")
    steps = [(r.level, str(r.respond), r.then) for r in profile.ladder.rungs.values()]
    assert steps == [
        ("warning", "None", ""),
        ("yellow", "3wd", "red"),
        ("red", "5wd", "supervision"),
        ("supervision", "30d", ""),
        ("referral", "None", ""),
    ]
    assert profile.ladder.repeated == ()
    assert profile.ladder.refer == {"V-23", "V-32", "V-33"}
    assert (profile.appeal.window, profile.appeal.decision) == (Limit(5, "wd"), Limit(5, "wd"))


def test_a_number_is_written_as_the_place_writes_it() -> None:
    """DOMAIN §3.3: the full year, the serial without padding."""
    numbering = load_profile("statutory").numbering
    assert numbering.text("yellow", "×", 2026, 12) == "×政监黄〔2026〕12号"
    own = read_profile(STATUTORY + INSTRUMENT, "x")
    assert own.numbering.text("red", own.series, 2027, 103) == "陇政监红〔2027〕103号"


@pytest.mark.parametrize("name", ["hunan", "yulin"])
def test_where_a_yellow_does_not_turn_red(name: str) -> None:
    """Hunan's documents know no such step; Yulin's yellow is a warning (DOMAIN §3.1)."""
    assert load_profile(name).ladder.rungs["yellow"].then == ""


def test_cards_for_repetition_are_what_a_place_adds() -> None:
    """Each row counts one level in one period, and leads to a higher one."""
    ladder = read_profile(REPEATING, "mine.toml").ladder
    counted = [(r.rule, r.level, r.count, r.per, r.within, r.then) for r in ladder.repeated]
    assert counted == [
        ("L-02", "yellow", 2, "item", "year", "red"),
        ("L-03", "red", 2, "department", "quarter", "supervision"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (YELLOW, 'respond = "3wd"\nthen = "yellow"', "no higher than yellow"),
        (YELLOW, 'respond = "3wd"\nthen = "warning"', "no higher than yellow"),
        (YELLOW, 'then = "red"', "then: goes with respond"),
        (YELLOW, 'respond = "0wd"\nthen = "red"', "longer than nothing"),
        (YELLOW, 'respond = "3wd"\nthen = "black"', "then: must be one of"),
        ("[ladder.referral]", "[ladder.nowhere]", "nowhere: this field is not known here"),
        ('to = ["handler"]', 'to = ["mayor"]', "ladder.warning.to 1: must be one of"),
        ("[ladder.red]", "[ladder.purple]", "purple: this field is not known here"),
        ("count = 2\n", "count = 1\n", "repeated 1.count: must not be less than 2"),
        ("count = 2\n", 'count = 2\nshare = "2%"\n', "share: must be a whole number"),
        ('rule = "L-03"', 'rule = "L-02"', "a rule of its own"),
        ('rule = "L-03"', 'rule = "third"', "named like V-02"),
        ('refer = ["V-23"', 'refer = ["fees"', "named like V-02"),
        ('within = "quarter"\nthen = "supervision"', 'within = "quarter"\nthen = "red"', "higher"),
        ('window = "5wd"', 'window = "0wd"', "longer than nothing"),
        (NUMBER, 'yellow = "{authority}政监黄〔{year}〕号"', "{number}"),
        (NUMBER, 'yellow = "{authority}政监黄{number}号"', "{year}"),
        (NUMBER, 'yellow = "{place}〔{year}〕{number}号"', "{authority}"),
        (NUMBER, 'yellow = "{year}{number"', "not a template"),
        (NUMBER, 'yellow = "{year}{number:x y}"', "not a template"),
        (NUMBER, 'yellow = "{authority}政监红〔{year}〕{number}号"', "the same numbers"),
    ],
)
def test_what_is_refused(old: str, new: str, reason: str) -> None:
    """Steps that go round, nobody's role, two documents of one number."""
    assert reason in refused(old, new)


def test_a_step_needs_its_level() -> None:
    """What silence leads to must be there; so must the level that conduct is referred to."""
    without = STATUTORY[: STATUTORY.index("[ladder.referral]")]
    rest = STATUTORY[STATUTORY.index("[claims]") :] + REPEATED
    with pytest.raises(BadInput, match=r"ladder\.refer: needs"):
        read_profile(without + rest, "x")
    with pytest.raises(BadInput, match=r"no \[ladder.supervision\]"):
        read_profile(
            STATUTORY[: STATUTORY.index("[ladder.supervision]")]
            + STATUTORY[STATUTORY.index("[ladder.referral]") :],
            "x",
        )
    by_itself = STATUTORY.replace('respond = "30d"', 'respond = "30d"\nthen = "referral"')
    with pytest.raises(BadInput, match="a person decides on a referral"):
        read_profile(by_itself, "x")
    fine = without.replace('refer = ["V-23", "V-32", "V-33"]', "")
    assert "referral" not in read_profile(fine + rest, "x").ladder.rungs
