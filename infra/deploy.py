"""Put a packaged stage into a cloud: upload what changed, create or update the stack, wait.

The same way against AWS and against a local cloud. Parameters that are not given keep the value
they have, so that what an operator once set (who gets the alarms) outlives later deployments.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import BadInput
from infra import refusals
from infra.account import prepare_account
from infra.cloud import LOCAL_STAGE, Cloud
from infra.policy.gate import check_selected, check_stage

Progress = Callable[[str], None]
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
ARTEFACTS = ("CodeUri", "ContentUri")

# What differs from the template's defaults. The local cloud retries without end, so it is a
# record's age that ends it, and that soon.
STAGE_PARAMETERS: dict[str, dict[str, str]] = {
    LOCAL_STAGE: {
        "Clock": "table",
        "DeletionProtection": "false",
        "RecordAge": "60",
        "LogDays": "1",
        "RegionCode": "370102",
        "LogOrigin": "duban.local/log",
        "SealWindow": "0",
        "AccessLog": "no",
    }
}

DEFAULTS = {"Profile": "statutory", "RegionCode": "000000", "Clock": "wall"}
"""What a new stage has, as infra/template.yaml has it."""

_EMULATED = {"WriteOnce": "functions"}  # what a local cloud cannot do


def stack_name(stage: str) -> str:
    """Name the stack of *stage*."""
    return f"duban-{stage}"


def deploy(
    cloud: Cloud, stage: str, folder: Path, parameters: Mapping[str, str], progress: Progress
) -> dict[str, str]:
    """Deploy the package in *folder* as *stage* and give the stack's outputs.

    A profile that is not there or rests on too little, an account without room for the stage, or
    another name for the log, is refused before anything is changed: what runs goes on running.
    """
    template = json.loads((folder / "template.json").read_text())
    check_profiles(cloud, stage, parameters)
    values = _stack_parameters(cloud, stage) | dict(parameters)
    prepare_account(cloud, stack_name(stage), template, values, progress)
    origin = _origin(cloud, stage, parameters.get("LogOrigin", ""), progress)
    bucket = _bucket(cloud)
    for resource in template["Resources"].values():
        for name in ARTEFACTS:
            path = str(resource.get("Properties", {}).get(name, ""))
            if path.startswith("./"):
                resource["Properties"][name] = _upload(cloud, bucket, folder / path, progress)
    url = _upload_template(cloud, bucket, json.dumps(template).encode())
    given = {"Stage": stage, **(_EMULATED if cloud.is_local else {}), **parameters, **origin}
    _apply(cloud, stack_name(stage), url, _parameters(cloud, stage, template, given), progress)
    stack_outputs = outputs(cloud, stage)
    if cloud.is_local:
        refusals.put_refusals(
            cloud, stack_outputs["RestAPIId"], template["Resources"]["RestAPI"]["Properties"]
        )
    return stack_outputs


def check_profiles(cloud: Cloud, stage: str, given: Mapping[str, str]) -> None:
    """Refuse profiles that *stage* must not judge by, once it has the *given* parameters.

    The local stage may judge by any. Raises BadInput with all mistakes.
    """
    coming = DEFAULTS | _stack_parameters(cloud, stage) | dict(given)
    check_selected(coming["Profile"])
    if stage != LOCAL_STAGE:
        check_stage(coming)


def outputs(cloud: Cloud, stage: str) -> dict[str, str]:
    """Return the outputs of *stage*'s stack: `Url`, the tables, the secret, the queues."""
    stack = _describe(cloud, stack_name(stage))
    if stack is None:
        raise BadInput(f"stage {stage} is not deployed here", "cloudformation")
    stack_outputs = {
        output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])
    }
    if cloud.is_local:
        # The gateway's own host names do not resolve on this machine.
        path = stack_outputs["Url"].rsplit("/", 1)[-1]
        stack_outputs["Url"] = (
            f"{cloud.endpoint}/_aws/execute-api/{stack_outputs['RestAPIId']}/{path}"
        )
    return stack_outputs


def _bucket(cloud: Cloud) -> str:
    account = cloud.client("sts").get_caller_identity()["Account"]
    name = f"duban-artefacts-{account}-{cloud.region}"
    s3 = cloud.client("s3")
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        where = {"CreateBucketConfiguration": {"LocationConstraint": cloud.region}}
        s3.create_bucket(Bucket=name, **({} if cloud.region == "us-east-1" else where))
        closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy")
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration=dict.fromkeys((*closed, "RestrictPublicBuckets"), True),
        )
    return name


