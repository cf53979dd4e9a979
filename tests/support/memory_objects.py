"""The public objects in memory: the service's own S3 adapter over a bucket that is a dictionary.

Its calls go through the same chain as DynamoDB's (`Faulty`, `Turns`, `MemoryCloud`): whatever fails
a storage call or orders it by turns does so for objects too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.log.s3_objects import S3Objects
from tests.support.faulty import Client
from tests.support.memory_bucket import BUCKET
from tests.support.memory_cloud import MemoryCloud


class _S3:
    """What S3Objects wants of a client."""

    def __init__(self, below: Client) -> None:
        self._below = below

    def get_object(self, **request: Any) -> Mapping[str, Any]:
        """Do GetObject."""
        return self._below._make_api_call("GetObject", request)

    def put_object(self, **request: Any) -> Mapping[str, Any]:
        """Do PutObject."""
        return self._below._make_api_call("PutObject", request)

    def list_objects_v2(self, **request: Any) -> Mapping[str, Any]:
        """Do ListObjectsV2."""
        return self._below._make_api_call("ListObjectsV2", request)

    def list_object_versions(self, **request: Any) -> Mapping[str, Any]:
        """Do ListObjectVersions."""
        return self._below._make_api_call("ListObjectVersions", request)

    def delete_objects(self, **request: Any) -> Mapping[str, Any]:
        """Do DeleteObjects."""
        return self._below._make_api_call("DeleteObjects", request)


class OwnersS3(_S3):
    """What the bucket's owner, who mends it, wants of a client besides."""

    def get_bucket_policy(self, **request: Any) -> Mapping[str, Any]:
        """Do GetBucketPolicy."""
        return self._below._make_api_call("GetBucketPolicy", request)

    def put_bucket_policy(self, **request: Any) -> Mapping[str, Any]:
        """Do PutBucketPolicy."""
        return self._below._make_api_call("PutBucketPolicy", request)

    def get_paginator(self, _name: str) -> "_Pages":
        """Return what lists the versions."""
        return _Pages(self)


class _Pages:
    """All versions of one object fit into a page."""

    def __init__(self, client: OwnersS3) -> None:
        self._client = client

    def paginate(self, **request: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the page."""
        yield self._client.list_object_versions(**request)


class MemoryObjects(S3Objects):
    """Objects over *client*, by default over a bucket of their own."""

    def __init__(self, client: Client | None = None) -> None:
        self.cloud = client or MemoryCloud({})
        super().__init__(BUCKET, _S3(self.cloud))
