"""Set the language of commands, and how many examples a property is tried with.

Memory is seldom looked through. `make test` tries few, the same ones every time. `make thorough`
tries ten times as many or more, others in every run, and prints for a failure how to repeat it.
"""

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

os.environ["DUBAN_LANG"] = "zh"  # what commands print does not depend on who runs the tests

always = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", always, max_examples=30, derandomize=True)
settings.register_profile("thorough", always, max_examples=500, derandomize=False, print_blob=True)
settings.load_profile("quick")


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands speak English."""
    monkeypatch.setenv("DUBAN_LANG", "en")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes a minute or more, and guards the edge of things, is for the night."""
    if config.getoption("--hypothesis-profile") != "thorough":
        skipped = pytest.mark.skip(reason="takes minutes: make thorough")
        for item in items:
            if item.get_closest_marker("night"):
                item.add_marker(skipped)


def pytest_collection_finish() -> None:
    """Look no more through what is there for all tests, and seldom through what they make."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
