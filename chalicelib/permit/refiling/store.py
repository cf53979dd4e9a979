"""The cases that ended near their limit (撤回重报待查), by item: they are few.

    duban:ended/<item> / <case>   of whom it was, by digests under a key of its own; until when it
                                  may be handed in again; which cases are linked to it in doubt

They lie in the vault's table, which has no backup and no stream, and go with a shredding. Each is a
hint that spares the others a search. Whether a case ended so is judged again from its facts.
"""

import json
import secrets
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from pynamodb.attributes import UnicodeAttribute

from chalicelib.errors import Conflict
from chalicelib.instant import parse, text
from chalicelib.intake.event import OURS
from chalicelib.permit.refiling.state import MOST_IN_DOUBT, Marks, digest_marks
from chalicelib.plumbing.table import Table

_KEY_BYTES = 16


class EndedCaseItem(Table):
    """One case that ended, under its item."""

    case = UnicodeAttribute(hash_key=True)  # the vault's name of the key; here: of the item
    id = UnicodeAttribute(range_key=True)
    value = UnicodeAttribute()


class EndedCase(Struct, frozen=True):
    """A *case* of an *item*, which may be handed in again *until* an instant.

    *digests* are its applicant's marks under *key*. *stored* is its document as it was read.
    """

    item: str
    case: str
    until: datetime
    key: bytes
    digests: Marks
    in_doubt: tuple[str, ...] = ()
    stored: str = ""

    def document(self) -> str:
        """Return it as it is to be stored."""
        document = {
            "until": text(self.until),
            "key": self.key.hex(),
            "digests": {kind: sorted(each) for kind, each in self.digests.items()},
            "in_doubt": list(self.in_doubt),
        }
        return json.dumps(document, ensure_ascii=False, sort_keys=True)


class EndedCases:
    """Those of all items."""

    def __init__(self, table: str) -> None:
        class Item(EndedCaseItem):
            class Meta:
                table_name = table

        self._items = Item

    def of_item(self, item: str) -> list[EndedCase]:
        """Return the cases of *item*, read consistently: what was written before is among them."""
        found = self._items.query(_partition_of(item), consistent_read=True)
        return [_read(item, each) for each in found]

    def keep(self, item: str, case: str, until: datetime, marks: Marks) -> EndedCase:
        """Keep *case*, whose applicant has these *marks*; return it with what is stored of it.

        Crash after it: the next try finds it. Raises Conflict: another run was faster.
        """
        stored = next((each for each in self.of_item(item) if each.case == case), None)
        if stored is None:
            stored = EndedCase(item, case, until, secrets.token_bytes(_KEY_BYTES), {})
        digests = digest_marks(marks, stored.key)
        return self._save(replace(stored, until=until, digests=digests))

    def take_place(self, ended: EndedCase, case: str) -> EndedCase | None:
        """Give *case* one of the few places of those linked in doubt; None if all are taken.

        Crash after it: the next try finds its own place. Raises Conflict: another case was faster.
        """
        if case in ended.in_doubt:
            return ended
        if len(ended.in_doubt) >= MOST_IN_DOUBT:
            return None
        return self._save(replace(ended, in_doubt=(*ended.in_doubt, case)))

    def forget(self, item: str, case: str) -> None:
        """Remove *case*: it was shredded, or is not watched any more."""
        self._items(_partition_of(item), case).delete()

    def _save(self, ended: EndedCase) -> EndedCase:
        """Write *ended* unless it is stored so; return it as it is stored now."""
        document, items = ended.document(), self._items
        if document == ended.stored:
            return ended
        is_same = items.value == ended.stored if ended.stored else items.case.does_not_exist()
        if not items(_partition_of(ended.item), ended.case, value=document).save_if(is_same):
            zh = "终止的办件同时由另一次运行更改"
            raise Conflict(zh, "a case that ended was changed by another run")
        return replace(ended, stored=document)


def _partition_of(item: str) -> str:
    """Return the name under which the cases of *item* lie; no case is called so."""
    return f"{OURS}:ended/{item}"


def _read(item: str, stored: EndedCaseItem) -> EndedCase:
    document = json.loads(stored.value)
    return EndedCase(
        item=item,
        case=stored.id,
        until=parse(document["until"]),
        key=bytes.fromhex(document["key"]),
        digests=document["digests"],
        in_doubt=tuple(document["in_doubt"]),
        stored=stored.value,
    )
