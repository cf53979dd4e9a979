"""CloudFormation as we use it: look at a stack, change it and wait, import what is there already.

A change of a stack goes through a change set, which is looked at before anything is done: one that
would replace or remove what holds data is refused. What fails is taken back by CloudFormation.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError
from msgspec import Struct

from chalicelib.errors import BadInput
from infra.stack.cloud import Cloud
from infra.terminal.language import say

Progress = Callable[[str], None]
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
HOLDS_DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"}

_RESOURCES, _NAME = "StackResourceSummaries", "PhysicalResourceId"
_REVIEW = "REVIEW_IN_PROGRESS"
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}
_NEVER_CREATED = {_REVIEW, "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}
_NOT_IMPORTED = "IMPORT_ROLLBACK_COMPLETE"
_NOTHING = ("didn't contain changes", "No updates are to be performed")


def stack_name(stage: str) -> str:
    """Name the stack of *stage*."""
    return f"duban-{stage}"


class StackResource(Struct, frozen=True):
    """A resource of a stack: its type, and the name under which it was made."""

    kind: str
    name: str


class StackChange(Struct, frozen=True):
    """The change of one resource by an update; *replaces*: another one takes its place."""

    action: str
    resource: str
    kind: str
    replaces: bool

    @property
    def loses_data(self) -> bool:
        """Return whether the stack would have other data after it, or none."""
        return self.kind in HOLDS_DATA and (self.replaces or self.action == "Remove")

    @property
    def adds_data(self) -> bool:
        """Return whether the stack would have something empty more, in which data are held."""
        return self.kind in HOLDS_DATA and self.action == "Add"


def describe(cloud: Cloud, name: str) -> dict[str, Any] | None:
    """Return the description of the stack *name* by CloudFormation; None where there is none."""
    found = _of_stack(cloud.client("cloudformation").describe_stacks, name)
    return dict(found["Stacks"][0]) if found else None


def _of_stack(call: Callable[..., Any], name: str) -> Any:
    """Return what *call* says of the stack *name*; None where there is no such stack."""
    try:
        return call(StackName=name)
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise


def is_whole(cloud: Cloud, name: str) -> bool:
    """Return whether the stack *name* is there and was whole once."""
    stack = describe(cloud, name)
    return stack is not None and not _is_nothing(cloud, name, stack["StackStatus"])


def _is_nothing(cloud: Cloud, name: str, status: str) -> bool:
    """Return whether the stack never came into being; one that imported nothing is empty."""
    return status in _NEVER_CREATED or (status == _NOT_IMPORTED and not resources(cloud, name))


def parameters_of(cloud: Cloud, name: str) -> dict[str, str]:
    """Return the parameters that the stack has; none where there is no stack."""
    given = (describe(cloud, name) or {}).get("Parameters", [])
    return {entry["ParameterKey"]: str(entry["ParameterValue"]) for entry in given}


def resources(cloud: Cloud, name: str) -> dict[str, StackResource]:
    """Return the resources of the stack by their logical ids."""
    pages = cloud.client("cloudformation").get_paginator("list_stack_resources")
    found = [each for page in pages.paginate(StackName=name) for each in page[_RESOURCES]]
    return {
        each["LogicalResourceId"]: StackResource(each["ResourceType"], each.get(_NAME, ""))
        for each in found
        if each["ResourceStatus"] not in {"DELETE_COMPLETE", _NOT_IMPORTED}
    }


def processed_template(cloud: Cloud, name: str) -> dict[str, Any]:
    """Return the stack's template as CloudFormation reads it: SAM's resources are spelt out."""
    found = cloud.client("cloudformation").get_template(StackName=name, TemplateStage="Processed")
    body = found["TemplateBody"]
    document: dict[str, Any] = json.loads(body if isinstance(body, str) else json.dumps(body))
    return document


def settle(cloud: Cloud, name: str, progress: Progress) -> bool:
    """Bring the stack to where it can be changed; return whether there is one.

    Another change is waited for, one that failed to be taken back is taken back, and a stack that
    never came into being is removed: nothing of it is left. Raises BadInput where that fails.
    """
    stack = describe(cloud, name)
    if stack is None:
        return False
    if stack["StackStatus"].endswith("_IN_PROGRESS") and stack["StackStatus"] != _REVIEW:
        zh, en = f"等待 {name} 的另一次部署结束", f"another change of {name} is under way; waiting"
        progress(say(zh, en))
        wait(cloud, name, _event_ids(cloud, name), progress)
        stack = describe(cloud, name) or {"StackStatus": "DELETE_COMPLETE"}
    status = stack["StackStatus"]
    if _is_nothing(cloud, name, status):
        progress(say(f"清除上次没有建成的 {name}", f"removing {name}, which was never whole"))
        cloud.client("cloudformation").delete_stack(StackName=name)
        status = wait(cloud, name, _event_ids(cloud, name), progress)[0]
    elif status == "UPDATE_ROLLBACK_FAILED":
        progress(say(f"继续退回 {name}", f"going on with the rollback of {name}"))
        cloud.client("cloudformation").continue_update_rollback(StackName=name)
        status, reason = wait(cloud, name, _event_ids(cloud, name), progress)
        if status == "UPDATE_ROLLBACK_FAILED":
            zh = f"还是退不回去：{reason}。请先消除原因，再来一次"
            en = f"it cannot be rolled back: {reason}; mend the cause, then once more"
            raise BadInput(zh=zh, en=en, where=name)
    if status.endswith("_FAILED"):
        zh = f"处于 {status}，不能更改；请先在 CloudFormation 控制台处理"
        raise BadInput(zh=zh, en=f"it is {status}; look at it in CloudFormation first", where=name)
    return status not in {"DELETE_COMPLETE", "DELETED"}


def create(cloud: Cloud, name: str, source: Mapping[str, Any], progress: Progress) -> None:
    """Make the stack from *source*: TemplateURL and Parameters. Raises BadInput where it failed.

    Crash here: CloudFormation goes on by itself; the next call waits for it.
    """
    formation = cloud.client("cloudformation")
    try:
        formation.create_stack(StackName=name, Capabilities=CAPABILITIES, **source)
    except ClientError as error:
        raise _refused(error.response["Error"]["Message"], name) from error
    require_done(cloud, name, set(), progress)


def plan(
    cloud: Cloud, name: str, source: Mapping[str, Any], imports: Sequence[Mapping[str, Any]] = ()
) -> tuple[str, list[StackChange]]:
    """Return a change set and what it would do; "" where it would do nothing.

    *source* has TemplateURL and Parameters. Raises BadInput where CloudFormation refuses.

    Crash here: a change set is left, which does nothing by itself.
    """
    formation = cloud.client("cloudformation")
    kind = {"ChangeSetType": "IMPORT", "ResourcesToImport": imports} if imports else {}
    set_name = f"duban-{time.time_ns()}"
    names = {"StackName": name, "ChangeSetName": set_name}
    try:
        formation.create_change_set(**names, Capabilities=CAPABILITIES, **source, **kind)
    except ClientError as error:
        reason = error.response["Error"]["Message"]
    else:
        made = _wait_for_set(cloud, name, set_name)
        if made["Status"] != "FAILED" and made["ExecutionStatus"] != "UNAVAILABLE":
            return set_name, [*_changes(cloud, name, set_name)]
        formation.delete_change_set(**names)
        reason = str(made.get("StatusReason", ""))
    if any(words in reason for words in _NOTHING):
        return "", []
    raise _refused(reason, name)


def not_there(stage: str) -> BadInput:
    """Return the refusal for a *stage* that is not deployed."""
    zh = f"这里没有部署环境 {stage}；先执行 duban deploy {stage}"
    en = f"stage {stage} is not deployed here; duban deploy {stage}"
    return BadInput(zh=zh, en=en, where="cloudformation")


def _refused(reason: str, name: str) -> BadInput:
    """Return the refusal of CloudFormation, with the *reason* in its own words."""
    zh, en = f"CloudFormation 拒绝，原话是：{reason}", f"CloudFormation refuses: {reason}"
    return BadInput(zh=zh, en=en, where=f"stack {name}")


def discard(cloud: Cloud, name: str, set_name: str) -> None:
    """Throw a change set away."""
    cloud.client("cloudformation").delete_change_set(StackName=name, ChangeSetName=set_name)


def execute(cloud: Cloud, name: str, set_name: str, progress: Progress) -> None:
    """Execute the change set. Raises BadInput where it failed: all is as it was before.

    Crash here: CloudFormation goes on by itself; the next call waits for it.
    """
    reported = _event_ids(cloud, name)
    cloud.client("cloudformation").execute_change_set(StackName=name, ChangeSetName=set_name)
    require_done(cloud, name, reported, progress)


def require_done(cloud: Cloud, name: str, reported: set[str], progress: Progress) -> None:
    """Wait until the stack rests. Raises BadInput with the first reason where it failed."""
    since = time.monotonic()
    status, reason = wait(cloud, name, reported, progress)
    if status == "UPDATE_ROLLBACK_COMPLETE":
        zh = f"更新没有成功，已退回原来的版本，照常运行。原因：{reason}"
        en = f"the update failed and was taken back; the stage runs as before. The cause: {reason}"
        raise BadInput(zh=zh, en=en, where=f"stack {name}")
    if status not in _DONE:
        raise _refused(f"{status}: {reason}", name)
    took = f"{time.monotonic() - since:.1f}"
    progress(say(f"{status}，用时 {took} 秒", f"{status} in {took} s"))


def wait(cloud: Cloud, name: str, reported: set[str], progress: Progress) -> tuple[str, str]:
    """Report each new event until the stack rests; the first failure is the reason."""
    reason = ""
    while True:
        stack = describe(cloud, name) or {"StackStatus": "DELETED"}
        for event in reversed(_events(cloud, name)):
            if event["EventId"] in reported:
                continue
            reported.add(event["EventId"])
            progress(f"{event['ResourceStatus']:<20} {event['LogicalResourceId']}")
            if event["ResourceStatus"].endswith("_FAILED"):
                reason = reason or event.get("ResourceStatusReason", "")
        status = str(stack["StackStatus"])
        if not status.endswith("_IN_PROGRESS"):
            return status, reason or str(stack.get("StackStatusReason", ""))
        time.sleep(0.1 if cloud.is_local else 3)


def _changes(cloud: Cloud, name: str, set_name: str) -> Iterator[StackChange]:
    pages = cloud.client("cloudformation").get_paginator("describe_change_set")
    found = pages.paginate(StackName=name, ChangeSetName=set_name)
    for change in (each["ResourceChange"] for page in found for each in page["Changes"]):
        kind, replaces = change["ResourceType"], change.get("Replacement") == "True"
        yield StackChange(change["Action"], change["LogicalResourceId"], kind, replaces)


def _wait_for_set(cloud: Cloud, name: str, set_name: str) -> dict[str, Any]:
    formation = cloud.client("cloudformation")
    while True:
        found = formation.describe_change_set(StackName=name, ChangeSetName=set_name)
        if found["Status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
            return dict(found)
        time.sleep(0.1 if cloud.is_local else 2)


def _events(cloud: Cloud, name: str) -> list[dict[str, Any]]:
    """Return the latest events of the stack, the newest first; none where it is gone."""
    found = _of_stack(cloud.client("cloudformation").describe_stack_events, name)
    return list(found["StackEvents"]) if found else []


def _event_ids(cloud: Cloud, name: str) -> set[str]:
    return {event["EventId"] for event in _events(cloud, name)}
