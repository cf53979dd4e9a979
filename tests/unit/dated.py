"""Rules with dates, for tests: the default profile with more rows, and several one by one."""

from chalicelib.cases.rules import Rules
from chalicelib.policy.dated_profile import DatedProfile, read_dated_profile
from chalicelib.policy.sources import NO_SOURCES, Registrations
from chalicelib.policy.timeline import Adoption, Timeline
from tests.unit.offices import STATUTORY
from tests.unit.told import CALENDAR, at

LATER_YELLOW = """
[[threshold]]
clock = "promise"
rule = "V-02"
level = "yellow"
over = "2wd"
effective = "2026-07-01"
basis = [{ law = "优化营商环境条例#36.2" }]
"""

RUNNING_YELLOW = LATER_YELLOW.replace("effective", 'applies_to = "running"\neffective')


def profile_with(*rows: str, **changed: str) -> DatedProfile:
    """The default profile with more *rows*; sections of *changed* are replaced by that text."""
    return read_dated_profile(text_with(*rows, **changed), "mine.toml")


def text_with(*rows: str, **changed: str) -> str:
    """The text of such a profile."""
    text = STATUTORY
    for name, section in changed.items():
        head, tail = text.split(f"\n[{name.replace('_', '.')}]", 1)
        text = f"{head}\n{section}\n[{tail.split(chr(10) + '[', 1)[1]}"
    return text + "".join(rows)


def rules_of_days(
    *profiles: DatedProfile | tuple[str, DatedProfile], sources: Registrations = NO_SOURCES
) -> Rules:
    """Rules whose first profile is from ever; the others each come with the instant since when."""
    adopted = [
        Adoption(at(each[0]), each[1]) if isinstance(each, tuple) else Adoption(None, each)
        for each in profiles
    ]
    timeline = Timeline(tuple(adopted))
    return Rules(timeline.adopted[0].profile.first, CALENDAR, sources, timeline)
