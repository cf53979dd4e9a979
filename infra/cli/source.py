"""`duban source`: the intake systems that may report, and the keys that they sign with (v1a)."""

import argparse
import base64
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import convert

from chalicelib.policy.registering import ANY, RequestedTerms
from infra.stack import services as stages
from infra.terminal.arguments import commands
from infra.terminal.files import write_file
from infra.terminal.language import say
from infra.terminal.report import report

_TERMS = """\
    --departments A,B|any  可以为哪些单位报送；整个中心的系统才写 any
        | for which it may speak; any only for the system of a whole centre
    --regions R,…|any  可以为哪些地区报送（默认是环境自己的）
        | and for which regions (default: the stage's own)
    --delivery 10m  承诺多久之内报送：5s、10m，至多 24h 或 1wd（默认 10m）
        | how soon it promises to report: 5s, 10m, at most 24h or 1wd (default: 10m)
    --history-from DATE  更早的不收；只设定一次（默认为登记前一年）
        | nothing older is taken; set once (default: a year before it is registered)
    --reason TEXT =  理由；日志会写明 | why; the log states it
"""
_COMMAND = f"""\
source  登记可以报送的业务系统 | register the intake systems that may send events
source add  登记一个报送单位，显示它的密钥，只显示一次。
        | register a source and print its secret, once.
    --stage --json
    NAME  它的 CloudEvents source，如 county-permits
        | its CloudEvents source, such as county-permits
    --rotate  给已登记的报送单位第二个密钥；原来的仍有效
        | give a source that is registered a second secret; the one before stays valid
{_TERMS}source set  更改一个报送单位的登记。 | change what a source is registered for.
    --stage --json
    NAME
{_TERMS}source key  报送单位签名用的公钥（v1a） | the public keys that sources sign with (v1a)
source key new  在本机生成一对密钥 | make a key pair on this machine
    about  供试用。报送单位自己生成密钥，只交出公钥：别人见过私钥，就能以它的名义报送。
        | For trying it out. A source makes its own, and gives away the public key only: whoever
        else has seen the private key can report in its name.
    --out FILE either required  把私钥写入文件 | write the private key to a file
    --show either required  显示私钥 | print the private key
    --json
source key add  在日志里声明一个报送单位的公钥，并采信它。
        | state a source's public key in the log, and believe it.
    SOURCE as name
    --stage --json
    --public whpk_… required  公钥，按它生成的写 | the key, as it made it
source key require  去掉一个报送单位的密钥，只凭公钥采信。
        | drop the source's secrets: believe it by its keys alone.
    SOURCE as name
    --stage --json
source key remove  不再采信一把公钥，并声明。 | believe a key no longer, and state that.
    SOURCE as name
    --stage --json
    KEY  指纹的开头，或 whpk_… | the begin of its fingerprint, or whpk_…
source key list  列出声明过的公钥。 | show the keys that were stated.
    SOURCE optional as name
    --stage --json
source outage  在结束以前登记：某单位无法报送，或督办无法接收。
        | record, before it ends, that a source cannot report, or Duban cannot receive.
    --stage --json
    NAME  报送单位；督办自己停收写 any | a source; any for an outage of Duban itself
    --until T required  一天，或一个时刻 | a day or an instant
    --from T as since  从何时起（默认现在） | since when (default: now)
    --reason TEXT =  理由；日志会写明 | why; the log states it
source live-from  设定环境的启用日，只能设定一次。
        | set, once for all, the day from which the stage is in use.
    --stage --json
    DATE  此前发生的不发牌 | what occurred before it makes no card
source list  列出报送单位：各可报送什么，有哪些密钥。
        | show the sources: what each may report, and its secrets.
    --stage --json
source remove  移除一个报送单位，不再采信。 | believe a source no longer.
    --stage --json
    NAME
    --old  只结束轮换：最新的以外，其余密钥都去掉
        | only end a rotation: drop all secrets but the newest
"""
add = commands(__name__, _COMMAND)


def run_add(arguments: argparse.Namespace) -> int:
    """Register or rotate; the secret is printed here and nowhere else."""
    from infra.operate import sources

    with stages.services_of(arguments.stage) as services:
        if arguments.rotate:
            secret = sources.rotate(services, arguments.name)
        else:
            secret = sources.add(services, arguments.name, _terms(arguments))
    document = {"source": arguments.name, "secret": secret}
    report(arguments, document, [secret], ensure_ascii=True)
    return 0


def run_set(arguments: argparse.Namespace) -> int:
    """Change what a source is registered for."""
    from infra.operate import sources

    with stages.services_of(arguments.stage) as services:
        row = sources.change(services, arguments.name, _terms(arguments))
    report(arguments, row, _source_lines(row))
    return 0


