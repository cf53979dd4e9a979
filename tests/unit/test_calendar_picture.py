"""The calendar picture of a clock, and the runs of days that are its text form."""

from datetime import date, timedelta

from chalicelib.desk.calendar_picture import CELL, LEFT, MOST_WEEKS, TOP, day_runs, picture

LAW = "某法第一条"


def counted(first, flags, why=""):
    """Give days from *first* on: `x` counts, `.` is a weekend, `p` a pause, `0` the first day."""
    reasons = {"x": "workday", ".": "weekend", "p": "paused", "0": "day of acceptance"}
    return [
        {
            "date": (first + timedelta(days=n)).isoformat(),
            "counts": flag == "x",
            "why": reasons[flag],
            "basis": LAW,
        }
        for n, flag in enumerate(flags)
    ]


# From Thursday 5 November 2026; three working days end on Tuesday 10 November.
DAYS = counted(date(2026, 11, 5), "0x..xx")
DUE, TODAY = date(2026, 11, 10), date(2026, 11, 9)


def draw(days, due, today):
    """Give the picture of *days*; there is one."""
    drawn = picture(days, due, today)
    assert drawn is not None
    return drawn


def test_the_days_that_count_have_numbers_and_the_others_are_dashed():
    """In the order of the week; the due day has its ring, and today is marked."""
    drawn = draw(DAYS, DUE, TODAY)
    assert [(cell.day, cell.number, cell.kind) for cell in drawn.cells] == [
        (5, 0, "off"),
        (6, 1, "count"),
        (7, 0, "off"),
        (8, 0, "off"),
        (9, 2, "count today"),
        (10, 3, "count due"),
    ]


def test_monday_is_on_the_left_and_each_week_has_its_row():
    """The fifth of November 2026 is a Thursday, the ninth a Monday."""
    cells = {cell.day: cell for cell in draw(DAYS, DUE, TODAY).cells}
    assert (cells[5].x, cells[5].y) == (LEFT + 3 * CELL + 2, TOP + 2)
    assert (cells[9].x, cells[9].y) == (LEFT + 2, TOP + CELL + 2)


def test_days_in_a_pause_look_another_way():
    """A reader sees at once that they do not count because of a procedure."""
    drawn = draw(counted(date(2026, 11, 2), "0xppx"), date(2026, 11, 6), TODAY)
    assert [cell.kind for cell in drawn.cells][2:4] == ["paused", "paused"]


def test_a_due_day_behind_the_days_is_drawn_as_well():
    """That is where a pause, or a rest day, moved the end."""
    drawn = draw(DAYS, date(2026, 11, 12), TODAY)
    assert [cell.day for cell in drawn.cells][-2:] == [11, 12]
    assert drawn.cells[-1].kind == "off due"


def test_of_a_long_clock_the_last_weeks_are_drawn():
    """A year of weeks would be too large for a page; the page says how many are missing."""
    long = counted(date(2026, 1, 5), "0" + "x" * 7 * 30)
    drawn = draw(long, date(2026, 8, 3), TODAY)
    assert drawn.left_out == 31 - MOST_WEEKS
    assert drawn.height == TOP + MOST_WEEKS * CELL
    assert drawn.cells[0].y == TOP + 2
    assert drawn.cells[-1].number == 7 * 30


def test_a_month_is_named_once_beside_its_first_week():
    """With its year: a clock may run over New Year."""
    drawn = draw(counted(date(2026, 12, 28), "0xxx.." + "x" * 29), date(2027, 1, 31), TODAY)
    assert [name for name, _ in drawn.months] == ["2026-12", "2027-01"]
    assert picture([], DUE, TODAY) is None


def test_days_for_the_same_reason_are_one_run():
    """With the first and last of their numbers."""
    runs = day_runs(DAYS)
    assert [(run.first, run.last, run.first_number, run.last_number) for run in runs] == [
        ("2026-11-05", "2026-11-05", 0, 0),
        ("2026-11-06", "2026-11-06", 1, 1),
        ("2026-11-07", "2026-11-08", 0, 0),
        ("2026-11-09", "2026-11-10", 2, 3),
    ]
    assert {run.basis for run in runs} == {LAW}
