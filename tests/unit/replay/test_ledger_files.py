"""Ledgers (台账) as centres keep them: read by `duban replay`, and nothing leaves silently."""

import json
from pathlib import Path

import pytest

from infra.cli.main import main
from tests.support.made_workbook import CHINESE, DATE, TIME, number, rows_of, workbook

MAP = """format = "csv"
timezone = "Asia/Shanghai"
[case]
id = "办件编号"
accepted = { attribute = "受理时间" }
completed = { attribute = "办结时间" }
department = { attribute = "部门" }
limit = [{ amount = 5, unit = "wd" }]
"""
HEAD = ["办件编号", "受理时间", "办结时间", "部门"]
# Five working days from Friday 2025-03-07 end on Friday the 14th at 17:30.
IN_TIME = ["A1", "2025-03-07 09:05", "2025-03-14 17:30", "市场监督管理局"]
LATE = ["A2", "2025-03-07 09:05", "2025-03-17 09:00", "住建局"]


def csv_of(*rows, delimiter=","):
    """Write rows as a CSV file."""
    return "".join(delimiter.join(row) + "\n" for row in rows)


@pytest.fixture
def replay(tmp_path: Path, capsys):
    """Give a function that replays a file by a map: exit code, report, what is said of it."""

    def run(log, log_map=MAP, *more, name="log.csv"):
        path, map_path = tmp_path / name, tmp_path / "map.toml"
        path.write_bytes(log.encode() if isinstance(log, str) else log)
        map_path.write_bytes(log_map if isinstance(log_map, bytes) else log_map.encode())
        code = main(["replay", str(path), "--map", str(map_path), "--json", *more])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else {}, told.err

    return run


def counts(report):
    """The cases, and those that are closed, late and breached."""
    return tuple(report[name] for name in ("cases", "closed", "closed_late", "breached"))


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
    assert "not UTF-8" in said


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2025/3/7 9:05", "2025/3/14 17:30"),
        ("2025/03/07 09:05:00", "2025.3.14 17:30"),
        ("2025年3月7日", "2025年3月14日"),
        ("2025年3月7日 9:05", "2025年3月14日17时30分"),
        ("2025年3月7日 星期五 上午9:05", "2025年3月14日 下午5:30"),
        ("２０２５－３－７　９：０５", "2025/3/14 5:30 PM"),
        ("20250307", "20250314"),
        ("20250307090500", "20250314173000"),
        ("45723.378472222", "45730.7291666667"),
        ("45723", "45730"),
        ("2025-3-7 9:05", "2025-3-14 17:30:00.000"),
        ("2025-03-07T09:05+08:00", "2025-03-14T09:30Z"),
    ],
)
def test_times_are_read_without_a_format(replay, one, other):
    """As Excel and people write them; the second is a millisecond in time or a day."""
    code, report, said = replay(csv_of(HEAD, ["A", one, other, "局"], ["B", one, "", "局"]))
    assert (code, said, counts(report)) == (0, "", (2, 1, 0, 0))
    assert report["dirty"]["unreadable_time"] == 0
    assert report["cut_off"][:10] == "2025-03-14"


@pytest.mark.parametrize(
    "formats", ['"%d.%m.%Y %H:%M"', '["%d.%m.%Y", "%d.%m.%Y %H:%M"]', '["%m/%d/%Y"]']
)
def test_a_time_format_may_be_a_list(replay, formats):
    """Each is tried in turn, then the usual forms."""
    rows = [HEAD, ["A", "2025-03-07", "2025/3/14", ""]]
    if "d.%m" in formats:
        rows.append(["B", "07.03.2025 10:00", "14.03.2025 17:00", ""])
    code, report, _ = replay(csv_of(*rows), f"time_format = {formats}\n{MAP}")
    assert (code, report["closed_late"], report["dirty"]["unreadable_time"]) == (0, 0, 0)


