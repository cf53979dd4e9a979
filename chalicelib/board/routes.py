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
from chalicelib.cases.head import CaseSnapshot
from chalicelib.cases.kind import kind_of
from chalicelib.errors import Rejected
from chalicelib.plumbing.services import Services, current_services

LATEST = 7
WALL = 60
MOST = 2000
DUE = 10

_INDEX = re.compile("[0-9]{1,16}")

blueprint = Blueprint(__name__)


@blueprint.route("/", methods=["GET"])
def board() -> Response:
    """Show the board."""
    return _board(current_services(), blueprint.current_request)


@blueprint.route("/departments", methods=["GET"])
def departments() -> Response:
    """Show every department's counts."""
    return _departments(current_services(), _query(blueprint.current_request))


@blueprint.route("/cards", methods=["GET"])
def cards() -> Response:
    """Show the published cards, the newest first."""
    return _cards(current_services(), _query(blueprint.current_request))


@blueprint.route("/cards.json", methods=["GET"])
def cards_json() -> Response:
    """Give the published cards as data."""
    return _cards_json(current_services(), _query(blueprint.current_request))


@blueprint.route("/departments.json", methods=["GET"])
def departments_json() -> Response:
    """Give every department's counts as data."""
    return _departments_json(current_services())


@blueprint.route("/log", methods=["GET"])
def log() -> Response:
    """Show how to check the public log."""
    return _log(current_services(), _query(blueprint.current_request))


@blueprint.route("/openapi.json", methods=["GET"])
def openapi() -> Response:
    """Describe this API."""
    from chalicelib.board.openapi import document

    return _json(document(), max_age=300)


def _board(services: Services, request: Any) -> Response:
    context = request.context or {}
    redirect = missing_slash(context)
    if redirect:
        return Response(body="", status_code=308, headers={"Location": redirect})
    base = base_of(context, request.headers.get("host", ""), is_local=services.settings.is_local)
    chosen = language(_query(request).get("lang"))
    tallies = services.board.all_tallies()
    profile = services.profile()
    now = services.now()
    names = services.item_names.current()
    shown = {
        "base": base,
        "totals": view.totals(tallies, profile.data_quality),
        "departments": view.department_rows(tallies, profile.data_quality),
        "due": [
            view.due_row(due, now, profile.zone, names) for due in _due(services, tallies, now)
        ],
        "cards": _rows(services, services.board.cards(LATEST)),
        "legend": legend(profile, words(chosen)),
    }
    return _page(services, "board", chosen, shown)


def _departments(services: Services, query: Mapping[str, str]) -> Response:
    return _page(services, "departments", language(query.get("lang")), _counts(services))


def _log(services: Services, query: Mapping[str, str]) -> Response:
    minutes = int(MERGE_DELAY.total_seconds()) // 60
    return _page(
        services,
        "log",
        language(query.get("lang")),
        {"log": described(services), "minutes": minutes},
    )


def _cards(services: Services, query: Mapping[str, str]) -> Response:
    before = _before(query)
    cards = services.board.cards(WALL, before)
    shown = {
        "cards": _rows(services, cards),
        "is_newest": before is None,
        "before": _older_than(cards, WALL),
    }
    return _page(services, "cards", language(query.get("lang")), shown)


def _cards_json(services: Services, query: Mapping[str, str]) -> Response:
    cards = services.board.cards(MOST, _before(query))
    before = _older_than(cards, MOST)
    body = {
        **_as_of(services),
        "cards": _rows(services, cards),
        "next": None if before is None else f"cards.json?before={before}",
    }
    return _json(body)


def _departments_json(services: Services) -> Response:
    return _json({**_as_of(services), **_counts(services)})


def _counts(services: Services) -> dict[str, Any]:
    """Count for each department and for all of them."""
    tallies, measured = services.board.all_tallies(), services.profile().data_quality
    return {
        "totals": view.totals(tallies, measured),
        "departments": view.department_rows(tallies, measured),
    }


def _page(services: Services, page: str, language: Language, shown: Mapping[str, Any]) -> Response:
    html = pages.render(page, language, {**_as_of(services), "base": "", **shown})
    return Response(body=html, headers={**pages.headers()})


def _as_of(services: Services) -> dict[str, Any]:
    """Say what the data is of: the region, the sequence it follows, and how far."""
    through = services.board.through()
    zone = services.profile().zone
    return {
        "region": services.settings.duban_region,
        "through": through.index,
        "data_at": view.shown_time(through.at, zone),
        "now_at": view.shown_time(services.now(), zone),
    }


def _rows(services: Services, cards: list[Published]) -> list[dict[str, Any]]:
    profile = services.profile()
    names = services.item_names.current()
    return [view.card_row(card, profile.zone, names, profile.numbering) for card in cards]


def _older_than(cards: list[Published], most: int) -> int | None:
    """The index before which older cards are, where *cards* is as many as *most*."""
    return cards[-1].card.index if len(cards) == most else None


def _due(services: Services, tallies: list[Tally], now: datetime) -> list[CaseSnapshot]:
    """Find the open cases that fall due next; one short query for each department that has any.

    What a card waits for is due as well, but is no case that anybody applied for.
    """
    nearest: list[CaseSnapshot] = []
    for tally in tallies:
        if tally.department and any(tally.lamps[lamp] for lamp in view.OPEN):
            snapshots = services.cases.of_department(tally.department, now, page=2 * DUE)
            nearest.extend(islice((one for one in snapshots if kind_of(one.case) == "permit"), DUE))
    dated = [(snapshot.due_at, snapshot) for snapshot in nearest if snapshot.due_at is not None]
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
