"""Stories run in memory, one also on moto, with the environment of the integration tests."""

from tests.integration.conftest import _region  # noqa: F401 - an autouse fixture
