"""Signed acts that are opened: the person signed, with his own passkey, what the leaf tells of it.

The log commits to the act and to the assertion. The assertion is one of the act under the passkey
that the leaf names, and the act is what the leaf tells. Only who holds and unlocks that passkey can
make it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.cases.case_id import parts_of
from chalicelib.errors import Corrupt
from chalicelib.instant import parse
from chalicelib.intake.event_types import Reported
from chalicelib.log.disclosure import ProvedEntry
from chalicelib.people.assertion import NotSigned
from chalicelib.people.passkey import Enrolment, read_enrolment
from chalicelib.people.signable import ACTS_OF_TYPE
from chalicelib.people.signed_act import FIELD, HOLDS_FOR, Act, SignedAct, read_disclosed_act

_CARD = "duban:card/"
_LATE = HOLDS_FOR + timedelta(minutes=1)

Leaf = Mapping[str, Any]


class OpenedActs:
    """The opened acts: what was signed once is told once."""

    def __init__(self) -> None:
        self._told: dict[bytes, object] = {}

    def open(
        self, leaf: Leaf, values: Mapping[str, object], enrolment: Enrolment | None, own: str
    ) -> SignedAct | None:
        """Return what was signed of *leaf*, by its disclosed *values*; *enrolment* is of its key.

        *own* is the name of the leaf's case, where it is one of our own. None where the assertion
        is not disclosed. Raises Corrupt where the values do not prove it.
        """
        fingerprint = leaf.get("signed")
        if not any(name.partition(".")[0] == FIELD for name in values):
            return None
        if not isinstance(fingerprint, str):
            raise Corrupt("日志没有写明此事实的公钥", "the log names no key for this fact")
        signed = read_disclosed_act(values, fingerprint)
        if signed is None:
            return None
        if enrolment is None or enrolment.key != fingerprint:
            zh = f"公钥 {fingerprint} 当时没有登记，或者登记没有一并披露"
            raise Corrupt(zh, f"the key {fingerprint} was not enrolled then, by what is known")
        try:
            signed.check(enrolment.public_key, enrolment.party)
        except NotSigned as error:
            raise Corrupt(error.zh, error.en) from error
        _must_tell(leaf, signed, enrolment, own)
        _check_values(signed, values)
        fact = (leaf["case"], leaf["n"])
        if self._told.setdefault(signed.act.challenge, fact) != fact:
            raise Corrupt("同一签名用了两次", "one signature is told twice")
        return signed


def open_acts(entries: Sequence[ProvedEntry]) -> dict[int, Act]:
    """Return the signed acts of one disclosure file, by the index of their entry.

    The keys are those that the file proves to have been enrolled before. Raises Corrupt.
    """
    opened, acts = OpenedActs(), dict[int, Act]()
    own = {each.leaf["case"]: each.leaf["own"] for each in entries if "own" in each.leaf}
    for entry in entries:
        key, name = entry.leaf.get("signed"), own.get(entry.leaf.get("case", ""), "")
        enrolment = _enrolled_before(entries, entry.index, key)
        if signed := opened.open(entry.leaf, entry.values, enrolment, name):
            acts[entry.index] = signed.act
    return acts


def _enrolled_before(entries: Iterable[ProvedEntry], index: int, key: object) -> Enrolment | None:
    """Return the enrolment of *key* among *entries* before *index*. Raises Corrupt."""
    for entry in entries:
        data, kind = entry.leaf.get("data", {}), entry.leaf.get("k")
        if data.get("key") != key or entry.index >= index or key is None:
            continue
        if kind == Reported.PERSON_ENROLLED:
            return read_enrolment(data)
    return None


def _must_tell(leaf: Leaf, signed: SignedAct, enrolment: Enrolment, own: str) -> None:
    """Check that *leaf* tells what was *signed*. Raises Corrupt."""
    act, data = signed.act, leaf.get("data", {})
    card = parts_of(own)[0] if own.startswith(_CARD) else None
    is_finding = leaf.get("k") == Reported.IRREGULARITY_FOUND
    told: dict[str, object] = {
        "by": enrolment.person,
        "role": data.get("role"),
        "card": card,
        "case": None if card else leaf.get("case"),
        "claim": data.get("claim"),
        "outcome": data.get("rule") if is_finding else data.get("outcome"),
        "key": None,
    }
    if act.act not in ACTS_OF_TYPE.get(str(leaf.get("k")), ()):
        _differ("act", act.act, leaf.get("k"))
    for name, value in told.items():
        if getattr(act, name) != value:
            _differ(name, getattr(act, name), value)
    if act.role != enrolment.role:
        _differ("role", act.role, enrolment.role)
    if (act.text is not None) != ("text" in data.get("given", ())):
        _differ("text", act.text, None)
    if abs(parse(str(leaf["at"])) - parse(act.at)) > _LATE:
        _differ("at", act.at, leaf["at"])


def _check_values(signed: SignedAct, values: Mapping[str, object]) -> None:
    """Check the words and the actor, where they are disclosed too. Raises Corrupt."""
    text, actor = values.get("text"), values.get("actor")
    if isinstance(text, str) and not signed.has_text(text):
        _differ("text", signed.act.text, "…")
    if actor is not None and actor != signed.act.by:
        _differ("by", signed.act.by, actor)


def _differ(name: str, signed: object, told: object) -> None:
    zh = f"{name} 签的是 {signed}，日志写的是 {told}"
    raise Corrupt(zh, f"{name} was signed as {signed}, and the log tells {told}")
