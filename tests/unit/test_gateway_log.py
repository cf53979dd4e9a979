"""The role by which an account's gateway writes access logs: made where there is none."""

from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from chalicelib.errors import BadInput
from infra.stack.account import ROLE, allow_access_log
from infra.stack.cloud import Cloud

ARN = f"arn:aws-cn:iam::123456789012:role/{ROLE}"
POLICY = "arn:aws-cn:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class Account(boto3.Session):
    """An account in China whose services answer as a test says."""

    def __init__(self) -> None:
        super().__init__("x", "x", region_name="cn-north-1")
        make: Any = super().client
        self.stubs = {name: Stubber(make(name)) for name in ("apigateway", "iam", "sts")}
        for stub in self.stubs.values():
            stub.activate()

    def client(self, *names: Any, **_: Any) -> Any:
        """Give the client of a service."""
        return self.stubs[names[0]].client

    def has_role(self) -> bool:
        """Let the gateway be looked after; nothing may be left unasked."""
        had = allow_access_log(Cloud(self, None))
        for stub in self.stubs.values():
            stub.assert_no_pending_responses()
        return had

    def makes_the_role(self) -> None:
        """Expect the role, with AWS's own policy for it in this partition."""
        self.names_its_partition()
        self.stubs["iam"].add_response(
            "attach_role_policy", {}, {"RoleName": ROLE, "PolicyArn": POLICY}
        )

    def names_its_partition(self) -> None:
        """Expect to be asked where this is."""
        identity = {"Arn": "arn:aws-cn:iam::123456789012:user/operator"}
        self.stubs["sts"].add_response("get_caller_identity", identity)

    def sets_it(self) -> None:
        """Expect that the gateway is given the role."""
        change = {"op": "replace", "path": "/cloudwatchRoleArn", "value": ARN}
        self.stubs["apigateway"].add_response("update_account", {}, {"patchOperations": [change]})


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    """Give an account whose gateway has no role; no second passes."""
    monkeypatch.setattr("infra.stack.account._PAUSE_SECONDS", 0.0)
    made = Account()
    made.stubs["apigateway"].add_response("get_account", {})
    return made


def role() -> dict[str, Any]:
    """Describe the role as IAM does."""
    return {
        "Role": {
            "Path": "/",
            "RoleName": ROLE,
            "RoleId": "AROA0123456789012345",
            "Arn": ARN,
            "CreateDate": "2026-11-30T00:00:00Z",
        }
    }


def test_a_gateway_that_has_a_role_keeps_it() -> None:
    """Whoever set it."""
    made = Account()
    other = {"cloudwatchRoleArn": "arn:aws-cn:iam::123456789012:role/theirs"}
    made.stubs["apigateway"].add_response("get_account", other)
    assert made.has_role() is True


def test_a_new_role_takes_some_seconds_to_be_known(account: Account) -> None:
    """The gateway refuses it until then."""
    asked = {"RoleName": ROLE, "AssumeRolePolicyDocument": ANY}
    account.stubs["iam"].add_response("create_role", role(), asked)
    account.makes_the_role()
    for _ in range(2):
        account.stubs["apigateway"].add_client_error("update_account", "BadRequestException")
    account.sets_it()
    assert account.has_role() is False


def test_a_role_that_a_deployment_left_behind_is_taken(account: Account) -> None:
    """It broke off between the role and the gateway."""
    account.stubs["iam"].add_client_error("create_role", "EntityAlreadyExists")
    account.stubs["iam"].add_response("get_role", role(), {"RoleName": ROLE})
    account.makes_the_role()
    account.sets_it()
    assert account.has_role() is False


def test_who_may_not_is_told_what_to_do(account: Account) -> None:
    """In both languages."""
    account.names_its_partition()
    account.stubs["iam"].add_client_error("create_role", "AccessDenied")
    with pytest.raises(
        BadInput,
        match="请管理员设置，或加 --set AccessLog=no / duban-gateway-log: the gateway needs",
    ):
        account.has_role()
