"""The shipped profiles side by side, as docs/profiles.md and its English twin show them.

python -m infra.policy.table        writes the tables into both documents anew
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from chalicelib.board.legend import describe_threshold
from chalicelib.card.drafting import LEVEL_NAMES
from chalicelib.findings.rule_file import load_rules
from chalicelib.pages.words import page_words
from chalicelib.permit.wording import PROCEDURES
from chalicelib.policy.conduct import RULES
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import OURS, load_profile
from chalicelib.policy.threshold import CLOCKS, THRESHOLD_LEVELS, Threshold
from infra.policy.entries import ProfileEntry, entries

Language = Literal["zh", "en"]

_DOCS = Path(__file__).resolve().parents[2] / "docs"
DOCUMENTS: Mapping[Language, Path] = {"zh": _DOCS / "profiles.md", "en": _DOCS / "profiles.en.md"}
BEGIN, END = "<!-- made by python -m infra.policy.table -->\n", "<!-- to here -->\n"
SAME, NONE = "=", "–"

_WORDS = {"zh": page_words("zh"), "en": page_words("en")}
_VALUES_ZH = {"its own": "按件确定", "same day": "当日"}  # what `entries` writes for no number

_Titles = dict[str, tuple[str, str]]
"""The Chinese and the English title of each key."""

_NUMBERS: _Titles = {
    "counting.convention": ("计时口径", "convention"),
    **{
        f"clocks.{clock}.limit": (_WORDS["zh"][f"clock_{clock}"], clock.replace("_", " "))
        for clock in CLOCKS
    },
    "clocks.immediate.limit": ("即办件", "immediate cases"),
    "clocks.joint.limit": ("联办件", "joint cases"),
    "clocks.gap.before_promise": ("容缺补正先于承诺时限", "a gap ends so long before the promise"),
    "clocks.deemed_document.limit": ("视为同意后出具文书", "document after a deemed approval"),
    "pause.needs": ("特别程序须有", "a pause needs"),
    "pause.procedures.longest": ("事项自有程序的最长时间", "longest of the item's own procedures"),
    **{
        f"pause.procedures.{procedure}": (
            f"{name}的最长时间",
            f"longest {procedure.replace('_', ' ')}",
        )
        for procedure, name in PROCEDURES.items()
    },
    "extension.most": ("延期上限", "longest extension"),
    "extension.approved_by": ("延期批准人", "who approves an extension"),
    "joint_extension.most": ("联办延期上限", "longest joint extension"),
    "sources.outages": ("报送故障，一年至多（天）", "recorded outages a year, at most (days)"),
    "joint_extension.approved_by": ("联办延期批准人", "who approves a joint extension"),
}
_BOUNDS: _Titles = {
    "conduct.V-16.outcomes": ("不予许可的结果", "outcomes that are a refusal"),
    "conduct.V-17.times": ("告知补正次数", "so many notices"),
    "conduct.V-18.most": ("指南以外的材料，至多", "materials beside the guide, at most"),
    "conduct.V-21.most": ("环节，至多", "stages, at most"),
    "conduct.V-22.share": ("承诺时限占法定时限，至多", "promise of the statutory limit, at most"),
    "conduct.V-25.most": ("可共享的材料，至多", "materials that are shared, at most"),
    "conduct.V-28.explain_within": ("公开说明理由的期限", "reasons published within"),
    "conduct.V-29.too_low": ("无权决定的人", "who may not decide"),
    "conduct.V-30.officers": ("核查人数，至少", "officers, at least"),
    "conduct.V-30.procedures": ("须两人的程序", "procedures that need them"),
}
_RUNG = {
    "to": ("送达对象", "recipients"),
    "respond": ("答复期限", "answer within"),
    "then": ("逾期未答复", "if silent"),
}
_LADDER: _Titles = {
    **{
        f"ladder.{level}.{name}": (f"{zh}：{title[0]}", f"{level}: {title[1]}")
        for level, zh in LEVEL_NAMES.items()
        for name, title in _RUNG.items()
    },
    "ladder.refer": ("提示为问题线索的规则", "proposed as leads"),
    "appeal.window": ("申诉期限", "appeal within"),
    "appeal.decision": ("申诉处理期限", "appeal decided within"),
    **{
        f"numbering.{level}": (f"{zh}文号", f"number of a {level}")
        for level, zh in LEVEL_NAMES.items()
    },
    "scoring.warnings.count": ("连续预警次数", "warnings in a row"),
    "scoring.warnings.points": ("连续预警扣分", "they take"),
    **{
        f"scoring.{level}.points": (f"{zh}扣分", f"a {level} takes")
        for level, zh in LEVEL_NAMES.items()
    },
    "scoring.promise_cut.over": ("承诺时限压缩超过（%）", "promises cut by more than (%)"),
    "scoring.promise_cut.points": ("压缩加分", "they earn"),
}


def profile_tables(language: Language) -> str:
    """Return all tables in *language*: thresholds, numbers, conduct and ladder."""
    profiles = [load_profile(name) for name in OURS]
    ladder = {**_LADDER, **_repeated(profiles)}
    parts = (
        _thresholds(profiles, language),
        _numbers(_NUMBERS, profiles, language),
        _conduct(profiles, language),
        _numbers(ladder, profiles, language),
    )
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def value_in(language: Language, value: str) -> str:
    """Return the *value* of an entry; where it is a word and no number, in *language*."""
    return _VALUES_ZH.get(value, value) if language == "zh" else value


def _thresholds(profiles: list[Profile], language: Language) -> Iterator[str]:
    w = _WORDS[language]
    yield from _table_head(("时限 · 牌级", "clock · level"), profiles, language)
    keys = {_key(row) for profile in profiles for row in profile.threshold_rows}
    for key in sorted(keys):
        clock, rule, level = CLOCKS[key[0]], key[1], THRESHOLD_LEVELS[key[2]]
        cells = [_threshold_cell(profile, key, w) for profile in profiles]
        titles = w[f"clock_{clock}"], w[f"level_{level}"]
        yield _line(f"`{clock}` {rule} `{level}`", " · ".join(titles), cells)


def _conduct(profiles: list[Profile], language: Language) -> Iterator[str]:
    """Yield the level of each broken rule of conduct, who confirms it, and its boundaries."""
    yield from _table_head(("办理行为", "conduct"), profiles, language)
    for rule in RULES:
        cells = [_conduct_cell(profile, rule, language) for profile in profiles]
        yield _line(f"`conduct.{rule}`", getattr(load_rules()[rule].title, language), cells)
    _, _, *bounds = _numbers(_BOUNDS, profiles, language)
    yield from bounds


def _conduct_cell(profile: Profile, rule: str, language: Language) -> str:
    w, row = _WORDS[language], profile.conduct.get(rule)
    if row is None:
        return NONE
    sure = row.automatic or row.level == "warning"
    return w[f"level_{row.level}"] + ("" if sure else w["met_confirmed"])


def _repeated(profiles: list[Profile]) -> _Titles:
    named = sorted({rule.rule for profile in profiles for rule in profile.ladder.repeated})
    return {f"ladder.repeated {rule}": (f"{rule} 重复发牌", f"{rule} repeated") for rule in named}


def _numbers(titles: _Titles, profiles: list[Profile], language: Language) -> Iterator[str]:
    yield from _table_head(("是什么", "what it is"), profiles, language)
    columns = [{**entries(profile), **_counts(profile)} for profile in profiles]
    for key, (zh, en) in titles.items():
        cells = [
            value_in(language, column[key].value) if key in column else NONE for column in columns
        ]
        if set(cells) != {NONE}:
            yield _line(f"`{key}`", zh if language == "zh" else en, cells)


def _counts(profile: Profile) -> dict[str, ProfileEntry]:
    """Return each rule that counts cards, in one line."""
    return {
        f"ladder.repeated {rule.rule}": ProfileEntry(
            key=rule.rule,
            value=f"{rule.count} {rule.level} per {rule.per} within a {rule.within} → {rule.then}",
            basis=rule.basis,
        )
        for rule in profile.ladder.repeated
    }


def _table_head(
    title: tuple[str, str], profiles: list[Profile], language: Language
) -> Iterator[str]:
    """Yield the head: the key as `duban policy diff` has it, its *title*, each profile's id."""
    own = title[0] if language == "zh" else title[1]
    columns = ["key", own, *(f"`{profile.id}`" for profile in profiles)]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"


def _line(key: str, title: str, cells: list[str]) -> str:
    """Return a line of the table; a cell with the statutory value is only a sign."""
    marked = [cells[0], *(SAME if cell == cells[0] != NONE else cell for cell in cells[1:])]
    return f"| {key} | {title} | {' | '.join(marked)} |"


def _threshold_cell(profile: Profile, key: tuple[int, str, int], w: Mapping[str, str]) -> str:
    rows = (row for row in profile.threshold_rows if _key(row) == key)
    return w["met_also"].join(describe_threshold(row, "", w) for row in rows) or NONE


def _key(row: Threshold) -> tuple[int, str, int]:
    return CLOCKS.index(row.clock), row.rule, THRESHOLD_LEVELS.index(row.level)


def replace_tables(text: str, language: Language) -> str:
    """Return the document *text* with the present tables in *language*."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{profile_tables(language)}\n{END}{after}"


if __name__ == "__main__":
    for each, document in DOCUMENTS.items():
        document.write_text(replace_tables(document.read_text("utf-8"), each), "utf-8")
