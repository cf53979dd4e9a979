"""Handing in again (撤回重报): a case that ended near its limit, and the one that follows it.

Pure. Whoever withdraws a case and hands it in again must not gain time by it. The later case is
linked to the earlier one: its clocks also run from the first acceptance, and a breach by those goes
to a person (CLAIMS §3). The applicant is compared by the shell, for it is private.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from chalicelib.cases.clocks import Clock
from chalicelib.cases.fact import Fact
from chalicelib.cases.permit import Permit
from chalicelib.cases.rules import Rules
from chalicelib.clock.due import due
from chalicelib.errors import Unknown
from chalicelib.instant import parse, text
from chalicelib.intake.event import OURS, Event
from chalicelib.intake.event_types import ENDING_TYPES, Reported
from chalicelib.policy.terms import read_terms

ABOUT = "refiled"

_FIRST_LOOK = timedelta(minutes=10)


def ended_early(permit: Permit, rules: Rules, now: datetime) -> Fact | None:
    """Return the ending of *permit* without a decision, while it may still be handed in again."""
    closing = permit.closing
    if closing is None or closing.kind not in ENDING_TYPES or permit.acceptance is None:
        return None
    try:
        until = due(closing.at, (rules.profile.claims.refiled,), (), rules.counting)
    except Unknown:
        return None
    return closing if until is not None and now <= until.at else None


def next_look(ending: Fact, now: datetime) -> datetime:
    """Return when to look again for the case that follows *ending*: each time twice as late."""
    after = _FIRST_LOOK
    while ending.recorded_at + after <= now:
        after *= 2
    return ending.recorded_at + after


def refiled_event(case_id: str, public_case: str, permit: Permit, now: datetime) -> Event:
    """Return the event that tells another case that it follows the one of *permit*."""
    acceptance, terms = permit.acceptance, permit.terms
    assert acceptance is not None  # noqa: S101 - `ended_early` has one
    data: dict[str, object] = {"first": public_case, "time": text(acceptance.at)}
    return Event(
        id=f"{ABOUT}/{public_case}",
        source=OURS,
        subject=case_id,
        type=Reported.CASE_REFILED,
        time=text(now),
        data={**data, **({"terms": terms.written()} if terms else {})},
    )


def same_applicant(first: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Return whether two applications are of one applicant: by name, or by title without one.

    Blanks, width and case of letters make no other applicant, for the source writes the name.
    """
    applicants = [application.get("applicant") for application in (first, other)]
    names = [_plain(each.get("name") if isinstance(each, Mapping) else "") for each in applicants]
    if any(names):
        return names[0] == names[1]
    title = _plain(first.get("title"))
    return bool(title) and title == _plain(other.get("title"))


def _plain(text: object) -> str:
    """Return a name or title as it is compared; empty if none was told."""
    written = text if isinstance(text, str) else ""
    return "".join(unicodedata.normalize("NFKC", written).split()).casefold()


def clocks_from_first(permit: Permit) -> Iterator[Clock]:
    """Yield the main clocks of *permit* as they run from the first acceptance, without a pause."""
    refiled = permit.refiled
    terms = read_terms(refiled.data.get("terms")) if refiled else None
    if refiled is None or terms is None or permit.acceptance is None:
        return
    start = parse(refiled.text("time"))
    stop = permit.closing.at if permit.closing else None
    rests_on = tuple(sorted({*permit.rests_on, refiled.n}))
    for name, limit in (("promise", terms.promise), ("statutory", terms.statutory)):
        if limit is not None:
            yield Clock(name, start, stop, limit, rests_on=rests_on, about=ABOUT, label=ABOUT)
