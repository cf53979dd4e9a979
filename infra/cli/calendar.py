"""`duban calendar import|status`: put a year or a change in force; tell what is."""

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
from infra.cloud import LOCAL_STAGE

if TYPE_CHECKING:  # heavy, and not needed to say what is wrong with a file
    from contextlib import AbstractContextManager

    from chalicelib.calendar.documents import Document
    from chalicelib.calendar.workdays import Calendar
    from chalicelib.plumbing.services import Services
    from infra.calendar.effect import Effect
    from infra.calendar.standing import YearStatus

OK, LATE = 0, 1
AT_ONCE = 16  # cases judged again at the same time: an operator may be far from the tables
CHINA = ZoneInfo("Asia/Shanghai")
SHIPPED = "CN"


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("calendar", help="import working days; tell which are known")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    importing = actions.add_parser(
        "import",
        help="check a year or a change, tell which days change, put it in force",
        description="A year or a change in JSON, or a year in iCalendar (.ics, with --notice).",
    )
    importing.add_argument("file", metavar="FILE", type=Path)
    importing.add_argument(
        "--check", action="store_true", help="only tell what it would change; needs no stage"
    )
    importing.add_argument(
        "--notice", action="append", default=[], help="what an iCalendar file rests on"
    )
    importing.add_argument("--year", type=int, help="which year of an iCalendar file")
    importing.set_defaults(run=run_import)
    status = actions.add_parser(
        "status",
        help="which years and changes are in force, and how far the calendar is known",
        description="Exit 1 when this year, or from 1 December the next, is not published here."
        " Without a stage: the calendar that comes with the code.",
    )
    status.add_argument("--on", metavar="DATE", help="as of another day than today")
    status.set_defaults(run=run_status)
    for action in (importing, status):
        action.add_argument("--stage", metavar="STAGE")
        action.add_argument("--json", action="store_true", help="print one JSON document")


def run_import(arguments: argparse.Namespace) -> int:
    """Import, whole or not at all; then let the cases whose due dates move be judged again."""
    from infra.calendar.reading import read

    document, left_out = read(arguments.file, arguments.notice, arguments.year)
    stage = arguments.stage or (None if arguments.check else LOCAL_STAGE)
    with _stage(stage) as services:
        effect = _effect(services, document)
        told = {**effect.told(), "left_out": list(left_out), "in_force": effect.is_in_force}
        for warning in told["warnings"]:
            print(f"duban: {warning}", file=sys.stderr)
        if services is not None and not arguments.check:
            services.calendars.write(document)
            told |= {"in_force": True, "imported": not effect.is_in_force}
            told |= judge_again(services)
    print(json.dumps(told, ensure_ascii=False) if arguments.json else _lines(effect, told))
    return OK


def judge_again(services: "Services") -> dict[str, int]:
    """Look for the cases that the new calendar moves, and nudge those; say how many they are.

    Interrupted here, reconcile goes on within a minute, and so does the same import again.
    """
    from chalicelib.lambdas.recompute import recompute
    from infra.progress import bar

    show = bar("cases looked at")
    progress = recompute(services, None, lambda so_far: show(so_far.looked_at), AT_ONCE)
    counts = progress.counts
    return {"looked_at": counts.looked_at, "judged": counts.judged, "nudged": counts.nudged}


def run_status(arguments: argparse.Namespace) -> int:
    """Tell what is in force; exit 1 when a year is missing that should be there."""
    from infra.calendar.standing import status

    with _stage(arguments.stage) as services:
        now = datetime.now(UTC) if services is None else services.now()
        today = _day(arguments.on) if arguments.on else now.astimezone(CHINA).date()
        found = status(*_in_force(services), today)
    told = {"stage": arguments.stage, **found.told()}
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        whose = f"stage {arguments.stage}" if arguments.stage else "as it comes with the code"
        print(f"{whose}\n{_status_lines(found)}")
    for year in found.missing:
        print(f"duban: {year} is not published here: duban calendar import", file=sys.stderr)
    return LATE if found.missing else OK


def _stage(name: str | None) -> "AbstractContextManager[Services | None]":
    if name is None:
        return nullcontext()
    from infra import served

    return served.served(name)


def _in_force(services: "Services | None") -> "tuple[Calendar, tuple[Document, ...]]":
    if services is None:
        from chalicelib.calendar.shipped import load_calendar

        return load_calendar(SHIPPED), ()
    return services.calendars.base, services.calendars.documents(fresh=True)


def _effect(services: "Services | None", document: "Document") -> "Effect":
    from infra.calendar.effect import effect

    return effect(*_in_force(services), document)


def _day(text: str) -> date:
    if not is_date(text):
        raise BadInput(f"not a date: {text[:40]!r} (write 2026-12-01)", "--on")
    return date.fromisoformat(text)


def _lines(effect: "Effect", told: dict[str, Any]) -> str:
    rows = [
        f"{one['date']} {date.fromisoformat(one['date']):%a}  {one['was']} → {one['now']}"
        for one in told["changes"]
    ]
    rows += [f"left out: {one}" for one in told["left_out"]]
    if effect.publishes:
        rows.append(f"{effect.publishes} is published now")
    where = f"region {effect.region}" if effect.region else "everybody"
    state = "in force" if told["in_force"] else "not imported"
    if effect.is_in_force:
        state = "was in force already"
    if "nudged" in told:
        rows.append(f"{told['nudged']} of {told['looked_at']} cases are judged again")
    count = len(told["changes"])
    rows.append(f"{count} {'day changes' if count == 1 else 'days change'} for {where}; {state}")
    return "\n".join((*rows, f"version {effect.after.version}"))


def _status_lines(found: "YearStatus") -> str:
    rows = [
        f"{one['year']}  {one['origin']:<8}  {'、'.join(one['notices'])}"
        for one in found.told()["years"]
    ]
    for region, calendar in {"": found.everywhere, **found.regions}.items():
        for change in calendar.changes:
            if change.region or not region:
                days = [f"off {day}" for day in sorted(change.days_off)]
                days += [f"working {day}" for day in sorted(change.workdays)]
                where = f"region {change.region}: " if change.region else ""
                rows.append(f"{where}{change.notice}: {', '.join(days)}")
        rows.append(f"version {calendar.version}{f' in region {region}' if region else ''}")
    rows.append(f"known through {found.known_through or 'no day of this year'}")
    return "\n".join(rows)
