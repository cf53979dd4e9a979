"""The role by which the account's API gateway writes access logs: one for an account and region.

It belongs to no stage: CloudFormation would take it from under the others with the first stage that
goes. https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

import json
import time
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import BadInput
from infra.stack.calls import call_until_ready
from infra.stack.cloud import Cloud

ROLE = "duban-gateway-log"
_POLICY = "iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
_GATEWAY = {"Service": "apigateway.amazonaws.com"}
_ALLOWED = {"Effect": "Allow", "Principal": _GATEWAY, "Action": "sts:AssumeRole"}
_TRUST = {"Version": "2012-10-17", "Statement": [_ALLOWED]}
_TRIES = 10  # a new role is known everywhere only some seconds later
_PAUSE_SECONDS = 3.0


def allow_access_log(cloud: Cloud) -> bool:
    """Give the account's gateway a role to write logs with, if it has none; return whether it had.

    Crash anywhere: the role may be there, and the gateway does not have it; the next deployment
    goes on. Raises BadInput where the operator may not do that.
    """
    gateway = cloud.client("apigateway")
    try:
        if gateway.get_account().get("cloudwatchRoleArn"):
            return True
        _set_role(gateway, _make_role(cloud))
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("AccessDenied", "AccessDeniedException"):
            raise
        zh = "API 网关写访问日志需要账户级角色，您无权设置；请管理员设置，或加 --set AccessLog=no"
        en = "the gateway needs a role of the account for access logs, which you may not set"
        way_out = "ask an administrator, or deploy with --set AccessLog=no"
        raise BadInput(zh=zh, en=f"{en}; {way_out}", where=ROLE) from error
    return False


def _make_role(cloud: Cloud) -> str:
    """Return the ARN of the role; make it, if it is not there."""
    iam, partition = cloud.client("iam"), _partition(cloud)
    try:
        role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(_TRUST))
    except iam.exceptions.EntityAlreadyExistsException:
        role = iam.get_role(RoleName=ROLE)
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=f"arn:{partition}:{_POLICY}")
    return str(role["Role"]["Arn"])


def _set_role(gateway: Any, arn: str) -> None:
    change = {"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}
    update = partial(gateway.update_account, patchOperations=[change])
    pause = partial(time.sleep, _PAUSE_SECONDS)
    call_until_ready(update, {"BadRequestException"}, _TRIES, pause)


def _partition(cloud: Cloud) -> str:
    """Return the partition of the account: aws, or aws-cn in China."""
    return str(cloud.client("sts").get_caller_identity()["Arn"].split(":")[1])
