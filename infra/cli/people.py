"""`duban people import|list|invite|shred`: units, posts, who holds which, regions (人员与机构)."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.card.drafting import ADDRESSEES
from chalicelib.errors import BadInput
from chalicelib.people.caller import ROLE_NAMES
from infra.stack import cloud
from infra.stack import services as stages
from infra.stack.cloud import LOCAL_STAGE
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import remark, report

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong file
    from infra.people.cells import CellFault
    from infra.people.importing import Plan, Read

DONE, WRONG = 0, 1
_MOST_SHOWN = 200  # faults; --json has all
_MOST_UNNAMED = 20
_NOTES = {
    "no_post": ("没有这个岗位", "no post has this role"),
    "no_holder": ("岗位无人在任", "nobody holds the post"),
    "no_successor": ("部门已撤，无人承接", "the department ended, and nobody continues it"),
}
_WAYS = {
    "local": ("密码", "password"),
    "oidc": ("统一身份认证", "identity provider"),
    "invited": ("已邀请", "invited"),
}
_COMMAND = """\
people  部门、岗位、任职、机构改革、区划 | departments, posts, who holds them, regions
people import  核对表格，使其生效；个人信息只进保密库
        | check tables and put them in force; personal data go to the vault alone
    about  CSV 或 .xlsx、.xls、.et，可一次给多个；一个工作簿可有多张表，按表头认（docs/people.md）。
        文件里没有的不会删除：离任、撤销请写截止日期。同一文件再导入一次，什么也不变。有错误时一次全部列出
        （退出码 1），什么也不写入；根本不是表格，退出码 2。
        | CSV or .xlsx, .xls, .et; several at once; the sheets of a workbook are known by their
        headers (docs/people.en.md). What a file lacks stays: write the last day of what ends. The
        same file again changes nothing. All faults are told at once (exit 1), and then nothing is
        written; exit 2 where a file is no table.
    FILE optional repeated as files
    --check  只核对，不写入 | only check, write nothing
    --whole  文件中有的几张表就是全部，表里没有的去掉
        | of the tables in the files these are all rows: what they lack goes
    --stage STAGE
    --json
people list  谁在什么岗位、什么角色、管哪里、到哪天，能不能登录
        | who holds which post, in which role and region, until when, and how he can sign in
    about  今天在任的和将要到任的。登录方式：密码、统一身份认证、已邀请（尚未设密码）、通行密钥数。
        | Those who hold one today, or will. Ways to sign in: password, identity provider, invited
        (no password yet), number of passkeys.
    --names  从保密库读出姓名 | read their names from the vault
    --stage --json
