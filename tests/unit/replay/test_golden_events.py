"""Small event logs whose reports were worked out by hand; days end at 24:00 in Shanghai."""

from pathlib import Path

import pytest

from tests.support.replaying import crossed, dirty, report_of

MAP = """
format = "csv"
timezone = "Asia/Shanghai"
activity = "act"
time = "at"
[clock]
cutoff = "24:00"
rest_day = "keep"
[case]
id = "case"
accepted = { event = "Accept" }
completed = { event = "Decide" }
department = { attribute = "dept" }
limit = [
    { when = { kind = "long" }, amount = 10, unit = "d" },
    { when = { kind = "short", urgent = true }, amount = 2, unit = "d" },
    { when = { kind = "short" }, amount = 4, unit = "d" },
]
[[pause]]
start = { event = "Suspend" }
end = { event = "Resume" }
[[extension]]
at = { event = "Extend" }
amount = 5
unit = "d"
"""
HEADER = "case,dept,kind,urgent,act,at\n"


def log_of(*rows: str, kind: str = "short", case: str = "A") -> str:
    """A log of one case: *rows* are `activity time`."""
    lines = (f"{case},Works,{kind},,{row.replace(' ', ',', 1)}\n" for row in rows)
    return HEADER + "".join(lines)


def test_a_case_decided_on_its_last_evening_is_in_time(tmp_path: Path) -> None:
    """Four days from 1 March end with 5 March: 110 of 111 hours are 99 per cent."""
    report = report_of(tmp_path, log_of("Accept 2024-03-01 09:00", "Decide 2024-03-05 23:00"), MAP)
    assert (report["cases"], report["events"], report["closed"], report["open"]) == (1, 2, 1, 0)
    assert (report["closed_late"], report["breached"]) == (0, 0)
    assert crossed(report) == {"50": 1, "75": 1, "80": 1, "90": 1}
    assert report["cards"] == {"warning": 1, "yellow": 0, "red": 0}
    assert report["cut_off"] == "2024-03-05T23:00:00.000+08:00"


def test_a_case_decided_at_midnight_is_late(tmp_path: Path) -> None:
    """24:00 is 23:59:59.999: a decision at 0:00 of the next day is late by a millisecond."""
    report = report_of(tmp_path, log_of("Accept 2024-03-01 09:00", "Decide 2024-03-06 00:00"), MAP)
    assert (report["closed_late"], report["breached"]) == (1, 1)
    assert crossed(report) == {"50": 1, "75": 1, "80": 1, "90": 1, "100": 1}
    assert report["cards"] == {"warning": 1, "yellow": 1, "red": 0}


def test_silence_about_a_yellow_turns_no_case_red(tmp_path: Path) -> None:
    """Due on Tuesday 5 March, and never decided: what silence leads to is the ladder's to say."""
    report = report_of(tmp_path, log_of("Accept 2024-03-01 09:00", "Other 2024-06-01 00:00"), MAP)
    assert report["cards"] == {"warning": 1, "yellow": 1, "red": 0}


def test_a_pause_takes_out_its_days(tmp_path: Path) -> None:
    """Paused from the 4th to the 6th, the days 5 and 6 do not count: due on the 7th."""
    rows = ["Accept 2024-03-01 09:00", "Suspend 2024-03-04 10:00", "Resume 2024-03-06 10:00"]
    in_time = report_of(tmp_path, log_of(*rows, "Decide 2024-03-07 23:59:59"), MAP)
    late = report_of(tmp_path, log_of(*rows, "Decide 2024-03-08 00:00"), MAP)
    assert (in_time["closed_late"], late["closed_late"]) == (0, 1)


def test_a_pause_without_its_end_runs_to_the_end_of_the_case(tmp_path: Path) -> None:
    """Of 20 days 16 are taken out: due on the 21st, and 459 of 495 hours are used on the 20th."""
    rows = ["Accept 2024-03-01 09:00", "Suspend 2024-03-04 10:00", "Decide 2024-03-20 12:00"]
    report = report_of(tmp_path, log_of(*rows), MAP)
    assert report["breached"] == 0
    assert crossed(report) == {"50": 1, "75": 1, "80": 1, "90": 1}
    assert report["cards"] == {"warning": 0, "yellow": 0, "red": 0}


def test_an_end_that_lies_before_the_start_is_not_the_pauses_end(tmp_path: Path) -> None:
    """A resumption before the suspension belongs to something else."""
    rows = [
        "Accept 2024-03-01 09:00",
        "Resume 2024-03-02 10:00",
        "Suspend 2024-03-04 10:00",
        "Resume 2024-03-06 10:00",
        "Decide 2024-03-08 00:00",
    ]
    assert report_of(tmp_path, log_of(*rows), MAP)["closed_late"] == 1


def test_a_pause_after_the_due_day_hides_nothing(tmp_path: Path) -> None:
    """Settle first: what was overdue before the pause stays overdue."""
    rows = ["Accept 2024-03-01 09:00", "Suspend 2024-03-06 00:00", "Decide 2024-03-06 10:00"]
    report = report_of(tmp_path, log_of(*rows), MAP)
    assert (report["closed_late"], report["cards"]["yellow"]) == (1, 1)


