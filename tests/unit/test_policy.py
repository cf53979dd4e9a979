"""Limits, terms and profiles: what is taken and what is refused, with the place."""

from datetime import time
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from chalicelib.errors import BadInput, Unknown
from chalicelib.policy.limit import Limit
from chalicelib.policy.profile import read_profile
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.terms import Terms, read_terms
from chalicelib.policy.written_profile import read_cutoff
from chalicelib.schema import Unfit

STATUTORY = resources.files("chalicelib").joinpath("profiles", "statutory.toml").read_text("utf-8")


@pytest.mark.parametrize("text", ["20wd", "0d", "20880wh", "87840h", "2mo"])
def test_a_limit_is_read_and_written(text: str) -> None:
    """As commands write it and as the wire does."""
    limit = Limit.parse(text)
    assert str(limit) == text
    assert Limit.read_object(limit.written()) == limit


@pytest.mark.parametrize(
    "text",
    ["", "20", "wd", "20 wd", "-1d", "1.5d", "20WD", "10001d", "87841h", "123456d", "20wd\n", "٢d"],
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r"limit|amount"):
        Limit.parse(text)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "20wd",
        {"amount": 20},
        {"amount": 20, "unit": "wd", "more": 1},
        {"amount": True, "unit": "wd"},
        {"amount": 2.0, "unit": "wd"},
        {"amount": "20", "unit": "wd"},
        {"amount": -1, "unit": "wd"},
        {"amount": 20, "unit": "weeks"},
        {"amount": 20, "unit": ["wd"]},
    ],
)
def test_what_is_no_limit_on_the_wire_is_refused(value: object) -> None:
    """Two keys, a whole number, a known unit."""
    with pytest.raises(ValueError, match=r"limit|amount|unit"):
        Limit.read_object(value)


TEN = Limit(10, "wd")


def test_terms_have_one_promise() -> None:
    """Or none; never two."""
    with pytest.raises(ValueError, match="not both"):
        Terms(promise=TEN, due_at="2026-01-05")


@pytest.mark.parametrize(
    "terms",
    [
        Terms(),
        Terms(statutory=TEN),
        Terms(TEN, "", Limit(20, "d"), "v1", "joint", ("promise", "statutory")),
        Terms(due_at="2026-01-05", stages={"审查": TEN}, procedures=("testing",), deemed="某法"),
    ],
)
def test_terms_are_read_as_they_are_written(terms: Terms) -> None:
    """Fields without a value are not written."""
    assert read_terms(terms.written()) == terms
    assert all(terms.written().values())


def test_where_no_terms_are_stored_there_are_none() -> None:
    """An acceptance whose item is not in the catalogue."""
    assert read_terms(None) is None


def test_the_shipped_profile_is_frozen() -> None:
    """The numbers of DESIGN §5."""
    profile = load_profile("statutory")
    near, over = profile.thresholds["promise"]
    (by_law,) = profile.thresholds["statutory"]
    assert (near.rule, near.level, str(near.left), near.percent) == ("V-01", "warning", "2wd", 90)
    assert (over.rule, over.level, str(over.over)) == ("V-02", "yellow", "0wd")
    assert (by_law.rule, by_law.level, str(by_law.over)) == ("V-03", "red", "0wd")
    assert (profile.rest_day, profile.cutoff) == ("next", None)
    assert [f"{a:%H:%M}-{b:%H:%M}" for a, b in profile.office.sessions] == [
        "08:30-12:00",
        "14:00-17:30",
    ]
    assert set(profile.basis) == {"office", "counting", "signature", "devices"}


def test_a_profile_that_is_not_shipped_is_unknown() -> None:
    """And what is no name is refused."""
    with pytest.raises(Unknown, match="policy:atlantis"):
        load_profile("atlantis")
    with pytest.raises(BadInput, match="not a profile name"):
        load_profile("../statutory")


