"""What an account must have before a stage comes into it, and what its operator is told.

The role by which the API gateway writes access logs is one for an account and region. It belongs to
no stage: CloudFormation would take it from under the others with the first stage that goes.
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html

The log signs with Ed25519. Not every partition has that in KMS (those in China had not, when this
was written); the stage then signs with a secret of its own, which is the default.
"""

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import BadInput
from infra.stack.cloud import Cloud, call_until_ready, code_of
from infra.stack.concurrency import check_readers, check_room, planned_shares
from infra.terminal.language import say

ROLE = "duban-gateway-log"
_POLICY = "iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
_GATEWAY = {"Service": "apigateway.amazonaws.com"}
_ALLOWED = {"Effect": "Allow", "Principal": _GATEWAY, "Action": "sts:AssumeRole"}
_TRUST = {"Version": "2012-10-17", "Statement": [_ALLOWED]}
_TRIES = 10  # a new role is known everywhere only some seconds later
_PAUSE_SECONDS = 3.0
_SIGNER = ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", "Enabled")


def prepare_account(
    cloud: Cloud,
    stack: str,
    template: Mapping[str, Any],
    given: Mapping[str, str],
    progress: Callable[[str], None],
) -> None:
    """Check that the account can hold *stack*, and give its gateway a role for access logs.

    *given* are the parameters that differ from the template's defaults. Raises BadInput before
    anything of the stage is changed.
    """
    parameters = template["Parameters"].items()
    values = {name: str(each.get("Default", "")) for name, each in parameters} | dict(given)
    check_readers(values)
    shares = planned_shares(template, values, stack)
    if not shares:
        progress(say("各函数共用账户的并发上限", "the functions share what the account has"))
    elif not cloud.is_local:  # what a machine can run at once is its own affair
        check_room(cloud, shares)
    if values["AccessLog"] == "yes" and not allow_access_log(cloud):
        zh = f"已为 API 网关设置写日志的角色 {ROLE}"
        progress(say(zh, f"the gateway writes logs as {ROLE} from now on"))
    if not values["AlarmEmail"]:
        progress(say("没有人接收告警", "nobody is told of alarms: --set AlarmEmail=…"))


def allow_access_log(cloud: Cloud) -> bool:
    """Give the account's gateway a role to write logs with, if it has none; return whether it had.

    Crash anywhere: the role may be there, and the gateway does not have it; the next deployment
    goes on. Raises BadInput where the operator may not do that.
    """
    gateway = cloud.client("apigateway")
    try:
        if gateway.get_account().get("cloudwatchRoleArn"):
            return True
        change = {"op": "replace", "path": "/cloudwatchRoleArn", "value": _make_role(cloud)}
        update = partial(gateway.update_account, patchOperations=[change])
        pause = partial(time.sleep, _PAUSE_SECONDS)
        call_until_ready(update, {"BadRequestException"}, _TRIES, pause)
    except ClientError as error:
        if code_of(error) not in ("AccessDenied", "AccessDeniedException"):
            raise
        zh = "API 网关写访问日志需要账户级角色，您无权设置；请管理员设置，或加 --set AccessLog=no"
        en = "the gateway needs a role of the account for access logs, which you may not set"
        way_out = "ask an administrator, or deploy with --set AccessLog=no"
        raise BadInput(zh=zh, en=f"{en}; {way_out}", where=ROLE) from error
    return False


def _make_role(cloud: Cloud) -> str:
    """Return the ARN of the role; make it, if it is not there."""
    iam = cloud.client("iam")
    partition = cloud.client("sts").get_caller_identity()["Arn"].split(":")[1]  # aws-cn in China
    try:
        role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(_TRUST))
    except iam.exceptions.EntityAlreadyExistsException:
        role = iam.get_role(RoleName=ROLE)
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=f"arn:{partition}:{_POLICY}")
    return str(role["Role"]["Arn"])


def require_signer(cloud: Cloud, arn: str) -> None:
    """Raise BadInput where the key *arn* in KMS cannot sign the log; "" is none, and fine."""
    if not arn:
        return
    try:
        key = cloud.client("kms").describe_key(KeyId=arn)["KeyMetadata"]
        state = (key.get("KeySpec"), key.get("KeyUsage"), key.get("KeyState"))
        reason = "" if state == _SIGNER else " ".join(map(str, state))
    except ClientError as error:
        reason = code_of(error)
    if reason:
        spec = _SIGNER[0]
        zh = f"{reason}：请用 {spec} 签名密钥；本区 KMS 没有的，不设 LogKmsKey，由系统自建密钥签名"
        en = f"{reason}: use a key of {spec} that signs; where KMS has none, leave LogKmsKey out"
        en += ": the stage signs with a secret of its own"
        raise BadInput(zh=zh, en=en, where="LogKmsKey")
