"""A snapshot in DynamoDB, and its indexes."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.plumbing.table import Table


class WakeIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """When each case wants to be looked at again; closed and held cases are not in it."""

    class Meta:
        """As DynamoDB knows it."""

        index_name = "wake"
        projection = KeysOnlyProjection()

    wake_shard = NumberAttribute(hash_key=True)
    wake_at = UnicodeAttribute(range_key=True)


class HeldIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Which cases are held for want of a calendar."""

    class Meta:
        """As DynamoDB knows it."""

        index_name = "held"
        projection = KeysOnlyProjection()

    held_for = UnicodeAttribute(hash_key=True)
    case = UnicodeAttribute(range_key=True)


class ClaimsIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The cases with contested claims: those on which a card hangs first; sparse."""

    class Meta:
        """As DynamoDB knows it."""

        index_name = "claims"
        projection = AllProjection()

    claims_of = UnicodeAttribute(hash_key=True)
    claims_since = UnicodeAttribute(range_key=True)


class AskedIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The cases that a department is asked to take over, those that wait longest first; sparse."""

    class Meta:
        """As DynamoDB knows it."""

        index_name = "asked"
        projection = AllProjection()

    asked = UnicodeAttribute(hash_key=True)
    asked_since = UnicodeAttribute(range_key=True)


class DepartmentIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """A department's open cases of a kind by when they are due; named by `head.list_name`."""

    class Meta:
        """As DynamoDB knows it."""

        index_name = "department"
        projection = AllProjection()

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