def test_the_first_extension_counts_and_the_second_does_not(tmp_path: Path) -> None:
    """Ten days and five more end with 16 March, however often Extend comes."""
    rows = ["Accept 2024-03-01 09:00", "Extend 2024-03-05 09:00", "Extend 2024-03-06 09:00"]
    in_time = report_of(tmp_path, log_of(*rows, "Decide 2024-03-16 20:00", kind="long"), MAP)
    late = report_of(tmp_path, log_of(*rows, "Decide 2024-03-17 00:00", kind="long"), MAP)
    assert (in_time["closed_late"], late["closed_late"]) == (0, 1)


def test_an_extension_after_the_breach_changes_nothing(tmp_path: Path) -> None:
    """Five more days granted on 6 March are too late for a case that fell due on the 5th."""
    rows = ["Accept 2024-03-01 09:00", "Extend 2024-03-06 09:00", "Decide 2024-03-07 09:00"]
    assert report_of(tmp_path, log_of(*rows), MAP)["closed_late"] == 1


def test_an_extension_at_the_instant_of_acceptance_counts(tmp_path: Path) -> None:
    """Equal instants: accepted, then extended. Four days and five end with 10 March."""
    rows = ["Extend 2024-03-01 09:00", "Accept 2024-03-01 09:00", "Decide 2024-03-10 09:00"]
    assert report_of(tmp_path, log_of(*rows), MAP)["closed_late"] == 0


def test_the_first_limit_that_fits_counts(tmp_path: Path) -> None:
    """`urgent` and `short` fit before `short` alone; a kind that fits nothing has no due."""
    rows = "A,Works,short,TRUE,Accept,2024-03-01 09:00\nA,,,,Decide,2024-03-04 09:00\n"
    assert report_of(tmp_path, HEADER + rows, MAP)["closed_late"] == 1
    report = report_of(tmp_path, log_of("Accept 2024-03-01 09:00", kind="other"), MAP)
    assert (report["without_due"], report["breached"], report["open"]) == (1, 0, 1)


def test_missing_is_empty_unknown_or_absent(tmp_path: Path) -> None:
    """A department called UNKNOWN is none, and so is one that a short row lacks."""
    log = (
        "case,kind,urgent,act,at,dept\n"
        "A,short,,Accept,2024-03-01 09:00,UNKNOWN\n"
        "B,short,,Accept,2024-03-01 09:00\n"
        "C,UNKNOWN,,Accept,2024-03-01 09:00,Parks\n"
    )
    report = report_of(tmp_path, log, MAP)
    assert {name: one["cases"] for name, one in report["by_department"].items()} == {
        "": 2,
        "Parks": 1,
    }
    assert report["without_due"] == 1


def test_case_attributes_come_from_the_first_row_in_the_file(tmp_path: Path) -> None:
    """Whatever a later row says, even of an earlier time."""
    log = HEADER + (
        "A,Works,long,,Decide,2024-03-08 09:00\n"
        "B,Parks,short,,Accept,2024-03-01 09:00\n"
        "A,Parks,short,,Accept,2024-03-01 09:00\n"
    )
    report = report_of(tmp_path, log, MAP)
    assert report["cases"] == 2
    assert report["by_department"]["Works"]["closed"] == 1
    assert report["by_department"]["Works"]["closed_late"] == 0


def test_a_case_that_was_never_accepted_is_counted(tmp_path: Path) -> None:
    """It is closed all the same; nothing else is asked of it."""
    report = report_of(tmp_path, log_of("Decide 2024-03-08 09:00"), MAP)
    assert (report["not_accepted"], report["closed"], report["without_due"]) == (1, 1, 0)
    assert crossed(report) == {}


def test_which_chooses_by_time_not_by_place(tmp_path: Path) -> None:
    """The last decision is the latest, wherever it stands in the file."""
    last = MAP.replace('{ event = "Decide" }', '{ event = "Decide", which = "last" }')
    rows = ["Decide 2024-03-08 09:00", "Accept 2024-03-01 09:00", "Decide 2024-03-02 09:00"]
    assert report_of(tmp_path, log_of(*rows), MAP)["closed_late"] == 0
    assert report_of(tmp_path, log_of(*rows), last)["closed_late"] == 1


def test_where_asks_for_attributes_of_the_event(tmp_path: Path) -> None:
    """Only the event whose attributes fit plays the role; numbers are compared as numbers."""
    strict = MAP.replace('{ event = "Decide" }', '{ event = "Decide", where = { final = 1 } }')
    log = (
        "case,dept,kind,urgent,act,at,final\n"
        "A,Works,short,,Accept,2024-03-01 09:00,\n"
        "A,Works,short,,Decide,2024-03-02 09:00,0\n"
        "A,Works,short,,Decide,2024-03-07 09:00,1.0\n"
    )
    assert report_of(tmp_path, log, strict)["closed_late"] == 1


