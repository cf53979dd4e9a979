"""S3 in memory, as far as this code uses it: conditional writes, and the errors of real ones.

Every call is held against the bucket's policy (`bucket_policy`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError

from tests.support.bucket_policy import require_key
from tests.support.rights import acting_function

BUCKET = "test-PublicLog"
OPERATIONS = frozenset(
    {"GetObject", "PutObject", "ListObjectsV2", "ListObjectVersions", "DeleteObjects"}
)
_PAGE = 1000  # names in an answer
_VERSION = "v1"  # of each object: what is written once has one


class MemoryBucket:
    """The objects of the one bucket, and every checkpoint that was ever shown."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.checkpoints: list[bytes] = []  # that were ever shown, in their order

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a client of S3 was asked for."""
        if operation == "ListObjectVersions":
            return self._list_versions(request["Prefix"], request.get("KeyMarker", ""))
        if operation == "DeleteObjects":
            return self._delete(request["Delete"]["Objects"])
        if operation == "ListObjectsV2":
            names = sorted(key for key in self.objects if key.startswith(request["Prefix"]))
            names = names[: request.get("MaxKeys", 1000)]
            return {"Contents": [{"Key": name} for name in names], "IsTruncated": False}
        key = request["Key"]
        require_key(acting_function(), f"s3:{operation}", key, request)
        stored = self.objects.get(key)
        if operation == "GetObject":
            if stored is None:
                raise _error("NoSuchKey", operation)
            return {"Body": BytesIO(stored), "ETag": _tag(stored)}
        if "IfNoneMatch" in request and stored is not None:
            raise _error("PreconditionFailed", operation)
        if "IfMatch" in request and stored is None:
            raise _error("NoSuchKey", operation)
        if "IfMatch" in request and request["IfMatch"] != _tag(stored or b""):
            raise _error("PreconditionFailed", operation)
        self.objects[key] = bytes(request["Body"])
        if key == "checkpoint":
            self.checkpoints.append(self.objects[key])
        return {"ETag": _tag(request["Body"])}

    def _list_versions(self, prefix: str, after: str) -> dict[str, Any]:
        names = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        page = names[:_PAGE]
        answer = {
            "Versions": [{"Key": key, "VersionId": _VERSION, "IsLatest": True} for key in page],
            "IsTruncated": page != names,
        }
        more = {"NextKeyMarker": page[-1], "NextVersionIdMarker": _VERSION} if page != names else {}
        return answer | more

    def _delete(self, versions: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """Delete one by one, as S3 does: what is refused is named, and the others are gone."""
        errors = []
        for one in versions:
            action = "s3:DeleteObjectVersion" if "VersionId" in one else "s3:DeleteObject"
            try:
                require_key(acting_function(), action, one["Key"], {})
            except ClientError as error:
                errors.append({**error.response["Error"], "Key": one["Key"]})
                continue
            self.objects.pop(one["Key"], None)
        return {"Errors": errors} if errors else {}


def _tag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
