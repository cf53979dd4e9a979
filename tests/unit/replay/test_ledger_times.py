"""Times in ledgers: the forms in which they are written, never, wrong years, what is unread."""

import pytest

from tests.support.ledgers import HEAD, IN_TIME, LATE, MAP, counts, csv_of, replay

__all__ = ["replay"]  # the fixture


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2025/3/7 9:05", "2025/3/14 17:30"),
        ("2025/03/07 09:05:00", "2025.3.14 17:30"),
        ("2025年3月7日", "2025年3月14日"),
        ("2025年3月7日 9:05", "2025年3月14日17时30分"),
        ("2025 年 3 月 7 日 9:05", "2025年 3月14 日 17:30"),
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
        "1970-01-01 08:00:00", "1970/1/1 8:00",
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


@pytest.mark.parametrize(
    ("zone", "accepted", "in_time", "late"),
    [
        (
            "America/Sao_Paulo",
            "2018-02-16T10:00",
            "2018-02-17T23:59:59.999-03:00",
            "2018-02-18T00:00-03:00",
        ),
        (
            "America/Sao_Paulo",
            "2018-11-02T10:00",
            "2018-11-03T23:59:59.999-03:00",
            "2018-11-04T01:00-02:00",
        ),
        ("Asia/Beirut", "2025-10-24T10:00", "2025-10-25T23:59:59.999+02:00", "2025-10-26T00:00"),
    ],
)
@pytest.mark.parametrize("by_date", [False, True])
def test_a_day_of_25_hours_ends_with_the_second_midnight(
    replay, zone, accepted, in_time, late, *, by_date
):
    """Where the clock goes back at midnight, the last minute before it comes twice."""
    count = (
        f'timezone = "{zone}"\n[clock]\ncutoff = "24:00"\nrest_day = "keep"\n[case]\nid = "n"\n'
        'accepted = { attribute = "a" }\ncompleted = { attribute = "e" }\n'
        'limit = [{ amount = 1, unit = "d" }]\n'
    )
    accepted = accepted[:10] if by_date else accepted
    rows = [["n", "a", "e"], ["A", accepted, in_time], ["B", accepted, late]]
    code, report, _ = replay(csv_of(*rows), f'format = "csv"\n{count}')
    assert (code, report["closed"], report["closed_late"]) == (0, 2, 1)
