"""Make a stack own other tables, secrets or a bucket than it had, under the same logical ids.

Three changes, each through a change set that is looked at first: all that refers to the old one is
pointed to the new one by name, and the old one is let go (its deletion policy keeps it); the new
one is imported; the references come back. CloudFormation imports only what a stack does not have,
and changes neither resources nor outputs meanwhile (docs.aws.amazon.com/AWSCloudFormation/latest/
UserGuide/resource-import.html). What is done is recognised, so each may be done again.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import BadInput
from infra.rebuilding.pointing import point
from infra.stack import artefacts, formation, underway
from infra.stack.cloud import Cloud
from infra.stack.formation import Progress
from infra.stack.underway import Holding, Rebuilding

IDENTIFIERS = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Id",
}


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
    _let_go(cloud, stack, point(whole, values, takes_out=True), coming, progress)
    made = {name: each for name, each in coming.items() if each.is_made}
    anew = {name: each.values for name, each in coming.items() if not each.is_made}
    beside = point(point(whole, values, takes_out=False), anew, takes_out=True)
    _take_in(cloud, stack, beside, made, progress)
    _change(cloud, stack, whole, set(), progress)
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


def _let_go(
    cloud: Cloud,
    stack: str,
    template: Mapping[str, Any],
    coming: Mapping[str, Holding],
    progress: Progress,
) -> None:
    """Point to the *coming* resources, and let go of those they replace; delete nothing."""
    had = formation.resources(cloud, stack)
    in_place = ((name, each) for name, each in coming.items() if name in had)
    old = {name for name, each in in_place if (had[name].name == each.name) != each.is_made}
    if old:
        _change(cloud, stack, template, old, progress)


def _take_in(
    cloud: Cloud,
    stack: str,
    template: Mapping[str, Any],
    coming: Mapping[str, Holding],
    progress: Progress,
) -> None:
    had = formation.resources(cloud, stack)
    if missing := {name: each for name, each in coming.items() if name not in had}:
        imports = import_entries(missing)
        set_name, _ = formation.plan(cloud, stack, source(cloud, stack, template), imports)
        formation.execute(cloud, stack, set_name, progress)


def _change(
    cloud: Cloud, stack: str, template: Mapping[str, Any], lets_go: set[str], progress: Progress
) -> None:
    """Update the stack; it may let go of *lets_go*, and of nothing else that holds data."""
    set_name, planned = formation.plan(cloud, stack, source(cloud, stack, template))
    if not set_name:
        return
    lost = {change.resource for change in planned if change.loses_data} - lets_go
    if lost:
        formation.discard(cloud, stack, set_name)
        zh = f"这一步还会换掉 {'、'.join(sorted(lost))}，没有执行"
        raise BadInput(zh=zh, en="this would replace these too; nothing was done", where=stack)
    formation.execute(cloud, stack, set_name, progress)
