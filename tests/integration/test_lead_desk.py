"""Leads at the inspectors' desk: opened, handed over, closed; nobody else learns of any."""

import json
import re

import pytest

from chalicelib.cases.case_id import sealed_case
from tests.support.asker import Asker, data
from tests.support.inspected import key_on, page, settle
from tests.support.misconduct import county_of_misconduct
from tests.support.signing_in import Browser, appointment

WHY = "收费超出公示标准，疑似有人授意"
MOST = 6


@pytest.fixture
def county():
    """Give a county with a public card of V-23, of Housing in 370102."""
    with county_of_misconduct() as made:
        yield made


def sitting(county, name="inspector", *regions, posts=()):
    """Give the browser of an inspector of some *regions*; none: of all."""
    return Browser(county.services, name, appointment("inspector", "", *regions), *posts)


def proposed(county):
    """Give the card that may be a lead."""
    return data(Asker(county.services)("GET", "/v1/leads"))["proposed"][0]


def number_of(county, card):
    """Give the number (文号) under which a card went out."""
    found = county.services.board.card(card)
    return found.numbers[found.level].written


def opened(county, browser, card="", **fields):
    """Open a lead as its form does; give the answer."""
    text = page(browser.get(f"/desk/leads?card={card}"))
    form = {"key": key_on(text), "act": "open", "card": card, "text_open": WHY, **fields}
    return browser.post("/desk/leads", **form)


def lead_after(county, browser, answer):
    """Follow the answer to the receipt, let the act be recorded, and give the lead's path."""
    assert answer.status_code == 303, answer.body
    path = f"/desk/{answer.headers['Location'].partition('desk/')[2]}"
    text = page(browser.get(path))
    for words in ("核对码", "登记线索", WHY):
        assert words in text
    settle(county)
    assert WHY in page(browser.get(path)), "once it is a fact too"
    found = re.search(r'href="(desk/leads/[a-z2-7]{26})"', text)
    assert found
    return f"/{found[1]}"


def test_a_lead_is_opened_from_its_card_handed_over_and_its_receipt_noted(county):
    """By forms alone; the page says where it stands, what it rests on and what may be done."""
    browser, card = sitting(county), proposed(county)
    proposals, written = page(browser.get("/desk/leads")), number_of(county, card)
    assert f'href="desk/leads?card={card}">{written}</a>' in proposals
    assert f'href="desk/leads?card={card}"' in page(browser.get(f"/desk/answers/{card}"))
    path = lead_after(county, browser, opened(county, browser, card))
    assert f'href="{path[1:]}"' in page(browser.get("/desk/work/lead"))
    text = page(browser.get(path))
    for words in ("已登记，尚未移送", "V-23", card, "Housing", WHY, "本人办理"):
        assert words in text
    assert 'value="note_receipt"' not in text
    form = {"key": key_on(text, "hand_over"), "act": "hand_over", "text_hand_over": "移送纪委"}
    assert browser.post(path, **form).status_code == 303
    settle(county)
    text = page(browser.get(path))
    assert "已移送，尚无回执" in text
    form = {"key": key_on(text, "note_receipt"), "act": "note_receipt", "text_note_receipt": "签收"}
    assert browser.post(path, **form).status_code == 303
    settle(county)
    text = page(browser.get(path))
    assert "已收到回执" in text
    assert "<form" not in text.partition('id="content"')[2]
    shown = data(Asker(county.services)("GET", f"/v1/leads/{path.rpartition('/')[2]}"))
    assert [each["act"] for each in shown["records"]] == ["open", "hand_over", "note_receipt"]


