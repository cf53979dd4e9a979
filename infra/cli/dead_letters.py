"""`duban dead-letters list|resend`: what the functions gave up on, and its healing.

These are batches of a stream, and inbox items that nobody can read, which were quarantined.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from infra.stack.stage_options import add_stage_and_json
from infra.terminal.language import say

if TYPE_CHECKING:
    from infra.operate.dead_letters import Healing, Letter

HEALED, STUCK = 0, 1
_MOST_LISTED = 10


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "dead-letters",
        help=say(
            "查看并接续函数放弃处理的内容（死信）",
            "show what the functions gave up on, and heal it",
        ),
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list",
        help=say(
            "列出失败队列里的死信，以及已隔离的报送",
            "show the messages in the on-failure queues, and what was quarantined",
        ),
    )
    listing.set_defaults(run=run_list)
    resending = actions.add_parser(
        "resend",
        help=say(
            "接着做死信对应的工作，做完再删去死信",
            "bring on the work that the messages stand for; delete them once it is done",
        ),
        description=say(
            "已隔离的再试一次。仍读不懂，或等过之后仍未接续的，退出码为 1；未接续的什么也不删。",
            "What was quarantined is tried once more. Exit 1 when something cannot "
            "be read still, or is stuck after the wait; of what is stuck nothing is "
            "deleted.",
        ),
    )
    resending.add_argument("--wait", type=int, default=180, metavar="SECONDS")
    resending.set_defaults(run=run_resend)
    for action in (listing, resending):
        add_stage_and_json(action)


def run_list(arguments: argparse.Namespace) -> int:
    """List the messages, and what was quarantined; exit 1 when there is any."""
    from infra.operate import dead_letters
    from infra.stack import cloud
    from infra.stack.services import services_of

    where = cloud.of_stage(arguments.stage)
    letters = dead_letters.list_letters(dead_letters.queues(where, arguments.stage))
    with services_of(arguments.stage) as services:
        quarantined = services.inbox.list_quarantined(dead_letters.TOUCHED)
    if arguments.json:
        written = [{"quarantined": item} for item in _items(quarantined)]
        print(json.dumps([letter.written() for letter in letters] + written))
        return STUCK if letters or quarantined else HEALED
    for letter in letters:
        print(
            f"{letter.at}  {letter.function:<9} {_gave_up(letter)} {letter.shard}"
            f" {letter.first}..{letter.last}"
        )
    for case, item_id in quarantined:
        print(f"{say('已隔离，读不懂', 'quarantined, not readable')}: {case}  {item_id}")
    if not letters and not quarantined:
        print(say("没有死信，也没有隔离的报送", "no messages, nothing quarantined"))
    return STUCK if letters or quarantined else HEALED


def _gave_up(letter: "Letter") -> str:
    why, attempts, records = letter.condition, letter.attempts, letter.records
    return say(
        f"{why or '原因不明'}，试过 {attempts} 次，{records} 条记录",
        f"{why or 'unknown'} after {attempts} attempts, {records} records,",
    )


def _items(keys: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"case": case, "id": item_id} for case, item_id in keys]


def run_resend(arguments: argparse.Namespace) -> int:
    """Heal, and print the state."""
    from infra.operate import dead_letters
    from infra.stack import cloud
    from infra.stack.services import services_of

    where = cloud.of_stage(arguments.stage)
    with services_of(arguments.stage) as services:
        healing, deleted = dead_letters.resend(
            dead_letters.queues(where, arguments.stage),
            services,
            lambda: dead_letters.run_reconcile(where, arguments.stage),
            arguments.wait,
        )
    if arguments.json:
        document = {
            "deleted": deleted,
            "touched": healing.touched,
            "stuck": _items(healing.stuck),
            "board_behind": healing.board_behind,
            "unpublished": healing.unpublished,
            "quarantined": _items(healing.quarantined),
        }
        print(json.dumps(document))
        return _exit_of(healing)
    _print_state(healing, deleted)
    return _exit_of(healing)


def _print_state(healing: "Healing", deleted: int) -> None:
    if healing.is_whole:
        zh, en = (
            f"全部已接续，删去死信 {deleted} 条",
            f"all has come through; {deleted} messages deleted",
        )
        print(say(zh, en))
    else:
        stuck, behind, unpublished = len(healing.stuck), healing.board_behind, healing.unpublished
        zh = f"仍未接续：收件 {stuck} 条，公示板落后 {behind} 条，未公布 {unpublished} 条；"
        en = (
            f"still stuck: {stuck} inbox items; board {behind} behind, "
            f"{unpublished} entries not public;"
        )
        again = say("请看函数日志，再执行一次", " look at the functions' logs, then again")
        print(say(zh, en) + again)
        _name_first(healing.stuck)
    if healing.quarantined:
        count = len(healing.quarantined)
        zh = f"仍读不懂，重新隔离 {count} 条"
        print(say(zh, f"not readable still: {count} inbox items, quarantined again"))
        _name_first(healing.quarantined)


def _exit_of(healing: "Healing") -> int:
    return HEALED if healing.is_whole and not healing.quarantined else STUCK


def _name_first(keys: Sequence[tuple[str, str]]) -> None:
    for case, item_id in keys[:_MOST_LISTED]:
        print(f"{case}  {item_id}", file=sys.stderr)
