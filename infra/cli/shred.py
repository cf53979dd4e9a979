"""`duban shred CASE --basis BASIS`: make personal data of a case unreadable for good."""

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from infra.stack.stage_options import add_stage_and_json

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong argument
    from chalicelib.plumbing.services import Services
    from infra.operate.shredding import Shredded

DONE, STUCK = 0, 1

COPIES = (
    "到期自会消失的副本：收件表 35 天（时间点恢复）、其流 1 天；自己导出和备份的，请自行删除",
    (
        "of the inbox 35 days (point-in-time recovery), of its stream 1 day;"
        " exports and backups of your own are yours to delete"
    ),
)


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "shred",
        help="destroy the key of a case: nothing private of it can be read any more",
        description="The public log keeps its entries, and one more that names the basis; the key"
        " that would open its digests is destroyed. Cards stay. Ask again after a failure: it is"
        " done once. Exit 1: not done yet, or an event of the case waits to be read.",
    )
    parser.add_argument("case", metavar="CASE", help="its id: source:subject")
    parser.add_argument(
        "--basis",
        required=True,
        metavar="BASIS",
        help="the law, such as 《个人信息保护法》第四十七条",
    )
    parser.add_argument(
        "--cards", action="store_true", help="also the texts about the cards of the case"
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
            print(
                f"{case}：这张牌上说过的仍保留（--cards）/ what was said is kept", file=sys.stderr
            )
        print(f"{COPIES[0]} / copies that time deletes: {COPIES[1]}", file=sys.stderr)
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
        return f"{shredded.case}：已粉碎，日志条目 / shredded, entry {shredded.public}.{shredded.n}"
    if shredded.n is None or shredded.left:
        return f"{shredded.case}: asked for, not done yet; ask again to see"
    return f"{shredded.case}: shredded, but these wait to be read: {', '.join(shredded.waiting)}"
