"""The board follows the log, whatever crashes and however many follow at once."""

from typing import Any

import pytest
from pynamodb.exceptions import PutError

from chalicelib.board.store import Board
from chalicelib.errors import Corrupt
from chalicelib.lambdas import project
from tests.support.memory_stage import memory_world
from tests.support.written_log import card_row, row, write

CASES = 6
LATE = "late"


class CrashError(Exception):
    """The process ends here."""


@pytest.fixture
def served():
    """Give services over tables in memory, which are quick enough to crash at every write."""
    with memory_world("2026-11-02T09:00:00") as county:
        yield county.services


@pytest.fixture
def log(served, monkeypatch):
    """Write a log: cases are accepted, carded, re-checked and closed, in two departments.

    One turns out to be left out of the rates when its first entries were counted steps ago.
    """
    monkeypatch.setattr(project, "RUN", 5)
    rows: list[dict[str, Any]] = []
    for number in range(CASES):
        case, where = str(number), ("department", "was_in") if number % 2 else ()
        place: dict[str, Any] = dict.fromkeys(where, "Water")
        rows.append(row(len(rows), case, was="", now="green", **place))
        issued = card_row(len(rows), case, **place)
        rows.append(issued)
        if number % 3 == 0:
            data = {"card": issued["index"], "verdict": "lost"}
            more: dict[str, Any] = {
                "kind": "card.rechecked",
                "was": "yellow",
                "data": data,
                **place,
            }
            rows.append(row(len(rows), case, now="green", **more))
    signs: dict[str, Any] = {"kind": "data.flagged", "data": {"sign": "told_late"}}
    late: list[dict[str, Any]] = [
        {"was": "", "now": "green", "was_in": ""},
        {"was_in": "Housing", "department": "Water"},
        {"was_in": "Water", "department": "Water", **signs},
    ]
    rows[3:3] = [row(0, LATE, n=n, **more) for n, more in enumerate(late)]
    end: dict[str, Any] = {"now": "closed", "left_out": "told_after_end", "kind": "case.decided"}
    rows.append(row(0, LATE, n=3, was_in="Water", department="Water", **end))
    rows = [each | {"index": index} for index, each in enumerate(rows)]
    for start in range(0, len(rows), 4):
        write(served, rows[start : start + 4])
    return rows


def shown(board):
    """Give all that the board shows."""
    cards = [(card.card, card.status) for card in board.cards(100)]
    tallies = {
        one.department: (dict(one.lamps), dict(one.cards), one.cases, one.flagged, one.steps)
        for one in board.all_tallies()
    }
    return board.through().index, tallies, cards


def test_the_board_shows_what_the_log_says(served, log):
    """Lamps, cards and marks, through the last entry."""
    project.run({})
    through, tallies, cards = shown(served.board)
    assert through == len(log)
    assert tallies["Housing"][0] == {"pending": 0, "green": 1, "yellow": 2, "red": 0, "closed": 0}
    assert tallies["Water"][0] == {"pending": 0, "green": 1, "yellow": 2, "red": 0, "closed": 1}
    for _, counts, *rated in tallies.values():
        assert counts["yellow"] == CASES // 2
        assert rated == [CASES // 2, {}, {"told_after_end": 1}]
    assert [status for _, status in cards].count("rechecked") == 2
    found = served.board.card("c_3.8")
    assert found.case == "hall:3"
    assert not found.stands


@pytest.mark.parametrize("persists", [False, True])
def test_a_crash_at_any_write_is_healed_by_the_next_run(served, log, monkeypatch, persists):
    """Each write once fails before it is stored, and once after; then the run is repeated."""
    project.run({})
    expected = shown(served.board)
    writes = 0
    while True:
        for item in list(served.board._items.scan()):
            item.delete()
        if not crash_at(served.board, monkeypatch, writes, persists=persists):
            break
        project.run({})
        assert shown(served.board) == expected
        writes += 1
    assert writes > CASES


def crash_at(board, monkeypatch, number, *, persists):
    """Run until write *number* and crash there; False when there are not as many."""
    done = 0

    def crashing(original):
        def write_or_crash(item, *args, **kwargs):
            nonlocal done
            if done == number:
                if persists:
                    original(item, *args, **kwargs)
                raise CrashError
            done += 1
            return original(item, *args, **kwargs)

        return write_or_crash

    with monkeypatch.context() as patch:
        for name in ("save", "update"):
            patch.setattr(board._items, name, crashing(getattr(board._items, name)))
        try:
            project.run({})
        except CrashError:
            return True
    return False


def test_two_at_once_count_once(served, log, monkeypatch):
    """The other one runs in the middle of ours, at every place where it can."""
    other = Board(served.settings.board_table)
    original = Board._replace_tally
    met: list[str] = []

    def meet(self, old, new):
        if self is not other and len(met) < 3:
            met.append(new.department)
            project.follow(served.log_reader, other)
        original(self, old, new)

    monkeypatch.setattr(Board, "_replace_tally", meet)
    project.run({})
    assert met
    assert shown(served.board)[1]["Housing"][0]["yellow"] == 2
    project.run({})
    assert shown(served.board)[0] == len(log)


def test_a_slow_run_never_takes_a_mark_or_the_cursor_back(served, log):
    """Entries that were applied long ago change nothing when they come again."""
    project.run({})
    expected = shown(served.board)
    old = served.board._items("THROUGH", "THROUGH")
    old.delete()
    project.run({})
    assert shown(served.board) == expected


def test_an_entry_without_a_place_on_the_board_stops_it(served, log):
    """What came before it in its case cannot be counted anew, so nothing behind it is shown."""
    project._step(served.log_reader, served.board)
    for item in list(served.board._items.scan()):
        if item.pk == f"AT#c_{LATE}":
            item.delete()
    with pytest.raises(Corrupt, match=r"c_late\.0"):
        project.run({})


def test_another_error_of_the_table_is_not_taken_for_a_lost_race(served, log, monkeypatch):
    """It is raised, so that the stream retries."""

    def refuse(*_args, **_kwargs):
        raise PutError("throttled")

    monkeypatch.setattr(served.board._items, "save", refuse)
    with pytest.raises(PutError):
        project.run({})
