"""S3 in memory, as far as this code uses it: conditional writes, and the errors of real ones.

Every call is held against the bucket's policy (`bucket_policy`), which its owner may put, and the
function's (`rights`). Who may not list is not told that an object is missing, but refused, as on
AWS. What is written over stays as an older version.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError

from tests.support.bucket_policy import deployed_policy, require_key
from tests.support.policy import S3_PREFIX, Asked
from tests.support.rights import require

BUCKET = "test-PublicLog"
OPERATIONS = frozenset(
    {
        *("GetObject", "PutObject", "ListObjectsV2", "ListObjectVersions", "DeleteObjects"),
        *("GetBucketPolicy", "PutBucketPolicy"),
    }
)
_PAGE = 1000  # names in an answer


class MemoryBucket:
    """The objects of the one bucket, and every checkpoint that was ever shown."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.checkpoints: list[bytes] = []  # that were ever shown, in their order
        self.older: dict[str, list[bytes]] = {}  # what was written over, the first version first
        self.policy = deployed_policy()

    def call(self, function: str, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a client of S3 was asked for by *function*."""
        if operation == "ListObjectVersions":
            _require_list(function, "s3:ListBucketVersions", request["Prefix"])
            return self._list_versions(request["Prefix"], request.get("KeyMarker", ""))
        if operation == "DeleteObjects":
            return self._delete(function, request["Delete"]["Objects"])
        if operation in ("GetBucketPolicy", "PutBucketPolicy"):
            require(function, [Asked(f"s3:{operation}", "PublicLog", {})])
        if operation == "GetBucketPolicy":
            return {"Policy": json.dumps(self.policy)}
        if operation == "PutBucketPolicy":
            self.policy = json.loads(request["Policy"])
            return {}
        if operation == "ListObjectsV2":
            _require_list(function, "s3:ListBucket", request["Prefix"])
            return self._list(request)
        return self._one(function, operation, request)

    def _one(self, function: str, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        key = request["Key"]
        require_key(function, f"s3:{operation}", key, request, self.policy)
        stored = self.objects.get(key)
        if operation == "GetObject":
            if "VersionId" in request:
                stored = dict(self._versions(key))[request["VersionId"]]
            if stored is None:
                _require_list(function, "s3:ListBucket")
                raise _error("NoSuchKey", operation)
            return {"Body": BytesIO(stored), "ETag": _tag(stored)}
        if "IfNoneMatch" in request and stored is not None:
            raise _error("PreconditionFailed", operation)
        if "IfMatch" in request and stored is None:
            raise _error("NoSuchKey", operation)
        if "IfMatch" in request and request["IfMatch"] != _tag(stored or b""):
            raise _error("PreconditionFailed", operation)
        self.write_over(key, bytes(request["Body"]))
        if key == "checkpoint":
            self.checkpoints.append(self.objects[key])
        return {"ETag": _tag(request["Body"])}

    def write_over(self, key: str, body: bytes) -> None:
        """Write whatever the policy says: as somebody did who had put another one."""
        if key in self.objects:
            self.older.setdefault(key, []).append(self.objects[key])
        self.objects[key] = body

    def _versions(self, key: str) -> list[tuple[str, bytes]]:
        """Return the versions of an object, the newest first, as S3 lists them."""
        bodies = [*self.older.get(key, ()), self.objects[key]]
        return [(f"v{at}", body) for at, body in enumerate(bodies, 1)][::-1]

    def _list(self, request: Mapping[str, Any]) -> dict[str, Any]:
        after, most = request.get("ContinuationToken", ""), request.get("MaxKeys", _PAGE)
        start = request["Prefix"]
        names = sorted(key for key in self.objects if key.startswith(start) and key > after)
        page = names[: min(most, _PAGE)]
        answer = {"Contents": [{"Key": key} for key in page], "IsTruncated": page != names}
        return answer | ({"NextContinuationToken": page[-1]} if page and page != names else {})

    def _list_versions(self, prefix: str, after: str) -> dict[str, Any]:
        names = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        page = names[:_PAGE]
        answer = {
            "Versions": [
                {"Key": key, "VersionId": version, "IsLatest": not at}
                for key in page
                for at, (version, _) in enumerate(self._versions(key))
            ],
            "IsTruncated": page != names,
        }
        more = {"NextKeyMarker": page[-1], "NextVersionIdMarker": "v1"} if page != names else {}
        return answer | more

    def _delete(self, function: str, versions: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """Delete one by one, as S3 does: what is refused is named, and the others are gone."""
        errors = []
        for one in versions:
            action = "s3:DeleteObjectVersion" if "VersionId" in one else "s3:DeleteObject"
            try:
                require_key(function, action, one["Key"], {}, self.policy)
            except ClientError as error:
                errors.append({**error.response["Error"], "Key": one["Key"]})
                continue
            self.objects.pop(one["Key"], None)
        return {"Errors": errors} if errors else {}


def _require_list(function: str, action: str, prefix: str | None = None) -> None:
    context = {} if prefix is None else {S3_PREFIX: (prefix,)}
    require(function, [Asked(action, "PublicLog", context)])


def _tag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
