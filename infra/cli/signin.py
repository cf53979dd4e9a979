"""`duban signin set|show|link|end`: how people sign in, and who is signed in."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins
from msgspec.structs import replace

from chalicelib.errors import BadInput
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.files import read_input_file
from infra.terminal.language import say
from infra.terminal.report import remark, report

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong argument
    from chalicelib.people.role_mapping import RoleMapping
    from chalicelib.people.ways import Ways
    from chalicelib.plumbing.services import Services

_SHOWN = ("client", "claim", "contact", "agent")
_LONGEST = 4096  # characters of a secret
_COMMAND = """\
signin  设定登录方式 | set how people sign in
signin set  设定：统一身份认证（OIDC）或企业微信，或者登录名和密码
        | at an identity provider (OIDC) or WeCom, or with names and passwords
    about  没有写的保持不变。写上 --issuer "" 即取消统一身份认证，--roles "" 即恢复按岗位给权限。
        | What is not given stays. --issuer "" takes the identity provider away, --roles "" lets
        posts give rights again.
    --issuer URL  身份提供方的地址，https:// 开头，与它自己所写的一字不差
        | the issuer's address, https, letter by letter as it names itself
    --client ID  本系统在那里登记的客户端编号 | our client id there
    --claim NAME  ID 令牌中以哪一项认人（默认 sub） | which claim says who comes (default: sub)
    --roles MAPPING.toml  按 ID 令牌中的哪些项给角色，不再按岗位（docs/signing-in.md）
        | which claims give roles, in place of posts (docs/signing-in.en.md)
    --wecom CORPID  用企业微信登录：企业 ID | sign in at WeCom: the id of the corporation
    --agent ID  企业微信应用的 AgentId | the AgentId of the application at WeCom
    --secret-stdin  从标准输入读取客户端密钥，只存进密钥库
        | read our secret there from stdin; it goes into the store of secrets alone
    --local WHICH  登录名和密码：on 或 off | names and passwords: on or off
    --contact TEXT  没有岗位的人应当找谁 | whom those without a post should ask
    --stage --json
signin show  现在怎样登录 | how people sign in now
    --stage --json
signin link  某人在统一身份认证那里是谁 | who a person is at the identity provider
    PERSON  p_…
    --subject-stdin required  从标准输入读取其标识 | read the subject from stdin
    --stage --json
signin end  立即结束某人的所有登录 | end all sessions of a person at once
    PERSON  p_…
    --stage --json
"""
add = commands(__name__, _COMMAND, local=("on", "off"))


def run_set(arguments: argparse.Namespace) -> int:
    """Set what was given."""
    from chalicelib.people.ways import check_issuer

    with stages.services_of(arguments.stage) as services:
        if arguments.issuer:
            check_issuer(arguments.issuer, is_local=services.settings.is_local)
        ways = _changed(arguments, services.ways.current())
        ways.must_make_sense()
        if arguments.secret_stdin:
            services.sign_in_secret.set_client(_read_line())
        # Crash here: the secret is there, and what it is for is not set; the command again sets it.
        services.ways.put(ways)
        return _tell(arguments, services)


def run_show(arguments: argparse.Namespace) -> int:
    """Show how people sign in."""
    with stages.services_of(arguments.stage) as services:
        return _tell(arguments, services)


def run_link(arguments: argparse.Namespace) -> int:
    """Let a person sign in as a subject of the issuer."""
    subject = _read_line()
    with stages.services_of(arguments.stage) as services:
        issuer = services.ways.current().issuer
        if not issuer:
            zh, en = "还没有设定统一身份认证", "no identity provider is set"
            raise BadInput(zh=f"{zh}：duban signin set --issuer", en=f"{en}: duban signin set")
        must_be_there(services, arguments.person)
        also = services.logins.link(arguments.person, issuer, subject)
    document: dict[str, Any] = {"person": arguments.person, "issuer": issuer}
    report(arguments, {**document, **({"also": [*also]} if also else {})}, ())
    if also:
        zh, en = (
            "此人以前按下列代号登录过，视为同一人",
            "he came before as this, and is one with it",
        )
        remark(f"{say(zh, en)}: {', '.join(also)}")
    return 0


def run_end(arguments: argparse.Namespace) -> int:
    """End all sessions of a person."""
    with stages.services_of(arguments.stage) as services:
        ended = services.sessions.end_all(arguments.person, services.wall())
    line = say(f"已结束 {ended} 个登录", f"{ended} sessions ended")
    report(arguments, {"person": arguments.person, "ended": ended}, [line])
    return 0


def must_be_there(services: "Services", person: str) -> None:
    """Check that there is such a *person*. Raises BadInput."""
    if services.people.get(person) is None:
        zh = "没有这个人；请先 duban people import"
        raise BadInput(zh=zh, en="there is no such person; duban people import", where=person)


def _changed(arguments: argparse.Namespace, ways: "Ways") -> "Ways":
    from chalicelib.people.ways import WECOM

    given = {name: getattr(arguments, name) for name in ("issuer", "client", "claim", "contact")}
    changes: dict[str, Any] = {name: text for name, text in given.items() if text is not None}
    if "issuer" in changes:
        changes |= {"agent": ""} | ({} if changes["issuer"] else {"client": ""})
    if arguments.wecom:
        changes |= {"issuer": f"{WECOM}{arguments.wecom}", "client": arguments.wecom}
    if arguments.agent is not None:
        changes["agent"] = arguments.agent
    if arguments.roles is not None:
        changes["roles"] = _read_roles(arguments.roles)
    if arguments.local:
        changes["has_local"] = arguments.local == "on"
    return replace(ways, **changes)


def _read_roles(file: str) -> "RoleMapping | None":
    """Return the mapping of roles in *file*; None: there is to be none. Raises BadInput."""
    from chalicelib.people.role_mapping import read_role_mapping

    if not file:
        return None
    return read_role_mapping(read_input_file(Path(file), 1), file)


def _tell(arguments: argparse.Namespace, services: "Services") -> int:
    ways = services.ways.current()
    document: Mapping[str, Any] = {
        "local": ways.has_local,
        "issuer": ways.issuer or None,
        **{k: v for k, v in to_builtins(ways).items() if k in _SHOWN},
        **({"roles": to_builtins(ways.roles)} if ways.roles else {}),
        "has_secret": bool(services.sign_in_secret.client()),
    }
    on, off = say("开", "on"), say("关", "off")
    passwords = f"{say('登录名和密码：', 'names and passwords: ')}{on if ways.has_local else off}"
    provider = f"{say('统一身份认证：', 'identity provider: ')}{ways.issuer or off}"
    by = say("按统一身份认证的项给角色", "roles by claims of the identity provider")
    rights = by if ways.roles else say("按岗位给权限", "rights by posts")
    report(arguments, document, [passwords, provider, rights])
    if ways.issuer and ways.has_local:
        zh = "两种方式都开着；统一身份认证可用以后，请关闭密码：duban signin set --local off"
        en = "both are on; once the provider works, end passwords: duban signin set --local off"
        remark(say(zh, en))
    return 0


def _read_line() -> str:
    """Return the one line on stdin. Raises BadInput: there is none, or it is too long."""
    text = sys.stdin.readline(_LONGEST + 2).strip()
    if not text or len(text) > _LONGEST or not text.isprintable():
        zh, en = "标准输入应为一行，不能为空", "one line is needed on standard input"
        raise BadInput(zh=zh, en=en, where="-")
    return text
