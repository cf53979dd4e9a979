"""The counts of cards in `/departments.json`, against the cards of the log.

Issued, revoked, without ground, escalated: each by level. Lamps and rates are not compared here:
they follow from whole cases under the rules, and the operator's `duban log restore --check` does.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib.board.projection import COUNTS
from chalicelib.plumbing.name_tokens import is_token
from chalicelib.policy.ladder import PUBLIC_LEVELS
from infra.verify.issue import Issue, remark
from infra.verify.shown.alike import TokenNames
from infra.verify.shown.pages import CountsPage
from infra.verify.shown.published import LoggedCards

CHECK = "board"


class _Range(NamedTuple):
    """The least and the most that may be shown."""

    least: int = 0
    most: int = 0

    def plus(self, other: "_Range") -> "_Range":
        """Return the range of both together."""
        return _Range(self.least + other.least, self.most + other.most)


_Counts = dict[tuple[str, str], _Range]  # by count and level


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
    slack = {key: _Range(-ahead, unknown.get(key, _Range()).most + ahead) for key in _every_count()}
    for name in sorted(derived.keys() | shown.keys()):
        yield from _check_row(name, shown.get(name, {}), _sum([derived.get(name, {}), slack]))
    if hidden:
        zh, en = "个部门以未知名称公示", "departments are shown under names that nobody can tell"
        yield remark(CHECK, f"{len(hidden)} {zh}", f"{len(hidden)} {en}")
    moved = {key: _Range(-ahead, ahead) for key in _every_count()}
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


def _every_count() -> Iterator[tuple[str, str]]:
    return ((name, level) for name in COUNTS for level in PUBLIC_LEVELS)


def _check_row(where: str, shown: Mapping[str, Any], derived: _Counts) -> Iterator[Issue]:
    for name, level in _every_count():
        by_level = shown.get(name, {})
        number = by_level.get(level, 0) if isinstance(by_level, Mapping) else None
        least, most = derived.get((name, level), _Range())
        if not isinstance(number, int) or not least <= number <= most:
            wanted = str(least) if least == most else f"{least}–{most}"
            zh = f"{where} 的 {name}/{level} 公示为 {number}，日志为 {wanted}"
            en = f"{where}: {name}/{level} is shown as {number}, the log has {wanted}"
            yield Issue(None, CHECK, zh, en)
