"""Offices that keep other hours than the default's, and how regions count by them."""

import re
from importlib import resources

from chalicelib.clock.counting import Counting
from chalicelib.policy.profile import Profile, read_profile
from tests.unit.told import CALENDAR

STATUTORY = resources.files("chalicelib").joinpath("profiles", "statutory.toml").read_text("utf-8")

_PLAIN = 'sessions = [["08:30", "12:00"], ["14:00", "17:30"]]'

# Seven hours all the year round; from June to September an hour of lunch is slept, not worked.
SUMMER = f"""
{_PLAIN}
basis = [{{ proposed = "x" }}]
[[office.season]]
from = "06-01"
to = "09-30"
sessions = [["08:00", "12:00"], ["15:00", "18:00"]]
basis = [{{ proposed = "y" }}]
"""

# Six hours in winter, over the year's end, and a standard day to go with it.
WINTER = f"""
{_PLAIN}
standard_day = "6h"
basis = [{{ proposed = "x" }}]
[[office.season]]
from = "11-01"
to = "03-31"
sessions = [["09:00", "12:00"], ["14:00", "17:00"]]
basis = [{{ proposed = "y" }}]
"""

# A standard day of half an office day, as where a morning shift and an afternoon shift take turns.
HALF = f"""
{_PLAIN}
standard_day = "3h30min"
basis = [{{ proposed = "x" }}]
"""

# Open without a break, and longer than its standard day.
LONG = """
sessions = [["08:00", "20:00"]]
standard_day = "480min"
basis = [{ proposed = "x" }]
"""


def profile_of(office: str = "", counting: str = "") -> Profile:
    """The default profile with another section `[office]`, and with more lines in `[counting]`."""
    text = STATUTORY
    if office:
        text = re.sub(
            r"\[office\]\n.*?(?=\n\[counting\])", f"[office]\n{office}", text, flags=re.DOTALL
        )
    return read_profile(text.replace("[counting]\n", f"[counting]\n{counting}\n"), "mine.toml")


def counted(office: str = "", counting: str = "") -> Counting:
    """How a region with this profile counts."""
    return Counting(profile_of(office, counting), CALENDAR)
