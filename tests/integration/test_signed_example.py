"""The example of a signed event in docs/events.md, run as it stands there."""

import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from chalicelib.errors import Rejected
from chalicelib.intake.routes import receive_request
from tests.support.stage import stage

PAGE = Path(__file__).parents[2] / "docs" / "events.md"


@pytest.fixture
def door():
    """Give the services of a stage, and the address at which its door answers."""
    with stage(at=datetime.now(UTC)) as (services, _):

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): text for name, text in self.headers.items()}
                try:
                    answer = receive_request(services, headers, body)
                    status, told = answer.status_code, answer.body
                except Rejected as refusal:
                    status, told = refusal.status, "{}"
                self.send_response(status)
                self.end_headers()
                self.wfile.write(told.encode())

            def log_message(self, *_):
                pass

        with HTTPServer(("127.0.0.1", 0), Door) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            yield services, f"http://127.0.0.1:{server.server_port}"
            server.shutdown()
            thread.join()


def test_the_example_is_refused_until_its_key_is_registered(door, tmp_path):
    """It makes its key, prints the public half, and signs; with the same key the next time."""
    services, url = door
    blocks = re.findall(
        r"^```python\n(.+?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (example,) = [block for block in blocks if "Ed25519PrivateKey" in block]

    def run():
        return subprocess.run(
            [sys.executable, "-c", example, url, "permits"],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    refused = run()
    _, _, public, _, fingerprint = refused.stdout.split()
    assert (refused.returncode, "401" in refused.stderr) == (1, True)
    assert (tmp_path / "private_key").stat().st_mode & 0o077 == 0
    services.sources.write({"permits": [public]})
    taken = run()
    assert taken.returncode == 0, taken.stderr
    assert "'status': 'recorded'" in taken.stdout
    assert f"'signed': '{fingerprint}'" in taken.stdout
