"""The pure parts of the plumbing: settings, the partial batch, the table clock's arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import BadInput, Rejected
from chalicelib.lambdas import routes
from chalicelib.plumbing import clock, partial_batch, settings
from chalicelib.plumbing.query import decode_parameter

ENVIRONMENT = {
    "INBOX_TABLE": "inbox",
    "CASES_TABLE": "cases",
    "FACTS_TABLE": "facts",
    "LOG_TABLE": "log",
    "BOARD_TABLE": "board",
    "REGISTRY_TABLE": "registry",
    "VAULT_TABLE": "vault",
    "SIGNED_TABLE": "signed",
    "SIGNIN_TABLE": "sign-in",
    "SOURCES_SECRET": "duban-test/sources",
    "RECEIPT_SECRET": "duban-test/receipt-key",
    "SIGNIN_SECRET": "duban-test/sign-in",
    "LOG_KEY": "secret:duban-test/log-key",
    "LOG_ORIGIN": "log.test/log",
    "LOG_BUCKET": "public-log",
    "SIGN_FUNCTION": "duban-test-sign",
    "OPEN_FUNCTION": "duban-test-open",
    "DUBAN_STAGE": "test",
    "DUBAN_PROFILE": "statutory",
    "DUBAN_CALENDAR": "CN",
    "DUBAN_REGION": "370102",
    "DUBAN_CLOCK": "wall",
    "SOURCE_RATE": "600",
    "FEED_READERS": "10",
}


def test_settings_are_typed():
    """Each variable is a field."""
    read = settings.read_settings(ENVIRONMENT)
    assert (read.inbox_table, read.duban_stage, read.is_local) == ("inbox", "test", False)
    assert settings.read_settings(ENVIRONMENT | {"DUBAN_CLOCK": "table"}).is_local
    assert settings.read_settings(ENVIRONMENT | {"SOURCE_RATE": "250"}).source_rate == 250


@pytest.mark.parametrize("name", ["SOURCE_RATE", "FEED_READERS"])
@pytest.mark.parametrize("number", ["0", "-1", "1.5", "many", "１"])
def test_a_setting_that_is_no_number_is_refused(name, number):
    """A whole number of 1 or more."""
    with pytest.raises(BadInput, match=name):
        settings.read_settings(ENVIRONMENT | {name: number})


def test_all_missing_settings_are_told_in_one_error():
    """An operator mends them in one go."""
    left = {name: text for name, text in ENVIRONMENT.items() if not name.endswith("_TABLE")}
    with pytest.raises(BadInput) as caught:
        settings.read_settings(left | {"DUBAN_STAGE": ""})
    for name in ("INBOX_TABLE", "VAULT_TABLE", "DUBAN_STAGE"):
        assert name in str(caught.value)
    assert "DUBAN_REGION" not in str(caught.value)


def test_an_unknown_clock_is_refused():
    """There are two."""
    with pytest.raises(BadInput):
        settings.read_settings(ENVIRONMENT | {"DUBAN_CLOCK": "sundial"})


CASES = dict.fromkeys((11, 12, 13), "a")  # all other records have cases of their own


def stream(*numbers):
    """Make a stream event of records with these sequence numbers."""
    return {
        "Records": [
            {"dynamodb": {"SequenceNumber": str(n), "Keys": {"case": {"S": CASES.get(n, str(n))}}}}
            for n in numbers
        ]
    }


def worker(*failing):
    """Make work that fails on some records and remembers the others."""
    seen = []

    def work(records):
        numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
        if set(numbers) & set(failing):
            raise RuntimeError(numbers)
        seen.append(numbers)

    return work, seen


def test_a_batch_without_failures_is_done():
    """In order, and nothing is reported."""
    work, seen = worker()
    assert partial_batch.process_by_case(stream(1, 2, 3), work) == {"batchItemFailures": []}
    assert seen == [[1], [2], [3]]
    assert partial_batch.process_by_case(stream(), work) == {"batchItemFailures": []}


def test_a_batch_stops_at_the_first_failure():
    """What lies behind it waits, and Lambda is told where to resume."""
    work, seen = worker(2, 3)
    answer = partial_batch.process_by_case(stream(1, 2, 3), work)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert seen == [[1]]


def test_the_records_of_a_case_are_one_piece_of_work():
    """In the order of their first records; a failure is told by the first of its case."""
    work, seen = worker()
    assert partial_batch.process_by_case(stream(11, 1, 12, 2, 13), work)["batchItemFailures"] == []
    assert seen == [[11, 12, 13], [1], [2]]
    work, seen = worker(13)
    answer = partial_batch.process_by_case(stream(1, 11, 2, 12, 13, 3), work)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "11"}]}
    assert seen == [[1]]


def test_a_whole_batch_fails_where_a_partial_answer_is_not_understood():
    """The local cloud must see an error, whichever record it was."""
    work, seen = worker(2)
    with pytest.raises(RuntimeError):
        partial_batch.process_by_case(stream(1, 2, 3), work, whole=True)
    assert seen == [[1]]


def test_a_failure_of_the_first_record_is_raised():
    """No progress was made, and not every platform reads the partial answer."""
    work, seen = worker(1)
    with pytest.raises(RuntimeError):
        partial_batch.process_by_case(stream(1, 2), work)
    assert seen == []


NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("speed", [0, 1, 3600])
def test_the_table_clock_runs_as_fast_as_it_is_told(speed):
    """So many times the wall's time since it was set."""
    setting = clock.ClockSetting(NOW, datetime(2026, 1, 1, tzinfo=UTC), speed)
    later = NOW + timedelta(seconds=10)
    assert setting.at(later) == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=10 * speed)


def test_a_request_sets_the_time_or_the_speed_or_both():
    """Instants with an offset, whole speeds."""
    assert routes.read_clock_request({"now": "2026-11-21T16:30:00+08:00"}) == (NOW, None)
    assert routes.read_clock_request({"speed": 1}) == (None, 1)
    assert routes.read_clock_request({"now": "2026-11-21T08:30:00Z", "speed": 0}) == (NOW, 0)
    assert routes.read_clock_request({"now": "2026-11-21T08:30:00Z", "speed": 60}) == (NOW, 60)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"at": 1},
        {"now": None},
        {"now": 7},
        {"now": "soon"},
        {"now": "2026-11-21"},
        {"speed": -1},
        {"speed": 1.5},
        {"speed": True},
        {"speed": 10**9},
        {"speed": None},
        {"speed": 0},
        {"now": "0001-01-01T00:00:00Z"},
        {"now": "1989-12-31T23:59:59Z"},
        {"now": "2200-01-01T00:00:00Z"},
    ],
)
def test_a_request_that_sets_nothing_sensible_is_refused(body):
    """422."""
    with pytest.raises(Rejected) as caught:
        routes.read_clock_request(body)
    assert caught.value.status == 422


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ("hall%3A1", "hall:1"),
        ("hall:1%2F2", "hall:1/2"),
        ("hall%253A1", "hall%3A1"),
        ("a+b", "a+b"),
        ("%", "%"),
        ("%2", "%2"),
        ("", ""),
        ("%E4%BD%A0", ""),
        ("%FF", ""),
        ("a%00", ""),
        ("a%0A", ""),
        ("x" * 600, "x" * 600),
        ("x" * 601, ""),
        ("%41" * 600, "A" * 600),
        ("%41" * 601, ""),
    ],
)
def test_a_path_parameter_is_decoded_once(parameter, text):
    """What then is not printable ASCII, or too long, is no id."""
    assert decode_parameter(parameter) == text
