"""A county with cards of every state, and what it shows: log, board, the inspectors' feed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib.lambdas import publish
from chalicelib.policy.catalogue import read_catalogue
from tests.support.asker import Asker, data
from tests.support.batches import Rows
from tests.support.inspector import decide
from tests.support.memory_stage import MemoryWorld
from tests.support.published import edited
from tests.support.replayed import PublicWorld, public_world
from tests.support.shown_log import in_folder
from tests.support.stage import know_only_listed

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November
ITEMS = """item,name,department,kind,promise,statutory,basis,stages
X-01,许可,Housing,promise,5wd,20wd,某法第一条,
X-02,备案,Water,promise,5wd,20wd,某法第二条,
"""
HOUSING = {"item": "X-01", "department": "Housing", "region": "370102"}
WATER = {"item": "X-02", "department": "Water", "region": "370102"}
LATE = ("1", "2", "3", "4")


@contextmanager
def shown_county() -> Iterator[PublicWorld]:
    """Make it: of four late cases one card is answered, one revoked, one lost, one as it was.

    A fifth was decided in time, and a sixth is of a department that nothing knows.
    """
    with public_world(START) as county:
        know_only_listed(county.services)
        county.services.catalogues.write(read_catalogue(ITEMS.encode(), "items.csv"))
        county.tick()
        for case in (*LATE, "5"):
            where = WATER if case == "4" else HOUSING
            county.report("case.accepted", START, case, **where)
        county.accept(START, "6", department="某科", item="Y-01")
        county.tick()
        county.until("2026-11-06T18:00:00")
        county.report("case.decided", "2026-11-06T18:00:00", "5", outcome="granted")
        county.until("2026-11-09T17:31:00")
        county.until("2026-11-10T09:00:00")
        _act(county)
        county.report("case.decided", "2026-11-09T17:00:00", "3", outcome="granted")
        county.until("2026-11-11T09:00:00")
        decide(county, "3", "case.decided", "accept")
        county.until("2026-11-13T09:00:00", minutes=60)
        county.close()
        publish.run({})
        yield county


def _act(county: PublicWorld) -> None:
    """Let people act about two of the cards."""
    ask = Asker(county.services)
    answered, revoked = (card_of(county, case) for case in "12")
    for card, act, who, body in (
        (answered, "acknowledge", "Housing", None),
        (answered, "respond", "Housing", {"text": "已整改"}),
        (answered, "send_back", "inspector", {"text": "不实"}),
        (revoked, "appeal", "Housing", {"text": "有误"}),
        (revoked, "decide", "inspector", {"outcome": "revoked", "text": "属实"}),
    ):
        data(ask("POST", f"/v1/cards/{card}/{act}", who, body), 202)
        county.tick()


def card_of(county: MemoryWorld, case: str) -> str:
    """The yellow card of a case."""
    (card,) = {
        each.card
        for each in county.published()
        if (each.case, each.level) == (f"hall:{case}", "yellow")
    }
    return card


def cards_page(county: MemoryWorld, query: str = "") -> dict[str, Any]:
    """A page of `/cards.json`."""
    page: dict[str, Any] = data(Asker(county.services)("GET", f"/cards.json{query}"))
    return page


def departments_page(county: MemoryWorld) -> dict[str, Any]:
    """What `/departments.json` says."""
    page: dict[str, Any] = data(Asker(county.services)("GET", "/departments.json"))
    return page


def alert_pages(county: MemoryWorld) -> list[list[dict[str, Any]]]:
    """All pages of the inspectors' feed, to the empty one at its end."""
    ask, pages, last = Asker(county.services), list[list[dict[str, Any]]](), ""
    while not pages or pages[-1]:
        pages.append(data(ask("GET", f"/v1/alerts?lastEventId={last}")))
        last = pages[-1][-1]["id"] if pages[-1] else ""
    return pages


def alerts(county: MemoryWorld) -> list[dict[str, Any]]:
    """All alerts, in order."""
    return [event for page in alert_pages(county) for event in page]


def log_folder(county: MemoryWorld, folder: Path) -> Path:
    """Copy the public log into a folder."""
    in_folder(folder, county.cloud.bucket.objects)
    return folder


def saved(folder: Path, name: str, document: object) -> str:
    """Save a document as a reader does, and return the file's name."""
    file = folder / name
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return str(file)


def rows_edited(county: MemoryWorld, **columns: Any) -> None:
    """Let an operator write *columns* into every row of the log's table; None takes one away."""

    def write(rows: Rows) -> None:
        for row in rows:
            row.update(columns)
            for name in [name for name, value in columns.items() if value is None]:
                del row[name]

    edited(county, write)
