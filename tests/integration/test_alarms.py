"""Each alarm on what AWS measures rings when its fault is there, and no other alarm does.

The metrics are those that AWS documents, with their dimensions:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
`test_own_alarms.py` has the alarms on what the functions measure themselves.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.support.cloud_watch import Datum, Metric, alarms, metric, ringing
from tests.support.stack import Stack

PROD, OTHER = Stack("prod"), Stack("trial")
HOUR = 3600
SCHEDULED = ("sweep", "reconcile", "publish")
FUNCTIONS = (
    *("api", "supervise", "seal", "project", "publish", "sign"),
    *("sweep", "reconcile", "discard", "open"),
)
STREAMED = {
    "supervise": "SuperviseLagAlarm",
    "seal": "SealLagAlarm",
    "project": "ProjectLagAlarm",
    "publish": "PublishLagAlarm",
}
DOCUMENTED = {
    ("AWS/Lambda", "Errors"): {"FunctionName"},
    ("AWS/Lambda", "Throttles"): {"FunctionName"},
    ("AWS/Lambda", "Invocations"): {"FunctionName"},
    ("AWS/Lambda", "IteratorAge"): {"FunctionName"},
    ("AWS/ApiGateway", "5XXError"): {"ApiName", "Stage"},
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
}
CONFIG = Path(__file__).parents[2] / ".chalice" / "config.json"


def of_function(name: str, function: str) -> Metric:
    """Return the metric *name* of a *function* of the stage prod."""
    return metric("AWS/Lambda", name, FunctionName=f"duban-prod-{function}")


def of_gateway() -> Metric:
    """Return the errors of the server that the gateway counts, by the API's name and stage."""
    api_stage = json.loads(CONFIG.read_text())["api_gateway_stage"]
    return metric("AWS/ApiGateway", "5XXError", ApiName="duban-prod", Stage=api_stage)


def each_minute(what: Metric, value: float, minutes: Iterable[int] = range(60)) -> list[Datum]:
    """Return the same *value* in each of the *minutes* of the hour."""
    return [Datum(what, minute * 60, value) for minute in minutes]


def quiet_hour(without: Metric | None = None) -> Iterator[Datum]:
    """Yield what AWS measures in an hour in which all is well; one metric may be missing."""
    for name in FUNCTIONS:
        for measured in ("Errors", "Throttles"):
            yield from each_minute(of_function(measured, name), 0)
        if name in STREAMED:
            yield from each_minute(of_function("IteratorAge", name), 31_000)
    for name in SCHEDULED:
        if of_function("Invocations", name) != without:
            yield from each_minute(of_function("Invocations", name), 1)
    yield from each_minute(of_gateway(), 0)


def named(function: str, ending: str) -> str:
    """Return the name of an alarm on a *function*."""
    return f"{function.capitalize()}{ending}Alarm"


def failures_of(function: str) -> Metric:
    """Return how many messages wait in the queue of what a *function* gave up on."""
    queue = PROD.value({"Fn::GetAtt": f"{function.capitalize()}Failures.QueueName"})
    return metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName=queue)


def faults() -> Iterator[tuple[str, list[Datum], str]]:
    """Yield each fault, what AWS measures of it, and the alarm that has to ring."""
    for name in FUNCTIONS:
        runs = [7, 8, 10] if name == "discard" else range(60)  # Lambda tries that thrice an hour
        errors = each_minute(of_function("Errors", name), 1, runs)
        yield f"{name} fails in each run", errors, named(name, "Errors")
        throttles = each_minute(of_function("Throttles", name), 60)
        yield f"{name} is throttled all the time", throttles, named(name, "Throttles")
    for name, alarm in STREAMED.items():
        behind = each_minute(of_function("IteratorAge", name), 900_000)
        yield f"{name} is a quarter of an hour behind", behind, alarm
        waiting = each_minute(failures_of(name), 1, [59])
        yield f"{name} gave up on a record", waiting, named(name, "Failures")
    yield "the API answers 500 twice a minute", each_minute(of_gateway(), 2), "Api5xxAlarm"


FAULTS = {fault: (data, alarm) for fault, data, alarm in faults()}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_rings_its_alarm_and_no_other(fault):
    """It does not ring for another stage in the same account."""
    data, alarm = FAULTS[fault]
    measured = [*quiet_hour(), *data]
    assert ringing(PROD, measured, HOUR) == {alarm}
    stopped = {named(name, "Stopped") for name in SCHEDULED}  # of the other stage nothing is known
    assert ringing(OTHER, measured, HOUR) == stopped


@pytest.mark.parametrize("function", SCHEDULED)
def test_a_schedule_that_stopped_rings(function):
    """A function that is not called has no errors."""
    measured = quiet_hour(without=of_function("Invocations", function))
    assert ringing(PROD, measured, HOUR) == {named(function, "Stopped")}


def test_what_is_right_does_not_ring():
    """A quiet hour; a lost race that the API answers 503; a stream that asks again for its turn."""
    assert ringing(PROD, quiet_hour(), HOUR) == set()
    lone = [
        *each_minute(of_gateway(), 1, [58]),
        *each_minute(of_function("Throttles", "seal"), 2),
        *each_minute(of_function("Errors", "supervise"), 1, [57, 59]),
    ]
    assert ringing(PROD, [*quiet_hour(), *lone], HOUR) == set()


def test_every_alarm_is_tripped_by_a_test_and_told_to_the_topic():
    """Here those on what AWS documents; the others are the functions' own."""
    tripped = {alarm for _, alarm in FAULTS.values()}
    tripped |= {named(name, "Stopped") for name in SCHEDULED}
    measured_by_aws = set()
    for name, alarm in alarms(PROD).items():
        if alarm.metric.namespace != "Duban":
            measured_by_aws.add(name)
            dimensions = {key for key, _ in alarm.metric.dimensions}
            assert DOCUMENTED[alarm.metric.namespace, alarm.metric.name] == dimensions
    assert measured_by_aws == tripped
    for said in PROD.of_type("AWS::CloudWatch::Alarm").values():
        assert said["AlarmActions"] == ["duban-prod-Alarms"]


def test_the_alarms_name_what_the_stack_has():
    """Functions by the name they are given, the API by its own."""
    assert {said["FunctionName"] for said in PROD.functions().values()} == {
        f"duban-prod-{name}" for name in FUNCTIONS
    }
    assert PROD.resource("RestAPI")["Name"] == "duban-prod"
