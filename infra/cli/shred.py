"""`duban shred CASE --basis BASIS`: make personal data of a case unreadable for good."""

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from infra.stack.stage_options import add_stage_and_json
from infra.terminal.language import say

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong argument
    from chalicelib.plumbing.services import Services
    from infra.operate.shredding import Shredded

DONE, STUCK = 0, 1

COPIES = (
    "到期自会消失的副本：收件表 35 天（时间点恢复）、其流 1 天；自己导出和备份的，请自行删除",
    (
        "copies that time deletes: of the inbox 35 days (point-in-time recovery), of its stream"
        " 1 day; exports and backups of your own are yours to delete"
    ),
)


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "shred",
        help=say(
            "销毁一件的密钥：其中不公开的内容再也无法读出",
            "destroy the key of a case: nothing private of it can be read any more",
        ),
        description=say(
            "公开日志的条目都保留，另加一条写明依据；能打开其摘要的密钥销毁。牌仍保留"
            "。失败后可再执行：只会做一次。退出码 1：还没有做完，或此件有报送尚未读入"
            "。",
            "The public log keeps its entries, and one more that names the basis; "
            "the key that would open its digests is destroyed. Cards stay. Ask again "
            "after a failure: it is done once. Exit 1: not done yet, or an event of "
            "the case waits to be read.",
        ),
    )
    parser.add_argument(
        "case", metavar="CASE", help=say("案件编号：单位:编号", "its id: source:subject")
    )
    _add_options(parser)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--basis",
        required=True,
        metavar="BASIS",
        help=say(
            "法律依据，如《个人信息保护法》第四十七条",
            "the law and its article, as it is cited in Chinese",
        ),
    )
    parser.add_argument(
        "--cards",
        action="store_true",
        help=say("此件各张牌上写过的话也销毁", "also the texts about the cards of the case"),
    )
    parser.add_argument("--wait", type=int, default=120, metavar="SECONDS")
    add_stage_and_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Shred the case, and with --cards the cases of its cards."""
    from infra.operate import shredding
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        cards = shredding.cards_of(services, arguments.case)
        cases = [arguments.case, *(cards if arguments.cards else ())]
        numbers = {case: shredding.ask_shredding(services, case, arguments.basis) for case in cases}
        until = time.monotonic() + arguments.wait
        states = [_wait_for(services, case, number, until) for case, number in numbers.items()]
    untouched = [] if arguments.cards else cards
    if arguments.json:
        print(
            json.dumps({"shredded": [_shredded_row(state) for state in states], "cards": untouched})
        )
    else:
        print(*map(_line, states), sep="\n")
        for case in untouched:
            zh, en = (
                "这张牌上说过的仍保留（--cards）",
                "what was said of this card is kept (--cards)",
            )
            print(f"{case}: {say(zh, en)}", file=sys.stderr)
        print(say(*COPIES), file=sys.stderr)
    return DONE if all(state.is_done for state in states) else STUCK


def _wait_for(services: "Services", case: str, number: int, until: float) -> "Shredded":
    from infra.operate.shredding import check_shredding

    while (
        not (shredded := check_shredding(services, case, number)).is_done
        and time.monotonic() < until
    ):
        time.sleep(1)
    return shredded


def _shredded_row(shredded: "Shredded") -> dict[str, Any]:
    return {
        "case": shredded.case,
        "entry": None if shredded.n is None else f"{shredded.public}.{shredded.n}",
        "is_done": shredded.is_done,
        "left": list(shredded.left),
        "waiting": list(shredded.waiting),
    }


def _line(shredded: "Shredded") -> str:
    if shredded.is_done:
        entry = f"{shredded.public}.{shredded.n}"
        return f"{shredded.case}: {say(f'已粉碎，日志条目 {entry}', f'shredded, entry {entry}')}"
    if shredded.n is None or shredded.left:
        zh, en = "已提出，还没有做完；请再执行一次查看", "asked for, not done yet; ask again to see"
        return f"{shredded.case}: {say(zh, en)}"
    waiting = ", ".join(shredded.waiting)
    zh, en = f"已粉碎，但这些尚未读入：{waiting}", f"shredded, but these wait to be read: {waiting}"
    return f"{shredded.case}: {say(zh, en)}"
