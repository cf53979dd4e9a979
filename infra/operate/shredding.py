"""Have a case shredded: ask for it once, and check until nothing of it can be read any more.

The functions do it (`lambdas/appending.py`). Crash here: nothing is lost, the next call
finds the request on record.
"""

from collections.abc import Sequence

from msgspec import Struct

from chalicelib.cases.case_id import card_case, card_id
from chalicelib.cases.stored_fact import Record
from chalicelib.errors import BadInput, Rejected
from chalicelib.intake.event import OURS
from chalicelib.intake.event_types import ISSUED_TYPES, Derived, Reported
from chalicelib.intake.shredding import shredding_event
from chalicelib.plumbing.services import Services

_ISSUED = ISSUED_TYPES | {Derived.CARD_PROPOSED}


class Shredded(Struct, frozen=True):
    """The state of a shredding: *n* is the number of its fact, None while it is not on record.

    *left* are the keys of facts whose private fields can still be read, *waiting* the inbox items
    that are no fact yet: their facts would come after the shredding.
    """

    case: str
    public: str
    n: int | None
    left: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Return whether nothing that was reported before can be read here."""
        return self.n is not None and not self.left and not self.waiting


def ask_shredding(services: Services, case: str, basis: str) -> int:
    """Ask for *case* to be shredded on the legal *basis* (依据); return the number of the request.

    A request is made once until it is done, and not again before a new report. Raises BadInput
    where there is no such case, or it is being shredded on another basis.
    """
    records = records_of(services, case)
    numbers = [record.fact.n for record in records if record.fact.kind == Reported.CASE_SHREDDED]
    is_new = any(record.fact.told for record in records[(numbers or [-1])[-1] + 1 :])
    if numbers and not is_new and not _waiting(services, case, records):
        return len(numbers) - 1
    now = services.now()
    event = shredding_event(case, len(numbers), basis, now)
    try:
        services.inbox.put_own_event(case, event["id"], event, now)
    except Rejected as refusal:
        zh, en = "正以另一依据粉碎", "it is being shredded on another ground"
        raise BadInput(zh=zh, en=en, where=case) from refusal
    return len(numbers)


def check_shredding(services: Services, case: str, number: int) -> Shredded:
    """Return the state of the *number*-th shredding of *case*."""
    records = records_of(services, case)
    key = f"{OURS}/shredded/{number}"
    n = next((record.fact.n for record in records if record.fact.key == key), None)
    snapshot = services.cases.get(case)
    is_counted = n is not None and snapshot is not None and snapshot.n > n
    before = {record.fact.key for record in records[: n or 0]}
    return Shredded(
        case=case,
        public=records[0].public_case,
        n=n if is_counted else None,
        left=tuple(sorted(before & services.vault.all_disclosures(case).keys())),
        waiting=tuple(_waiting(services, case, records)),
    )


def cards_of(services: Services, case: str) -> list[str]:
    """Return the cases of the cards of *case* in which something private is kept."""
    records = records_of(services, case)
    issued = (record for record in records if record.fact.kind in _ISSUED)
    cards = (card_id(record.public_case, record.fact.n) for record in issued)
    return [name for name in map(card_case, cards) if services.vault.disclosures(name)]


def _waiting(services: Services, case: str, records: Sequence[Record]) -> list[str]:
    on_record = {record.cause for record in records if record.fact.told}
    pending = [*services.inbox.waiting(case), *services.inbox.quarantined_in(case)]
    return [item.id for item in pending if item.event and item.id not in on_record]


def records_of(services: Services, case: str) -> list[Record]:
    """Return the facts of *case* as stored. Raises BadInput where there is no such case."""
    records = services.facts.of_case(case)
    if not records:
        zh, en = "没有此件的记录，请核对 单位:编号", "nothing is on record of such a case"
        raise BadInput(zh=zh, en=en, where=case)
    return records
