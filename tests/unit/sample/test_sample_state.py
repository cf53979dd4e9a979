"""A sample by its facts: each act has its turn, and what does not fit changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.stored_fact import LampState
from chalicelib.errors import Corrupt
from chalicelib.instant import text
from chalicelib.sample.query import FileQuery, read_query
from chalicelib.sample.state import MISFITS, fold

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
COMMIT = ("sample.committed", {"number": 2})
DRAW = ("sample.drawn", {"value": "v"})


def exchange(entry):
    """An exchange of an entry."""
    return ("sample.exchanged", {"entry": entry})


def review(entry, result="ok"):
    """A review of an entry."""
    return ("file.reviewed", {"entry": entry, "result": result})


def folded(*acts):
    """The state after these acts, a minute apart."""
    facts = [
        Fact(n, kind, f"duban/{n}", at, at, told=True, data=data)
        for n, (kind, data) in enumerate(acts)
        for at in [START + timedelta(minutes=n)]
    ]
    return fold(CaseHistory(facts))


@pytest.mark.parametrize(
    ("acts", "stage"),
    [
        ([], "none"),
        ([COMMIT], "committed"),
        ([COMMIT, DRAW], "drawn"),
        ([COMMIT, DRAW, review("a")], "drawn"),
        ([COMMIT, DRAW, review("a"), review("a", "defects")], "drawn"),
        ([COMMIT, DRAW, review("a"), review("b")], "reviewed"),
        ([COMMIT, DRAW, exchange("b"), review("a")], "drawn"),
        ([COMMIT, DRAW, exchange("b"), review("a"), review("c")], "reviewed"),
    ],
)
def test_the_stages(acts, stage):
    """Reviewed, once each place has a result."""
    state = folded(*acts)
    assert state.stage == stage
    assert state.set_aside == ()


@pytest.mark.parametrize(
    ("acts", "why"),
    [
        ([DRAW], "no list is committed"),
        ([COMMIT, COMMIT], "a list is committed already"),
        ([COMMIT, DRAW, DRAW], "it is drawn already"),
        ([COMMIT, exchange("a")], "it is not drawn yet"),
        ([COMMIT, review("a")], "it is not drawn yet"),
        ([COMMIT, DRAW, exchange("a"), exchange("a")], "the entry was exchanged"),
        ([COMMIT, DRAW, exchange("a"), review("a")], "the entry was exchanged"),
        ([COMMIT, DRAW, review("a"), exchange("a")], "the entry was reviewed"),
    ],
)
def test_what_does_not_fit_is_set_aside(acts, why):
    """With its reason, which there is in Chinese too; the state stays as it was."""
    state, before = folded(*acts), folded(*acts[:-1])
    assert [reason for _, reason in state.set_aside] == [why]
    assert MISFITS[why]
    assert (state.stage, state.exchanged) == (before.stage, before.exchanged)


def query(**more):
    """A query of a day."""
    given = {"population": "closed", "since": START, "until": START + timedelta(days=1), "size": 9}
    return FileQuery(**{**given, **more})


@pytest.mark.parametrize(
    ("index", "minutes", "is_in"),
    [(0, 0, True), (8, 0, True), (9, 0, False), (0, -1, False), (0, 1439, True), (0, 1440, False)],
)
def test_the_period_and_the_length_of_the_log(index, minutes, is_in):
    """From its first instant on, up to its end and not with it; only so many entries."""
    assert query().takes_at(index, START + timedelta(minutes=minutes)) == is_in


@pytest.mark.parametrize(
    ("population", "was", "now", "is_in"),
    [
        ("closed", "green", "closed", True),
        ("closed", "closed", "closed", False),
        ("closed", "closed", "green", False),
        ("closed", "", "closed", True),
        ("closed", "green", "yellow", False),
        ("opened", "", "pending", True),
        ("opened", "pending", "green", False),
        ("opened", "", "", False),
    ],
)
def test_what_brings_a_file_in(population, was, now, is_in):
    """The step to the end, or the first; of the department that has it then."""
    states = LampState(was, "Housing"), LampState(now, "Housing")
    assert query(population=population).takes(*states) == is_in
    assert not query(population=population, department="Roads").takes(*states)


def test_a_query_is_read_as_it_was_written():
    """And nothing else is a query."""
    asked = query(department="Housing", region="3701")
    assert read_query(asked.document()) == asked
    for wrong in (
        {},
        {**asked.document(), "population": "all"},
        {**asked.document(), "salt": "x"},
        {**asked.document(), "from": "yesterday"},
        {**asked.document(), "size": "9"},
        {**asked.document(), "until": text(START)[:-1]},
    ):
        with pytest.raises(Corrupt):
            read_query(wrong)


def test_a_name_follows_from_the_query_and_not_from_the_log():
    """The same files have the same name tomorrow; another query, or a second draw, another."""
    names = {
        query().sample_name(),
        query(size=10).sample_name(),
        query(department="Housing").sample_name(),
        query().sample_name("a" * 26),
    }
    assert len(names) == 3
    assert all(len(name) == 26 for name in names)


def test_one_task_is_one_whose_periods_overlap():
    """With the same filters."""
    day = timedelta(days=1)
    assert query().is_same_task(query(since=START + day / 2, until=START + 2 * day))
    assert not query().is_same_task(query(since=START + day, until=START + 2 * day))
    assert not query().is_same_task(query(item="X-01"))
