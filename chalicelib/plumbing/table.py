"""The base of all models: every table talks through one client.

PynamoDB makes a client, and reads botocore's service descriptions, for each model and for each
transaction. One costs over 100 ms: half a second of a cold start, and much of every seal.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, ClassVar, Self, TypeVar

from botocore.exceptions import ClientError
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import DeleteError, PutError, PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from chalicelib.plumbing import aws

T = TypeVar("T")
R = TypeVar("R")
WORKERS = 16  # as many as the client keeps connections
_MOST_BYTES = (2048, 1024)  # of the two parts of a key


def in_parallel(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Return what *work* makes of each of *items*, in their order.

    The first error in that order is raised, once all that was begun has come to its end.
    """
    every = list(items)
    if len(every) < 2:  # noqa: PLR2004 - one needs no thread
        return [work(item) for item in every]
    contexts = [copy_context() for _ in every]
    with ThreadPoolExecutor(min(WORKERS, len(every))) as pool:
        done = pool.map(lambda context, item: context.run(work, item), contexts, every)
        return list(done)


StartKey = dict[str, dict[str, Any]]
"""Where a query or a scan goes on: a key as DynamoDB writes it, and as JSON can hold it."""


class Table(Model):
    """A model that shares its client with all others."""

    _shared: ClassVar[dict[aws.Endpoint, Connection]] = {}

    @classmethod
    def named(cls, table: str, **settings: object) -> type[Self]:
        """Return this model for the table of that name, with PynamoDB's *settings* for it."""
        meta = type("Meta", (), {"table_name": table, **settings})
        return type(cls.__name__, (cls,), {"Meta": meta})

    @classmethod
    def find(cls, pk: str, sk: str | None = None, *, consistent: bool = True) -> Self | None:
        """Read the item with this key; None where there is none, as under a key that none can have.

        DynamoDB refuses to look for such a key, and what is asked for is often what somebody sent.
        """
        if not can_be_key(pk, sk):
            return None
        try:
            return cls.get(pk, sk, consistent_read=consistent)
        except cls.DoesNotExist:
            return None

    @classmethod
    def newest(
        cls, pk: str, condition: Condition | None, *, consistent: bool = True
    ) -> Self | None:
        """Read the last item under *pk* whose sort key meets *condition*; None where none does."""
        items = cls.query(
            pk, condition, scan_index_forward=False, limit=1, consistent_read=consistent
        )
        return next(items, None)

    def save_if(self, condition: Condition | None) -> bool:
        """Save the item where *condition* holds. Return whether it was saved, as `is_written`."""
        return is_written(partial(self.save, condition=condition))

    @classmethod
    def connection(cls) -> Connection:
        """Return the connection that transactions go through."""
        endpoint = aws.endpoint()
        if endpoint not in Table._shared:
            made = Connection(
                connect_timeout_seconds=aws.CONNECT_SECONDS,
                read_timeout_seconds=aws.READ_SECONDS,
                max_retry_attempts=aws.ATTEMPTS - 1,
                max_pool_connections=WORKERS,
            )
            made._local.session = aws.session()  # noqa: SLF001 - else it makes one of its own
            Table._shared[endpoint] = made
        return Table._shared[endpoint]

    @classmethod
    def _get_connection(cls) -> TableConnection:
        own = super()._get_connection()
        # PynamoDB has no public way in; tests/integration/test_table.py says if this one closes.
        own.connection._client = cls.connection().client  # noqa: SLF001
        return own


def can_be_key(pk: str, sk: str | None = None) -> bool:
    """Return whether an item can have this key: neither part is empty, or too long."""
    parts = zip((pk, sk), _MOST_BYTES, strict=True)
    return all(
        part is None or 0 < len(part.encode("utf-8", "surrogatepass")) <= most
        for part, most in parts
    )


def is_written(write: Callable[[], object]) -> bool:
    """Do *write*, a conditional one. Return whether it was done; False: its condition refused it.

    False also where it was done and the answer was lost: the caller compares what is stored.
    """
    try:
        write()
    except (PutError, UpdateError, DeleteError) as error:
        if not condition_failed(error):
            raise
        return False
    return True


def condition_failed(error: PynamoDBException) -> bool:
    """Return whether a write was refused by its condition, not by the network or the service.

    Also true of a write that won but whose answer was lost, when the SDK repeats it. (PynamoDB's
    own `cause_response_code` fails where there was no answer at all: a broken connection.)
    """
    cause = error.cause
    if not isinstance(cause, ClientError):
        return False
    return cause.response["Error"]["Code"] == "ConditionalCheckFailedException"
