"""The projection: how log entries change the departments' tallies and the published cards.

Pure: stored values and entries in, changes out. Nothing is ever counted twice, because each tally
and each card has the index through which it has counted. Applying the same entries again, in pieces
or together, changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.board.marks import PublishedCard, apply_entry, card_id_of, issues_card
from chalicelib.cases.kind import kind_of
from chalicelib.feed.entry import LAMPS, LogEntry
from chalicelib.intake.event_types import ENDING_TYPES, Derived, Reported
from chalicelib.policy.ladder import LEVELS

COUNTS = ("cards", "revoked", "lost", "escalated")
STEPS = ("contested", "accepted", "refused", "overdue", "closed", "ended")
_CLAIM_STEPS: Mapping[str, str] = {
    Derived.CLAIM_CONTESTED: "contested",
    Reported.CLAIM_ACCEPTED: "accepted",
    Reported.CLAIM_REFUSED: "refused",
    Derived.CLAIM_OVERDUE: "overdue",
}


def _no_cards() -> dict[str, int]:
    return dict.fromkeys(LEVELS, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of a department: its cases by lamp, and the cards that it was ever issued.

    *cases* is the number that ever came to it; *flagged* counts them by sign of V-27. Of its
    *cards* some are *revoked*, some have *lost* their ground, all others are in force. *escalated*
    counts by the level that was reached. *steps* counts what happened to late news
    (contested 待认定, accepted 采信, refused 不采信, overdue 逾期), the cases that were closed, and
    those of them that ended without a decision.
    """

    department: str
    through: int = -1
    lamps: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(LAMPS, 0))
    cards: Mapping[str, int] = field(default_factory=_no_cards)
    revoked: Mapping[str, int] = field(default_factory=_no_cards)
    lost: Mapping[str, int] = field(default_factory=_no_cards)
    escalated: Mapping[str, int] = field(default_factory=_no_cards)
    cases: int = 0
    flagged: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Through:
    """How far the board follows the log: the next index, and when the last entry was recorded."""

    index: int
    at: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of a run of entries, as (stored, new): tallies, and cards in log order."""

    tallies: tuple[tuple[Tally, Tally], ...]
    cards: tuple[tuple[PublishedCard, PublishedCard], ...]


def project(
    tallies: Mapping[str, Tally], cards: Mapping[str, PublishedCard], entries: Iterable[LogEntry]
) -> Changes:
    """Return the changes that *entries*, in log order, make to the stored *tallies* and *cards*."""
    counted, changed = dict(tallies), dict(cards)
    for entry in entries:
        before = after = PublishedCard("")
        if card_id := card_id_of(entry):
            before = changed.get(card_id) or PublishedCard(card_id)
            after = changed[card_id] = apply_entry(before, entry)
        for department in _departments(entry, after):
            tally = counted.get(department) or Tally(department)
            counted[department] = count_entry(tally, entry, before, after)
    return Changes(
        tuple(
            (tallies.get(name) or Tally(name), tally)
            for name, tally in sorted(counted.items())
            if tally != tallies.get(name)
        ),
        tuple(
            (cards.get(name) or PublishedCard(name), card)
            for name, card in changed.items()
            if card != cards.get(name)
        ),
    )


def merge_tallies(tallies: Iterable[Tally], name_of: Callable[[str], str]) -> list[Tally]:
    """Return *tallies* by the names that their departments have by now, the counts of one added."""
    merged: dict[str, Tally] = {}
    for tally in tallies:
        name = name_of(tally.department)
        before = merged.get(name)
        merged[name] = _added(before, tally) if before else replace(tally, department=name)
    return list(merged.values())


def _added(one: Tally, other: Tally) -> Tally:
    counts: Any = {
        name: dict(Counter(getattr(one, name)) + Counter(getattr(other, name)))
        for name in ("lamps", *COUNTS, "flagged", "steps")
    }
    zeros = {"lamps": dict.fromkeys(LAMPS, 0), **{name: _no_cards() for name in COUNTS}}
    whole: Any = {name: {**zeros.get(name, {}), **each} for name, each in counts.items()}
    through = max(one.through, other.through)
    return replace(one, through=through, cases=one.cases + other.cases, **whole)


def changed_departments(
    entries: Iterable[LogEntry], cards: Mapping[str, PublishedCard]
) -> list[str]:
    """Return the departments whose tallies *entries* change, each once; "" is one of them too.

    *cards* are the stored ones that the entries are about.
    """
    names: set[str] = set()
    for entry in entries:
        names.update(_departments(entry, cards.get(card_id_of(entry))))
    return sorted(names)


def count_entry(
    tally: Tally, entry: LogEntry, before: PublishedCard, after: PublishedCard
) -> Tally:
    """Return *tally* with *entry* and the change of a card counted, each entry only once."""
    if entry.index <= tally.through:
        return tally
    lamps, cases, flags, steps = dict(tally.lamps), tally.cases, tally.flagged, tally.steps
    if _has_lamp(entry) and entry.was and entry.was_in == tally.department:
        lamps[entry.was] -= 1
    if _has_lamp(entry) and entry.now and entry.department == tally.department:
        lamps[entry.now] += 1
        cases += not entry.was or entry.was_in != entry.department
    if entry.department == tally.department:
        flags = _add(flags, [sign] if (sign := flagged_sign(entry)) else [])
        steps = _add(steps, steps_of(entry))
    counts: Any = {name: dict(getattr(tally, name)) for name in COUNTS}
    if after.is_issued and after.department == tally.department:
        change = after.counts()
        change.subtract(before.counts())
        for (name, level), number in change.items():
            counts[name][level] += number
    new = replace(tally, lamps=lamps, cases=cases, flagged=flags, steps=steps, **counts)
    return tally if new == tally else replace(new, through=entry.index)


def flagged_sign(entry: LogEntry) -> str:
    """Return the sign of V-27 with which *entry* flags its case; empty where it does not."""
    if entry.alert is None or entry.kind != Derived.DATA_FLAGGED:
        return ""
    return str(entry.alert["sign"])


def steps_of(entry: LogEntry) -> list[str]:
    """Return the STEPS that *entry* is: about a claim, or the end of its case."""
    steps = [_CLAIM_STEPS[entry.kind]] if entry.kind in _CLAIM_STEPS else []
    if _has_lamp(entry) and entry.now == "closed" != entry.was:
        steps += ["closed", "ended"] if entry.kind in ENDING_TYPES else ["closed"]
    return steps


def _add(counts: Mapping[str, int], names: Iterable[str]) -> Mapping[str, int]:
    more = dict(counts)
    for name in names:
        more[name] = more.get(name, 0) + 1
    return more


def _departments(entry: LogEntry, card: PublishedCard | None) -> Iterator[str]:
    """Yield the departments whose counts *entry* changes; it is about *card*."""
    moves = (entry.was, entry.was_in) != (entry.now, entry.department)
    if _has_lamp(entry) and entry.was and moves:
        yield entry.was_in
    is_counted = issues_card(entry) or flagged_sign(entry) or steps_of(entry)
    if (_has_lamp(entry) and entry.now and moves) or is_counted:
        yield entry.department
    if card is not None and card.is_issued:
        yield card.department


def _has_lamp(entry: LogEntry) -> bool:
    """Return whether the lamp of its case is counted: only a permit has an applicant."""
    return kind_of(entry.case) == "permit"
