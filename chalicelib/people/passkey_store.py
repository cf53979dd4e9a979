"""Passkeys in the table of sign-in: those of each person, those that wait, those that stand.

    PASSKEYS/<p_…>      the enrolled passkeys of a person, revoked ones too; of a shredded one
                        without the ids of the credentials
    PASSKEYS/waiting    passkeys that somebody made, and for which nobody has signed yet
    PASSKEYS/standing   which keys stand now, of whom and in which role
    MADE/<fingerprint>  what device and browser gave when an enrolled key was made

What the log states is the truth about a key; this is what the doors read. Lost, it is made again
from the log, but for the ids of credentials (`infra/recovery/passkeys.py`).
"""

from collections.abc import Iterable
from typing import TypeVar

from msgspec import Struct, convert
from msgspec import json as msgjson
from msgspec.structs import replace

from chalicelib.errors import Conflict, Rejected
from chalicelib.people.kept_passkey import StoredPasskey, WaitingPasskey
from chalicelib.people.passkey import Enrolment
from chalicelib.people.session_store import SignInItem

MOST_KEYS, MOST_WAITING, MOST_STANDING = 5, 50, 2000
_PK, _WAITING, _STANDING = "PASSKEYS", "waiting", "standing"
_MADE = "MADE"
T = TypeVar("T")


class StandingKey(Struct, frozen=True):
    """A *key* that stands, of a *person* in a *role*."""

    key: str
    person: str
    role: str


