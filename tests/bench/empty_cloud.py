"""A cloud in which there is nothing: it answers at once what a function asks that just started.

Tables are empty, but what one run puts another one gets: the rules of a stage are adopted once, not
with each start. The bucket is empty, secrets are a fixed text, the signer signs whatever it is
asked. It runs in this process, so none of its work is counted as the function's.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from chalicelib.log.signing import read_sign_request
from chalicelib.log.tlog.note import sign_note
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.tlog.vkey import ED25519, Vkey

_NONE = {"Items": [], "Count": 0, "ScannedCount": 0}
_EMPTY = {"Query": _NONE, "Scan": _NONE}
_NO_KEY = b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"
_NO_NAMES = b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>"
_SIGNER = SeedSigner(b"s" * 32)
_PUT: list[tuple[str, dict[str, Any]]] = []  # each item with its table, the last one at the end


class _Answers(BaseHTTPRequestHandler):
    """Answers DynamoDB, Secrets Manager, S3 and Lambda."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Of the bucket: no such object, and no names."""
        is_list = "?" in self.path
        self._send(200 if is_list else 404, _NO_NAMES if is_list else _NO_KEY)

    def do_PUT(self) -> None:
        """Of the bucket: written."""
        self._body()
        self._send(200, b"")

    def do_POST(self) -> None:
        """Of the other services."""
        body, target = self._body(), self.headers.get("X-Amz-Target", "")
        self._send(200, json.dumps(self._answer(target.rpartition(".")[2], body)).encode())

    def _answer(self, operation: str, body: bytes) -> dict[str, Any]:
        if operation == "GetSecretValue":
            return {"SecretString": '{"hall": ["whsec_' + "c2VjcmV0" * 4 + '"]}'}
        if not operation:  # an invocation of the signer
            request = read_sign_request(json.loads(body))
            origin = request.checkpoint.origin
            line = sign_note(request.checkpoint.text, origin, _SIGNER)
            vkey = Vkey(origin, ED25519, _SIGNER.public).text
            return {"signature": line.text, "vkey": vkey}
        return self._item(operation, json.loads(body)) or _EMPTY.get(operation, {})

    def _item(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation == "PutItem":
            _PUT.append((request["TableName"], request["Item"]))
        if operation != "GetItem":
            return {}
        found = [
            item
            for table, item in reversed(_PUT)
            if table == request["TableName"]
            and all(item.get(name) == value for name, value in request["Key"].items())
        ]
        return {"Item": found[0]} if found else {}

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = b""
        while (size := int(re.split(rb"[;\r]", self.rfile.readline())[0], 16)) > 0:
            chunks += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return chunks

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def empty_cloud() -> Iterator[str]:
    """Run it for the block; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
