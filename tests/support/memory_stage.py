"""A stage whose tables are in memory: the same services, hundreds of times a second."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from pynamodb.connection import Connection

from chalicelib.instant import parse
from chalicelib.plumbing import aws
from chalicelib.plumbing.services import Services, use
from tests.support.faulty import Faulty
from tests.support.memory_cloud import MemoryCloud
from tests.support.memory_tables import Table
from tests.support.rights import nobody_is_refused
from tests.support.stage import (
    TABLES,
    HandClock,
    register_sources,
    services_here,
    settings,
)
from tests.support.stream_pump import StreamPump
from tests.support.template_file import template
from tests.support.turns import Turns
from tests.support.world import SHANGHAI, World

FEW = 3
_SPREAD = ("cases.snapshot", "lambdas.backlog")


class MemoryStreams:
    """The streams of the tables in memory."""

    def __init__(self, cloud: MemoryCloud) -> None:
        self._cloud = cloud
        self.places = dict.fromkeys(cloud.tables, 0)

    def new(self, table: str) -> list[Mapping[str, Any]]:
        """Give what was written to *table* since it was last asked for."""
        name = f"test-{table}"
        records = self._cloud.streams[name][self.places[name] :]
        self.places[name] += len(records)
        return records


def memory_cloud() -> MemoryCloud:
    """Make the tables of infra/stack/template.yaml."""
    return MemoryCloud({f"test-{name}": _table(name) for name in TABLES})


def _table(name: str) -> Table:
    properties = template()["Resources"][name]["Properties"]
    indexes = {
        index["IndexName"]: _keys(index["KeySchema"])
        for index in properties.get("GlobalSecondaryIndexes", ())
    }
    view = properties.get("StreamSpecification", {}).get("StreamViewType", "")
    projected = {
        index["IndexName"]: _projected(index["Projection"])
        for index in properties.get("GlobalSecondaryIndexes", ())
    }
    return Table(_keys(properties["KeySchema"]), indexes, view == "NEW_IMAGE", projected)


def _projected(said: Mapping[str, Any]) -> tuple[str, ...] | None:
    if said["ProjectionType"] == "ALL":
        return None
    return tuple(said.get("NonKeyAttributes", ()))


def _keys(schema: list[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in schema)


@contextmanager
def memory_stage(
    at: datetime, client: Any, shards: int = FEW
) -> Iterator[tuple[Services, HandClock]]:
    """Give services over *client*, which stands where botocore's would, and their wall clock.

    Wakes lie in a few *shards*: a sweep asks each of them, and most of what is lived is sweeps.
    """
    wall = HandClock(at)
    services = services_here(settings("wall"), wall, client)
    spread = [patch(f"chalicelib.{module}.WAKE_SHARDS", shards) for module in _SPREAD]
    here = aws.endpoint()  # nothing here leads there: it is read once, and not for each call
    with ExitStack() as stack:
        for context in (*spread, patch.object(Connection, "client", client), use(services)):
            stack.enter_context(context)
        stack.enter_context(patch.object(aws, "endpoint", lambda: here))
        # Nobody listens to the signals that PynamoDB sends about each call.
        stack.enter_context(patch.object(Connection, "dispatch", Connection._make_api_call))
        stack.enter_context(nobody_is_refused())
        register_sources(services)
        yield services, wall


class MemoryWorld(World):
    """A county in memory, whose storage calls can be made to fail."""

    def __init__(
        self, services: Services, wall: HandClock, cloud: MemoryCloud, turns: Turns, faulty: Faulty
    ) -> None:
        self.streams = MemoryStreams(cloud)
        super().__init__(services, wall, StreamPump(self.streams))
        self.cloud = cloud
        self.faulty = faulty
        self.turns = turns
        self.taken: list[Mapping[str, Any]] = []  # records of the inbox that a test delivered

    def forget_taken(self) -> None:
        """Let the stream go on behind the records that a test delivered by itself."""
        waiting = self.pump.waiting["Inbox"]
        self.pump.waiting["Inbox"] = deque(record for record in waiting if record not in self.taken)
        self.taken.clear()

    def _start_again(self) -> None:
        """Let the functions have new processes, which have served nothing yet."""
        vars(self.services).pop("served_items", None)

    def go_on_from(self, lived: "MemoryWorld") -> None:
        """Have lived what *lived* has, which is left as it is; nothing is remembered but stored."""
        lived.cloud.copy_to(self.cloud)
        self.pump.waiting = {table: deque(each) for table, each in lived.pump.waiting.items()}
        self.pump.failed = list(lived.pump.failed)
        self.streams.places = dict(lived.streams.places)
        self.wall.at = lived.wall.at
        self.told, self._ids = set(lived.told), lived._ids

    def save(self) -> Callable[[], None]:
        """Save the whole county as it is; return the function that brings it back."""
        parts = [self.cloud.snapshot(), self.pump.snapshot()]
        places, at = dict(self.streams.places), self.wall.at
        self._start_again()

        def restore() -> None:
            self._start_again()
            for part in parts:
                part()
            self.streams.places = dict(places)
            self.wall.at = at

        return restore


@contextmanager
def memory_world(at: str, shards: int = FEW) -> Iterator[MemoryWorld]:
    """Make a county in memory at *at*, local time in Shanghai; wakes lie in so many *shards*."""
    cloud = memory_cloud()
    faulty = Faulty(cloud)
    turns = Turns(faulty)
    with memory_stage(parse(at + SHANGHAI), turns, shards) as (services, wall):
        yield MemoryWorld(services, wall, cloud, turns, faulty)
