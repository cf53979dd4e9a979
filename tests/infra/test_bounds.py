"""The packaged template bounds what may run at once, and what may wait."""

from typing import Any

from chalicelib.lambdas.reconcile import STUCK
from chalicelib.log.merge_delay import MERGE_DELAY
from infra.stack.deploy import CALM, WINDOWS, lateness
from tests.infra.test_template import only_leading, statements


def test_every_function_has_its_share_unless_all_share(template: dict[str, Any]) -> None:
    """How large they are is told in tests/unit/test_concurrency.py."""
    functions = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
    assert len(functions) == 10
    for properties in functions:
        condition, share, otherwise = properties["ReservedConcurrentExecutions"]["Fn::If"]
        assert condition == "ConcurrencyIsReserved"
        assert isinstance(share, int) or share["Ref"] in template["Parameters"]
        assert otherwise == {"Ref": "AWS::NoValue"}
    plan = template["Parameters"]["ConcurrencyPlan"]
    assert template["Conditions"]["ConcurrencyIsReserved"] == {
        "Fn::Equals": [{"Ref": "ConcurrencyPlan"}, plan["Default"]]
    }


def test_facts_are_gathered_before_they_are_sealed(template: dict[str, Any]) -> None:
    """By default for half a minute, which is what reconcile gives every item."""
    (source,) = template["Resources"]["Seal"]["Properties"]["Events"].values()
    assert source["Properties"]["MaximumBatchingWindowInSeconds"] == {"Ref": "SealWindow"}
    window = template["Parameters"]["SealWindow"]
    assert (window["Default"], window["MaxValue"]) == (30, 30)
    assert 2 * window["MaxValue"] <= STUCK.total_seconds(), "else each would be healed in turn"


def test_commits_are_gathered_before_they_are_followed(template: dict[str, Any]) -> None:
    """The board by half a minute, a checkpoint by a minute, or by three."""
    for name, seconds, most in (("Project", 30, 60), ("Publish", 60, 180)):
        sources = template["Resources"][name]["Properties"]["Events"].values()
        (mapping,) = [source["Properties"] for source in sources if source["Type"] == "DynamoDB"]
        assert mapping["MaximumBatchingWindowInSeconds"] == {"Ref": f"{name}Window"}
        window = template["Parameters"][f"{name}Window"]
        assert (window["Default"], window["MaxValue"]) == (seconds, most)


def test_the_schedule_leaves_to_the_stream_what_it_gathers(template: dict[str, Any]) -> None:
    """Else each minute would end a window, and make one checkpoint more."""
    sources = template["Resources"]["Publish"]["Properties"]["Events"].values()
    (schedule,) = [source["Properties"] for source in sources if source["Type"] == "Schedule"]
    assert schedule["Schedule"] == "rate(1 minute)"
    assert schedule["Input"] == {"Fn::Sub": '{"overdue": ${CheckpointLag}}'}


def test_an_alarm_follows_the_windows(template: dict[str, Any]) -> None:
    """It rings two minutes before the promise is broken: three minutes after an entry is late."""
    parameters = template["Parameters"]
    late = parameters["CheckpointLag"]
    assert template["Resources"]["CheckpointLagAlarm"]["Properties"]["Threshold"] == {
        "Ref": "CheckpointLag"
    }
    assert lateness(template, {}) == {"CheckpointLag": "180"}
    assert late["Default"] == 180
    hasty = {"SealWindow": "0", "PublishWindow": "1"}
    assert lateness(template, hasty) == {"CheckpointLag": "91"}
    longest = sum(parameters[name]["MaxValue"] for name in WINDOWS)
    assert (late["MinValue"], late["MaxValue"]) == (CALM, longest + CALM)
    rings_after = late["MaxValue"] + 3 * 60
    assert rings_after + 2 * 60 <= MERGE_DELAY.total_seconds()


def test_functions_write_quiet_logs(template: dict[str, Any]) -> None:
    """No line of Lambda's own for each invocation; metrics have no level, and must come through."""
    said = template["Globals"]["Function"]["LoggingConfig"]
    assert said == {"LogFormat": "JSON", "SystemLogLevel": "WARN", "ApplicationLogLevel": "INFO"}
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_LOG_LEVEL"] == {"Ref": "LogLevel"}
    assert template["Parameters"]["LogLevel"]["Default"] == "WARNING"


def test_the_doors_write_little_into_the_registry(template: dict[str, Any]) -> None:
    """Refusals, who waits, the due list; no key, no catalogue. A local stage adds its own."""
    registry = {"Fn::GetAtt": ["Registry", "Arn"]}
    written = [
        (one["Action"], one["Condition"])
        for role, one in statements(template)
        if role == "ApiHandlerRole" and one["Resource"] == registry and "Condition" in one
    ]
    assert written == [
        (["dynamodb:PutItem"], only_leading("BOARD", "FEED")),
        (["dynamodb:UpdateItem"], only_leading("REFUSED#*")),
    ]
    open_to_all = {
        action
        for role, one in statements(template)
        if role == "ApiHandlerRole" and one["Resource"] == registry
        if "Condition" not in one and one["Sid"] != "LocalRegistry"
        for action in one["Action"]
    }
    assert open_to_all == {"dynamodb:GetItem", "dynamodb:Query"}
