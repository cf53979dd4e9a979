"""Who could sign and what was signed (通行密钥与签名): keys and acts of people by role, by the log.

Pure, and from the leaves alone, so that anybody counts the same. A key counts from the leaf that
states it until a leaf revokes it; one that no second person signed for is told apart (首把密钥).
Whether that second signature holds is for `duban verify` (I15): here it is the log's own word.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from chalicelib.feed.entry import LogEntry
from chalicelib.intake.event_types import Reported

_STATEMENTS = (Reported.PERSON_ENROLLED, Reported.PERSON_KEY_REVOKED)
ROLES = ("inspector", "department")  # whose acts may be signed; others follow


class StatedKey(Struct, frozen=True):
    """A key as a leaf states it, of a *person* in a *role*; perhaps revoked since."""

    person: str
    role: str
    is_vouched: bool
    is_revoked: bool = False


class Signers(Struct, frozen=True):
    """The *keys* by fingerprint, and how many acts were *signed* or rest on a *session*, by role.

    They count the log *through* an index.
    """

    through: int = -1
    keys: Mapping[str, StatedKey] = field(default_factory=dict)
    signed: Mapping[str, int] = field(default_factory=dict)
    session: Mapping[str, int] = field(default_factory=dict)

    def by_role(self) -> Iterator[dict[str, Any]]:
        """Yield how many keys and acts each role has, those that sign first."""
        standing = [key for key in self.keys.values() if not key.is_revoked]
        keys = Counter(key.role for key in standing)
        first = Counter(key.role for key in standing if not key.is_vouched)
        others = {key.role for key in self.keys.values()} | {*self.signed} | {*self.session}
        for role in (*ROLES, *sorted(others.difference(ROLES))):
            signed, session = self.signed.get(role, 0), self.session.get(role, 0)
            counts = {"keys": keys[role], "first": first[role], "signed": signed}
            yield {"role": role, **counts, "session": session}


def counts_signers(entry: LogEntry) -> bool:
    """Return whether *entry* changes the counts."""
    return entry.is_of_person or (entry.told and entry.kind in _STATEMENTS)


def count_signers(stored: Signers, entries: Iterable[LogEntry]) -> Signers:
    """Return *stored* with *entries*, in log order, counted; each only once."""
    keys, signed, session = dict(stored.keys), Counter(stored.signed), Counter(stored.session)
    through = stored.through
    for entry in entries:
        if entry.index <= stored.through or not counts_signers(entry):
            continue
        through = entry.index
        if entry.is_of_person:
            (signed if entry.signed else session)[str(entry.data.get("role", ""))] += 1
        else:
            _state(keys, entry)
    return replace(stored, through=through, keys=keys, signed=dict(signed), session=dict(session))


def _state(keys: dict[str, StatedKey], entry: LogEntry) -> None:
    """Count what *entry* states of a key: the first statement of it, and its end."""
    key, person = str(entry.data.get("key")), str(entry.data.get("person"))
    known = keys.get(key)
    if entry.kind == Reported.PERSON_KEY_REVOKED:
        if known and known.person == person:
            keys[key] = replace(known, is_revoked=True)
    elif known is None:
        keys[key] = StatedKey(person, str(entry.data.get("role")), "by" in entry.data)
