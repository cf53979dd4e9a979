"""Work that is done for several items at once."""

from contextvars import ContextVar
from threading import Barrier, get_ident
from time import sleep

import pytest

from chalicelib.plumbing.table import WORKERS, in_parallel

_word: ContextVar[str] = ContextVar("word", default="")


def test_the_answers_have_the_order_of_the_items() -> None:
    """However many there are."""
    for count in (0, 1, 2, 100):
        assert in_parallel(lambda n: n * n, range(count)) == [n * n for n in range(count)]


def test_as_many_as_there_are_workers_run_at_once() -> None:
    """Each waits until all are there."""
    together = Barrier(WORKERS, timeout=20)
    places = in_parallel(lambda _: together.wait(), range(WORKERS))
    assert sorted(places) == list(range(WORKERS))


def test_one_item_needs_no_thread() -> None:
    """Most commits of the log have one case."""
    assert in_parallel(lambda _: get_ident(), ["one"]) == [get_ident()]


def test_each_knows_whom_it_works_for() -> None:
    """The context of the caller is there in each thread."""
    _word.set("ours")
    assert in_parallel(lambda _: _word.get(), range(20)) == ["ours"] * 20


def test_an_error_is_raised_when_all_that_was_begun_has_ended() -> None:
    """Nothing goes on behind the caller's back."""
    together, done = Barrier(WORKERS, timeout=20), []

    def work(n: int) -> None:
        together.wait()
        if n == 0:
            raise ValueError(n)
        sleep(0.05)
        done.append(n)

    with pytest.raises(ValueError, match="0"):
        in_parallel(work, range(WORKERS))
    assert sorted(done) == list(range(1, WORKERS))
