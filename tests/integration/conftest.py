"""Every integration test may ask for a stage of its own."""

import pytest

from tests.support import stage as support


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
