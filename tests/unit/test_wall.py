"""How a published card is shown: its number, where its life stands, what it rests on."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.board import pages, view
from chalicelib.board.projection import Tally
from chalicelib.board.published_card import CardFact, Number, PublishedCard
from chalicelib.board.view import card_row
from chalicelib.card.state import fold_card
from chalicelib.cases.history import CaseHistory
from chalicelib.pages.words import Language, page_words
from chalicelib.policy.data_quality import DataQuality
from chalicelib.policy.instrument import MADE_UP
from chalicelib.policy.shipped import load_profile
from tests.unit.test_pages import NOTHING

AT = "2026-11-09T09:30:00.000Z"
CARD = PublishedCard(
    card="c_ab.3",
    index=7,
    case="hall:SECRET",
    n=3,
    public_case="c_ab",
    level="yellow",
    rule="V-02",
    ground="promise",
    basis="行政许可法第四十二条",
    instrument="《办法》（文号）",
    department="Housing",
    region="370102",
    item="X-01",
    at=AT,
    due_at=AT,
    noticed_at=AT,
    outage=False,
    words={"item": "施工许可"},
)
ISSUED = CardFact(0, "card.issued", AT, told=True, data={"card": "c_ab.3", "level": "yellow"})
NUMBERED = replace(
    CARD,
    status_index=9,
    status_at=AT,
    steps=(ISSUED,),
    numbers={"yellow": Number(12, 2026, "×政监黄〔2026〕12号")},
)


def row(card: PublishedCard = NUMBERED) -> dict[str, Any]:
    """Show a card as the pages and their JSON do."""
    return card_row(card, load_profile("statutory", MADE_UP).zone)


def wall(shown: dict[str, Any], language: Language = "zh") -> str:
    """Render the page of cards with one card on it."""
    return pages.render_page("cards", language, {**NOTHING, "cards": [shown]})


def after(*steps: CardFact, **more: Any) -> PublishedCard:
    """Add *steps* to the life of the card."""
    all_steps = (ISSUED, *steps)
    reached = fold_card(CaseHistory([fact.fact() for fact in all_steps])).state
    return replace(NUMBERED, index=20, steps=all_steps, reached=reached, **more)


def test_a_card_that_nothing_happened_to_says_no_more_than_it_is() -> None:
    """Its number, its ground, its instants; no internal number."""
    shown = row()
    assert (shown["number"], shown["state"], shown["stands"]) == (
        "×政监黄〔2026〕12号",
        "issued",
        True,
    )
    assert "status_at" not in shown
    html = wall(shown)
    assert "〔2026〕12号" in html
    assert "超过承诺时限" in html
    assert 'class="status"' not in html
    assert "SECRET" not in html


def test_before_the_register_has_given_a_number_there_is_none() -> None:
    """And nothing stands in its place."""
    assert row(CARD)["number"] is None
    assert 'class="number"' not in wall(row(CARD))


@pytest.mark.parametrize(
    ("kind", "data", "state", "word"),
    [
        ("card.acknowledged", {}, "acknowledged", "已签收"),
        ("card.responded", {}, "responded", "已答复"),
        ("card.appealed", {}, "appealed", "申诉中"),
        ("card.revoked", {}, "revoked", "已撤销"),
    ],
)
def test_where_its_life_stands_is_said(
    kind: str, data: dict[str, str], state: str, word: str
) -> None:
    """In words; one that is not in force is struck through, and stays."""
    shown = row(after(CardFact(1, kind, AT, told=True, data=data)))
    assert shown["state"] == state
    html = wall(shown)
    assert f'<b class="state {state}">{word}</b>' in html
    assert ("struck" in html.split("<main")[1]) == (state == "revoked")
    assert "〔2026〕12号" in html
    assert page_words("en")[f"state_{state}"] in wall(shown, "en")


def test_a_lost_ground_says_why_and_one_that_came_back_that_it_stands() -> None:
    """It was re-checked in both."""
    lost = wall(row(after(verdict="lost", reason="corrected")))
    for text in ("失去依据", "已复核", "因报送数据更正", "struck"):
        assert text in lost
    stands = wall(row(after(verdict="stands", reason="calendar")))
    assert "已复核 · 维持 · 因工作日历调整" in stands
    assert "state lost" not in stands.split("<main")[1]


def test_each_level_that_it_reached_is_shown_with_its_number() -> None:
    """The register of that level gives one of its own."""
    by = {"instrument": "《办法》（文号）"}
    data = {"card": "c_ab.3", "level": "red", **by}
    up = CardFact(2, "case.escalated", AT, told=False, data=data)
    shown = row(
        after(up, numbers={**NUMBERED.numbers, "red": Number(3, 2026, "×政监红〔2026〕3号")})
    )
    assert [one["level"] for one in shown["escalations"]] == ["red"]
    html = wall(shown)
    assert "升级为红牌" in html
    assert "〔2026〕3号" in html


def test_what_a_person_confirmed_says_so() -> None:
    """Nothing that touches a person's record happens without one."""
    assert "经人工确认" in wall(row(replace(NUMBERED, confirmed=True)))
    assert "经人工确认" not in wall(row())


def test_a_card_that_is_about_no_due_instant_shows_none() -> None:
    """Its rule's title stands where a time limit has its ground."""
    shown = row(replace(NUMBERED, rule="V-17", ground="conduct", due_at=""))
    assert shown["due_at"] is None
    html = wall(shown)
    assert "应办结时间" not in html
    assert "发生时间" in html
    assert "没有一次性告知补正" in html


def test_revoked_and_lost_cards_are_told_apart_from_those_ever_issued() -> None:
    """Beside the count of each level, for a department and for all."""
    none = dict.fromkeys(("warning", "yellow", "red", "supervision"), 0)
    tally = Tally(
        "Housing",
        cards=none | {"yellow": 5, "red": 1},
        revoked=none | {"yellow": 2},
        lost=none | {"yellow": 1},
        escalated=none | {"red": 4},
    )
    totals = view.totals([tally, tally], DataQuality())
    assert (totals["cards"]["yellow"], totals["revoked"]["yellow"]) == (10, 4)
    rows = view.department_rows([tally], DataQuality())
    html = pages.render_page(
        "departments", "zh", {**NOTHING, "departments": rows, "totals": totals}
    )
    assert "其中 撤销 2 失去依据 1" in html
    assert "其中 撤销 4 失去依据 2" in html
    assert html.count("失去依据 ") == html.count("其中 撤销") == 2
