"""The projection: what each log entry changes in the departments' tallies and the published cards.

Pure: stored tallies and entries in, changes out. Nothing is ever counted twice, because each tally
remembers through which index it has counted: applying the same entries again, in pieces or
together, changes nothing. Nothing personal gets here: no title, no applicant, no free text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from chalicelib.cards.flagging import FLAGGED
from chalicelib.cards.lamp import ISSUED
from chalicelib.feed.entry import LAMPS, Entry, card_id

LEVELS = ("warning", "yellow", "red")
Status = Literal["issued", "rechecked", "annulled"]
_LATER: dict[str, Status] = {"card.rechecked": "rechecked", "card.annulled": "annulled"}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases of a department burn which lamp, and how many cards it was ever issued.

    *cases* ever came to it; *flagged* says how many of them bear which sign of V-27.
    """

    department: str
    through: int = -1
    lamps: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(LAMPS, 0))
    cards: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    cases: int = 0
    flagged: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    """A warning or card as it is published. *case* is the internal number: stored, never shown.

    *at* is the legal instant; *due_at* is the due instant that the card is about, provisional
    where a calendar is *missing*.
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


@dataclass(frozen=True, slots=True)
class Mark:
    """What later news did to a card that was issued; whether it *stands*, it stays in place.

    *reason* says what kind of news that was.
    """

    card: str
    status: Status
    stands: bool
    index: int
    at: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Through:
    """How far the board follows the log: the next index, and when the last entry was recorded."""

    index: int
    at: str


@dataclass(frozen=True, slots=True)
class Published:
    """A card with what later news did to it."""

    card: Card
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run of entries changes: tallies as (stored, new), cards and marks in log order."""

    tallies: tuple[tuple[Tally, Tally], ...]
    cards: tuple[Card, ...]
    marks: tuple[Mark, ...]


def project(stored: Mapping[str, Tally], entries: Iterable[Entry]) -> Changes:
    """Say what *entries*, in log order, change beside the *stored* tallies of their departments."""
    now = dict(stored)
    cards: list[Card] = []
    marks: list[Mark] = []
    for entry in entries:
        for department in departments([entry]):
            now[department] = count(now.get(department) or Tally(department), entry)
        if (card := issued(entry)) is not None:
            cards.append(card)
        if (mark := marked(entry)) is not None:
            marks.append(mark)
    changed = tuple(
        (stored.get(name) or Tally(name), tally)
        for name, tally in sorted(now.items())
        if tally != stored.get(name)
    )
    return Changes(changed, tuple(cards), tuple(marks))


def departments(entries: Iterable[Entry]) -> list[str]:
    """Name the departments whose tallies *entries* change, each once; "" is one like the others."""
    names: set[str] = set()
    for entry in entries:
        moves = (entry.was, entry.was_in) != (entry.now, entry.department)
        if entry.was and moves:
            names.add(entry.was_in)
        if (entry.now and moves) or issued(entry) is not None or flagged(entry):
            names.add(entry.department)
    return sorted(names)


def count(tally: Tally, entry: Entry) -> Tally:
    """Count *entry* in *tally*, unless it has been counted there before."""
    if entry.index <= tally.through:
        return tally
    lamps, cards, cases, flags = dict(tally.lamps), dict(tally.cards), tally.cases, tally.flagged
    if entry.was and entry.was_in == tally.department:
        lamps[entry.was] -= 1
    if entry.department == tally.department:
        if entry.now:
            lamps[entry.now] += 1
            cases += not entry.was or entry.was_in != entry.department
        if (card := issued(entry)) is not None:
            cards[card.level] += 1
        if sign := flagged(entry):
            flags = {**flags, sign: flags.get(sign, 0) + 1}
    return replace(tally, through=entry.index, lamps=lamps, cards=cards, cases=cases, flagged=flags)


def issued(entry: Entry) -> Card | None:
    """Read the warning or card that *entry* issues, if it does."""
    if entry.alert is None or entry.kind not in ISSUED:
        return None
    told: Mapping[str, Any] = entry.alert
    return Card(
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
        due_at=told["due_at"],
        noticed_at=told["noticed_at"],
        outage=told.get("noticed") == "outage",
        missing=told.get("missing") or "",
    )


def flagged(entry: Entry) -> str:
    """The sign of V-27 that *entry* flags its case with; empty where it does not."""
    if entry.alert is None or entry.kind != FLAGGED:
        return ""
    return str(entry.alert["sign"])


def marked(entry: Entry) -> Mark | None:
    """Read what *entry* does to a card issued before it, if it does."""
    status = _LATER.get(entry.kind)
    if status is None or entry.alert is None:
        return None
    return Mark(
        card=card_id(entry.public_case, int(entry.alert["card"])),
        status=status,
        stands=entry.alert.get("verdict") == "stands",
        index=entry.index,
        at=entry.at,
        reason=entry.alert.get("reason") or "",
    )