def _upload(cloud: Cloud, bucket: str, file: Path, progress: Progress) -> str:
    """Upload *file* under its content's hash, so that the same file is never sent twice."""
    if not file.exists():
        return f"s3://{bucket}/not-packaged"
    body = file.read_bytes()
    key = f"{hashlib.sha256(body).hexdigest()}{file.suffix}"
    s3 = cloud.client("s3")
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        progress(f"uploading {file.name}, {len(body) / 1e6:.1f} MB")
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    return f"s3://{bucket}/{key}"


def _upload_template(cloud: Cloud, bucket: str, body: bytes) -> str:
    key = f"{hashlib.sha256(body).hexdigest()}.json"
    s3 = cloud.client("s3")
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    # The client knows the partition's own host name.
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


def _parameters(
    cloud: Cloud, stage: str, template: Mapping[str, Any], given: Mapping[str, str]
) -> list[dict[str, Any]]:
    unknown = sorted(set(given) - set(template["Parameters"]))
    if unknown:
        names = ", ".join(sorted(template["Parameters"]))
        raise BadInput(f"no parameter {', '.join(unknown)}; there are: {names}")
    stack = _describe(cloud, stack_name(stage))
    kept = {entry["ParameterKey"] for entry in (stack or {}).get("Parameters", [])}
    # What the packager decided follows the package, not the last deployment.
    kept -= {"Runtime", "Architecture", "DependenciesLayer"}
    given_parameters = [
        {"ParameterKey": key, "ParameterValue": value} for key, value in given.items()
    ]
    same = sorted(kept & set(template["Parameters"]) - set(given))
    return given_parameters + [{"ParameterKey": key, "UsePreviousValue": True} for key in same]


def _stack_parameters(cloud: Cloud, stage: str) -> dict[str, str]:
    """Return the parameters that the stack has; none where there is no stack yet."""
    stack = _describe(cloud, stack_name(stage)) or {}
    return {
        entry["ParameterKey"]: str(entry["ParameterValue"]) for entry in stack.get("Parameters", [])
    }


def _origin(cloud: Cloud, stage: str, given: str, progress: Progress) -> dict[str, str]:
    """Return the name of a new log; refuse another name later: every signature names the first.

    Best is the address at which it will be read. Where none is given, the name is made of stack,
    region and account, which nobody else has.
    """
    kept = _stack_parameters(cloud, stage).get("LogOrigin", "")
    if kept and given and kept != given:
        raise BadInput(f"the log is {kept}, and that can never change", "LogOrigin")
    if kept or given:
        return {}
    account = cloud.client("sts").get_caller_identity()["Account"]
    name = f"{stack_name(stage)}.{cloud.region}.{account}/log"
    progress(f"the public log is named {name}, for ever; --set LogOrigin=… gives another")
    return {"LogOrigin": name}


def _apply(
    cloud: Cloud, name: str, url: str, parameters: list[dict[str, Any]], progress: Progress
) -> None:
    formation = cloud.client("cloudformation")
    exists = _describe(cloud, name) is not None
    act = formation.update_stack if exists else formation.create_stack
    reported = {event["EventId"] for event in _events(cloud, name)} if exists else set()
    since = time.time()
    try:
        act(StackName=name, TemplateURL=url, Parameters=parameters, Capabilities=CAPABILITIES)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        if "No updates are to be performed" in message:
            progress("nothing to change")
            return
        raise BadInput(message, f"stack {name}") from error
    status, reason = _wait(cloud, name, reported, progress)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise BadInput(f"{status}: {reason}", f"stack {name}")
    progress(f"{status} in {time.time() - since:.1f} s")


def _wait(cloud: Cloud, name: str, reported: set[str], progress: Progress) -> tuple[str, str]:
    """Report each new event until the stack rests; the first failure is the reason."""
    reason = ""
    while True:
        stack = _describe(cloud, name) or {"StackStatus": "DELETED"}
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


def _events(cloud: Cloud, name: str) -> list[dict[str, Any]]:
    """Return the latest events of the stack, the newest first."""
    events = cloud.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return list(events)


def _describe(cloud: Cloud, name: str) -> dict[str, Any] | None:
    try:
        stacks = cloud.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise
    return dict(stacks[0])