class Passkeys:
    """Reads and changes passkeys. A revoked one counts no more at the next request."""

    def __init__(self, table: str) -> None:
        self._items = SignInItem.named(table)

    def of(self, person: str, role: str = "") -> list[StoredPasskey]:
        """Return the passkeys of *person* that stand, of all roles or of one."""
        standing = (each for each in self._read(person, StoredPasskey) if not each.is_revoked)
        return [each for each in standing if role in ("", each.enrolment["role"])]

    def of_all(self, people: Iterable[str]) -> dict[str, list[StoredPasskey]]:
        """Return the passkeys of each of at most 100 *people* that stand; one request."""
        items = self._items.batch_get([(_PK, person) for person in people])
        kept = {item.sk: msgjson.decode(item.body, type=list[StoredPasskey]) for item in items}
        return {
            person: [each for each in passkeys if not each.is_revoked]
            for person, passkeys in kept.items()
        }

    def find(self, person: str, key: str) -> StoredPasskey | None:
        """Return the passkey of *person* with this fingerprint, if it stands."""
        return next((each for each in self.of(person) if each.enrolment["key"] == key), None)

    def named(self, person: str, key: str) -> StoredPasskey | None:
        """Return it, though it be revoked: what was signed with it stays signed."""
        kept = self._read(person, StoredPasskey)
        return next((each for each in kept if each.enrolment["key"] == key), None)

    def must_be_new(self, person: str, key: str, registration: dict[str, str]) -> None:
        """Refuse (409) a *key* that was enrolled once, and one more than *person* may have.

        A public key is in the log: anybody may offer it. Another *registration* than the one that
        is kept tells. Asked before the log states the key: what it has stated no door may refuse.
        """
        kept = {each.enrolment["key"]: each for each in self._read(person, StoredPasskey)}
        made = self.registration(key)
        if made != registration and (made or any(each.key == key for each in self.standing())):
            zh, en = "此通行密钥已经登记过。", "this passkey was enrolled before"
            raise Rejected(409, zh=zh, en=en)
        if key in kept and kept[key].is_revoked:
            zh = "此通行密钥已经注销，请另登记一把。"
            raise Rejected(409, zh=zh, en="this passkey was revoked: make another one")
        if key not in kept and sum(not each.is_revoked for each in kept.values()) >= MOST_KEYS:
            raise _too_many(MOST_KEYS)

    def add(self, person: str, passkey: StoredPasskey) -> None:
        """Believe *passkey* of *person*, which is new (`must_be_new`).

        Crash before the second write: it is believed and not counted as standing; the same call
        goes on. Before the third: it still waits, and the same call removes it.
        """
        kept = self._read(person, StoredPasskey)
        statement = passkey.statement
        if not any(each.enrolment["key"] == statement.key for each in kept):
            self._write(person, kept, [*kept, passkey])
        standing, mine = self.standing(), StandingKey(statement.key, person, statement.role)
        if mine not in standing:
            self._write(_STANDING, standing, [*standing, mine])
        self.forget_waiting(statement.key)

    def restate(self, passkey: StoredPasskey, *, writes: bool) -> bool:
        """Return whether *passkey* is not kept as the log states it; mend that if *writes*.

        The id of its credential stays, and so does its end, which the log may have yet to state.
        Crash between the writes: the same call goes on.
        """
        stated = passkey.statement
        kept = self._read(stated.person, StoredPasskey)
        there = self.named(stated.person, stated.key)
        is_revoked = passkey.is_revoked or bool(there and there.is_revoked)
        credential = there.credential_id if there else ""
        mended = replace(passkey, credential_id=credential, is_revoked=is_revoked)
        after = [mended if each == there else each for each in kept]
        after += [] if there else [mended]
        standing, mine = self.standing(), StandingKey(stated.key, stated.person, stated.role)
        left = [each for each in standing if each.key != stated.key]
        left = left if is_revoked else standing if mine in standing else [*left, mine]
        is_other = (after, left) != (kept, standing)
        if writes and after != kept:
            self._write(stated.person, kept, after)
        if writes and left != standing:
            self._write(_STANDING, standing, left)
        return is_other

    def keep_registration(self, key: str, registration: dict[str, str]) -> None:
        """Keep what was given when *key* was made, for ever. A repeated call writes the same."""
        self._items(_MADE, key, body=msgjson.encode(registration).decode()).save()

    def registration(self, key: str) -> dict[str, str]:
        """Return what was given when *key* was made; empty where nothing is kept."""
        item = self._items.find(_MADE, key)
        return msgjson.decode(item.body, type=dict[str, str]) if item else {}

    def revoke(self, person: str, key: str) -> None:
        """Believe a key no longer. Crash before the second write: the same call goes on."""
        kept = self._read(person, StoredPasskey)
        revoked = [
            replace(each, is_revoked=True) if each.enrolment["key"] == key else each
            for each in kept
        ]
        if revoked != kept:
            self._write(person, kept, revoked)
        standing = self.standing()
        left = [each for each in standing if each.key != key]
        if left != standing:
            self._write(_STANDING, standing, left)

    def standing(self) -> list[StandingKey]:
        """Return the keys that stand."""
        return self._read(_STANDING, StandingKey)

    def waiting(self) -> list[WaitingPasskey]:
        """Return the passkeys that wait for a second person."""
        return self._read(_WAITING, WaitingPasskey)

    def offer(self, passkey: WaitingPasskey) -> None:
        """Let *passkey* wait; of one person the last MOST_KEYS do. Raises Rejected (409).

        Too many wait, or another person made a passkey with this key. Nobody takes the place of
        another's, and nobody fills the list alone.
        """
        waiting, new = self.waiting(), passkey.statement
        mine = [each for each in waiting if each.statement.person == new.person]
        others = [each for each in waiting if each not in mine]
        if any(each.statement.key == new.key for each in others):
            zh, en = "此通行密钥已由他人登记。", "this passkey is another person's"
            raise Rejected(409, zh=zh, en=en)
        if any(each.statement.key == new.key and each.to_state for each in mine):
            return  # it is about to be stated
        mine = [each for each in mine if each.statement.key != new.key][1 - MOST_KEYS :]
        rest = [*others, *mine]
        if len(rest) >= MOST_WAITING:
            raise _too_many(MOST_WAITING)
        self._write(_WAITING, waiting, [*rest, passkey])

    def choose(self, enrolment: Enrolment, at: str) -> WaitingPasskey:
        """Keep that the log is to state *enrolment* of a passkey that waits; return it so.

        Of two calls the first one counts, on whatever day: a key is stated once. Raises Conflict.
        """
        waiting = self.waiting()
        found = next((each for each in waiting if each.statement.key == enrolment.key), None)
        if found is None:
            raise _changed()
        if found.to_state:
            return found
        chosen = replace(found, to_state=enrolment.data(), to_state_at=at)
        self._write(_WAITING, waiting, [chosen if each == found else each for each in waiting])
        return chosen

    def forget_waiting(self, key: str) -> None:
        """Let the passkey with this fingerprint wait no longer."""
        waiting = self.waiting()
        rest = [each for each in waiting if each.statement.key != key]
        if rest != waiting:
            self._write(_WAITING, waiting, rest)

    def forget(self, person: str) -> int:
        """Delete the ids of the credentials of *person*, and what waits; return how many are kept.

        What is kept of each is what the log states, revoked: a key that ended is never taken again.
        Crash between the writes: the same call goes on.
        """
        waiting, standing = self.waiting(), self.standing()
        rest = [each for each in waiting if each.statement.person != person]
        left = [each for each in standing if each.person != person]
        if rest != waiting:
            self._write(_WAITING, waiting, rest)
        if left != standing:
            self._write(_STANDING, standing, left)
        kept = self._read(person, StoredPasskey)
        ended = [replace(each, credential_id="", is_revoked=True) for each in kept]
        if ended != kept:
            self._write(person, kept, ended)
        return len(ended)

    def _read(self, name: str, kind: type[T]) -> list[T]:
        item = self._items.find(_PK, name)
        return convert(msgjson.decode(item.body), list[kind]) if item else []  # type: ignore[valid-type]

    def _write(self, name: str, before: list[T], after: list[T]) -> None:
        """Save *after* where *before* still is. Raises Conflict."""
        items, body = self._items, msgjson.encode(after).decode()
        unchanged = items.body == msgjson.encode(before).decode()
        condition = unchanged if before else items.pk.does_not_exist() | unchanged
        if not items(_PK, name, body=body).save_if(condition):
            raise _changed()


def _changed() -> Conflict:
    return Conflict("有人同时在改通行密钥，请再试", "somebody else is changing passkeys; try again")


def _too_many(most: int) -> Rejected:
    zh = f"最多 {most} 把通行密钥，请先注销不用的。"
    return Rejected(409, zh=zh, en=f"at most {most} passkeys: revoke one that is not used first")
