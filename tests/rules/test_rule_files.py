"""The files of the rules: whole, in keeping with the law, the profiles and what people may find."""

import re
import tomllib
from typing import get_args

import pytest

from chalicelib.errors import BadInput
from chalicelib.findings.finding import finding_type
from chalicelib.findings.rule_file import LEVELS, Rule, find_rule, load_rules, read_rule
from chalicelib.intake.event_types import Derived
from chalicelib.intake.payload import IrregularRule
from chalicelib.policy.conduct import RULES, list_rules
from chalicelib.policy.documents import article_text, load_documents
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import list_profiles, load_profile, profile_text
from infra.policy import rule_book
from infra.policy.rule_book import DOCUMENTS
from infra.policy.rule_examples import load_examples
from infra.policy.table import Language

OF_A_PERMIT = [f"V-{number:02d}" for number in range(1, 35)]
NO_SUCH_CASES = {"V-09", "V-10"}  # consultations and complaints have numbers and no cases yet
CARDED_BY_THE_MACHINE = {"clock", "count"}
SILENT = "V-51"
EVERY_RULE = pytest.mark.parametrize("rule", load_rules().values(), ids=lambda rule: rule.id)


def cited(rule: str, profile: Profile) -> set[str]:
    """Return the articles that the rows of *rule* in *profile* cite: 行政许可法#42 for 42.1."""
    rows = [row.basis for rows in profile.thresholds.values() for row in rows if row.rule == rule]
    rows += [profile.conduct[rule].basis] if rule in profile.conduct else []
    if rule == SILENT:
        rows += [rung.basis for rung in profile.ladder.rungs.values()]
    citations = [each for basis in rows for each in basis.citations if not each.is_beside]
    return {
        f"{each.document.id}#{whole_article(article)}"
        for each in citations
        if each.document
        for article in each.articles
    }


def whole_article(article: str) -> str:
    """Return the number of the article: 42 for 42.1, 72 for 72(7)."""
    return re.split(r"[.(]", article)[0]


def levels_in(profile: Profile, rule: str) -> set[str]:
    """Return the levels at which *profile* has *rule*."""
    levels = {
        str(row.level) for rows in profile.thresholds.values() for row in rows if row.rule == rule
    }
    levels |= {profile.conduct[rule].level} if rule in profile.conduct else set()
    levels |= {row.then for row in profile.ladder.repeated if row.rule == rule}
    if rule == SILENT:
        levels |= {rung.then for rung in profile.ladder.rungs.values() if rung.then}
    return levels


def test_every_rule_of_a_permit_has_a_file() -> None:
    """V-01 to V-34, those that came later, then those of the ladder and those that count cards."""
    rules = [*list_rules()]
    assert rules[: len(OF_A_PERMIT)] == OF_A_PERMIT
    assert rules[-3:] == [SILENT, "L-02", "L-03"]
    assert find_rule("V-99") is None


@EVERY_RULE
def test_a_rule_is_told_whole(rule: Rule) -> None:
    """Title and sentence in both languages, what it is judged from, levels in their order."""
    for words in (rule.title, rule.says):
        assert re.search(r"[\u4e00-\u9fff]", words.zh)
        assert re.fullmatch(r"[ -~“”]+", words.en)
    assert rule.says.zh.endswith("。")
    assert rule.says.en.endswith(".")
    assert rule.scope
    assert rule.judged
    assert list(rule.levels) == [level for level in LEVELS if level in rule.levels]


@EVERY_RULE
def test_the_law_of_a_rule_stands_there_letter_for_letter(rule: Rule) -> None:
    """With the day from which the law is in force, and where it can be read."""
    for law in rule.laws:
        name, _, article = law.article.partition("#")
        document = load_documents()[name]
        assert law.text == article_text(name, article), law.article
        assert (document.read, law.effective) == ("text", document.since), law.article
        assert law.link.startswith("https://flk.npc.gov.cn/"), law.article


@EVERY_RULE
def test_the_law_of_a_rule_is_what_the_profiles_cite(rule: Rule) -> None:
    """All that `statutory` cites is in the file; nothing is there that no profile cites."""
    in_file = {
        f"{law.article.partition('#')[0]}#{whole_article(law.article.partition('#')[2])}"
        for law in rule.laws
    }
    everywhere = set[str]().union(*(cited(rule.id, load_profile(name)) for name in list_profiles()))
    assert cited(rule.id, load_profile("statutory")) <= in_file <= everywhere


@EVERY_RULE
def test_a_rule_rests_on_something(rule: Rule) -> None:
    """On a row of some profile; the file has a basis of its own where there is none."""
    in_a_profile = any(levels_in(load_profile(name), rule.id) for name in list_profiles())
    assert (in_a_profile or rule.id == "V-27") is not bool(rule.basis), (
        f"{rule.id}: chalicelib/profiles/statutory.toml has no row of it, and its file no basis"
    )


