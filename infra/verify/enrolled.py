"""The passkeys of people as a log states them (I15): whose, since when, and who signed for each.

A key without a second person is the first one, or nobody can say why it is there. Whoever enrols a
puppet is seen: the statement is public, and somebody's own passkey signed for it.
"""

from collections.abc import Iterator
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.errors import Corrupt, DomainError
from chalicelib.instant import parse
from chalicelib.intake.event_types import Reported
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.people.passkey import Enrolment, read_enrolment
from chalicelib.people.signed_act import HOLDS_FOR
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import Issue, remark

CHECK = "I15"
SKEW = timedelta(minutes=1)  # between the clocks of two doors


class EnrolledKey(Struct, frozen=True):
    """A passkey as leaf *index* states it; *revoked_at* is when that was recorded, "" if never."""

    index: int
    enrolment: Enrolment
    revoked_at: str = ""

    def stood(self, index: int, recorded: str) -> bool:
        """Return whether it stood when leaf *index* was *recorded*."""
        if index <= self.index:
            return False
        return not self.revoked_at or parse(recorded) <= parse(self.revoked_at) + SKEW


class EnrolledKeys:
    """All passkeys that a log states, by fingerprint; *issues* has what is wrong with them."""

    def __init__(self, entries: Entries) -> None:
        """Read the statements in the order of the log."""
        self.by_key: dict[str, EnrolledKey] = {}
        self.seen: list[tuple[CheckedEntry, int, str]] = []  # what who signed for a key had seen
        kinds = (Reported.PERSON_ENROLLED, Reported.PERSON_KEY_REVOKED)
        statements = sorted(
            (entry for kind in kinds for entry in entries.of_kind(kind)),
            key=lambda entry: entry.index,
        )
        self.issues = [issue for entry in statements for issue in self._read(entry)]

    def standing(self, key: str, entry: CheckedEntry) -> EnrolledKey | None:
        """Return the passkey *key*, if it stood when *entry* was recorded."""
        enrolled = self.by_key.get(key)
        return enrolled if enrolled and enrolled.stood(entry.index, entry.recorded) else None

    def _read(self, entry: CheckedEntry) -> Iterator[Issue]:
        data = entry.payload["data"]
        if entry.kind == Reported.PERSON_KEY_REVOKED:
            yield from self._revoke(entry, data.get("key"), data.get("person"))
            return
        try:
            enrolment = read_enrolment(data)
        except Corrupt as error:
            yield Issue(entry.index, CHECK, error.text.zh, error.text.en)
            return
        known = self.by_key.get(enrolment.key)
        if known is not None:
            if known.enrolment != enrolment:  # the same again, after a crash, says nothing new
                zh, en = "同一公钥登记了两次", "one key is enrolled twice, and not alike"
                yield Issue(entry.index, CHECK, zh, en)
            return
        yield from self._check_second(entry, enrolment)
        self.by_key[enrolment.key] = EnrolledKey(entry.index, enrolment)
        by = enrolment.by or ""
        zh = f"{enrolment.person}（{enrolment.role}）自 {entry.recorded} 起的通行密钥："
        zh += f"{enrolment.key}；" + (f"由 {by} 签名证明" if by else "首把，无人证明")
        en = f"passkey of {enrolment.person} ({enrolment.role}) since {entry.recorded}: "
        en += f"{enrolment.key}, " + (f"vouched for by {by}" if by else "the first, by nobody")
        yield remark(CHECK, zh, en, entry.index)

    def _check_second(self, entry: CheckedEntry, enrolment: Enrolment) -> Iterator[Issue]:
        """Check the second person of an enrolment, who is needed once a key stands."""
        standing = [
            each for each in self.by_key.values() if each.stood(entry.index, entry.recorded)
        ]
        if not enrolment.is_vouched:
            if standing:
                zh = "已有有效的通行密钥，此项登记却没有另一人签名"
                en = "keys stood already, and no second person signed for this one"
                yield Issue(entry.index, CHECK, zh, en)
            return
        second = self.standing(enrolment.by_key or "", entry)
        if second is None:
            zh = f"签名证明的公钥 {enrolment.by_key} 当时没有登记，或者已注销"
            en = f"the key {enrolment.by_key} that signed for it was not enrolled then, or revoked"
            yield Issue(entry.index, CHECK, zh, en)
            return
        others = {each.enrolment.role for each in standing if _is_other(each, enrolment)}
        if enrolment.role in others and second.enrolment.role != enrolment.role:
            zh, en = "证明人不是同一角色", "who signed for it is of another role"
            yield Issue(entry.index, CHECK, zh, en)
        try:
            act = enrolment.check_vouched(second.enrolment).act
        except DomainError as error:
            zh = f"另一人的签名不成立：{error.text.zh}"
            en = f"the second person's signature does not hold: {error.text.en}"
            yield Issue(entry.index, CHECK, zh, en)
            return
        self.seen.append((entry, act.seen.size, act.seen.root))
        if abs(parse(entry.recorded) - parse(act.at)) > HOLDS_FOR + MERGE_DELAY:
            zh, en = "另一人的签名是别的时候作的", "the second person signed at another time"
            yield Issue(entry.index, CHECK, zh, en)

    def _revoke(self, entry: CheckedEntry, key: object, person: object) -> Iterator[Issue]:
        enrolled = self.by_key.get(key) if isinstance(key, str) else None
        if enrolled is None or enrolled.enrolment.person != person:
            zh, en = "所注销的通行密钥没有登记过", "a passkey is revoked that was never enrolled"
            yield Issue(entry.index, CHECK, zh, en)
        elif not enrolled.revoked_at:
            self.by_key[enrolled.enrolment.key] = replace(enrolled, revoked_at=entry.recorded)
            zh = f"{person} 的通行密钥 {key} 自 {entry.recorded} 起注销"
            en = f"passkey {key} of {person} is revoked since {entry.recorded}"
            yield remark(CHECK, zh, en, entry.index)


def _is_other(each: EnrolledKey, enrolment: Enrolment) -> bool:
    return each.enrolment.person != enrolment.person
