"""The API keeps its OpenAPI document, whoever asks: no 5xx, no answer that it does not know."""

import base64
import time
from datetime import UTC, datetime

import pytest
import schemathesis

from tests.support.api_contract import explore
from tests.support.asker import Asker
from tests.support.environment import environment
from tests.support.memory_stage import memory_world
from tests.support.trials import times
from tests.support.webhook import sign_webhook
from tests.support.wsgi_app import wsgi_app

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
EXAMPLES = times(2)


@pytest.fixture(scope="module")
def county():
    """Give a county with a yellow card, a case in time, and one source."""
    with environment(), memory_world("2026-11-02T09:00:00") as made:
        made.accept("2026-11-02T09:00:00", "1")
        made.accept("2026-11-02T09:00:00", "2", promise="30wd", department="Water")
        made.until("2026-11-10T08:00:00")
        yield made


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr("chalicelib.feed.routes.LONGEST_SECONDS", 0.0)


@pytest.mark.parametrize("role", ["", "inspector", "Housing", "operator"])
def test_every_answer_is_one_that_the_document_knows(county, role):
    """To nobody's key and to one of each role."""
    headers = {"Authorization": f"Bearer {Asker(county.services).bearer(role)}"} if role else {}
    schema = schemathesis.openapi.from_wsgi("/openapi.json", wsgi_app())
    assert explore(schema, headers, EXAMPLES) > 100


def test_what_a_source_signs_gets_an_answer_that_the_document_knows(county, monkeypatch):
    """Whatever it signs."""
    services = county.services
    monkeypatch.setattr(services.sources, "active", lambda: {"hall": (SECRET,)})
    now = datetime.fromtimestamp(int(time.time()), UTC)
    monkeypatch.setattr(type(services), "wall", lambda _self: now)

    def sign(body):
        return sign_webhook(SECRET, "msg_1", now, body)

    schema = schemathesis.openapi.from_wsgi("/openapi.json", wsgi_app(sign))
    events = schema.include(path="/v1/events")
    assert explore(events, {}, 4 * EXAMPLES) > EXAMPLES
