"""`duban source add|set|key|outage|live-from|list|remove`: the intake systems that may report."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from chalicelib.errors import Bilingual
from chalicelib.policy.registering import ANY, RequestedTerms
from infra.operate.source_key_command import add_key_actions
from infra.stack.stage_options import add_stage_and_json
from infra.terminal.language import say

Runner = Callable[[argparse.Namespace], int]


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "source",
        help=say("登记可以报送的业务系统", "register the intake systems that may send events"),
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _add_add(actions)
    _add_set(actions)
    add_key_actions(actions)
    _add_outage(actions)
    _add_live_from(actions)
    _action(
        actions,
        "list",
        Bilingual(
            "列出报送单位：各可报送什么，有哪些密钥",
            "show the sources: what each may report, and its secrets",
        ),
        run_list,
    )
    removing = _action(
        actions,
        "remove",
        Bilingual("移除一个报送单位，不再采信", "believe a source no longer"),
        run_remove,
    )
    removing.add_argument("name", metavar="NAME")
    removing.add_argument(
        "--old",
        action="store_true",
        help=say(
            "只结束轮换：最新的以外，其余密钥都去掉",
            "only end a rotation: drop all secrets but the newest",
        ),
    )


def _action(actions: Any, name: str, text: Bilingual, run: Runner) -> argparse.ArgumentParser:
    described = say(f"{text.zh}。", f"{text.en}.")
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=say(*text), description=described
    )
    add_stage_and_json(parser)
    parser.set_defaults(run=run)
    return parser


def _add_add(actions: Any) -> None:
    adding = _action(
        actions,
        "add",
        Bilingual(
            "登记一个报送单位，显示它的密钥，只显示一次",
            "register a source and print its secret, once",
        ),
        run_add,
    )
    adding.add_argument(
        "name",
        metavar="NAME",
        help=say(
            "它的 CloudEvents source，如 county-permits",
            "its CloudEvents source, such as county-permits",
        ),
    )
    adding.add_argument(
        "--rotate",
        action="store_true",
        help=say(
            "给已登记的报送单位第二个密钥；原来的仍有效",
            "give a source that is registered a second secret; the one before stays valid",
        ),
    )
    _add_terms(adding)


def _add_set(actions: Any) -> None:
    setting = _action(
        actions,
        "set",
        Bilingual("更改一个报送单位的登记", "change what a source is registered for"),
        run_set,
    )
    setting.add_argument("name", metavar="NAME")
    _add_terms(setting)


def _add_terms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--departments",
        metavar="A,B|any",
        help=say(
            "可以为哪些单位报送；整个中心的系统才写 any",
            "for which it may speak; any only for the system of a whole centre",
        ),
    )
    parser.add_argument(
        "--regions",
        metavar="R,…|any",
        help=say(
            "可以为哪些地区报送（默认是环境自己的）",
            "and for which regions (default: the stage's own)",
        ),
    )
    parser.add_argument(
        "--delivery",
        metavar="10m",
        help=say(
            "承诺多久之内报送：5s、10m，至多 24h 或 1wd（默认 10m）",
            "how soon it promises to report: 5s, 10m, at most 24h or 1wd (default: 10m)",
        ),
    )
    parser.add_argument(
        "--history-from",
        metavar="DATE",
        help=say(
            "更早的不收；只设定一次（默认为登记前一年）",
            "nothing older is taken; set once (default: a year before it is registered)",
        ),
    )
    _add_reason(parser)


def _add_reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reason",
        default="",
        metavar="TEXT",
        help=say("理由；日志会写明", "why; the log states it"),
    )


def _add_outage(actions: Any) -> None:
    text = Bilingual(
        "在结束以前登记：某单位无法报送，或督办无法接收",
        "record, before it ends, that a source cannot report, or Duban cannot receive",
    )
    failing = _action(actions, "outage", text, run_outage)
    failing.add_argument(
        "name",
        metavar="NAME",
        help=say("报送单位；督办自己停收写 any", "a source; any for an outage of Duban itself"),
    )
    failing.add_argument(
        "--until", metavar="T", required=True, help=say("一天，或一个时刻", "a day or an instant")
    )
    failing.add_argument(
        "--from",
        dest="since",
        metavar="T",
        help=say("从何时起（默认现在）", "since when (default: now)"),
    )
    _add_reason(failing)


def _add_live_from(actions: Any) -> None:
    text = Bilingual(
        "设定环境的启用日，只能设定一次",
        "set, once for all, the day from which the stage is in use",
    )
    living = _action(actions, "live-from", text, run_live_from)
    living.add_argument(
        "date",
        metavar="DATE",
        help=say("此前发生的不发牌", "what occurred before it makes no card"),
    )


def run_add(arguments: argparse.Namespace) -> int:
    """Register or rotate; the secret is printed here and nowhere else."""
    from infra.operate import sources
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        if arguments.rotate:
            secret = sources.rotate(services, arguments.name)
        else:
            secret = sources.add(services, arguments.name, _terms(arguments))
    document = {"source": arguments.name, "secret": secret}
    print(json.dumps(document) if arguments.json else secret)
    return 0


def run_set(arguments: argparse.Namespace) -> int:
    """Change what a source is registered for."""
    from infra.operate import sources
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        row = sources.change(services, arguments.name, _terms(arguments))
    _print(arguments, [row])
    return 0


def run_outage(arguments: argparse.Namespace) -> int:
    """Record an outage."""
    from infra.operate import sources
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        outage = sources.record_outage(
            services, arguments.name, (arguments.since, arguments.until), arguments.reason
        )
    whose = say("督办", "Duban") if arguments.name == ANY else arguments.name
    line = f"{whose}: {outage['since']} .. {outage['until']}"
    print(json.dumps({"source": arguments.name, **outage}) if arguments.json else line)
    return 0


def run_live_from(arguments: argparse.Namespace) -> int:
    """Set from when on the stage is in use."""
    from infra.operate import sources
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        live_from = sources.set_live_from(services, arguments.date)
    print(json.dumps({"live_from": live_from}) if arguments.json else live_from)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List the sources; of a secret only a mark that distinguishes it from others."""
    from infra.operate import sources
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        listed = sources.listed(services)
    if arguments.json:
        print(json.dumps(listed, ensure_ascii=False))
        return 0
    _print(arguments, listed["sources"])
    for outage in listed["outages"]:
        span = f"{outage['since']} .. {outage['until']}"
        print(f"{say('督办停收', 'outage of Duban')}: {span}: {outage['reason']}")
    if listed["live_from"]:
        print(f"{say('启用日', 'live from')} {listed['live_from']}")
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Remove a source, or end its rotation."""
    from infra.operate import sources
    from infra.stack.services import services_of

    with services_of(arguments.stage) as services:
        sources.remove(services, arguments.name, only_old=arguments.old)
    if arguments.json:
        print(json.dumps({"source": arguments.name, "removed": not arguments.old}))
    elif arguments.old:
        left = say("只剩新密钥", "its newest secret alone is left")
        print(f"{arguments.name}: {left}")
    else:
        gone = say("已移除，一分钟内不再采信", "removed; not believed in a minute")
        print(f"{arguments.name}: {gone}")
    return 0


def _terms(arguments: argparse.Namespace) -> RequestedTerms:
    return RequestedTerms(
        departments=arguments.departments,
        regions=arguments.regions,
        delivery=arguments.delivery,
        history_from=arguments.history_from,
        reason=arguments.reason,
    )


def _print(arguments: argparse.Namespace, rows: list[dict[str, Any]]) -> None:
    if arguments.json:
        print(json.dumps(rows[0], ensure_ascii=False))
        return
    for row in rows:
        marks = " ".join([*row["secrets"], *map("key:{:.8}".format, row["keys"])]) or say(
            "已移除", "removed"
        )
        terms = " ".join(f"{name}={row[name]}" for name in ("departments", "regions", "delivery"))
        print(f"{row['source']:<24} {marks}  {terms} history-from={row['history_from']}")
        for outage in row["outages"]:
            print(
                f"{'':<24} {say('停报', 'outage')} {outage['since']} .. "
                f"{outage['until']}: {outage['reason']}"
            )
