"""A published card (牌): as it was issued, and its later states, numbers and re-checks.

Pure. All of it is read from the log: the issue and a re-check from the case of the finding, the
later acts from the card's own case, a number from the register. The log has these cases in no sure
order, so any of them may come before the issue. A revoked card keeps its number and is counted
apart, and so is one that lost its ground (DOMAIN §3.4, APP-02 and APP-03). Nothing personal gets
here: no title, no applicant, no free text. A proposal is not published, of a card or of a step up.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib import instant
from chalicelib.card.stages import CardStage
from chalicelib.card.state import fold_card
from chalicelib.cases.case_id import card_id, kind_of, number_in, parts_of
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.feed.entry import LogEntry
from chalicelib.findings.instrument import Form, form_of
from chalicelib.intake.event_types import Derived

Status = Literal["issued", "rechecked", "annulled"]
# The fields of a card that its issue may lack: "" then.
_TEXTS = ("ground", "instrument", "basis_kind", "department", "region", "item", "missing")
# The fields that `fold_card`, the counts and the pages read.
_FOLDED = ("card", "level", "outcome", "verdict", "ground", "basis_kind", "instrument")


class CardFact(Struct, frozen=True):
    """Fact *n* of a card's own case, with the fields from which the card's state is folded."""

    n: int
    kind: str
    at: str
    told: bool
    data: Mapping[str, str] = field(default_factory=dict)

    def fact(self) -> Fact:
        """Return it as a fact."""
        at = instant.parse(self.at)
        return Fact(self.n, self.kind, "", at, at, told=self.told, data=self.data)


class Number(Struct, frozen=True):
    """The number that the register of a level and *year* gave, as it was *written* then."""

    number: int
    year: int
    written: str


class PublishedCard(Struct, frozen=True):
    """A warning or card as the board has it, by its id *card*.

    The fields from *index* to *confirmed* are from the entry that issued it; *index* is -1 before.
    *case* is the internal number: stored, never shown. *at* is the legal instant. *due_at* is when
    the clock that the card is about was due, "" where it is about none, provisional where a
    calendar is *missing*. *confirmed*: a person confirmed a proposal. *words* are what its item,
    rule and ground were called when it was issued (`card/words.py`).

    The other fields are from later entries. *status_index* and *status_at* are those of the latest.
    *reached* is the state by the *steps* of the card's own case. *verdict* is that of the last
    re-check, "" before any, and *reason* its reason. *numbers* are by level.
    """

    card: str
    index: int = -1
    case: str = ""
    n: int = -1
    public_case: str = ""
    level: str = ""
    rule: str = ""
    ground: str = ""
    basis: str = ""
    instrument: str = ""
    basis_kind: str = ""
    department: str = ""
    region: str = ""
    item: str = ""
    at: str = ""
    due_at: str = ""
    noticed_at: str = ""
    outage: bool = False
    missing: str = ""
    confirmed: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    status_index: int = -1
    status_at: str = ""
    reached: CardStage = "issued"
    verdict: str = ""
    reason: str = ""
    steps: tuple[CardFact, ...] = ()
    numbers: Mapping[str, Number] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        """How it goes out: in its colour by an instrument, as notice of a breach, as advice."""
        return form_of(self.level, self.instrument, self.basis_kind)

    @property
    def through(self) -> int:
        """The index of the last entry that is counted in it; -1 before any."""
        return max(self.index, self.status_index)

    @property
    def is_issued(self) -> bool:
        """Whether its issue is known; only then is it published."""
        return self.index >= 0

    @property
    def state(self) -> CardStage:
        """The state of the card, whether or not its own case knows of the last re-check."""
        return "lost" if self.verdict == "lost" and self.reached != "revoked" else self.reached

    @property
    def stands(self) -> bool:
        """Whether the card is in force: neither revoked nor without its ground."""
        return self.state not in ("revoked", "lost")

    @property
    def status(self) -> Status:
        """The last thing done to the card as it was issued."""
        if self.state == "revoked":
            return "annulled"
        return "rechecked" if self.verdict else "issued"

    @property
    def escalations(self) -> tuple[CardFact, ...]:
        """The escalations of the card, in order."""
        return tuple(
            fact for fact in self.steps if fact.kind == Derived.CASE_ESCALATED and not fact.told
        )

    def counts(self) -> Counter[tuple[str, str]]:
        """Return the numbers that it adds to its department's tally, by (which count, level)."""
        if not self.is_issued:
            return Counter()
        counts = Counter({("cards", self.level): 1})
        if not self.stands:
            counts["revoked" if self.state == "revoked" else "lost", self.level] = 1
        lawful = (fact for fact in self.escalations if not fact.data.get("basis_kind"))
        counts.update(("escalated", fact.data["level"]) for fact in lawful)
        return counts


def card_id_of(entry: LogEntry) -> str:
    """Return the id of the card that *entry* issues or changes; empty where it does neither.

    The entry must have its `own` where it needs one.
    """
    if entry.issues_card:
        return entry.card
    if _is_in_card(entry):
        return parts_of(entry.own)[0]
    # A fact that another case was notified of is read where it was derived.
    about = None if entry.told else entry.data.get("card")
    if entry.kind == Derived.CARD_NUMBERED and about is not None:
        return str(about)
    n = number_in(about) if entry.kind == Derived.CARD_RECHECKED else None
    return "" if n is None else card_id(entry.public_case, n)


def apply_entry(card: PublishedCard, entry: LogEntry) -> PublishedCard:
    """Return *card* after *entry*, which is about it; the same entry again changes nothing."""
    data = entry.data
    if entry.issues_card:
        return card if card.is_issued else _issue(card, entry)
    if entry.index <= card.status_index:
        return card
    if entry.kind == Derived.ESCALATION_PROPOSED:
        pass  # the card is at its level; the act by which a person decides is in its case alone
    elif _is_in_card(entry):
        steps = (*card.steps, _card_fact(entry))
        # By the same fold as in the card's own case, so that the two cannot differ.
        reached = fold_card(CaseHistory(fact.fact() for fact in steps)).state
        card = replace(card, steps=steps, reached=reached)
    elif entry.kind == Derived.CARD_NUMBERED:
        number = Number(int(data["number"]), int(data["year"]), data["written"])
        card = replace(card, numbers={**card.numbers, data["level"]: number})
    else:
        card = replace(card, verdict=data["verdict"], reason=data.get("reason") or "")
    return replace(card, status_index=entry.index, status_at=entry.at)


def _is_in_card(entry: LogEntry) -> bool:
    return bool(entry.own) and kind_of(entry.own) == "card"


def _issue(card: PublishedCard, entry: LogEntry) -> PublishedCard:
    data = entry.data
    return replace(
        card,
        **{name: getattr(entry, name) for name in ("index", "case", "n", "public_case", "at")},
        **{name: data[name] for name in ("level", "rule", "noticed_at")},
        **{name: data.get(name) or "" for name in _TEXTS},
        basis=data.get("basis") or data.get("breaks") or "",
        due_at=data["due_at"] if data.get("clock") else "",
        outage=data.get("noticed") == "outage",
        confirmed=data.get("card", entry.n) != entry.n,
        words=data.get("words") or {},
    )


def _card_fact(entry: LogEntry) -> CardFact:
    folded = {name: str(entry.data[name]) for name in _FOLDED if name in entry.data}
    return CardFact(entry.n, entry.kind, entry.at, told=entry.told, data=folded)
