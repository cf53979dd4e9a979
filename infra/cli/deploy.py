"""`duban deploy STAGE`: package, upload, create or update the stack; look first, or go back."""

import argparse
import os
import re
from collections.abc import Mapping

from chalicelib.errors import BadInput
from infra.local.keeping.stage import resting_kept_stage, running_kept_stage
from infra.policy import gate
from infra.stack import bytecode, cloud, deploy, formation, package, public_address, target
from infra.stack.cloud import Cloud
from infra.stack.target import Target
from infra.terminal.arguments import LOCAL_STAGE, commands
from infra.terminal.language import language, say
from infra.terminal.report import print_progress, report

# As infra/stack/template.yaml has it.
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,30}", re.ASCII)
PROCESSORS = ("arm64", "x86_64")
_COMMAND = """\
deploy  打包并部署一个环境，部署到 AWS 或 AWS_ENDPOINT_URL 所指之处
        | package a stage and deploy it, to AWS or to what AWS_ENDPOINT_URL names
    about  打包 STAGE，经 CloudFormation 部署；不成功的会退回。
        | Package STAGE and deploy it through CloudFormation. What fails is taken back.
    STAGE  prod，或其他名称：用 a-z、0-9 和 - | prod, or any other name: a-z, 0-9 and -
    --set NAME=VALUE repeated as parameters
        infra/stack/template.yaml 的参数，如 AlarmEmail=...；会记住
        | a parameter of infra/stack/template.yaml, such as AlarmEmail=...; it is remembered
    --architecture  函数用的处理器（默认同上次，或本区支持时用 arm64）
        | the functions' processor (default: as last time, or arm64 where the region has it)
    --check either  只显示会改变什么 | only show what would change
    --back either  退回上一个版本 | put the release before this one in force
    --json  以 JSON 输出环境的各项结果 | print the stack's outputs as JSON
"""


def _stage(text: str) -> str:
    if not _STAGE.fullmatch(text):
        zh = "环境名只用 a-z、0-9 和 -，以字母开头，最长 31 个"
        raise argparse.ArgumentTypeError(say(zh, "a stage's name is made of a-z, 0-9 and -"))
    return text


add = commands(__name__, _COMMAND, stage=_stage, architecture=PROCESSORS)


def run(arguments: argparse.Namespace) -> int:
    """Deploy, and print where the API answers."""
    parameters = dict(_pair(text) for text in arguments.parameters)
    gate.check_names(parameters)  # before a cloud is asked
    if _is_for_next_start(arguments) and (kept := resting_kept_stage()):
        kept.deployed(kept.parameters | parameters)
        en = "noted: it holds from the next duban up --keep"
        print(say("已记下，下次 duban up --keep 起生效", en))
        return 0
    where = cloud.of_stage(arguments.stage)
    if arguments.back:
        mark = deploy.go_back(where, arguments.stage, print_progress)
        print(say(f"已退回 {mark}", f"back at {mark}"))
        return 0
    given = deploy.STAGE_PARAMETERS.get(arguments.stage, {}) | parameters
    deploy.check_profiles(where, arguments.stage, given)  # packaging takes a while
    name = formation.stack_name(arguments.stage)
    made_for = target.choose(where, name, arguments.architecture)
    if arguments.check:
        return _check(where, arguments.stage, made_for, given)
    outputs = _deploy(where, arguments, made_for, given)
    if arguments.stage == cloud.LOCAL_STAGE and (kept := running_kept_stage()):
        kept.deployed(kept.parameters | parameters)
    report(arguments, outputs, [outputs["Url"]], indent=2, ensure_ascii=True)
    for line in public_address.remarks(where.region, outputs["Url"]):
        print_progress(line)
    return 0


def _is_for_next_start(arguments: argparse.Namespace) -> bool:
    """Return whether parameters of the local stage are set and no more: that needs no cloud.

    A kept stage that does not start with those it has is mended so.
    """
    is_local = arguments.stage == LOCAL_STAGE and not os.environ.get("AWS_ENDPOINT_URL")
    return bool(is_local and arguments.parameters and not (arguments.check or arguments.back))


def _deploy(
    where: Cloud, arguments: argparse.Namespace, made_for: Target, given: Mapping[str, str]
) -> dict[str, str]:
    """Package and deploy; where the region has no arm64, and none was asked for, for x86_64."""
    stage = arguments.stage
    if line := bytecode.remark(made_for):
        print_progress(line)
    try:
        folder = package.package(stage, made_for)
        return deploy.deploy(where, stage, folder, given, print_progress)
    except BadInput as refused:
        other = target.instead_of(made_for, str(refused))
        if arguments.architecture or other is None:
            raise
        zh = f"本区不支持 {made_for.architecture}，改用 {other.architecture}"
        en = f"no {made_for.architecture} in this region; going on with {other.architecture}"
        print_progress(f"{say(zh, en)} ({refused.line(language())})")
        return deploy.deploy(where, stage, package.package(stage, other), given, print_progress)


def _check(where: Cloud, stage: str, made_for: Target, given: Mapping[str, str]) -> int:
    """Print the changes that a deployment would make; exit 1 where it would be refused."""
    folder = package.package(stage, made_for)
    changes = deploy.changes(where, stage, folder, given, print_progress)
    if changes is None:
        print(f"{stage} {say('尚未部署，将全部新建', 'is not there yet: all of it is new')}")
        return 0
    for change in changes:
        sign = say(" !! 数据会丢", " !! data would be lost") if change.loses_data else ""
        replaced = say(" 换新", " replaced") if change.replaces else ""
        print(f"{change.action:<7} {change.resource}{replaced}{sign}")
    if not changes:
        print(say("没有变化", "nothing to change"))
    return 1 if any(change.loses_data for change in changes) else 0


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        zh, en = f"应写成 名称=值，不是 {text!r}", f"NAME=VALUE is needed, not {text!r}"
        raise BadInput(zh=zh, en=en, where="--set")
    return name, value
