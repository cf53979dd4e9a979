"""The courier signs with a secret in batches, and with a private key one case at a time."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from chalicelib.intake import signature
from infra.feeding.sender import Courier, CourierAccess
from tests.support.source_pair import SourcePair

SECRET = "whsec_" + base64.b64encode(b"n" * 32).decode()
MINE = SourcePair("mine")
SEED = hashlib.sha256(b"mine").digest()
EVENTS = [
    {"id": str(n), "source": "hall", "subject": case}
    for n, case in enumerate("1" * 12 + "21" + "3" * 110)
]
Posted = list[tuple[dict[str, str], bytes]]


@pytest.fixture
def stage() -> Iterator[tuple[str, Posted]]:
    """Give the address of something that records what is posted to it."""
    posted: Posted = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append(({name.lower(): value for name, value in self.headers.items()}, body))
            results = [{"id": event["id"], "status": "recorded"} for event in json.loads(body)]
            answer = json.dumps({"results": results}).encode()
            self.send_response(202)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", posted
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("secret", "sizes"),
    [
        (SECRET, [100, 24]),
        ("whsk_" + base64.b64encode(SEED).decode(), [10, 2, 1, 1, *[10] * 11]),
        ("whsk_" + base64.b64encode(SEED + bytes(32)).decode(), [10, 2, 1, 1, *[10] * 11]),
    ],
    ids=["secret", "seed", "seed and public half"],
)
def test_each_request_is_one_that_the_door_takes(
    stage: tuple[str, Posted], secret: str, sizes: list[int]
) -> None:
    """In the order of the events; a private key may be written with its public half behind it."""
    url, posted = stage
    results = Courier(CourierAccess(url, "hall", secret, "")).post(EVENTS)
    assert [each["id"] for each in results] == [event["id"] for event in EVENTS]
    assert [len(json.loads(body)) for _, body in posted] == sizes
    for headers, body in posted:
        secrets = {"hall": (SECRET, MINE.public)}
        _, signed = signature.find_signer(headers, body, secrets, datetime.now(UTC))
        assert (signed is None) == (secret == SECRET)
