"""The vault in DynamoDB: what must never be public and can be destroyed (AUDIT_LOG §4.3).

    <case>/PUBLIC       the public name of the case for ever; its key until it is shredded
    <case>/FACT#<key>   the disclosures of one told fact, enciphered under the case's key

The table has no backup and no stream, so what is gone from it is gone.
"""

import json
import secrets
from base64 import b32encode, b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError, UpdateError

from chalicelib.audit.cipher import NONCE, decipher, encipher
from chalicelib.audit.redaction import opened
from chalicelib.errors import Conflict, Corrupt
from chalicelib.plumbing.table import Table, condition_failed

_PUBLIC = "PUBLIC"
_FACT = "FACT#"
_KEY_BYTES = 32


class VaultItem(Table):
    """A case's names and key, or the disclosures of one of its told facts."""

    case = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    value = UnicodeAttribute()
    key = UnicodeAttribute(null=True)  # none once the case is shredded, until something is told
    shredded = NumberAttribute(null=True)


@dataclass(frozen=True, slots=True)
class CaseSecret:
    """A case's *public* name, random and for ever; and its *key*, until the case is shredded.

    Whether an event is on record must not be asked by the key: after a shredding it is another.
    *since* is the number of the fact that asked for the last shredding, -1 before any: whoever does
    not know that fact has read the case too early for this key.
    """

    public: str
    key: bytes
    since: int = -1


class Vault:
    """Keys and disclosures of cases."""

    def __init__(self, table: str) -> None:
        class Item(VaultItem):
            class Meta:
                table_name = table

        self._items = Item

    def secret(self, case: str) -> CaseSecret:
        """Give the name and the key of *case*; whoever comes first makes them, at random.

        A crash after the write leaves a name and a key without a fact: the next try finds them.
        """
        item = self._find(case, _PUBLIC)
        if item is None:
            name = "c_" + b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()
            item = self._once(self._items(case, _PUBLIC, value=name, key=_new_key()))
        if not _key(item):
            item = self._renewed(case)
        since = item.attribute_values.get("shredded", -1)
        return CaseSecret(item.value, _key(item), int(since))

    def names(self) -> Iterator[tuple[str, str]]:
        """Every case with its public name: a scan of the whole table, for who restores another."""
        is_name = self._items.id == _PUBLIC
        return ((item.case, item.value) for item in self._items.scan(is_name, consistent_read=True))

    def name(self, case: str, public: str) -> None:
        """Give *case* back the *public* name that it has in the log, where it has none any more."""
        self._once(self._items(case, _PUBLIC, value=public, key=_new_key()))

    def public_case(self, case: str) -> str:
        """The random name under which the public knows *case*."""
        return self.secret(case).public

    def keep(
        self, case: str, key: str, disclosures: Mapping[str, str], under: CaseSecret
    ) -> dict[str, str]:
        """Keep the disclosures of the told fact *key*; what an earlier try kept stays and is given.

        They are kept *under* the secret that was read with the facts of the case, not the present
        one: if the case was shredded since, this fact's number is taken, and what is kept here for
        it must not be readable. Raises Conflict where that is seen already.

        A crash after the write leaves disclosures without a fact: the next try finds and uses them,
        unless the case was shredded in between: then they cannot be read, and are replaced.
        """
        name = f"{_FACT}{key}"
        text = json.dumps(disclosures, ensure_ascii=False, sort_keys=True)
        written = encipher(text, _about(case, name), under.key, secrets.token_bytes(NONCE))
        mine = self._items(case, name, value=written)
        kept = self._once(mine)
        if kept.value == written:
            return dict(disclosures)
        found = _read(kept, under.key)
        if found is not None:
            return found
        if self.secret(case) != under:
            raise Conflict(f"{case} was shredded meanwhile")
        try:
            mine.save(condition=self._items.value == kept.value)
        except PutError as error:
            if not condition_failed(error):
                raise
            raise Conflict(f"{name} is kept by others at the same time") from error
        return dict(disclosures)

    def kept(self, case: str) -> dict[str, dict[str, object]]:
        """What is kept apart of the told facts of *case*: by the fact's key, each private field.

        Of a card's case only: no door may open what is kept about applicants (infra/iam/api.json).
        """
        return {key: opened(texts) for key, texts in self.disclosures(case).items()}

    def disclosures(self, case: str) -> dict[str, dict[str, str]]:
        """By the key of each told fact, the SD-JWT disclosure of each of its private fields.

        One query of the partition, the key among it: a role needs no other right to read it.
        """
        items = {item.id: item for item in self._items.query(case, consistent_read=True)}
        key = _key(items.pop(_PUBLIC, None))
        read = {name: _read(item, key) for name, item in items.items()}
        return {name.removeprefix(_FACT): texts for name, texts in read.items() if texts}

    def shred(self, case: str, n: int) -> None:
        """Destroy the key of *case*, and all that was kept under it, for its fact number *n*.

        Once for each such fact, however often it is asked for: what is told afterwards is kept
        under a new key and stays. A crash after the first write leaves texts that nothing opens;
        whoever asks again takes them away. Without a key nothing was ever kept.
        """
        items = self._items
        last = items.shredded
        before = items.case.exists() & (last.does_not_exist() | (last < n))
        try:
            items(case, _PUBLIC).update([items.key.remove(), last.set(n)], condition=before)
        except UpdateError as error:
            if not condition_failed(error):
                raise
        key = _key(self._find(case, _PUBLIC))
        for item in items.query(case, items.id.startswith(_FACT), consistent_read=True):
            if _read(item, key) is None:
                self._forget(item)

    def _forget(self, item: VaultItem) -> None:
        """Take *item* away, unless it was replaced by what is kept under a new key."""
        try:
            item.delete(condition=self._items.value == item.value)
        except DeleteError as error:
            if not condition_failed(error):
                raise

    def _renewed(self, case: str) -> VaultItem:
        """Give the case a key where it has none; a crash after the write leaves it for the next."""
        items = self._items
        try:
            items(case, _PUBLIC).update(
                [items.key.set(_new_key())],
                condition=items.case.exists() & items.key.does_not_exist(),
            )
        except UpdateError as error:
            if not condition_failed(error):
                raise
        item = self._find(case, _PUBLIC)
        if item is None or not _key(item):
            raise Conflict(f"{case} is being shredded")
        return item

    def _once(self, item: VaultItem) -> VaultItem:
        """Write *item* unless there is one, which is given then."""
        try:
            item.save(condition=self._items.case.does_not_exist())
        except PutError as error:
            if not condition_failed(error):
                raise
            found = self._find(item.case, item.id)
            if found is None:
                raise Conflict(f"{item.id} came and went") from error
            return found
        return item

    def _find(self, case: str, item_id: str) -> VaultItem | None:
        try:
            return self._items.get(case, item_id, consistent_read=True)
        except self._items.DoesNotExist:
            return None


def _key(item: VaultItem | None) -> bytes:
    """The key of a case; empty where it has none."""
    return b64decode(item.key or "") if item else b""


def _read(item: VaultItem, key: bytes) -> dict[str, str] | None:
    """The disclosures in *item*; None where they were written under a key that is destroyed."""
    if not key:
        return None
    try:
        texts: dict[str, str] = json.loads(decipher(item.value, _about(item.case, item.id), key))
    except Corrupt:
        return None
    return texts


def _about(case: str, item_id: str) -> str:
    return f"{case}/{item_id}"


def _new_key() -> str:
    return b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")