@pytest.mark.parametrize(
    "never",
    [
        "9999-12-31 23:59:59", "9999-12-31", "9999/12/31", "9999年12月31日", "2099-12-31",
        "2999-12-31T00:00:00+08:00", "3000-01-01", "0001-01-01", "0001-01-01 00:00:00",
        "1900-01-01", "1900/1/0", "0000-00-00", "0000-00-00 00:00:00", "1753-01-01",
        "1899-12-30", "1970-01-01", "1970-01-01T00:00:00Z", "1970-01-01 08:00:00+08:00",
        "9999-12-31T23:59:59Z", "NULL", "—", "-", "0", "UNKNOWN", "",
    ],
)  # fmt: skip
def test_what_databases_write_for_never_is_missing(replay, never):
    """The case is open, the log ends with its last real time, and nothing is dirty."""
    rows = [
        ["A1", "2025-03-07 09:05", "2025-03-14 10:00", ""],
        ["A2", "2025-03-12 09:05", never, ""],
    ]
    code, report, said = replay(csv_of(HEAD, *rows))
    assert (code, said) == (0, "")
    assert (report["open"], report["breached"], report["cards"]["red"]) == (1, 0, 0)
    assert report["cut_off"] == "2025-03-14T10:00:00.000+08:00"
    assert not any(report["dirty"].values())


def test_a_real_time_near_such_a_day_is_a_time(replay):
    """Only the day itself stands for none."""
    rows = [["A1", "1970-01-02 09:05", "1970-01-05 10:00", ""], ["A2", "1970-01-01 09:05", "", ""]]
    _, report, _ = replay(csv_of(HEAD, *rows))
    assert (report["closed"], report["not_accepted"]) == (1, 0)


def test_a_wrong_year_is_reported_with_the_last_other_time(replay):
    """The cut-off is not moved: nobody guesses a year."""
    wrong = ["A3", "2205-03-10 09:00", "", ""]
    code, report, said = replay(csv_of(HEAD, IN_TIME, LATE, wrong))
    assert (code, report["cut_off"][:10]) == (0, "2205-03-10")
    assert report["dirty"]["far_ahead"] == 1
    assert "2205-03-10T09:00:00.000+08:00 比此前最晚的时间 2025-03-17T09:00:00.000+08:00" in said


def test_wrong_years_of_one_case_and_two_different_ones_are_reported(replay):
    """The gap is looked for, not the single last time."""
    code, report, said = replay(
        csv_of(HEAD, IN_TIME, LATE, ["A3", "2052-03-10", "2205-03-11", ""], ["A4", "2025-03-09"])
    )
    assert (code, report["dirty"]["far_ahead"]) == (0, 1)
    assert "2052-03-10" in said


def test_a_given_cut_off_years_after_the_log_is_reported_too(replay):
    """A log of years ago judged as of today makes all that is open overdue."""
    said = replay(csv_of(HEAD, IN_TIME), MAP, "--until", "2029-01-01")[2]
    assert "晚一年以上" in said
    assert replay(csv_of(HEAD, IN_TIME), MAP, "--until", "2025-12-31")[2] == ""


def test_a_year_of_five_figures_is_unread(replay):
    """It is told with its row, and the exit code says so."""
    code, report, said = replay(csv_of(HEAD, ["A", "2025-03-07", "20250-01-14", ""]))
    assert (code, report["dirty"]["unreadable_time"], report["closed"]) == (1, 1, 0)
    assert report["unread"] == [
        {
            "row": 2,
            "case": "A",
            "column": "办结时间",
            "value": "20250-01-14",
            "reason": "不是能读的时间",
        }
    ]
    assert "第 2 行“办结时间”" in said


@pytest.mark.parametrize(
    "written", ["3/7/2025", "25-3-7", "2025-13-07", "2025年3月", "下周", "2025"]
)
def test_nobody_guesses_a_day(replay, written):
    """Two days are meant by each, or none."""
    code, report, _ = replay(csv_of(HEAD, IN_TIME, ["A", written, "", ""]))
    assert (code, report["dirty"]["unreadable_time"], report["not_accepted"]) == (1, 1, 1)


