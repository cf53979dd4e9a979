"""A report does not depend on how many processes checked the log, nor on who had which cases."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from chalicelib.errors import BadInput
from infra.verify.cases import CaseCheck, check_cases
from infra.verify.issue import Issue
from infra.verify.reading import LogReading, no_bar
from infra.verify.source import document_reader
from infra.verify.supervision.replay import SupervisionReplay
from infra.verify.workers import cores, map_in_order
from tests.recorded.forgeries import _CHANGES, _changed, _files, _leaves
from tests.support.replayed import chained
from tests.support.shown_log import Shown, leaves, published, written

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="no process begins as a copy there"),
    pytest.mark.filterwarnings(
        "ignore:This process:DeprecationWarning"
    ),  # the test runner's threads
]

FILES = _files()
RULES = {name: body for name, body in FILES.items() if name.startswith("rules/")}
LEAVES = _leaves(FILES)
# An honest week, a leaf moved, one missing, one of another document. The others in the night.
ALWAYS = {"honest", "due_moved", "card_left_out", "other_rules"}


def found(
    raw: list[bytes], share: int, processes: int
) -> tuple[int, list[Issue], list[Issue], Counter[str]]:
    """What is found in a log of *raw* leaves: cases, issues with leaves and supervision, claims."""
    source = Shown({**published(raw), **RULES})
    with LogReading(source, len(raw), 0, no_bar) as reading:
        until = max(at for _, at in reading.entries.times)
        now = reading.entries.times.of(reading.entries.times.at.index(until))
        judge = SupervisionReplay(reading.entries, document_reader(source), now)
        check = CaseCheck(reading.entries, judge, share)
        checked = check_cases(reading.findings, check, lambda _: None, processes)
        return checked.cases, checked.issues, list(judge.issues()), judge.claims


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in ALWAYS else pytest.mark.night) for name in _CHANGES],
)
def test_processes_find_what_one_finds(name: str) -> None:
    """In the same order; in an honest week, and in each that somebody changed."""
    raw = chained(_changed(LEAVES, *_CHANGES[name]))
    alone = found(raw, 1000, 1)
    assert all(issue.is_remark for issue in alone[2]) == (name == "honest")
    assert found(raw, 7, 1) == alone
    for processes in (2, 3):
        assert found(raw, 7, processes) == alone


def test_leaves_that_are_wrong_are_found_in_their_order() -> None:
    """Whoever found them; and nothing is judged."""
    said = leaves(600)
    raw = [written(leaf) for leaf in said]
    raw[40], raw[43] = raw[43], raw[40]  # two of one case
    raw[300], raw[500] = b"{}", raw[500][:-1] + b" }"
    alone = found(raw, 1000, 1)
    places = [issue.index or 0 for issue in alone[1]]
    assert {40, 43, 300, 500} <= set(places)
    assert places == sorted(places)
    assert [found(raw, 1, processes) == alone for processes in (1, 2, 3)] == [True] * 3


def test_results_come_in_order() -> None:
    """Whatever takes longest."""

    def work(number: int) -> tuple[int, int]:
        return number, sum(range(200_000 if number % 5 == 0 else 1))

    alone = list(map_in_order(work, 23, 1))
    assert [number for number, _ in alone] == [*range(23)]
    assert [list(map_in_order(work, 23, processes)) for processes in (2, 3, 40)] == [alone] * 3
    assert list(map_in_order(work, 0, 3)) == []


def test_work_is_done_elsewhere() -> None:
    """In other processes, of which each does a part."""
    (*where,) = map_in_order(lambda _: os.getpid(), 8, 2)
    assert os.getpid() not in where
    assert len(set(where)) == 2
    assert 1 <= cores() <= (os.cpu_count() or 1)


def fails(number: int) -> int:
    """Raise an error in the fourth share."""
    if number == 3:
        raise ValueError("this share is wrong")
    return number


def ends(number: int) -> int:
    """End the process in the fourth share, as a system without memory does."""
    if number == 3:
        os._exit(9)
    return number


@pytest.mark.parametrize(("work", "error"), [(fails, ValueError), (ends, BadInput)])
def test_an_error_elsewhere_is_one_here(work: Callable[[int], int], error: type[Exception]) -> None:
    """After the results before it; nothing goes on without anybody."""
    results: Iterator[int] = map_in_order(work, 30, 2)
    with pytest.raises(error):
        list(results)
