"""Faults of a profile that can be read: a card that never comes, a red before its yellow.

A *fault* is what nobody can have meant; a *note* is what somebody should know.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from chalicelib.errors import BadInput, Bilingual
from chalicelib.findings.finding import SILENT
from chalicelib.findings.rule_file import load_rules
from chalicelib.policy.basis import LAWFUL, Basis
from chalicelib.policy.conduct import RULES
from chalicelib.policy.papers import fields_of
from chalicelib.policy.profile import Profile
from chalicelib.policy.threshold import CLOCKS, THRESHOLD_LEVELS, Threshold
from infra.policy.entries import describe_threshold, entries, threshold_name

ProfileIssueKind = Literal["fault", "note"]

_NO_CLOCK = Bilingual("没有写，这个时限不计", "is not there, so this clock does not run")
_NO_THRESHOLD = Bilingual(
    "没有界线，永远不会提醒或发牌", "has no threshold, so nothing is ever said of it"
)
_NO_YELLOW = Bilingual("永远遇不到：这个时限没有黄牌", "is never met: this clock has no yellow")
_AT_ONCE = Bilingual("一开始计时就遇到", "is met as soon as the clock begins")
_NOT_JUDGED = Bilingual("没有写，这条规则不判断", "is not there, so this rule is not judged")
_NO_PERSON = Bilingual(
    "不经人确认就发牌（个人信息保护法第二十四条）", "a card is issued without a person (PIPL 24)"
)
_NO_CARD = Bilingual(
    "永远遇不到：没有一行按这条规则发牌", "is never met: no row makes a card of this rule"
)
_NO_SECTION = Bilingual("不在任何一节，不扣分", "is in no section, so it takes no points")
_NO_DOCUMENT = Bilingual("这一级不制作文书", "no document is made at this level")


class ProfileIssue(Struct, frozen=True):
    """Something about one *entry* of a profile."""

    kind: ProfileIssueKind
    entry: str
    text: Bilingual


def review(profile: Profile) -> tuple[ProfileIssue, ...]:
    """Return the issues with *profile*: faults first, then notes."""
    issues = [*_bases(profile), *_clocks(profile)]
    for rows in profile.thresholds.values():
        issues += [*_order(rows), *_duplicates(rows)]
        for row in rows:
            issues += _reached(row, rows, profile)
    issues += _conduct(profile)
    issues += [*_silence(profile), *_counted_early(profile), *_unscored(profile)]
    issues += [ProfileIssue("note", entry, text) for entry, text in idle_rows(profile)]
    issues += _papers(profile)
    return tuple(sorted(issues, key=lambda issue: issue.kind))


def _bases(profile: Profile) -> Iterator[ProfileIssue]:
    """Yield the entries that cite an article whose text is not there."""
    for entry in entries(profile).values():
        for citation in entry.basis.citations:
            try:
                _ = citation.texts
            except BadInput as error:
                text = Bilingual(error.line("zh"), error.line("en"))
                yield ProfileIssue("fault", entry.key, text)


def _clocks(profile: Profile) -> Iterator[ProfileIssue]:
    for clock in CLOCKS:
        rows, key = profile.thresholds.get(clock), f"clocks.{clock}"
        if rows is None:
            yield ProfileIssue("note", key, _NO_CLOCK)
            continue
        if not rows:
            yield ProfileIssue("note", key, _NO_THRESHOLD)
        convention = profile.clocks[clock].convention
        if convention not in (None, profile.convention):
            zh = f"按惯例 {convention} 计算，而整份规则按 {profile.convention}"
            en = f"counts by convention {convention}, the profile by {profile.convention}"
            yield ProfileIssue("note", key, Bilingual(zh, en))


def _order(rows: Sequence[Threshold]) -> Iterator[ProfileIssue]:
    """Yield graver levels that come first: a red before its yellow, a yellow before a warning."""
    for number, graver in enumerate(THRESHOLD_LEVELS):
        for lighter in THRESHOLD_LEVELS[:number]:
            first = [row for row in rows if row.level == lighter]
            later = [row for row in rows if row.level == graver]
            for row in later if first else ():
                if all(_is_before(row, other) for other in first):
                    zh, en = describe_threshold(first[0])
                    zh, en = f"早于它的 {lighter}（{zh}）", f"is met before its {lighter} ({en})"
                    yield _issue("fault", row, zh, en)
                elif any(_point(row) == _point(other) for other in first):
                    yield _issue("note", row, f"它的 {lighter} 也在此时", f"so is its {lighter}")


def _duplicates(rows: Sequence[Threshold]) -> Iterator[ProfileIssue]:
    for number, row in enumerate(rows):
        if any(_key(row) == _key(r) and _point(row) == _point(r) for r in rows[:number]):
            yield _issue("fault", row, "已经写过", "said already")


def _reached(row: Threshold, rows: Sequence[Threshold], profile: Profile) -> Iterator[ProfileIssue]:
    """Yield whether *row* is never met, or at once."""
    limit = profile.clocks[row.clock].limit
    yellows = [other for other in rows if other.level == "yellow" and not other.after_yellow]
    if row.after_yellow and not yellows:
        yield ProfileIssue("fault", _key(row), _NO_YELLOW)
    if row.percent == 0:
        yield ProfileIssue("note", _key(row), _AT_ONCE)
    if row.left is None:
        return
    if limit is None:
        same = [other for other in rows if _key(other) == _key(row)]
        if row is same[0] and all(other.percent is None for other in same):
            units = [other.left.unit for other in same if other.left]
            zh = f"期限按 {'、'.join(units)} 写的才会遇到"
            text = Bilingual(zh, f"is met only by a limit in {' or '.join(units)}")
            yield ProfileIssue("note", _key(row), text)
    elif row.left.unit != limit.unit:
        if row.percent is None:
            zh = f"永远遇不到：期限 {limit}，剩 {row.left}"
            text = Bilingual(zh, f"is never met: {row.left} left of a limit of {limit}")
            yield ProfileIssue("fault", _key(row), text)
    elif row.left.amount >= limit.amount:
        zh = f"一开始计时就遇到：期限是 {limit}"
        text = Bilingual(zh, f"is met as soon as the clock begins: its limit is {limit}")
        yield ProfileIssue("note", _key(row), text)


def _conduct(profile: Profile) -> Iterator[ProfileIssue]:
    """Yield rules that are not judged, and cards that are issued without a person."""
    for rule in RULES:
        row, key = profile.conduct.get(rule), f"conduct.{rule}"
        if row is None:
            yield ProfileIssue("note", key, _NOT_JUDGED)
            continue
        if row.automatic and row.level != "warning":
            yield ProfileIssue("note", f"{key}.automatic", _NO_PERSON)
        if row.level not in load_rules()[rule].levels:
            levels = load_rules()[rule].levels
            zh = f"{row.level}，而规则表里是 {'、'.join(levels)}"
            text = Bilingual(zh, f"{row.level}, where the rule table has {' or '.join(levels)}")
            yield ProfileIssue("note", f"{key}.level", text)


def _silence(profile: Profile) -> Iterator[ProfileIssue]:
    """Yield where nothing follows an unanswered card, or two entries contradict each other."""
    for rung in profile.ladder.rungs.values():
        if rung.respond and not rung.then:
            zh = f"{rung.level} 在 {rung.respond} 内没有答复，也没有下一步"
            en = f"nothing follows where {rung.level} is not answered within {rung.respond}"
            yield ProfileIssue("note", f"ladder.{rung.level}.respond", Bilingual(zh, en))
    yellow = profile.ladder.rungs.get("yellow")
    for row in profile.threshold_rows:
        silence = row.after_yellow
        if silence and yellow and yellow.respond not in (None, silence):
            zh, en = describe_threshold(row)
            zh = f"{zh}，但黄牌要在 {yellow.respond} 内答复"
            en = f"{en}, but a yellow is to be answered within {yellow.respond}"
            yield ProfileIssue("note", _key(row), Bilingual(zh, en))


def _counted_early(profile: Profile) -> Iterator[ProfileIssue]:
    """Yield rules that count cards without a share, or which come before their limit is over."""
    near = {row.level for row in profile.threshold_rows if row.is_near}
    for rule in profile.ladder.repeated:
        if not rule.share:
            zh = "没有写 share：办件多的单位，会因为忙而受罚"
            text = Bilingual(zh, "has no share: a busy department is punished for being busy")
            yield ProfileIssue("note", f"ladder.repeated {rule.rule}", text)
        if rule.level in near - {"warning"}:
            zh = f"把期满以前发的 {rule.level} 也计入"
            text = Bilingual(zh, f"counts a {rule.level} that is issued before its limit is over")
            yield ProfileIssue("note", f"ladder.repeated {rule.rule}", text)


def _unscored(profile: Profile) -> Iterator[ProfileIssue]:
    """Yield rules whose cards take no points, because no section of the score has the rule."""
    scoring = profile.scoring
    clocks = {row.rule: row.level for row in profile.threshold_rows}
    conduct = {rule: row.level for rule, row in profile.conduct.items()}
    counted = {rule.rule: rule.then for rule in profile.ladder.repeated}
    for rule, level in sorted({**clocks, **conduct, **counted}.items()):
        if scoring.takes(level) and not scoring.touched_by(rule):
            yield ProfileIssue("note", f"scoring {rule}", _NO_SECTION)


def idle_rows(profile: Profile) -> Iterator[tuple[str, Bilingual]]:
    """Yield entry and reason of each row without effect: its rule, or level, has no card."""
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
        bases = [each.basis for each in profile.threshold_rows if each.level == row.level]
        bases += [each.basis for each in profile.conduct.values() if each.level == row.level]
        if not any(map(_may_count, bases)):
            zh = f"什么也不计：没有一个 {row.level} 依据法律或某地的文件"
            en = f"counts nothing: no {row.level} rests on law or on a document of a place"
            yield f"ladder.repeated {row.rule}", Bilingual(zh, en)


def _levels(profile: Profile) -> dict[str, set[str]]:
    """Return the levels of every rule that has a row."""
    levels: dict[str, set[str]] = {}
    rules = [(row.rule, str(row.level)) for row in profile.threshold_rows]
    rules += [(rule, row.level) for rule, row in profile.conduct.items()]
    rules += [(row.rule, row.then) for row in profile.ladder.repeated]
    rules += [(SILENT, rung.then) for rung in profile.ladder.rungs.values() if rung.then]
    for rule, level in rules:
        levels.setdefault(rule, set()).add(level)
    return levels


def _may_count(basis: Basis) -> bool:
    """Return whether a card by *basis* counts in some place."""
    parts = [each.document for each in basis.citations if not each.is_beside]
    return bool(parts) and all(part is not None and part.kind in LAWFUL for part in parts)


def _papers(profile: Profile) -> Iterator[ProfileIssue]:
    """Yield documents that are never made, or never whole, and levels without a document."""
    for name, template in profile.papers.items():
        rung, key = profile.ladder.rungs.get(template.level), f"documents.{name}"
        if rung is None and template.level in ("supervision", "referral"):
            zh = f"永远不会制作：没有 [ladder.{template.level}]"
            text = Bilingual(zh, f"is never made: there is no [ladder.{template.level}]")
            yield ProfileIssue("fault", key, text)
            continue
        unsaid = set() if rung and rung.respond else {"respond", "deadline"}
        unsaid |= set() if rung and rung.then else {"next"}
        for number, paragraph in enumerate(template.body, 1):
            for field in sorted(fields_of(paragraph) & unsaid):
                zh = f"第 {number} 段永远不会出现：{template.level} 没有设定 {field}"
                en = f"paragraph {number} is never there: at {template.level} no {field} is set"
                kind: ProfileIssueKind = "note" if number > 1 else "fault"
                yield ProfileIssue(kind, f"{key}.body", Bilingual(zh, en))
    with_document = {template.level for template in profile.papers.values()}
    for level in profile.ladder.rungs:
        if level not in {"warning", *with_document}:
            yield ProfileIssue("note", f"ladder.{level}", _NO_DOCUMENT)


def _is_before(row: Threshold, other: Threshold) -> bool:
    """Return whether *row* is met before *other* in every case."""
    if row.after_yellow or other.after_yellow:
        return row.after_yellow is None and row.level == "yellow"
    if row.over and other.over:
        return row.over.unit == other.over.unit and row.over.amount < other.over.amount
    if row.over or other.over:
        return row.is_near
    if row.left and other.left and row.percent is None and other.percent is None:
        return row.left.unit == other.left.unit and row.left.amount > other.left.amount
    if row.percent is not None and other.percent is not None and not (row.left or other.left):
        return row.percent < other.percent
    return False


def _point(row: Threshold) -> tuple[object, ...]:
    return row.left, row.percent, row.over, row.after_yellow


def _issue(kind: ProfileIssueKind, row: Threshold, zh: str, en: str) -> ProfileIssue:
    """Return an issue with *row*, with the words for when that is met."""
    when = describe_threshold(row)
    return ProfileIssue(kind, _key(row), Bilingual(f"{when.zh}：{zh}", f"{when.en}: {en}"))


def _key(row: Threshold) -> str:
    return f"threshold {threshold_name(row)}"