def run_outage(arguments: argparse.Namespace) -> int:
    """Record an outage."""
    from infra.operate import sources

    with stages.services_of(arguments.stage) as services:
        span = arguments.since, arguments.until
        outage = sources.record_outage(services, arguments.name, span, arguments.reason)
    whose = say("督办", "Duban") if arguments.name == ANY else arguments.name
    line = f"{whose}: {outage['since']} .. {outage['until']}"
    report(arguments, {"source": arguments.name, **outage}, [line], ensure_ascii=True)
    return 0


def run_live_from(arguments: argparse.Namespace) -> int:
    """Set from when on the stage is in use."""
    from infra.operate import sources

    with stages.services_of(arguments.stage) as services:
        live_from = sources.set_live_from(services, arguments.date)
    report(arguments, {"live_from": live_from}, [live_from])
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List the sources, each secret by a mark that distinguishes it from others."""
    from infra.operate import sources

    with stages.services_of(arguments.stage) as services:
        listed = sources.listed(services)
    lines = [line for row in listed["sources"] for line in _source_lines(row)]
    for outage in listed["outages"]:
        span = f"{outage['since']} .. {outage['until']}"
        lines.append(f"{say('督办停收', 'outage of Duban')}: {span}: {outage['reason']}")
    if listed["live_from"]:
        lines.append(f"{say('启用日', 'live from')} {listed['live_from']}")
    report(arguments, listed, lines)
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Remove a source, or end its rotation."""
    from infra.operate import sources

    with stages.services_of(arguments.stage) as services:
        sources.remove(services, arguments.name, only_old=arguments.old)
    state = say("已移除，一分钟内不再采信", "removed; not believed in a minute")
    if arguments.old:
        state = say("只剩新密钥", "its newest secret alone is left")
    document = {"source": arguments.name, "removed": not arguments.old}
    report(arguments, document, [f"{arguments.name}: {state}"], ensure_ascii=True)
    return 0


def _terms(arguments: argparse.Namespace) -> RequestedTerms:
    return convert(vars(arguments), RequestedTerms)


def _source_lines(row: Mapping[str, Any]) -> Iterator[str]:
    credentials = [*row["secrets"], *map("key:{:.8}".format, row["keys"])]
    marks = " ".join(credentials) or say("已移除", "removed")
    terms = " ".join(f"{name}={row[name]}" for name in ("departments", "regions", "delivery"))
    yield f"{row['source']:<24} {marks}  {terms} history-from={row['history_from']}"
    for outage in row["outages"]:
        span = f"{outage['since']} .. {outage['until']}"
        yield f"{'':<24} {say('停报', 'outage')} {span}: {outage['reason']}"


def run_key_new(arguments: argparse.Namespace) -> int:
    """Make a key pair; write the private key to the file, or print it, as was asked."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from chalicelib.intake.source_key import PRIVATE_PREFIX, SourceKey

    seed = secrets.token_bytes(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key, private = SourceKey(public), PRIVATE_PREFIX + base64.b64encode(seed).decode("ascii")
    if arguments.out:
        write_file(arguments.out, f"{private}\n".encode())
        why = say("私钥，只由报送单位自己保管", "the private key; only the source may keep it")
        print(f"{arguments.out}: {why}", file=sys.stderr)
    document = {"public": key.text, "key": key.fingerprint}
    if arguments.show:
        document["private"] = private
    report(arguments, document, document.values())
    return 0


def _change_keys(change: str, given: Sequence[str], arguments: argparse.Namespace) -> int:
    """Call the function *change* of `source_keys` with what was *given*; print the keys then."""
    from infra.operate import source_keys

    with stages.services_of(arguments.stage) as services:
        row = getattr(source_keys, change)(services, *map(vars(arguments).get, given))
    report(arguments, row, _key_lines(row), ensure_ascii=True)
    return 0


run_key_add = partial(_change_keys, "add_key", ("name", "public"))
run_key_require = partial(_change_keys, "require_keys", ("name",))
run_key_remove = partial(_change_keys, "remove_key", ("name", "key"))


def run_key_list(arguments: argparse.Namespace) -> int:
    """List the keys that were stated, of one source or of all."""
    from infra.operate import source_keys

    with stages.services_of(arguments.stage) as services:
        names = [arguments.name] if arguments.name else source_keys.sources_with_keys(services)
        rows = [source_keys.listed(services, name) for name in names]
    none = say("没有声明过公钥；用 duban source key add 声明", "no key was stated: add one")
    lines = [line for row in rows for line in _key_lines(row)] or [none]
    report(arguments, {"sources": rows}, lines, ensure_ascii=True)
    return 0


def _key_lines(row: Mapping[str, Any]) -> Iterator[str]:
    by_secret = say("凭密钥或公钥", "by secret or key")
    believed = say("只凭公钥", "by key alone") if row["required"] else by_secret
    yield f"{row['source']:<24} {believed}"
    for key in row["keys"]:
        mark = "" if key["is_believed"] else say("  （已撤销）", "  (removed)")
        yield f"  {key['key']}  {key['public']}{mark}"
