"""The pages that are shown, as a reader saved them or as an address answers now.

Of `--board`: files of `/cards.json` and `/departments.json`, or the address of either or of the
site. Of `--alerts`: files of `/v1/alerts`, or its address with an inspector's key. Nothing in them
is believed; what has not even their form is bad input.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, field

from chalicelib.errors import BadInput, Bilingual
from infra.terminal.files import unreadable
from infra.verify.source import HttpSource, is_url

_CARDS, _DEPARTMENTS = "cards.json", "departments.json"
_ALERTS = "v1/alerts"
_MOST_PAGES = 10_000
_ENDLESS = Bilingual("页数没有尽头，请核对地址", "it has no last page, look at the address")

Event = dict[str, Any]


class ShownCard(NamedTuple):
    """The row of a *card* whose issue is the entry *at* an index, with all its *fields*."""

    card: str
    at: int
    fields: dict[str, Any]


class CardsPage(Struct, frozen=True):
    """The *rows* of a page, newest first; older ones than index *reaches* are on the next page."""

    where: str
    through: int
    rows: Sequence[ShownCard]
    reaches: int


class CountsPage(Struct, frozen=True):
    """The counts of the *departments*, and their *totals*; it counts *through* so many entries."""

    through: int
    departments: Sequence[dict[str, Any]]
    totals: dict[str, Any]


class BoardPages(Struct):
    """All that was shown of the board, newest cards first; *is_fetched*: as it is now."""

    cards: list[CardsPage] = field(default_factory=list)
    departments: list[CountsPage] = field(default_factory=list)
    is_fetched: bool = False

    @property
    def through(self) -> int:
        """How many entries all pages count, by their own word."""
        counted = [page.through for page in self.cards]
        return min(counted + [page.through for page in self.departments])


class AlertPages(Struct, frozen=True):
    """The events on the *pages* of the feed, each with where it is from; *is_fetched*: as now."""

    pages: list[tuple[str, list[Event]]]
    is_fetched: bool = False


def read_board(places: Sequence[str]) -> BoardPages:
    """Read the board at *places*, files or addresses. Raises BadInput."""
    pages = BoardPages(is_fetched=all(map(is_url, places)))
    for where in places:
        for name, document in _fetched_board(where) if is_url(where) else [(where, _load(where))]:
            _take(pages, name, document)
    pages.cards.sort(key=lambda page: page.rows[0].at if page.rows else 0, reverse=True)
    return pages


def read_alerts(places: Sequence[str], key: str) -> AlertPages:
    """Read the pages of the feed at *places*, files or addresses."""
    pages: list[tuple[str, list[Event]]] = []
    for where in places:
        documents = _fetched_alerts(where, key) if is_url(where) else [(where, _load(where))]
        pages += [(name, _events(name, document)) for name, document in documents]
    return AlertPages(pages, all(map(is_url, places)))


def _take(pages: BoardPages, where: str, document: Any) -> None:
    try:
        if "departments" in document:
            through, rows = int(document["through"]), list(document["departments"])
            pages.departments.append(CountsPage(through, rows, dict(document["totals"])))
            return
        shown = document["cards"]
        rows = [ShownCard(str(row["card"]), int(row["index"]), dict(row)) for row in shown]
        reaches = _before(document) if document["next"] else 0
        pages.cards.append(CardsPage(where, int(document["through"]), rows, reaches))
    except (LookupError, TypeError, ValueError) as error:
        zh = "不是公示页，请取 cards.json 或 departments.json"
        raise BadInput(zh=zh, en=f"not a page of the board: {error!r}", where=where) from error


def _events(where: str, document: Any) -> list[Event]:
    if not isinstance(document, list) or not all(
        isinstance(event, dict) and isinstance(event.get("id"), str) for event in document
    ):
        zh = "不是消息页，请取 /v1/alerts"
        en = "not a page of the feed: no list of events with an id"
        raise BadInput(zh=zh, en=en, where=where)
    return document


def _load(where: str) -> Any:
    try:
        return _read_json(Path(where).read_bytes(), where)
    except OSError as error:
        raise unreadable(error, where) from error


def _read_json(body: bytes, where: str) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise BadInput(zh="不是 JSON", en=f"not JSON: {error}", where=where) from error


def _fetched_board(where: str) -> Iterator[tuple[str, Any]]:
    """Yield the counts and all pages of cards at the address of one of them, or of the site."""
    site, _, last = where.rstrip("/").rpartition("/")
    is_one = last in (_CARDS, _DEPARTMENTS)
    fetch = _fetcher(site if is_one else where, {})
    if last != _CARDS:
        yield _DEPARTMENTS, fetch(_DEPARTMENTS)
    if last == _DEPARTMENTS:
        return
    query, before = "", None
    for _ in range(_MOST_PAGES):
        page = fetch(f"{_CARDS}{query}")
        yield f"{_CARDS}{query}", page
        if not isinstance(page, dict) or not page.get("next"):
            return
        older = _before(page)
        if before is not None and older >= before:
            zh, en = "各页前后不接，请重新取得", "its pages lead nowhere, fetch anew"
            raise BadInput(zh=zh, en=en, where=where)
        query, before = f"?before={older}", older
    raise BadInput(_ENDLESS, where)


def _fetched_alerts(where: str, key: str) -> Iterator[tuple[str, Any]]:
    """Yield all pages of the feed at its address or the site's, each from behind the last one."""
    if not key:
        zh = "消息只给监察员：请用 --key 给出监察员的密钥"
        raise BadInput(zh=zh, en="the feed is for inspectors: give a key by --key", where=where)
    site = where.rstrip("/").removesuffix(f"/{_ALERTS}")
    fetch = _fetcher(site, {"Authorization": f"Bearer {key}"})
    path = _ALERTS
    for _ in range(_MOST_PAGES):
        page = _events(path, fetch(path))
        yield path, page
        if not page:
            return
        path = f"{_ALERTS}?lastEventId={page[-1]['id']}"
    raise BadInput(_ENDLESS, where)


def _fetcher(site: str, headers: dict[str, str]) -> Callable[[str], Any]:
    source = HttpSource(site, headers)

    def fetch(path: str) -> Any:
        body = source.get(path)
        if body is None:
            zh, en = "此处没有，或此密钥无权读取", "nothing is there, or not for this key"
            raise BadInput(zh=zh, en=en, where=f"{site}/{path}")
        return _read_json(body, f"{site}/{path}")

    return fetch


def _before(page: Any) -> int:
    """Return the index before which the next page begins."""
    name, _, index = str(page["next"]).partition("?before=")
    if name != _CARDS or not (index.isascii() and index.isdigit()):
        zh, en = f"下一页的地址不认识：{page['next']!r}", f"an unknown next page: {page['next']!r}"
        raise BadInput(zh=zh, en=en, where=_CARDS)
    return int(index)