def test_until_hides_what_lies_after_it(tmp_path: Path) -> None:
    """On the 6th, A is not decided yet, B is not there yet, and no later event is known."""
    log = HEADER + (
        "A,Works,short,,Accept,2024-03-01 09:00\n"
        "A,Works,short,,Decide,2024-03-07 09:00\n"
        "B,Works,short,,Check,2024-03-05 09:00\n"
        "B,Works,short,,Accept,2024-03-07 09:00\n"
    )
    report = report_of(tmp_path, log, MAP, until="2024-03-06 12:00")
    assert (report["cases"], report["events"], report["open"], report["closed"]) == (1, 1, 1, 0)
    assert (report["open_overdue"], report["breached"]) == (1, 1)
    assert report["crossed"]["100"] == {"total": 1, "open": 1}
    assert report["cards"] == {"warning": 1, "yellow": 1, "red": 0}
    assert report["cut_off"] == "2024-03-06T12:00:00.000+08:00"
    assert report_of(tmp_path, log, MAP, until="2024-03-07")["cases"] == 2


def test_an_open_case_is_measured_at_the_latest_event_of_the_log(tmp_path: Path) -> None:
    """B's event on the 6th makes A overdue: nobody has decided A by then."""
    log = HEADER + (
        "A,Works,short,,Accept,2024-03-01 09:00\nB,Works,long,,Accept,2024-03-06 09:00\n"
    )
    report = report_of(tmp_path, log, MAP)
    assert (report["open"], report["open_overdue"]) == (2, 1)


def test_dirty_events_are_counted_and_kept(tmp_path: Path) -> None:
    """Before the start, after the end, unreadable, without time or case: all are events."""
    log = HEADER + (
        "A,Works,short,,Ask,2024-02-28 09:00\n"
        "A,Works,short,,Accept,2024-03-01 09:00\n"
        "A,Works,short,,Decide,2024-03-02 09:00\n"
        "A,Works,short,,File,2024-03-03 09:00\n"
        "A,Works,short,,File,2024-02-30 09:00\n"
        "A,Works,short,,File,\n"
        ",Works,short,,File,2024-03-02 09:00\n"
    )
    report = report_of(tmp_path, log, MAP)
    assert (report["cases"], report["events"], report["closed"]) == (1, 7, 1)
    assert dirty(report) == {
        "event_before_start": 1,
        "event_after_end": 1,
        "unreadable_time": 1,
        "missing_time": 1,
        "event_without_case": 1,
    }


def test_a_case_that_ends_before_it_starts_is_reported_not_dropped(tmp_path: Path) -> None:
    """It is closed and in time."""
    report = report_of(tmp_path, log_of("Decide 2024-02-01 09:00", "Accept 2024-03-01 09:00"), MAP)
    assert (report["closed"], report["closed_late"]) == (1, 0)
    assert report["dirty"]["ended_before_start"] == 1
    assert report["cards"] == {"warning": 0, "yellow": 0, "red": 0}


def test_dates_without_times_are_compared_by_date(tmp_path: Path) -> None:
    """Known by date only, an end on the day of acceptance is clean, and on the due day in time."""
    log = HEADER + (
        "A,Works,short,,Accept,2024-03-01 09:00\n"
        "A,Works,short,,Decide,2024-03-01\n"
        "B,Works,short,,Accept,2024-03-01 09:00\n"
        "B,Works,short,,Decide,2024-03-05\n"
        "C,Works,short,,Accept,2024-03-01 09:00\n"
        "C,Works,short,,Decide,2024-03-06\n"
    )
    report = report_of(tmp_path, log, MAP)
    assert (report["closed"], report["closed_late"]) == (3, 1)
    assert dirty(report) == {}
    assert report["cards"]["yellow"] == 1


@pytest.mark.parametrize(("unit", "due"), [("wd", "2024-10-09"), ("h", "2024-10-01")])
def test_other_units_count_as_the_engine_does(tmp_path: Path, unit: str, due: str) -> None:
    """Five working days from 26 September 2024 pass the 29th, which is worked, and the holiday."""
    amount = 120 if unit == "h" else 5
    map_text = MAP.replace('amount = 4, unit = "d"', f'amount = {amount}, unit = "{unit}"')
    rows = ["Accept 2024-09-26 09:00", f"Decide {due} 09:00"]
    assert report_of(tmp_path, log_of(*rows), map_text)["closed_late"] == 0
    rows[1] = f"Decide {due[:-2]}{int(due[-2:]) + 1:02d} 09:00"
    assert report_of(tmp_path, log_of(*rows), map_text)["closed_late"] == 1


def test_a_year_without_a_calendar_holds_cards_but_not_the_counts(tmp_path: Path) -> None:
    """Beyond the published years a breach is counted, and warned of; no card goes out."""
    map_text = MAP.replace('amount = 4, unit = "d"', 'amount = 4, unit = "wd"')
    rows = ["Accept 2030-03-01 09:00", "Decide 2030-04-01 09:00"]
    report = report_of(tmp_path, log_of(*rows), map_text)
    assert (report["closed_late"], report["cards"]) == (1, {"warning": 1, "yellow": 0, "red": 0})
