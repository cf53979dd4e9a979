"""`duban verify`: fetch a public log and check all of it, from outside (DESIGN §9)."""

import argparse
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Corrupt
from infra.terminal.arguments import commands
from infra.terminal.files import read_input_file
from infra.terminal.language import language
from infra.terminal.report import progress_bar, report
from infra.verify.options import KEY, add_options, read_age, read_index

if TYPE_CHECKING:
    from chalicelib.intake.source_key import SourceKey
    from infra.verify.run import CheckShown

SOUND, NOT_SOUND = 0, 1
_POLICY_MIB = 1
_COMMAND = """\
verify  从外部核对公开日志，并全部重新判断一遍
        | check a public log from outside, and judge everything in it again
    about  退出码 0：没有发现问题；1：发现问题，处理办法随各项说明；2：读不出，或参数有误。
        | Exit 0: nothing is wrong. 1: something is, and what to do is said with it. 2: it could not
        be read, or an argument is wrong.
    URL|DIR as log  日志的地址，或它的副本所在文件夹
        | where the log is served, or a folder with a copy of it
    --since INDEX = 0  只读此序号以后的条目 | read only the entries from here on
    --max-age AGE  日志最近一次存活迹象最多可有多旧：90m、2h、1d（默认：地址 2h）
        | how old the log's last sign of life may be: 90m, 2h, 1d (default: URL 2h)
    --english  用英文报告 | report in English
    --json
"""


def add(subparsers: Any) -> None:
    """Add the command, with all that a reader may have beside the log."""
    values = {"since": read_index, "max_age": read_age}
    commands(__name__, _COMMAND, **values)(subparsers)
    add_options(subparsers.choices["verify"])


def _source_keys(texts: Sequence[str]) -> "dict[str, list[SourceKey]]":
    """Read the keys of sources, each `SOURCE=whpk_…`. Raises BadInput."""
    from chalicelib.intake.source_key import read_source_key

    keys: dict[str, list[SourceKey]] = {}
    for text in texts:
        source, _, key = text.partition("=")
        try:
            keys.setdefault(source, []).append(read_source_key(key))
        except Corrupt as error:
            zh = f"应写作 单位=whpk_…：{text[:80]!r}"
            en = f"it is written SOURCE=whpk_…, not {text[:80]!r}: {error}"
            raise BadInput(zh=zh, en=en, where="--source-key") from error
    return keys


def run(arguments: argparse.Namespace) -> int:
    """Verify, and print the report."""
    from chalicelib.log.merge_delay import FRESH
    from chalicelib.log.tlog.policy import read_policy
    from infra.verify.run import VerifyingReader, verify_log
    from infra.verify.source import KeptSource, Source, is_url, source_at
    from infra.verify.supervision.replay import SupervisionReplay
    from infra.verify.trust import read_trust
    from infra.verify.workers import cores

    policy = None
    if path := arguments.policy:
        policy = read_policy(read_input_file(path, _POLICY_MIB), str(path))
    trust = read_trust(arguments.vkey, arguments.witness, arguments.quorum, policy)
    source: Source = source_at(arguments.log)
    if arguments.keep:
        source = KeptSource(source, arguments.keep)
    reader = VerifyingReader(
        trust,
        datetime.now(UTC),
        replay=SupervisionReplay,
        max_age=arguments.max_age or (FRESH if is_url(arguments.log) else None),
        since=arguments.since,
        checkpoints=tuple(arguments.checkpoint),
        receipts=tuple(arguments.receipt),
        events=tuple(arguments.event),
        all_receipts=arguments.receipts,
        all_since=_all_since(arguments),
        disclosed=tuple(arguments.disclosed),
        source_keys=_source_keys(arguments.source_key),
        shown=tuple(_shown(arguments)),
        bar=progress_bar,
        processes=cores(),
    )
    verified = verify_log(source, reader)
    is_english = arguments.english or language() == "en"
    report(arguments, verified.written(), verified.lines(english=is_english))
    return SOUND if verified.is_sound else NOT_SOUND


def _all_since(arguments: argparse.Namespace) -> datetime | None:
    if arguments.all_since and not arguments.receipts:
        zh, en = "须与 --receipts 一起用", "goes with --receipts"
        raise BadInput(zh=zh, en=en, where="--all-since")
    since: datetime | None = arguments.all_since
    return since


def _shown(arguments: argparse.Namespace) -> Iterator["CheckShown"]:
    """Yield the checks of board and feed against the leaves; read both now, before the log."""
    from infra.verify.shown.board import check_board
    from infra.verify.shown.feed import check_alerts
    from infra.verify.shown.pages import read_alerts, read_board

    if arguments.board:
        yield partial(check_board, read_board(arguments.board))
    if arguments.alerts:
        key = arguments.key or os.environ.get(KEY, "")
        yield partial(check_alerts, read_alerts(arguments.alerts, key))
