"""CloudWatch, as far as the alarms of infra/stack/template.yaml use it.

A metric is its namespace, its name and exactly its dimensions: one more or one fewer is another
metric. An alarm looks at its last periods; a period without values counts as it says.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tests.support.stack import Stack

_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {"Sum": sum, "Maximum": max}
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}


class Metric(NamedTuple):
    """One metric: CloudWatch knows it by all of this."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


class Datum(NamedTuple):
    """A *value* of a metric, so many *seconds* after the start of a test's time."""

    metric: Metric
    seconds: int
    value: float


def metric(namespace: str, name: str, **dimensions: str) -> Metric:
    """Return the metric of that name."""
    return Metric(namespace, name, frozenset(dimensions.items()))


def emitted(printed: str, seconds: int = 0) -> list[Datum]:
    """Read the metrics that functions printed in the embedded metric format; all at *seconds*."""
    return [datum for line in printed.splitlines() for datum in _of_line(line, seconds)]


def _of_line(line: str, seconds: int) -> Iterator[Datum]:
    record = json.loads(line) if line.startswith("{") else {}
    for directive in record.get("_aws", {}).get("CloudWatchMetrics", ()):
        for names in directive["Dimensions"]:
            dimensions = frozenset((name, str(record[name])) for name in names)
            for defined in directive["Metrics"]:
                found = record[defined["Name"]]
                this = Metric(directive["Namespace"], defined["Name"], dimensions)
                for value in found if isinstance(found, list) else [found]:
                    yield Datum(this, seconds, value)


class Alarm:
    """One alarm of a stack."""

    def __init__(self, properties: Mapping[str, Any]) -> None:
        self._said = properties
        dimensions = {each["Name"]: each["Value"] for each in properties["Dimensions"]}
        self.metric = metric(properties["Namespace"], properties["MetricName"], **dimensions)

    def rings(self, data: Iterable[Datum], at: int) -> bool:
        """Return whether it is in alarm at second *at*, by the values before that."""
        mine = [datum for datum in data if datum.metric == self.metric]
        said = self._said
        period, periods = said["Period"], said["EvaluationPeriods"]
        breaching = sum(
            self._breaches([d.value for d in mine if end - period <= d.seconds < end])
            for end in range(at, at - period * periods, -period)
        )
        return breaching >= int(said.get("DatapointsToAlarm", periods))

    def _breaches(self, values: Sequence[float]) -> bool:
        said = self._said
        if not values:
            return bool(said["TreatMissingData"] == "breaching")
        statistic = _STATISTICS[said["Statistic"]](values)
        return _COMPARISONS[said["ComparisonOperator"]](statistic, said["Threshold"])


def alarms(stack: Stack) -> dict[str, Alarm]:
    """Return the alarms of a *stack*."""
    return {name: Alarm(said) for name, said in stack.of_type("AWS::CloudWatch::Alarm").items()}


def ringing(stack: Stack, data: Iterable[Datum], at: int) -> set[str]:
    """Return the names of the alarms of *stack* that ring at second *at*."""
    known = list(data)
    return {name for name, alarm in alarms(stack).items() if alarm.rings(known, at)}