def test_an_event_without_a_readable_time_makes_the_exit_1(replay):
    """In logs of events as in ledgers."""
    log_map = """format = "csv"
timezone = "Asia/Shanghai"
activity = "act"
time = "time"
[case]
id = "id"
accepted = { event = "accept" }
"""
    code, report, _ = replay("id,act,time\nA,accept,2025-03-07\nA,close,gone\n", log_map)
    assert (code, report["unread"][0]["column"]) == (1, "time")
    code, report, _ = replay("id,act,time\nA,accept,2025-03-07\nA,close,9999-12-31\n", log_map)
    assert (code, report["dirty"]["missing_time"]) == (0, 1)


def test_a_map_by_which_nothing_is_accepted_is_no_success(replay):
    """Zero of everything would look like a department without a breach."""
    log_map = MAP.replace('{ attribute = "受理时间" }', '{ attribute = "收件时间" }')
    head = [*HEAD, "收件时间"]
    code, report, _ = replay(csv_of(head, IN_TIME, LATE), log_map)
    assert (code, report["not_accepted"]) == (1, 2)


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
    assert "column '办件编号' is there twice（这一列有两处：流水号、受理编号）" in said


def test_all_columns_that_lack_are_named_at_once(replay):
    """Not one after another."""
    code, _, said = replay(csv_of(["办件编号", "别的"], ["A1", ""]))
    assert code == 2
    assert "line 1: no column '办结时间'（缺少列：“办结时间”、“受理时间”、“部门”）" in said


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


# 2025-03-07 09:05 is 45723.378472…, 2025-03-14 17:30 is 45730.729166…
SHEET = rows_of(
    ["某县办件明细表"],
    HEAD,
    [
        "A1",
        number("45723.378472222219", TIME),
        number("45730.729166666664", TIME),
        "市场监督管理局",
    ],
    ["A2", number("45723", DATE), number("45733", CHINESE), "住建局"],
    ["A3", "2025年3月7日", number("45730.5"), "住建局"],
    ["合计", "", "", "3"],
)


def test_a_workbook_is_read_as_its_sheets_show_it(replay):
    """Dates by their format, numbers in a column of times, text; titles and totals are skipped."""
    code, report, _ = replay(workbook({"明细": SHEET}), name="log.xlsx")
    assert (code, counts(report)) == (0, (3, 3, 1, 1))
    assert report["skipped"] == {"title_rows": 1, "total_rows": 1}
    assert report["cut_off"] == "2025-03-17T00:00:00.000+08:00"


def test_a_workbook_of_1904_counts_its_days_from_there(replay):
    """1904-01-01 and 44261 days are 2025-03-07."""
    rows = rows_of(HEAD, ["A1", number("44261", DATE), number("44268.5", TIME), ""])
    code, report, _ = replay(workbook({"明细": rows}, since_1904=True), name="log.xlsx")
    assert (code, report["cut_off"]) == (0, "2025-03-14T12:00:00.000+08:00")
    code, report, _ = replay(
        csv_of(HEAD, ["A1", "44261", "44268.5", ""]), f"date_system = 1904\n{MAP}"
    )
    assert (code, report["cut_off"]) == (0, "2025-03-14T12:00:00.000+08:00")


def test_all_sheets_that_have_the_columns_are_read_and_the_others_named(replay):
    """A month a sheet; a cover and a hidden sheet are none."""
    second = rows_of(HEAD, ["B1", "2025-03-07 09:00", "2025-03-17 09:00", "局"])
    book = workbook(
        {"封面": rows_of(["办件台账"]), "三月": SHEET, "四月": second, "底稿": second},
        hidden=["底稿"],
    )
    code, report, said = replay(book, name="log.xlsx")
    assert (code, report["cases"], report["closed_late"]) == (0, 4, 2)
    assert "跳过工作表“封面”" in said
    assert "跳过隐藏的工作表“底稿”" in said
    code, report, _ = replay(book, f'sheet = "四月"\n{MAP}', name="log.xlsx")
    assert (code, report["cases"]) == (0, 1)
    code, _, said = replay(book, f'sheet = "五月"\n{MAP}', name="log.xlsx")
    assert code == 2
    assert "没有工作表“五月”（有：封面、三月、四月、底稿）" in said


