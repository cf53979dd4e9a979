"""The tables on a local cloud of their own, which counts what is consumed as AWS does.

The functions run in this process; only their storage calls go out. Each call is counted with the
capacity units that DynamoDB says it took.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct, field

from chalicelib.plumbing.services import Services, use
from chalicelib.plumbing.table import Table
from infra.local.cloud import running
from infra.stack.cloud import ANYBODY, LOCAL_REGION
from tests.support.stage import (
    HandClock,
    create_tables,
    register_sources,
    services_here,
    settings,
)

READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})


class Meter(Struct, dict=True):
    """What was asked of DynamoDB, and what it took."""

    requests: Counter[str] = field(default_factory=Counter)
    read_units: float = 0.0
    write_units: float = 0.0

    def count(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        """Count one answered call; an event hook of botocore."""
        said = parsed.get("ConsumedCapacity") or []
        units = sum(one["CapacityUnits"] for one in (said if isinstance(said, list) else [said]))
        self.requests[model.name] += 1
        if model.name in READS:
            self.read_units += units
        else:
            self.write_units += units


class LocalTables(Struct, dict=True):
    """Services over the tables, their wall clock, and a meter for each block."""

    services: Services
    wall: HandClock
    endpoint: str

    @contextmanager
    def metered(self) -> Iterator[Meter]:
        """Count what the block asks for."""
        meter = Meter()
        events = Table.connection().client.meta.events
        events.register("after-call.dynamodb", meter.count)
        try:
            yield meter
        finally:
            events.unregister("after-call.dynamodb", meter.count)


@contextmanager
def local_tables(folder: Path, at: datetime) -> Iterator[LocalTables]:
    """Start a local cloud in *folder* and make the tables there; it ends with the block."""
    with running(folder) as local, pytest.MonkeyPatch.context() as patch:
        assert local.cloud.endpoint
        patch.setenv("AWS_ENDPOINT_URL", local.cloud.endpoint)
        patch.setenv("AWS_DEFAULT_REGION", LOCAL_REGION)
        patch.setenv("AWS_ACCESS_KEY_ID", ANYBODY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", ANYBODY)
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
            patch.delenv(name, raising=False)
        create_tables()
        wall = HandClock(at)
        with use(services_here(settings("wall"), wall)) as made:
            register_sources(made)
            yield LocalTables(made, wall, local.cloud.endpoint)
