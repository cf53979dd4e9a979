"""Packages of both stages, made once."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.stack.package import package
from infra.stack.target import LAMBDA, host

Template = dict[str, Any]


@pytest.fixture(scope="session")
def released() -> Path:
    """What is released: the package of prod for Lambda."""
    return package("prod", LAMBDA)


@pytest.fixture(scope="session", params=["prod", "local"])
def template(request: pytest.FixtureRequest, released: Path) -> Template:
    """The packaged template of either stage."""
    folder = released if request.param == "prod" else package("local", host(layered=False))
    loaded: Template = json.loads((folder / "template.json").read_text())
    return loaded
