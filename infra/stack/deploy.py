"""Put a packaged stage into a cloud: upload what changed, create or update the stack, wait.

The same way against AWS and against a local cloud. Parameters that are not given keep the value
they have, so that what an operator once set (who gets the alarms) outlives later deployments.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.errors import BadInput
from infra.policy.gate import check_names, check_stage
from infra.stack import artefacts, formation, releases, underway
from infra.stack.account import prepare_account, require_signer
from infra.stack.cloud import LOCAL_STAGE, Cloud
from infra.stack.formation import Progress, StackChange, not_there
from infra.terminal.language import say

ARTEFACTS = ("CodeUri", "ContentUri")
PACKAGED = {"Runtime", "Architecture", "DependenciesLayer"}
"""Parameters that follow the package, and not the last deployment."""

# What differs from the template's defaults. The local cloud retries without end, so it is a
# record's age that ends it, and that soon.
_LOCAL = {"Clock": "table", "RegionCode": "370102", "LogOrigin": "duban.local/log"}
_LOCAL |= {"DeletionProtection": "false", "RecordAge": "60", "LogDays": "1", "AccessLog": "no"}
_LOCAL |= {"SealWindow": "0", "ProjectWindow": "0", "PublishWindow": "1"}
_LOCAL |= {"LogLevel": "INFO"}  # the local cloud waits for a line: telemetry.py
STAGE_PARAMETERS: dict[str, dict[str, str]] = {LOCAL_STAGE: _LOCAL}

DEFAULTS = {"Profile": "statutory", "RegionCode": "000000", "Clock": "wall", "Calendar": "CN"}
"""The parameters of a new stage, as in infra/stack/template.yaml."""

_EMULATED = {"WriteOnce": "functions"}  # what a local cloud cannot do
WINDOWS = ("SealWindow", "PublishWindow")
CALM = 90  # s: streams, cold starts and a run that is tried again


def deploy(
    cloud: Cloud, stage: str, folder: Path, parameters: Mapping[str, str], progress: Progress
) -> dict[str, str]:
    """Deploy the package in *folder* as *stage* and give the stack's outputs.

    A profile that is not there or rests on too little, another name for the log, a key that cannot
    sign it, an account without room for the stage, and a change that would replace or remove what
    holds data are refused before anything is changed: what runs goes on running.
    """
    name = formation.stack_name(stage)
    underway.require_none(cloud, stage)
    is_there = formation.settle(cloud, name, progress)
    check_profiles(cloud, stage, parameters)
    packaged = json.loads((folder / "template.json").read_text())
    values = formation.parameters_of(cloud, name) | dict(parameters)
    prepare_account(cloud, name, packaged, values, progress)
    template, source = _prepare(cloud, stage, folder, parameters, progress)
    if is_there:
        _update(cloud, name, source, progress)
    else:
        formation.create(cloud, name, source, progress)
    releases.note(cloud, stage, source["TemplateURL"])
    stack_outputs = outputs(cloud, stage)
    if cloud.is_local:
        api = template["Resources"]["RestAPI"]["Properties"]
        _put_refusals(cloud, stack_outputs["RestAPIId"], api)
    return stack_outputs


def changes(
    cloud: Cloud, stage: str, folder: Path, parameters: Mapping[str, str], progress: Progress
) -> list[StackChange] | None:
    """Return what `deploy` would change; None where there is no stack yet. Raises as it does."""
    name = formation.stack_name(stage)
    if not formation.is_whole(cloud, name):
        return None
    _, source = _prepare(cloud, stage, folder, parameters, progress)
    set_name, planned = formation.plan(cloud, name, source)
    if set_name:
        formation.discard(cloud, name, set_name)
    return planned


def go_back(cloud: Cloud, stage: str, progress: Progress) -> str:
    """Put the release before the present one in its place; return its mark. Raises BadInput.

    The parameters stay as they are, and so do the data. Once more goes back one further.
    """
    name = formation.stack_name(stage)
    underway.require_none(cloud, stage)
    if not formation.settle(cloud, name, progress):
        raise not_there(stage)
    release = releases.before_present(cloud, stage)
    names = set(artefacts.read_json(cloud, release.template)["Parameters"])
    source = {"TemplateURL": release.template, "Parameters": _kept_parameters(cloud, name, names)}
    _update(cloud, name, source, progress)
    releases.note(cloud, stage, release.template, is_back=True)
    return release.mark


def check_profiles(cloud: Cloud, stage: str, given: Mapping[str, str]) -> None:
    """Refuse profiles and a calendar that *stage* must not or cannot judge by, once it has *given*.

    The local stage may judge by any that there are. Raises BadInput with all mistakes.
    """
    coming = DEFAULTS | formation.parameters_of(cloud, formation.stack_name(stage)) | dict(given)
    check_names(coming)
    if stage != LOCAL_STAGE:
        check_stage(coming)


def outputs(cloud: Cloud, stage: str) -> dict[str, str]:
    """Return the outputs of *stage*'s stack: `Url`, the tables, the secret, the queues."""
    stack = formation.describe(cloud, formation.stack_name(stage))
    if stack is None:
        raise not_there(stage)
    stack_outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    if cloud.is_local:
        # The gateway's own host names do not resolve on this machine.
        api, path = stack_outputs["RestAPIId"], stack_outputs["Url"].rsplit("/", 1)[-1]
        stack_outputs["Url"] = f"{cloud.endpoint}/_aws/execute-api/{api}/{path}"
    return stack_outputs


