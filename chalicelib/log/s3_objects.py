"""The public objects in a bucket, by conditional writes: `If-None-Match: *` and `If-Match`.

The bucket's own policy refuses an unconditional write of anything but the checkpoint, and every
removal but that of partial objects. So neither depends on this file (infra/stack/template.yaml).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import Conflict, Corrupt
from chalicelib.log.objects import cache_control, check_path, content_type, partials_of
from chalicelib.log.tlog.tile import TilePath
from chalicelib.plumbing import aws

_ABSENT = frozenset({"NoSuchKey", "404"})
_TAKEN = frozenset({"PreconditionFailed", "412"})
_BUSY = frozenset({"ConditionalRequestConflict", "409"})  # another write of it is under way
_TRIES = 5


class S3Objects:
    """Objects in *bucket*.

    The SDK repeats a write whose answer was lost, and our own object then refuses it. So every
    refusal is followed by a read of the object.
    """

    def __init__(self, bucket: str, client: Any = None) -> None:
        self._bucket = bucket
        self._given = client

    def get(self, path: str) -> bytes | None:
        """Read an object; None where there is none."""
        tagged_body = self.get_tagged(path)
        return tagged_body[0] if tagged_body else None

    def get_tagged(self, path: str) -> tuple[bytes, str] | None:
        """Read an object with its ETag; without the right to list, a missing one is forbidden."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=check_path(path))
        except ClientError as error:
            if _code(error) not in _ABSENT:
                raise
            return None
        return answer["Body"].read(), answer["ETag"]

    def put_new(self, path: str, body: bytes) -> None:
        """Write once: a crash leaves the whole object or none; equal bytes there are success.

        Raises Corrupt where other bytes are there: what is public never changes.
        """
        if not self._put(path, body, IfNoneMatch="*") and self.get(path) != body:
            raise Corrupt(f"{path} 已公开，而内容不同", f"{path} is public with other bytes")

    def replace(self, path: str, body: bytes, tag: str | None) -> None:
        """Write over what had *tag* (None: over nothing); Conflict where another was first."""
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        if not self._put(path, body, **condition) and self.get(path) != body:
            raise Conflict(f"{path} 已由别处写入", f"{path} was written by somebody else")

    def names(self, prefix: str) -> Iterator[str]:
        """Yield all names that begin with *prefix*; a thousand for each request."""
        for page in self._pages(self._client.list_objects_v2, prefix, "ContinuationToken"):
            yield from (item["Key"] for item in page.get("Contents", ()))

    def discard_partials(self, tile: TilePath) -> int:
        """Remove every version of the partial objects of the full *tile*; return how many.

        The bucket keeps what is overwritten or deleted, so each version is named. One request
        lists the full object and its partial ones, at most 256 names, and one removes them. Raises
        Corrupt where the full one is not there. Crash: some are left, for the same call again.
        """
        count, is_there = 0, False
        list_versions, markers = self._client.list_object_versions, ("KeyMarker", "VersionIdMarker")
        for page in self._pages(list_versions, tile.path, *markers):
            versions = page.get("Versions", [])
            latest = (version["Key"] for version in versions if version["IsLatest"])
            is_there = is_there or tile.path in latest
            if not is_there:
                zh = f"{tile.path} 缺失：其不满的分块保留"
                raise Corrupt(zh, f"{tile.path} is not there: its partial objects stay")
            doomed = [
                {"Key": version["Key"], "VersionId": version["VersionId"]}
                for version in (*versions, *page.get("DeleteMarkers", []))
                if version["Key"].startswith(partials_of(tile))
            ]
            if doomed:
                self._remove(doomed)
            count += len(doomed)
        return count

    def _pages(
        self, read: Callable[..., Mapping[str, Any]], prefix: str, *markers: str
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the pages that *read* lists under *prefix*; *markers* say where the next begins."""
        more: dict[str, str] = {}
        while True:
            page = read(Bucket=self._bucket, Prefix=prefix, **more)
            yield page
            if not page.get("IsTruncated"):
                return
            more = {name: page[f"Next{name}"] for name in markers}

    def _remove(self, versions: Sequence[Mapping[str, str]]) -> None:
        """Remove versions of objects for good, in one request. Raises the first one's error."""
        answer = self._client.delete_objects(
            Bucket=self._bucket, Delete={"Objects": [*versions], "Quiet": True}
        )
        for error in answer.get("Errors", []):
            raise ClientError({"Error": error}, "DeleteObjects")

    def _put(self, path: str, body: bytes, **condition: str) -> bool:
        """Write under a condition; False where it does not hold."""
        for tries in range(1, _TRIES + 1):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=check_path(path),
                    Body=body,
                    ContentType=content_type(path),
                    CacheControl=cache_control(path),
                    **condition,
                )
            except ClientError as error:
                code = _code(error)
                if code in _TAKEN or ("IfMatch" in condition and code in _ABSENT):
                    return False
                if code not in _BUSY or tries == _TRIES:
                    raise
            else:
                return True
        return False

    @cached_property
    def _client(self) -> Any:
        return self._given or aws.client("s3")


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
