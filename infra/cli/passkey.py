"""`duban passkey`: the passkeys with which people sign their acts: who waits, who stands."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import report

_COMMAND = """\
passkey  人员签名用的通行密钥 | the passkeys with which people sign
passkey list  列出有效的和待证明的通行密钥。
        | show the passkeys that stand, and those that wait for a second person.
    --stage --json
passkey admit  首把密钥：尚无有效的通行密钥时，使一把待证明的生效。
        | the first key: let a waiting one count, while no other stands to vouch for it.
    about
        人员在网页上登记自己的通行密钥，由另一人用通行密钥签名证明后生效；日志逐把载明。
        | People make their passkeys on a page; each counts once a second person has signed for it.
        The log states every one.
    --stage --json
    KEY  指纹的开头 | the begin of its fingerprint
passkey show  出示登记一把通行密钥时设备给出的内容（attestation），其摘要在日志中。
        | show what a device gave when a passkey was made (attestation); its digest is in the log.
    about
        没有厂商根证书名单，所以只核对了格式和签名：型号（AAGUID）是设备自称的。
        | Form and signature were checked, without a list of makers' roots: the model (AAGUID) is
        what the device says of itself.
    --stage --json
    KEY  指纹；已注销的写全 | its fingerprint, the whole of one that was revoked
passkey revoke  注销一把通行密钥，并由日志载明。 | end a passkey; the log states that.
    --stage --json
    KEY  指纹的开头 | the begin of its fingerprint
"""
add = commands(__name__, _COMMAND)


def run_list(arguments: argparse.Namespace) -> int:
    """List them."""
    from infra.operate import passkeys

    with stages.services_of(arguments.stage) as services:
        listed = passkeys.listed(services)
    report(arguments, listed, _lines(listed), ensure_ascii=True)
    return 0


def run_admit(arguments: argparse.Namespace) -> int:
    """Let the first key count."""
    from infra.operate import passkeys

    with stages.services_of(arguments.stage) as services:
        row = passkeys.admit_first(services, arguments.key)
    report(arguments, row, [_line(row, say("已生效", "it counts"))], ensure_ascii=True)
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Show how a passkey was made."""
    from infra.operate import passkeys

    with stages.services_of(arguments.stage) as services:
        made = passkeys.made(services, arguments.key)
    report(arguments, made, [f"{name}  {text}" for name, text in made.items()], ensure_ascii=True)
    return 0


def run_revoke(arguments: argparse.Namespace) -> int:
    """End a passkey."""
    from infra.operate import passkeys

    with stages.services_of(arguments.stage) as services:
        row = passkeys.revoke(services, arguments.key)
    report(arguments, row, [_line(row, say("已注销", "revoked"))], ensure_ascii=True)
    return 0


def _lines(listed: Mapping[str, Any]) -> Iterator[str]:
    for row in listed["standing"]:
        yield _line(row, say("有效", "stands"))
    for row in listed["waiting"]:
        yield _line(row, say("待另一人证明", "waits for a second person"))


def _line(row: Mapping[str, Any], state: str) -> str:
    return f"{row['key']}  {row['person']}  {row['role']:<10}  {state}"
