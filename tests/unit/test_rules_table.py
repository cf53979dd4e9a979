"""The rule table: whole, in both languages, in keeping with the profiles and with what is told."""

import re
from typing import get_args

import pytest

from chalicelib.intake.event_types import Derived
from chalicelib.intake.payload import IrregularRule
from chalicelib.policy.conduct import RULES
from chalicelib.policy.shipped import list_profiles, load_profile
from chalicelib.rules.finding import finding_type
from chalicelib.rules.table import JUDGED, LEVELS, MODES, SCOPES, Rule, read_rule_table
from infra.policy import rules_table
from infra.policy.rules_table import DOCUMENT, levels_in

OF_A_PERMIT = [f"V-{number:02d}" for number in range(1, 35)]
CARDED_BY_THE_MACHINE = {"clock", "count"}


def test_every_rule_of_a_permit_is_in_it() -> None:
    """V-01 to V-34, then those of the ladder."""
    assert [*read_rule_table()] == [*OF_A_PERMIT, "V-51", "L-02", "L-03"]


@pytest.mark.parametrize("rule", read_rule_table().values(), ids=lambda rule: rule.id)
def test_a_rule_is_told_whole(rule: Rule) -> None:
    """Title and sentence in both languages, a basis, and words that are known."""
    for words in (rule.title, rule.says):
        assert re.search(r"[\u4e00-\u9fff]", words.zh)
        assert re.fullmatch(r"[ -~“”]+", words.en)
    assert rule.says.zh.endswith("。")
    assert rule.says.en.endswith(".")
    assert len(rule.basis) > 4
    assert rule.mode in MODES
    assert rule.scope
    assert set(rule.scope) <= set(SCOPES)
    assert rule.judged
    assert set(rule.judged) <= set(JUDGED)
    assert list(rule.levels) == [level for level in LEVELS if level in rule.levels]


@pytest.mark.parametrize("name", list_profiles())
def test_no_profile_has_a_rule_that_is_not_in_the_table(name: str) -> None:
    """Nor a level that the table does not have for it."""
    profile = load_profile(name)
    judged = {row.rule for rows in profile.thresholds.values() for row in rows}
    judged |= {*profile.conduct, *(row.rule for row in profile.ladder.repeated)}
    assert judged | profile.ladder.refer <= read_rule_table().keys()
    for rule in read_rule_table().values():
        assert set(levels_in(profile, rule.id)) <= set(rule.levels), rule.id


def test_who_confirms_is_as_the_default_has_it() -> None:
    """Time limits that law sets are automatic; the rest waits for a person (DESIGN §5)."""
    profile = load_profile("statutory")
    for rule, conduct in profile.conduct.items():
        assert (read_rule_table()[rule].mode == "automatic") is conduct.automatic, rule
    for rows in profile.thresholds.values():
        for row in rows:
            if row.level != "warning":
                is_automatic = finding_type(row, row.basis, "") == Derived.CARD_ISSUED
                in_table = read_rule_table()[row.rule].mode == "automatic"
                assert is_automatic <= in_table, row.rule


def test_what_is_carded_has_a_table_in_the_profile_or_a_clock() -> None:
    """V-27 alone is neither: it is measured."""
    for rule in read_rule_table().values():
        by_machine = set(rule.judged) & CARDED_BY_THE_MACHINE
        assert by_machine or rule.id in (*RULES, "V-27"), rule.id
    assert read_rule_table()["V-27"].levels == ()


def test_what_a_person_may_tell_is_what_the_event_takes() -> None:
    """`irregularity.found` names one of these; each has a table in the profile."""
    told = [rule.id for rule in read_rule_table().values() if "told" in rule.judged]
    assert told == [*get_args(IrregularRule)]
    assert set(told) <= set(RULES)


def test_the_document_is_current() -> None:
    """Made by `python -m infra.policy.rules_table`."""
    text = DOCUMENT.read_text("utf-8")
    assert rules_table.replace_table(text) == text
    for rule in read_rule_table():
        assert f"| **{rule}**<br>" in text