@EVERY_RULE
def test_a_rule_has_two_examples_and_one_without_a_finding(rule: Rule) -> None:
    """Save the rules of cases that are not there yet. No two examples have one name."""
    examples = load_examples(rule.id)
    if rule.id in NO_SUCH_CASES:
        assert examples == ()
        return
    assert any(example.findings for example in examples)
    assert any(not example.findings for example in examples)
    assert len({example.name for example in examples}) == len(examples)


@EVERY_RULE
def test_an_example_has_no_level_that_the_rule_does_not_have(rule: Rule) -> None:
    """Nor is one judged before its last event."""
    for example in load_examples(rule.id):
        assert {found.level for found in example.findings} - {""} <= set(rule.levels), example
        assert all(event["at"] <= example.judged_at for event in example.events), example
        assert all(found.at <= example.judged_at for found in example.findings), example


@pytest.mark.parametrize("name", list_profiles())
def test_no_profile_has_a_rule_that_has_no_file(name: str) -> None:
    """Nor a level that the file does not have for it."""
    profile = load_profile(name)
    judged = {row.rule for rows in profile.thresholds.values() for row in rows}
    judged |= {*profile.conduct, *(row.rule for row in profile.ladder.repeated)}
    assert judged | profile.ladder.refer <= {*list_rules()}
    for rule in load_rules().values():
        assert levels_in(profile, rule.id) <= set(rule.levels), rule.id


@pytest.mark.parametrize("name", list_profiles())
def test_each_rule_of_conduct_in_a_profile_has_a_file(name: str) -> None:
    """The profile as it is written: one that cannot be read says less of what is missing."""
    table = tomllib.loads(profile_text(name))
    for rule in table.get("conduct", {}):
        assert rule in list_rules(), f"{name}.toml: chalicelib/rules/{rule}.toml is not there"


def test_the_default_scores_every_rule_that_it_cards() -> None:
    """A rule in no section would take no points, and nobody would notice."""
    profile = load_profile("statutory")
    scored = {rule for section in profile.scoring.sections for rule in section.rules}
    judged = {row.rule for rows in profile.thresholds.values() for row in rows}
    unscored = {*profile.conduct, *judged} - scored
    assert not unscored, f"chalicelib/profiles/statutory.toml: {unscored} in no [[scoring.section]]"


def test_who_confirms_is_as_the_default_has_it() -> None:
    """Time limits that law sets are automatic; the rest waits for a person (DESIGN §5)."""
    profile = load_profile("statutory")
    for rule, conduct in profile.conduct.items():
        assert (load_rules()[rule].mode == "automatic") is conduct.automatic, rule
    for rows in profile.thresholds.values():
        for row in rows:
            if row.level != "warning":
                is_automatic = finding_type(row, row.basis, "") == Derived.CARD_ISSUED
                assert is_automatic <= (load_rules()[row.rule].mode == "automatic"), row.rule


def test_what_is_carded_has_a_table_in_the_profile_or_a_clock() -> None:
    """V-27 alone is neither: it is measured."""
    for rule in load_rules().values():
        by_machine = set(rule.judged) & CARDED_BY_THE_MACHINE
        assert by_machine or rule.id in (*RULES, "V-27"), rule.id
    assert load_rules()["V-27"].levels == ()


def test_what_a_person_may_find_is_what_the_event_takes() -> None:
    """`irregularity.found` names one of these; each has a table in the profile."""
    told = [rule.id for rule in load_rules().values() if "told" in rule.judged]
    assert told == [*get_args(IrregularRule)], "IrregularRule of chalicelib/intake/payload.py"
    assert set(told) <= set(RULES)


@pytest.mark.parametrize("language", DOCUMENTS)
def test_the_document_is_current(language: Language) -> None:
    """Made by `python -m infra.policy.rule_book`."""
    text = DOCUMENTS[language].read_text("utf-8")
    is_current = rule_book.replace_rules(text, language) == text
    assert is_current, f"{DOCUMENTS[language].name}: run python -m infra.policy.rule_book"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("title.zh", "titel.zh", "titel: this field is not known here"),
        ('levels = ["yellow"]', 'levels = ["orange"]', "levels 1: must be one of"),
        ("effective = 2004-07-01", 'effective = "2004-07-01"', "law 1.effective: must be a date"),
        ('mode = "confirm"', 'mode = "ask"', "mode: must be one of automatic, confirm"),
        ("judged =", "judged", "not TOML"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(
    old: str, new: str, says: str
) -> None:
    """The file, and the key in it."""
    text = HEAD.replace(old, new, 1)
    assert text != HEAD
    with pytest.raises(BadInput, match=re.escape(says)) as refused:
        read_rule("V-12", text)
    assert str(refused.value).startswith("V-12.toml")


HEAD = """
title.zh = "延期不合规定"
title.en = "A defective extension"
says.zh = "延期。"
says.en = "An extension."
levels = ["yellow"]
scope = ["C"]
mode = "confirm"
judged = ["act"]

[[law]]
article = "行政许可法#42.1"
link = "https://flk.npc.gov.cn/"
effective = 2004-07-01
text = "二十日"
"""
