"""A snapshot in DynamoDB, and its indexes."""

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection, Projection

from chalicelib.cases.decision import NO_CLAIMS, Asked, Claims
from chalicelib.cases.snapshot import (
    CaseSnapshot,
    read_about,
    read_dues,
    wake_shard,
    write_about,
    write_dues,
)
from chalicelib.instant import parse, text
from chalicelib.plumbing.table import Table

CONTESTED = "contested"
Attributes = Mapping[str, Any]
_NEVER = "9999"  # sorts after every instant


def _named(name: str, projection: Projection) -> type:
    """Return the settings of an index as PynamoDB reads them."""
    return type("Meta", (), {"index_name": name, "projection": projection})


class WakeIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """When each case wants to be looked at again; closed and held cases are not in it."""

    Meta = _named("wake", KeysOnlyProjection())

    wake_shard = NumberAttribute(hash_key=True)
    wake_at = UnicodeAttribute(range_key=True)


class HeldIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Which cases are held for want of a calendar."""

    Meta = _named("held", KeysOnlyProjection())

    held_for = UnicodeAttribute(hash_key=True)
    case = UnicodeAttribute(range_key=True)


class ClaimsIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The cases with contested claims: those on which a card hangs first; sparse."""

    Meta = _named("claims", AllProjection())

    claims_of = UnicodeAttribute(hash_key=True)
    claims_since = UnicodeAttribute(range_key=True)


class AskedIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The cases that a department is asked to take over, those that wait longest first; sparse."""

    Meta = _named("asked", AllProjection())

    asked = UnicodeAttribute(hash_key=True)
    asked_since = UnicodeAttribute(range_key=True)


class DepartmentIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """A department's open cases of a kind by when they are due; named by `head.list_name`."""

    Meta = _named("department", AllProjection())

    department = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


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
    about = UnicodeAttribute(null=True)  # of a card: what it was found for, as JSON
    unjudged_at = UnicodeAttribute(null=True)
    claims = NumberAttribute(null=True)
    claims_of = UnicodeAttribute(null=True)  # the index's key, where claims wait: CONTESTED
    claims_since = UnicodeAttribute(null=True)  # cards first, then the longest; no two are alike
    asked = UnicodeAttribute(null=True)  # the department that a transfer names and that is asked
    fell_due = UnicodeAttribute(null=True)
    asked_since = UnicodeAttribute(null=True)  # with the number of the transfer; no two are alike


def item_of(items: type[SnapshotItem], snapshot: CaseSnapshot) -> SnapshotItem:
    """Return *snapshot* as it is stored, with the keys of its indexes."""
    is_listed = snapshot.kind in ("card", "sealed") or (
        snapshot.kind == "permit" and snapshot.lamp != "closed"
    )
    return items(
        snapshot.case,
        public_case=snapshot.public_case,
        n=snapshot.n,
        judged_at=text(snapshot.judged_at),
        lamp=snapshot.lamp,
        told=snapshot.told,
        department=snapshot.listed_under or None,
        item=snapshot.item or None,
        region=snapshot.region or None,
        wake_shard=wake_shard(snapshot.case) if snapshot.wake_at else None,
        wake_at=text(snapshot.wake_at) if snapshot.wake_at else None,
        held_for=snapshot.held_for or None,
        due_at=(text(snapshot.listed_at) if snapshot.listed_at else _NEVER) if is_listed else None,
        dues=write_dues(snapshot.dues),
        is_paused=snapshot.is_paused or None,
        rules=snapshot.rules or None,
        level=snapshot.level or None,
        is_unlisted=snapshot.is_unlisted or None,
        about=write_about(snapshot.about),
        unjudged_at=text(snapshot.unjudged_at) if snapshot.unjudged_at else None,
        fell_due=snapshot.fell_due or None,
        **_contested(snapshot),
        **_asked(snapshot),
    )


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


def _read_asked(item: SnapshotItem) -> Asked | None:
    if not item.asked_since:
        return None
    since, n, _ = item.asked_since.split("#", 2)
    return Asked(int(n), item.asked or "", parse(since))


def _claims(item: SnapshotItem) -> Claims:
    if not item.claims_since:
        return NO_CLAIMS
    order, since, _ = item.claims_since.split("#", 2)
    return Claims(int(item.claims or 0), parse(since), order == "0")


def _department(item: SnapshotItem) -> str:
    """Return the department alone; it is stored with the kind of its list before it."""
    return (item.department or "").partition(":")[2]


def read_item(item: SnapshotItem) -> CaseSnapshot:
    """Return the snapshot that is stored so."""
    return CaseSnapshot(
        case=item.case,
        public_case=item.public_case,
        n=int(item.n),
        judged_at=parse(item.judged_at),
        lamp=item.lamp,
        department=_department(item),
        item=item.item or "",
        region=item.region or "",
        wake_at=parse(item.wake_at) if item.wake_at else None,
        held_for=item.held_for or "",
        dues=read_dues(item.dues),
        is_paused=bool(item.is_paused),
        told=item.told,
        rules=item.rules or "",
        level=item.level or "",
        is_unlisted=bool(item.is_unlisted),
        about=read_about(item.about),
        unjudged_at=parse(item.unjudged_at) if item.unjudged_at else None,
        claims=_claims(item),
        asked=_read_asked(item),
        fell_due=item.fell_due or "",
    )
