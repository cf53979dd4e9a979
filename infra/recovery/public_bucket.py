"""The bucket of the public log as its owner mends it: all versions, and writing over.

The bucket's policy refuses to have a public object written over, by anybody. To put the right bytes
back over wrong ones it is opened by exactly that: a write that signs these bytes by their SHA-256,
of this one object. Nothing else gets through meanwhile, and a door that a crash leaves open lets
nobody write anything but what belongs there.

The key s3:x-amz-content-sha256 is what the signature covers: docs.aws.amazon.com/AmazonS3/latest/
API/bucket-policy-s3-sigv4-conditions.html.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from chalicelib.log.objects import cache_control, content_type
from infra.stack.cloud import Cloud, call_until_ready, found

_TRIES, _SECONDS = 25, 5  # until a policy holds everywhere
_DENIED = {"AccessDenied", "403"}
CLOSED_SID = "WrittenOnce"  # in infra/stack/template.yaml
DOOR_SID = "ThoseBytesThereAlone"
_DIGEST = "s3:x-amz-content-sha256"

Policy = Mapping[str, Any]


class PublicBucket:
    """A bucket; *client* signs what it sends by its SHA-256 (`signing_client`)."""

    def __init__(self, name: str, client: Any, pause: Callable[[float], None] = time.sleep) -> None:
        self._name = name
        self._client = client
        self._pause = pause

    def versions(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of all versions of an object, the first one first."""
        pages = self._client.get_paginator("list_object_versions")
        listed = pages.paginate(Bucket=self._name, Prefix=path)
        versions = [each for page in listed for each in page.get("Versions", ())]
        ids = [each["VersionId"] for each in versions if each["Key"] == path]
        for version in reversed(ids):  # S3 lists the newest first
            answer = self._client.get_object(Bucket=self._name, Key=path, VersionId=version)
            yield answer["Body"].read()

    def put_over(self, path: str, body: bytes) -> None:
        """Write *body* over an object; what was there stays as an older version.

        Crash before the policy is closed: it lets these bytes in at this place, and nothing else;
        `close` at the next call takes the door away.
        """
        policy = self._policy()
        if policy is not None:
            arn = f"arn:{_partition(policy)}:s3:::{self._name}/{path}"
            self._put_policy(opened(policy, arn, body))
        try:
            self._put(path, body)
        finally:
            self.close()

    def close(self) -> None:
        """Close the policy where a mending that crashed left it open."""
        policy = self._policy()
        if policy is not None and closed(policy) != policy:
            self._put_policy(closed(policy))

    def _put(self, path: str, body: bytes) -> None:
        put = partial(self._client.put_object, Bucket=self._name, Key=path, Body=body)
        headers = {"ContentType": content_type(path), "CacheControl": cache_control(path)}
        pause = partial(self._pause, _SECONDS)
        call_until_ready(partial(put, **headers), _DENIED, _TRIES, pause)

    def _policy(self) -> dict[str, Any] | None:
        """Return the bucket's policy; None where it has none."""
        read = partial(self._client.get_bucket_policy, Bucket=self._name)
        stored = found(read, "NoSuchBucketPolicy")
        return json.loads(stored["Policy"]) if stored else None

    def _put_policy(self, policy: Mapping[str, Any]) -> None:
        self._client.put_bucket_policy(Bucket=self._name, Policy=json.dumps(policy))


def signing_client(cloud: Cloud) -> Any:
    """Make a client that signs all that it sends: the policy asks for the digest."""
    from botocore.config import Config

    # With a checksum behind the body, what is signed would be that there is one.
    settings: dict[str, Any] = {"request_checksum_calculation": "when_required"}
    settings |= {"s3": {"payload_signing_enabled": True}, "user_agent_extra": "duban"}
    config = Config(**settings)
    make: Any = cloud.session.client
    return make("s3", endpoint_url=cloud.endpoint, config=config)


def _partition(policy: Mapping[str, Any]) -> str:
    """Return the partition that the policy's own resources are in."""
    for each in policy["Statement"]:
        named = each.get("Resource") or each.get("NotResource")
        first = named if isinstance(named, str) else named[0]
        return str(first.split(":")[1])
    return "aws"


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
