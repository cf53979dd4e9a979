"""Every integration test may ask for a stage of its own."""

import hashlib
from collections.abc import Iterator
from functools import cache
from unittest.mock import patch

import pytest

from tests.support import stage as support
from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.memory_stage import memory_world


@pytest.fixture(autouse=True)
def _region(monkeypatch):
    for name, text in {
        "AWS_DEFAULT_REGION": support.REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }.items():
        monkeypatch.setenv(name, text)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True, scope="session")
def _scrypt() -> Iterator[None]:
    """The same password with the same salt is worked out once: its digest is always the same."""
    with patch.object(hashlib, "scrypt", cache(hashlib.scrypt)):
        yield


@pytest.fixture
def staged():
    """Give services on moto and the wall clock they are judged by."""
    with support.stage() as made:
        yield made


@pytest.fixture
def served(staged):
    """Give services on moto."""
    return staged[0]


@pytest.fixture
def wall(staged):
    """Give the wall clock of the stage."""
    return staged[1]


@pytest.fixture(scope="session")
def lived_county():
    """Give what the county lived, to go on from."""
    with environment(), memory_world("2026-11-02T09:00:00") as made:
        made.accept("2026-11-02T09:00:00", "1")
        made.until("2026-11-09T17:31:00")
        made.until("2026-11-10T08:00:00")
    return made


@pytest.fixture
def county(lived_county):
    """Give a county in which Housing has one overdue case.

    Due on 2026-11-09 at 17:30; its yellow card is on record since the minute after.
    """
    with memory_world("2026-11-10T08:00:00") as made:
        made.go_on_from(lived_county)
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


@pytest.fixture
def card(county):
    """Give the path of the yellow card."""
    return f"/v1/cards/{county.snapshot().public_case}.2"


@pytest.fixture
def take(county, ask):
    """Give a function that takes a step about a card, and lets everything come of it."""

    def taken(card, step, who="inspector", body=None):
        answer = data(ask("POST", f"{card}/{step}", who, body), 202)
        county.pump.drain()
        return answer["status"]

    return taken
