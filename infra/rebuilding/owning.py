"""Make a stack own other tables, secrets or a bucket than it had, under the same logical ids.

Three changes, each through a change set that is looked at first: all that refers to the old one is
pointed to the new one by name, and the old one is let go (its deletion policy keeps it); the new
one is imported; the references come back. CloudFormation imports only what a stack does not have,
and changes neither resources nor outputs meanwhile (docs.aws.amazon.com/AWSCloudFormation/latest/
UserGuide/resource-import.html). What is done is recognised, so each may be done again.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.errors import BadInput
from infra.stack import artefacts, formation, underway
from infra.stack.cloud import Cloud
from infra.stack.formation import Progress
from infra.stack.underway import Holding, Rebuilding

IDENTIFIERS = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Id",
}
STARTS = "AWS::Lambda::Permission"
"""The kind of resource by which the API and schedules may start a function."""
Values = Mapping[str, str]
"""What a resource is referred to by: under "Ref" its name, and its attributes by theirs."""

_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")


def own(cloud: Cloud, stage: str, coming: Mapping[str, Holding], progress: Progress) -> None:
    """Bring *coming* into the stack, by logical ids; what an earlier call began comes first.

    Raises BadInput where CloudFormation refuses. Crash anywhere: the note says what is under way;
    the same call goes on where it was.
    """
    noted = underway.read(cloud, stage)
    if noted:
        _bring(cloud, stage, noted, progress)
    brought = noted.holdings if noted else {}
    more = {name: each for name, each in coming.items() if brought.get(name) != each}
    if more:
        whole = formation.processed_template(cloud, formation.stack_name(stage))
        _bring(cloud, stage, underway.begin(cloud, stage, whole, more), progress)


def _bring(cloud: Cloud, stage: str, noted: Rebuilding, progress: Progress) -> None:
    stack, whole, coming = formation.stack_name(stage), noted.template, noted.holdings
    values = {name: each.values for name, each in coming.items()}
    had = formation.resources(cloud, stack)
    in_place = ((name, each) for name, each in coming.items() if name in had)
    old = {name for name, each in in_place if (had[name].name == each.name) != each.is_made}
    if old:  # they are let go, and not deleted
        change(cloud, stack, point(whole, values, takes_out=True), old, progress)
        had = formation.resources(cloud, stack)
    made = {name: each for name, each in coming.items() if each.is_made and name not in had}
    if made:
        anew = {name: each.values for name, each in coming.items() if not each.is_made}
        beside = point(point(whole, values, takes_out=False), anew, takes_out=True)
        imports = import_entries(made)
        set_name, _ = formation.plan(cloud, stack, source(cloud, stack, beside), imports)
        formation.execute(cloud, stack, set_name, progress)
    gone = {name for name, each in coming.items() if not each.is_made}
    change(cloud, stack, whole, gone, progress)
    underway.end(cloud, stage)


def import_entries(coming: Mapping[str, Holding]) -> list[dict[str, Any]]:
    """Return the ResourcesToImport of a change set, one for each of *coming*."""
    names = ("ResourceType", "LogicalResourceId", "ResourceIdentifier")
    rows = ((each.kind, name, {IDENTIFIERS[each.kind]: each.name}) for name, each in coming.items())
    return [dict(zip(names, row, strict=True)) for row in rows]


def source(cloud: Cloud, stack: str, template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the source of a change set: the *template*, and the parameters as they are."""
    kept = sorted(set(formation.parameters_of(cloud, stack)) & set(template["Parameters"]))
    return {
        "TemplateURL": artefacts.upload_template(cloud, template),
        "Parameters": [{"ParameterKey": name, "UsePreviousValue": True} for name in kept],
    }


def change(
    cloud: Cloud, stack: str, template: Mapping[str, Any], concerns: set[str], progress: Progress
) -> None:
    """Update the stack; it may let go of *concerns*, or make them, and nothing else with data.

    Raises BadInput where it would, before anything is done.
    """
    set_name, planned = formation.plan(cloud, stack, source(cloud, stack, template))
    if not set_name:
        return
    touched = {each.resource for each in planned if each.loses_data or each.adds_data} - concerns
    if touched:
        formation.discard(cloud, stack, set_name)
        names = sorted(touched)
        zh = f"这一步还会换掉或者另建 {'、'.join(names)}，没有执行"
        en = f"this would replace or make {', '.join(names)} too; nothing was done"
        raise BadInput(zh=zh, en=en, where=stack)
    formation.execute(cloud, stack, set_name, progress)


def point(
    template: Mapping[str, Any], values: Mapping[str, Values], *, takes_out: bool
) -> dict[str, Any]:
    """Return *template* with each reference to a resource of *values* replaced by its value.

    *takes_out*: the resources themselves are left out too. Raises KeyError where a reference asks
    for an attribute that is not among the values.
    """
    resources = {
        name: _literal(resource, values)
        for name, resource in template["Resources"].items()
        if not (takes_out and name in values)
    }
    kept = {name: part for name, part in template.items() if name != "Transform"}
    outputs = _literal(template.get("Outputs", {}), values)
    return {**kept, "Resources": resources, "Outputs": outputs}


def only(template: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """Return *template* with no resources but *names*, and no outputs: what a new stack imports."""
    left_out = ("Transform", "Outputs", "Globals")
    kept = {name: part for name, part in template.items() if name not in left_out}
    return {**kept, "Resources": {name: template["Resources"][name] for name in sorted(names)}}


def unstarted(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return *template* without what starts functions: their events, and who may call them."""
    resources: dict[str, Any] = {}
    for name, each in template["Resources"].items():
        if each["Type"] != STARTS:
            of_function = each["Type"] == "AWS::Serverless::Function"
            left_out = "Events" if of_function else ""
            kept = {n: part for n, part in each.get("Properties", {}).items() if n != left_out}
            resources[name] = {**each, "Properties": kept}
    return {**template, "Resources": resources}


def _literal(node: Any, values: Mapping[str, Values]) -> Any:
    match node:
        case {"Ref": str(name)} if name in values:
            return values[name]["Ref"]
        case {"Fn::GetAtt": [str(name), str(attribute)]} if name in values:
            return values[name][attribute]
        case {"Fn::GetAtt": str(path)} if path.partition(".")[0] in values:
            return _literal({"Fn::GetAtt": path.split(".", 1)}, values)
        case {"Fn::Sub": text}:
            node = _sub(text, values)
        case dict():
            node = {name: _pointed(name, each, values) for name, each in node.items()}
        case list():
            node = [_literal(each, values) for each in node]
    return node


def _pointed(name: str, node: Any, values: Mapping[str, Values]) -> Any:
    """Return one pair's value; nothing waits any more for a resource that was taken out."""
    if name != "DependsOn":
        return _literal(node, values)
    waits_for = [node] if isinstance(node, str) else node
    return [each for each in waits_for if each not in values]


def _sub(text: Any, values: Mapping[str, Values]) -> Any:
    """Return the text; without Fn::Sub where nothing is left to be put in."""
    if isinstance(text, list):
        words, own = text
        left = {name: each for name, each in values.items() if name not in own}
        return {"Fn::Sub": [_in_text(words, left), _literal(own, values)]}
    written = _in_text(text, values)
    return {"Fn::Sub": written} if "${" in written else written


def _in_text(text: str, values: Mapping[str, Values]) -> str:
    def value(found: re.Match[str]) -> str:
        name, attribute = found.group(1), found.group(2) or "Ref"
        return values[name][attribute] if name in values else found.group(0)

    return _IN_TEXT.sub(value, text)
