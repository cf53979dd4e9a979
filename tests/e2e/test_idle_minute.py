"""What a minute costs follows what is due, never what is open: counted as AWS counts it.

MiniStack counts consumed capacity; moto does not. The functions run in this process.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from chalicelib.cases.snapshot import wake_shard
from chalicelib.instant import text
from chalicelib.intake.inbox_id import nudge_id
from chalicelib.lambdas import publish, reconcile, sweep
from tests.support.local_tables import LocalTables, Meter, local_tables
from tests.support.stream_pump import StreamPump
from tests.support.trials import times

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
FEW, MANY = 1_000, 10_000
BATCH = 25  # DynamoDB's limit


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTables]:
    """Give the tables of a stage that has been up for a while.

    A minute is longer than what a function remembers; here it is not.
    """
    folder = tmp_path_factory.mktemp("idle")
    with pytest.MonkeyPatch.context() as patch, local_tables(folder, NOW) as made:
        patch.setattr("chalicelib.calendar.store.KEEP_SECONDS", -1)
        patch.setattr("chalicelib.policy.store.KEEP_SECONDS", -1)
        patch.setattr("chalicelib.policy.adoption_store.KEEP_SECONDS", -1)
        patch.setattr("chalicelib.policy.registrations.KEEP_SECONDS", -1)
        pump = StreamPump()
        for minutes in (30, 1, 1):  # the calendar and the policy are new at first
            reconcile.run({})
            pump.drain()  # the log is told of the rules, and that it is alive
            publish.run({})
            made.wall.forward(minutes=minutes)
        yield made


def load(numbers: range, wake_at: datetime) -> None:
    """Put the snapshots of open cases, with what the wake index holds of them."""
    client, shown = boto3.client("dynamodb"), text(wake_at)

    def put(start: int) -> None:
        cases = [f"hall:{number}" for number in numbers[start : start + BATCH]]
        items = [
            {
                "case": {"S": case},
                "wake_shard": {"N": str(wake_shard(case))},
                "wake_at": {"S": shown},
            }
            for case in cases
        ]
        requests = [{"PutRequest": {"Item": item}} for item in items]
        left = client.batch_write_item(RequestItems={"test-Cases": requests})["UnprocessedItems"]
        assert not left

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(0, len(numbers), BATCH)))


def minute(tables: LocalTables) -> Meter:
    """Count one minute's schedules."""
    with tables.metered() as meter:
        sweep.run({})
        reconcile.run({})
        publish.run({})
    return meter


def test_an_idle_minute_costs_the_same_whatever_is_open(tables: LocalTables) -> None:
    """With 1,000 and with 10,000 open cases it takes the same units; what is due adds its own.

    A thorough run has 100,000: to write them takes minutes.
    """
    next_month = NOW + timedelta(days=30)
    load(range(FEW), next_month)
    with_few = minute(tables)
    assert with_few.read_units <= 50
    assert with_few.write_units <= 1
    assert _units_per_nudge(tables, 20) == _units_per_nudge(tables, 40) == 2
    load(range(times(MANY)), next_month)
    assert minute(tables) == with_few


def _units_per_nudge(tables: LocalTables, count: int) -> float:
    """Let *count* cases fall due; say what a sweep writes for each. No other request is made."""
    cases = [f"hall:{number}" for number in range(count)]
    load(range(count), tables.wall.at)
    with tables.metered() as meter:
        sweep.sweep(tables.services, tables.services.now())
    assert meter.requests == {"Query": 64, "PutItem": count}
    for case in cases:
        tables.services.inbox.settle(case, nudge_id(tables.wall.at))
    load(range(count), NOW + timedelta(days=30))
    return meter.write_units / count
