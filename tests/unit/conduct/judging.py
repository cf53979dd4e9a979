"""A case judged by the rules of conduct, and the default profile changed here and there."""

from typing import Any

from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.policy.profile import Profile
from tests.unit.clocks.living import findings_of, live
from tests.unit.told import PROFILE, accepted, reported

ACCEPTED = "2026-04-01T10:00"
DAY_2, DAY_3, DAY_4 = "2026-04-02T10:00", "2026-04-03T10:00", "2026-04-08T10:00"
LATER = "2026-04-09"  # before a promise of twenty working days draws near


def changed(rule: str, **said: Any) -> Profile:
    """The statutory profile in which the table of *rule* says otherwise."""
    return replace(
        PROFILE, conduct={**PROFILE.conduct, rule: replace(PROFILE.conduct[rule], **said)}
    )


def a_case(**said: Any) -> Fact:
    """An acceptance that breaks nothing but what is *said*."""
    return accepted(ACCEPTED, "20wd", "30wd", **said)


def under(said: dict[str, int], **more: Any) -> Fact:
    """An acceptance of an item whose service guide says this (`terms.rules`)."""
    fact = a_case(**more)
    terms = fact.data["terms"]
    assert isinstance(terms, dict)
    return replace(fact, data={**fact.data, "terms": {**terms, "rules": said}})


def judged(
    rule: str, *told: Fact, until: str = LATER, profile: Profile = PROFILE, accepted: bool = True
) -> list[str]:
    """The grounds on which *rule* was found, as a line each; what was *told* follows a_case()."""
    opening = (a_case(),) if accepted else ()
    return [
        _short(line)
        for line in findings_of(live(*opening, *told, until=until, profile=profile), rule)
    ]


def _short(line: str) -> str:
    return line.partition(" ")[2]


def asked(when: str = DAY_2, /, **said: Any) -> Fact:
    """A notice of what is missing, as it is on record: its counts, not its names."""
    return reported("supplement_notified", when, given=["materials"], **said)
