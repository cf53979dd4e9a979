"""A snapshot in DynamoDB, and its indexes."""

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import Attribute, BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection, Projection

from chalicelib.cases.decision import NO_CLAIMS, Asked, Claims
from chalicelib.cases.snapshot import CaseSnapshot, wake_shard
from chalicelib.cases.stored_fact import ALIGHT
from chalicelib.cases.work_list import work_place
from chalicelib.clock.due import Due
from chalicelib.instant import parse, text
from chalicelib.plumbing.table import Table

CONTESTED = "contested"
Attributes = Mapping[str, Any]
_NEVER = "9999"  # sorts after every instant

# The fields of a snapshot that are stored under their own names; an empty one is not stored.
_TEXTS = ("item", "region", "held_for", "rules", "level", "fell_due")
_FLAGS = ("is_paused", "is_unlisted")
_INSTANTS = ("wake_at", "unjudged_at")


def _index(
    name: str, projection: Projection, hash_key: Mapping[str, type[Attribute[Any]]], range_key: str
) -> type[GlobalSecondaryIndex[Any]]:
    """Return the index *name*, as DynamoDB knows it; it is sorted by the text of *range_key*."""
    meta = type("Meta", (), {"index_name": name, "projection": projection})
    keys = {attribute: of_type(hash_key=True) for attribute, of_type in hash_key.items()}
    attributes = {"Meta": meta, **keys, range_key: UnicodeAttribute(range_key=True)}
    return type(name, (GlobalSecondaryIndex,), attributes)


_KEYS, _ALL = KeysOnlyProjection(), AllProjection()
# When each case wants to be judged again; closed and held cases are not in it.
WakeIndex = _index("wake", _KEYS, {"wake_shard": NumberAttribute}, "wake_at")
# The cases that are held for want of a calendar.
HeldIndex = _index("held", _KEYS, {"held_for": UnicodeAttribute}, "case")
# The cases with contested claims: those on which a card hangs first.
ClaimsIndex = _index("claims", _ALL, {"claims_of": UnicodeAttribute}, "claims_since")
# The cases that a department is asked to take over: those that wait longest first.
AskedIndex = _index("asked", _ALL, {"asked": UnicodeAttribute}, "asked_since")
# The cases that wait for an inspector, in the order of `cases/work_list.py`.
WorkIndex = _index("work", _ALL, {"work": UnicodeAttribute}, "work_place")
# The cases with a yellow or a red lamp, by when they are due.
LampIndex = _index("lamp", _ALL, {"alight": UnicodeAttribute}, "due_at")
# A department's open cases of a kind by when they are due; named by `snapshot.list_name`.
DepartmentIndex = _index("department", _ALL, {"department": UnicodeAttribute}, "due_at")


class SnapshotItem(Table):
    """The snapshot of one case."""

    case = UnicodeAttribute(hash_key=True)
    public_case = UnicodeAttribute()
    n = NumberAttribute()
    judged_at = UnicodeAttribute()
    lamp = UnicodeAttribute()
    told = UnicodeAttribute()
    department = UnicodeAttribute(null=True)
    item = UnicodeAttribute(null=True)
    region = UnicodeAttribute(null=True)
    wake_shard = NumberAttribute(null=True)
    wake_at = UnicodeAttribute(null=True)
    held_for = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)  # the index's key: of open cases only, `_NEVER` for none
    dues = UnicodeAttribute(null=True)  # of each clock: the instant, and the year missing for it
    is_paused = BooleanAttribute(null=True)
    rules = UnicodeAttribute(null=True)
    level = UnicodeAttribute(null=True)
    is_unlisted = BooleanAttribute(null=True)
    about = UnicodeAttribute(null=True)  # of a card: the finding behind it, as JSON
    unjudged_at = UnicodeAttribute(null=True)
    claims = NumberAttribute(null=True)
    claims_of = UnicodeAttribute(null=True)  # the index's key, where claims wait: CONTESTED
    claims_since = UnicodeAttribute(null=True)  # cards first, then the longest; no two are alike
    asked = UnicodeAttribute(null=True)  # the department that a transfer names and that is asked
    fell_due = UnicodeAttribute(null=True)
    alight = UnicodeAttribute(null=True)  # the index's key: the lamp, where it is one of ALIGHT
    asked_since = UnicodeAttribute(null=True)  # with the number of the transfer; no two are alike
    work = UnicodeAttribute(null=True)  # the index's key: the work list that has the case
    work_place = UnicodeAttribute(null=True)  # gravest and oldest first; no two are alike


