"""CSV logs in which each row is a case, with reports worked out by hand."""

from pathlib import Path

import pytest

from chalicelib.errors import BadInput
from tests.support.replaying import crossed, dirty, report_of

MAP = """
format = "csv"
timezone = "Europe/Amsterdam"
delimiter = ";"
[clock]
cutoff = "24:00"
[case]
id = "nr"
accepted = { attribute = "start" }
completed = { attribute = "end" }
department = { attribute = "dept" }
due = { attribute = "due" }
"""
HEADER = "nr;dept;start;end;due\n"


def test_each_row_is_a_case(tmp_path: Path) -> None:
    """Without an activity column there are no events to be dirty; rows count as events."""
    log = HEADER + (
        "1;A;2024-03-01T09:00;2024-03-02T09:00;2024-03-11T09:00\n"
        "2;A;2024-03-01T09:00;2024-03-12T09:00;2024-03-11T09:00\n"
        "3;B;2024-03-01T09:00;;2024-03-11T09:00\n"
        "4;B;;2024-03-12T08:00;2024-03-11T09:00\n"
        "5;B;2024-03-01T09:00;2024-03-12T08:00;\n"
    )
    report = report_of(tmp_path, log, MAP)
    assert (report["cases"], report["events"]) == (5, 5)
    assert (report["closed"], report["open"]) == (4, 1)
    assert (report["not_accepted"], report["without_due"]) == (1, 1)
    assert (report["closed_late"], report["open_overdue"], report["breached"]) == (1, 1, 2)
    assert crossed(report) == {"50": 2, "75": 2, "80": 2, "90": 2, "100": 2}
    assert report["by_department"]["B"]["open_overdue"] == 1
    assert report["cut_off"] == "2024-03-12T09:00:00.000+01:00"


def test_the_cut_off_is_never_a_due_instant(tmp_path: Path) -> None:
    """The latest acceptance or completion ends the log; what is due later is not overdue."""
    log = HEADER + "1;A;2024-03-01;;2024-03-11\n2;A;2024-03-05;;2024-04-11\n"
    report = report_of(tmp_path, log, MAP)
    assert (report["cut_off"], report["open_overdue"]) == ("2024-03-05T00:00:00.000+01:00", 0)


def test_a_due_date_without_a_time_ends_at_the_cutoff(tmp_path: Path) -> None:
    """With office hours as the cutoff, 18:00 of the due day is too late; with 24:00 it is not."""
    log = HEADER + "1;A;2024-03-01T09:00;2024-03-11T18:00;2024-03-11\n"
    assert report_of(tmp_path, log, MAP)["closed_late"] == 0
    office = MAP.replace('"24:00"', '"17:30"')
    assert report_of(tmp_path, log, office)["closed_late"] == 1


def test_a_completion_known_by_date_is_compared_by_date(tmp_path: Path) -> None:
    """Whatever the hour at which the case was due that day."""
    log = HEADER + (
        "1;A;2024-03-01T09:00;2024-03-11;2024-03-11T08:00\n"
        "2;A;2024-03-01T09:00;2024-03-12;2024-03-11T08:00\n"
    )
    report = report_of(tmp_path, log, MAP, until="2024-03-31")
    assert (report["closed_late"], report["cards"]["yellow"]) == (1, 1)


def test_of_two_equal_local_times_the_first_is_meant(tmp_path: Path) -> None:
    """On 27 October 2024 2:30 comes twice: the end at 2:30 is before 1:00 UTC, and in time."""
    log = HEADER + (
        "1;A;2024-10-20T00:00:00Z;2024-10-27T02:30;2024-10-27T00:45:00Z\n"
        "2;A;2024-10-20T00:00:00Z;2024-10-27T02:30;2024-10-27T00:15:00Z\n"
    )
    assert report_of(tmp_path, log, MAP)["closed_late"] == 1


def test_values_follow_the_time_format(tmp_path: Path) -> None:
    """A format without hours gives dates; what fits neither it nor ISO is counted as unreadable."""
    map_text = MAP.replace("[clock]", 'time_format = "%d-%m-%Y"\n[clock]')
    log = HEADER + (
        "1;A;01-03-2024;11-03-2024;11-03-2024\n"
        "2;A;01-03-2024;12-03-2024;11-03-2024\n"
        "3;A;01-03-2024;31-02-2024;11-03-2024\n"
    )
    report = report_of(tmp_path, log, map_text)
    assert (report["closed"], report["closed_late"], report["open"]) == (2, 1, 1)
    assert dirty(report) == {"unreadable_time": 1}


def test_a_completion_after_until_has_not_happened_yet(tmp_path: Path) -> None:
    """And a case accepted after it is left out."""
    log = HEADER + ("1;A;2024-03-01;2024-03-20;2024-03-11\n2;A;2024-03-16;2024-03-20;2024-03-25\n")
    report = report_of(tmp_path, log, MAP, until="2024-03-15T12:00:00+01:00")
    assert (report["cases"], report["open_overdue"], report["closed"]) == (1, 1, 0)


def test_a_repeated_id_is_the_same_case(tmp_path: Path) -> None:
    """Its first row counts, the second is told of."""
    log = HEADER + "1;A;2024-03-01;2024-03-02;2024-03-11\n1;B;2024-03-01;;2024-03-11\n"
    report = report_of(tmp_path, log, MAP)
    assert (report["cases"], report["events"], report["closed"]) == (1, 2, 1)
    assert report["dirty"]["repeated_case"] == 1


@pytest.mark.parametrize(
    ("log", "where"),
    [
        ("", "line 1: no header"),
        ("nr;dept;start;end\n", "line 1: no column 'due'"),
        ("nr;dept;start;end;due;due\n", "line 1: column 'due' is there twice"),
        (HEADER + "1;A;2024-03-01;;2024-03-11;x\n", "line 2: 6 values under 5 columns"),
        (HEADER + '1;A;"2024-03-01\n', "line 2: broken CSV"),
        (HEADER + "1;A;" + "x" * (1 << 20), "第 2 行: 一行超过 1048576 个字符"),
        (HEADER + '1;A;"' + "x\n" * 70_000, "field larger than field limit"),
    ],
)
def test_a_broken_csv_is_refused_with_its_place(tmp_path: Path, log: str, where: str) -> None:
    """One line says where."""
    with pytest.raises(BadInput, match=where):
        report_of(tmp_path, log, MAP)


def test_another_encoding_is_read_and_a_wrong_one_refused(tmp_path: Path) -> None:
    """What is not in the map's encoding is refused, not guessed."""
    map_text = MAP.replace("[clock]", 'encoding = "ascii"\n[clock]')
    with pytest.raises(BadInput, match="not ascii"):
        report_of(tmp_path, HEADER + "1;规划局;2024-03-01;;2024-03-11\n", map_text)
    report = report_of(tmp_path, "\ufeff" + HEADER + "1;规划局;2024-03-01;;2024-03-11\n", MAP)
    assert list(report["by_department"]) == ["规划局"]
