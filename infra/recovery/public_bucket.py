"""The bucket of the public log as its owner mends it: all versions, and writing over."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from chalicelib.log.objects import cache_control, content_type
from infra.recovery.opened_policy import closed, opened
from infra.stack.calls import call_until_ready, found
from infra.stack.cloud import Cloud

_TRIES, _SECONDS = 25, 5  # until a policy holds everywhere
_DENIED = {"AccessDenied", "403"}


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
