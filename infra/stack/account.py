"""What an account must have before a stage comes into it, and what its operator is told."""

from collections.abc import Callable, Mapping
from typing import Any

from infra.stack.cloud import Cloud
from infra.stack.concurrency import check_readers, check_room, planned_shares
from infra.stack.gateway_log import ROLE, allow_access_log
from infra.terminal.language import say


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
    defaults = {name: str(said.get("Default", "")) for name, said in template["Parameters"].items()}
    values = {**defaults, **given}
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
