"""The rules as docs/rules.md and its English twin show them: words, law, numbers, examples.

The words of the law and the examples are in Chinese in both: they are the rule files' own.

python -m infra.policy.rule_book        writes them into both documents anew
"""

from collections.abc import Iterable, Iterator, Mapping
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
from infra.policy.table import Language, value_in

_DOCS = Path(__file__).resolve().parents[2] / "docs"
DOCUMENTS: Mapping[Language, Path] = {"zh": _DOCS / "rules.md", "en": _DOCS / "rules.en.md"}
BEGIN, END = "<!-- made by python -m infra.policy.rule_book -->\n", "<!-- to here -->\n"

_OWN_WORDS: Mapping[str, tuple[str, str]] = {
    "level_referral": ("移送", "Referral"),
    "level_proposal": ("建议书", "Proposal"),
    "levels": ("可以发：", "levels: "),
    "mode": ("方式：", "mode: "),
    "scope": ("范围：", "scope: "),
    "judged": ("判据：", "judged from: "),
    "cited": ("依据：", "basis: "),
    "examples": ("例：", "Examples:"),
    "and": ("、", ", "),
    "head": ("| 规则集 | 项目 | 数值 | 自 | 依据 |", "| profile | entry | value | since | basis |"),
    "since": ("（自{date}施行）", " (in force since {date})"),
    "level_of": ("：", ": "),
    "again": ("（{n}）", " ({n})"),
    "by_person": ("，由人工确认", ", once a person confirms it"),
    "automatic": ("自动", "automatic"),
    "confirm": ("人工确认", "a person confirms"),
    "C": ("办件", "case"),
    "G": ("环节", "stage"),
    "I": ("事项", "item"),
    "U": ("部门", "department"),
    "clock": ("时限", "a limit"),
    "act": ("报送的行为", "a reported act"),
    "item": ("事项清单", "the catalogue"),
    "told": ("检查发现", "a person's finding"),
    "data": ("数据质量", "data quality"),
    "count": ("发牌次数", "cards counted"),
}
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {**page_words("zh"), **{name: words[0] for name, words in _OWN_WORDS.items()}},
    "en": {**page_words("en"), **{name: words[1] for name, words in _OWN_WORDS.items()}},
}
_OWN = {  # the sections of a profile with the numbers of a rule, beside its own rows
    "V-12": ("extension.", "joint_extension."),
    "V-13": ("pause.",),
    "V-27": ("data_quality.",),
    "V-51": ("ladder.yellow.", "ladder.red.", "ladder.supervision.", "appeal."),
}

Row = tuple[str, str, Basis]
"""A number of a profile: what it is, its value, and what it rests on."""


def rule_book(language: Language) -> str:
    """Return one section for each rule, in *language*. Raises BadInput."""
    profiles = [load_profile(name) for name in OURS]
    rules = load_rules().values()
    return "\n".join(line for rule in rules for line in _section(rule, profiles, language))


def replace_rules(text: str, language: Language) -> str:
    """Return the document *text* with the present rules in *language*."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{rule_book(language)}\n{END}{after}"


def _section(rule: Rule, profiles: list[Profile], language: Language) -> Iterator[str]:
    w = _WORDS[language]
    yield f"## {rule.id} {getattr(rule.title, language)}\n"
    yield f"{getattr(rule.says, language)}\n"
    yield f"- {w['levels']}{_joined(w, [f'level_{level}' for level in rule.levels])}"
    if rule.levels:
        yield f"- {w['mode']}{w[rule.mode]}"
    yield f"- {w['scope']}{_joined(w, rule.scope)}"
    yield f"- {w['judged']}{_joined(w, rule.judged)}"
    if rule.basis:
        yield f"- {w['cited']}{rule.basis}"
    yield ""
    yield from (_quote(law, w) for law in rule.laws)
    yield from _numbers(rule, profiles, language)
    examples = load_examples(rule.id)
    if examples:
        yield f"{w['examples']}\n"
        yield from (f"- **{each.name}。** {describe_example(each)}" for each in examples)
        yield ""


def _joined(w: Mapping[str, str], names: Iterable[str]) -> str:
    return w["and"].join(w[name] for name in names) or "–"


def _quote(law: Law, w: Mapping[str, str]) -> str:
    name, _, article = law.article.partition("#")
    cited = load_documents()[name].write((article,))
    lines = "\n>\n> ".join(law.text.splitlines())
    return f"> [{cited}]({law.link}){w['since'].format(date=law.effective)}\n>\n> {lines}\n"


def _numbers(rule: Rule, profiles: list[Profile], language: Language) -> Iterator[str]:
    """Yield the table of the numbers of *rule*; of other profiles only what differs."""
    first, *others = (
        {row[0]: row for row in _rows(rule.id, profile, language)} for profile in profiles
    )
    lines = [_line(profiles[0].id, row) for row in first.values()]
    for profile, rows in zip(profiles[1:], others, strict=True):
        lines += [_line(profile.id, row) for name, row in rows.items() if row != first.get(name)]
        lines += [f"| `{profile.id}` | {name} | – | | |" for name in first if name not in rows]
    if lines:
        yield _WORDS[language]["head"]
        yield "|---|---|---|---|---|"
        yield from (*lines, "")


def _line(profile: str, row: Row) -> str:
    name, value, basis = row
    since = max(each.since for each in basis.citations if not each.is_beside)
    return f"| `{profile}` | {name} | {value} | {since} | {basis} |"


def _rows(rule: str, profile: Profile, language: Language) -> Iterator[Row]:
    """Yield the numbers of *rule* in *profile*: limits, thresholds, bounds, its own sections."""
    w = _WORDS[language]
    thresholds = [row for row in profile.threshold_rows if row.rule == rule]
    prefixes = (*_OWN.get(rule, ()), f"conduct.{rule}.", f"ladder.repeated {rule}")
    clocks = dict.fromkeys(row.clock for row in thresholds)
    names = {f"clocks.{clock}.{field}" for clock in clocks for field in ("limit", "before_promise")}
    for entry in entries(profile).values():
        if entry.key == f"conduct.{rule}.level":
            conduct = profile.conduct[rule]
            mode = "" if conduct.automatic else w["by_person"]
            yield f"`conduct.{rule}`", w[f"level_{conduct.level}"] + mode, entry.basis
        elif entry.key != f"conduct.{rule}.automatic" and (
            entry.key in names or entry.key.startswith(prefixes)
        ):
            yield f"`{entry.key}`", value_in(language, entry.value), entry.basis
    met: dict[str, int] = {}
    for row in thresholds:
        clock, level = w[f"clock_{row.clock}"], w[f"level_{row.level}"]
        name = f"{clock} `{row.clock}`{w['level_of']}{level}"
        met[name] = met.get(name, 0) + 1
        again = w["again"].format(n=met[name]) if met[name] > 1 else ""
        yield name + again, describe_threshold(row, "", w), row.basis


if __name__ == "__main__":
    for each, document in DOCUMENTS.items():
        document.write_text(replace_rules(document.read_text("utf-8"), each), "utf-8")
