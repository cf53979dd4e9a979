"""`duban explain card`: a card derived again from its facts by this code, with its reasons."""

import argparse
import json
import sys
from typing import Any

from infra.stack.stage_options import add_stage_and_json
from infra.terminal.language import say

SAME, NOT_THE_SAME = 0, 1


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "explain",
        help=say(
            "把环境已发的一张牌重新推导一遍，并说明理由",
            "derive again a card that a stage has issued, and explain it",
        ),
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    card = actions.add_parser(
        "card",
        help=say(
            "按它写明的规则，从事实重新推导一张牌",
            "derive a card again from its facts, with the rules that it names",
        ),
        description=say(
            "退出码 0：结果相同；"
            "1：结果不同，或手头没有它写明的规则（旧的规则文件：用 --profile）。",
            "Exit 0: it comes out the same. 1: it does not, or the rules that it "
            "names are not at hand (an older profile: --profile).",
        ),
    )
    _add_options(card)


def _add_options(card: argparse.ArgumentParser) -> None:
    card.add_argument(
        "card",
        metavar="NUMBER|ID",
        help=say("×政监黄〔2026〕12号，或 c_….7", "its number, or c_….7"),
    )
    card.add_argument(
        "--region",
        default="",
        help=say(
            "哪个地区的文号；默认是环境自己的", "whose number it is; by default the stage's own"
        ),
    )
    card.add_argument(
        "--profile",
        metavar="FILE",
        help=say(
            "发牌时所用的规则文件，随软件发布的不必写",
            "the profile that it was issued under, if not shipped",
        ),
    )
    add_stage_and_json(card)
    card.set_defaults(run=run_card)


def run_card(arguments: argparse.Namespace) -> int:
    """Explain one card; exit 1 when it does not come out the same."""
    from infra.explain.card import explain_card
    from infra.explain.words import card_lines
    from infra.policy.choice import choose_profile
    from infra.stack.services import services_of

    given = choose_profile(arguments.profile, "--profile") if arguments.profile else None
    with services_of(arguments.stage) as services:
        explained = explain_card(services, arguments.card, arguments.region, given)
    if arguments.json:
        print(json.dumps(explained, ensure_ascii=False))
    else:
        print(*card_lines(explained), sep="\n")
    for missing in dict.fromkeys(
        derivation["missing"] for derivation in explained["derivations"] if derivation["missing"]
    ):
        print(f"duban: {say('手头没有', 'not at hand')}: {missing}", file=sys.stderr)
    return SAME if explained["verdict"] == "same" else NOT_THE_SAME
