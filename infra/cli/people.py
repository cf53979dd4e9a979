"""`duban people invite`: who may set a password, once."""

import argparse

from chalicelib.errors import BadInput
from infra.stack import cloud
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import remark, report

_COMMAND = """\
people  人员 | people
people invite  给一个人一次性的地址，由他自己设定密码
        | give a person a one-time address at which he sets his own password
    about  只显示一次，24 小时内有效，当面交给本人。再次邀请即重设：原密码和已有登录一并作废。
        | It is shown once and good for 24 hours; hand it over in person. Another invitation is a
        reset: the old password and all sessions end with it.
    PERSON  p_…
    --name LOGIN  登录名（默认为人员编号） | the name to sign in with (default: the person's id)
    --site URL  网站地址；本机环境自动得知 | the site's address; known of a local stage
    --stage --json
"""
add = commands(__name__, _COMMAND)


def run_invite(arguments: argparse.Namespace) -> int:
    """Invite a person; the address is printed here and stored nowhere."""
    from infra.people.inviting import invite

    site = _site(arguments)
    with stages.services_of(arguments.stage) as services:
        name = arguments.name or arguments.person
        address = invite(services, arguments.person, name, site)
    report(arguments, {"person": arguments.person, "name": name, "address": address}, [address])
    zh = "当面交给本人；24 小时内用一次，以后登录用的是"
    remark(f"{say(zh, 'hand it over in person; once, within 24 hours; he signs in as')} {name}")
    return 0


def _site(arguments: argparse.Namespace) -> str:
    """Return the address of the site. Raises BadInput: it is not known."""
    from infra.people.inviting import with_localhost

    access = cloud.read_access(cloud.ACCESS_FILE) if arguments.stage == cloud.LOCAL_STAGE else None
    site = arguments.site or (with_localhost(access.url) if access else "")
    if not site.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        zh = "请写网站地址：--site https://…"
        raise BadInput(zh=zh, en="the site's address is needed: --site https://…")
    return site.rstrip("/")
