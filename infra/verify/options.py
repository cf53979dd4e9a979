"""The options of `duban verify`: whom a reader trusts, what a reader holds, and what is shown."""

import argparse
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.instant import NoInstant, parse
from infra.terminal.language import say

KEY = "DUBAN_INSPECTOR_KEY"  # the name of a variable, not a secret
_FILE: dict[str, Any] = {"type": Path, "metavar": "FILE"}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add all that a reader may have beside the log."""
    _add_trust(parser)
    _add_files(parser)
    _add_shown(parser)


def _add_trust(parser: argparse.ArgumentParser) -> None:
    """Add whom a reader trusts: the keys of the log, its witnesses and its sources."""
    text = say(
        "从日志以外取得的公钥（默认用日志自己公布的）",
        "the log's key, from somewhere else than the log (default: the key it publishes)",
    )
    _add_several(parser, "--vkey", text)
    _add_several(
        parser, "--witness", say("您信任的见证人", "a witness that you trust"), metavar="VKEY"
    )
    text = say(
        "向报送单位本身取得的公钥，日志不得另称其他",
        "a key of a source, from the source itself: no other may be stated as its own",
    )
    _add_several(parser, "--source-key", text, metavar="SOURCE=whpk_…")
    text = say("至少几个见证人（默认全部）", "of the witnesses (default: all)")
    parser.add_argument("--quorum", type=int, metavar="N", help=text)
    zh, en = "日志、见证人、法定数写在一个文件里", "logs, witnesses and quorum in one file"
    text = say(zh, f"{en} (C2SP tlog-policy)")
    parser.add_argument("--policy", type=Path, metavar="FILE", help=text)


def _add_files(parser: argparse.ArgumentParser) -> None:
    """Add what a reader has kept or was given, and where fetched objects are kept."""
    _add_several(
        parser, "--checkpoint", say("以前留下的检查点", "kept earlier"), type=Path, metavar="OLD"
    )
    _add_several(parser, "--receipt", say("回执，须已兑现", "to be honoured"), **_FILE)
    _add_several(parser, "--event", say("回执所对应的事件", "of a receipt"), **_FILE)
    zh = "一个单位收到的全部回执，不含其他文件"
    en = "all that a source was given, and no other file"
    parser.add_argument("--receipts", type=Path, metavar="DIR", help=say(zh, en))
    text = say(
        "自此时起 --receipts 齐全：其他案件中没有回执的报送也是问题",
        "since when --receipts are all: also in other cases a report without one "
        "is found; such as 2026-11-01T00:00:00+08:00",
    )
    parser.add_argument("--all-since", type=_instant, metavar="TIME", help=text)
    zh, en = "disclose 所生成的文件，其中签名须成立", "made by disclose: its signatures must hold"
    _add_several(parser, "--disclosed", say(zh, en), **_FILE)
    zh, en = "把取得的内容存在这里，下次接着核对", "keep what is fetched here; goes on from it"
    parser.add_argument("--keep", type=Path, metavar="DIR", help=say(zh, en))


def _add_shown(parser: argparse.ArgumentParser) -> None:
    """Add what is shown beside the log."""
    text = say(
        "cards.json 或 departments.json，文件或地址，须与日志一致",
        "cards.json or departments.json, saved or at an address: must show what the log says",
    )
    _add_several(parser, "--board", text, metavar="FILE|URL")
    text = say(
        "/v1/alerts 各页，文件或地址，须与日志一致",
        "the pages of /v1/alerts, saved or at an address: must tell what the log says",
    )
    _add_several(parser, "--alerts", text, metavar="FILE|URL")
    zh = f"监察员的密钥，供 --alerts 用，或设 {KEY}"
    text = say(zh, f"of an inspector, for --alerts; or {KEY}")
    parser.add_argument("--key", metavar="KEY", help=text)


def _add_several(parser: argparse.ArgumentParser, name: str, text: str, **more: Any) -> None:
    """Add an option that may be given several times; *text* is its help."""
    parser.add_argument(name, action="append", default=[], help=text, **more)


def read_index(text: str) -> int:
    """Read the index of an entry. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit()):
        zh = f"不是条目序号（应为数字）：{text!r}"
        raise argparse.ArgumentTypeError(say(zh, f"not the index of an entry, a number: {text!r}"))
    return int(text)


def read_age(text: str) -> timedelta:
    """Read an age such as 2h. Raises ArgumentTypeError."""
    match = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", text, re.ASCII)
    if match is None:
        zh = f"时长写作 90m、2h 或 1d，不是 {text!r}"
        raise argparse.ArgumentTypeError(say(zh, f"an age is written 90m, 2h or 1d, not {text!r}"))
    return int(match[1]) * _UNITS[match[2]]


def _instant(text: str) -> datetime:
    try:
        return parse(text)
    except NoInstant as error:
        zh = f"时刻须带时区，如 2026-11-01T00:00:00+08:00，不是 {text!r}"
        en = f"an instant has an offset, as 2026-11-01T00:00:00+08:00, not {text!r}"
        raise argparse.ArgumentTypeError(say(zh, en)) from error
