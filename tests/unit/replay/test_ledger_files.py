"""Ledgers (台账) as centres keep them: encodings, headers, rows that are no cases, limits."""

from pathlib import Path

import pytest

from tests.support.ledgers import HEAD, IN_TIME, LATE, MAP, counts, csv_of, replay

__all__ = ["replay"]  # the fixture


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_the_encoding_is_found(replay, encoding):
    """A mark in front says it; else it is UTF-8, or what Chinese spreadsheets write."""
    log = csv_of(HEAD, IN_TIME, LATE)
    mark = "\ufeff" if encoding in ("gb18030", "utf-16-le", "utf-16-be") else ""
    code, report, _ = replay((mark + log).encode(encoding))
    assert (code, counts(report)) == (0, (2, 2, 1, 1))
    assert sorted(report["by_department"]) == ["住建局", "市场监督管理局"]


@pytest.mark.parametrize("named", ["gb18030", "gbk", "GB2312", "u8"])
def test_a_mark_in_front_is_no_part_of_the_first_name(replay, named):
    """Whatever the map calls the encoding."""
    encoding = "utf-8" if named == "u8" else "gb18030"
    log = ("\ufeff" + csv_of(HEAD, IN_TIME, LATE)).encode(encoding)
    code, report, _ = replay(log, f'encoding = "{named}"\n{MAP}')
    assert (code, counts(report)) == (0, (2, 2, 1, 1))


def test_letters_that_only_gb18030_has_are_read_where_the_map_says_gbk(replay):
    """GBK is a part of it."""
    rows = [HEAD, [*IN_TIME[:3], "𠮷林局"]]
    code, report, _ = replay(csv_of(*rows).encode("gb18030"), f'encoding = "gbk"\n{MAP}')
    assert (code, list(report["by_department"])) == (0, ["𠮷林局"])


def test_a_broken_utf8_file_is_refused_and_not_taken_for_gbk(replay):
    """One bad byte in a file that was UTF-8 so far."""
    code, report, said = replay(csv_of(HEAD, IN_TIME).encode() + b"A2,\xff\xfe,,\n")
    assert (code, report) == (2, {})
    assert "第 0 行之后: 不是 UTF-8 编码" in said


def test_a_map_with_a_mark_is_read(replay):
    """Notepad writes one."""
    code, report, _ = replay(csv_of(HEAD, IN_TIME), b"\xef\xbb\xbf" + MAP.encode())
    assert (code, report["cases"]) == (0, 1)


def test_a_profile_with_a_mark_is_read(replay, tmp_path):
    """And is the profile that it is without it."""
    shipped = Path(__file__).parents[3] / "chalicelib/profiles/statutory.toml"
    marked = tmp_path / "mine.toml"
    marked.write_bytes(b"\xef\xbb\xbf" + shipped.read_bytes())
    log = csv_of(HEAD, IN_TIME, LATE)
    assert replay(log, MAP, "--profile", str(marked)) == replay(log)


def test_a_map_by_which_nothing_is_accepted_is_no_success(replay):
    """Zero of everything would look like a department without a breach."""
    log_map = MAP.replace('{ attribute = "受理时间" }', '{ attribute = "收件时间" }')
    head = [*HEAD, "收件时间"]
    code, report, said = replay(csv_of(head, IN_TIME, LATE), log_map)
    assert (code, report["not_accepted"]) == (1, 2)
    assert "没有一件办件有受理时间" in said
    code, report, said = replay(csv_of(HEAD))
    assert (code, report["cases"]) == (0, 0)
    assert "日志里没有一件办件" in said


def test_an_event_of_the_map_that_never_comes_is_named(replay):
    """Else all cases would be open, or none accepted, for a letter."""
    log_map = """format = "csv"
activity = "act"
time = "time"
[case]
id = "id"
accepted = { event = "accept" }
completed = { event = "closed" }
"""
    code, _, said = replay("id,act,time\nA,accept,2025-03-07\nA,close,2025-03-08\n", log_map)
    assert (code, said) == (0, "duban: 日志里没有一个“closed”，映射以它为办结\n")


def test_ids_and_names_are_trimmed_on_both_sides(replay):
    """Blanks, tabs, ideographic spaces and what nobody sees make no other case."""
    log_map = """format = "csv"
timezone = "Asia/Shanghai"
activity = "act"
time = "time"
[case]
id = "id"
accepted = { event = "accept " }
completed = { event = "close" }
department = { attribute = "dept" }
limit = [{ when = { kind = "short " }, amount = 10, unit = "wd" }]
"""
    log = (
        " id ,act,time,dept,kind\n"
        "A1,accept,2026-03-02T10:00, 住房局,short\n"
        "A1 ,close,2026-03-03T10:00,,\n"
        "\tA1,close,2026-03-03T10:00,,\n"
        "\u3000A1\u200b,note,2026-03-03T10:00,,\n"
        "\xa0B1,accept\u3000,2026-03-02T10:00,住房局\u200e,\tshort\n"
        "B1,close,2026-03-30T10:00,,\n"
    )
    code, report, _ = replay(log, log_map)
    assert (code, counts(report)) == (0, (2, 2, 1, 1))
    assert list(report["by_department"]) == ["住房局"]


