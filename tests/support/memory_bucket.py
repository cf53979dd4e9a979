"""S3 in memory, as far as this code uses it: conditional writes, and the errors of real ones."""

import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError

BUCKET = "test-PublicLog"
OPERATIONS = frozenset({"GetObject", "PutObject", "ListObjectsV2"})


class MemoryBucket:
    """The objects of the one bucket, and every checkpoint that was ever shown."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.checkpoints: list[bytes] = []  # that were ever shown, in their order

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a client of S3 was asked for."""
        if operation == "ListObjectsV2":
            names = sorted(key for key in self.objects if key.startswith(request["Prefix"]))
            names = names[: request.get("MaxKeys", 1000)]
            return {"Contents": [{"Key": name} for name in names], "IsTruncated": False}
        key = request["Key"]
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


def _tag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
