"""Read a file that is to be imported: a year or a change in JSON, or a year in iCalendar."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.calendar import documents
from chalicelib.calendar.change import Change
from chalicelib.calendar.documents import Document
from chalicelib.calendar.year import CalendarYear, is_weekend, read_reason
from chalicelib.errors import BadInput, Bilingual
from chalicelib.policy.reading import refused
from infra.calendar import published
from infra.calendar.arrangement import arrange_published, arrange_table
from infra.calendar.fixed_holidays import list_doubts, list_lacks, weekdays_off
from infra.calendar.read_event import list_days
from infra.terminal.files import read_input_file

MOST_MIB = 1


class ImportFile(Struct, frozen=True):
    """The *documents* of a file, a year first, and in words what else the operator should know.

    *others* are the years that it is about besides. *left_out* has no effect; *remarks* are about
    what has one.
    """

    documents: tuple[Document, ...]
    others: tuple[int, ...] = ()
    left_out: tuple[Bilingual, ...] = ()
    remarks: tuple[Bilingual, ...] = ()


def read_import(
    file: Path, notices: list[str], year: int | None = None, force: str | None = None
) -> ImportFile:
    """Return what *file* says. Raises BadInput with all its mistakes, or with all that it lacks.

    *notices* and *year* are missing in an iCalendar file; a JSON file has them itself. *force* is
    the reason for a year that lacks something; it is kept in the year.
    """
    content = read_input_file(file, MOST_MIB)
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:5].upper()
    if file.suffix.lower() in (".ics", ".ical", ".ifb") or begins == b"BEGIN":
        if not notices:
            zh = "iCalendar 文件没有文号：请写明它依据的通知"
            en = "an iCalendar file has no number: name the notice that it rests on"
            raise BadInput(zh=zh, en=en, where="--notice")
        days = published.read_icalendar(content, str(file), year)
        arranged = arrange_published(days, notices, str(file))
        read = ImportFile(arranged, days.others, days.left_out, days.remarks)
    else:
        for given, option in ((notices, "--notice"), (year, "--year")):
            if given:
                zh = "只用于 iCalendar；JSON 文件自己写明"
                en = "for iCalendar only; a JSON file says it itself"
                raise BadInput(zh=zh, en=en, where=option)
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
            zh, en = "只用于年度放假安排", "only for the arrangement of a year"
            raise BadInput(zh=zh, en=en, where="--force")
        return read
    lacks = list_lacks(year, edges)
    if lacks and (read.others or not reason):
        raise _refusal(year, lacks, read, file)
    remarks = [*read.remarks, *list_doubts(year, edges)]
    if lacks:
        zh, en = "、".join(each.zh for each in lacks), ", ".join(each.en for each in lacks)
        zh = f"{year.year} 年缺{zh}；理由保留：{reason}"
        remarks.append(Bilingual(zh, f"{year.year} lacks {en}; the reason is kept: {reason}"))
    elif reason:
        zh = f"{year.year} 年什么都不缺，没有保留 --force 的理由"
        en = f"{year.year} lacks nothing, so the reason of --force is not kept"
        remarks.append(Bilingual(zh, en))
    whole = replace(year, forced=reason if lacks else "")
    return replace(read, documents=(whole, *edges), remarks=tuple(remarks))


def _read_force(force: str | None) -> str:
    """Return the reason that --force gives; empty without --force."""
    if force is None:
        return ""
    if not force.strip():
        zh = "请写明理由；理由会保留，并随规则写入日志"
        en = "give a reason; it is kept, and the log states it with the rules"
        raise BadInput(zh=zh, en=en, where="--force")
    with refused("--force"):
        return read_reason(force.strip())


def _refusal(
    year: CalendarYear, lacks: Sequence[Bilingual], read: ImportFile, file: str
) -> BadInput:
    wrong = [Bilingual(f"缺{lack.zh}", f"lacks {lack.en}") for lack in lacks]
    wrong += [Bilingual(f"未读入：{text.zh}", f"not read: {text.en}") for text in read.left_out]
    others = [BadInput(text, file) for text in (*wrong, *read.remarks)]
    way_out = Bilingual(
        '通知确实如此的，写 --force "理由"，理由会保留，并随规则写入日志',
        'where the notice is so, give --force "REASON": it is kept, and stated in the log',
    )
    if read.others:  # a window over many years begins or ends within one: no reason makes it whole
        way_out = Bilingual(
            f"文件里还有 {'、'.join(map(str, read.others))} 年，这一年可能只有一截，"
            f"不能用 --force；通知确实如此的，另存一个只有 {year.year} 年的文件",
            f"the file has {', '.join(map(str, read.others))} too, so this year may be cut off, and"
            f" --force does not help; where the notice is so, save a file of {year.year} alone",
        )
    zh, en = describe_year(year)
    zh = f"{year.year} 年的放假安排不完整，没有导入；{zh}。请按通知补齐；{way_out.zh}"
    en = f"the arrangement of {year.year} is not whole, nothing was imported; {en}."
    en += f" Complete it by the notice; {way_out.en}"
    return BadInput(zh=zh, en=en, where=file, others=others)


def describe_year(year: CalendarYear) -> Bilingual:
    """Return in words how many days are off, and which weekend days are worked."""
    worked = sorted(day for day in year.makeup_workdays if is_weekend(day))
    off, weekdays, days = len(year.days_off), len(weekdays_off(year)), list_days(worked)
    return Bilingual(
        f"写明放假 {off} 天，其中工作日 {weekdays} 天；"
        f"上班的周末日 {len(worked)} 天{f'（{days.zh}）' if worked else ''}",
        f"{off} days are off, {weekdays} of them weekdays;"
        f" {len(worked)} weekend days are worked{f' ({days.en})' if worked else ''}",
    )
