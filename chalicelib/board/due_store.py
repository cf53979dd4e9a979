"""The due list (到期清单) of all departments, made anew once a minute at the most.

A page would need two queries for each department. So whoever asks first in a minute makes the list
for all, and nobody makes one while nobody looks. A local stage, whose clock leaps, keeps none.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice

from msgspec import Struct, convert, to_builtins

from chalicelib.board.projection import Tally
from chalicelib.board.view import OPEN
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.instant import parse, text
from chalicelib.plumbing.services import Services

DUE = 10
_MOST_LOOKED_AT = 100  # cases of a department, for those that wait to be judged
_PLACE = ("BOARD", "DUE")
_KEPT = timedelta(minutes=1)


class DueList(Struct, frozen=True):
    """How many cases wait to be judged (待核), by department; the *cases* that are shown.

    Those are the last ones that wait, and behind them the open ones that fall due next.
    """

    waiting: Mapping[str, int]
    cases: tuple[CaseSnapshot, ...]


def due_list(services: Services, tallies: Iterable[Tally]) -> DueList:
    """Return the due list of this minute."""
    if services.settings.is_local:
        return _make(services, tallies)
    wall = services.wall()
    kept = services.registry.get(*_PLACE, consistent=False)
    if kept and timedelta() <= wall - parse(kept["at"]) < _KEPT:
        return convert(kept["list"], DueList)
    made = _make(services, tallies)
    # Crash before it: the next one to ask makes it. Of two at once the later one stays.
    services.registry.put(*_PLACE, {"at": text(wall), "list": to_builtins(made)})
    return made


def _make(services: Services, tallies: Iterable[Tally]) -> DueList:
    now = services.now()
    departments = [
        tally.department
        for tally in tallies
        if tally.department and any(tally.lamps[lamp] for lamp in OPEN)
    ]

    def look(department: str) -> tuple[list[CaseSnapshot], list[CaseSnapshot]]:
        """Return who waits, among those that fell due last, and who is due next: two queries.

        So it costs no more where a department has a thousand that are overdue.
        """
        fallen = services.cases.fallen_due("permit", department, now, _MOST_LOOKED_AT)
        coming = services.cases.of_department("permit", department, now, page=2 * DUE)
        return [each for each in fallen if each.is_unjudged(now)], list(islice(coming, DUE))

    looked = services.in_parallel(look, departments)
    waiting = {name: len(waits) for name, (waits, _) in zip(departments, looked, strict=True)}
    last = sorted((each for waits, _ in looked for each in waits), key=_by_due)[-DUE:]
    dated = (each for _, coming in looked for each in coming if each.due_at is not None)
    return DueList(waiting, (*last, *sorted(dated, key=_by_due)[:DUE]))


def _by_due(snapshot: CaseSnapshot) -> datetime:
    assert snapshot.due_at is not None  # noqa: S101 - such a case is listed by it
    return snapshot.due_at
