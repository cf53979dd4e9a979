"""Carries the tables' streams to the functions, as Lambda would: in order, at least once, with retries.

Faults are switched on by a test: *lose* drops records for good, *twice* delivers each batch again.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import boto3

from chalicelib.lambdas import publish, seal, supervise

RETRIES = 3
_READERS: tuple[tuple[str, Callable[[Mapping[str, Any]], dict[str, Any]]], ...] = (
    ("test-Inbox", supervise.run),
    ("test-Facts", seal.run),
    ("test-Log", publish.run),
)


class StreamPump:
    """One reader per stream, as the template has it."""

    def __init__(self, batch: int = 10) -> None:
        self.batch = batch
        self.lose: Callable[[str, Mapping[str, Any]], bool] = lambda _table, _record: False
        self.twice = False
        self.failed: list[tuple[str, Mapping[str, Any]]] = []
        self.calls = 0
        self._streams = boto3.client("dynamodbstreams")
        self._places = {table: self._start(table) for table, _ in _READERS}

    def _start(self, table: str) -> str:
        arn = boto3.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        shard = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
        return self._streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def drain(self, rounds: int = 50) -> None:
        """Carry records until no stream has any."""
        for _ in range(rounds):
            if not any([self._carry(table, work) for table, work in _READERS]):
                return
        raise AssertionError("the streams do not run dry")

    def _carry(self, table: str, work: Callable[[Mapping[str, Any]], dict[str, Any]]) -> int:
        answer = self._streams.get_records(ShardIterator=self._places[table], Limit=1000)
        self._places[table] = answer["NextShardIterator"]
        records = [
            record
            for record in answer["Records"]
            if record["eventName"] != "REMOVE" and not self.lose(table, record)
        ]
        waiting = deque(records)
        while waiting:
            batch = [waiting.popleft() for _ in range(min(self.batch, len(waiting)))]
            for _ in range(2 if self.twice else 1):
                self._deliver(table, work, batch)
        return len(records)

    def _deliver(
        self,
        table: str,
        work: Callable[[Mapping[str, Any]], dict[str, Any]],
        batch: list[Mapping[str, Any]],
    ) -> None:
        """Deliver with bounded retries from the first failure; then the on-failure queue gets the rest."""
        tries = 0
        while batch:
            self.calls += 1
            try:
                failures = work({"Records": batch})["batchItemFailures"]
            except Exception:
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
            if tries > RETRIES:
                self.failed.append((table, batch[0]))
                batch, tries = batch[1:], 0
