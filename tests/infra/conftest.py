"""Packages of both stages, made once; and a local cloud for small stacks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloud import running
from infra.stack.cloud import Cloud
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


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A local cloud; each test file has a stack of its own in it."""
    with running(tmp_path_factory.mktemp("cloud")) as local:
        yield local.cloud
