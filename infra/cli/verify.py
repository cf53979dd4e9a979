"""`duban verify`: fetch a public log and check all of it, from outside (DESIGN §9)."""

import argparse
import json
import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Corrupt
from chalicelib.instant import NoInstant, parse

if TYPE_CHECKING:
    from chalicelib.audit.tlog.policy import TlogPolicy
    from chalicelib.intake.source_key import SourceKey
    from infra.verify.run import CheckShown

SOUND, NOT_SOUND = 0, 1
KEY = "DUBAN_INSPECTOR_KEY"  # the name of a variable, not a secret
_POLICY_MIB = 1
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "verify",
        help="从外部核对公开日志，并全部重新判断一遍 / check a public log from outside, and judge"
        " everything in it again",
        description="退出码 0：没有发现问题；1：发现问题，处理办法随各项说明；"
        "2：读不出，或参数有误。"
        " Exit 0: nothing is wrong. 1: something is, and what to do is said with it. 2: it could"
        " not be read, or an argument is wrong.",
    )
    where = "日志的地址，或它的副本所在文件夹 / where the log is served, or a copy of it"
    parser.add_argument("log", metavar="URL|DIR", help=where)
    _add_trust(parser)
    _add_files(parser)
    _add_shown(parser)
    parser.add_argument(
        "--since",
        type=_index,
        default=0,
        metavar="INDEX",
        help="只读此序号以后的条目 / read only the entries from here on",
    )
    parser.add_argument(
        "--max-age",
        type=_age,
        metavar="AGE",
        help="日志最近一次存活迹象最多可有多旧 / how old the log's last sign of life may be: 90m,"
        " 2h, 1d (默认 / default: URL 2h)",
    )
    parser.add_argument("--english", action="store_true", help="用英文报告 / report in English")
    parser.add_argument(
        "--json", action="store_true", help="以一个 JSON 文档输出 / one JSON document on stdout"
    )
    parser.set_defaults(run=run)


def _add_trust(parser: argparse.ArgumentParser) -> None:
    """Add whom a reader trusts: the keys of the log, its witnesses and its sources."""
    parser.add_argument(
        "--vkey",
        action="append",
        default=[],
        help="从日志以外取得的公钥（默认用日志自己公布的）/ the log's key, from somewhere else than"
        " the log (default: the key it publishes)",
    )
    parser.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="VKEY",
        help="您信任的见证人 / a witness that you trust",
    )
    parser.add_argument(
        "--source-key",
        action="append",
        default=[],
        metavar="SOURCE=whpk_…",
        help="向报送单位本身取得的公钥，日志不得另称其他 / a key of a source, from the source"
        " itself: no other may be stated as its own",
    )
    parser.add_argument(
        "--quorum",
        type=int,
        metavar="N",
        help="至少几个见证人（默认全部）/ of the witnesses (default: all)",
    )
    parser.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="日志、见证人、法定数写在一个文件里 / logs, witnesses and quorum in one file (C2SP"
        " tlog-policy)",
    )


def _add_files(parser: argparse.ArgumentParser) -> None:
    """Add what a reader has kept: checkpoints, receipts, events."""
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        type=Path,
        metavar="OLD",
        help="以前留下的检查点 / kept earlier",
    )
    parser.add_argument(
        "--receipt",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="回执，须已兑现 / to be honoured",
    )
    parser.add_argument(
        "--event",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="回执所对应的事件 / of a receipt",
    )
    _add_receipts(parser)
    _add_kept(parser)


def _add_receipts(parser: argparse.ArgumentParser) -> None:
    """Add the receipts that are all that somebody was given."""
    parser.add_argument(
        "--receipts",
        type=Path,
        metavar="DIR",
        help="一个单位收到的全部回执，不含其他文件 / all that a source was given, and no"
        " other file",
    )
    parser.add_argument(
        "--all-since",
        type=_instant,
        metavar="TIME",
        help="自此时起 --receipts 齐全：其他案件中没有回执的报送也是问题 / since when --receipts"
        " are all: also in other cases a report without one is found; such as"
        " 2026-11-01T00:00:00+08:00",
    )


