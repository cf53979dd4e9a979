"""`duban check-disclosure FILE`: check a file of `duban disclose` offline, and show its fields."""

import argparse
import json
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput, Corrupt
from infra.terminal.arguments import commands
from infra.terminal.files import read_input_file
from infra.terminal.language import say
from infra.terminal.report import report

if TYPE_CHECKING:
    from chalicelib.intake.source_key import SourceKey
    from chalicelib.log.disclosure import ProvedEntry
    from chalicelib.people.signed_act import Act

PROVED, NOT_PROVED = 0, 1
MOST_MIB = 16
_COMMAND = """\
check-disclosure  离线核对 disclose 生成的文件，显示它证明了什么
        | check a file made by disclose, offline, and show what it proves
    about
        报送单位的签名和所签全文一并披露的，也核对。退出码 0：全部成立；1：不成立；2：没有文件，或没
        有公钥。
        | Where the signature of a source is disclosed with the body under it, that is checked too.
        Exit 0: all of it is proved. 1: it proves nothing. 2: no file, no key.
    FILE
    --vkey K  从文件以外取得的日志公钥（默认用文件里的）
        | the log's key, from somewhere else than the file (default: the key in the file)
    --witness VKEY repeated  您信任的见证人 | a witness that you trust
    --key whpk_… repeated  从文件以外取得的报送单位公钥（默认用文件所证明的）
        | a source's public key, from somewhere else (default: the keys that the file proves)
    --json
"""
add = commands(__name__, _COMMAND)


def run(arguments: argparse.Namespace) -> int:
    """Check every entry; if one fails, the file proves nothing."""
    from chalicelib.log.disclosure import prove, read_file
    from chalicelib.log.tlog.note import read_vkey
    from infra.verify.opened import open_file
    from infra.verify.opened_acts import open_acts

    known = [_read_key(text) for text in arguments.key]
    witnesses = [read_vkey(text) for text in arguments.witness]
    given = read_vkey(arguments.vkey) if arguments.vkey else None
    try:
        file = read_file(read_input_file(arguments.file, MOST_MIB).decode("utf-8"))
        log = given or read_vkey(file.vkey)
        proved = prove(file, log, witnesses)
        signed, acts = open_file(proved, known), open_acts(proved)
    except (Corrupt, UnicodeDecodeError) as error:
        zh, en = error.text if isinstance(error, Corrupt) else ("不是 UTF-8", "not UTF-8")
        told, document = say(f"不成立：{zh}", f"not proved: {en}"), {"proved": False, "why": en}
        report(arguments, document, [told], ensure_ascii=True)
        return NOT_PROVED
    rows = [
        {**_entry_row(entry), "signed": entry.index in signed or entry.index in acts}
        for entry in proved
    ]
    document = {"proved": True, "vkey": log.text, "vkey_given": given is not None, "entries": rows}
    report(arguments, document, _entry_lines(proved, log.name, signed, acts))
    if given is None:
        zh = f"公钥是文件自己写的：请与日志的公钥核对：{log.text}"
        en = f"the key is the file's own word: compare it with the log's {log.text}"
        print(say(zh, en), file=sys.stderr)
    return PROVED


def _entry_row(entry: "ProvedEntry") -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in ("index", "size", "leaf")}
    cosigned = {name: _at(time) for name, time in entry.cosigned.items()}
    return row | {"disclosed": entry.values, "cosigned": cosigned}


def _read_key(text: str) -> "SourceKey":
    from chalicelib.intake.source_key import read_source_key

    try:
        return read_source_key(text)
    except Corrupt as error:
        raise BadInput(error.text, where="--key") from error


def _entry_lines(
    proved: "Sequence[ProvedEntry]",
    origin: str,
    signed: "Collection[int]",
    acts: "Mapping[int, Act]",
) -> Iterator[str]:
    for entry in proved:
        leaf, index, size = entry.leaf, entry.index, entry.size
        kind, at, case, n, recorded = map(leaf.get, ("k", "at", "case", "n", "rec"))
        place = say(f"第 {index} 条（共 {size} 条）", f"entry {index} of {size}")
        yield f"{origin} {place}: {kind} {at}"
        zh = f"案件 {case} 的第 {n} 项记录，{recorded} 登记"
        yield f"  {say(zh, f'fact {n} of case {case}, recorded {recorded}')}"
        for name, value in entry.values.items():
            yield f"  {name} = {json.dumps(value, ensure_ascii=False)}"
        if "signed" in leaf and "src" in leaf:
            yield f"  {_signature(leaf, is_checked=index in signed)}"
        elif "signed" in leaf:
            yield f"  {_assertion(leaf, acts.get(index))}"
        for name, time in entry.cosigned.items():
            yield f"  {say(f'{name} 见证于 {_at(time)}', f'{name} witnessed it at {_at(time)}')}"


def _signature(payload: Mapping[str, Any], *, is_checked: bool) -> str:
    source, key = payload.get("src"), payload["signed"]
    if is_checked:
        en = f"the signature holds: only {source} itself (key {key}) can have reported this"
        return say(f"签名成立：只有 {source} 自己（公钥 {key}）能报送此项", en)
    en = f"the log names the key {key}; signature and text are not disclosed, so not checked"
    return say(f"日志注明由公钥 {key} 签名；签名和全文没有一并披露，未核验", en)


def _assertion(payload: Mapping[str, Any], act: "Act | None") -> str:
    key = payload["signed"]
    if act is not None:
        zh = f"签名成立：只有 {act.by} 的通行密钥（{key}）能作出此项办理；当时看到的日志有"
        en = f"the signature holds: only the passkey of {act.by} (key {key}) can have made this act"
        seen = f"{act.seen.size}"
        return say(f"{zh} {seen} 条", f"{en}; the log that was seen then had {seen} entries")
    en = f"the log names the passkey {key}; what was signed is not disclosed, so not checked"
    return say(f"日志注明以通行密钥 {key} 签名；所签内容没有一并披露，未核验", en)


def _at(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z")
