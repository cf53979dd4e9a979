"""A county with very many open cases: their snapshots, cards, log and board, put into its tables.

A tenth of the cases have a card, some wait for an inspector, some have contested news. The tables
are filled directly: 100,000 cases that were lived would take hours.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace
from pynamodb.models import Model

from chalicelib.board.board_item import BoardItem, card_items, tally_item
from chalicelib.board.projection import Tally
from chalicelib.cases.decision import Claims
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.cases.snapshot_item import SnapshotItem, item_of
from chalicelib.clock.due import Due
from chalicelib.log.batch_item import BatchItem, index_key, page_key
from tests.support.memory_stage import MemoryWorld

DEPARTMENTS = 100
_CARD_STATES = ("issued", "proposed", "responded", "appealed", "acknowledged")
_LEVELS = ("yellow", "red")


def fill(county: MemoryWorld, numbers: range) -> None:
    """Put open cases with these *numbers*: half of Housing, the others of a hundred departments."""
    settings = county.services.settings
    cases = SnapshotItem.named(settings.cases_table)
    now = county.services.now()
    for n in numbers:
        _put(county, item_of(cases, _permit(n, numbers, now)))
        if n % 10 == 0:
            _put(county, item_of(cases, _card(n, now)))
        if n % 20 == 0:
            _put(county, item_of(cases, _lead(n, now)))
    _publish(county, numbers)
    _log(county, len(numbers))


def _permit(n: int, numbers: range, now: datetime) -> CaseSnapshot:
    """Return an open case: half are overdue, every fourth is not accepted, some wait for us."""
    middle = (numbers.start + numbers.stop) // 2
    due = None if n % 4 == 0 else Due(now + timedelta(minutes=7 * (n - middle)))
    return CaseSnapshot(
        case=f"hall:many-{n:06d}",
        public_case=f"c_many{n:06d}",
        n=1,
        judged_at=now,
        lamp="pending" if due is None else "red" if due.at < now else "green",
        department=_department(n),
        item=f"X-{n // 2 % 10:02d}",
        region="370102",
        dues={"promise": due} if due else {},
        told="case.supplement_notified" if due is None else "case.accepted",
        held_for="2027" if n % 30 == 1 else "",
        claims=Claims(1, now, n % 40 == 0) if n % 20 == 0 else Claims(),
    )


def _card(n: int, now: datetime) -> CaseSnapshot:
    state = _CARD_STATES[n // 10 % len(_CARD_STATES)]
    return CaseSnapshot(
        case=f"duban:card/c_many{n:06d}.1",
        public_case=f"c_card{n:06d}",
        n=1,
        judged_at=now,
        lamp=state,
        department=_department(n // 10),
        item=f"X-{n % 10:02d}",
        region="370102",
        level=_LEVELS[n // 10 % 2],
        dues={"response": Due(now + timedelta(minutes=n))},
        about={"at": f"2026-11-{n % 28 + 1:02d}T01:00:00.000Z", "rule": "V-12"},
    )


def _lead(n: int, now: datetime) -> CaseSnapshot:
    return CaseSnapshot(
        case=f"duban:sealed/many-{n:06d}",
        public_case=f"c_lead{n:06d}",
        n=1,
        judged_at=now,
        lamp="open",
        department=_department(n),
        region="370102",
    )


def _department(n: int) -> str:
    return f"D{n % DEPARTMENTS}" if n % 2 else "Housing"


def _publish(county: MemoryWorld, numbers: range) -> None:
    """Let the board have a card for each tenth case, and count every department."""
    board = BoardItem.named(county.services.settings.board_table)
    like = next(card for card in county.published() if card.level == "yellow")
    for n in numbers[::10]:
        index = 1_000_000 + n
        card = replace(like, card=f"c_many{n:06d}.1", index=index, case=f"hall:many-{n:06d}")
        for item in card_items(board, card):
            _put(county, item)
    for n in range(DEPARTMENTS):
        lamps = {"green": len(numbers) // DEPARTMENTS}
        _put(county, tally_item(board, Tally(f"D{n}", through=0, lamps=lamps)))


def _log(county: MemoryWorld, number: int) -> None:
    """Go on with the log: a card issued by each of so many entries, each in a batch of its own."""

    def is_lived_card(row: Mapping[str, Any]) -> bool:
        return bool(row["case"] == "hall:2" and json.loads(row["leaf"])["k"] == "card.issued")

    rows = [*county.services.log_reader.rows(0)]
    like = next(row for row in rows if is_lived_card(row))
    batches = BatchItem.named(county.services.settings.log_table)
    for index in range(len(rows), len(rows) + number):
        text = json.dumps([{**like, "index": index}])
        _put(county, batches(page_key(index), index_key(index), entries=text))


def _put(county: MemoryWorld, item: Model) -> None:
    """Put *item* where it would lie, without the stream and the meter."""
    plain: Mapping[str, Any] = item.serialize()
    name = type(item).Meta.table_name
    table = county.cloud.tables[name]
    table.check(plain)
    county.cloud.items[name][table.key(plain)] = plain
