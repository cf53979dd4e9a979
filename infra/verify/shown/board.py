"""`duban verify --board`: the pages of `/cards.json`, and the counts, against the leaves.

Each card of the log must be there as its leaves have it, and no other. What came in the last ten
minutes before the board was read may be there or not; a board that is further behind is a finding.
The counts are of cards issued, revoked, without ground, escalated, each by level. Lamps and rates
follow from whole cases under the rules: the operator's `duban log restore --check` compares them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any, NamedTuple

from msgspec.structs import replace

from chalicelib.board.projection import COUNTS
from chalicelib.board.published_card import PublishedCard
from chalicelib.board.view import card_row
from chalicelib.plumbing.name_tokens import is_token
from chalicelib.policy.ladder import PUBLIC_LEVELS
from infra.verify.issue import Issue, remark
from infra.verify.shown.alike import Differing, TokenNames, differing, in_words, unreadable
from infra.verify.shown.pages import BoardPages, CardsPage, CountsPage, ShownCard
from infra.verify.shown.published import Leaves, LoggedCards, Window, settled_before

CHECK = "board"
_OPTIONAL = ("number", "instrument", "status_at", "status_index", "status_reason")
# What later entries change of a card; the rest is of its issue.
_LATER = frozenset({*_OPTIONAL, "state", "status", "stands", "escalations"}) - {"instrument"}


def check_board(
    pages: BoardPages, leaves: Leaves, until: datetime, now: datetime | None = None
) -> Iterator[Issue]:
    """Yield an issue for each card and count that *pages* do not show as the *leaves* have it.

    *until* is the log's last sign of life, *now* the reader's clock; None where the log has its
    own. A board that was fetched shows all that is settled by that clock.
    """
    shown_now = now if pages.is_fetched else None
    until = max(until, shown_now or until)
    logged, names = LoggedCards(leaves, pages.through, shown_now), TokenNames()
    yield from (unreadable(CHECK, index, error) for index, error in logged.unread)
    stopped = logged.stopped
    if stopped is not None and stopped.recorded_at < settled_before(until):
        at = stopped.recorded_at
        zh = f"公示只数到第 {stopped.index} 条，此条记录于 {at}，早该公示（若是先前保存的文件，"
        en = f"the board stops before entry {stopped.index}, recorded {at} (if this is an old file"
        yield Issue(stopped.index, CHECK, f"{zh}请重新取得）", f"{en}, fetch it anew)")
    yield from _Rows(logged, names).check(pages.cards)
    for counted in pages.departments:
        yield from check_counts(counted, logged, names)


class _Rows:
    """The rows of all pages, each held against its card."""

    def __init__(self, logged: LoggedCards, names: TokenNames) -> None:
        self._logged = logged
        self._names = names
        self._seen: set[str] = set()
        self._later: list[str] = []

    def check(self, pages: Sequence[CardsPage]) -> Iterator[Issue]:
        """Yield what is wrong with the rows of *pages*, and the cards that have none."""
        for page in pages:
            places = [row.at for row in page.rows]
            if places != sorted(set(places), reverse=True):
                zh = f"{page.where} 的牌没有按日志序号由新到旧排列"
                en = f"the cards of {page.where} are not in the order of the log, newest first"
                yield Issue(None, CHECK, zh, en)
            for row in page.rows:
                yield from self._check_row(row)
        if pages:
            yield from self._missing(min(page.reaches for page in pages))
        if self._later:
            count, first = len(self._later), self._later[0]
            zh = f"{count} 张牌有比所读日志更新的内容，未核对，第一张 {first}"
            en = f"{count} cards have news beyond the log that was read: not compared ({first})"
            yield remark(CHECK, zh, en)

    def _check_row(self, row: ShownCard) -> Iterator[Issue]:
        if row.card in self._seen:
            yield Issue(row.at, CHECK, f"牌 {row.card} 重复公示", f"{row.card} is shown twice")
            return
        self._seen.add(row.card)
        window = self._logged.cards.get(row.card)
        if window is None or not window.last.is_issued:
            if row.at >= self._logged.size:
                self._later.append(row.card)
                return
            zh, en = "在日志中没有", "is on the board, and not in the log"
            yield Issue(row.at, CHECK, f"公示的牌 {row.card} {zh}", f"card {row.card} {en}")
            return
        wrong = self._differences(window, row.fields)
        if wrong and self._is_later(row.fields, wrong):
            self._later.append(row.card)
        elif wrong:
            card, words = window.last, in_words(wrong)
            zh = f"公示的牌 {card.card} 与日志不一致（{words[0]}）"
            en = f"card {card.card} is shown otherwise than the log has it ({words[1]})"
            yield Issue(card.index, CHECK, zh, en)

    def _differences(self, window: Window[PublishedCard], shown: dict[str, Any]) -> list[Differing]:
        """Return how *shown* differs from the newest state, [] where it is any that may be."""
        wrong: list[Differing] = []
        for card in reversed([state for state in window.states if state.is_issued]):
            differences = [*differing(derived_row(card), shown, self._names)]
            if not differences:
                return []
            wrong = wrong or differences
        return wrong

    def _is_later(self, shown: dict[str, Any], wrong: Sequence[Differing]) -> bool:
        """Return whether *shown* may be right once more of the log is read than there was."""
        fields = {each.field.partition("[")[0].partition(".")[0] for each in wrong}
        is_later = fields <= _LATER and self._logged.reading.through > self._logged.size
        at = shown.get("status_index")
        is_new = isinstance(at, int) and at >= self._logged.size
        given = all(each.field == "number" and each.derived is None for each in wrong)
        return is_later and (is_new or given)

    def _missing(self, reaches: int) -> Iterator[Issue]:
        """Yield the settled cards from index *reaches* on that no page has."""
        for card_id, window in self._logged.cards.items():
            first = window.states[0]
            if first.is_issued and first.index >= reaches and card_id not in self._seen:
                zh = f"牌 {card_id}（{first.level}，{first.department}）应在公示中，而没有"
                en = f"card {card_id} ({first.level}, {first.department}) should be on the board,"
                yield Issue(first.index, CHECK, zh, f"{en} and is not")


def derived_row(card: PublishedCard) -> dict[str, Any]:
    """Return the row of *card*; its department under the name that was known at its issue."""
    department = card.words.get("department", card.department)
    row = card_row(replace(card, department=department), UTC)
    return {**dict.fromkeys(_OPTIONAL), **row}


class _Range(NamedTuple):
    """The least and the most that may be shown."""

    least: int = 0
    most: int = 0

    def plus(self, other: "_Range") -> "_Range":
        """Return the range of both together."""
        return _Range(self.least + other.least, self.most + other.most)


_Counts = dict[tuple[str, str], _Range]  # by count and level
_EVERY_COUNT: list[tuple[str, str]] = [*product(COUNTS, PUBLIC_LEVELS)]


def check_counts(page: CountsPage, logged: LoggedCards, names: TokenNames) -> Iterator[Issue]:
    """Yield an issue for each count of *page* that the cards of the log do not have.

    The rows of the cards showed *names* for tokens. A department with any other token may be any of
    those shown: so its cards may be among theirs.
    """
    derived = _by_department(logged, names)
    shown = {str(row.get("department", "")): row for row in page.departments}
    hidden = [name for name in sorted(derived) if is_token(name) and name not in shown]
    unknown = _sum(derived.pop(name) for name in hidden)
    ahead = max(0, page.through - logged.size)  # entries that may have changed a count meanwhile
    slack = {key: _Range(-ahead, unknown.get(key, _Range()).most + ahead) for key in _EVERY_COUNT}
    for name in sorted(derived.keys() | shown.keys()):
        yield from _check_row(name, shown.get(name, {}), _sum([derived.get(name, {}), slack]))
    if hidden:
        zh, en = "个部门以未知名称公示", "departments are shown under names that nobody can tell"
        yield remark(CHECK, f"{len(hidden)} {zh}", f"{len(hidden)} {en}")
    moved = {key: _Range(-ahead, ahead) for key in _EVERY_COUNT}
    yield from _check_row("Σ", page.totals, _sum([*derived.values(), unknown, moved]))


def _by_department(logged: LoggedCards, names: TokenNames) -> dict[str, _Counts]:
    derived: dict[str, _Counts] = {}
    for (department, name, level), window in logged.counts.items():
        counts = derived.setdefault(names.shown_as(department), {})
        seen = _Range(min(window.states), max(window.states))
        counts[name, level] = counts.get((name, level), _Range()).plus(seen)
    return derived


def _sum(parts: Iterable[_Counts]) -> _Counts:
    total: _Counts = {}
    for counts in parts:
        for key, each in counts.items():
            total[key] = total.get(key, _Range()).plus(each)
    return total


def _check_row(where: str, shown: Mapping[str, Any], derived: _Counts) -> Iterator[Issue]:
    for name, level in _EVERY_COUNT:
        by_level = shown.get(name, {})
        number = by_level.get(level, 0) if isinstance(by_level, Mapping) else None
        least, most = derived.get((name, level), _Range())
        if not isinstance(number, int) or not least <= number <= most:
            wanted = str(least) if least == most else f"{least}–{most}"
            zh = f"{where} 的 {name}/{level} 公示为 {number}，日志为 {wanted}"
            en = f"{where}: {name}/{level} is shown as {number}, the log has {wanted}"
            yield Issue(None, CHECK, zh, en)
