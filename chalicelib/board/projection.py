"""The projection: how log entries change the departments' tallies and the published cards.

Pure: stored values and entries in, changes out. Each tally and each card has the index through
which it has counted. So the same entries again, in pieces or together, change nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.board.counted import CASES, STEPS, Added, added_by
from chalicelib.board.published_card import PublishedCard, apply_entry, card_id_of
from chalicelib.cases.stored_fact import LAMPS
from chalicelib.feed.entry import LogEntry
from chalicelib.policy.ladder import PUBLIC_LEVELS

COUNTS = ("cards", "revoked", "lost", "escalated")


def _no_cards() -> dict[str, int]:
    return dict.fromkeys(PUBLIC_LEVELS, 0)


class Tally(Struct, frozen=True):
    """The counts of a department: its cases by lamp, and the cards that it was ever issued.

    *cases* is the number that ever came to it and enter the rates; *flagged* counts them by sign of
    V-27. Of its *cards* some are *revoked*, some have *lost* their ground, all others are in force.
    *escalated* counts by the level that was reached. *steps* counts what happened to late news
    (contested 待认定, accepted 采信, refused 不采信, overdue 逾期), the cases that were closed and
    those of them that ended without a decision, the working days of closed cases and those that
    pauses excluded, and the cases that are left out of all rates, by why.
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


class Through(Struct, frozen=True):
    """How far the board follows the log: the next index, and when the last entry was recorded."""

    index: int
    at: str


class Changes(Struct, frozen=True):
    """The changes of a run of entries, as (stored, new): tallies, and cards in log order."""

    tallies: tuple[tuple[Tally, Tally], ...]
    cards: tuple[tuple[PublishedCard, PublishedCard], ...]


Earlier = Mapping[int, Sequence[LogEntry]]
"""By the index of an entry that changes its past: the entries of its case before it."""


def project(
    tallies: Mapping[str, Tally],
    cards: Mapping[str, PublishedCard],
    entries: Iterable[LogEntry],
    earlier: Earlier,
) -> Changes:
    """Return the changes that *entries*, in log order, make to the stored *tallies* and *cards*."""
    counted, changed = dict(tallies), dict(cards)
    for entry in entries:
        before = after = PublishedCard("")
        if card_id := card_id_of(entry):
            before = changed.get(card_id) or PublishedCard(card_id)
            after = changed[card_id] = apply_entry(before, entry)
        added = added_by(entry, earlier.get(entry.index, ()))
        for department in _departments(entry, after, added):
            tally = counted.get(department) or Tally(department)
            counted[department] = _count_entry(tally, entry, (before, after), added)
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
    entries: Iterable[LogEntry], cards: Mapping[str, PublishedCard], earlier: Earlier
) -> list[str]:
    """Return the departments whose tallies *entries* change, each once; "" is one of them too.

    *cards* are the stored ones that the entries are about.
    """
    names: set[str] = set()
    for entry in entries:
        added = added_by(entry, earlier.get(entry.index, ()))
        names.update(_departments(entry, cards.get(card_id_of(entry)), added))
    return sorted(names)


def _count_entry(
    tally: Tally, entry: LogEntry, card: tuple[PublishedCard, PublishedCard], added: Added
) -> Tally:
    """Return *tally* with *entry* and the change of a *card* counted, each entry only once."""
    if entry.index <= tally.through:
        return tally
    before, after = card
    lamps = dict(tally.lamps)
    if entry.was and entry.was_in == tally.department:
        lamps[entry.was] -= 1
    if entry.now and entry.department == tally.department:
        lamps[entry.now] += 1
    counts: Any = {name: dict(getattr(tally, name)) for name in COUNTS}
    if after.is_issued and after.department == tally.department:
        change = after.counts()
        change.subtract(before.counts())
        for (name, level), number in change.items():
            counts[name][level] += number
    new = replace(_rate(tally, added), lamps=lamps, **counts)
    return tally if new == tally else replace(new, through=entry.index)


def _rate(tally: Tally, added: Added) -> Tally:
    """Return *tally* with what is *added* to the counts of its rates; a count of 0 is left out."""
    own = {name: number for (place, name), number in added.items() if place == tally.department}
    if not own:
        return tally
    steps, flagged = Counter(tally.steps), Counter(tally.flagged)
    for name, number in own.items():
        if name != CASES:
            (steps if name in STEPS else flagged)[name] += number
    return replace(
        tally,
        cases=tally.cases + own.get(CASES, 0),
        flagged={name: number for name, number in flagged.items() if number},
        steps={name: number for name, number in steps.items() if number},
    )


def _departments(entry: LogEntry, card: PublishedCard | None, added: Added) -> Iterator[str]:
    """Yield the departments whose counts *entry* changes; it is about *card*."""
    moves = (entry.was, entry.was_in) != (entry.now, entry.department)
    if entry.was and moves:
        yield entry.was_in
    if entry.now and moves:
        yield entry.department
    if entry.issues_card:
        yield entry.data.get("department") or ""
    yield from (department for department, _ in added)
    if card is not None and card.is_issued:
        yield card.department
