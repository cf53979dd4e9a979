"""The vault in DynamoDB: private fields, which must be destroyable (AUDIT_LOG §4.3).

    <case>/PUBLIC       the public name of the case for ever; its key until it is shredded
    <case>/FACT#<key>   the disclosures of one reported fact, enciphered under the case's key
    duban:person/<p_…>/FACT#person   what is private of a person: name, telephone, how he signs in
    <name of a permit>/NAME   its public name, made when it was accepted or when it is first judged
    <draft of a card>/<act>   what somebody drafts for his department, under a key of its own

The door for events may make and read that name, and tell it to the source. It may not read the key.
What people wrote at our own doors about the case of an intake system is kept apart from what its
source reported of an applicant (`acts_in`), under a key of its own: a door opens the first alone.
The table has no backup and no stream, so a deleted item is gone for good.
"""

import json
import secrets
from base64 import b32encode, b64decode, b64encode
from collections.abc import Iterator, Mapping
from functools import partial

from msgspec import Struct
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.cases.case_id import ACTS, PEOPLE, acts_in, draft_of, name_of, person_case
from chalicelib.errors import Conflict, Corrupt
from chalicelib.intake.event import OURS
from chalicelib.plumbing.table import Table, is_written
from chalicelib.vault.cipher import NONCE, decipher, encipher
from chalicelib.vault.redaction import disclosures, open_disclosures
from chalicelib.vault.sd_jwt import SALT

_PUBLIC = "PUBLIC"
_FACT = "FACT#"
_PERSON = "person"
_NAME = "NAME"
_KEY_BYTES = 32


class VaultItem(Table):
    """A case's names and key, or the disclosures of one of its reported facts."""

    case = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    value = UnicodeAttribute()
    key = UnicodeAttribute(null=True)  # none after a shredding, until the next report
    shredded = NumberAttribute(null=True)


class CaseSecret(Struct, frozen=True):
    """A case's *public* name, random and for ever; and its *key*, until the case is shredded.

    The key does not show whether an event is on record: after a shredding there is a new key.
    *since* is the number of the fact that asked for the last shredding, -1 before any. A caller
    that does not know that fact has read the case too early for this key.
    """

    public: str
    key: bytes
    since: int = -1


