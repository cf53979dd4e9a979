"""One DynamoDB client for all tables of a process: PynamoDB would make one per model, 0.1 s each.

The tables' descriptions live in the connection, by name, so that one connection can serve them all.
"""

import os
from contextlib import suppress
from functools import cache

from pynamodb.connection import Connection
from pynamodb.models import Model


def share(model: type[Model]) -> None:
    """Let *model* use the process's one client instead of its own."""
    table = model._get_connection()  # noqa: SLF001 - PynamoDB has no door for this
    shared = connection()
    with suppress(ValueError):  # another model of the same table was here first
        shared.add_meta_table(table.get_meta_table())
    table.connection = shared


def connection() -> Connection:
    """The connection that all tables share; another endpoint or region has another."""
    return _connection(os.environ.get("AWS_ENDPOINT_URL"), os.environ.get("AWS_DEFAULT_REGION"))


@cache
def _connection(endpoint: str | None, region: str | None) -> Connection:
    del endpoint, region  # what botocore reads for itself when it makes the client
    return Connection()
