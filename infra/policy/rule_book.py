"""The rules as docs/rules.md shows them: words, law, numbers with dates, examples as sentences.

python -m infra.policy.rule_book        writes them into the document anew
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from chalicelib.board.legend import describe_threshold
from chalicelib.findings.rule_file import Law, Rule, load_rules
from chalicelib.pages.words import page_words
from chalicelib.policy.basis import Basis
from chalicelib.policy.documents import load_documents
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import OURS, load_profile
from infra.policy.entries import entries
from infra.policy.example_words import describe_example
from infra.policy.rule_examples import load_examples

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
BEGIN, END = "<!-- made by python -m infra.policy.rule_book -->\n", "<!-- to here -->\n"

LEVELS = {
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
_OWN = {  # the sections of a profile with the numbers of a rule, beside its own rows
    "V-12": ("extension.", "joint_extension."),
    "V-13": ("pause.",),
    "V-27": ("data_quality.",),
    "V-51": ("ladder.yellow.", "ladder.red.", "ladder.supervision.", "appeal."),
}
_ZH = page_words("zh")

Row = tuple[str, str, Basis]
"""A number of a profile: what it is, its value, and what it rests on."""


def rule_book() -> str:
    """Return one section for each rule. Raises BadInput."""
    profiles = [load_profile(name) for name in OURS]
    lines = [line for rule in load_rules().values() for line in _section(rule, profiles)]
    return "\n".join(lines)


def replace_rules(text: str) -> str:
    """Return the document *text* with the present rules."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{rule_book()}\n{END}{after}"


def _section(rule: Rule, profiles: list[Profile]) -> Iterator[str]:
    yield f"## {rule.id} {rule.title.zh} {rule.title.en}\n"
    yield f"{rule.says.zh}\n\n{rule.says.en}\n"
    yield f"- 可以发 levels：{_joined(LEVELS, rule.levels)}"
    if rule.levels:
        yield f"- 方式 mode：{_MODES[rule.mode]}"
    yield f"- 范围 scope：{_joined(_SCOPES, rule.scope)}"
    yield f"- 判据 judged from：{_joined(_JUDGED, rule.judged)}"
    if rule.basis:
        yield f"- 依据 basis：{rule.basis}"
    yield ""
    yield from map(_quote, rule.laws)
    yield from _numbers(rule, profiles)
    examples = load_examples(rule.id)
    if examples:
        yield "例 examples：\n"
        yield from (f"- **{each.name}。** {describe_example(each)}" for each in examples)
        yield ""


def _joined(words: Mapping[str, str], names: tuple[str, ...]) -> str:
    return "、".join(words[name] for name in names) or "–"


def _quote(law: Law) -> str:
    name, _, article = law.article.partition("#")
    cited = load_documents()[name].write((article,))
    lines = "\n>\n> ".join(law.text.splitlines())
    return f"> [{cited}]({law.link})（自{law.effective}施行）\n>\n> {lines}\n"


def _numbers(rule: Rule, profiles: list[Profile]) -> Iterator[str]:
    """Yield the table of the numbers of *rule*; of other profiles only what differs."""
    first, *others = ({row[0]: row for row in _rows(rule.id, profile)} for profile in profiles)
    lines = [_line(profiles[0].id, row) for row in first.values()]
    for profile, rows in zip(profiles[1:], others, strict=True):
        lines += [_line(profile.id, row) for name, row in rows.items() if row != first.get(name)]
        lines += [f"| `{profile.id}` | {name} | – | | |" for name in first if name not in rows]
    if lines:
        yield "| 规则集 profile | 项目 entry | 数值 value | 自 since | 依据 basis |"
        yield "|---|---|---|---|---|"
        yield from (*lines, "")


def _line(profile: str, row: Row) -> str:
    name, value, basis = row
    since = max(each.since for each in basis.citations if not each.is_beside)
    return f"| `{profile}` | {name} | {value} | {since} | {basis} |"


def _rows(rule: str, profile: Profile) -> Iterator[Row]:
    """Yield the numbers of *rule* in *profile*: limits, thresholds, bounds, its own sections."""
    thresholds = [row for rows in profile.thresholds.values() for row in rows if row.rule == rule]
    prefixes = (*_OWN.get(rule, ()), f"conduct.{rule}.", f"ladder.repeated {rule}")
    clocks = dict.fromkeys(row.clock for row in thresholds)
    names = {f"clocks.{clock}.{field}" for clock in clocks for field in ("limit", "before_promise")}
    for entry in entries(profile).values():
        if entry.key == f"conduct.{rule}.level":
            yield f"`conduct.{rule}`", _conduct(rule, profile), entry.basis
        elif entry.key != f"conduct.{rule}.automatic" and (
            entry.key in names or entry.key.startswith(prefixes)
        ):
            yield f"`{entry.key}`", entry.value, entry.basis
    met: dict[str, int] = {}
    for row in thresholds:
        name = f"{_ZH[f'clock_{row.clock}']} `{row.clock}`：{LEVELS[row.level]}"
        met[name] = met.get(name, 0) + 1
        again = f"（{met[name]}）" if met[name] > 1 else ""
        yield name + again, describe_threshold(row, "", _ZH), row.basis


def _conduct(rule: str, profile: Profile) -> str:
    row = profile.conduct[rule]
    return LEVELS[row.level] + ("" if row.automatic else "，由人工确认")


if __name__ == "__main__":
    DOCUMENT.write_text(replace_rules(DOCUMENT.read_text("utf-8")), "utf-8")
