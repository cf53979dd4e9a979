"""The README's first event, run as it stands there, is taken and becomes a yellow card."""

import json
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from chalicelib.intake.routes import receive_request
from tests.integration.test_events_route import new_secret
from tests.support.stage import stage
from tests.support.world import World

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def door():
    """Give a server on loopback and the list of what is posted to it."""
    posted = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): text for name, text in self.headers.items()}
            posted.append((self.path, headers, body))
            self.send_response(HTTPStatus.ACCEPTED)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api", posted
        server.shutdown()
        thread.join()


def test_the_first_event_becomes_a_yellow_card(door, tmp_path):
    """As a newcomer runs it, against what `.duban/local.json` names."""
    url, posted = door
    (example,) = re.findall(
        r"^```python\n(.+?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    secret = new_secret()
    (tmp_path / ".duban").mkdir()
    told = {"url": url, "sources": {"demo": secret}, "keys": {}}
    (tmp_path / ".duban" / "local.json").write_text(json.dumps(told))
    subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=True, timeout=60)
    ((path, headers, body),) = posted
    assert path == "/api/v1/events"
    with stage(at=datetime.now(UTC)) as (services, wall):
        services.sources.write({"demo": [secret]})
        assert receive_request(services, headers, body).status_code == HTTPStatus.ACCEPTED
        World(services, wall).tick()
        levels = [card.level for card in services.board.cards(10)]
    assert levels == ["yellow", "warning"]
