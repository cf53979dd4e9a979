"""The concurrency plan: what it reserves, and which accounts can hold it."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from chalicelib.errors import BadInput
from infra.stack.cloud import Cloud
from infra.stack.concurrency import check_readers, check_room, planned_shares
from tests.support.stack import Stack

PLAN = {"duban-prod-api": 50, "duban-prod-sweep": 1}


def function(name: str, share: Any) -> dict[str, Any]:
    """Make a function as the packaged template has it."""
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "FunctionName": {"Fn::Sub": f"${{AWS::StackName}}-{name}"},
            "ReservedConcurrentExecutions": {"Fn::If": ["ConcurrencyIsReserved", share, {}]},
        },
    }


TEMPLATE = {
    "Resources": {
        "Api": function("api", {"Ref": "ApiConcurrency"}),
        "Sweep": function("sweep", 1),
        "Table": {"Type": "AWS::DynamoDB::Table"},
    }
}


def account(limit: int, unreserved: int, own: dict[str, int] | None = None) -> Cloud:
    """Make an account that answers as Lambda does; None: the stage is not there yet."""
    client = boto3.client("lambda", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    stub = Stubber(client)
    numbers = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": unreserved}
    stub.add_response("get_account_settings", {"AccountLimit": numbers})
    for name in PLAN:
        if own is None:
            stub.add_client_error("get_function_concurrency", "ResourceNotFoundException")
        else:
            share = {"ReservedConcurrentExecutions": own[name]} if name in own else {}
            stub.add_response("get_function_concurrency", share)
    stub.activate()
    return Cloud(Session(client), None)


class Session(boto3.Session):
    """Gives the one client there is."""

    def __init__(self, client: Any) -> None:
        super().__init__(region_name="us-east-1")
        self._client = client

    def client(self, *_: Any, **__: Any) -> Any:
        """Give it."""
        return self._client


def test_each_function_has_its_share_or_all_share() -> None:
    """A number of the template, or one of its parameters."""
    values = {"ConcurrencyPlan": "reserved", "ApiConcurrency": "50"}
    assert planned_shares(TEMPLATE, values, "duban-prod") == PLAN
    assert planned_shares(TEMPLATE, {**values, "ConcurrencyPlan": "shared"}, "duban-prod") == {}


@pytest.mark.parametrize(
    ("limit", "unreserved", "own"),
    [
        (151, 151, None),  # 51 for the stage, 100 that AWS keeps free
        (151, 100, PLAN),  # its own come back to it
        (151, 101, {"duban-prod-api": 50}),
        (1000, 151, None),
    ],
)
def test_an_account_that_can_hold_the_plan(
    limit: int, unreserved: int, own: dict[str, int] | None
) -> None:
    """Nothing is said."""
    check_room(account(limit, unreserved, own), PLAN)


@pytest.mark.parametrize(
    ("limit", "unreserved", "own", "needed", "others"),
    [
        (10, 10, None, 151, 0),  # a new account
        (150, 150, None, 151, 0),
        (1000, 150, None, 1001, 850),
        (151, 60, {"duban-prod-api": 50}, 192, 41),
    ],
)
def test_an_account_that_cannot_is_told_how_much_is_missing(
    limit: int, unreserved: int, own: dict[str, int] | None, needed: int, others: int
) -> None:
    """In both languages, with what to do."""
    with pytest.raises(BadInput) as caught:
        check_room(account(limit, unreserved, own), PLAN)
    zh, en = caught.value.text
    assert f"并发上限为 {limit}" in zh
    assert f"其他函数已预留 {others}" in zh
    assert f"共需 {needed}" in zh
    assert "--set ConcurrencyPlan=shared" in zh
    assert f"the plan needs {needed}: 51 for this stage, {others} that others reserve" in en


def test_who_may_not_ask_is_not_stopped() -> None:
    """CloudFormation says what is wrong then."""
    client = boto3.client("lambda", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        stub.add_client_error("get_account_settings", "AccessDeniedException")
        check_room(Cloud(Session(client), None), PLAN)
        stub.assert_no_pending_responses()


def test_readers_who_wait_leave_half_of_the_api() -> None:
    """The defaults do."""
    check_readers({"FeedReaders": "25", "ApiConcurrency": "50"})
    with pytest.raises(BadInput, match="一半"):
        check_readers({"FeedReaders": "26", "ApiConcurrency": "50"})
    names = ("FeedReaders", "ApiConcurrency")
    check_readers({name: str(Stack("prod").value({"Ref": name})) for name in names})


def test_the_plan_of_the_template() -> None:
    """Sealing is single; none can take what another needs; 172 are enough for an account."""
    shares = {
        name: said["ReservedConcurrentExecutions"]
        for name, said in Stack("prod").functions().items()
    }
    assert shares == {
        "APIHandler": 50, "Supervise": 10, "Seal": 1, "Project": 2, "Publish": 2, "Sign": 2,
        "Sweep": 1, "Reconcile": 1, "Discard": 1, "Open": 2,
    }  # fmt: skip
    assert shares["Sign"] >= shares["Publish"], "each of them calls it"
    shared = Stack("prod", {"ConcurrencyPlan": "shared"}).functions()
    assert not [name for name, said in shared.items() if "ReservedConcurrentExecutions" in said]
