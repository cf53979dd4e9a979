"""The projection: what each log entry changes in the departments' tallies and the published cards.

Pure: what is stored and entries in, changes out. Nothing is ever counted twice, because each tally
and each card remembers through which index it has counted: applying the same entries again, in
pieces or together, changes nothing. Nothing personal gets here: no title, no applicant, no free
text. A proposed card is nobody's yet, and is not published.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.board.marks import Mark, after, subject_of
from chalicelib.cases.kind import kind_of
from chalicelib.feed.entry import LAMPS, LogEntry
from chalicelib.intake.event_types import ISSUED_TYPES, Derived
from chalicelib.policy.ladder import LEVELS

COUNTS = ("cards", "revoked", "lost", "escalated")


def _no_cards() -> dict[str, int]:
    return dict.fromkeys(LEVELS, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases of a department burn which lamp, and what cards it was ever issued.

    *cases* ever came to it; *flagged* says how many of them bear which sign of V-27. Of its *cards*
    some are *revoked*, some have *lost* their ground, all others are in force; *escalated* counts
    by the level that was reached.
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


@dataclass(frozen=True, slots=True)
class CardIssue:
    """A warning or card as it is published. *case* is the internal number: stored, never shown.

    *at* is the legal instant; *due_at* is when the clock that the card is about was due, "" where
    it is about none, provisional where a calendar is *missing*. A person *confirmed* a proposal.
    """

    index: int
    card: str
    case: str
    n: int
    public_case: str
    level: str
    rule: str
    ground: str
    basis: str
    department: str
    region: str
    item: str
    at: str
    due_at: str
    noticed_at: str
    outage: bool
    missing: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Through:
    """How far the board follows the log: the next index, and when the last entry was recorded."""

    index: int
    at: str


@dataclass(frozen=True, slots=True)
class Published:
    """A card with what later news did to it."""

    card: CardIssue
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class PublishedCard:
    """What is known of a card: its issue, and what later news did; either may come first."""

    id: str
    card: CardIssue | None = None
    mark: Mark | None = None

    @property
    def index(self) -> int:
        """Through which index it is known."""
        return max(self.card.index if self.card else -1, self.mark.index if self.mark else -1)

    def counted(self) -> Counter[tuple[str, str]]:
        """What it counts for in its department: (which count, level)."""
        if self.card is None:
            return Counter()
        level, mark = self.card.level, self.mark or Mark(self.id)
        found = Counter({("cards", level): 1})
        if not mark.stands:
            found["revoked" if mark.state == "revoked" else "lost", level] = 1
        found.update(("escalated", fact.data["level"]) for fact in mark.escalations)
        return found


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run of entries changes, as (stored, new): the tallies, and the cards in log order."""

    tallies: tuple[tuple[Tally, Tally], ...]
    cards: tuple[tuple[PublishedCard, PublishedCard], ...]


def project(
    tallies: Mapping[str, Tally], cards: Mapping[str, PublishedCard], entries: Iterable[LogEntry]
) -> Changes:
    """Say what *entries*, in log order, change beside the *tallies* and *cards* that are stored."""
    counted, known = dict(tallies), dict(cards)
    for entry in entries:
        before = after_it = PublishedCard("")
        if name := named(entry):
            before = known.get(name) or PublishedCard(name)
            after_it = known[name] = _published(before, entry)
        for department in _departments(entry, after_it.card):
            tally = counted.get(department) or Tally(department)
            counted[department] = count(tally, entry, before, after_it)
    return Changes(
        tuple(
            (tallies.get(name) or Tally(name), tally)
            for name, tally in sorted(counted.items())
            if tally != tallies.get(name)
        ),
        tuple(
            (cards.get(name) or PublishedCard(name), card)
            for name, card in known.items()
            if card != cards.get(name)
        ),
    )


def named(entry: LogEntry) -> str:
    """The id of the card that *entry* issues or is about; empty where there is none."""
    return entry.card if issues(entry) else subject_of(entry)


