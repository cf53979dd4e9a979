"""What an inspector finds: by formal number however it is written, by card, case, name, day."""

from urllib.parse import quote

import pytest

from tests.support.inspected import card_in, inspected_county, page
from tests.support.signing_in import Browser, appointment


@pytest.fixture(scope="module")
def county():
    """Give a county with cards that have numbers; no test of this file changes it."""
    with inspected_county() as made:
        yield made


@pytest.fixture(scope="module")
def search(county):
    """Give a function that searches, and returns the page."""
    browser = Browser(county.services, "inspector", appointment("inspector"))
    return lambda text: page(browser.get(f"/desk/search?q={quote(text, safe='')}"))


def written_of(county, case):
    """Return the formal number of a case's yellow card."""
    card = county.services.board.card(card_in(county, case))
    return card.numbers["yellow"].written


SPELLINGS = (
    "×政监黄〔2026〕{n}号",
    "×政监黄2026年第{n}号",
    "×政监黄[2026]{n}号",
    "×政监黄（2026）{n}号",
    "×政监黄 2026 {n}",
    "黄〔2026〕{n}号",
    "〔2026〕{n}号",
    "第{n}号",
    "×政监黄〔２０２６〕{n}号",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_formal_number_is_found_however_it_is_written(county, search, spelling):
    """With any brackets or none, without the code of the authority, in wide digits."""
    for case in "234":
        written = written_of(county, case)
        n = written.partition("〕")[2].removesuffix("号")
        assert written == SPELLINGS[0].format(n=n)
        text = search(spelling.format(n=n))
        assert f'href="desk/answers/{card_in(county, case)}"' in text
        assert "该年度的发牌登记簿" in text


def test_a_number_that_nobody_was_given_is_not_found(county, search):
    """Nor one of another year, nor one of another level."""
    written = written_of(county, "2")
    for text in ("×政监黄〔2026〕999号", written.replace("2026", "2025"), "×政监红〔2026〕1号"):
        assert "没有找到" in search(text)


def test_a_card_a_case_and_a_day_are_found(county, search):
    """Each by its own form."""
    card = card_in(county, "2")
    assert f'href="desk/answers/{card}"' in search(card)
    for text in ("hall:2", "2"):
        assert 'href="desk/cases/hall%3A2/record"' in search(text)
    for text in ("2026-11-13", "2026年11月13日", "2026/11/13", "11月13日"):
        found = search(text)
        assert 'href="desk/cases/hall%3A2/record"' in found
        assert f'href="desk/answers/{card}">{written_of(county, "2")}</a>' in found
    assert "没有找到" in search("2026-11-12")


def test_an_item_and_a_department_are_found_with_their_cases(search):
    """By code, by a part of the name, by the whole name."""
    for text in ("X-02", "取水", "Water"):
        assert 'href="desk/cases/hall%3A5/record"' in search(text)
    many = search("许可")
    assert "desk/search?q=X-01" in many
    assert "desk/search?q=X-02" in many
    assert "没有找到" in search("没有这种说法")


def test_an_empty_search_asks_nothing(search):
    """It shows the form, and how a number looks."""
    text = search("")
    assert "查找范围" not in text
    assert 'role="search"' in text