people invite  给一个人一次性的地址，由他自己设定密码
        | give a person a one-time address at which he sets his own password
    about  只显示一次，24 小时内有效，当面交给本人。再次邀请即重设：原密码和已有登录一并作废。
        | It is shown once and good for 24 hours; hand it over in person. Another invitation is a
        reset: the old password and all sessions end with it.
    PERSON  p_…
    --name LOGIN  登录名（默认为导入的登录名，没有的用人员代号）
        | the name to sign in with (default: the imported one, else the person's id)
    --site URL  网站地址；本机环境自动得知 | the site's address; known of a local stage
    --stage --json
people shred  销毁一个人的个人信息；他任过的职仍以 p_… 记着
        | destroy what is private of a person; what he held stays on record as p_…
    about  还在任职的不销毁。失败后可再执行。
        | Not of one who still holds a post. Ask again after a failure.
    PERSON  p_…
    --stage --json
"""
add = commands(__name__, _COMMAND, files=Path)


def run_import(arguments: argparse.Namespace) -> int:
    """Check the files; where nothing is wrong, put them in force."""
    from infra.people import importing
    from infra.people.listing import nobody_named

    if not arguments.files:
        raise BadInput(zh="要给出文件：FILE…", en="a file is needed: FILE…")
    read = importing.read_files(arguments.files)
    for each in read.unused:
        remark(say(f"未用：{each}", f"not used: {each}"))
    if arguments.check:
        planned = _checked(arguments.stage, read, whole=arguments.whole)
        return _told(arguments, planned, {"changed": False})
    with stages.services_of(arguments.stage or LOCAL_STAGE) as services:
        planned = importing.plan(services, read, whole=arguments.whole, is_check=False)
        done: Mapping[str, Any] = {"changed": False}
        if not planned.wrong:
            done = importing.put_in_force(services, read, planned, whole=arguments.whole)
            _tell_unnamed(nobody_named(services))
    return _told(arguments, planned, done)


def run_list(arguments: argparse.Namespace) -> int:
    """List everybody."""
    from infra.people.listing import listed, nobody_named

    with stages.services_of(arguments.stage) as services:
        rows = listed(services, with_names=arguments.names)
        lacking = nobody_named(services)
    lines = [line for row in rows for line in _person_lines(row)]
    en = f"{len(rows)} people"
    report(arguments, {"people": rows, "unnamed": lacking}, [*lines, say(f"{len(rows)} 人", en)])
    _tell_unnamed(lacking)
    return DONE


def run_invite(arguments: argparse.Namespace) -> int:
    """Invite a person; the address is printed here and stored nowhere."""
    from infra.people.inviting import invite, proposed_name

    site = _site(arguments)
    with stages.services_of(arguments.stage) as services:
        name = arguments.name or proposed_name(services, arguments.person)
        address = invite(services, arguments.person, name, site)
    report(arguments, {"person": arguments.person, "name": name, "address": address}, [address])
    zh = "当面交给本人；24 小时内用一次，以后登录用的是"
    remark(f"{say(zh, 'hand it over in person; once, within 24 hours; he signs in as')} {name}")
    return 0


def run_shred(arguments: argparse.Namespace) -> int:
    """Destroy what is private of a person."""
    from infra.people.shredding import shred

    with stages.services_of(arguments.stage) as services:
        done = shred(services, arguments.person)
    state = say("没有做完，请再执行一次", "not done: give it again")
    if done["is_done"]:
        state = say("个人信息已销毁", "what is private is destroyed")
    report(arguments, done, [f"{arguments.person}: {state}"], ensure_ascii=True)
    keys = done["public_keys"]
    zh = f"日志里仍有：{arguments.person}、任过的岗位和起止日期、{keys} 把通行密钥的公钥（已注销）"
    en = f"the log keeps {arguments.person}, the posts held with their days, and {keys} public keys"
    remark(say(zh, f"{en}, revoked"))
    return DONE if done["is_done"] else WRONG


def _site(arguments: argparse.Namespace) -> str:
    """Return the address of the site. Raises BadInput: it is not known."""
    access = cloud.read_access(cloud.ACCESS_FILE) if arguments.stage == cloud.LOCAL_STAGE else None
    site = arguments.site or (access.site if access else "")
    if not site.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        zh = "请写网站地址：--site https://…"
        raise BadInput(zh=zh, en="the site's address is needed: --site https://…")
    return site.rstrip("/")


def _checked(stage: str | None, read: "Read", *, whole: bool) -> "Plan":
    """Return the plan against the stage; against none where none is named and none is up here."""
    from infra.people.importing import plan

    try:
        with stages.services_of(stage or LOCAL_STAGE) as services:
            return plan(services, read, whole=whole, is_check=True)
    except Exception as error:
        is_down = isinstance(error, BadInput) or type(error).__module__.startswith("botocore.")
        if stage is not None or not is_down:
            raise
        zh = "本机没有运行的环境，只按文件核对（用 --stage 指定环境）"
        remark(say(zh, "no stage runs here: checked by the files alone (name one by --stage)"))
        return plan(None, read, whole=whole, is_check=True)


def _told(arguments: argparse.Namespace, planned: "Plan", done: Mapping[str, Any]) -> int:
    """Print what was done, or all that is wrong; return the exit code."""
    from infra.people.cells import fault_row

    organisation = planned.organisation
    counts = {
        "departments": len(organisation.departments),
        "posts": len(organisation.posts),
        "tenures": len(organisation.tenures),
        "successions": len(organisation.successions),
        "regions": len(organisation.regions),
    }
    rows = [fault_row(fault) for fault in planned.wrong]
    document = {**counts, **done, "faults": rows}
    lines = [*_fault_lines(planned.wrong)] if rows else [*_done_lines(counts, done)]
    report(arguments, document, lines)
    return WRONG if rows else DONE


def _done_lines(counts: Mapping[str, int], done: Mapping[str, Any]) -> Iterator[str]:
    zh = "部门 {departments}，岗位 {posts}，任职 {tenures}，机构改革 {successions}，区划 {regions}"
    en = "{departments} departments, {posts} posts, {tenures} posts held, "
    en += "{successions} reorganisations, {regions} regions"
    yield say(zh.format(**counts), en.format(**counts))
    if "version" not in done:
        yield say("只核对，没有写入", "checked only, nothing written")
    elif not (done["changed"] or done["private"] or done["people"]):
        yield say("没有变化", "nothing has changed")
    else:
        new, private, people = (done[name] for name in ("new_people", "private", "people"))
        zh = f"已生效；新增 {new} 人，{private} 人的个人信息、{people} 人的任职有变化"
        en = f"in force; {new} new people, {private} changed in private data, {people} in posts"
        yield say(zh, en)


def _fault_lines(faults: "Sequence[CellFault]") -> Iterator[str]:
    for fault in faults[:_MOST_SHOWN]:
        column = say(f"“{fault.column}”", repr(fault.column)) if fault.column else ""
        value = f"[{fault.value}]" if fault.value else ""
        place = say(f"{fault.where}，第 {fault.row} 行", f"{fault.where}, row {fault.row}")
        if not fault.where:
            place = say("已有的记录", "on record already")
        yield f"{place} {column}{value}：{say(fault.text.zh, fault.text.en)}"
    more = len(faults) - _MOST_SHOWN
    if more > 0:
        yield say(f"另有 {more} 处", f"and {more} more")
    zh = f"共 {len(faults)} 处错误，没有写入任何内容"
    yield say(zh, f"{len(faults)} faults, nothing written")


def _tell_unnamed(lacking: Sequence[Mapping[str, str]]) -> None:
    """Tell for whom nobody is named: cards go to the department or the next office meanwhile."""
    for each in lacking[:_MOST_UNNAMED]:
        place = each.get("department") or each.get("region") or say("全部区划", "all regions")
        zh, en = _NOTES[each["note"]]
        remark(f"{place}  {each['role']}: {say(zh, en)}")
    if lacking:
        count = len(lacking)
        zh = f"{count} 处没有人接牌：先送部门或者上一级，时限照走；请补岗位、任职"
        en = f"{count} recipients are nobody: cards go to the department or the next office,"
        remark(say(zh, f"{en} and no clock waits; name somebody"))


def _person_lines(row: Mapping[str, Any]) -> Iterator[str]:
    ways = [say(*_WAYS[way]) for way in row["signs_in"]]
    if row["passkeys"]:
        ways.append(say(f"通行密钥 {row['passkeys']}", f"passkeys {row['passkeys']}"))
    signs_in = say("、", ", ").join(ways) or say("不能登录", "cannot sign in")
    yield "  ".join(filter(None, (row["person"], row.get("name"), signs_in)))
    for each in row["posts"]:
        yield f"    {_post_line(each)}"
    if not row["posts"]:
        yield f"    {say('没有岗位', 'no post')}"


def _post_line(post: Mapping[str, Any]) -> str:
    until = post.get("until") or say("至今", "now")
    deputy_for, addressee = post.get("deputy_for", ""), post.get("addressee", "")
    office = say(ADDRESSEES[addressee], addressee) if addressee else ""
    parts = (
        f"{post['department']} {post['title']} ({post['post']})".lstrip(),
        say(ROLE_NAMES[post["role"]], post["role"])
        if post["role"]
        else say("无系统角色", "no role here"),
        say(f"送达 {office}", f"gets {office}") if office else "",
        ",".join(post.get("regions", ())),
        f"{post['since']}…{until}",
        say(f"代理 {deputy_for}", f"deputy for {deputy_for}") if deputy_for else "",
    )
    return "  ".join(filter(None, parts))
