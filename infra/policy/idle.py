"""Rows of a profile that never have an effect: they name a rule, or a level, that has no card."""

from collections.abc import Iterator

from chalicelib.errors import Bilingual
from chalicelib.findings.finding import SILENT
from chalicelib.policy.basis import LAWFUL, Basis
from chalicelib.policy.profile import Profile

_NO_CARD = Bilingual(
    "永远遇不到：没有一行按这条规则发牌", "is never met: no row makes a card of this rule"
)


def idle_rows(profile: Profile) -> Iterator[tuple[str, Bilingual]]:
    """Yield the entry and the reason of each: referred, scored or counted, and never there."""
    levels = _levels(profile)
    for rule in sorted(profile.ladder.refer):
        if not levels.get(rule, set()) - {"warning"}:
            yield f"ladder.refer {rule}", _NO_CARD
    for section in profile.scoring.sections:
        if idle := sorted(section.rules - levels.keys()):
            zh = f"{'、'.join(idle)}：没有一行判断它，不扣分"
            text = Bilingual(zh, f"{', '.join(idle)}: no row judges this, so it takes no points")
            yield f"scoring.section {section.id}", text
    for row in profile.ladder.repeated:
        if not any(_may_count(basis) for level, basis in _rows(profile) if level == row.level):
            zh = f"什么也不计：没有一个 {row.level} 依据法律或某地的文件"
            en = f"counts nothing: no {row.level} rests on law or on a document of a place"
            text = Bilingual(zh, en)
            yield f"ladder.repeated {row.rule}", text


def _levels(profile: Profile) -> dict[str, set[str]]:
    """Return the levels of every rule that has a row."""
    levels: dict[str, set[str]] = {}
    thresholds = [row for rows in profile.thresholds.values() for row in rows]
    found = [(row.rule, str(row.level)) for row in thresholds]
    found += [(rule, row.level) for rule, row in profile.conduct.items()]
    found += [(row.rule, row.then) for row in profile.ladder.repeated]
    found += [(SILENT, rung.then) for rung in profile.ladder.rungs.values() if rung.then]
    for rule, level in found:
        levels.setdefault(rule, set()).add(level)
    return levels


def _rows(profile: Profile) -> Iterator[tuple[str, Basis]]:
    """Yield level and basis of each row whose cards may be counted."""
    for rows in profile.thresholds.values():
        yield from ((row.level, row.basis) for row in rows)
    yield from ((row.level, row.basis) for row in profile.conduct.values())


def _may_count(basis: Basis) -> bool:
    """Return whether a card by *basis* counts in some place."""
    parts = [each.document for each in basis.citations if not each.is_beside]
    return bool(parts) and all(part is not None and part.kind in LAWFUL for part in parts)
