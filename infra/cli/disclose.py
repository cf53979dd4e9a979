"""`duban disclose CASE`: for an applicant, a file that opens some fields behind the log."""

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.errors import BadInput
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.files import write_file
from infra.terminal.language import say
from infra.terminal.report import report

if TYPE_CHECKING:
    from infra.operate.disclosing import Private
_COMMAND = """\
disclose  披露一件的某些不公开字段，附证明
        | open some private fields of a case, with the proof that the log commits to them
    about  不带 --field 只列出可披露的字段。文件交给申请人，只含所选字段。
        | Without --field it names what can be disclosed, and discloses nothing. The file is for the
        applicant to hand on; it shows the fields named and no others.
    CASE  案件编号 | its id: source:subject
    --field NAME repeated  如 applicant.name；applicant 指其全部；可重复
        | such as applicant.name; applicant means all its parts; may be given again
    --fact N  只披露此件的这一条 | only of this fact of the case
    --out FILE  写到文件 | instead of standard output
    --stage
    --json  以 JSON 列出字段 | name the fields as a JSON document
"""
add = commands(__name__, _COMMAND)


def run(arguments: argparse.Namespace) -> int:
    """Name the fields, or disclose some."""
    from infra.operate.disclosing import disclose, private_facts, select_fields

    with stages.services_of(arguments.stage) as services:
        facts = [
            fact
            for fact in private_facts(services, arguments.case)
            if arguments.fact in (None, fact.record.fact.n)
        ]
        if not facts:
            zh = "此条没有留存不公开的内容，不带 --fact 可看全部"
            en = "nothing private is kept of this fact; without --fact all are listed"
            raise BadInput(zh=zh, en=en, where=str(arguments.fact))
        if not arguments.field:
            rows = [*map(_row, facts)]
            report(arguments, {"facts": rows}, map(_line, rows))
            return 0
        file = disclose(services, select_fields(facts, arguments.field))
    if arguments.out is None:
        print(file.text, end="")
        return 0
    write_file(arguments.out, file.text.encode())
    count = len(file.entries)
    zh = f"{arguments.out}：{count} 条；对方可用 duban check-disclosure 核对"
    en = f"{arguments.out}: {count} entries; to be checked by duban check-disclosure"
    print(say(zh, en), file=sys.stderr)
    return 0


def _row(private: "Private") -> dict[str, Any]:
    fact = private.record.fact
    return {"fact": fact.n, "kind": fact.kind, "fields": sorted(private.disclosures)}


def _line(row: Mapping[str, Any]) -> str:
    return f"{row['fact']:>3}  {row['kind']:<28}  {', '.join(row['fields'])}"
