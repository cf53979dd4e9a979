"""Handing in again (撤回重报): a case that ended near its limit, and the one that follows it.

Pure. Whoever withdraws a case when its time is nearly used, and hands it in again, gets the whole
time anew. So such an ending is proposed as a breach of the limit that it escaped. The clocks of the
later case also run from the first acceptance, and a breach by those, or its own ending, goes to a
person (CLAIMS §3). Where what a source left out makes it unsure whether both are of one applicant,
the link is in doubt (CLAIMS §5).
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from chalicelib.cases.fact import Fact
from chalicelib.cases.rules import Rules
from chalicelib.clock.due import due_unpaused
from chalicelib.clock.timeline import percent_point
from chalicelib.errors import Unknown
from chalicelib.findings.clock import Clock, ClockState
from chalicelib.findings.crossings import crossings
from chalicelib.findings.finding import ENDED_NEAR_LIMIT, REFILED, Finding
from chalicelib.instant import parse, text
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import ENDING_TYPES, Derived, Reported
from chalicelib.intake.name_text import visible
from chalicelib.permit.clocks.binding import clock_of
from chalicelib.permit.clocks.handling import promised_in
from chalicelib.permit.rules.main_limits import MAIN
from chalicelib.permit.state import Permit
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import read_terms

ABOUT = "refiled"
MOST_IN_DOUBT = 3
"""Cases linked in doubt to one that ended: it comes again once, and inspectors are few."""

_SECOND_LOOK = timedelta(minutes=10)


def ended_early(permit: Permit, rules: Rules, now: datetime) -> Fact | None:
    """Return the ending of *permit* without a decision, while it may still be handed in again."""
    until = watched_until(permit, rules)
    return permit.closing if until is not None and now <= until else None


def watched_until(permit: Permit, rules: Rules) -> datetime | None:
    """Return until when *permit*, which ended without a decision, may be handed in again."""
    closing = permit.closing
    if closing is None or closing.kind not in ENDING_TYPES or permit.acceptance is None:
        return None
    try:
        return due_unpaused(closing.at, rules.profile.claims.refiled, rules.counting).at
    except Unknown:
        return None


def second_look(ending: Fact, now: datetime) -> datetime | None:
    """Return when to look again for cases open at *ending*: the index may have lagged behind."""
    look = ending.recorded_at + _SECOND_LOOK
    return look if now < look else None


def refiled_event(
    case_id: str, public_case: str, permit: Permit, now: datetime, *, in_doubt: bool = False
) -> Event:
    """Return the event that links another case to *permit*, with the first acceptance of all."""
    acceptance, terms, link = permit.acceptance, permit.terms, permit.refiled
    assert acceptance is not None  # noqa: S101 - `ended_early` has one
    first: dict[str, object] = {
        "first": public_case,
        "time": text(acceptance.at),
        "terms": terms.written() if terms else None,
        "in_doubt": in_doubt,
    }
    if link is not None and parse(link.text("time")) < acceptance.at:
        first |= {name: link.data.get(name) for name in ("time", "terms")}
        first["in_doubt"] = in_doubt or is_in_doubt(link)
    data = {name: value for name, value in first.items() if value}
    return own_event(Reported.CASE_REFILED, case_id, f"{ABOUT}/{public_case}", now, data)


def is_in_doubt(link: Fact | None) -> bool:
    """Return whether nobody could say that the two cases of *link* are of one applicant."""
    return link is not None and link.data.get("in_doubt") is True


Marks = Mapping[str, Collection[str]]
"""What tells whose an application is: every *name* and every *title* that was told, or digests."""


def read_marks(told: Iterable[Mapping[str, object]]) -> Marks:
    """Return the marks in the private fields of what was *told* of a case; only openings have any.

    Blanks, width, case and unseen characters make no other applicant: the source writes the name.
    """
    names, titles = {""}, {""}
    for fields in told:
        applicant = fields.get("applicant")
        names.add(_plain(applicant.get("name") if isinstance(applicant, Mapping) else ""))
        titles.add(_plain(fields.get("title")))
    return {"name": names - {""}, "title": titles - {""}}


def digest_marks(marks: Marks, key: bytes) -> Marks:
    """Return a digest of each of *marks* under a secret *key*."""
    return {
        kind: {hmac.digest(key, f"{kind}:{mark}".encode(), hashlib.sha256).hex() for mark in each}
        for kind, each in marks.items()
    }


def same_applicant(first: Marks, other: Marks) -> bool | None:
    """Return whether both are of one applicant: by name, else by title; None: nobody can say."""
    names, titles = ([set(marks[kind]) for marks in (first, other)] for kind in ("name", "title"))
    if all(names):
        return not names[0].isdisjoint(names[1])
    if not titles[0].isdisjoint(titles[1]):
        return True
    return False if all(titles) and not any(names) else None


def _plain(text: object) -> str:
    """Return a name or title as it is compared; empty if none was told."""
    written = text if isinstance(text, str) else ""
    return visible(unicodedata.normalize("NFKC", visible(written))).casefold()


def clocks_from_first(permit: Permit, rules: Rules) -> Iterator[Clock]:
    """Yield the main clocks as they run from the first acceptance unpaused. Raises Unknown."""
    link, acceptance = permit.refiled, permit.acceptance
    terms = read_terms(link.data.get("terms")) if link else None
    if link is None or terms is None or acceptance is None:
        return
    start = parse(link.text("time"))
    if start >= acceptance.at:
        return  # it follows nothing
    from_first = partial(
        Clock,
        start=start,
        stop=permit.closing.at if permit.closing else None,
        rests_on=tuple(sorted({*permit.rests_on, link.n})),
        about=ABOUT,
        label=ABOUT,
    )
    promised = promised_in(terms, start, rules)
    if promised is not None:
        limit, due_at, year = promised
        yield from_first(clock_of(terms.kind), limit=limit, due_at=due_at, missing=year)
    if terms.statutory is not None:
        yield from_first("statutory", limit=terms.statutory)


def check_ending(permit: Permit, main: Sequence[ClockState], profile: Profile) -> Iterator[Finding]:
    """Yield a proposal for the first clock that the ending nearly used up. Raises Unknown."""
    closing = permit.closing
    if closing is None or closing.kind not in ENDING_TYPES:
        return
    for state in main:
        last = state.last
        due, over = last.due, (row for row in profile.thresholds[state.clock.name] if row.over)
        row = next(over, None)
        if due is None or row is None or closing.at > due.at:
            continue
        point = percent_point(state.clock.start, last, profile.claims.ended, state.counting)
        if point is not None and closing.at > point:
            yield Finding(
                rule=row.rule,
                level=row.level,
                at=closing.at,
                due_at=due.at,
                ground=ENDED_NEAR_LIMIT,
                basis=profile.claims.basis,
                clock=state.clock.name,
                about=closing.key,
                rests_on=tuple(sorted({*state.clock.rests_on, closing.n})),
                kind=Derived.CARD_PROPOSED,
                in_doubt=state.clock.label == REFILED and is_in_doubt(permit.refiled),
            )
            return


def check_refiled(state: ClockState, permit: Permit, profile: Profile) -> Iterator[Finding]:
    """Yield what the clock *state* from the first acceptance is over by, for a person to decide."""
    for finding in crossings(state, profile, permit.region):
        if finding.level != "warning" and finding.ground == state.clock.name:
            in_doubt = is_in_doubt(permit.refiled)
            yield finding._replace(ground=REFILED, kind=Derived.CARD_PROPOSED, in_doubt=in_doubt)


def has_used_its_time(findings: Iterable[Finding], ending: Fact) -> bool:
    """Return whether a main clock was nearly used up or over at *ending*, judged already or not."""
    cards = (each for each in findings if each.clock in MAIN and each.level != "warning")
    return any(card.at <= ending.at for card in cards)
