"""The rule table as docs/rules.md shows it.

python -m infra.policy.rules_table        writes the table into the document anew
"""

from collections.abc import Iterator
from pathlib import Path

from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile
from chalicelib.policy.threshold import THRESHOLD_LEVELS
from chalicelib.rules.table import Rule, read_rule_table

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
BEGIN, END = "<!-- made by python -m infra.policy.rules_table -->\n", "<!-- to here -->\n"

SILENT = "V-51"  # the rungs of the ladder set the level for an answer that does not come

_HEAD = ("规则 · rule", "何时违反 · when it is broken", "可以发 · levels", "`statutory`")
_MORE = ("方式 · mode", "范围 · scope", "判据 · judged from", "依据 · basis")
_LEVELS = {
    "warning": "预警 warning",
    "yellow": "黄牌 yellow",
    "red": "红牌 red",
    "supervision": "督办 supervision",
    "referral": "移送 referral",
    "proposal": "建议书 proposal",
}
_MODES = {"automatic": "自动 automatic", "confirm": "人工确认 a person confirms"}
_SCOPES = {"C": "办件 case", "G": "环节 stage", "I": "事项 item", "U": "部门 department"}
_JUDGED = {
    "clock": "时限 a limit",
    "act": "报送的行为 a reported act",
    "item": "事项清单 the catalogue",
    "told": "检查发现 a person's finding",
    "data": "数据质量 data quality",
    "count": "发牌次数 cards counted",
}


def rule_table() -> str:
    """Return the table with one line for each rule."""
    columns = (*_HEAD, *_MORE)
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    profile = load_profile("statutory")
    lines += [f"| {' | '.join(_cells(rule, profile))} |" for rule in read_rule_table().values()]
    return "\n".join((*lines, ""))


def levels_in(profile: Profile, rule: str) -> list[str]:
    """Return the levels at which *profile* has *rule*, the lightest first, [] if it has none."""
    rows = [row for rows in profile.thresholds.values() for row in rows if row.rule == rule]
    levels = {str(row.level) for row in rows}
    if rule in profile.conduct:
        levels.add(profile.conduct[rule].level)
    levels |= {row.then for row in profile.ladder.repeated if row.rule == rule}
    if rule == SILENT:
        levels |= {rung.then for rung in profile.ladder.rungs.values()}
    return [level for level in _LEVELS if level in levels]


def _cells(rule: Rule, profile: Profile) -> Iterator[str]:
    yield f"**{rule.id}**<br>{rule.title.zh}<br>{rule.title.en}"
    yield f"{rule.says.zh}<br>{rule.says.en}"
    yield _joined(_LEVELS[level] for level in rule.levels)
    yield _joined(_LEVELS[level] for level in levels_in(profile, rule.id))
    yield _MODES[rule.mode] if set(rule.levels) & {*THRESHOLD_LEVELS[1:], "supervision"} else "–"
    yield _joined(_SCOPES[scope] for scope in rule.scope)
    yield _joined(_JUDGED[source] for source in rule.judged)
    yield rule.basis


def _joined(words: Iterator[str]) -> str:
    return "<br>".join(words) or "–"


def replace_table(text: str) -> str:
    """Return the document *text* with the present table."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{rule_table()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(replace_table(DOCUMENT.read_text("utf-8")), "utf-8")
