"""Which acts only one person's passkey can have made (I15), and which rest on a session alone.

The log names at an act the passkey that signed it. So any reader sees a key that was not enrolled
then, or was revoked. The assertion itself is private: who is shown it has it proved, or it is a
finding. What a person had seen of the log when he signed is compared with the log: he is a witness.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from chalicelib.errors import Corrupt
from chalicelib.log.disclosure import ProvedEntry
from chalicelib.log.tlog import tree
from chalicelib.people.signable import ACTS_OF_TYPE, is_of_person
from chalicelib.people.signed_act import SignedAct
from infra.verify.enrolled import CHECK, EnrolledKeys
from infra.verify.entries import CheckedEntry, Entries
from infra.verify.issue import Issue
from infra.verify.opened_acts import OpenedActs

_EMPTY = b64encode(tree.root(())).decode("ascii")


class RoleCounts(Struct):
    """Of a role: its *keys* that stand, the *first* of them, for which nobody signed, its acts."""

    keys: int = 0
    first: int = 0
    signed: int = 0
    session: int = 0


class PersonalActs(Struct):
    """The acts of people: *signed* with a passkey, by the log's word; *session* only; *proved*.

    *by_person* counts the signed ones of each, *roles* keys and acts by role. *has_keys*: some
    passkey was enrolled.
    """

    signed: int = 0
    session: int = 0
    proved: int = 0
    by_person: dict[str, int] = field(default_factory=dict)
    roles: dict[str, RoleCounts] = field(default_factory=dict)
    has_keys: bool = False

    @property
    def is_told(self) -> bool:
        """Return whether there is anything to tell: a log without passkeys says nothing of them."""
        return self.has_keys or self.signed > 0

    def line(self, *, english: bool) -> str:
        """Return it as a line for people."""
        whose = ", ".join(f"{person} {count}" for person, count in sorted(self.by_person.items()))
        zh = f"人员办理：日志注明以本人通行密钥签名 {self.signed} 项，仅凭登录 {self.session} 项；"
        zh += f"本次核验证明 {self.proved} 项" + (f"；只有本人能作出的：{whose}" if whose else "")
        en = f"acts of people: by the log {self.signed} signed with the person's own passkey, "
        en += f"session only {self.session}; {self.proved} of them proved here"
        en += f"; which only they can have made: {whose}" if whose else ""
        return en if english else zh

    def role_lines(self, *, english: bool) -> Iterator[str]:
        """Yield a line for each role: how many of its keys stand, and its acts."""
        for role, each in sorted(self.roles.items()):
            zh = f"{role}：有效密钥 {each.keys} 把（其中无人证明的 {each.first} 把），"
            zh += f"签名办理 {each.signed} 项，仅凭登录 {each.session} 项"
            en = f"{role}: {each.keys} keys stand ({each.first} that nobody signed for), "
            en += f"{each.signed} acts signed, {each.session} on a session only"
            yield en if english else zh

    def of_role(self, role: object) -> RoleCounts:
        """Return the counts of *role*."""
        return self.roles.setdefault(str(role), RoleCounts())


def check_acts(
    entries: Entries, disclosed: Sequence[ProvedEntry], counted: PersonalActs
) -> Iterator[Issue]:
    """Check who signed which acts, and what was *disclosed* of that; count them in *counted*."""
    keys = EnrolledKeys(entries)
    yield from keys.issues
    counted.has_keys = bool(keys.by_key)
    for enrolled in keys.by_key.values():
        if not enrolled.revoked_at:
            role = counted.of_role(enrolled.enrolment.role)
            role.keys += 1
            role.first += not enrolled.enrolment.is_vouched
    for kind in ACTS_OF_TYPE:
        for entry in entries.of_kind(kind):
            yield from _check_act(entry, keys, counted)
    seen = [*keys.seen]
    yield from _check_opened(entries, disclosed, keys, counted, seen)
    yield from _check_seen(entries, seen)


def _check_act(entry: CheckedEntry, keys: EnrolledKeys, counted: PersonalActs) -> Iterator[Issue]:
    """Check the passkey that an act names, if it does."""
    leaf = entry.payload
    key = leaf.get("signed")
    if not is_of_person(leaf):
        if key and "src" not in leaf:
            zh, en = "不是人员办理，却注明了签名", "it is no act of a person, and names a passkey"
            yield Issue(entry.index, CHECK, zh, en)
        return
    role = leaf["data"].get("role")
    if key is None:
        counted.session += 1
        counted.of_role(role).session += 1
        return
    counted.signed += 1
    counted.of_role(role).signed += 1
    enrolled = keys.standing(key, entry)
    if enrolled is None:
        zh = f"所注明的通行密钥 {key} 当时没有登记，或者已注销"
        en = f"the passkey {key} was not enrolled then, or was revoked"
        yield Issue(entry.index, CHECK, zh, en)
        return
    enrolment = enrolled.enrolment
    counted.by_person[enrolment.person] = counted.by_person.get(enrolment.person, 0) + 1
    if role != enrolment.role:
        zh = f"通行密钥是以 {enrolment.role} 登记的，此项是以 {role} 办理的"
        en = f"the passkey was enrolled for {enrolment.role}, and this was done as {role}"
        yield Issue(entry.index, CHECK, zh, en)


def _check_opened(
    entries: Entries,
    disclosed: Sequence[ProvedEntry],
    keys: EnrolledKeys,
    counted: PersonalActs,
    seen: list[tuple[CheckedEntry, int, str]],
) -> Iterator[Issue]:
    """Check each act that was *disclosed*; note in *seen* what its person had seen of the log."""
    opened, proved = OpenedActs(), set[int]()
    for each in disclosed:
        is_there = entries.first <= each.index < entries.first + len(entries)
        if not is_there or entries.entry(each.index).payload != each.leaf:
            continue  # found already, as I1
        entry = entries.entry(each.index)
        enrolled = keys.standing(str(each.leaf.get("signed")), entry)
        try:
            own = entries.own.get(entry.case, "")
            enrolment = enrolled.enrolment if enrolled else None
            signed = opened.open(each.leaf, each.values, enrolment, own)
            if signed is None:
                continue
            _must_follow(entries, entry, signed)
        except Corrupt as error:
            zh, en = f"披露的签名不成立：{error.text.zh}", f"the signature does not hold: {error}"
            yield Issue(each.index, CHECK, zh, en)
            continue
        proved.add(each.index)
        seen.append((entry, signed.act.seen.size, signed.act.seen.root))
    counted.proved = len(proved)


def _must_follow(entries: Entries, entry: CheckedEntry, signed: SignedAct) -> None:
    """Check that the fact after which an act was signed is one of its case before it."""
    before = (index for index in entries.indexes_in(entry.case) if index < entry.index)
    if signed.act.after not in {entries.entry(index).payload["key"] for index in before}:
        zh = f"签名所接的记录 {signed.act.after} 不在此案件中"
        raise Corrupt(zh, f"it was signed after {signed.act.after}, which is not in this case")


def _check_seen(entries: Entries, seen: list[tuple[CheckedEntry, int, str]]) -> Iterator[Issue]:
    """Check that the log was once as each signer had *seen* it: before his act, with this root."""
    size, frontier = 0, tuple[bytes, ...]()
    for entry, wanted, root in sorted(seen, key=lambda each: each[1]):
        if wanted > entry.index:
            zh, en = (
                "签名人看到的日志比当时的还长",
                "the log was not yet as long as the signer saw it",
            )
            yield Issue(entry.index, CHECK, zh, en)
            continue
        while size < wanted:
            frontier = tree.append(size, frontier, entries.leaves.read(size).hash)
            size += 1
        found = b64encode(tree.root(frontier)).decode("ascii") if size else _EMPTY
        if found != root:
            zh = f"签名人看到的前 {wanted} 条的根是 {root}，不是现在的"
            en = f"the signer saw another log: the root of its first {wanted} entries was {root}"
            yield Issue(entry.index, "I1", zh, en)