def departments(entries: Iterable[LogEntry], cards: Mapping[str, PublishedCard]) -> list[str]:
    """Name the departments whose tallies *entries* change, each once; "" is one like the others.

    *cards* are those stored that the entries are about.
    """
    found: set[str] = set()
    for entry in entries:
        card = cards.get(named(entry))
        found.update(_departments(entry, card.card if card else None))
    return sorted(found)


def count(tally: Tally, entry: LogEntry, before: PublishedCard, after_it: PublishedCard) -> Tally:
    """Count *entry*, and what it made of a card, in *tally*, unless it was counted there before."""
    if entry.index <= tally.through:
        return tally
    lamps, cases, flags = dict(tally.lamps), tally.cases, tally.flagged
    if _has_lamp(entry) and entry.was and entry.was_in == tally.department:
        lamps[entry.was] -= 1
    if _has_lamp(entry) and entry.now and entry.department == tally.department:
        lamps[entry.now] += 1
        cases += not entry.was or entry.was_in != entry.department
    if entry.department == tally.department and (sign := flagged(entry)):
        flags = {**flags, sign: flags.get(sign, 0) + 1}
    counts: Any = {name: dict(getattr(tally, name)) for name in COUNTS}
    if after_it.card is not None and after_it.card.department == tally.department:
        change = after_it.counted()
        change.subtract(before.counted())
        for (name, level), number in change.items():
            counts[name][level] += number
    new = replace(tally, lamps=lamps, cases=cases, flagged=flags, **counts)
    return tally if new == tally else replace(new, through=entry.index)


def issues(entry: LogEntry) -> bool:
    """Whether *entry* issues a warning or card; to a whole department a higher level can come."""
    is_high = entry.kind == Derived.CASE_ESCALATED and kind_of(entry.case) == "department"
    return entry.alert is not None and (is_high or entry.kind in ISSUED_TYPES)


def issued(entry: LogEntry) -> CardIssue | None:
    """Read the warning or card that *entry* issues, if it does."""
    if entry.alert is None or not issues(entry):
        return None
    told: Mapping[str, Any] = entry.alert
    return CardIssue(
        index=entry.index,
        card=entry.card,
        case=entry.case,
        n=entry.n,
        public_case=entry.public_case,
        level=told["level"],
        rule=told["rule"],
        ground=told.get("ground") or "",
        basis=told.get("basis") or "",
        department=entry.department,
        region=told.get("region") or "",
        item=told.get("item") or "",
        at=entry.at,
        due_at=told["due_at"] if told.get("clock") else "",
        noticed_at=told["noticed_at"],
        outage=told.get("noticed") == "outage",
        missing=told.get("missing") or "",
        confirmed=told.get("card", entry.n) != entry.n,
    )


def flagged(entry: LogEntry) -> str:
    """The sign of V-27 that *entry* flags its case with; empty where it does not."""
    if entry.alert is None or entry.kind != Derived.DATA_FLAGGED:
        return ""
    return str(entry.alert["sign"])


def _published(before: PublishedCard, entry: LogEntry) -> PublishedCard:
    card = issued(entry)
    if card is not None:
        return before if before.card else replace(before, card=card)
    return replace(before, mark=after(before.mark or Mark(before.id), entry))


def _departments(entry: LogEntry, card: CardIssue | None) -> Iterator[str]:
    """The departments whose counts *entry* changes, *card* being the one it is about."""
    moves = (entry.was, entry.was_in) != (entry.now, entry.department)
    if _has_lamp(entry) and entry.was and moves:
        yield entry.was_in
    if (_has_lamp(entry) and entry.now and moves) or issues(entry) or flagged(entry):
        yield entry.department
    if card is not None:
        yield card.department


def _has_lamp(entry: LogEntry) -> bool:
    """Whether the lamp of its case is counted: only a permit is one that somebody applied for."""
    return kind_of(entry.case) == "permit"