def item_of(items: type[SnapshotItem], snapshot: CaseSnapshot) -> SnapshotItem:
    """Return *snapshot* as it is stored, with the keys of its indexes."""
    kind, due_at = snapshot.kind, snapshot.listed_at
    is_listed = kind in ("card", "sealed", "sample") or not (
        snapshot.is_ours or snapshot.lamp == "closed"
    )
    instants = {name: getattr(snapshot, name) for name in _INSTANTS}
    fields: dict[str, Any] = {name: getattr(snapshot, name) or None for name in _TEXTS + _FLAGS}
    fields |= {name: text(instant) if instant else None for name, instant in instants.items()}
    return items(
        snapshot.case,
        public_case=snapshot.public_case,
        n=snapshot.n,
        judged_at=text(snapshot.judged_at),
        lamp=snapshot.lamp,
        told=snapshot.told,
        department=snapshot.listed_under or None,
        wake_shard=wake_shard(snapshot.case) if snapshot.wake_at else None,
        due_at=(text(due_at) if due_at else _NEVER) if is_listed else None,
        dues=write_dues(snapshot.dues),
        alight=snapshot.lamp if is_listed and snapshot.lamp in ALIGHT else None,
        about=json.dumps(snapshot.about, ensure_ascii=False) if snapshot.about else None,
        **fields,
        **_contested(snapshot),
        **_asked(snapshot),
        **_work(snapshot),
    )


def write_dues(dues: Mapping[str, Due]) -> str | None:
    """Return *dues* as stored; None if there are none.

    By clock: `[instant, year missing for it or null]`, with a third, `true`, where it is in doubt.
    """
    rows = {
        clock: [text(due.at), due.missing, *([True] if due.in_doubt else [])]
        for clock, due in dues.items()
    }
    return json.dumps(rows) if rows else None


def read_dues(stored: str | None) -> dict[str, Due]:
    """Return the due instants that `write_dues` wrote."""
    document = json.loads(stored) if stored else {}
    return {
        clock: Due(parse(at), missing, in_doubt=bool(doubt))
        for clock, (at, missing, *doubt) in document.items()
    }


def given_in(item: SnapshotItem) -> Attributes:
    """Return the attributes that *item* has."""
    return {name: value for name, value in item.attribute_values.items() if value is not None}


def _contested(snapshot: CaseSnapshot) -> dict[str, Any]:
    """Return the attributes of the sparse index; none where no claim waits."""
    claims = snapshot.claims
    if claims.since is None:
        return {}
    order = f"{0 if claims.card else 1}#{text(claims.since)}#{snapshot.public_case}"
    return {"claims": claims.number, "claims_of": CONTESTED, "claims_since": order}


def _asked(snapshot: CaseSnapshot) -> dict[str, Any]:
    """Return the attributes of the sparse index; none where no department is asked."""
    asked = snapshot.asked
    if asked is None:
        return {}
    order = f"{text(asked.since)}#{asked.n}#{snapshot.public_case}"
    return {"asked": asked.department, "asked_since": order}


def _work(snapshot: CaseSnapshot) -> dict[str, Any]:
    """Return the attributes of the sparse index; none where no inspector is waited for."""
    where = work_place(snapshot)
    return {"work": where.list, "work_place": where.place} if where else {}


def _read_asked(item: SnapshotItem) -> Asked | None:
    if not item.asked_since:
        return None
    since, n, _ = item.asked_since.split("#", 2)
    return Asked(int(n), item.asked or "", parse(since))


def _read_claims(item: SnapshotItem) -> Claims:
    if not item.claims_since:
        return NO_CLAIMS
    order, since, _ = item.claims_since.split("#", 2)
    return Claims(int(item.claims or 0), parse(since), order == "0")


def read_item(item: SnapshotItem) -> CaseSnapshot:
    """Return the snapshot that is stored so."""
    instants = {name: getattr(item, name) for name in _INSTANTS}
    fields: dict[str, Any] = {name: getattr(item, name) or "" for name in _TEXTS}
    fields |= {name: bool(getattr(item, name)) for name in _FLAGS}
    fields |= {name: parse(stored) if stored else None for name, stored in instants.items()}
    return CaseSnapshot(
        case=item.case,
        public_case=item.public_case,
        n=int(item.n),
        judged_at=parse(item.judged_at),
        lamp=item.lamp,
        told=item.told,
        department=(item.department or "").partition(":")[2],  # without the kind of its list
        dues=read_dues(item.dues),
        about=json.loads(item.about) if item.about else {},
        claims=_read_claims(item),
        asked=_read_asked(item),
        **fields,
    )
