"""The public pages and their data: the board, departments, cards; and the API's description.

Nobody needs a key here, so nothing personal may get here. All links are relative: the pages work
under any prefix. A page is the same data as its `.json`, read from the projection of the log.
"""

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.board import pages, view
from chalicelib.board.check_page import check_page
from chalicelib.board.due_store import DueList, due_list
from chalicelib.board.legend import legend
from chalicelib.board.projection import Tally, merge_tallies
from chalicelib.board.published_card import PublishedCard
from chalicelib.board.rates import last_days, refusal_rows
from chalicelib.board.view import PublicNames, card_row
from chalicelib.log.merge_delay import MERGE_DELAY
from chalicelib.log.routes import describe_log
from chalicelib.pages.frame import base_of, missing_slash, page_headers
from chalicelib.pages.words import LANGUAGES, Language, choose_language, page_words
from chalicelib.plumbing.answers import public_json
from chalicelib.plumbing.query import read_choice, read_index
from chalicelib.plumbing.services import Services, current_services

LATEST = 7  # cards on the board
WALL = 60  # cards of a page
MOST = 2000  # cards of `cards.json`

blueprint = Blueprint(__name__)


@blueprint.route("/", methods=["GET"])
def board() -> Response:
    """Show the board."""
    services, request = current_services(), blueprint.current_request
    context = request.context or {}
    if redirect := missing_slash(context):
        return Response(body="", status_code=308, headers={"Location": redirect})
    tallies, now = services.board.all_tallies(), services.now()
    words = page_words(_language(_query()), is_formal=bool(_instrument(services)))
    due, zone = due_list(services, tallies), services.profile().zone
    names = services.item_names.current()
    cases = map(_shown(services).of_case, due.cases)
    values = {
        "base": base_of(context, request.headers, is_local=services.settings.is_local),
        **_count_by_name(services, tallies, due),
        "due": [view.due_row(case, now, zone, names) for case in cases],
        "cards": _card_rows(services, services.board.cards(LATEST)),
        "legend": legend(services.profile(), services.region_of(""), words),
    }
    return _page(services, "board", values)


@blueprint.route("/departments", methods=["GET"])
def departments() -> Response:
    """Show every department's counts."""
    services = current_services()
    return _page(services, "departments", {**_counts(services), "refusals": _refusals(services)})


@blueprint.route("/departments.json", methods=["GET"])
def departments_json() -> Response:
    """Give every department's counts as data."""
    services = current_services()
    body = {**_as_of(services), **_counts(services), "refusals": _refusals(services)}
    return public_json(body)


@blueprint.route("/cards", methods=["GET"])
def cards() -> Response:
    """Show the published cards, the newest first."""
    services, before = current_services(), _before(_query())
    published = services.board.cards(WALL, before)
    values = {
        "cards": _card_rows(services, published),
        "is_newest": before is None,
        "before": _older_than(published, WALL),
    }
    return _page(services, "cards", values)


@blueprint.route("/cards.json", methods=["GET"])
def cards_json() -> Response:
    """Give the published cards as data."""
    services = current_services()
    as_of = _as_of(services)
    published = services.board.cards(MOST, _before(_query()))
    before = _older_than(published, MOST)
    following = None if before is None else f"cards.json?before={before}"
    return public_json({**as_of, "cards": _card_rows(services, published), "next": following})


@blueprint.route("/log", methods=["GET"])
def log() -> Response:
    """Show how to check the public log."""
    services, minutes = current_services(), int(MERGE_DELAY.total_seconds()) // 60
    values = {"log": describe_log(services), "signers": [*services.board.signers().by_role()]}
    return _page(services, "log", {**values, "minutes": minutes})


@blueprint.route("/log/check", methods=["GET"])
def check() -> Response:
    """Give the page that checks a card or a receipt in the browser."""
    page = check_page()
    own = {"Content-Security-Policy": page.policy, "Cache-Control": "public, max-age=3600"}
    return Response(body=page.html, headers={**page_headers(), **own})


def _counts(services: Services) -> dict[str, Any]:
    tallies = services.board.all_tallies()
    return _count_by_name(services, tallies, due_list(services, tallies))


def _count_by_name(services: Services, tallies: list[Tally], due: DueList) -> dict[str, Any]:
    shown, measured = _shown(services), services.profile().data_quality
    waiting = shown.by_department(due.waiting)
    return view.counts(merge_tallies(tallies, shown.department), measured, waiting)


def _shown(services: Services) -> PublicNames:
    return PublicNames(services.name_tokens.name_of, services.known_names.knows)


def _refusals(services: Services) -> dict[str, Any]:
    """Return what was refused at the door in the last days; one short query for each day."""
    refusals = services.doorkeeper.refusals
    days = last_days(services.wall().astimezone(services.profile().zone).date())
    return refusal_rows(days, [count for day in days for count in refusals.of_day(day)])


def _page(services: Services, page: str, values: Mapping[str, Any]) -> Response:
    language = _language(_query())
    shown = {**_as_of(services), "instrument": _instrument(services), "base": "", **values}
    return Response(body=pages.render_page(page, language, shown), headers={**page_headers()})


def _as_of(services: Services) -> dict[str, Any]:
    """Return the region of the data, the number of log entries that it counts, and the times.

    It is read before the data, which so counts these entries and maybe more, never fewer.
    """
    through = services.board.through()
    zone = services.profile().zone
    return {
        "region": services.settings.duban_region,
        "through": through.index,
        "data_at": view.local_time(through.at, zone),
        "now_at": view.local_time(services.now(), zone),
    }


def _instrument(services: Services) -> str:
    """Return the instrument by which this stage issues cards; "" where it names none."""
    return str(services.profile().instrument_at(services.now()) or "")


def _card_rows(services: Services, cards: list[PublishedCard]) -> list[dict[str, Any]]:
    zone, shown = services.profile().zone, _shown(services)
    return [card_row(shown.of_card(card), zone) for card in cards]


def _older_than(cards: list[PublishedCard], most: int) -> int | None:
    """Return the index before which older cards are; None where *cards* are fewer than *most*."""
    return cards[-1].index if len(cards) == most else None


def _before(query: Mapping[str, str]) -> int | None:
    zh, en = "before 是一张牌的序号。", "before is the index of a card"
    return read_index(query, "before", zh=zh, en=en)


def _language(query: Mapping[str, str]) -> Language:
    return choose_language(read_choice(query, "lang", LANGUAGES))


def _query() -> Mapping[str, str]:
    query: Mapping[str, str] | None = blueprint.current_request.query_params
    return query or {}
