"""The door in the bucket's policy: for certain bytes at one place. `test_mend` tries it."""

import hashlib
from typing import Any

import boto3
import pytest

from infra.recovery.public_bucket import closed, opened, signing_client
from infra.stack.cloud import Cloud

ARN = "arn:aws-cn:s3:::log"
OTHERS: list[dict[str, Any]] = [
    {"Sid": "NeverHidden", "Effect": "Deny", "Action": "s3:DeleteObject", "Resource": f"{ARN}/*"}
]
ONCE: dict[str, Any] = {
    "Sid": "WrittenOnce",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:PutObject",
    "Resource": [f"{ARN}/tile/*", f"{ARN}/vkeys/*"],
    "Condition": {"Null": {"s3:if-none-match": "true"}},
}
POLICY = {"Version": "2012-10-17", "Statement": [ONCE, *OTHERS]}


def test_the_door_is_for_a_digest_and_a_place() -> None:
    """Every other write over something is refused as ever: other bytes, or these elsewhere."""
    digest = hashlib.sha256(b"right").hexdigest()
    by_digest = "s3:x-amz-content-sha256"
    null = ONCE["Condition"]
    assert opened(POLICY, f"{ARN}/tile/0/001", b"right")["Statement"] == [
        ONCE | {"Condition": {**null, "StringNotEquals": {by_digest: digest}}},
        {
            "Sid": "ThoseBytesThereAlone",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "NotResource": [f"{ARN}/tile/0/001"],
            "Condition": {**null, "StringEquals": {by_digest: digest}},
        },
        *OTHERS,
    ]


def test_it_is_closed_however_often_it_was_opened() -> None:
    """There is one door at a time, and afterwards none."""
    twice = opened(opened(POLICY, f"{ARN}/tile/0/001", b"a"), f"{ARN}/tile/0/002", b"b")
    assert twice == opened(POLICY, f"{ARN}/tile/0/002", b"b")
    assert closed(twice) == POLICY
    assert closed(POLICY) == POLICY


def test_a_bucket_that_refuses_nothing_needs_no_door() -> None:
    """That of a local cloud."""
    policy = {"Version": "2012-10-17", "Statement": OTHERS}
    assert opened(policy, f"{ARN}/tile/0/001", b"right") == policy


def test_what_is_sent_is_signed_by_its_digest() -> None:
    """Else the condition would see UNSIGNED-PAYLOAD, and refuse the right bytes."""
    sent: list[Any] = []

    class Sent(Exception):
        """Nothing leaves this machine."""

    def note(request: Any, **_: Any) -> None:
        sent.append(request)
        raise Sent

    session = boto3.Session("key", "secret", region_name="cn-north-1")
    client = signing_client(Cloud(session, None))
    client.meta.events.register("before-send.s3.PutObject", note)
    with pytest.raises(Sent):
        client.put_object(Bucket="log", Key="tile/0/001", Body=b"right")
    (request,) = sent
    assert request.url.startswith("https://log.s3.cn-north-1.amazonaws.com.cn/")
    assert request.headers["x-amz-content-sha256"].decode() == hashlib.sha256(b"right").hexdigest()
