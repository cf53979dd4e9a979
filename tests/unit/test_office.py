"""Office hours by season, the standard day, how a profile counts: what is taken, what refused."""

import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.profile import read_profile
from tests.unit.offices import HALF, LONG, STATUTORY, SUMMER, WINTER, profile_of
from tests.unit.resting import ours

ROOT = Path(__file__).parents[2]

PLAIN = ((time(8, 30), time(12)), (time(14), time(17, 30)))
HOT = ((time(8), time(12)), (time(15), time(18)))
COLD = ((time(9), time(12)), (time(14), time(17)))

X, Y = 'basis = [{ proposed = "x" }]', 'basis = [{ proposed = "y" }]'


@pytest.mark.parametrize(
    ("office", "day", "expected"),
    [
        ("", date(2025, 7, 1), PLAIN),
        (SUMMER, date(2025, 5, 31), PLAIN),
        (SUMMER, date(2025, 6, 1), HOT),
        (SUMMER, date(2025, 9, 30), HOT),
        (SUMMER, date(2025, 10, 1), PLAIN),
        (WINTER, date(2025, 10, 31), PLAIN),
        (WINTER, date(2025, 11, 1), COLD),
        (WINTER, date(2025, 12, 31), COLD),
        (WINTER, date(2026, 1, 1), COLD),
        (WINTER, date(2024, 2, 29), COLD),
        (WINTER, date(2026, 3, 31), COLD),
        (WINTER, date(2026, 4, 1), PLAIN),
    ],
)
def test_a_season_has_its_own_hours(office: str, day: date, expected: object) -> None:
    """From its first to its last day, over the year's end too."""
    assert profile_of(office).office.sessions_on(day) == expected


@pytest.mark.parametrize(
    ("office", "minutes"), [("", 420), (SUMMER, 420), (WINTER, 360), (HALF, 210), (LONG, 480)]
)
def test_the_standard_day_is_said_or_the_sum(office: str, minutes: int) -> None:
    """Where all days are equally long nothing need be said."""
    assert profile_of(office).office.standard_day == timedelta(minutes=minutes)


def test_each_season_says_what_it_rests_on() -> None:
    """As every entry of a profile does."""
    office = profile_of(SUMMER).office
    assert (office.basis, office.seasons[0].basis) == (ours("x"), ours("y"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('from = "06-01"', 'from = "6-1"', "season 1.from: is a day like"),
        ('from = "06-01"', 'from = "06-31"', "season 1.from: is a day like"),
        ('to = "09-30"', "to = 930", "season 1.to: must be a text"),
        ('to = "09-30"', "", "season 1.to: this field is needed"),
        ('to = "09-30"', 'to = "09-30"\nuntil = 1', "season 1.until: this field is not known here"),
        (Y, "", "season 1.basis: this field is needed"),
        ('["15:00", "18:00"]', '["15:00", "18:30"]', "standard_day must be said"),
        ('["15:00", "18:00"]', '["11:00", "18:00"]', "season 1.sessions: sessions must follow"),
        ('["15:00", "18:00"]', '["15:00", "24:00"]', "not a time of day"),
        ("[[office.season]]", "[office.season]", "season: must be an array"),
        (
            'basis = [{ proposed = "x" }]',
            'basis = [{ proposed = "x" }]\nstandard_day = 7',
            "standard_day: must be a text",
        ),
        (
            'basis = [{ proposed = "x" }]',
            'basis = [{ proposed = "x" }]\nstandard_day = ""',
            "standard_day: must be like",
        ),
        (
            'basis = [{ proposed = "x" }]',
            'basis = [{ proposed = "x" }]\nstandard_day = "7.5h"',
            "standard_day: must be like",
        ),
        (
            'basis = [{ proposed = "x" }]',
            'basis = [{ proposed = "x" }]\nstandard_day = "0h"',
            "standard_day: must be longer",
        ),
        (
            'basis = [{ proposed = "x" }]',
            'basis = [{ proposed = "x" }]\nstandard_day = "24h1min"',
            "standard_day: must be longer",
        ),
        (
            'basis = [{ proposed = "x" }]',
            'basis = [{ proposed = "x" }]\nlunch = true',
            "office.lunch: this field is not known here",
        ),
    ],
)
def test_broken_hours_are_refused_with_their_place(old: str, new: str, says: str) -> None:
    """Whole or not at all."""
    assert old in SUMMER
    with pytest.raises(BadInput, match=says) as refused:
        profile_of(SUMMER.replace(old, new))
    assert refused.value.where.startswith("mine.toml: office")


@pytest.mark.parametrize(
    ("first", "last"),
    [("07-01", "07-31"), ("05-01", "06-01"), ("09-30", "10-31"), ("10-01", "06-01")],
)
def test_seasons_that_overlap_are_refused(first: str, last: str) -> None:
    """One day has one set of hours; the last of these begins in autumn and reaches into June."""
    other = f'[[office.season]]\nfrom = "{first}"\nto = "{last}"\nsessions = [["09:00", "16:00"]]\n'
    with pytest.raises(BadInput, match="season 2: overlaps season 1"):
        profile_of(f'{SUMMER}{other}basis = [{{ proposed = "z" }}]\n')
    apart = other.replace(first, "10-01").replace(last, "10-31")
    assert len(profile_of(f'{SUMMER}{apart}basis = [{{ proposed = "z" }}]\n').office.seasons) == 2


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", ("L", "L", "same_day")),
        ('convention = "H"', ("H", "H", "same_day")),
        ('countdown = "H"', ("L", "H", "same_day")),
        ('convention = "H"\ncountdown = "L"', ("H", "L", "same_day")),
        ('after_hours = "next_workday"', ("L", "L", "next_workday")),
    ],
)
def test_how_a_profile_counts(lines: str, expected: tuple[str, ...]) -> None:
    """The countdown is counted as the limits are, unless it is said."""
    profile = profile_of(counting=lines)
    assert (profile.convention, profile.countdown, profile.after_hours) == expected


@pytest.mark.parametrize("line", ['convention = "M"', "countdown = 1", 'after_hours = "never"'])
def test_what_cannot_be_counted_by_is_refused(line: str) -> None:
    """With the key, and what it may be."""
    with pytest.raises(BadInput, match=" must be ") as refused:
        profile_of(counting=line)
    assert refused.value.where == f"mine.toml: counting.{line.partition(' ')[0]}"


@pytest.mark.parametrize("page", ["profiles.md", "profiles.en.md"])
def test_the_example_of_the_documents_is_what_it_says(page: str) -> None:
    """Its values are those that hold where nothing is said, but for the season."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    examples = re.findall(r"^```toml\n(.+?)^```$", text, re.MULTILINE | re.DOTALL)
    (example,) = (one for one in examples if one.startswith("[office]"))
    shown = re.sub(
        r"\[office\]\n.*?\n(?=\n# How long)", lambda _: example, STATUTORY, flags=re.DOTALL
    )
    profile, default = read_profile(shown, "mine.toml"), profile_of()
    for name in ("cutoff", "rest_day", "convention", "countdown", "after_hours"):
        assert getattr(profile, name) == getattr(default, name)
    assert profile.office.standard_day == default.office.standard_day
    assert profile.office.sessions == default.office.sessions
    assert [season.sessions for season in profile.office.seasons] == [HOT]
