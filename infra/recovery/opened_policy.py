"""The public bucket's policy with a door in it for certain bytes at one place, and without. Pure.

The policy refuses to have a public object written over, by anybody. To put the right bytes back
over wrong ones it is opened by exactly that: a write that signs these bytes by their SHA-256, of
this one object. Nothing else gets through meanwhile, and a door that a crash leaves open lets
nobody write anything but what belongs there.

The key s3:x-amz-content-sha256 is what the signature covers: docs.aws.amazon.com/AmazonS3/latest/
API/bucket-policy-s3-sigv4-conditions.html.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

CLOSED_SID = "WrittenOnce"  # in infra/stack/template.yaml
DOOR_SID = "ThoseBytesThereAlone"
_DIGEST = "s3:x-amz-content-sha256"

Policy = Mapping[str, Any]


def opened(policy: Policy, arn: str, body: bytes) -> dict[str, Any]:
    """Return *policy* opened for *body* at the object *arn*; where it forbids nothing, as it is."""
    closed_policy = closed(policy)
    digest = hashlib.sha256(body).hexdigest()
    statements = []
    for each in closed_policy["Statement"]:
        if each.get("Sid") != CLOSED_SID:
            statements.append(each)
            continue
        others = {**each["Condition"], "StringNotEquals": {_DIGEST: digest}}
        these = {**each["Condition"], "StringEquals": {_DIGEST: digest}}
        elsewhere = {name: part for name, part in each.items() if name != "Resource"}
        door = {**elsewhere, "Sid": DOOR_SID, "NotResource": [arn], "Condition": these}
        statements += [{**each, "Condition": others}, door]
    return {**closed_policy, "Statement": statements}


def closed(policy: Policy) -> dict[str, Any]:
    """Return *policy* without a door; one that has none is returned as it is."""
    statements = []
    for each in policy["Statement"]:
        if each.get("Sid") == CLOSED_SID:
            kept = {name: one for name, one in each["Condition"].items() if name == "Null"}
            statements.append({**each, "Condition": kept})
        elif each.get("Sid") != DOOR_SID:
            statements.append(each)
    return {**policy, "Statement": statements}
