"""Carries the tables' streams to the functions, as Lambda would: in order, at least once.

The filters are those of infra/stack/template.yaml, in memory the rights those of infra/stack/iam.
Faults are switched on by a test: *lose* drops records for good, *twice* delivers each batch again,
and what fails too often lands in *failed*, as it would in the on-failure queue.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import boto3

from chalicelib.lambdas import project, seal, supervise
from tests.support.event_filter import filters, passes
from tests.support.rights import Work, acting

Record = Mapping[str, Any]

RETRIES = 3
READERS: dict[str, Work] = {
    "Inbox": acting("supervise", supervise.run),
    "Facts": acting("seal", seal.run),
    "Log": acting("project", project.run),
}


class Streams(Protocol):
    """Where records come from."""

    def new(self, table: str) -> list[Record]:
        """Give what was written to *table* since it was last asked for."""


class MotoStreams:
    """The streams of the tables on moto."""

    def __init__(self) -> None:
        self._client = boto3.client("dynamodbstreams")
        self._places = {table: self._start(f"test-{table}") for table in READERS}

    def _start(self, table: str) -> str:
        arn = boto3.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        shard = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
        answer = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        return str(answer["ShardIterator"])

    def new(self, table: str) -> list[Record]:
        """Give what was written to *table* since it was last asked for."""
        answer = self._client.get_records(ShardIterator=self._places[table], Limit=1000)
        self._places[table] = answer["NextShardIterator"]
        return list(answer["Records"])


class StreamPump:
    """One reader per stream, as the template has it."""

    def __init__(self, streams: Streams | None = None, batch: int = 10) -> None:
        self.batch = batch
        self.retries = RETRIES
        self.lose: Callable[[str, Record], bool] = lambda _table, _record: False
        self.twice = False
        self.failed: list[tuple[str, Record]] = []
        self.calls = 0
        self.waiting: dict[str, deque[Record]] = {table: deque() for table in READERS}
        self._streams = streams or MotoStreams()
        self._filters = filters()

    def snapshot(self) -> Callable[[], None]:
        """Keep what waits as it is; give what brings it back."""
        kept = {table: tuple(records) for table, records in self.waiting.items()}
        failed = list(self.failed)

        def restore() -> None:
            self.waiting = {table: deque(records) for table, records in kept.items()}
            self.failed = list(failed)

        return restore

    def drain(self, rounds: int = 50) -> None:
        """Carry records until no stream has any."""
        for _ in range(rounds):
            if sum(self.carry(table) for table in READERS) == 0:
                return
        raise AssertionError("the streams do not run dry")

    def fetch(self, table: str) -> int:
        """Take in what is new in a stream; say how much waits to be delivered."""
        waiting = self.waiting[table]
        for record in self._streams.new(table):
            if passes(record, self._filters[table]) and not self.lose(table, record):
                waiting.append(record)
        return len(waiting)

    def carry(self, table: str, most: int | None = None) -> int:
        """Deliver what waits in one stream, or the first *most*; say how many records that was."""
        count = self.fetch(table) if most is None else min(most, self.fetch(table))
        left = count
        while left:
            batch = [self.waiting[table].popleft() for _ in range(min(self.batch, left))]
            left -= len(batch)
            for _ in range(2 if self.twice else 1):
                self._deliver(table, batch)
        return count

    def _deliver(self, table: str, batch: list[Record]) -> None:
        """Deliver with bounded retries from the first failure; then the on-failure queue has it."""
        tries = 0
        while batch:
            self.calls += 1
            try:
                failures = READERS[table]({"Records": batch})["batchItemFailures"]
            except Exception:  # noqa: BLE001 - Lambda retries whatever is raised
                failures = [{"itemIdentifier": batch[0]["dynamodb"]["SequenceNumber"]}]
            if not failures:
                return
            place = next(
                at
                for at, record in enumerate(batch)
                if record["dynamodb"]["SequenceNumber"] == failures[0]["itemIdentifier"]
            )
            tries = tries + 1 if place == 0 else 1
            batch = batch[place:]
            if tries > self.retries:
                self.failed.append((table, batch[0]))
                batch, tries = batch[1:], 0
