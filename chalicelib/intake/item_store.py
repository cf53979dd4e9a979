"""An item of the inbox in DynamoDB, and the sparse index of those that wait for the log."""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.plumbing.table import Table

PENDING = "pending"


class PendingIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The items received and not yet sealed, oldest first; sparse."""

    class Meta:
        """As DynamoDB knows it."""

        index_name = PENDING
        projection = KeysOnlyProjection()

    pending_shard = NumberAttribute(hash_key=True)
    pending_since = UnicodeAttribute(range_key=True)


class InboxItem(Table):
    """One event, one wake of a case (`W#` and the instant) or one revision (`R#`, rules)."""

    pending = PendingIndex()
    case = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    event = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    salt = UnicodeAttribute(null=True)  # of what its receipt commits to, in hexadecimal
    put_by = UnicodeAttribute(null=True)
    signed = UnicodeAttribute(null=True)  # the request, where its source signed it with a key
    request = UnicodeAttribute(null=True)  # of ours: what asked for it under an Idempotency-Key
    received_at = UnicodeAttribute(null=True)
    pending_shard = NumberAttribute(null=True)
    pending_since = UnicodeAttribute(null=True)
    touched_at = UnicodeAttribute(null=True)
    tries = NumberAttribute(null=True)  # how often reconcile brought it on
    wake_at = UnicodeAttribute(null=True)
    swept_at = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)  # of a nudge after an outage: when its turn ends
