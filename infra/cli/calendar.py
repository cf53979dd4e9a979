"""`duban calendar import|status`: put a year or a change in force; show those in force."""

import argparse
import json
import sys
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.errors import BadInput
from chalicelib.instant import is_date
from infra.stack.cloud import LOCAL_STAGE

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong file
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from chalicelib.calendar.documents import Document
    from chalicelib.calendar.workdays import Calendar
    from chalicelib.plumbing.services import Services
    from infra.calendar.standing import YearStatus

OK, LATE = 0, 1
AT_ONCE = 16  # cases judged again at the same time: an operator may be far from the tables
CHINA = ZoneInfo("Asia/Shanghai")
SHIPPED = "CN"


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("calendar", help="import working days; show which are known")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for action in (_add_import(actions), _add_status(actions)):
        action.add_argument("--stage", metavar="STAGE")
        action.add_argument("--json", action="store_true", help="print one JSON document")


def _add_import(actions: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        "import",
        help="check a year or a change, show which days change, put it in force",
        description="A year or a change in JSON, or a year in iCalendar (.ics, with --notice).",
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--check",
        action="store_true",
        help="only show the days that it would change; needs no stage",
    )
    parser.add_argument(
        "--notice", action="append", default=[], help="the notice that an iCalendar file rests on"
    )
    parser.add_argument("--year", type=int, help="which year of an iCalendar file")
    parser.add_argument(
        "--force",
        metavar="REASON",
        help="import a year that lacks fixed holidays or make-up days, and keep the reason",
    )
    parser.add_argument(
        "--wait",
        type=int,
        default=120,
        metavar="SECONDS",
        help="how long the log may take to state the calendar before it is in force (120)",
    )
    parser.set_defaults(run=run_import)
    return parser


def _add_status(actions: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        "status",
        help="which years and changes are in force, and how far the calendar is known",
        description="Exit 1 when this year, or from 1 December the next, is not published here."
        " Without a stage: the calendar that comes with the code.",
    )
    parser.add_argument("--on", metavar="DATE", help="as of another day than today")
    parser.set_defaults(run=run_status)
    return parser


def run_import(arguments: argparse.Namespace) -> int:
    """Import, whole or not at all; then let the cases whose due dates move be judged again."""
    from infra.calendar.effect import effect
    from infra.calendar.reading import read_import
    from infra.calendar.wording import tell, tell_standing

    read = read_import(arguments.file, arguments.notice, arguments.year, arguments.force)
    stage = arguments.stage or (None if arguments.check else LOCAL_STAGE)
    with _stage(stage) as services:
        change = effect(*_in_force(services), read.documents)
        remarks = [*read.remarks, *tell_standing(change)]
        summary = {
            **change.written(),
            "left_out": list(read.left_out),
            "warnings": remarks,
            "in_force": change.is_in_force,
        }
        for remark in remarks:
            print(f"duban: {remark}", file=sys.stderr)
        if services is not None and not arguments.check:
            summary |= put_in_force(services, change.documents, arguments.wait)
            summary |= {"in_force": True, "imported": not change.is_in_force}
    print(json.dumps(summary, ensure_ascii=False) if arguments.json else tell(change, summary))
    return OK


def put_in_force(
    services: "Services", documents: "Sequence[Document]", wait: int = 120
) -> dict[str, int]:
    """Have the log state the calendar, put it in force, nudge the cases that it moves.

    Crash before it is in force: nothing has changed, and the same import does it all. After: as
    `nudge_moved_cases`.
    """
    from chalicelib.lambdas.stating import Coming
    from infra.operate.announcing import announce

    services.calendars.write(
        *documents, announce=lambda coming: announce(services, Coming(calendar=coming), wait)
    )
    return nudge_moved_cases(services)


def nudge_moved_cases(services: "Services") -> dict[str, int]:
    """Nudge the cases whose due dates the new calendar moves; return the counts.

    Crash: reconcile goes on within a minute, and so does the same import.
    """
    from chalicelib.lambdas.recompute import recompute
    from infra.terminal.progress import progress_bar

    show = progress_bar("cases looked at")
    progress = recompute(services, None, lambda so_far: show(so_far.looked_at), AT_ONCE)
    counts = progress.counts
    return {"looked_at": counts.looked_at, "judged": counts.judged, "nudged": counts.nudged}


def run_status(arguments: argparse.Namespace) -> int:
    """Print the status; exit 1 when a year is missing that should be published."""
    from infra.calendar.standing import status

    with _stage(arguments.stage) as services:
        now = datetime.now(UTC) if services is None else services.now()
        today = _day(arguments.on) if arguments.on else now.astimezone(CHINA).date()
        year_status = status(*_in_force(services), today)
    document = {"stage": arguments.stage, **year_status.written()}
    if arguments.json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        whose = f"环境 / stage {arguments.stage}" if arguments.stage else "随软件 / with the code"
        print(f"{whose}\n{_status_lines(year_status)}")
    for year in year_status.missing:
        zh, en = f"{year} 年的日历尚未导入", f"{year} is not published here"
        print(f"duban: {zh}：duban calendar import / {en}", file=sys.stderr)
    return LATE if year_status.missing else OK


def _stage(name: str | None) -> "AbstractContextManager[Services | None]":
    if name is None:
        return nullcontext()
    from infra.stack.services import services_of

    return services_of(name)


def _in_force(services: "Services | None") -> "tuple[Calendar, tuple[Document, ...]]":
    if services is None:
        from chalicelib.calendar.shipped import load_calendar

        return load_calendar(SHIPPED), ()
    return services.calendars.base, services.calendars.documents(fresh=True)


def _day(text: str) -> date:
    if not is_date(text):
        raise BadInput(f"日期应写成 2026-12-01，不是 {text[:40]!r} / not a date", "--on")
    return date.fromisoformat(text)


def _status_lines(year_status: "YearStatus") -> str:
    rows = [
        f"{year['year']}  {year['origin']:<8}  {'、'.join(year['notices'])}"
        f"{'  不完整，理由：' + year['forced'] if year['forced'] else ''}"
        for year in year_status.written()["years"]
    ]
    for region, calendar in {"": year_status.everywhere, **year_status.regions}.items():
        for change in calendar.changes:
            if change.region or not region:
                days = [f"off {day}" for day in sorted(change.days_off)]
                days += [f"working {day}" for day in sorted(change.workdays)]
                where = f"region {change.region}: " if change.region else ""
                rows.append(f"{where}{change.notice}: {', '.join(days)}")
        rows.append(f"version {calendar.version}{f' in region {region}' if region else ''}")
    rows.append(f"known through {year_status.known_through or 'no day of this year'}")
    return "\n".join(rows)
