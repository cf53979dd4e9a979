"""Read a file that is to be imported: a year or a change in JSON, or a year in iCalendar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.calendar import documents
from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document
from chalicelib.calendar.year import CalendarYear, is_weekend, read_reason
from chalicelib.errors import BadInput
from infra.calendar import published
from infra.calendar.arrangement import arrange_published, arrange_table
from infra.calendar.fixed_holidays import list_doubts, list_lacks, weekdays_off
from infra.calendar.read_event import list_days
from infra.terminal.input_file import read_input_file

MOST_MIB = 1


@dataclass(frozen=True, slots=True)
class ImportFile:
    """The *documents* of a file, a year first, and in words what else the operator should know.

    *others* are the years that it is about besides. *left_out* has no effect; *remarks* are about
    what has one.
    """

    documents: tuple[Document, ...]
    others: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def read_import(
    file: Path, notices: list[str], year: int | None = None, force: str | None = None
) -> ImportFile:
    """Return what *file* says. Raises BadInput with all its mistakes, or with all that it lacks.

    *notices* and *year* are missing in an iCalendar file; a JSON file has them itself. *force* is
    the reason for a year that lacks something; it is kept in the year.
    """
    content = read_input_file(file, MOST_MIB)
    if _is_icalendar(file, content):
        if not notices:
            raise BadInput("iCalendar 文件没有文号：请写明它依据的通知", "--notice")
        days = published.read_icalendar(content, str(file), year)
        arranged = arrange_published(days, notices, str(file))
        read = ImportFile(arranged, days.others, days.left_out, days.remarks)
    else:
        for given, option in ((notices, "--notice"), (year, "--year")):
            if given:
                raise BadInput("只用于 iCalendar；JSON 文件自己写明", option)
        read = ImportFile(_read_json(content, str(file)))
    return _check_whole(read, force, str(file))


def _read_json(content: bytes, file: str) -> tuple[Document, ...]:
    table = documents.parse_document(content, file)
    if isinstance(table, dict) and table.get("kind", "year") == "year":
        return arrange_table(table, file)
    return (documents.check_document(table, file),)


def _check_whole(read: ImportFile, force: str | None, file: str) -> ImportFile:
    """Return the file with its year checked; a year that lacks something keeps the reason *force*.

    A reason that stands in the file is that of another import, and does not count.
    """
    reason = _read_force(force)
    year, *rest = read.documents
    edges = [edge for edge in rest if isinstance(edge, Change)]
    if not isinstance(year, CalendarYear):
        if reason:
            raise BadInput("只用于年度放假安排", "--force")
        return read
    lacks = list_lacks(year, edges)
    if lacks and (read.others or not reason):
        raise _refusal(year, lacks, read, file)
    remarks = [*read.remarks, *list_doubts(year, edges)]
    if lacks:
        remarks.append(f"{year.year} 年缺{'、'.join(lacks)}；理由保留：{reason}")
    elif reason:
        remarks.append(f"{year.year} 年什么都不缺，没有保留 --force 的理由")
    whole = replace(year, forced=reason if lacks else "")
    return replace(read, documents=(whole, *edges), remarks=tuple(remarks))


def _read_force(force: str | None) -> str:
    """Return the reason that --force gives; empty without --force."""
    if force is None:
        return ""
    if not force.strip():
        raise BadInput("请写明理由；理由会保留，并随规则写入日志", "--force")
    return read_reason(force.strip(), "--force")


def _refusal(year: CalendarYear, lacks: Sequence[str], read: ImportFile, file: str) -> BadInput:
    others = [f"{file}: 缺{lack}" for lack in lacks]
    others += [f"{file}: 未读入：{text}" for text in read.left_out]
    others += [f"{file}: {text}" for text in read.remarks]
    way_out = '通知确实如此的，写 --force "理由"，理由会保留，并随规则写入日志'
    if read.others:  # a window over many years begins or ends within one: no reason makes it whole
        way_out = (
            f"文件里还有 {'、'.join(map(str, read.others))} 年，这一年可能只有一截，"
            f"不能用 --force；通知确实如此的，另存一个只有 {year.year} 年的文件"
        )
    return BadInput(
        f"{year.year} 年的放假安排不完整，没有导入；{describe_year(year)}。请按通知补齐；{way_out}",
        file,
        others,
    )


def describe_year(year: CalendarYear) -> str:
    """Return in words how many days are off, and which weekend days are worked."""
    worked = sorted(day for day in year.makeup_workdays if is_weekend(day))
    which = f"（{list_days(worked)}）" if worked else ""
    return (
        f"写明放假 {len(year.days_off)} 天，其中工作日 {len(weekdays_off(year))} 天；"
        f"上班的周末日 {len(worked)} 天{which}"
    )


def _is_icalendar(file: Path, content: bytes) -> bool:
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:5].upper()
    return file.suffix.lower() in (".ics", ".ical", ".ifb") or begins == b"BEGIN"
