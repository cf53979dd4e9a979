"""Revision (期限修订): which due instants move because the rules do, and for no other reason.

The rules are a policy and a calendar. A head keeps under which its case was judged. Where those in
force are others, what it has judged is counted again by itself, and each clock that comes out
otherwise is told by a fact, `due.revised`, before anything that was told meanwhile is looked at.

The State Council changes a published arrangement by a notice, and did so while time limits were
running: 国办发明电〔2020〕1号 of 26 January 2020 made the Spring Festival three days longer.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.calendar.workdays import Calendar
from chalicelib.cards.decide import decide, look
from chalicelib.cards.heading import dues, head_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.head import Head
from chalicelib.clock.counting import Counting
from chalicelib.clock.due import Due
from chalicelib.instant import text
from chalicelib.policy.profile import Profile

REVISED = "due.revised"

_LETTERS = 12  # of a hash: enough to tell the versions of one office apart


def rules_of(policy: Profile, calendar: Calendar) -> str:
    """Name the rules in a few letters: the policy's before the stroke, the calendar's after it."""
    return f"{_short(policy.version)}/{_short(calendar.version)}"


def _short(version: str) -> str:
    return hashlib.sha256(version.encode()).hexdigest()[:_LETTERS]


def is_moved(head: Head, facts: Sequence[Fact], policy: Profile, calendar: Calendar) -> bool:
    """Whether the case of *head* is another under these rules: its head, or what is to be said.

    It is judged as of when it was, on what had been judged, so that only the rules can differ.
    """
    rules = rules_of(policy, calendar)
    if rules == head.rules:
        return False
    judged = facts[: head.n]
    decision = decide(judged, policy, calendar, head.judged_at)
    now = head_of(head.case, head.public_case, judged, decision, head.judged_at)
    return bool(decision.append) or replace(now, rules=head.rules) != head


def revised(
    head: Head, facts: Sequence[Fact], policy: Profile, calendar: Calendar, now: datetime
) -> list[Fact]:
    """Say how the clocks of the case of *head* stand under these rules, where that is news.

    *facts* is all that is on record; the head has judged the first `head.n`. The key is made of
    that number and of the rules, so a retry finds what it has said. Of a closed case nothing is
    said but by its cards, and nothing where the case cannot be judged: that has facts of its own.
    """
    rules = rules_of(policy, calendar)
    if head.rules in ("", rules):  # a head that does not say has nothing to be compared with
        return []
    outlook = look(facts[: head.n], policy, Counting(calendar, policy))
    if outlook.unknown or outlook.permit.closing is not None:
        return []
    about = {
        "cause": _cause(head.rules, rules),
        "policy": f"{policy.id}@{policy.version}",
        "calendar": calendar.version,
        "noticed_at": text(now),
        **outlook.permit.where,
    }
    on_record = {fact.key for fact in facts[head.n :]}
    said = [
        Fact(
            0, REVISED, f"revised/{clock}/{head.n}/{rules}", now, now, told=False, data=how | about
        )
        for clock, how in _moved(head.dues, dues(outlook.survey)).items()
    ]
    fresh = [fact for fact in said if fact.key not in on_record]
    return [fact.numbered(len(facts) + i) for i, fact in enumerate(fresh)]


def _moved(was: Mapping[str, Due], now: Mapping[str, Due]) -> dict[str, dict[str, object]]:
    """Of each clock that stands otherwise: what it was and is. One that stands still is nowhere."""
    found: dict[str, dict[str, object]] = {}
    for clock in dict.fromkeys([*was, *now]):
        before, after = was.get(clock), now.get(clock)
        if _shown(before) != _shown(after):
            how: dict[str, object] = {"clock": clock, "was": _shown(before)[0]}
            (how["due_at"], how["provisional"]) = _shown(after)
            found[clock] = {name: said for name, said in how.items() if said}
    return found


def _shown(due: Due | None) -> tuple[str, bool]:
    return (text(due.at), due.provisional) if due else ("", False)


def _cause(was: str, now: str) -> str:
    """What of the rules is new: the policy, the calendar, or both at once."""
    names = ("policy", "calendar")
    parts = zip(names, was.split("/"), now.split("/"), strict=True)
    new = [name for name, before, after in parts if before != after]
    return new[0] if len(new) == 1 else "policy_and_calendar"