def test_how_days_are_counted_can_be_replaced() -> None:
    """As a replay map's [clock] does; what is not named stays."""
    profile = load_profile("statutory")
    zone = ZoneInfo("Europe/Amsterdam")
    changed = profile.with_counting(zone=zone, cutoff="24:00", rest_day="keep")
    assert (changed.zone, changed.rest_day) == (zone, "keep")
    assert changed.cutoff == time(23, 59, 59, 999000)
    assert profile.with_counting() == profile
    assert profile.with_counting(cutoff="office").cutoff is None
    for wrong in ("24:01", "9:00", "noon", "0830Z", "T0830", ""):
        with pytest.raises(Unfit, match="not a time of day"):
            read_cutoff(wrong)
    with pytest.raises(BadInput, match="next"):
        profile.with_counting(rest_day="previous")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "statutory"', "id = ", "not TOML"),
        ('id = "statutory"', "id = 7", "id: must be a text"),
        ('id = "statutory"', 'id = "x"\nextra = 1', "extra: this field is not known here"),
        ("[office]", "[workshop]", "workshop: this field is not known here"),
        ("[pause]", "[counting.pause]", r"counting.pause: this field is not known here"),
        ('clock = "stage"', 'clock = "stag"', "threshold 8.clock: must be one of"),
        ('rule = "V-05"', 'rule = "5"', "named like V-02"),
        (
            'rule = "V-05"\nlevel = "yellow"',
            'rule = "V-05"\nlevel = "blue"',
            "level: must be one of",
        ),
        ("[clocks.stage]", "[clocks.stages]", "clocks.stages: this name is not known here"),
        ("[clocks.gap]", "[clocks.gab]", "clocks.gab: this name is not known here"),
        (
            'needs = ["basis", "notified_at", "approved"]',
            'needs = ["luck"]',
            "pause.needs 1: must be one of approved",
        ),
        ('needs = ["basis", "notified_at", "approved"]', "needs = []", "must name 'approved'"),
        (
            'approved_by = ["head_of_authority"]',
            "approved_by = []",
            "extension.approved_by: 1 entries at least",
        ),
        ('hearing = "30wd"', 'hearing = "0wd"', "pause.procedures.hearing: must be longer"),
        ('longest = "30wd"', "", "pause.longest: this field is needed"),
        (
            "[pause.procedures]",
            "[pause.procedure]",
            "pause.procedure: this field is not known here",
        ),
        ('head = "head_of_authority"', "head = 1", "roles.head: must be a text"),
        ('most = "15wd"', 'most = "15"', "not a limit"),
        (
            'left = "2wd"\npercent = 90',
            'colour = "red"',
            "threshold 1.colour: this field is not known here",
        ),
        ('left = "2wd"\npercent = 90', "", "say when"),
        ("percent = 90", 'percent = 90\nover = "0wd"', "say when"),
        ('"Asia/Shanghai"', '"Asia/Atlantis"', "unknown time zone"),
        ('"Asia/Shanghai"', '"../Shanghai"', "unknown time zone"),
        ('["08:30", "12:00"]', '["08:30"]', "office.sessions 1: there must be 2 entries"),
        ('["08:30", "12:00"]', "8", "office.sessions 1: must be an array"),
        ('["08:30", "12:00"]', "[8, 12]", "office.sessions 1 1: must be a text"),
        ('["08:30", "12:00"]', '["12:00", "08:30"]', "follow one another"),
        ('["08:30", "12:00"]', '["08:30", "15:00"]', "follow one another"),
        ('[["08:30", "12:00"], ["14:00", "17:30"]]', "[]", "office.sessions: 1 entries at least"),
        ('[["08:30", "12:00"], ["14:00", "17:30"]]', "7", "office.sessions: must be an array"),
        ('cutoff = "office"', 'cutoff = "25:00"', "not a time of day"),
        ('rest_day = "next"', 'rest_day = "skip"', "counting.rest_day: must be one of keep, next"),
        ('left = "2wd"', "left = -2", "threshold 1.left: must be a text"),
        ("percent = 90", "percent = 90.0", "threshold 1.percent: must be a whole number"),
        ("percent = 90", "percent = true", "threshold 1.percent: must be a whole number"),
        ("percent = 90", "percent = 101", "threshold 1.percent: must not be more than 100"),
    ],
)
def test_a_broken_profile_is_refused_with_its_place(old: str, new: str, says: str) -> None:
    """Whole or not at all."""
    assert old in STATUTORY
    with pytest.raises(BadInput, match=says) as refused:
        read_profile(STATUTORY.replace(old, new), "mine.toml")
    assert refused.value.where.startswith("mine.toml")


def test_the_version_is_the_content() -> None:
    """Another number is another version."""
    other = read_profile(STATUTORY.replace("percent = 90", "percent = 80"), "x")
    assert other.version != load_profile("statutory").version
