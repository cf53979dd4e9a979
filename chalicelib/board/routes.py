"""The public pages and their data: the board, departments, cards; and the API's description.

Nobody needs a key here, so nothing personal may get here. All links are relative: the pages work
under any prefix. A page is the same data as its `.json`, read from the projection of the log.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.audit.promise import MERGE_DELAY
from chalicelib.audit.routes import described
from chalicelib.board import pages, view
from chalicelib.board.legend import legend
from chalicelib.board.place import base_of, missing_slash
from chalicelib.board.projection import Published, Tally
from chalicelib.board.words import Language, language, words
from chalicelib.cases.head import Head
from chalicelib.cases.kind import kind_of
from chalicelib.errors import Rejected
from chalicelib.plumbing.services import Services, services

LATEST = 7
WALL = 60
MOST = 2000
DUE = 10

_INDEX = re.compile("[0-9]{1,16}")

blueprint = Blueprint(__name__)


@blueprint.route("/", methods=["GET"])
def board() -> Response:
    """Show the board."""
    return _board(services(), blueprint.current_request)


@blueprint.route("/departments", methods=["GET"])
def departments() -> Response:
    """Show every department's counts."""
    return _departments(services(), _query(blueprint.current_request))


@blueprint.route("/cards", methods=["GET"])
def cards() -> Response:
    """Show the published cards, the newest first."""
    return _cards(services(), _query(blueprint.current_request))


@blueprint.route("/cards.json", methods=["GET"])
def cards_json() -> Response:
    """Give the published cards as data."""
    return _cards_json(services(), _query(blueprint.current_request))


@blueprint.route("/departments.json", methods=["GET"])
def departments_json() -> Response:
    """Give every department's counts as data."""
    return _departments_json(services())


@blueprint.route("/log", methods=["GET"])
def log() -> Response:
    """Show how to check the public log."""
    return _log(services(), _query(blueprint.current_request))


@blueprint.route("/openapi.json", methods=["GET"])
def openapi() -> Response:
    """Describe this API."""
    from chalicelib.board.openapi import document

    return _json(document(), max_age=300)


def _board(served: Services, request: Any) -> Response:
    context = request.context or {}
    redirect = missing_slash(context)
    if redirect:
        return Response(body="", status_code=308, headers={"Location": redirect})
    base = base_of(context, request.headers.get("host", ""), is_local=served.settings.is_local)
    chosen = language(_query(request).get("lang"))
    tallies = served.board.all_tallies()
    profile = served.policy()
    now = served.now()
    names = served.item_names.current()
    shown = {
        "base": base,
        "totals": view.totals(tallies, profile.data_quality),
        "departments": view.department_rows(tallies, profile.data_quality),
        "due": [view.due_row(due, now, profile.zone, names) for due in _due(served, tallies, now)],
        "cards": _rows(served, served.board.cards(LATEST)),
        "legend": legend(profile, words(chosen)),
    }
    return _page(served, "board", chosen, shown)


def _departments(served: Services, query: Mapping[str, str]) -> Response:
    return _page(served, "departments", language(query.get("lang")), _counts(served))


def _log(served: Services, query: Mapping[str, str]) -> Response:
    minutes = int(MERGE_DELAY.total_seconds()) // 60
    return _page(
        served, "log", language(query.get("lang")), {"log": described(served), "minutes": minutes}
    )


def _cards(served: Services, query: Mapping[str, str]) -> Response:
    before = _before(query)
    found = served.board.cards(WALL, before)
    shown = {
        "cards": _rows(served, found),
        "is_newest": before is None,
        "before": _older_than(found, WALL),
    }
    return _page(served, "cards", language(query.get("lang")), shown)


def _cards_json(served: Services, query: Mapping[str, str]) -> Response:
    found = served.board.cards(MOST, _before(query))
    before = _older_than(found, MOST)
    body = {
        **_as_of(served),
        "cards": _rows(served, found),
        "next": None if before is None else f"cards.json?before={before}",
    }
    return _json(body)


def _departments_json(served: Services) -> Response:
    return _json({**_as_of(served), **_counts(served)})


def _counts(served: Services) -> dict[str, Any]:
    """Count for each department and for all of them."""
    tallies, measured = served.board.all_tallies(), served.policy().data_quality
    return {
        "totals": view.totals(tallies, measured),
        "departments": view.department_rows(tallies, measured),
    }


def _page(served: Services, page: str, chosen: Language, shown: Mapping[str, Any]) -> Response:
    html = pages.render(page, chosen, {**_as_of(served), "base": "", **shown})
    return Response(body=html, headers={**pages.headers()})


def _as_of(served: Services) -> dict[str, Any]:
    """Say what the data is of: the region, the sequence it follows, and how far."""
    through = served.board.through()
    zone = served.policy().zone
    return {
        "region": served.settings.duban_region,
        "through": through.index,
        "data_at": view.shown_time(through.at, zone),
        "now_at": view.shown_time(served.now(), zone),
    }


def _rows(served: Services, found: list[Published]) -> list[dict[str, Any]]:
    profile = served.policy()
    names = served.item_names.current()
    return [view.card_row(one, profile.zone, names, profile.numbering) for one in found]


def _older_than(found: list[Published], most: int) -> int | None:
    """The index before which older cards are, where *found* is as many as *most*."""
    return found[-1].card.index if len(found) == most else None


def _due(served: Services, tallies: list[Tally], now: datetime) -> list[Head]:
    """Find the open cases that fall due next; one short query for each department that has any.

    What a card waits for is due as well, but is no case that anybody applied for.
    """
    nearest: list[Head] = []
    for tally in tallies:
        if tally.department and any(tally.lamps[lamp] for lamp in view.OPEN):
            found = served.cases.of_department(tally.department, now, page=2 * DUE)
            nearest.extend(islice((one for one in found if kind_of(one.case) == "permit"), DUE))
    dated = [(head.due_at, head) for head in nearest if head.due_at is not None]
    return [head for _, head in sorted(dated, key=lambda pair: pair[0])][:DUE]


def _before(query: Mapping[str, str]) -> int | None:
    text = query.get("before")
    if not text:
        return None
    if not _INDEX.fullmatch(text):
        raise Rejected(422, "before is the index of a card", field="before")
    return int(text)


def _query(request: Any) -> Mapping[str, str]:
    return request.query_params or {}


def _json(body: Mapping[str, Any], max_age: int = 5) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {
        "Content-Type": "application/json",
        "Cache-Control": f"public, max-age={max_age}",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
    }
    return Response(body=text, headers={**headers})
