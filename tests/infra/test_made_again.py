"""A deleted stack is made again of what it kept, and nothing runs before the tables are right.

The stage is small: one table, the functions that write, a schedule, a stream and a door.
"""

from typing import Any

import pytest

from chalicelib.errors import BadInput
from infra.rebuilding import recreating, resting
from infra.rebuilding.recovery import TABLE
from infra.stack import artefacts, formation, releases, underway
from infra.stack.cloud import Cloud
from tests.infra.killed import Killed, dies_at

STAGE, STACK = "small", "duban-small"
FUNCTIONS = (*resting.WRITERS, resting.API)
SETTINGS = {"Stage": STAGE, "ConcurrencyPlan": "reserved", "DeletionProtection": "false"}
NO_KEY = {"AttributeName": "case", "KeyType": "HASH"}


def function(name: str) -> dict[str, Any]:
    """Give a function as packaged; seal reads a stream, sweep has a schedule."""
    stream = {"Stream": {"Fn::GetAtt": ["Facts", "StreamArn"]}, "StartingPosition": "TRIM_HORIZON"}
    events: dict[str, Any] = {
        "seal": {"Stream": {"Type": "DynamoDB", "Properties": stream}},
        "sweep": {"Minute": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minute)"}}},
    }
    share = ["Reserved", 1, {"Ref": "AWS::NoValue"}]
    properties = {
        "FunctionName": {"Fn::Sub": f"${{AWS::StackName}}-{name}"},
        "Runtime": "python3.11",
        "Handler": "index.run",
        "InlineCode": "def run(event, context): pass",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "ReservedConcurrentExecutions": {"Fn::If": share},
        **({"Events": events[name]} if name in events else {}),
    }
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def template() -> dict[str, Any]:
    """Give the release."""
    table = {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [NO_KEY],
        "AttributeDefinitions": [{"AttributeName": "case", "AttributeType": "S"}],
        "StreamSpecification": {"StreamViewType": "KEYS_ONLY"},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
    }
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    policy = {"Version": "2012-10-17", "Statement": [trust | {"Action": "sts:AssumeRole"}]}
    door = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    return {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": {name: {"Type": "String"} for name in SETTINGS},
        "Conditions": {"Reserved": {"Fn::Equals": [{"Ref": "ConcurrencyPlan"}, "reserved"]}},
        "Resources": {
            "Facts": {"Type": TABLE, "DeletionPolicy": "Retain", "Properties": table},
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": policy},
            },
            "Door": {
                "Type": "AWS::Lambda::Permission",
                "Properties": door | {"FunctionName": {"Ref": "Api"}},
            },
            **{name.capitalize(): function(name) for name in FUNCTIONS},
        },
    }


@pytest.fixture
def facts(local: Cloud) -> str:
    """Deploy the stage, write a fact, delete the stack; return the name of the table it kept."""
    address = artefacts.upload_template(local, template())
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in SETTINGS.items()]
    if formation.is_whole(local, STACK):
        delete(local)
    formation.create(local, STACK, {"TemplateURL": address, "Parameters": given}, print)
    releases.note(local, STAGE, address)
    kept = formation.resources(local, STACK)["Facts"].name
    local.client("dynamodb").put_item(TableName=kept, Item={"case": {"S": "A-1"}})
    delete(local)
    return kept


def delete(local: Cloud) -> None:
    """Delete the stack, by mistake."""
    local.client("cloudformation").delete_stack(StackName=STACK)
    formation.wait(local, STACK, set(), print)


def rests(local: Cloud, function: str) -> bool:
    """Return whether *function* is never started."""
    name = f"{STACK}-{function}"
    share = local.client("lambda").get_function_concurrency(FunctionName=name)
    return bool(share.get("ReservedConcurrentExecutions") == 0)


def what_may_start(local: Cloud) -> set[str]:
    """Return the functions that something may start, of those that do not rest."""
    client = local.client("lambda")
    mapped = client.list_event_source_mappings()["EventSourceMappings"]
    started = {each["FunctionArn"].rpartition("-")[2] for each in mapped}
    rules = local.client("events").list_rules()["Rules"]
    started |= {"sweep"} if any(STACK in each["Name"] for each in rules) else set()
    return {name for name in started if not rests(local, name)}


def test_no_function_runs_before_the_tables_are_right(local: Cloud, facts: str) -> None:
    """Neither by schedule nor stream nor door; then `duban functions wake` lets all of them run."""
    early: list[tuple[str, str]] = []

    def watch(line: str) -> None:
        early.extend((line, name) for name in what_may_start(local))

    assert recreating.look(local, STAGE) == (False, [])
    recreating.recreate(local, STAGE, [], watch)
    assert not early
    assert all(rests(local, name) for name in FUNCTIONS)
    held = formation.resources(local, STACK)
    assert held["Facts"].name == facts
    assert held.keys() >= {"Door", "SealStream", "SweepMinute"}
    assert recreating.look(local, STAGE) == (True, [])
    resting.wake(local, STAGE, print)
    assert what_may_start(local) == {"seal", "sweep"}


@pytest.mark.parametrize("words", ["IMPORT_COMPLETE", "UPDATE_IN_PROGRESS", "函数和接口已停"])
def test_a_kill_on_the_way_is_gone_on_from(local: Cloud, facts: str, words: str) -> None:
    """Meanwhile nothing else is deployed, and nothing starts a function."""
    with pytest.raises(Killed):
        recreating.recreate(local, STAGE, [], dies_at(words))
    assert not what_may_start(local)
    with pytest.raises(BadInput, match="Facts 的恢复尚未完成"):
        underway.require_none(local, STAGE)
    recreating.recreate(local, STAGE, [], print)
    assert formation.resources(local, STACK)["Facts"].name == facts
    assert all(rests(local, name) for name in FUNCTIONS)
    underway.require_none(local, STAGE)


def test_what_the_stack_would_add_empty_is_not_made(local: Cloud, facts: str) -> None:
    """The last release has a table that was not taken in: one clear line, and no step."""
    known = releases.history(local, STAGE)[-1]
    more = template()
    more["Resources"]["Cases"] = more["Resources"]["Facts"]
    newest = releases.Release("9999", "later", "", known.parameters)
    noted = {"at": newest.at, "version": newest.version, "parameters": newest.parameters}
    noted |= {"template": artefacts.upload_template(local, more)}
    artefacts.write_note(local, f"releases/{STAGE}/9999.json", noted)
    with pytest.raises(BadInput, match="另建 Cases，没有执行"):
        recreating.recreate(local, STAGE, [], print)
    artefacts.drop_note(local, f"releases/{STAGE}/9999.json")
    held = formation.resources(local, STACK)
    assert {name: each.name for name, each in held.items()} == {"Facts": facts}
    recreating.recreate(local, STAGE, [], print)