def _prepare(
    cloud: Cloud, stage: str, folder: Path, parameters: Mapping[str, str], progress: Progress
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the template and what CloudFormation is given, with all that it names uploaded."""
    template = json.loads((folder / "template.json").read_text())
    check_profiles(cloud, stage, parameters)
    require_signer(cloud, parameters.get("LogKmsKey", ""))
    origin = _origin(cloud, stage, parameters.get("LogOrigin", ""), progress)
    for resource in template["Resources"].values():
        for name in ARTEFACTS:
            path = str(resource.get("Properties", {}).get(name, ""))
            if path.startswith("./"):
                resource["Properties"][name] = artefacts.upload(cloud, folder / path, progress)
    kept = formation.parameters_of(cloud, formation.stack_name(stage))
    late = lateness(template, {**kept, **parameters})
    emulated = _EMULATED if cloud.is_local else {}
    given = {"Stage": stage, **emulated, **parameters, **origin, **late}
    set_now = _parameters(cloud, stage, template, given)
    address = artefacts.upload_template(cloud, template)
    return template, {"TemplateURL": address, "Parameters": set_now}


def _update(cloud: Cloud, name: str, source: Mapping[str, Any], progress: Progress) -> None:
    """Update the stack, unless that would change nothing, or lose data: then raise BadInput."""
    set_name, planned = formation.plan(cloud, name, source)
    if not set_name:
        progress(say("没有变化", "nothing to change"))
    elif lost := [change.resource for change in planned if change.loses_data]:
        formation.discard(cloud, name, set_name)
        zh = f"这次部署会换掉或移走存有数据的 {'、'.join(lost)}，没有执行"
        en = f"this would replace or remove what holds data: {', '.join(lost)}; nothing was done"
        raise BadInput(zh=zh, en=en)
    else:
        formation.execute(cloud, name, set_name, progress)


def _parameters(
    cloud: Cloud, stage: str, template: Mapping[str, Any], given: Mapping[str, str]
) -> list[dict[str, Any]]:
    unknown = sorted(set(given) - set(template["Parameters"]))
    if unknown:
        names = ", ".join(sorted(template["Parameters"]))
        zh, en = f"没有参数 {', '.join(unknown)}", f"no parameter {', '.join(unknown)}"
        raise BadInput(zh=f"{zh}，可用的有 {names}", en=f"{en}; there are: {names}")
    set_now = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    names_left = set(template["Parameters"]) - set(given)
    return set_now + _kept_parameters(cloud, formation.stack_name(stage), names_left)


def _kept_parameters(cloud: Cloud, name: str, names: set[str]) -> list[dict[str, Any]]:
    """Return those of the stack's parameters that are among *names*, each to stay as it is."""
    kept = set(formation.parameters_of(cloud, name)) & names - PACKAGED
    return [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted(kept)]


def _origin(cloud: Cloud, stage: str, given: str, progress: Progress) -> dict[str, str]:
    """Return the name of a new log; refuse another name later: every signature names the first.

    Best is the address at which it will be read. Where none is given, the name is made of stack,
    region and account, which nobody else has.
    """
    kept = formation.parameters_of(cloud, formation.stack_name(stage)).get("LogOrigin", "")
    if kept and given and kept != given:
        zh, en = f"日志名为 {kept}，永远不能改", f"the log is {kept}, and that can never change"
        raise BadInput(zh=zh, en=en, where="LogOrigin")
    if kept or given:
        return {}
    account = cloud.client("sts").get_caller_identity()["Account"]
    name = f"{formation.stack_name(stage)}.{cloud.region}.{account}/log"
    zh = f"公开日志的名称是 {name}，永远不变；要另取名，用 --set LogOrigin=…"
    progress(say(zh, f"the public log is named {name}, for ever; --set LogOrigin=… gives another"))
    return {"LogOrigin": name}


def lateness(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameter of *template* that says when an entry is late to be public, in seconds.

    CloudFormation cannot add, so the alarm's threshold is made here of the windows that gather, and
    some calm. Promised are ten minutes (log/merge_delay.py); the windows take 210 seconds of them
    at the most. From then on the schedule publishes what no record of a stream has brought. *given*
    are the parameters that differ from the template's defaults.
    """
    parameters = template["Parameters"]
    seconds = sum(int(given.get(name, parameters[name]["Default"])) for name in WINDOWS)
    return {"CheckpointLag": str(seconds + CALM)}


def _put_refusals(cloud: Cloud, api: str, properties: Mapping[str, Any]) -> None:
    """Put what the template's *properties* of the API say into the local gateway's *api*.

    MiniStack does not read our form of refusals from an API's definition, as AWS does, but knows
    the calls for them; they take effect with the next deployment of the API.
    """
    gateway = cloud.client("apigateway")
    for kind, refusal in properties["GatewayResponses"].items():
        headers = refusal["ResponseParameters"]["Headers"]
        code = {"statusCode": str(refusal["StatusCode"])} if "StatusCode" in refusal else {}
        gateway.put_gateway_response(
            restApiId=api,
            responseType=kind,
            responseParameters={f"gatewayresponse.header.{k}": v for k, v in headers.items()},
            responseTemplates=refusal["ResponseTemplates"],
            **code,
        )
    gateway.create_deployment(restApiId=api, stageName=properties["StageName"])
