"""Gather: all facts on record of a case, and all that was reported of it and is not a fact yet.

A stream's record only names the case. The reported events are read from the inbox. So the first run
after an outage has every event that arrived meanwhile, and no card is issued on half of them.

A fact has a token in place of a name that nothing knows (CLAIMS §2); the name goes to the vault. A
case keeps the spelling under which a name was first reported: so a stage is entered and left under
one name, even if the name becomes known in between.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.cases.decision import LATE, NOT_YET, WHENEVER
from chalicelib.cases.fact import Fact
from chalicelib.cases.from_event import told_fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.stored_fact import Record
from chalicelib.errors import SENSELESS, Conflict
from chalicelib.instant import parse, text
from chalicelib.intake.event import OURS
from chalicelib.intake.inbox_id import reported_id
from chalicelib.intake.signed_body import read_signed
from chalicelib.lambdas.backlog import is_catching_up
from chalicelib.lambdas.item_terms import read_item_terms
from chalicelib.log.receipts import event_disclosure
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.name_tokens import is_token
from chalicelib.plumbing.services import Services
from chalicelib.policy.names import NAMED, NameKind
from chalicelib.vault.redaction import redact

if TYPE_CHECKING:  # the stores are heavy; `current_services` imports them when they are needed
    from chalicelib.intake.pending_store import InboxItem
    from chalicelib.vault.store import CaseSecret

MOST = 50  # events of a case that are taken at once: each is judged with all before it
_JUDGED = 20_000  # facts that they are judged with, added up: a long case has fewer taken at once
_TRIES = 2  # an item that was brought on twice and is still unreadable is quarantined


class InboxRecord(Struct, frozen=True):
    """The inbox item that a stream's record is about; a nudge was *swept_at* an instant.

    *others* are the items of the case that earlier records of the same batch are about. It waits
    *since* an instant of the wall clock. While the stage catches up, a nudge also says *until* when
    it is the case's turn.
    """

    case: str
    id: str
    swept_at: datetime | None = None
    others: tuple[str, ...] = ()
    since: str | None = None
    until: datetime | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """All items that the records are about, in their order."""
        return *self.others, self.id


class NewFact(Struct, frozen=True):
    """A *fact* to be written; *cause* is the inbox item that led to it.

    The *private* fields go to the vault; *promised* is the text that the receipt of its event
    commits to.
    """

    fact: Fact
    cause: str
    private: Mapping[str, object] = field(default_factory=dict)
    promised: str = ""


class GatheredCase(Struct, frozen=True, dict=True):
    """What a case is judged by *now*: its *records*, the new reported facts, the *pending* items.

    Its *snapshot* has judged some of the records or all of them; None if there is none yet. Of the
    pending items some may be *unreadable*.
    """

    records: Sequence[Record]
    snapshot: CaseSnapshot | None
    told: Sequence[NewFact]  # the new reported facts
    pending: frozenset[str]
    now: datetime
    secret: "CaseSecret | None"  # the case's, as it was then; read only if an event is reported
    until: datetime  # its turn: later facts are left to the next one
    unreadable: frozenset[str] = frozenset()
    hopeless: frozenset[str] = frozenset()  # the unreadable ones that were tried often enough
    rest: str = ""  # the first item that was reported and is not taken yet

    @cached_property
    def on_record(self) -> CaseHistory:
        """The facts on record."""
        return CaseHistory(record.fact for record in self.records)

    def told_from(self, n: int) -> list[NewFact]:
        """Return the new reported facts, numbered from *n* on."""
        return [replace(new, fact=new.fact.numbered(n + i)) for i, new in enumerate(self.told)]


def gather(services: Services, inbox_record: InboxRecord) -> GatheredCase:
    """Return the facts, snapshot and new reports of the case of *inbox_record*.

    It is judged at the latest instant among ours, the sweep's and those of its facts. The clocks of
    functions differ, and time must not run backwards in a case, or an issued card would lose its
    ground.
    """
    records = services.facts.of_case(inbox_record.case)
    snapshot = services.cases.get(inbox_record.case) if records else None
    if snapshot is not None and snapshot.n > len(records):
        raise Conflict("两次读取之间写入了事实", "facts were written between the two reads")
    causes = {record.cause for record in records if record.fact.told}
    pending = services.inbox.waiting(inbox_record.case, len(causes), inbox_record.ids)
    untold = [item for item in pending if item.event and item.id not in causes]
    secret = services.vault.secret(inbox_record.case, is_new=not records) if untold else None
    if secret and secret.since >= len(records):
        raise Conflict("两次读取之间此案已粉碎", "it was shredded between the two reads")
    most = max(1, min(MOST, _JUDGED // max(1, len(records))))
    told = list(islice(_read_reported(services, records, untold, secret), most)) if secret else []
    tried = untold
    if len(told) == most:
        tried = untold[: 1 + [item.id for item in untold].index(told[-1].cause)]
    rest = untold[len(tried)].id if len(tried) < len(untold) else ""
    facts = [*(record.fact for record in records), *(new.fact for new in told)]
    swept_at = [inbox_record.swept_at] if inbox_record.swept_at else []
    now = max([services.now(), *swept_at, *(fact.recorded_at for fact in facts)])
    until = NOT_YET if rest else _turn(services, inbox_record, untold, snapshot, now)
    ids = frozenset(item.id for item in pending)
    unread = {item.id: item for item in tried if item.id not in {new.cause for new in told}}
    hopeless = frozenset(name for name, item in unread.items() if (item.tries or 0) >= _TRIES)
    unreadable = frozenset(unread)
    return GatheredCase(
        records, snapshot, told, ids, now, secret, until, unreadable, hopeless, rest
    )


def _turn(
    services: Services,
    inbox_record: InboxRecord,
    untold: Sequence["InboxItem"],
    snapshot: CaseSnapshot | None,
    now: datetime,
) -> datetime:
    """Return up to which instant it is the case's turn: a nudge names it.

    News that waited for this stage is recorded, and the rest is left to the sweep. So are the facts
    that follow from news of a case in the backlog, while the sweep works on the backlog.
    """
    if inbox_record.swept_at is not None:
        return inbox_record.until or WHENEVER
    wall = services.wall()
    waits = [inbox_record.since, *(item.pending_since for item in untold)]
    if any(since < text(wall - LATE) for since in waits if since):
        return NOT_YET
    wake_at = snapshot.wake_at if snapshot else None
    is_overdue = wake_at is not None and wake_at < now - LATE
    return NOT_YET if is_overdue and is_catching_up(services, wall) else WHENEVER


def _read_reported(
    services: Services,
    records: Sequence[Record],
    untold: Sequence["InboxItem"],
    secret: "CaseSecret",
) -> Iterator[NewFact]:
    """Yield the facts of the events in *untold*, in the order of receipt.

    One that cannot be read stops only itself: it is tried again within minutes, then quarantined.
    """
    on_record = {record.cause: record.fact.key for record in records if record.fact.told}
    facts = [record.fact for record in records]
    for item in untold:
        try:
            event = json.loads(item.event or "")
            new = _read_event(services, item, event, facts, secret.key)
            new = replace(new, fact=_find_corrected(new.fact, event["data"], on_record))
        except Conflict:
            raise  # a lost race says nothing about the item
        except SENSELESS:
            # Neither its name nor its case's is logged: either may be that of a person.
            telemetry.logger.exception("not readable", public_case=secret.public, tries=item.tries)
            continue
        facts.append(new.fact)
        yield new


def _read_event(
    services: Services,
    item: "InboxItem",
    event: Mapping[str, Any],
    facts: Sequence[Fact],
    secret: bytes,
) -> NewFact:
    """Return the fact of one reported event, recorded as of its receipt: later delay is ours."""
    split = redact(event["data"], by_us=event["source"] == OURS)
    received_at = parse(item.received_at or item.pending_since or "")
    terms, details = read_item_terms(services, event, facts, received_at)
    data, private = {**split.open, **details}, split.private
    if event["source"] != OURS:
        is_listed = terms is not None and bool(terms.catalogue)
        data, names = hide_unknown(services, data, facts, is_listed=is_listed)
        if names:
            private = {**private, "names": names}
            data["given"] = sorted(private)
    fact = told_fact(event, data, received_at, terms, secret=secret)
    promised = event_disclosure(event, bytes.fromhex(item.salt)) if item.salt else ""
    if item.signed:
        key, signed = read_signed(item.signed)
        fact, private = replace(fact, signed=key), {**private, **signed}
    return NewFact(fact, item.id, private, promised)


def _find_corrected(
    correction: Fact, data: Mapping[str, Any], on_record: Mapping[str, str]
) -> Fact:
    """Return *correction* with the key of its event on record; a shredding changes later keys."""
    if not correction.corrects:
        return correction
    key = on_record.get(reported_id(data["event"]), correction.corrects)
    return replace(correction, corrects=key)


def hide_unknown(
    services: Services, data: Mapping[str, Any], facts: Sequence[Fact], *, is_listed: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the open *data* with tokens for unknown names, and the names by their tokens.

    *facts* are those of its case so far. Where the item *is_listed*, it and its department, which
    is the catalogue's then, need not be looked up. Crash: a token is stored that no fact has.
    """
    spelt = {text for fact in facts for _, text in _names_in(fact.data)}
    known = {data.get("item"), data.get("department")} if is_listed else set()
    has_tokens = any(map(is_token, spelt))
    hidden: dict[str, str] = {}
    for kind, name in dict.fromkeys(_names_in(data)):
        is_spelt = has_tokens and services.name_tokens.make(name) in spelt
        if not is_spelt and (name in spelt or name in known):
            continue
        if is_spelt or not services.known_names.knows(kind, name, fresh=True):
            hidden[services.name_tokens.keep(name)] = name
    tokens = {name: token for token, name in hidden.items()}
    return (_replaced(data, tokens) if tokens else dict(data)), hidden


def _names_in(data: Mapping[str, Any]) -> Iterator[tuple[NameKind, str]]:
    for attribute, kind in NAMED.items():
        if isinstance(name := data.get(attribute), str) and name:
            yield kind, name
    for part in data.get("parts") or ():
        yield from _names_in(part)


def _replaced(data: Mapping[str, Any], tokens: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: [_replaced(part, tokens) for part in value]
        if name == "parts"
        else tokens.get(value, value)
        if name in NAMED
        else value
        for name, value in data.items()
    }
