"""Bring back what was deleted by mistake: of a stack that is there, or the whole stack.

What holds data is kept when its stack goes (DeletionPolicy in infra/stack/template.yaml), so a
stack made afresh would have empty tables, and could not be made at all: the secrets' names are
taken. So the new stack begins by importing what is left; then the last release comes over it, first
without what starts its functions, so that they rest before any could run on tables of a backup.
"""

from collections.abc import Collection
from typing import Any

from chalicelib.errors import BadInput
from infra.rebuilding import resting
from infra.rebuilding.owning import STARTS, change, import_entries, only, own, unstarted
from infra.rebuilding.recovery import TABLE, Lost, Recovery, find_lost, require_given_up
from infra.stack import artefacts, formation, releases, underway
from infra.stack.cloud import LOCAL_STAGE, Cloud
from infra.stack.formation import HOLDS_DATA, Progress, StackResource
from infra.stack.underway import Holding

_KEY = "LogKmsKey"


def look(cloud: Cloud, stage: str) -> tuple[bool, list[Lost]]:
    """Return whether the stack of *stage* is there, and what is lost of its data.

    Raises BadInput where nothing says what it was.
    """
    stack = formation.stack_name(stage)
    had = _held(cloud, stack)
    # Without what starts its functions it is not there: it is being made again.
    if is_there := any(each.kind == STARTS for each in had.values()):
        parameters = formation.parameters_of(cloud, stack)
    else:
        taken_in = {name: each for name, each in had.items() if each.kind in HOLDS_DATA}
        had = _left_behind(cloud, stack) | taken_in
        if not had:
            zh = "CloudFormation 没有这个环境的记录（删除 90 天后不再保留）"
            en = "CloudFormation knows of no such stack; it forgets after 90 days"
            raise BadInput(zh=zh, en=en, where=stack)
        parameters = _last_release(cloud, stage).parameters
    return is_there, find_lost(cloud, had, parameters.get(_KEY, ""))


def recreate(cloud: Cloud, stage: str, given_up: Collection[str], progress: Progress) -> list[Lost]:
    """Bring back all that *stage* has lost; return what it was.

    Where tables were lost, or the whole stack, the functions rest afterwards. Raises BadInput,
    before anything is done, where something can be had from nowhere and is not among those
    *given_up*, or nothing is known of the stage. Crash anywhere: the same call goes on.
    """
    if stage == LOCAL_STAGE:  # what is made again here would not be kept over a restart
        zh = "本机环境不用此命令：duban down 后再 duban up（--keep 的数据仍在）"
        en = "a local stage begins anew by `duban down` and `duban up`; what --keep holds stays"
        raise BadInput(zh=zh, en=en, where=stage)
    stack = formation.stack_name(stage)
    formation.settle(cloud, stack, progress)
    is_there, lost = look(cloud, stage)
    require_given_up(lost, given_up)
    if not is_there:
        _make_again(cloud, stage, lost, progress)
        return lost
    if any(each.kind == TABLE for each in lost):
        resting.rest(cloud, stage, progress, api=True)
    resources = underway.whole_template(cloud, stage)["Resources"]
    recovery = Recovery(cloud, resources, formation.parameters_of(cloud, stack), progress)
    own(cloud, stage, recovery.have_back(lost), progress)
    return lost


def _held(cloud: Cloud, stack: str) -> dict[str, StackResource]:
    """Return what the stack holds; nothing where it is not there, or never came into being."""
    return formation.resources(cloud, stack) if formation.is_whole(cloud, stack) else {}


def _make_again(cloud: Cloud, stage: str, lost: list[Lost], progress: Progress) -> None:
    """Make the deleted stack again, of its last release and what it left behind; functions rest.

    Crash in between: CloudFormation goes on by itself; the same call goes on with what the stack
    holds then. Until it came to its end, the note refuses to deploy.
    """
    stack, release = formation.stack_name(stage), _last_release(cloud, stage)
    template = artefacts.read_json(cloud, release.template)
    if not _held(cloud, stack):
        _import(cloud, stage, lost, progress)
    anew = {each.resource for each in lost if not each.back and each.kind != TABLE}
    change(cloud, stack, unstarted(template), anew, progress)
    resting.rest(cloud, stage, progress, api=True)
    change(cloud, stack, template, set(), progress)
    underway.end(cloud, stage)


def _import(cloud: Cloud, stage: str, lost: list[Lost], progress: Progress) -> None:
    """Begin the stack with what it left behind, and with what comes back of the *lost*.

    Crash in between, or where CloudFormation refuses: the stack holds nothing; it is removed, and
    the same call imports again.
    """
    stack, release = formation.stack_name(stage), _last_release(cloud, stage)
    template, named = artefacts.read_json(cloud, release.template), release.parameters.items()
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in named]
    left = _left_behind(cloud, stack).items()
    had = {name: Holding(each.kind, each.name, {}) for name, each in left}
    had |= Recovery(cloud, template["Resources"], release.parameters, progress).have_back(lost)
    coming = {name: each for name, each in had.items() if each.is_made}
    address = artefacts.upload_template(cloud, only(template, set(coming)))
    source = {"TemplateURL": address, "Parameters": given}
    set_name, _ = formation.plan(cloud, stack, source, import_entries(coming))
    underway.begin(cloud, stage, template, coming)
    formation.execute(cloud, stack, set_name, progress)


def _last_release(cloud: Cloud, stage: str) -> releases.Release:
    known = releases.history(cloud, stage)
    if not known:
        zh = "没有发布记录，无从重建"
        en = "no release of it was noted, so nothing says what it was"
        raise BadInput(zh=zh, en=en, where=stage)
    return known[-1]


def _left_behind(cloud: Cloud, stack: str) -> dict[str, StackResource]:
    """Return the data that the newest deleted stack of that name kept, by logical ids.

    One that failed to be made again kept none. CloudFormation remembers a deleted stack for 90
    days.
    """
    client = cloud.client("cloudformation")
    pages = client.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"])
    gone = [e for page in pages for e in page["StackSummaries"] if e["StackName"] == stack]
    newest_first = sorted(gone, key=lambda each: each["CreationTime"], reverse=True)
    kept = (_kept_of(client, each["StackId"]) for each in newest_first)
    return next(filter(None, kept), {})


def _kept_of(client: Any, stack_id: str) -> dict[str, StackResource]:
    left: dict[str, StackResource] = {}
    for page in client.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        for each in page["StackEvents"]:  # the newest first: a table that was exchanged is older
            if each["ResourceStatus"] == "DELETE_SKIPPED" and each["ResourceType"] in HOLDS_DATA:
                kept = StackResource(each["ResourceType"], each["PhysicalResourceId"])
                left.setdefault(each["LogicalResourceId"], kept)
    return left