def test_rows_without_a_case_are_skipped_and_said(replay):
    """Empty rows, totals, the header of the next page."""
    rows = [HEAD, IN_TIME, ["", "", "", ""], HEAD, LATE, [" ", "\t", "\u3000", ""], ["合计：2件"]]
    code, report, said = replay(csv_of(*rows))
    assert (code, counts(report), report["events"]) == (0, (2, 2, 1, 1), 2)
    assert report["skipped"] == {"empty_rows": 2, "header_rows": 1, "total_rows": 1}
    assert "2 个空行" in said


def test_the_header_is_found_by_its_names(replay):
    """Below a title and a date, in two lines, with line breaks, wide letters and aliases."""
    log = (
        "某县政务服务中心办件明细表,,,,\n"
        "2025年3月,,,,\n"
        "序号,申报号,时间,,办理部门\n"
        ',,受理日期,"办结\n时间",\n'
        "1,A1,2025/3/7 9:05,2025/3/14 17:30,市场监督管理局\n"
        "2,A2,2025/3/7 9:05,2025/3/17 9:00,住建局\n"
        "合计,2,,,\n"
    )
    code, report, said = replay(log)
    assert (code, counts(report)) == (0, (2, 2, 1, 1))
    assert report["skipped"] == {"title_rows": 3, "total_rows": 1}
    assert "没有“受理时间”一列，按“受理日期”读" in said
    assert "没有“部门”一列，按“办理部门”读" in said


def test_of_two_columns_that_could_be_meant_none_is_taken(replay):
    """An alias is no guess."""
    log = csv_of(["流水号", "受理编号", *HEAD[1:]], ["1", *IN_TIME])
    code, _, said = replay(log)
    assert code == 2
    assert "“办件编号”这一列有两处：流水号、受理编号" in said


def test_all_columns_that_lack_are_named_at_once(replay):
    """Not one after another."""
    code, _, said = replay(csv_of(["办件编号", "别的"], ["A1", ""]))
    assert code == 2
    assert "第 1 行: 缺少列：'办结时间', '受理时间', '部门'" in said


LIMITS = """format = "csv"
timezone = "Asia/Shanghai"
[case]
id = "办件编号"
accepted = { attribute = "受理时间" }
completed = { attribute = "办结时间" }
limit_column = { attribute = "承诺时限" }
"""


@pytest.mark.parametrize(
    ("name", "limit", "late"),
    [
        ("承诺时限", "5个工作日", 0),
        ("承诺时限", "4个工作日", 1),
        ("承诺时限", "五个工作日", 0),
        ("承诺时限", "7个自然日", 0),
        ("承诺时限", "6自然日", 1),
        ("承诺时间(工作日)", "5", 0),
        ("承诺时间（工作日）", "4日", 1),
        ("承诺时限", "5wd", 0),
        ("承诺时限", "即办", 1),
        ("承诺时限", "当场", 1),
    ],
)
def test_a_column_may_state_the_limit(replay, name, limit, late):
    """In its own words; a bare number in the unit that the column's name has."""
    log = csv_of(["办件编号", "受理时间", "办结时间", name], [*IN_TIME[:3], limit])
    code, report, _ = replay(log, LIMITS)
    assert (code, report["closed_late"], report["without_due"]) == (0, late, 0)


@pytest.mark.parametrize("limit", ["5", "5日", "5天", "很快", "0个工作日", "5个月天"])
def test_nobody_guesses_a_unit(replay, limit):
    """The row is told, and has no due."""
    log = csv_of(["办件编号", "受理时间", "办结时间", "承诺时限"], [*IN_TIME[:3], limit])
    code, report, said = replay(log, LIMITS)
    assert (code, report["without_due"], report["dirty"]["unreadable_limit"]) == (1, 1, 1)
    assert "第 2 行“承诺时限”" in said
    unit = LIMITS.replace('"承诺时限" }', '"承诺时限", unit = "wd" }')
    assert replay(log, unit)[0] == (0 if limit in ("5", "5日", "5天") else 1)


def test_what_is_done_at_once_is_in_time_on_its_day(replay):
    """Also after office hours, where an online item is applied for."""
    rows = [["A", "2025-03-07 20:00", "2025-03-07 20:05", "即办"]]
    rows.append(["B", "2025-03-07 09:00", "2025-03-08 09:00", "即办"])
    code, report, _ = replay(
        csv_of(["办件编号", "受理时间", "办结时间", "承诺时限"], *rows), LIMITS
    )
    assert (code, report["closed_late"]) == (0, 1)
