"""`duban dead-letters list|resend`: what the functions gave up on, and its healing.

These are batches of a stream, and inbox items that nobody can read, which were quarantined.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import to_builtins

from infra.stack import cloud
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import report

if TYPE_CHECKING:
    from infra.operate.dead_letters import Healing, Letter

HEALED, STUCK = 0, 1
_MOST_LISTED = 10
_COMMAND = """\
dead-letters  查看并接续函数放弃处理的内容（死信） | show what the functions gave up on, and heal it
dead-letters list  列出失败队列里的死信，以及已隔离的报送
        | show the messages in the on-failure queues, and what was quarantined
    --stage --json
dead-letters resend  接着做死信对应的工作，做完再删去死信
        | bring on the work that the messages stand for; delete them once it is done
    about  已隔离的再试一次。仍读不懂，或等过之后仍未接续的，退出码为 1；未接续的什么也不删。
        | What was quarantined is tried once more. Exit 1 when something cannot be read still, or is
        stuck after the wait; of what is stuck nothing is deleted.
    --wait SECONDS = 180
    --stage --json
"""
add = commands(__name__, _COMMAND)


def run_list(arguments: argparse.Namespace) -> int:
    """List the messages, and what was quarantined; exit 1 when there is any."""
    from infra.operate import dead_letters

    where = cloud.of_stage(arguments.stage)
    letters = dead_letters.list_letters(dead_letters.queues(where, arguments.stage))
    with stages.services_of(arguments.stage) as services:
        quarantined = services.inbox.list_quarantined(dead_letters.TOUCHED)
    document = [letter.written() for letter in letters]
    document += [{"quarantined": item} for item in _items(quarantined)]
    report(arguments, document, _lines(letters, quarantined), ensure_ascii=True)
    return STUCK if document else HEALED


def _lines(letters: "Sequence[Letter]", quarantined: Sequence[tuple[str, str]]) -> Iterator[str]:
    for letter in letters:
        batch = f"{letter.shard} {letter.first}..{letter.last}"
        yield f"{letter.at}  {letter.function:<9} {_gave_up(letter)} {batch}"
    for case, item_id in quarantined:
        yield f"{say('已隔离，读不懂', 'quarantined, not readable')}: {case}  {item_id}"
    if not letters and not quarantined:
        yield say("没有死信，也没有隔离的报送", "no messages, nothing quarantined")


def _gave_up(letter: "Letter") -> str:
    why, attempts, records = letter.condition, letter.attempts, letter.records
    zh = f"{why or '原因不明'}，试过 {attempts} 次，{records} 条记录"
    return say(zh, f"{why or 'unknown'} after {attempts} attempts, {records} records,")


def _items(keys: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"case": case, "id": item_id} for case, item_id in keys]


def run_resend(arguments: argparse.Namespace) -> int:
    """Heal, and print the state."""
    from infra.operate import dead_letters

    where, stage = cloud.of_stage(arguments.stage), arguments.stage
    reconcile = partial(dead_letters.run_reconcile, where, stage)
    with stages.services_of(stage) as services:
        queues = dead_letters.queues(where, stage)
        healing, deleted = dead_letters.resend(queues, services, reconcile, arguments.wait)
    document = {
        "deleted": deleted,
        **to_builtins(healing),
        "stuck": _items(healing.stuck),
        "quarantined": _items(healing.quarantined),
    }
    report(arguments, document, _state_lines(healing, deleted), ensure_ascii=True)
    if not arguments.json:
        for case, item_id in (*healing.stuck[:_MOST_LISTED], *healing.quarantined[:_MOST_LISTED]):
            print(f"{case}  {item_id}", file=sys.stderr)
    return HEALED if healing.is_whole and not healing.quarantined else STUCK


def _state_lines(healing: "Healing", deleted: int) -> Iterator[str]:
    if healing.is_whole:
        en = f"all has come through; {deleted} messages deleted"
        yield say(f"全部已接续，删去死信 {deleted} 条", en)
    else:
        stuck, behind, unpublished = len(healing.stuck), healing.board_behind, healing.unpublished
        zh = f"仍未接续：收件 {stuck} 条，公示板落后 {behind} 条，未公布 {unpublished} 条；"
        en = f"still stuck: {stuck} inbox items; board {behind} behind, {unpublished} entries"
        again = say("请看函数日志，再执行一次", " look at the functions' logs, then again")
        yield say(zh, f"{en} not public;") + again
    if count := len(healing.quarantined):
        en = f"not readable still: {count} inbox items, quarantined again"
        yield say(f"仍读不懂，重新隔离 {count} 条", en)
