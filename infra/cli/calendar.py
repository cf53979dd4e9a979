"""`duban calendar import|status`: put a year or a change in force; show those in force."""

import argparse
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec.structs import asdict

from chalicelib.errors import BadInput
from chalicelib.instant import is_date
from infra.stack import services as stages
from infra.stack.cloud import LOCAL_STAGE
from infra.terminal.arguments import commands
from infra.terminal.language import say
from infra.terminal.report import progress_bar, remark, report

if TYPE_CHECKING:  # heavy, and not needed to refuse a wrong file
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from chalicelib.calendar.documents import Document
    from chalicelib.calendar.workdays import Calendar
    from chalicelib.plumbing.services import Services
    from infra.calendar.standing import YearStatus

OK, LATE = 0, 1
AT_ONCE = 16  # cases judged again at the same time: an operator may be far from the tables
CHINA = ZoneInfo("Asia/Shanghai")
SHIPPED = "CN"
_COMMAND = """\
calendar  导入工作日历；查看已知到哪一年 | import working days; show which are known
calendar import  核对一年的放假安排或一次调整，列出改变的日子，使其生效
        | check a year or a change, show which days change, put it in force
    about  JSON 写的一年或一次调整，或者 iCalendar（.ics，另写 --notice）的一年。
        | A year or a change in JSON, or a year in iCalendar (.ics, with --notice).
    FILE
    --check  只列出会改变的日子；不需要环境
        | only show the days that it would change; needs no stage
    --notice NOTICE repeated  iCalendar 文件所依据的通知
        | the notice that an iCalendar file rests on
    --year YEAR  iCalendar 文件里的哪一年 | which year of an iCalendar file
    --force REASON  缺法定节假日或调休上班日的年份也导入，并保留理由
        | import a year that lacks fixed holidays or make-up days, and keep the reason
    --wait SECONDS = 120  等日志写入日历声明的秒数，写入才生效（120）
        | how long the log may take to state the calendar before it is in force (120)
    --stage STAGE
    --json
calendar status  在用的年份和调整，以及日历已知到哪一天
        | which years and changes are in force, and how far the calendar is known
    about
        今年（12 月 1 日起还有明年）的放假安排没有导入时，退出码为 1。
        不写环境时，看随软件发布的日历。
        | Exit 1 when this year, or from 1 December the next, is not published here. Without a
        stage: the calendar that comes with the code.
    --on DATE  以另一天为“今天” | as of another day than today
    --stage STAGE
    --json
"""
add = commands(__name__, _COMMAND)


def run_import(arguments: argparse.Namespace) -> int:
    """Import the whole file or nothing; then have cases judged again whose due instants move."""
    from infra.calendar.effect import effect, tell, tell_standing
    from infra.calendar.reading import read_import

    read = read_import(arguments.file, arguments.notice, arguments.year, arguments.force)
    stage = arguments.stage or (None if arguments.check else LOCAL_STAGE)
    with _stage(stage) as services:
        change = effect(*_in_force(services), read.documents)
        remarks = [*read.remarks, *tell_standing(change)]
        summary = {
            **change.written(),
            "left_out": [text.zh for text in read.left_out],
            "warnings": [text.zh for text in remarks],
            "in_force": change.is_in_force,
        }
        remark(*(say(*text) for text in remarks))
        if services is not None and not arguments.check:
            summary |= put_in_force(services, change.documents, arguments.wait)
            summary |= {"in_force": True, "imported": not change.is_in_force}
    report(arguments, summary, tell(change, summary, read.left_out))
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

    show = progress_bar(say("查看办件", "cases looked at"))
    progress = recompute(services, None, lambda so_far: show(so_far.looked_at), AT_ONCE)
    counts: dict[str, int] = asdict(progress.counts)
    return counts


def run_status(arguments: argparse.Namespace) -> int:
    """Print the status; exit 1 when a year is missing that should be published."""
    from infra.calendar.standing import status

    with _stage(arguments.stage) as services:
        now = datetime.now(UTC) if services is None else services.now()
        today = _day(arguments.on) if arguments.on else now.astimezone(CHINA).date()
        year_status = status(*_in_force(services), today)
    whose = say("随软件", "with the code")
    if arguments.stage:
        whose = say(f"环境 {arguments.stage}", f"stage {arguments.stage}")
    document = {"stage": arguments.stage, **year_status.written()}
    report(arguments, document, [whose, *_status_lines(year_status)])
    for year in year_status.missing:
        zh = f"{year} 年的日历尚未导入：duban calendar import"
        remark(say(zh, f"{year} is not published here"))
    return LATE if year_status.missing else OK


def _stage(name: str | None) -> "AbstractContextManager[Services | None]":
    return nullcontext() if name is None else stages.services_of(name)


def _in_force(services: "Services | None") -> "tuple[Calendar, tuple[Document, ...]]":
    if services is None:
        from chalicelib.calendar.shipped import load_calendar

        return load_calendar(SHIPPED), ()
    return services.calendars.base, services.calendars.documents(fresh=True)


def _day(text: str) -> date:
    if not is_date(text):
        zh = f"日期应写成 2026-12-01，不是 {text[:40]!r}"
        en = f"write a day as 2026-12-01, not {text[:40]!r}"
        raise BadInput(zh=zh, en=en, where="--on")
    return date.fromisoformat(text)


def _status_lines(year_status: "YearStatus") -> "Iterator[str]":
    yield from map(_year_line, year_status.written()["years"])
    for region, calendar in {"": year_status.everywhere, **year_status.regions}.items():
        for change in calendar.changes:
            if change.region or not region:
                off, working = say("放假", "off"), say("上班", "working")
                days = [f"{off} {day}" for day in sorted(change.days_off)]
                days += [f"{working} {day}" for day in sorted(change.workdays)]
                place = say(f"地区 {change.region}：", f"region {change.region}: ")
                yield f"{place if change.region else ''}{change.notice}: {', '.join(days)}"
        of_region = say(f"（地区 {region}）", f" in region {region}") if region else ""
        yield f"{say('版本', 'version')} {calendar.version}{of_region}"
    known = year_status.known_through or say("今年没有一天", "no day of this year")
    yield f"{say('已知到', 'known through')} {known}"


def _year_line(year: "Mapping[str, Any]") -> str:
    origins = {"imported": say("导入", "imported"), "shipped": say("自带", "shipped")}
    forced, reason = "", year["forced"]
    if reason:
        forced = say(f"  不完整，理由：{reason}", f"  not whole, because: {reason}")
    notices = "、".join(year["notices"])
    return f"{year['year']}  {origins[year['origin']]:<8}  {notices}{forced}"
