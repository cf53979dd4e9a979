"""The shipped profiles side by side, as docs/profiles.md shows them.

python -m infra.policy.table        writes the tables into the document anew
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from chalicelib.board.legend import describe_threshold
from chalicelib.findings.rule_file import load_rules
from chalicelib.pages.words import page_words
from chalicelib.permit.wording import PROCEDURES
from chalicelib.policy.conduct import RULES
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import OURS, load_profile
from chalicelib.policy.threshold import CLOCKS, THRESHOLD_LEVELS, Threshold
from infra.policy.entries import ProfileEntry, entries

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "profiles.md"
BEGIN, END = "<!-- made by python -m infra.policy.table -->\n", "<!-- to here -->\n"
SAME, NONE = "=", "–"

_ZH, _EN = page_words("zh"), page_words("en")
_NUMBERS = {
    "counting.convention": "计时口径 · convention",
    **{f"clocks.{clock}.limit": f"{_ZH[f'clock_{clock}']} · {clock}" for clock in CLOCKS},
    "clocks.immediate.limit": "即办件 · immediate",
    "clocks.joint.limit": "联办件 · joint",
    "clocks.gap.before_promise": "容缺补正先于承诺时限 · gap before promise",
    "clocks.deemed_document.limit": "默认后出具文书 · deemed_document",
    "pause.needs": "特别程序须有 · pause needs",
    "pause.procedures.longest": "事项自有程序的最长时间 · longest of the item's own procedures",
    **{
        f"pause.procedures.{procedure}": f"{name}的最长时间 · longest {procedure}"
        for procedure, name in PROCEDURES.items()
    },
    "extension.most": "延期上限 · extension",
    "extension.approved_by": "延期批准人 · who approves an extension",
    "joint_extension.most": "联办延期上限 · joint extension",
    "sources.outages": "报送故障，一年至多（天） · recorded outages a year, at most (days)",
    "joint_extension.approved_by": "联办延期批准人 · who approves a joint extension",
}
_BOUNDS = {
    "conduct.V-16.outcomes": "V-16 不予许可的结果 · outcomes that are a refusal",
    "conduct.V-17.times": "V-17 告知补正次数 · so many notices",
    "conduct.V-18.most": "V-18 指南以外的材料，至多 · materials beside the guide, at most",
    "conduct.V-21.most": "V-21 环节，至多 · stages, at most",
    "conduct.V-22.share": "V-22 承诺时限占法定时限，至多 · promise of the statutory limit, at most",
    "conduct.V-25.most": "V-25 可共享的材料，至多 · materials that are shared, at most",
    "conduct.V-28.explain_within": "V-28 公开说明理由的期限 · reasons published within",
    "conduct.V-29.too_low": "V-29 无权决定的人 · who may not decide",
    "conduct.V-30.officers": "V-30 核查人数，至少 · officers, at least",
    "conduct.V-30.procedures": "V-30 须两人的程序 · procedures that need them",
}
_LEVELS = {
    "warning": "预警",
    "yellow": "黄牌",
    "red": "红牌",
    "supervision": "督办",
    "referral": "移送",
}
_RUNG = {
    "to": "告知对象 · recipients",
    "respond": "答复期限 · answer within",
    "then": "逾期未答复 · if silent",
}
_LADDER = {
    **{
        f"ladder.{level}.{name}": f"{zh} · {level}：{title}"
        for level, zh in _LEVELS.items()
        for name, title in _RUNG.items()
    },
    "ladder.refer": "建议为线索的规则 · proposed as leads",
    "appeal.window": "申诉期限 · appeal within",
    "appeal.decision": "申诉处理期限 · appeal decided within",
    **{f"numbering.{level}": f"{zh}文号 · number of a {level}" for level, zh in _LEVELS.items()},
    "scoring.warnings.count": "连续预警次数 · warnings in a row",
    "scoring.warnings.points": "连续预警扣分 · they take",
    **{f"scoring.{level}.points": f"{zh}扣分 · a {level} takes" for level, zh in _LEVELS.items()},
    "scoring.promise_cut.over": "承诺时限压缩超过（%） · promises cut by more than (%)",
    "scoring.promise_cut.points": "压缩加分 · they earn",
}


def profile_tables() -> str:
    """Return all tables: thresholds, numbers, conduct and ladder."""
    profiles = [load_profile(name) for name in OURS]
    numbers = _numbers("数值 · number", _NUMBERS, profiles)
    ladder = _numbers("逐级督办 · ladder", {**_LADDER, **_repeated(profiles)}, profiles)
    parts = (_thresholds(profiles), numbers, _conduct(profiles), ladder)
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _thresholds(profiles: list[Profile]) -> Iterator[str]:
    yield from _table_head("时限 · clock | 规则 · rule", profiles)
    rows = {(row.clock, row.rule, row.level) for profile in profiles for row in _rows(profile)}
    for clock, rule, level in sorted(rows, key=_order):
        cells = [_threshold_cell(profile, clock, rule, level) for profile in profiles]
        first = f"{_ZH[f'clock_{clock}']} · {clock} | {rule} {_ZH[f'level_{level}']} · {level}"
        yield _line(first, cells)


def _conduct(profiles: list[Profile]) -> Iterator[str]:
    """Yield the level of each broken rule of conduct, who confirms it, and its boundaries."""
    yield from _table_head("办理行为 · conduct", profiles)
    for rule in RULES:
        title = load_rules()[rule].title
        yield _line(
            f"{rule} {title.zh} · {title.en}",
            [_conduct_cell(profile, rule) for profile in profiles],
        )
    _, _, *bounds = _numbers("", _BOUNDS, profiles)
    yield from bounds


def _conduct_cell(profile: Profile, rule: str) -> str:
    row = profile.conduct.get(rule)
    if row is None:
        return NONE
    sure = "" if row.automatic or row.level == "warning" else "，经人工确认"
    return f"{_ZH[f'level_{row.level}']}{sure} · {row.level}"


def _repeated(profiles: list[Profile]) -> dict[str, str]:
    named = sorted({rule.rule for profile in profiles for rule in profile.ladder.repeated})
    return {f"ladder.repeated {rule}": f"{rule} 重复发牌 · repeated cards" for rule in named}


def _numbers(title: str, names: Mapping[str, str], profiles: list[Profile]) -> Iterator[str]:
    yield from _table_head(title, profiles)
    columns = [{**entries(profile), **_counts(profile)} for profile in profiles]
    for key, name in names.items():
        cells = [column[key].value if key in column else NONE for column in columns]
        if set(cells) != {NONE}:
            yield _line(name, cells)


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


def _table_head(first: str, profiles: list[Profile]) -> Iterator[str]:
    columns = [*first.split(" | "), *(f"`{profile.id}`" for profile in profiles)]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"


def _line(first: str, cells: list[str]) -> str:
    """Return a line of the table; a cell with the statutory value is only a sign."""
    marked = [cells[0], *(SAME if cell == cells[0] != NONE else cell for cell in cells[1:])]
    return f"| {first} | {' | '.join(marked)} |"


def _threshold_cell(profile: Profile, clock: str, rule: str, level: str) -> str:
    rows = [
        row for row in _rows(profile) if (row.clock, row.rule, row.level) == (clock, rule, level)
    ]
    if not rows:
        return NONE
    return "<br>".join(_joined(rows, w) for w in (_ZH, _EN))


def _joined(rows: list[Threshold], w: Mapping[str, str]) -> str:
    return w["met_also"].join(describe_threshold(row, "", w) for row in rows)


def _rows(profile: Profile) -> Iterator[Threshold]:
    for rows in profile.thresholds.values():
        yield from rows


def _order(row: tuple[str, str, str]) -> tuple[int, str, int]:
    clock, rule, level = row
    return [*CLOCKS].index(clock), rule, [*THRESHOLD_LEVELS].index(level)  # type: ignore[arg-type]


def replace_tables(text: str) -> str:
    """Return the document *text* with the present tables."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{profile_tables()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(replace_tables(DOCUMENT.read_text("utf-8")), "utf-8")
