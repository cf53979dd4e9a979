"""Names that were known when a fact was recorded, by what the log had stated (CLAIMS §2).

Only names that nothing knew stand in the log as tokens. A name counts as known where every
statement of the last hour, and up to the record, has it: functions may run with the old rules for
a while.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest

from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.policy.names import NameKind, list_names
from infra.verify.supervision.rules import SEEN_TO, Rulebook
from infra.verify.supervision.stated import Statement


def knew_name(
    book: Rulebook, kind: NameKind, name: str, recorded: datetime, written: datetime
) -> bool:
    """Return whether *name* was known for the hour before a fact was *recorded*, and after.

    *written* is by when the log had it.
    """
    stated = list(_in_force(book, recorded - SEEN_TO, written + MERGE_DELAY))
    is_old = bool(stated) and stated[0].since <= recorded - SEEN_TO
    return is_old and all(_knows(statement, kind, name) for statement in stated)


def _in_force(book: Rulebook, since: datetime, until: datetime) -> Iterator[Statement]:
    """Yield the statements that were in force at any time from *since* to *until*."""
    for statement, after in zip_longest(book.statements, book.statements[1:]):
        if statement.since <= until and (after is None or after.since >= since):
            yield statement


def _knows(statement: Statement, kind: NameKind, name: str) -> bool:
    areas = {area for area, _ in statement.selection.by_area}
    closed = {getattr(each, "region", "") for each in statement.calendars.imported}
    regions = {statement.region, *areas, *closed} - {""}
    listed = statement.catalogue.items.values()
    return list_names(listed, statement.sources, regions).knows(kind, name)
