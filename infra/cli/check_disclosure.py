"""`duban check-disclosure FILE`: check a file of `duban disclose` offline, and show its fields."""

import argparse
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Corrupt
from infra.terminal.input_file import read_input_file
from infra.terminal.language import say
from infra.terminal.parser import add_json

if TYPE_CHECKING:
    from chalicelib.intake.source_key import SourceKey
    from chalicelib.log.disclosure import ProvedEntry

PROVED, NOT_PROVED = 0, 1
MOST_MIB = 16


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "check-disclosure",
        help=say(
            "离线核对 disclose 生成的文件，显示它证明了什么",
            "check a file made by disclose, offline, and show what it proves",
        ),
        description=say(
            "报送单位的签名和所签全文一并披露的，也核对。"
            "退出码 0：全部成立；1：不成立；2：没有文件，或没有公钥。",
            "Where the signature of a source is disclosed with the body under it, "
            "that is checked too. Exit 0: all of it is proved. 1: it proves nothing. "
            "2: no file, no key.",
        ),
    )
    _add_options(parser)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--vkey",
        metavar="K",
        help=say(
            "从文件以外取得的日志公钥（默认用文件里的）",
            "the log's key, from somewhere else than the file (default: the key in the file)",
        ),
    )
    parser.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="VKEY",
        help=say("您信任的见证人", "a witness that you trust"),
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="whpk_…",
        help=say(
            "从文件以外取得的报送单位公钥（默认用文件所证明的）",
            "a source's public key, from somewhere else (default: the keys that the file proves)",
        ),
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check every entry; if one fails, the file proves nothing."""
    from chalicelib.log.disclosure import prove, read_file
    from chalicelib.log.tlog.note import read_vkey
    from infra.verify.opened import open_file

    known = [_read_key(text) for text in arguments.key]
    witnesses = [read_vkey(text) for text in arguments.witness]
    given = read_vkey(arguments.vkey) if arguments.vkey else None
    try:
        file = read_file(read_input_file(arguments.file, MOST_MIB).decode("utf-8"))
        log = given or read_vkey(file.vkey)
        proved = prove(file, log, witnesses)
        signed = open_file(proved, known)
    except (Corrupt, UnicodeDecodeError) as error:
        zh, en = error.text if isinstance(error, Corrupt) else ("不是 UTF-8", "not UTF-8")
        told = say(f"不成立：{zh}", f"not proved: {en}")
        print(json.dumps({"proved": False, "why": en}) if arguments.json else told)
        return NOT_PROVED
    if arguments.json:
        entries = [{**_entry_row(entry), "signed": entry.index in signed} for entry in proved]
        document = {"proved": True, "vkey": log.text, "vkey_given": given is not None}
        print(json.dumps({**document, "entries": entries}, ensure_ascii=False))
    else:
        _show(proved, log.name, signed)
    if given is None:
        zh = f"公钥是文件自己写的：请与日志的公钥核对：{log.text}"
        en = f"the key is the file's own word: compare it with the log's {log.text}"
        print(say(zh, en), file=sys.stderr)
    return PROVED


def _entry_row(entry: "ProvedEntry") -> dict[str, Any]:
    return {
        "index": entry.index,
        "size": entry.size,
        "leaf": entry.leaf,
        "disclosed": entry.values,
        "cosigned": {name: _at(time) for name, time in entry.cosigned.items()},
    }


def _read_key(text: str) -> "SourceKey":
    from chalicelib.intake.source_key import read_source_key

    try:
        return read_source_key(text)
    except Corrupt as error:
        raise BadInput(error.text, where="--key") from error


def _show(proved: "Sequence[ProvedEntry]", origin: str, signed: "Collection[int]") -> None:
    for entry in proved:
        payload = entry.leaf
        kind, at, case, n, recorded = (
            payload.get(name) for name in ("k", "at", "case", "n", "rec")
        )
        index, size = entry.index, entry.size
        zh, en = f"第 {index} 条（共 {size} 条）", f"entry {index} of {size}"
        print(f"{origin} {say(zh, en)}: {kind} {at}")
        zh, en = (
            f"案件 {case} 的第 {n} 项记录，{recorded} 登记",
            f"fact {n} of case {case}, recorded {recorded}",
        )
        print(f"  {say(zh, en)}")
        for name, value in entry.values.items():
            print(f"  {name} = {json.dumps(value, ensure_ascii=False)}")
        if "signed" in payload:
            print(f"  {_signature(payload, is_checked=entry.index in signed)}")
        for name, time in entry.cosigned.items():
            print(f"  {say(f'{name} 见证于 {_at(time)}', f'{name} witnessed it at {_at(time)}')}")


def _signature(payload: Mapping[str, Any], *, is_checked: bool) -> str:
    source, key = payload.get("src"), payload["signed"]
    if is_checked:
        return say(
            f"签名成立：只有 {source} 自己（公钥 {key}）能报送此项",
            f"the signature holds: only {source} itself (key {key}) can have reported this",
        )
    return say(
        f"日志注明由公钥 {key} 签名；签名和全文没有一并披露，未核验",
        f"the log names the key {key}; signature and text are not disclosed, so not checked",
    )


def _at(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z")
