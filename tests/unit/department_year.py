"""What a department's year is told, in short; and what stands in it in the end."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from chalicelib.cases.case_id import card_case
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.department.decide import decide
from chalicelib.policy.profile import Profile, read_profile
from tests.unit.policy_file import REPEATING
from tests.unit.told import CALENDAR, at, issued, reported

WHERE = {"department": "Housing", "region": "370102", "item": "X-01"}
OWN = "c_year"
PROFILE = read_profile(REPEATING, "repeating.toml")
RULES = Rules(PROFILE, CALENDAR)


def card(name: str, when: str, level: str = "yellow", **more: Any) -> Fact:
    """Return the notification that a card was issued: `c_a.3`.

    If nothing else is said, a yellow is by V-02 and a red by V-03.
    """
    rule = {"rule": "V-03" if level == "red" else "V-02", **more}
    return issued(name, when, level, key=f"duban/{name}", **rule)


def warning(name: str, when: str, **more: Any) -> Fact:
    """Return the notification of a warning."""
    data = {"card": name, "level": "warning", "rule": "V-01", **WHERE, **more}
    return reported("warning.issued", when, key=f"duban/{name}", **data)


def climbed(name: str, when: str, level: str = "red", n: int = 1, **more: Any) -> Fact:
    """Return the notification that a card climbed; *n* numbers the fact in the card's own case."""
    data = {"card": name, "level": level, "rule": "V-51", **WHERE, **more}
    return reported("case.escalated", when, key=f"duban/c_{name}life.{n}", **data)


def rechecked(name: str, when: str, n: int, verdict: str = "lost") -> Fact:
    """Return the notification of a re-check; *n* numbers the fact in the case of the finding."""
    public = name.partition(".")[0]
    return reported("card.rechecked", when, key=f"duban/{public}.{n}", card=name, verdict=verdict)


def revoked(name: str, when: str) -> Fact:
    """Return the notification that a card was revoked."""
    told = reported("card.annulled", when, key=f"duban/c_{name}life.9", card=name, reason="revoked")
    return replace(told, origin=card_case(name))


def appealed(name: str, when: str, n: int = 5) -> Fact:
    """Return the notification of an appeal; *n* numbers the fact in the card's own case."""
    return _of_appeal("card.appealed", name, when, n)


def decided(name: str, when: str, n: int = 6, outcome: str = "upheld") -> Fact:
    """Return the notification that an appeal was decided, and the card stands."""
    return _of_appeal("appeal.decided", name, when, n, outcome=outcome)


def _of_appeal(kind: str, name: str, when: str, n: int, **more: Any) -> Fact:
    told = reported(kind, when, key=f"duban/c_{name}life.{n}", card=name, **WHERE, **more)
    return replace(told, origin=card_case(name))


def year(*told: Fact, profile: Profile = PROFILE, at_once: bool = False) -> list[Fact]:
    """The case after all of *told*, one after another, or *at_once*; what it derives, in place."""
    facts: list[Fact] = []
    for batch in [told] if at_once else [(one,) for one in told]:
        facts += [one.numbered(len(facts) + i) for i, one in enumerate(batch)]
        now = max([at("2025-01-01"), *(fact.recorded_at for fact in facts)]) + timedelta(seconds=1)
        facts += decide(CaseHistory(facts), Rules(profile, CALENDAR), now).append
    return facts


def derived(facts: Sequence[Fact], *kinds: str) -> list[Fact]:
    """What the case said itself, of *kinds*."""
    wanted = kinds or ("card.issued", "case.escalated", "card.rechecked")
    return [fact for fact in facts if not fact.told and fact.kind in wanted]


def keys_in_force(facts: Sequence[Fact]) -> set[str]:
    """The keys of what the case found and that stands, by the last re-check."""
    found = {fact.n: fact.key for fact in derived(facts, "card.issued", "case.escalated")}
    lost: dict[Any, str] = {}
    for check in derived(facts, "card.rechecked"):
        lost[check.data["card"]] = check.text("verdict")
    return {key for n, key in found.items() if lost.get(n) != "lost"}


def recorded(facts: Iterable[Fact], when: str) -> list[Fact]:
    """The same facts, all recorded *when*."""
    return [replace(fact, recorded_at=at(when)) for fact in facts]
