"""Where each case's facts are in the log: one place for all that follow each other."""

from chalicelib.board.leaf_index import Run, cut_runs
from chalicelib.feed.entry import LogEntry
from tests.support.written_log import row


def entries(*cases):
    """Make a log of facts of *cases*, each counted by itself."""
    counts = dict.fromkeys(cases, 0)
    for index, case in enumerate(cases):
        yield LogEntry.read_row(row(index, case, n=counts[case]))
        counts[case] += 1


def test_what_follows_needs_no_place_of_its_own():
    """Another case in between begins a new run."""
    found = cut_runs(entries("a", "a", "b", "a", "b", "b"))
    assert found == [
        Run("c_a", 0, 0), Run("c_b", 0, 2), Run("c_a", 2, 3), Run("c_b", 1, 4),
    ]  # fmt: skip
    assert [found[3].index_of(n) for n in (1, 2)] == [4, 5]


def test_no_entries_have_no_place():
    """And a number that is skipped, which no log has, begins a run too."""
    assert cut_runs([]) == []
    first, _, third = entries("a", "a", "a")
    assert cut_runs([first, third]) == [Run("c_a", 0, 0), Run("c_a", 2, 2)]
