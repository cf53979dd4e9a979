"""What a log entry adds to the counts of the departments' rates, and takes back (CLAIMS §2, §10).

Pure. A case counts in each department that it came to; its flags, its claims and its end count in
the department that had it then. Of a case that is left out (history, reported after its end) only
that is counted. Where a later entry shows that a case is left out, or is not, the entries of the
case before it are counted anew.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.cases.stored_fact import LEFT_OUT
from chalicelib.feed.entry import LogEntry
from chalicelib.intake.event_types import ENDING_TYPES, Derived, Reported

CASES = "cases"
STEPS = (
    *("contested", "accepted", "refused", "overdue", "closed", "ended"),
    *("days", "excluded_days"),
    *LEFT_OUT,
)
_CLAIM_STEPS: Mapping[str, str] = {
    Derived.CLAIM_CONTESTED: "contested",
    Reported.CLAIM_ACCEPTED: "accepted",
    Reported.CLAIM_REFUSED: "refused",
    Derived.CLAIM_OVERDUE: "overdue",
}

Added = Counter[tuple[str, str]]
"""How much is added, by department and name: CASES, one of STEPS, or a sign of V-27."""


def changes_its_past(entry: LogEntry) -> bool:
    """Return whether the entries of the case before *entry* are to be counted anew."""
    return entry.n > 0 and entry.left_out != entry.was_left_out


def added_by(entry: LogEntry, earlier: Sequence[LogEntry] = ()) -> Added:
    """Return what *entry* adds; *earlier* are those of its case, if it changes its past."""
    added: Added = Counter()
    _count(added, entry, entry.left_out, 1)
    if changes_its_past(entry):
        for before in earlier:
            _count(added, before, entry.left_out, 1)
            _count(added, before, entry.was_left_out, -1)
    return Counter({key: number for key, number in added.items() if number})


def flagged_sign(entry: LogEntry) -> str:
    """Return the sign of V-27 with which *entry* flags its case; empty where it does not."""
    return "" if entry.told or entry.kind != Derived.DATA_FLAGGED else str(entry.data["sign"])


def _count(added: Added, entry: LogEntry, left_out: str, sign: int) -> None:
    """Add to *added*, or take from it, what *entry* counts where its case is *left_out* so."""
    for department, name, number in _counts(entry, left_out):
        added[department, name] += sign * number


def _counts(entry: LogEntry, left_out: str) -> Iterator[tuple[str, str, int]]:
    if entry.now and (not entry.was or entry.was_in != entry.department):
        yield entry.department, left_out or CASES, 1
    if left_out:
        return
    for name in (flagged_sign(entry), *_steps_of(entry)):
        if name:
            yield entry.department, name, 1
    if entry.was_days:
        yield entry.was_in, "days", -entry.was_days.passed
        yield entry.was_in, "excluded_days", -entry.was_days.excluded
    if entry.days:
        yield entry.department, "days", entry.days.passed
        yield entry.department, "excluded_days", entry.days.excluded


def _steps_of(entry: LogEntry) -> Iterator[str]:
    """Yield what *entry* is of a claim's fate, or of the end of its case."""
    yield _CLAIM_STEPS.get(entry.kind, "")
    if entry.now == "closed" != entry.was:
        yield "closed"
        yield "ended" if entry.kind in ENDING_TYPES else ""