def test_merged_cells_say_the_same_in_all_their_parts(replay):
    """A department over its rows, and a header over two lines."""
    rows = rows_of(
        ["办件编号", "时间", "", "部门"],
        ["", "受理时间", "办结时间", ""],
        ["A1", "2025-03-07 09:05", "2025-03-14 17:30", "住建局"],
        ["A2", "2025-03-07 09:05", "2025-03-17 09:00", ""],
    )
    book = workbook({"明细": rows}, merged=["A1:A2", "B1:C1", "D1:D2", "D3:D4"])
    code, report, _ = replay(book, name="log.xlsx")
    assert (code, counts(report)) == (0, (2, 2, 1, 1))
    assert list(report["by_department"]) == ["住建局"]


def test_strings_kept_apart_places_left_out_and_numbers_in_full(replay):
    """Rich text without its reading; a cell without a place follows the one before it."""
    strings = (
        "<si><r><t>住</t></r><r><t>建局</t></r><rPh><t>zhu</t></rPh></si><si><t>A_x0031_</t></si>"
    )
    rows = rows_of(HEAD) + (
        '<row r="9"><c r="A9" t="s"><v>1</v></c><c r="B9" t="str"><v>2025-03-07</v></c>'
        '<c r="D9" t="s"><v>0</v></c></row>'
        '<row><c><v>3.7010220250001E+14</v></c><c t="d"><v>2025-03-07T09:00:00</v></c></row>'
    )
    log_map = MAP.replace("[{ amount", '[{ when = { "办件编号" = "A1" }, amount')
    code, report, _ = replay(workbook({"明细": rows}, strings=strings), log_map, name="log.xlsx")
    assert (code, report["cases"], report["without_due"]) == (0, 2, 1)
    assert report["by_department"]["住建局"]["cases"] == 1


def test_an_unread_cell_of_a_workbook_has_its_sheet_and_row(replay):
    """So that a clerk finds it."""
    rows = rows_of(["台账"], HEAD, IN_TIME, ["A2", "2025/2/30", "#N/A", ""])
    code, report, said = replay(workbook({"明细": rows}), name="log.xlsx")
    assert (code, report["dirty"]["unreadable_time"]) == (1, 2)
    assert [(each["sheet"], each["row"], each["column"]) for each in report["unread"]] == [
        ("明细", 4, "受理时间"),
        ("明细", 4, "办结时间"),
    ]
    assert "未读：明细 第 4 行“受理时间”：不是能读的时间：'2025/2/30'" in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "旧版 Excel"),
        (b"PK\x03\x04 and nothing more", "不是 Excel 工作簿"),
        (workbook({"明细": rows_of(["别的"], ["1"])}), "no column"),
        (workbook({"明细": SHEET})[:900], "工作簿"),
    ],
)
def test_what_is_no_workbook_is_one_line(replay, content, why):
    """Old files and those with a password are told how to be saved."""
    code, report, said = replay(content, name="log.xlsx")
    assert (code, report) == (2, {})
    assert why in said
    assert said.count("\n") == 1


def test_a_map_may_say_that_it_is_for_a_workbook(replay):
    """Which of both it is the file says."""
    log_map = MAP.replace('"csv"', '"xlsx"')
    assert replay(workbook({"明细": SHEET}), log_map, name="log.xlsx")[1]["cases"] == 3
    assert replay(csv_of(HEAD, IN_TIME), log_map)[1]["cases"] == 1
