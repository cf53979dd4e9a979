"""One local stage for all tests over real HTTP: packaged, deployed by CloudFormation, running."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from msgspec import Struct

from infra.feeding.sender import Courier, CourierAccess


class Door(Struct, frozen=True, dict=True):
    """The stage from outside: plain HTTP, and a courier of its one source."""

    url: str
    source: str
    secret: str
    keys: dict[str, str]
    courier: Courier
    folder: Path
    endpoint: str

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask once, as anybody could: status, headers, body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = urllib3.request(
            method, self.url + path, body=body, headers=named, retries=False, redirect=False
        )
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.data

    def json(self, path: str, role: str = "") -> Any:
        """Read a JSON document, with the key of *role* if one is named."""
        return self.courier.get(path, self.keys[role] if role else "")

    def accepted(self, case: str, **more: Any) -> dict[str, Any]:
        """Accept *case* on a Monday morning; it is due on Wednesday at close of office."""
        return {
            "specversion": "1.0",
            "id": f"{case}-accepted",
            "source": self.source,
            "subject": case,
            "type": "case.accepted",
            "time": "2026-11-02T09:00:00+08:00",
            "data": {
                "item": "E2E-01",
                "department": "住房和城乡建设局",
                "region": "370102",
                "promise": {"amount": 2, "unit": "wd"},
            },
        } | more

    def alerts(self) -> list[dict[str, Any]]:
        """Read the alerts of all that happened on this stage, page by page."""
        found: list[dict[str, Any]] = []
        while page := self.json(f"/v1/alerts?lastEventId={found[-1]['id'] if found else ''}",
                                "inspector"):  # fmt: skip
            found += page
        return found


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Have the stage up for the session."""
    from infra.local.stage import up

    folder = tmp_path_factory.mktemp("cloud")
    with up(folder) as (running, told):
        (source, secret), *_ = told.sources.items()
        courier = Courier(CourierAccess(told.url, source, secret, told.keys["operator"]))
        endpoint = running.cloud.endpoint or ""
        (folder / "local.json").write_text(
            json.dumps({"url": told.url, "sources": told.sources, "keys": told.keys})
        )
        yield Door(told.url, source, secret, told.keys, courier, folder, endpoint)
