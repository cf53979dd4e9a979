"""Redaction: what of a fact may stand in the public log, and how the rest is committed to.

Personal and free-text fields never enter a leaf: only a salted digest does, in the disclosure form
of SD-JWT (AUDIT_LOG §4.2). A leaf names the private fields that were filled (`given`); decoys hide
how many parts they have. Deleting the disclosures makes the digests unopenable for good.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from chalicelib.vault.sd_jwt import base64url, digest, disclosure, read_disclosure

# The open fields of a reported event: where it belongs, how long it may take, and codes.
WHERE = frozenset({"item", "department", "region"})
LIMITS = frozenset({"promise", "statutory", "due_at", "limit", "approved", "by"})
ACCEPTED = frozenset({"gap_limit", "expires_at", "parts"})
CODES = frozenset({"kind", "procedure", "outcome", "stage", "notified_at", "card"})
CORRECTION = frozenset({"time", "withdrawn"})  # an event's id may hold a name: see ADR 0021
ACTS = frozenset({"voucher", "channel", "notice", "remedies", "opinion", "officers", "rule"})
CHARGED = frozenset({"amount", "standard", "chosen_by", "listed"})
ROLES = frozenset({"approved_by", "decided_by", "found_by"})  # open as a code, private as a name
REPORTED = WHERE | LIMITS | ACCEPTED | CODES | CORRECTION | ACTS | CHARGED | ROLES

# The fields of derived facts.
JUDGED = frozenset(
    {"level", "rule", "ground", "basis", "basis_kind", "breaks", "clock", "rests_on"}
)
FORMAL = frozenset({"instrument", "series"})  # by which document a card goes out, under which code
WORDED = frozenset({"words"})  # what item, rule and ground of a card were called
NOTICED = frozenset({"noticed_at", "noticed"})
VERSIONS = frozenset({"policy", "calendar", "terms"})
CHECKED = frozenset({"verdict", "cause", "missing", "told", "type", "reason", "given"})
MOVED = frozenset({"was", "provisional", "in_doubt"})
MEASURED = frozenset({"sign", "explained"})
DONE = frozenset({"role", "to", "number", "year", "written"})  # of a card: in which role, for whom
COMPARED = frozenset({"listed", "unlisted", "shared", "catch_all"})  # by us, with the catalogue
AHEAD = frozenset({"claimed"})  # by us: the time that was claimed, where it was ahead of ours
FIXED = frozenset({"told_department", "told_kind"})  # what was told, where the catalogue's counts
LISTED = frozenset({"stages", "published", "cancelled", "catalogue"})  # of a catalogue item
CLAIMED = frozenset({"claim", "differs", "seen"})  # of a contested claim, and of its decision
HANDED_ON = frozenset({"transfer", "first"})  # an answer to a transfer; a case handed in again
OPENED = frozenset({"opened_field", "opened_in"})  # a private field, and the fact that has it
COUNTED = frozenset({"quarter", "cards", "cases"})  # a share: of the cases due in a period
STATED = frozenset({"documents", "selection"})  # the rules in force, by their hashes
KEYED = STATED | {"source", "keys", "required"}  # and the keys that a source signs with
DRAWN = frozenset({"list", "share", "turn", "opens", "instead_of"})  # what a draw depends on
REVIEWED = frozenset({"value", "ranking", "entry", "replacement", "result", "findings"})
ENROLLED = frozenset(  # and the passkey of a person, for which another one signed
    {"person", "key", "public", "rp", "origins", "aaguid", "attestation", "by_key", "vouched"}
)
JUDGING = JUDGED | FORMAL | WORDED | NOTICED | VERSIONS | CHECKED | MOVED | MEASURED
BY_US = COMPARED | AHEAD | FIXED
PUBLIC = REPORTED | JUDGING | BY_US | DONE | LISTED | CLAIMED | HANDED_ON | COUNTED | KEYED
PUBLIC |= DRAWN | REVIEWED | ENROLLED | OPENED

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_DIGESTS = 4  # digests and decoys in the leaf of a reported fact, or the next multiple of it


class Redacted(Struct, frozen=True):
    """The data of a reported event, split: *open* for the fact, *private* for the vault."""

    open: Mapping[str, object]
    private: Mapping[str, object]


def redact(data: Mapping[str, object], *, by_us: bool = False) -> Redacted:
    """Split an event's *data* by the allow-list; `given` names the private fields with a value.

    An event *by us* may also carry the fields of derived facts. Texts that people wrote have field
    names of their own, which are never allowed.
    """
    open_fields = {
        name: value
        for name, value in data.items()
        if _is_open(name, value) or (by_us and name in PUBLIC - ROLES)
    }
    private = {name: value for name, value in data.items() if name not in open_fields and value}
    return Redacted({**open_fields, "given": sorted(private)} if private else open_fields, private)


def _is_open(name: str, value: object) -> bool:
    if name in ROLES:
        return isinstance(value, str) and _CODE.fullmatch(value) is not None
    return name in REPORTED


def disclosures(private: Mapping[str, object], salts: Iterator[bytes]) -> dict[str, str]:
    """Return an SD-JWT disclosure for each private field, and for each part of one with parts.

    So the applicant's name (`applicant.name`) can be disclosed without the telephone number.
    """
    parts = dict(_parts(private))
    return {name: disclosure(next(salts), name, value) for name, value in sorted(parts.items())}


def _parts(private: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in private.items():
        if isinstance(value, Mapping) and value:
            yield from ((f"{name}.{part}", part_value) for part, part_value in value.items())
        else:
            yield name, value


def open_disclosures(texts: Mapping[str, str]) -> dict[str, object]:
    """Return the private fields with their values, read from *texts* of `disclosures`."""
    whole: dict[str, Any] = {}
    for text in texts.values():
        name, value = read_disclosure(text)
        field, dot, part = name.partition(".")
        if dot:
            whole.setdefault(field, {})[part] = value
        else:
            whole[field] = value
    return whole


def digests(texts: Mapping[str, str], decoys: Iterator[bytes]) -> list[str]:
    """Return the sorted digests of the disclosures *texts*, padded with *decoys*."""
    real = [digest(text) for text in texts.values()]
    wanted = -(-max(len(real), 1) // _DIGESTS) * _DIGESTS
    fake = [base64url(hashlib.sha256(next(decoys)).digest()) for _ in range(wanted - len(real))]
    return sorted(real + fake)