class Vault:
    """Keys and disclosures of cases."""

    def __init__(self, table: str) -> None:
        self._items = VaultItem.named(table)

    def secret(self, case: str, *, is_new: bool = False) -> CaseSecret:
        """Return the name and the key of *case*; the first call makes them, at random.

        Of a case that *is_new* none is looked for before one is made. A crash after the write
        leaves a name and a key without a fact: the next try finds them.
        """
        item = None if is_new else self._items.find(case, _PUBLIC)
        if item is None:
            name = self._made_name(case)
            item = self._save_once(self._items(case, _PUBLIC, value=name, key=_new_key()))
        if not _key(item):
            item = self._renew_key(case)
        since = item.attribute_values.get("shredded", -1)
        return CaseSecret(item.value, _key(item), int(since))

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield every case with its public name: a scan of the whole table, for a restore."""
        is_name = self._items.id == _PUBLIC
        items = self._items.scan(is_name, consistent_read=True)
        return ((i.case, i.value) for i in items if not i.case.startswith((ACTS, PEOPLE)))

    def name(self, case: str) -> str:
        """Return the public name of the permit *case*, which need not be judged yet.

        A crash after the write leaves a name without a case: its first judgement finds it.
        """
        return self._save_once(self._items(name_of(case), _NAME, value=_new_name())).value

    def _made_name(self, case: str) -> str:
        """Return the name that *case* gets: a permit's may have been told to its source."""
        if case.partition(":")[0] == OURS:
            return _new_name()
        told = self._items.find(name_of(case), _NAME)
        return told.value if told else self.name(case)

    def restore_name(self, case: str, public: str) -> None:
        """Store the *public* name that *case* has in the log, where the vault has lost it.

        A crash between the writes: the next restore finds the case without a name, as before.
        """
        if case.partition(":")[0] != OURS:
            self._items(name_of(case), _NAME, value=public).save()
        self._save_once(self._items(case, _PUBLIC, value=public, key=_new_key()))

    def keep(
        self, case: str, key: str, disclosures: Mapping[str, str], secret: CaseSecret
    ) -> dict[str, str]:
        """Store the disclosures of the reported fact *key*; return those of an earlier try, if any.

        They are enciphered under *secret*, which was read with the facts of the case, not under the
        present one. If the case was shredded since, this fact's number is taken, and these texts
        must not be readable. Raises Conflict where that is seen already.

        A crash after the write leaves disclosures without a fact: the next try finds and uses them.
        If the case was shredded in between, they cannot be read, and are replaced.
        """
        name = f"{_FACT}{key}"
        text = json.dumps(disclosures, ensure_ascii=False, sort_keys=True)
        ciphertext = encipher(text, _about(case, name), secret.key, secrets.token_bytes(NONCE))
        item = self._items(case, name, value=ciphertext)
        stored = self._save_once(item)
        if stored.value == ciphertext:
            return dict(disclosures)
        earlier = _decipher_texts(stored, secret.key)
        if earlier is not None:
            return earlier
        if self.secret(case) != secret:
            raise Conflict(f"{case} 同时被粉碎", f"{case} was shredded meanwhile")
        if not item.save_if(self._items.value == stored.value):
            raise Conflict(f"{name} 同时由别处存入", f"{name} is kept by others at the same time")
        return dict(disclosures)

    def private_fields(self, case: str) -> dict[str, dict[str, object]]:
        """Return the private fields of the reported facts of *case*, by the fact's key.

        A route may for a card's case and for `acts_in` a case only: none reads the private fields
        of applicants (infra/stack/iam/api.json).
        """
        return {key: open_disclosures(texts) for key, texts in self.disclosures(case).items()}

    def disclosures(self, case: str) -> dict[str, dict[str, str]]:
        """Return, by the key of each reported fact, the SD-JWT disclosure of each private field.

        One query of the partition, the key among it: a role needs no other right to read it.
        """
        items = {item.id: item for item in self._items.query(case, consistent_read=True)}
        key = _key(items.pop(_PUBLIC, None))
        texts_by_id = {name: _decipher_texts(item, key) for name, item in items.items()}
        return {name.removeprefix(_FACT): texts for name, texts in texts_by_id.items() if texts}

    def people_key(self) -> bytes:
        """Return the key of the digests by which people are found; the first call makes it."""
        return self.secret(PEOPLE).key

    def known_people_key(self) -> bytes:
        """Return that key, and make none; empty where no import made one yet."""
        return _key(self._items.find(PEOPLE, _PUBLIC))

    def put_person(self, person: str, fields: Mapping[str, str]) -> bool:
        """Store the personal data *fields* of *person* in place of what was there.

        Return whether anything changed. A crash before the write leaves what was there, after it
        all is stored; the same import again finds it so.
        """
        case, name = person_case(person), f"{_FACT}{_PERSON}"
        secret = self.secret(case)
        if self.person(person) == fields:
            return False
        salts = iter(partial(secrets.token_bytes, SALT), b"")
        text = json.dumps(disclosures(fields, salts), ensure_ascii=False, sort_keys=True)
        ciphertext = encipher(text, _about(case, name), secret.key, secrets.token_bytes(NONCE))
        self._items(case, name, value=ciphertext).save()
        return True

    def person(self, person: str) -> dict[str, object]:
        """Return the personal data of *person*; nothing after a shredding."""
        return self.private_fields(person_case(person)).get(_PERSON, {})

    def shred_person(self, person: str) -> None:
        """Destroy the personal data of *person*. Crash: the same call again ends it (`shred`)."""
        item = self._items.find(person_case(person), _PUBLIC)
        if item is not None:
            before = item.attribute_values.get("shredded", -1)
            self.shred(person_case(person), int(before) + 1)

    def all_disclosures(self, case: str) -> dict[str, dict[str, str]]:
        """Return the `disclosures` of *case*, of what people did about it too."""
        return {**self.disclosures(case), **self.disclosures(acts_in(case))}

    def shred(self, case: str, n: int) -> None:
        """Destroy the key of *case*, and all texts under it, for its fact number *n*.

        A repeated call for the same fact does nothing more: later reports are enciphered under a
        new key and stay. A crash after the first write leaves texts that nothing deciphers; the
        next call deletes them. A case without a key has no texts.
        """
        items = self._items
        last = items.shredded
        condition = items.case.exists() & (last.does_not_exist() | (last < n))
        actions: list[Action] = [items.key.remove(), last.set(n)]
        is_written(partial(items(case, _PUBLIC).update, actions, condition=condition))
        key = _key(items.find(case, _PUBLIC))
        for item in items.query(case, items.id.startswith(_FACT), consistent_read=True):
            if _decipher_texts(item, key) is None:  # and is not replaced by one under a new key
                is_written(partial(item.delete, condition=items.value == item.value))

    def keep_draft(self, case: str, act: str, text: str) -> None:
        """Save a draft of an *act* about *case* in the place of an earlier one.

        Crash before the write: the earlier one stays, and the person sees that nothing was saved.
        """
        key, place = secrets.token_bytes(_KEY_BYTES), draft_of(case)
        value = encipher(text, _about(place, act), key, secrets.token_bytes(NONCE))
        self._items(place, act, value=value, key=b64encode(key).decode("ascii")).save()

    def drafts(self, case: str) -> dict[str, str]:
        """Return the drafts of acts about *case*, by the act."""
        items = self._items.query(draft_of(case), consistent_read=True)
        return {
            item.id: decipher(item.value, _about(item.case, item.id), _key(item)) for item in items
        }

    def drop_draft(self, case: str, act: str) -> None:
        """Delete a draft, which was sent or is not wanted. Crash before the write: it stays."""
        self._items(draft_of(case), act).delete()

    def shred_drafts(self, case: str) -> None:
        """Delete all drafts of acts about *case*. Crash: the next call deletes the others."""
        for item in self._items.query(draft_of(case), consistent_read=True):
            item.delete()

    def _renew_key(self, case: str) -> VaultItem:
        """Give the case a key where it has none; a crash after the write leaves it for the next."""
        items = self._items
        condition = items.case.exists() & items.key.does_not_exist()
        actions: list[Action] = [items.key.set(_new_key())]
        is_written(partial(items(case, _PUBLIC).update, actions, condition=condition))
        item = items.find(case, _PUBLIC)
        if item is None or not _key(item):
            raise Conflict(f"{case} 正在粉碎", f"{case} is being shredded")
        return item

    def _save_once(self, item: VaultItem) -> VaultItem:
        """Write *item* unless one is stored; return the stored one."""
        if item.save_if(self._items.case.does_not_exist()):
            return item
        stored = self._items.find(item.case, item.id)
        if stored is None:
            raise Conflict(f"{item.id} 刚出现又消失了", f"{item.id} came and went")
        return stored


def _key(item: VaultItem | None) -> bytes:
    """Return the key of a case; empty where it has none."""
    return b64decode(item.key or "") if item else b""


def _decipher_texts(item: VaultItem, key: bytes) -> dict[str, str] | None:
    """Return the disclosures in *item*; None where their key is destroyed."""
    if not key:
        return None
    try:
        texts: dict[str, str] = json.loads(decipher(item.value, _about(item.case, item.id), key))
    except Corrupt:
        return None
    return texts


def _about(case: str, item_id: str) -> str:
    return f"{case}/{item_id}"


def _new_name() -> str:
    return "c_" + b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


def _new_key() -> str:
    return b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")