def _add_kept(parser: argparse.ArgumentParser) -> None:
    """Add what was disclosed to a reader, and where what is fetched is kept."""
    parser.add_argument(
        "--disclosed",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="disclose 所生成的文件，其中签名须成立 / made by disclose: its signatures must hold",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="把取得的内容存在这里，下次接着核对 / keep what is fetched here; goes on from it",
    )


def _add_shown(parser: argparse.ArgumentParser) -> None:
    """Add what is shown beside the log."""
    parser.add_argument(
        "--board",
        action="append",
        default=[],
        metavar="FILE|URL",
        help="cards.json 或 departments.json，文件或地址，须与日志一致 / cards.json or"
        " departments.json, saved or at an address: must show what the log says",
    )
    parser.add_argument(
        "--alerts",
        action="append",
        default=[],
        metavar="FILE|URL",
        help="/v1/alerts 各页，文件或地址，须与日志一致 / the pages of /v1/alerts, saved or at an"
        " address: must tell what the log says",
    )
    parser.add_argument(
        "--key",
        metavar="KEY",
        help=f"监察员的密钥，供 --alerts 用，或设 {KEY} / of an inspector, for --alerts; or {KEY}",
    )


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        zh = f"不是条目序号（应为数字）：{text!r}"
        raise argparse.ArgumentTypeError(f"{zh} / not the index of an entry, a number: {text!r}")
    return int(text)


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", text, re.ASCII)
    if match is None:
        zh = f"时长写作 90m、2h 或 1d，不是 {text!r}"
        raise argparse.ArgumentTypeError(f"{zh} / an age is written 90m, 2h or 1d, not {text!r}")
    return int(match[1]) * _UNITS[match[2]]


def _instant(text: str) -> datetime:
    try:
        return parse(text)
    except NoInstant as error:
        zh = f"时刻须带时区，如 2026-11-01T00:00:00+08:00，不是 {text!r}"
        en = "an instant has an offset, as 2026-11-01T00:00:00+08:00"
        raise argparse.ArgumentTypeError(f"{zh} / {en}") from error


def _read_policy(path: Path) -> "TlogPolicy":
    from chalicelib.audit.tlog.policy import read_policy
    from infra.input_file import read_input_file

    return read_policy(read_input_file(path, _POLICY_MIB), str(path))


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
            en = f"it is written SOURCE=whpk_…: {error}"
            raise BadInput(f"{zh} / {en}", "--source-key") from error
    return keys


def run(arguments: argparse.Namespace) -> int:
    """Verify, and print the report."""
    from chalicelib.audit.promise import FRESH
    from infra.progress import progress_bar
    from infra.verify.kept import KeptSource
    from infra.verify.run import VerifyingReader, verify_log
    from infra.verify.source import Source, is_url, source_at
    from infra.verify.supervision.replay import SupervisionReplay
    from infra.verify.trust import read_trust
    from infra.verify.workers import cores

    policy = _read_policy(arguments.policy) if arguments.policy else None
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
    report = verify_log(source, reader)
    if arguments.json:
        print(json.dumps(report.written(), ensure_ascii=False))
    else:
        print(*report.lines(english=arguments.english), sep="\n")
    return SOUND if report.is_sound else NOT_SOUND


def _all_since(arguments: argparse.Namespace) -> datetime | None:
    if arguments.all_since and not arguments.receipts:
        zh, en = "须与 --receipts 一起用", "goes with --receipts"
        raise BadInput(f"{zh} / {en}", "--all-since")
    since: datetime | None = arguments.all_since
    return since


def _shown(arguments: argparse.Namespace) -> Iterator["CheckShown"]:
    """Yield what compares board and feed with the leaves; both are read now, before the log is."""
    from infra.verify.shown.board import check_board
    from infra.verify.shown.feed import check_alerts
    from infra.verify.shown.pages import read_alerts, read_board

    if arguments.board:
        yield partial(check_board, read_board(arguments.board))
    if arguments.alerts:
        key = arguments.key or os.environ.get(KEY, "")
        yield partial(check_alerts, read_alerts(arguments.alerts, key))
