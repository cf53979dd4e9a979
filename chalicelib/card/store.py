"""The states of cards at this moment, the acts of people about them, the sources of their papers.

A paper stays what it was (ADR 0057). So each level is drafted by the rules that its fact names: the
profile is found by its hash among the documents that the log states, the calendar among those that
were ever in force.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from chalicelib.card.acts import ActRequest
from chalicelib.card.drafting import Dossier, papers
from chalicelib.card.state import CardState, fold_card
from chalicelib.card.view import Numbers
from chalicelib.cases.case_id import card_case
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import Record
from chalicelib.cases.waiting import join_waiting, read_with_waiting
from chalicelib.errors import Conflict, Corrupt, Rejected
from chalicelib.instant import MILLISECOND
from chalicelib.intake.event_types import Reported
from chalicelib.intake.idempotency import name_request, refuse_other_use
from chalicelib.log.objects import rules_path
from chalicelib.papers.paper import Paper
from chalicelib.plumbing.services import Services
from chalicelib.policy.dated_profile import read_dated_profile
from chalicelib.policy.papers import PaperName
from chalicelib.policy.profile import Profile

if TYPE_CHECKING:  # the stores are heavy; the caller has them already
    from chalicelib.cases.fact_store import Facts
    from chalicelib.intake.store import Inbox
    from chalicelib.intake.taken import ReceivedEvent


class CardOnRecord(NamedTuple):
    """A card's *state* with all reported acts, and the *records* of those that are facts already.

    *wait* are the acts that are no fact yet; *last_key* is the key of the last fact, or of the last
    act that waits.
    """

    state: CardState
    records: Sequence[Record]
    wait: Sequence[Fact] = ()
    last_key: str | None = None

    @property
    def last_received_at(self) -> datetime | None:
        """When the last act that is no fact yet was received."""
        return max((fact.recorded_at for fact in self.wait), default=None)

    def after(self, now: datetime) -> datetime:
        """Return when an act that comes *now* is received: later than all acts that wait.

        So two acts within a millisecond, or on two machines, are judged in the order they came.
        """
        last = self.last_received_at
        return now if last is None else max(now, last + MILLISECOND)


MustFit = Callable[[CardOnRecord], None]
"""Raises Rejected (409) where the requested act does not fit a card as it is on record."""


class CardStates:
    """Reads the states of cards, and records the acts of people."""

    def __init__(self, facts: "Facts", inbox: "Inbox") -> None:
        self._facts = facts
        self._inbox = inbox

    def read_card(self, card: str) -> CardOnRecord:
        """Read the present state of *card*; it has no opening where there is no such card."""
        records, wait = read_with_waiting(self._facts, self._inbox, card_case(card))
        case = join_waiting(records, wait)
        last_key = case.facts[-1].key if case.facts else None
        return CardOnRecord(fold_card(case), records, wait, last_key)

    def take(
        self, request: ActRequest, card: CardOnRecord, key: str, must_fit: MustFit, now: datetime
    ) -> "ReceivedEvent | None":
        """Record an act once: once for each *key*, or without a key if it is the first.

        Return the recorded act; None where an earlier one, perhaps somebody else's, counts.
        """
        if key:
            return self._under_key(request, card, key, must_fit, now)
        return self._in_turn(request, card, must_fit, now)

    def _under_key(
        self,
        request: ActRequest,
        on_record: CardOnRecord,
        key: str,
        must_fit: MustFit,
        now: datetime,
    ) -> "ReceivedEvent":
        """Record an act under *key*; a repetition gets the same answer, other content is refused.

        Two requests at the same moment, each under its own key, are both recorded. The second is
        set aside where the card is judged, and an annotation in its history records that.
        """
        card, name = on_record.state.card, name_request(key, request.actor)
        event = request.event(card, name, on_record.after(now))
        with refuse_other_use("card"):
            earlier = self._inbox.find_act(event)
        if earlier is not None:
            return earlier
        must_fit(on_record)
        with refuse_other_use("card"):
            done = self._inbox.put_act(event, signed=request.stored_signature)
        return done._replace(outcome="recorded")

    def _in_turn(
        self, request: ActRequest, card: CardOnRecord, must_fit: MustFit, now: datetime
    ) -> "ReceivedEvent | None":
        """Record the first request for an act; a later one is a duplicate, or is refused (409).

        Words are never dropped: only a request that adds none to the first is its duplicate.
        """
        state = card.state
        if request.is_taken(state):
            return None
        must_fit(card)
        event = request.event(state.card, request.name(state), card.after(now))
        try:
            act = self._inbox.put_act(event)
            if act.outcome == "recorded":
                return act
        except Rejected as refusal:
            if refusal.status != HTTPStatus.CONFLICT:
                raise
        # Somebody took it at this moment: that one counts now.
        now_on_record = self.read_card(state.card)
        if request.is_taken(now_on_record.state):
            return None
        must_fit(now_on_record)
        zh = f"{request.act} 刚有人办过，又被退回"
        raise Conflict(zh, f"{request.act} was taken and given back")


def confirmers(services: Services, card: CardOnRecord) -> set[str]:
    """Return who confirmed the card, or that it climbs: persons and keys, and the keys' owners.

    An actor is private, so he is in the vault, or in the act that is no fact yet. After a shredding
    of the card nobody is known.
    """
    kept = services.vault.private_fields(card_case(card.state.card))
    acts: list[tuple[Fact, Mapping[str, object]]]
    acts = [(record.fact, kept.get(record.fact.key, {})) for record in card.records]
    acts += [(fact, fact.data) for fact in card.wait]
    confirmed = (fields for fact, fields in acts if fact.kind == Reported.CARD_CONFIRMED)
    actors = {str(fields["actor"]) for fields in confirmed if "actor" in fields}
    holders = filter(None, map(services.keys.holder, sorted(actors)))
    return actors | {holder.owner for holder in holders if holder.owner}


def papers_of(
    services: Services, card: CardOnRecord, numbers: Numbers | None = None
) -> Mapping[PaperName, Paper]:
    """Draft the papers of a card that may be seen. Raises Corrupt where its rules are lost.

    *numbers* are its published numbers, where they are read already.
    """
    reveal = services.name_tokens.reveal
    facts = (replace(record.fact, data=reveal(record.fact.data)) for record in card.records)
    numbers = numbers_of(services, card.state.card) if numbers is None else numbers
    return papers(Dossier(CaseHistory(facts), numbers, partial(rules_of, services)))


def numbers_of(services: Services, card_id: str) -> Numbers:
    """Return the published numbers of a card; the board has them a moment after the registers."""
    published = services.board.card(card_id)
    numbers = published.numbers if published else {}
    return {
        level: (number.year, number.number, number.written) for level, number in numbers.items()
    }


def rules_of(services: Services, fact: Fact) -> Rules:
    """Return the rules that *fact* names. Raises Corrupt where they are not there any more."""
    region = fact.text("region")
    rules = services.rules(region)
    policy, calendar = fact.text("policy"), fact.text("calendar")
    if policy not in ("", rules.profile.reference):
        rules = replace(rules, profile=_profile_named(services, policy, region))
    if calendar not in ("", rules.calendar.version):
        named = services.calendars.named(calendar, services.region_of(region))
        rules = replace(rules, calendar=named)
    return rules


def _profile_named(services: Services, reference: str, region: str) -> Profile:
    """Return the profile that *reference* names, in force in *region* now or before.

    The log stated its text before it was in force, and that lies beside the log for ever.
    Raises Corrupt where it does not.
    """
    now = services.profile(region)
    if now.reference == reference:
        return now
    digest = reference.partition("@sha256:")[2][:64]
    body = services.objects.get(rules_path(digest)) if digest else None
    if body is None:
        zh = f"日志旁没有规则 {reference} 的文本"
        raise Corrupt(zh, f"the text of the profile {reference} is not beside the log")
    then = read_dated_profile(body.decode(), reference).named(reference)
    return then.with_instrument(services.made_up_instrument)
