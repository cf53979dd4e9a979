"""The packaged template bounds what may run at once, and what may wait."""

from typing import Any

from chalicelib.lambdas.reconcile import STUCK
from tests.infra.test_template import only_leading, statements


def test_every_function_has_its_share_unless_all_share(template: dict[str, Any]) -> None:
    """How large they are is told in tests/unit/test_concurrency.py."""
    functions = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
    assert len(functions) == 9
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


def test_the_doors_write_little_into_the_registry(template: dict[str, Any]) -> None:
    """What was refused and who waits, and no key or catalogue; a local stage adds its own."""
    registry = {"Fn::GetAtt": ["Registry", "Arn"]}
    written = [
        (one["Action"], one["Condition"])
        for role, one in statements(template)
        if role == "ApiHandlerRole" and one["Resource"] == registry and "Condition" in one
    ]
    assert written == [
        (["dynamodb:PutItem"], only_leading("FEED")),
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
