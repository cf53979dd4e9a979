"""The `duban` command, on the county of a test."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest

from infra.cli import main
from infra.stack import services as stage_services
from tests.support.replayed import PublicWorld

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def duban(
    county: PublicWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Give the command; it finds this county whatever stage it names."""
    monkeypatch.setattr(stage_services, "services_of", lambda _: nullcontext(county.services))

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main.main([*map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out.strip(), printed.err.strip()

    return run
