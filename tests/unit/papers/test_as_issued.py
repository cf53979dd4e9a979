"""A card keeps its words: what a catalogue, a profile or a table says later changes no paper."""

from msgspec.structs import replace

from chalicelib.card.drafting import Dossier, papers
from chalicelib.card.state import fold_card
from chalicelib.card.words import (
    LONGEST,
    Titles,
    choose_words,
    finding_of,
    show_finding,
    with_words,
    words_of,
)
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from tests.unit.papers.sample import CARD, WITH_INSTRUMENT, drafted, escalated, issued, reported
from tests.unit.told import CALENDAR, PROFILE, numbered

NUMBERS = {
    "yellow": (2025, 12, "×政监黄〔2025〕12号"),
    "red": (2025, 3, "×政监红〔2025〕3号"),
}
TITLES = Titles({"V-02": "超过承诺时限"}, {"promise": "超过承诺时限", "found": "检查发现"})


def test_each_level_is_written_by_the_rules_that_it_was_reached_by() -> None:
    """The profile has changed before the card climbs: the yellow paper stays the old one."""
    old = WITH_INSTRUMENT
    assert old.instrument is not None
    new = old.with_instrument(replace(old.instrument, authority="另一个机关"))
    facts = [issued(policy="old"), escalated("2025-04-24T17:31", "red", policy="new")]
    rules = {"old": Rules(old, CALENDAR), "new": Rules(new, CALENDAR)}
    case = CaseHistory(numbered(facts))
    both = papers(Dossier(case, NUMBERS, lambda fact: rules[fact.text("policy")]))
    assert both["yellow_card"] == drafted(*facts, numbers=NUMBERS, profile=old)["yellow_card"]
    assert both["red_card"].authority == "另一个机关"
    # What went out before is told as it was numbered then.
    assert "×政监黄〔2025〕12号" in both["red_card"].body[2]


def test_the_words_are_those_of_the_catalogue_and_the_titles_of_that_moment() -> None:
    """An item without an entry and a rule without a title have none."""
    fact = reported("card.issued", "2025-04-21", **CARD)
    assert choose_words(fact, "施工许可", TITLES) == {
        "item": "施工许可",
        "rule": "超过承诺时限",
        "ground": "超过承诺时限",
    }
    assert choose_words(fact, "", Titles({}, {})) == {}
    assert choose_words(fact, "", Titles({}, {}), "住建局") == {"department": "住建局"}
    assert len(choose_words(fact, "项" * 200, TITLES)["item"]) == LONGEST


def test_a_confirmed_card_has_the_words_of_when_it_was_issued() -> None:
    """The proposal had others; and no words at all leave none of it."""
    proposal = reported("card.proposed", "2025-04-21", **CARD, words={"item": "旧名"})
    assert words_of(with_words(proposal, {"item": "新名"})) == {"item": "新名"}
    assert "words" not in with_words(proposal, {}).data


def test_inspectors_read_the_words_of_the_card() -> None:
    """Of the level that it was issued at."""
    card = issued(words={"item": "施工许可", "ground": "检查发现"})
    facts = [card, escalated("2025-04-24T17:31", "red", words={"item": "另一个名称"})]
    state = fold_card(CaseHistory(numbered(facts)))
    shown = show_finding(finding_of(state), PROFILE.zone, root="")
    assert shown["item_name"] == "施工许可"
    assert shown["rule_title"] == "超过承诺时限"
    assert shown["ground_text"] == "检查发现"
