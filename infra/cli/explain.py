"""`duban explain card`: a card derived again from its facts by this code, with its reasons."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.errors import Bilingual
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.day_by_day import day_lines
from infra.terminal.language import language, say
from infra.terminal.report import remark, report

SAME, NOT_THE_SAME = 0, 1
Explained = Mapping[str, Any]

_VERDICTS = {
    "same": Bilingual("重新推导：结果相同", "derived again: the same"),
    "differs": Bilingual("重新推导：结果不同", "derived again: NOT the same"),
    "does_not_follow": Bilingual(
        "重新推导：结果不同，从事实得不出这张牌",
        "derived again: NOT the same, for it does not follow",
    ),
    "unknown": Bilingual(
        "这里无法重新推导：手头没有它写明的规则",
        "cannot be derived again here: the rules that it names are not at hand",
    ),
}
_DERIVED = {
    "same": Bilingual("相同", "same"),
    "differs": Bilingual("不同", "differs"),
    "does_not_follow": Bilingual("得不出", "does not follow"),
    "unknown": Bilingual("不知道", "unknown"),
}
_COMMAND = """\
explain  把环境已发的一张牌重新推导一遍，并说明理由
        | derive again a card that a stage has issued, and explain it
explain card  按它写明的规则，从事实重新推导一张牌
        | derive a card again from its facts, with the rules that it names
    about  退出码 0：结果相同；1：结果不同，或手头没有它写明的规则（旧的规则文件：用 --profile）。
        | Exit 0: it comes out the same. 1: it does not, or the rules that it names are not at hand
        (an older profile: --profile).
    NUMBER|ID as card  ×政监黄〔2026〕12号，或 c_….7 | its number, or c_….7
    --region REGION =  哪个地区的文号；默认是环境自己的
        | whose number it is; by default the stage's own
    --profile FILE  发牌时所用的规则文件，随软件发布的不必写
        | the profile that it was issued under, if not shipped
    --stage --json
"""
add = commands(__name__, _COMMAND, profile=str)


def run_card(arguments: argparse.Namespace) -> int:
    """Explain one card; exit 1 when it does not come out the same."""
    from infra.explain.card import explain_card
    from infra.policy.choice import choose_profile

    given = choose_profile(arguments.profile, "--profile") if arguments.profile else None
    with stages.services_of(arguments.stage) as services:
        explained = explain_card(services, arguments.card, arguments.region, given)
    report(arguments, explained, _card_lines(explained))
    missing = dict.fromkeys(derivation["missing"] for derivation in explained["derivations"])
    remark(*(f"{say('手头没有', 'not at hand')}: {name}" for name in filter(None, missing)))
    return SAME if explained["verdict"] == "same" else NOT_THE_SAME


def _card_lines(explained: Explained) -> Iterator[str]:
    """Yield the lines of a card, which `explain_card` returned."""
    yield "  ".join((*explained["numbers"], explained["card"]))
    names = ("level", "rule", "ground", "department", "region", "item")
    yield " · ".join(str(explained[name]) for name in names if explained[name])
    kind, n, case = explained["kind"], explained["n"], explained["case"]
    yield say(f"{kind} 是 {case} 的第 {n} 项事实", f"{kind} is fact {n} of {case}")
    at, due_at, recorded_at = explained["at"], explained["due_at"] or "–", explained["recorded_at"]
    yield say(
        f"法律时刻 {at}；到期 {due_at}；登记 {recorded_at}",
        f"legal instant {at}; due {due_at}; recorded {recorded_at}",
    )
    if explained["basis"]:
        yield f"{say('依据', 'basis')} {explained['basis']}"
    if explained["instrument"]:
        yield f"{say('发牌依据文件', 'instrument')} {explained['instrument']}"
    yield f"{say('规则', 'policy')} {explained['policy'] or '–'}"
    yield f"{say('日历', 'calendar')} {explained['calendar'] or '–'}"
    yield from _facts(say("所依据的事实", "rests on"), explained["rests_on"])
    yield from _facts(say("此牌的经过", "its life"), explained["life"])
    yield from _clock(explained["explained"])
    yield ""
    for derivation in explained["derivations"]:
        yield from _derivation_lines(derivation)
    yield say(*_VERDICTS[explained["verdict"]])


def _facts(title: str, rows: list[Explained]) -> Iterator[str]:
    if rows:
        yield f"{title}:"
    for row in rows:
        about = " ".join(str(row[name]) for name in ("level", "rule") if row[name])
        source = f" {say('来自', 'from')} {row['from']}" if row["from"] else ""
        yield f"{row['n']:>4}  {row['at']}  {row['kind']}{f' {about}' if about else ''}{source}"


def _clock(clock: Explained | None) -> Iterator[str]:
    if clock is None:
        return
    yield ""
    yield from day_lines(clock["steps"])
    if language() == "zh":  # the paragraph is one that is read to applicants
        yield ""
        yield clock["explanation"]


def _derivation_lines(derivation: Explained) -> Iterator[str]:
    kind, n, case = derivation["kind"], derivation["n"], derivation["case"]
    where, missing = say(f"{kind}，{case} 的第 {n} 项事实", f"{kind}, fact {n} of {case}"), ""
    if lacking := derivation["missing"]:
        missing = say(f"（手头没有：{lacking}）", f" (not at hand: {lacking})")
    yield f"{say(*_DERIVED[derivation['verdict']]):<15}  {where}{missing}"
    for other in derivation["differences"]:
        name, recorded, derived = other["field"], other["recorded"], other["derived"]
        zh, en = f"记录为 {recorded}，推导为 {derived}", f"recorded {recorded}, derived {derived}"
        yield f"  {name}: {say(zh, en)}"
