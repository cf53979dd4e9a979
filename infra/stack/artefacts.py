"""The bucket of what stages are made of: packages and templates under their hashes, small notes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from infra.stack.cloud import Cloud, found
from infra.stack.formation import Progress
from infra.terminal.language import say

_ABSENT = ("NoSuchKey", "NoSuchBucket", "404")


def upload(cloud: Cloud, file: Path, progress: Progress) -> str:
    """Upload *file* under its content's hash, so that the same file is never sent twice."""
    bucket = _bucket(cloud)
    if not file.exists():
        return f"s3://{bucket}/not-packaged"
    body = file.read_bytes()
    key = f"{hashlib.sha256(body).hexdigest()}{file.suffix}"
    s3 = cloud.client("s3")
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        size = f"{len(body) / 1e6:.1f} MB"
        progress(say(f"上传 {file.name}，{size}", f"uploading {file.name}, {size}"))
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    return f"s3://{bucket}/{key}"


def upload_template(cloud: Cloud, template: Mapping[str, Any]) -> str:
    """Upload *template* under its hash and return the address at which CloudFormation reads it."""
    body = json.dumps(template).encode()
    key = f"{hashlib.sha256(body).hexdigest()}.json"
    s3 = cloud.client("s3")
    bucket = _bucket(cloud)
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    # The client knows the partition's own host name.
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


def read_json(cloud: Cloud, address: str) -> dict[str, Any]:
    """Return the document at *address*, as `upload_template` returned it."""
    _, bucket, key = urlsplit(address).path.split("/", 2)
    body = cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    document: dict[str, Any] = json.loads(body)
    return document


def read_note(cloud: Cloud, key: str) -> dict[str, Any] | None:
    """Return the note *key*; None where there is none."""
    s3, bucket = cloud.client("s3"), _name(cloud)
    stored = found(lambda: s3.get_object(Bucket=bucket, Key=key), *_ABSENT)
    return json.loads(stored["Body"].read()) if stored else None


def write_note(cloud: Cloud, key: str, note: Mapping[str, Any]) -> None:
    """Write the note *key*. Crash: it is there whole, or not at all."""
    body = json.dumps(note, ensure_ascii=False, indent=1).encode()
    cloud.client("s3").put_object(Bucket=_bucket(cloud), Key=key, Body=body)


def drop_note(cloud: Cloud, key: str) -> None:
    """Take the note *key* away; none there is fine."""
    cloud.client("s3").delete_object(Bucket=_bucket(cloud), Key=key)


def note_keys(cloud: Cloud, prefix: str) -> Iterator[str]:
    """Yield the keys of the notes that begin with *prefix*, in the order of their text."""
    pages = cloud.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=_bucket(cloud), Prefix=prefix):
        yield from (each["Key"] for each in page.get("Contents", ()))


def _name(cloud: Cloud) -> str:
    account = cloud.client("sts").get_caller_identity()["Account"]
    return f"duban-artefacts-{account}-{cloud.region}"


def _bucket(cloud: Cloud) -> str:
    """Return the bucket's name, and make the bucket, closed to the public, if it is not there."""
    name = _name(cloud)
    s3 = cloud.client("s3")
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        where = {"CreateBucketConfiguration": {"LocationConstraint": cloud.region}}
        s3.create_bucket(Bucket=name, **({} if cloud.region == "us-east-1" else where))
        ways = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        closed = dict.fromkeys(ways, True)
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=closed)
    return name
