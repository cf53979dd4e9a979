"""The scoring scheme of a profile: what it says, and what is refused."""

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.profile import read_profile
from chalicelib.policy.shipped import load_profile
from infra.policy.review import ProfileIssue, review
from tests.unit.policy_file import REPEATING, STATUTORY

SCORING = STATUTORY[STATUTORY.index("[scoring]") : STATUTORY.index("# V-27 先办后录")]


def test_the_months_hundred_points() -> None:
    """DOMAIN §4.2, city B: nine sections make a hundred."""
    scoring = load_profile("statutory").scoring
    assert [(section.title, section.points) for section in scoring.sections] == [
        ("政务公开", 10),
        ("流程规范", 14),
        ("期限合法", 14),
        ("收费合理", 8),
        ("满意度评价", 10),
        ("服务态度", 10),
        ("监督检查", 14),
        ("法律责任", 10),
        ("廉洁行政", 10),
    ]
    assert scoring.full == 100


def test_what_a_card_takes() -> None:
    """DOMAIN §2.5: yellow 5, red 10, three warnings in a row 3; a higher level is not scored."""
    scoring = load_profile("statutory").scoring
    taken = {
        level: deduction_rule.points for level, deduction_rule in (scoring.deductions or {}).items()
    }
    assert taken == {"yellow": 5, "red": 10}
    assert scoring.takes("supervision") is None
    assert scoring.takes("warning") is None
    assert scoring.warnings is not None
    assert (scoring.warnings.count, scoring.warnings.points) == (3, 3)
    assert [section.id for section in scoring.touched_by("V-32")] == ["attitude", "integrity"]
    assert scoring.touched_by("V-99") == ()


def test_yulins_yellow_takes_nothing() -> None:
    """It is a warning there (DOMAIN §3.1)."""
    scoring = load_profile("yulin").scoring
    assert scoring.takes("yellow") is None
    assert scoring.takes("red") is not None


def test_without_the_section_nothing_is_scored() -> None:
    """A place may do without."""
    scoring = read_profile(STATUTORY.replace(SCORING, ""), "x").scoring
    assert (scoring.full, scoring.sections, scoring.takes("red")) == (0, (), None)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id = "time"', 'id = "fees"', "the same id"),
        ('level = "red"\npoints = 10', 'level = "yellow"\npoints = 10', "said twice"),
        (
            'level = "red"\npoints = 10',
            'level = "warning"\npoints = 10',
            "scoring.deduction 2.level: must be one of",
        ),
        ("points = 10", "points = -10", "points: must not be less than 1"),
        ("points = 14", "points = 0", "points: must not be less than 1"),
        ("count = 3\n", "count = 0\n", "warnings.count: must not be less than 1"),
        ("over = 30 ", "over = 101 ", "promise_cut.over: must not be more than 100"),
        ("each = 10", "each = 0", "promise_cut.each: must not be less than 1"),
        ('rules = ["V-28"]', 'rules = ["openness"]', "named like V-02"),
        ('rules = ["V-28"]', 'rules = ["V-28", "V-28"]', "twice"),
        ('id = "time"', 'id = "time"\nweight = 2', "weight: this field is not known here"),
    ],
)
def test_what_is_refused(old: str, new: str, reason: str) -> None:
    """With the place, as everything in a profile."""
    assert old in SCORING
    changed = STATUTORY.replace(SCORING, SCORING.replace(old, new, 1))
    with pytest.raises(BadInput) as error:
        read_profile(changed, "mine.toml")
    assert reason in str(error.value)


def test_a_score_without_sections_is_refused() -> None:
    """A hundred points of nothing."""
    bare = '[scoring]\nbasis = [{ law = "民法典#201" }]\n\n'
    with pytest.raises(BadInput, match=r"scoring\.section: this field is needed"):
        read_profile(STATUTORY.replace(SCORING, bare), "x")


@pytest.mark.parametrize(
    ("old", "new", "entry", "reason"),
    [
        ('rules = ["V-28"]', "rules = []", "scoring V-28", "in no section"),
        ('"L-02", "L-03"', '"L-03"', "scoring L-02", "in no section"),
        (
            'respond = "5wd"\nthen = "supervision"',
            'respond = "5wd"',
            "ladder.red.respond",
            "nothing follows where red is not answered within 5wd",
        ),
        (
            'rule = "V-02"\nlevel = "yellow"\nover = "0wd"',
            'rule = "V-02"\nlevel = "yellow"\npercent = 95',
            "ladder.repeated L-02",
            "counts a yellow that is issued before its limit is over",
        ),
    ],
)
def test_what_somebody_should_know(old: str, new: str, entry: str, reason: str) -> None:
    """`duban policy check` notes it, and the profile before the change has none of it."""
    assert old in REPEATING
    changed = read_profile(REPEATING.replace(old, new, 1), "mine.toml")
    remarks = [
        remark for remark in review(changed) if remark.entry == entry and reason in remark.text.en
    ]
    assert [one.kind for one in remarks] == ["note"]
    before = review(read_profile(REPEATING, "mine.toml"))
    assert not any(one.entry == entry and reason in one.text.en for one in before)
    assert ProfileIssue("note", entry, remarks[0].text) in review(changed)
