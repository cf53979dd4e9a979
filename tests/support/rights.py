"""Holds each storage call in memory against the deployed policy of the function that makes it.

The policies are those of infra/iam. A call outside a function is the test's own: it may do all.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

IAM = Path(__file__).parents[2] / "infra" / "iam"
PREFIX = "test-"  # of the names of tables and buckets in tests
TABLES = ("Inbox", "Cases", "Facts", "Log", "Board", "Registry", "Vault", "Signed", "PublicLog")
_CALLS = {  # that go by another name than the right to them
    "s3:ListBucket": "ListObjectsV2",
    "s3:ListBucketVersions": "ListObjectVersions",
    "s3:DeleteObjectVersion": "DeleteObjects",
}
_acting: ContextVar[str] = ContextVar("acting", default="")

Work = Callable[[Mapping[str, Any]], dict[str, Any]]


@cache
def allowed(function: str) -> frozenset[tuple[str, str]]:
    """Return the (action, table or index) pairs that the policy of *function* allows."""
    rights = set()
    for statement in json.loads((IAM / f"{function}.json").read_text())["Statement"]:
        for resource in _listed(statement["Resource"]):
            where = json.dumps(resource)
            table = next(
                (name for name in TABLES if f'"{name}"' in where or f"{{{name}." in where), ""
            )
            index = where.partition("/index/")[2].strip('"}')
            for action in _listed(statement["Action"]):
                name = _CALLS.get(action, action.partition(":")[2])
                rights.add((name, f"{table}/index/{index}" if index else table))
    return frozenset(rights)


def acting(function: str, work: Work) -> Work:
    """Return *work* as *function* does it: with the rights of its policy, and no others."""

    def run(event: Mapping[str, Any]) -> dict[str, Any]:
        before = _acting.set(function)
        try:
            return work(event)
        finally:
            _acting.reset(before)

    return run


def acting_function() -> str:
    """Return the function that acts, "" outside of one."""
    return _acting.get()


def require(rights: Iterable[tuple[str, str]]) -> None:
    """Refuse a call that needs *rights*, as AWS does, where the function lacks one."""
    function = _acting.get()
    if not function:
        return
    for action, where in rights:
        if (action, where.removeprefix(PREFIX)) not in allowed(function):
            message = f"{function} is not authorized to perform {action} on {where}"
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": message}}, action
            )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
