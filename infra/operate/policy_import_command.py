"""`duban policy import`: put a county's own profile in force, or only say what is wrong with it."""

import argparse
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import Bilingual
from chalicelib.instant import is_date, local
from infra.stack.cloud import LOCAL_STAGE
from infra.terminal.language import language, say
from infra.terminal.parser import add_json

if TYPE_CHECKING:
    from chalicelib.plumbing.services import Services


def add_import(actions: Any) -> None:
    """Add the command to *actions*, those of `duban policy`."""
    importing = actions.add_parser(
        "import",
        help=say(
            "在一个环境施行本地自己的规则文件", "put a county's own profile in force on a stage"
        ),
        description=say(
            "整份施行，或者什么也不改：所有错误一次列出，写明文件、行和键。施行以前受理的办件，仍用原来的规则。",
            "The whole file, or nothing: all mistakes are told at once, with file, "
            "line and key. What is accepted before it is in force keeps the rules "
            "that it has.",
        ),
    )
    _add_options(importing)


def _add_options(importing: argparse.ArgumentParser) -> None:
    importing.add_argument("file", metavar="FILE", type=Path)
    importing.add_argument("--stage", metavar="STAGE")
    importing.add_argument(
        "--region",
        default="",
        metavar="CODE",
        help=say("在哪里施行（整个环境）", "where it is to hold (the whole stage)"),
    )
    importing.add_argument(
        "--from",
        dest="since",
        metavar="DATE",
        help=say("从哪天起施行（从现在起）", "from which day on (from now on)"),
    )
    importing.add_argument(
        "--check",
        action="store_true",
        help=say("只列出错误；不需要环境", "only say what is wrong; needs no stage"),
    )
    importing.add_argument(
        "--wait",
        type=int,
        default=60,
        metavar="SECONDS",
        help=say(
            "等日志写入规则声明的秒数，写入才生效（60）",
            "how long the log may take to state the profile before it is in force (60)",
        ),
    )
    add_json(importing)
    importing.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Check the file; put it in force, or only say what is wrong. Raises BadInput."""
    from infra.policy.county import check_area

    check_area(arguments.region)
    if arguments.check and not arguments.stage:
        return _import(arguments, None)
    from infra.stack.services import services_of

    with services_of(arguments.stage or LOCAL_STAGE) as services:
        return _import(arguments, services)


def _import(arguments: argparse.Namespace, services: "Services | None") -> int:
    from infra.policy.county import read_county_profile
    from infra.terminal.progress import progress_bar

    is_local = services is not None and services.settings.is_local
    region = arguments.region or (services.settings.duban_region if services else "")
    now = services.now() if services else datetime.now(UTC)
    day = date.fromisoformat(given) if is_date(given := arguments.since or "") else now.date()
    county = read_county_profile(arguments.file, region, day, is_local=is_local)
    for remark in county.remarks:
        print(f"duban: {remark.refusal.line(language())}", file=sys.stderr)
    summary: dict[str, Any] = {
        "id": county.profile.id,
        "title": county.profile.first.title,
        "version": county.profile.version,
        "dates": [day.isoformat() for day in county.profile.changes[0]],
        "remarks": [remark.written for remark in county.remarks],
        "imported": False,
    }
    if services is not None and not arguments.check:
        from infra.operate.adopting import begins, put_in_force

        since = begins(arguments.since, services.now(), county.profile.first.zone)
        bar = progress_bar(say("查看办件", "cases looked at"))
        place = arguments.region, since
        summary |= put_in_force(services, county, place, arguments.wait, bar)
        summary["since"] = local(since, county.profile.first.zone)
    if arguments.json:
        print(json.dumps(summary, ensure_ascii=False))
    else:
        print(_imported_line(summary))
    return 0


def _imported_line(summary: dict[str, Any]) -> str:
    named = f"{summary['id']} · {summary['title']} · {summary['version']}"
    return f"{named}: {say(*_outcome(summary))}"


def _outcome(summary: dict[str, Any]) -> Bilingual:
    if "since" not in summary:
        return Bilingual("没有错误，尚未施行", "sound, not put in force")
    if not summary["imported"]:
        return Bilingual("早已施行，没有变化", "in force already")
    since, selection, nudged = summary["since"], summary["selection"], summary["nudged"]
    zh = f"{since} 起施行（{selection}），此前受理的办件不变；{nudged} 件在办的重新裁断"
    en = f"in force from {since} on ({selection}); {nudged} open cases are moved"
    if summary["never_begun"]:
        zh += f"；原定以后施行的 {'、'.join(summary['never_begun'])} 不再施行"
        en += f"; {', '.join(summary['never_begun'])} will never begin"
    return Bilingual(zh, en)
