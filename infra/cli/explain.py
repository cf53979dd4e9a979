"""`duban explain card`: a card derived again from its facts by this code, with its reasons."""

import argparse

from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import remark, report

SAME, NOT_THE_SAME = 0, 1
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
    from infra.explain.words import card_lines
    from infra.policy.choice import choose_profile

    given = choose_profile(arguments.profile, "--profile") if arguments.profile else None
    with stages.services_of(arguments.stage) as services:
        explained = explain_card(services, arguments.card, arguments.region, given)
    report(arguments, explained, card_lines(explained))
    missing = dict.fromkeys(derivation["missing"] for derivation in explained["derivations"])
    remark(*(f"{say('手头没有', 'not at hand')}: {name}" for name in filter(None, missing)))
    return SAME if explained["verdict"] == "same" else NOT_THE_SAME
