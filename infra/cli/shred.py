"""`duban shred CASE --basis BASIS`: make personal data of a case unreadable for good."""

import argparse
import sys
import time
from typing import TYPE_CHECKING

from chalicelib.errors import Bilingual
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import report

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong argument
    from chalicelib.plumbing.services import Services
    from infra.operate.shredding import Shredded

DONE, STUCK = 0, 1

COPIES = Bilingual(
    "到期自会消失的副本：收件表 35 天（时间点恢复）、其流 1 天；自己导出和备份的，请自行删除",
    "copies that time deletes: of the inbox 35 days (point-in-time recovery), of its stream"
    " 1 day; exports and backups of your own are yours to delete",
)
_COMMAND = """\
shred  销毁一件的密钥：其中不公开的内容再也无法读出
        | destroy the key of a case: nothing private of it can be read any more
    about
        公开日志的条目都保留，另加一条写明依据；能打开其摘要的密钥销毁。牌仍保留。失败后可再执行：只
        会做一次。退出码 1：还没有做完，或此件有报送尚未读入。
        | The public log keeps its entries, and one more that names the basis; the key that would
        open its digests is destroyed. Cards stay. Ask again after a failure: it is done once.
        Exit 1: not done yet, or an event of the case waits to be read.
    CASE  案件编号：单位:编号 | its id: source:subject
    --basis BASIS required  法律依据，如《个人信息保护法》第四十七条
        | the law and its article, as it is cited in Chinese
    --cards  此件各张牌上写过的话也销毁 | also the texts about the cards of the case
    --wait SECONDS = 120
    --stage --json
"""
add = commands(__name__, _COMMAND)


def run(arguments: argparse.Namespace) -> int:
    """Shred the case, and with --cards the cases of its cards."""
    from infra.operate import shredding

    with stages.services_of(arguments.stage) as services:
        cards = shredding.cards_of(services, arguments.case)
        cases = [arguments.case, *(cards if arguments.cards else ())]
        numbers = {case: shredding.ask_shredding(services, case, arguments.basis) for case in cases}
        until = time.monotonic() + arguments.wait
        states = [_wait_for(services, case, number, until) for case, number in numbers.items()]
    untouched = [] if arguments.cards else cards
    rows = [
        {"case": state.case, "entry": _entry(state), "is_done": state.is_done}
        | {"left": state.left, "waiting": state.waiting}
        for state in states
    ]
    document = {"shredded": rows, "cards": untouched}
    report(arguments, document, map(_line, states), ensure_ascii=True)
    if not arguments.json:
        zh, en = "这张牌上说过的仍保留（--cards）", "what was said of this card is kept (--cards)"
        kept = say(zh, en)
        for line in (*(f"{card}: {kept}" for card in untouched), say(*COPIES)):
            print(line, file=sys.stderr)
    return DONE if all(state.is_done for state in states) else STUCK


def _wait_for(services: "Services", case: str, number: int, until: float) -> "Shredded":
    from infra.operate.shredding import check_shredding

    while True:
        shredded = check_shredding(services, case, number)
        if shredded.is_done or time.monotonic() >= until:
            return shredded
        time.sleep(1)


def _entry(shredded: "Shredded") -> str | None:
    return None if shredded.n is None else f"{shredded.public}.{shredded.n}"


def _line(shredded: "Shredded") -> str:
    entry, waiting = _entry(shredded), ", ".join(shredded.waiting)
    state = say(f"已粉碎，日志条目 {entry}", f"shredded, entry {entry}")
    if shredded.n is None or shredded.left:
        zh, en = "已提出，还没有做完；请再执行一次查看", "asked for, not done yet; ask again to see"
        state = say(zh, en)
    elif shredded.waiting:
        zh = f"已粉碎，但这些尚未读入：{waiting}"
        state = say(zh, f"shredded, but these wait to be read: {waiting}")
    return f"{shredded.case}: {state}"
