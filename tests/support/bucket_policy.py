"""Holds each call to the bucket in memory against its policy in the template, key by key.

A function needs the right in its own policy too (`rights`). A call outside a function is by
somebody with every right of the account: the bucket's policy alone can refuse it.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from tests.support.policy import Asked
from tests.support.rights import require
from tests.support.template_file import template

Statement = Mapping[str, Any]
ARN = "arn:aws:s3:::test-PublicLog"


@cache
def deployed_policy() -> dict[str, Any]:
    """Return the bucket's policy, as on a stage whose bucket sees to write-once."""
    found = template()["Resources"]["PublicLogPolicy"]["Properties"]["PolicyDocument"]
    statements = [one["Fn::If"][1] if "Fn::If" in one else one for one in found["Statement"]]
    written = json.dumps({**found, "Statement": statements})
    return dict(json.loads(written.replace("${PublicLog.Arn}", ARN)))


def require_key(
    function: str, action: str, key: str, headers: Mapping[str, Any], policy: Mapping[str, Any]
) -> None:
    """Refuse what AWS refuses: *action* on *key* by *function*, "" being the account's owner."""
    require(function, [Asked(action, f"PublicLog/{key}", {})])
    if any(_denies(one, function, action, key, headers) for one in policy["Statement"]):
        message = f"{function or 'the owner'} may not {action} {key}"
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": message}}, action)


def _denies(
    statement: Statement, function: str, action: str, key: str, headers: Mapping[str, Any]
) -> bool:
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    if action not in statement["Action"]:
        return False
    if "NotResource" in statement:
        is_meant = not any(_matches(_patterns(statement["NotResource"]), key))
    else:
        is_meant = any(_matches(_patterns(statement["Resource"]), key))
    conditions = statement.get("Condition", {}).items()
    return is_meant and all(_holds(kind, one, function, headers) for kind, one in conditions)


def _holds(kind: str, told: Mapping[str, Any], function: str, headers: Mapping[str, Any]) -> bool:
    """Return whether one condition holds; all that a client of ours sends is signed."""
    match kind, told:
        case "Null", {"s3:if-none-match": "true"}:
            return "IfNoneMatch" not in headers
        case "ArnNotEquals", {"aws:PrincipalArn": str(role)}:
            return role != f"{function.title()}Role.Arn"
        case "StringEquals", {"s3:x-amz-content-sha256": str(digest)}:
            return hashlib.sha256(headers["Body"]).hexdigest() == digest
        case "StringNotEquals", {"s3:x-amz-content-sha256": str(digest)}:
            return hashlib.sha256(headers["Body"]).hexdigest() != digest
    raise AssertionError(f"unknown here: {kind} {told}")


def _patterns(resource: Any) -> Iterator[str]:
    """Yield the patterns of keys in the bucket."""
    for one in _listed(resource):
        text = one["Fn::Sub"] if isinstance(one, dict) and "Fn::Sub" in one else one
        for bucket in ("${PublicLog.Arn}/", f"{ARN}/"):
            if isinstance(text, str) and text.startswith(bucket):
                yield text.removeprefix(bucket)


def _matches(patterns: Iterator[str], key: str) -> Iterator[bool]:
    """Match as IAM does: a star stands for any characters, a slash too."""
    for pattern in patterns:
        yield bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), key))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
