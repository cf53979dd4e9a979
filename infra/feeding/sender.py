"""Posts signed events and drives a local stage's clock, over HTTP, like any outside system.

Every post can be repeated: an event's id is its own, and the same event again is a no-op. So a post
that failed for now (a lost answer, 5xx) is simply sent again.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import urllib3
from msgspec import Struct

from chalicelib.errors import BadInput, Bilingual
from chalicelib.instant import text
from chalicelib.intake.signed_body import MAX_EVENTS
from chalicelib.intake.source_key import PRIVATE_PREFIX

MAX_BATCH = 100
_BATCH = "application/cloudevents-batch+json"
_RETRIES = urllib3.Retry(
    total=6,
    backoff_factor=0.2,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=None,
    raise_on_status=False,
)
_OK = 300
_PATIENCE = 30  # requests, each of which waits for some twenty seconds


class CourierAccess(Struct, frozen=True):
    """The address of a stage, and the credentials for it.

    *secret* is one that the stage knows too (`whsec_`), or the source's private key (`whsk_`).
    """

    url: str
    source: str
    secret: str
    operator_key: str


class Courier:
    """One stage, seen from outside."""

    def __init__(self, access: CourierAccess) -> None:
        self._access = access
        self._http = urllib3.PoolManager(
            maxsize=2, retries=_RETRIES, timeout=urllib3.Timeout(connect=5, read=40)
        )

    def post(self, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Post *events* in batches; return their results in order."""
        results: list[dict[str, Any]] = []
        for batch in _batches(events, self._access.secret):
            body = json.dumps(batch, ensure_ascii=False).encode()
            answer = self._send("POST", "/v1/events", body, self._sign(body))
            results.extend(answer["results"])
        return results

    def set_clock(
        self,
        now: datetime | None = None,
        speed: int | None = None,
        counting: Mapping[str, str] | None = None,
    ) -> str:
        """Set the stage's clock, wait until everything has come through, and return its time."""
        settings = {"now": now and text(now), "speed": speed, "counting": counting}
        wanted = {name: value for name, value in settings.items() if value is not None}
        for _ in range(_PATIENCE):
            answer = self._send_json("PUT", "/v1/clock", wanted, self._access.operator_key)
            if answer["idle"]:
                return str(answer["now"])
        reason = Bilingual("一直没有处理完；请看它的日志", "does not come to rest; see its log")
        raise BadInput(reason, self._access.url)

    def get(self, path: str, key: str = "") -> Any:
        """Read a JSON document of the stage."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return self._send("GET", path, None, headers)

    def post_document(self, path: str, document: Mapping[str, str], key: str) -> Any:
        """Post a JSON document to the stage with *key*; the same post again does no harm."""
        return self._send_json("POST", path, document, key)

    def _send_json(self, method: str, path: str, document: Mapping[str, Any], key: str) -> Any:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        return self._send(method, path, json.dumps(document, ensure_ascii=False).encode(), headers)

    def _sign(self, body: bytes) -> dict[str, str]:
        """Sign as Standard Webhooks does, by the wall clock."""
        message_id = "msg_" + hashlib.sha256(body).hexdigest()[:24]
        stamp = str(int(time.time()))
        signature = _signature(self._access.secret, f"{message_id}.{stamp}.".encode() + body)
        return {
            "Content-Type": _BATCH,
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature,
        }

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        try:
            answer = self._http.request(
                method, self._access.url + path, body=body, headers=dict(headers)
            )
        except urllib3.exceptions.HTTPError as error:
            raise BadInput(
                zh="没有应答，请核对地址和网络", en=f"no answer: {error}", where=self._access.url
            ) from error
        if answer.status >= _OK:
            zh = f"应答 {answer.status}：{answer.data[:300]!r}"
            en = f"answered {answer.status}: {answer.data[:300]!r}"
            raise BadInput(zh=zh, en=en, where=method + " " + path)
        return json.loads(answer.data)


def _batches(
    events: Sequence[Mapping[str, Any]], secret: str
) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield *events* in order, in batches; what a key signs is of one case and short."""
    if not secret.startswith(PRIVATE_PREFIX):
        yield from (events[n : n + MAX_BATCH] for n in range(0, len(events), MAX_BATCH))
        return
    for _, of_one_case in groupby(events, lambda event: event["subject"]):
        run = list(of_one_case)
        yield from (run[n : n + MAX_EVENTS] for n in range(0, len(run), MAX_EVENTS))


def _signature(secret: str, message: bytes) -> str:
    """Return the signature header for *message*: v1 by a secret, v1a by a private key."""
    if not secret.startswith(PRIVATE_PREFIX):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        return "v1," + base64.b64encode(hmac.digest(key, message, "sha256")).decode()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = base64.b64decode(secret.removeprefix(PRIVATE_PREFIX))[:32]  # the public half may follow
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    return "v1a," + base64.b64encode(signature).decode()
