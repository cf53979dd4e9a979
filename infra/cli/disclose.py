"""`duban disclose CASE`: for an applicant, a file that opens some fields behind the log."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput
from infra.stack.stage_options import add_stage
from infra.terminal.language import say

if TYPE_CHECKING:
    from infra.operate.disclosing import Private


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "disclose",
        help=say(
            "披露一件的某些不公开字段，附证明",
            "open some private fields of a case, with the proof that the log commits to them",
        ),
        description=say(
            "不带 --field 只列出可披露的字段。文件交给申请人，只含所选字段。",
            "Without --field it names what can be disclosed, and discloses nothing. The file is for"
            " the applicant to hand on; it shows the fields named and no others.",
        ),
    )
    parser.add_argument("case", metavar="CASE", help=say("案件编号", "its id: source:subject"))
    _add_options(parser)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--field",
        action="append",
        default=[],
        metavar="NAME",
        help=say(
            "如 applicant.name；applicant 指其全部；可重复",
            "such as applicant.name; applicant means all its parts; may be given again",
        ),
    )
    parser.add_argument(
        "--fact",
        type=int,
        metavar="N",
        help=say("只披露此件的这一条", "only of this fact of the case"),
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help=say("写到文件", "instead of standard output")
    )
    add_stage(parser)
    parser.add_argument(
        "--json",
        action="store_true",
        help=say("以 JSON 列出字段", "name the fields as a JSON document"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Name the fields, or disclose some."""
    from infra.operate.disclosing import disclose, private_facts, select_fields
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        facts = [
            fact
            for fact in private_facts(services, arguments.case)
            if arguments.fact in (None, fact.record.fact.n)
        ]
        if not facts:
            why = "此条没有留存不公开的内容，不带 --fact 可看全部"
            en = "nothing private is kept of this fact; without --fact all are listed"
            raise BadInput(zh=why, en=en, where=str(arguments.fact))
        if not arguments.field:
            _print_fields(facts, arguments.json)
            return 0
        file = disclose(services, select_fields(facts, arguments.field))
    if arguments.out is None:
        print(file.text, end="")
    else:
        _write(arguments.out, file.text)
        count = len(file.entries)
        zh = f"{arguments.out}：{count} 条；对方可用 duban check-disclosure 核对"
        en = f"{arguments.out}: {count} entries; to be checked by duban check-disclosure"
        print(say(zh, en), file=sys.stderr)
    return 0


def _print_fields(facts: "Sequence[Private]", as_json: bool) -> None:  # noqa: FBT001 - one switch
    rows = [
        {
            "fact": private.record.fact.n,
            "kind": private.record.fact.kind,
            "fields": sorted(private.disclosures),
        }
        for private in facts
    ]
    if as_json:
        print(json.dumps({"facts": rows}, ensure_ascii=False))
        return
    for private in facts:
        fact = private.record.fact
        print(f"{fact.n:>3}  {fact.kind:<28}  {', '.join(sorted(private.disclosures))}")


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except OSError as error:
        why = "写不进：不覆盖已有文件，请换一个名称"
        en = f"cannot be written, and no file is replaced; name another: {error.strerror}"
        raise BadInput(zh=why, en=en, where=str(path)) from error
