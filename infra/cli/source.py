"""`duban source add|set|key|outage|live-from|list|remove`: the intake systems that may report."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from chalicelib.policy.registering import ANY, RequestedTerms
from infra.operate.source_key_command import add_key_actions
from infra.stack.stage_options import add_stage_and_json

Runner = Callable[[argparse.Namespace], int]


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "source", help="register the intake systems that may send events"
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _add_add(actions)
    _add_set(actions)
    add_key_actions(actions)
    _add_outage(actions)
    _add_live_from(actions)
    _action(actions, "list", "show the sources: what each may report, and its secrets", run_list)
    removing = _action(actions, "remove", "believe a source no longer", run_remove)
    removing.add_argument("name", metavar="NAME")
    removing.add_argument(
        "--old", action="store_true", help="only end a rotation: drop all secrets but the newest"
    )


def _action(actions: Any, name: str, text: str, run: Runner) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text + ".")
    add_stage_and_json(parser)
    parser.set_defaults(run=run)
    return parser


def _add_add(actions: Any) -> None:
    adding = _action(actions, "add", "register a source and print its secret, once", run_add)
    adding.add_argument(
        "name", metavar="NAME", help="its CloudEvents source, such as county-permits"
    )
    adding.add_argument(
        "--rotate",
        action="store_true",
        help="give a source that is registered a second secret; the one before stays valid",
    )
    _add_terms(adding)


def _add_set(actions: Any) -> None:
    setting = _action(actions, "set", "change what a source is registered for", run_set)
    setting.add_argument("name", metavar="NAME")
    _add_terms(setting)


def _add_terms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--departments",
        metavar="A,B|any",
        help="for which it may speak; any only for the system of a whole centre",
    )
    parser.add_argument(
        "--regions", metavar="R,…|any", help="and for which regions (default: the stage's own)"
    )
    parser.add_argument(
        "--delivery",
        metavar="10m",
        help="how soon it promises to report: 5s, 10m, at most 24h or 1wd (default: 10m)",
    )
    parser.add_argument(
        "--history-from",
        metavar="DATE",
        help="nothing older is taken; set once (default: a year before it is registered)",
    )
    _add_reason(parser)


def _add_reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", default="", metavar="TEXT", help="why; the log states it")


def _add_outage(actions: Any) -> None:
    text = "record, before it ends, that a source cannot report, or Duban cannot receive"
    failing = _action(actions, "outage", text, run_outage)
    failing.add_argument("name", metavar="NAME", help="a source; any for an outage of Duban itself")
    failing.add_argument("--until", metavar="T", required=True, help="a day or an instant")
    failing.add_argument("--from", dest="since", metavar="T", help="since when (default: now)")
    _add_reason(failing)


def _add_live_from(actions: Any) -> None:
    text = "set, once for all, the day from which the stage is in use"
    living = _action(actions, "live-from", text, run_live_from)
    living.add_argument("date", metavar="DATE", help="what occurred before it makes no card")


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
    whose = "Duban" if arguments.name == ANY else arguments.name
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
        print(f"督办停收 / outage of Duban: {span}: {outage['reason']}")
    if listed["live_from"]:
        print(f"启用日 / live from {listed['live_from']}")
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
        print(f"{arguments.name}：只剩新密钥 / its newest secret alone is left")
    else:
        print(f"{arguments.name}：已移除，一分钟内不再采信 / removed; not believed in a minute")
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
        marks = (
            " ".join([*row["secrets"], *map("key:{:.8}".format, row["keys"])]) or "已移除 / removed"
        )
        terms = " ".join(f"{name}={row[name]}" for name in ("departments", "regions", "delivery"))
        print(f"{row['source']:<24} {marks}  {terms} history-from={row['history_from']}")
        for outage in row["outages"]:
            print(f"{'':<24} outage {outage['since']} .. {outage['until']}: {outage['reason']}")
