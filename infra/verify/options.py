"""The options of `duban verify`: whom a reader trusts, what a reader holds, and what is shown."""

import argparse
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.instant import NoInstant, parse
from infra.terminal.language import say

KEY = "DUBAN_INSPECTOR_KEY"  # the name of a variable, not a secret
_SEVERAL: dict[str, Any] = {"action": "append", "default": []}  # argparse copies the list
_FILE: dict[str, Any] = {"type": Path, "metavar": "FILE"}
_EXAMPLE = "2026-11-01T00:00:00+08:00"
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add all that a reader may have beside the log."""
    _add_trust(parser)
    _add_files(parser)
    _add_shown(parser)


def _add(parser: argparse.ArgumentParser, name: str, zh: str, en: str, **more: Any) -> None:
    """Add an option with a help in both languages."""
    parser.add_argument(name, help=say(zh, en), **more)


def _add_trust(parser: argparse.ArgumentParser) -> None:
    """Add whom a reader trusts: the keys of the log, its witnesses and its sources."""
    zh = "从日志以外取得的公钥（默认用日志自己公布的）"
    en = "the log's key, from somewhere else than the log (default: the key it publishes)"
    _add(parser, "--vkey", zh, en, **_SEVERAL)
    zh, en = "您信任的见证人", "a witness that you trust"
    _add(parser, "--witness", zh, en, **_SEVERAL, metavar="VKEY")
    zh = "向报送单位本身取得的公钥，日志不得另称其他"
    en = "a key of a source, from the source itself: no other may be stated as its own"
    _add(parser, "--source-key", zh, en, **_SEVERAL, metavar="SOURCE=whpk_…")
    zh, en = "至少几个见证人（默认全部）", "of the witnesses (default: all)"
    _add(parser, "--quorum", zh, en, type=int, metavar="N")
    zh = "日志、见证人、法定数写在一个文件里"
    en = "logs, witnesses and quorum in one file (C2SP tlog-policy)"
    _add(parser, "--policy", zh, en, **_FILE)


def _add_files(parser: argparse.ArgumentParser) -> None:
    """Add what a reader has kept or was given, and where fetched objects are kept."""
    zh, en = "以前留下的检查点", "kept earlier"
    _add(parser, "--checkpoint", zh, en, **_SEVERAL, type=Path, metavar="OLD")
    _add(parser, "--receipt", "回执，须已兑现", "to be honoured", **_SEVERAL, **_FILE)
    _add(parser, "--event", "回执所对应的事件", "of a receipt", **_SEVERAL, **_FILE)
    zh = "一个单位收到的全部回执，不含其他文件"
    en = "all that a source was given, and no other file"
    _add(parser, "--receipts", zh, en, type=Path, metavar="DIR")
    zh = "自此时起 --receipts 齐全：其他案件中没有回执的报送也是问题"
    en = "since when --receipts are all: also in other cases a report without one is found; such "
    _add(parser, "--all-since", zh, f"{en}as {_EXAMPLE}", type=_instant, metavar="TIME")
    zh, en = "disclose 所生成的文件，其中签名须成立", "made by disclose: its signatures must hold"
    _add(parser, "--disclosed", zh, en, **_SEVERAL, **_FILE)
    zh, en = "把取得的内容存在这里，下次接着核对", "keep what is fetched here; goes on from it"
    _add(parser, "--keep", zh, en, type=Path, metavar="DIR")


def _add_shown(parser: argparse.ArgumentParser) -> None:
    """Add what is shown beside the log."""
    zh = "cards.json 或 departments.json，文件或地址，须与日志一致"
    en = "cards.json or departments.json, saved or at an address: must show what the log says"
    _add(parser, "--board", zh, en, **_SEVERAL, metavar="FILE|URL")
    zh = "/v1/alerts 各页，文件或地址，须与日志一致"
    en = "the pages of /v1/alerts, saved or at an address: must tell what the log says"
    _add(parser, "--alerts", zh, en, **_SEVERAL, metavar="FILE|URL")
    zh, en = f"监察员的密钥，供 --alerts 用，或设 {KEY}", f"of an inspector, for --alerts; or {KEY}"
    _add(parser, "--key", zh, en, metavar="KEY")


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
        zh = f"时刻须带时区，如 {_EXAMPLE}，不是 {text!r}"
        en = f"an instant has an offset, as {_EXAMPLE}, not {text!r}"
        raise argparse.ArgumentTypeError(say(zh, en)) from error