def test_a_form_sent_twice_is_one_act_and_an_old_page_is_shown_again(county):
    """A double tap leads to one receipt; what does not fit any more is 409, with its words."""
    browser = sitting(county)
    path = lead_after(county, browser, opened(county, browser))
    old = page(browser.get(path))
    form = {"key": key_on(old, "close"), "act": "close", "text_close": "查无实据"}
    first, second = (browser.post(path, **form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    settle(county)
    assert len(county.services.facts.of_case(sealed_case(path.rpartition("/")[2]))) == 2
    late = {"key": "another-key-0000", "act": "hand_over", "text_hand_over": "请移送"}
    text = page(browser.post(path, **late), 409)
    assert "请移送" in text, "to be copied, though no form is left"
    assert "已办结" in text
    assert "不能移送" in text


def test_a_reason_is_needed_and_what_was_typed_stays(county):
    """422 beside the field; nothing is recorded."""
    browser = sitting(county)
    text = page(opened(county, browser, "c_none.3"), 422)
    assert "没有这张牌" in text
    assert WHY in text
    assert 'id="e-text_open"' in page(opened(county, browser, text_open=" "), 422)
    path = lead_after(county, browser, opened(county, browser))
    form = {"key": key_on(page(browser.get(path)), "close"), "act": "close", "text_close": "…"}
    assert 'id="e-text_close"' in page(browser.post(path, **form), 422)
    assert page(browser.post(path, **{**form, "act": "open"}), 422)


def test_of_one_card_there_is_one_lead_and_the_second_is_led_to_it(county):
    """Another inspector is told that there is one, and where."""
    browser, card = sitting(county), proposed(county)
    path = lead_after(county, browser, opened(county, browser, card))
    text = page(opened(county, sitting(county, "second"), card), 409)
    assert f'href="{path[1:]}"' in text


def test_a_lead_is_of_the_regions_of_its_card(county):
    """To another region there is none; its own opens one and is led to it by the card."""
    card = proposed(county)
    own, other = sitting(county, "own", "370102"), sitting(county, "other", "370103")
    assert card not in page(other.get("/desk/leads"))
    assert "不在您的区域" in page(opened(county, other, card), 403)
    path = lead_after(county, own, opened(county, own, card))
    assert other.get(path).status_code == 404
    form = {"key": "0123456789abcdef", "act": "close", "text_close": "查无实据"}
    assert other.post(path, **form).status_code == 404
    assert "已登记" in page(own.get(path))
    assert f'href="{path[1:]}"' in page(opened(county, own, card), 409)


def test_nobody_sees_a_lead_about_his_own_department(county):
    """It must not be known to those whom it is about: to him there is none, whoever opened it."""
    card = proposed(county)
    mine = sitting(county, "mine", posts=[appointment("clerk", "Housing")])
    assert "回避" in page(opened(county, mine, card), 403)
    browser = sitting(county)
    path = lead_after(county, browser, opened(county, browser, card))
    assert mine.get(path).status_code == 404
    form = {"key": "0123456789abcdef", "act": "close", "text_close": "不实"}
    assert mine.post(path, **form).status_code == 404
    assert path[1:] not in page(mine.get("/desk/work/lead"))
    later = sitting(county, posts=[appointment("clerk", "Housing")])
    assert later.get(path).status_code == 404


@pytest.mark.parametrize("role", ["supervisor", "auditor", "operator", "department", "clerk"])
def test_nobody_else_learns_that_there_is_a_lead(county, role):
    """403 whether or not there is one, and no word of it on his pages."""
    browser, card = sitting(county), proposed(county)
    answer = opened(county, browser, card)
    path = lead_after(county, browser, answer)
    receipt = f"/desk/{answer.headers['Location'].partition('desk/')[2]}"
    own = appointment(role, "Housing" if role in ("department", "clerk") else "")
    other = Browser(county.services, role, own)
    for address in (path, "/desk/leads", "/desk/leads/" + "a" * 26, receipt):
        assert other.get(address).status_code == 403, address
    form = {"key": "0123456789abcdef", "act": "close", "text_close": "x"}
    assert other.post(path, **form).status_code == 403
    for address in ("/desk", f"/desk/answers/{card}", f"/desk/cards/{card}"):
        text = other.get(address).body.decode()
        assert path[1:] not in text
        assert "问题线索" not in text
    assert WHY not in json.dumps(county.leaves(), ensure_ascii=False)


def test_a_receipt_is_for_who_acted(county):
    """Another inspector has none of it, nor of what was never done."""
    browser = sitting(county)
    answer = opened(county, browser)
    receipt = f"/desk/{answer.headers['Location'].partition('desk/')[2]}"
    settle(county)
    assert WHY in page(browser.get(receipt))
    assert sitting(county, "second").get(receipt).status_code == 404
    assert browser.get(f"{receipt}x").status_code == 404
    assert browser.get("/desk/receipts?case=duban%3Aother%2Fx&act=y").status_code in (404, 422)


def test_the_pages_of_leads_ask_six_times_at_most(county):
    """However many there are; also of who has regions, and a post in a department."""
    browser, card = sitting(county), proposed(county)
    path = lead_after(county, browser, opened(county, browser, card))
    for _ in range(7):
        opened(county, browser)
    settle(county)
    near = sitting(county, "near", "370102", posts=[appointment("clerk", "Water")])
    for who in (browser, near):
        for address in (path, "/desk/leads", f"/desk/leads?card={card}", "/desk/work/lead"):
            page(who.get(address))
            begun = len(county.cloud.calls)
            page(who.get(address))
            calls = county.cloud.calls[begun:]
            assert len(calls) <= MOST, (address, calls)
