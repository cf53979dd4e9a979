"""A department at its desk: it reads what is due, acknowledges, answers and appeals."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.cases.case_id import card_case
from tests.support.environment import environment
from tests.support.memory_stage import memory_world
from tests.support.signing_in import HOST, Browser, appointment

START = "2026-11-02T09:00:00"
_KEY = re.compile(r'name="key" value="([^"]+)"')


@pytest.fixture
def county():
    """Give a county on a morning on which case 1 of Housing has a new yellow card."""
    with environment(), memory_world(START) as made:
        made.accept(START, "1", law="20wd")
        made.accept(START, "2", promise="6wd")
        made.accept(START, "3", promise="9wd", department="Water")
        made.until("2026-11-10T09:00:00")
        yield made


@pytest.fixture
def head(county):
    """Give the browser of the head of Housing."""
    return Browser(county.services, "head", appointment("department", "Housing"))


@pytest.fixture
def clerk(county):
    """Give the browser of a clerk of Housing."""
    return Browser(county.services, "clerk", appointment("clerk", "Housing"))


def card_of(county, case="1"):
    """Give the id of a case's yellow card."""
    found = (card for card in county.published() if card.case == f"hall:{case}")
    return next(card.card for card in found if card.level == "yellow")


def text(answer, status=200):
    """Give the page that was answered."""
    page = answer.body.decode()
    assert answer.status_code == status, page[-3000:]
    return page


def key_in(page):
    """Give the key of the form on a page."""
    found = _KEY.search(page)
    assert found
    return found[1]


def kinds(county, case="1"):
    """Give the types of the facts of the card of a case."""
    county.pump.drain()
    records = county.services.facts.of_case(card_case(card_of(county, case)))
    return [record.fact.kind for record in records]


def test_today_has_what_is_due_what_is_over_and_the_cards_to_answer(head):
    """Case 2 is due this afternoon; case 1 has been over since yesterday, and has a card."""
    page = text(head.get("/desk"))
    assert "还剩 8 小时" in page
    assert "hall%3A2" in page.split('id="today"')[1].split("</section>")[0]
    assert "hall%3A1" in page.split('id="overdue"')[1].split("</section>")[0]
    assert "黄牌" in page.split('id="cards"')[1].split("</section>")[0]
    assert "hall%3A3" not in page


def test_on_a_quiet_day_the_next_case_is_named(county):
    """And when it is due."""
    water = Browser(county.services, "water", appointment("department", "Water"))
    page = text(water.get("/desk"))
    assert "今天没有到期的办件" in page
    assert "2026年11月13日 周五 17:30" in page


def test_a_case_says_why_this_day(head):
    """A picture, the days in words, the paragraph to read aloud, what is still to be reported."""
    page = text(head.get("/desk/cases/hall%3A1"))
    assert '<svg class="calendar"' in page
    assert "受理当日" in page
    assert "您的申请于2026年11月2日受理" in page
    assert "办理决定及其时间" in page
    assert "超过承诺时限" in page
    assert "2026年11月9日 周一 17:30" in page


def test_a_slip_is_for_the_applicant(head):
    """It has authority, number, dates and the due date, and nothing of cards."""
    page = text(head.get("/desk/cases/hall%3A2/slip")).split("<article")[1]
    assert "Housing" in page
    assert "2026年11月10日 周二 17:30" in page
    assert "黄牌" not in page
    assert "建议默认值" not in page


def test_an_answer_goes_by_the_door_of_the_api_and_leads_to_its_receipt(county, head):
    """303, the receipt on the card's page, and the answer in the history."""
    card = card_of(county)
    page = text(head.get(f"/desk/cards/{card}/respond"))
    assert "将公开" in page
    answer = head.post(f"/desk/cards/{card}/respond", key=key_in(page), text="已加派人手")
    assert answer.status_code == 303
    address = urlsplit(answer.headers["Location"])
    sent = parse_qs(address.query)["sent"][0]
    receipt = text(head.get(f"/desk/cards/{card}?sent={sent}"))
    assert "audit.example.gov/log/receipt" in receipt or "/receipt" in receipt
    assert kinds(county)[-1] == "card.responded"
    later = text(head.get(f"/desk/cards/{card}?sent={sent}"))
    assert receipt.split("<details>")[1].split("</details>")[0] in later
    page = text(head.get(f"/desk/cards/{card}"))
    assert "已加派人手" in page
    assert "已答复" in page


def test_a_receipt_is_for_the_person_who_acted(county, head):
    """A colleague sees the act, and not who took it."""
    card = card_of(county)
    key = key_in(text(head.get(f"/desk/cards/{card}/acknowledge")))
    address = head.post(f"/desk/cards/{card}/acknowledge", key=key).headers["Location"]
    sent = parse_qs(urlsplit(address).query)["sent"][0]
    other = Browser(county.services, "other", appointment("department", "Housing"))
    page = text(other.get(f"/desk/cards/{card}?sent={sent}"))
    assert "p_head" not in page
    assert "<details>" not in page


def test_a_form_that_is_sent_twice_is_one_act(county, head):
    """A double tap: the same key, the same answer, one fact."""
    card = card_of(county)
    key = key_in(text(head.get(f"/desk/cards/{card}/respond")))
    answers = [
        head.post(f"/desk/cards/{card}/respond", key=key, text="已加派人手") for _ in range(2)
    ]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert kinds(county).count("card.responded") == 1


def test_a_page_that_is_behind_is_shown_again_with_what_was_typed(county, head):
    """Somebody answered meanwhile: 409, the state now, the text, and nothing is recorded."""
    card = card_of(county)
    key = key_in(text(head.get(f"/desk/cards/{card}/respond")))
    other = Browser(county.services, "other", appointment("department", "Housing"))
    first = key_in(text(other.get(f"/desk/cards/{card}/respond")))
    assert other.post(f"/desk/cards/{card}/respond", key=first, text="一").status_code == 303
    page = text(head.post(f"/desk/cards/{card}/respond", key=key, text="二 <b>"), 409)
    assert "二 &lt;b&gt;" in page
    assert "已答复" in page
    assert "内容没有提交" in page
    assert "+08:00 " not in page  # no time as a program writes it
    assert kinds(county).count("card.responded") == 1


@pytest.mark.parametrize(
    ("act", "fields", "what"),
    [
        ("respond", {"text": " \n"}, "须写明内容"),
        ("respond", {"text": "x" * 2001}, "2000"),
        ("appeal", {"text": "计时有误"}, "类别"),
        ("appeal", {"text": "", "ground": "counting"}, "须写明内容"),
    ],
)
def test_what_is_wrong_stands_on_top_and_beside_its_field(county, head, act, fields, what):
    """422, and what was typed is there again."""
    card = card_of(county)
    key = key_in(text(head.get(f"/desk/cards/{card}/{act}")))
    page = text(head.post(f"/desk/cards/{card}/{act}", key=key, **fields), 422)
    assert page.count(what) >= 2
    assert "aria-invalid" in page or 'id="e-ground"' in page
    assert key_in(page) == key
    assert kinds(county) == ["card.issued"]


def test_an_appeal_has_its_ground_and_words(county, head):
    """They are for those who may see the card; the card is under appeal."""
    card = card_of(county)
    key = key_in(text(head.get(f"/desk/cards/{card}/appeal")))
    head.post(f"/desk/cards/{card}/appeal", key=key, ground="counting", text="11月4日全市停电")
    assert kinds(county)[-1] == "card.appealed"
    page = text(head.get(f"/desk/cards/{card}"))
    assert "期限计算有误\n11月4日全市停电" in page
    assert "申诉中" in page
    assert f"desk/appeals/{card}" not in page
    inspector = Browser(county.services, "insp", appointment("inspector"))
    assert f"desk/appeals/{card}" in text(inspector.get(f"/desk/cards/{card}"))


def test_after_the_window_the_form_is_gone(county):
    """The page says since when, and what is left."""
    card = card_of(county)
    county.until("2026-11-18T09:00:00")
    head = Browser(county.services, "head", appointment("department", "Housing"))
    page = text(head.get(f"/desk/cards/{card}/appeal"))
    assert "<textarea" not in page
    assert "申诉期已经届满，截止时间是" in page
    assert "2026年11月17日 周二 17:30" in page
    assert f"desk/cards/{card}/respond" in page


def test_a_clerk_drafts_and_the_head_sends(county, clerk, head):
    """The draft lies in the vault, is seen by the department alone, and is gone once sent."""
    card = card_of(county)
    path = f"/desk/cards/{card}/respond"
    page = text(clerk.get(path))
    assert "保存草稿" in page
    assert clerk.post(path, key=key_in(page), text="草稿一").status_code == 303
    assert "草稿一" in text(clerk.get(f"{path}?saved=1"))
    clerk.post(path, key="k2", text="草稿二")
    assert kinds(county) == ["card.issued"]
    page = text(head.get(path))
    assert "草稿二" in page
    assert "草稿一" not in page
    assert "clerk Housing" in page
    stored = str(county.cloud.items["test-Vault"])
    assert "草稿二" not in stored
    assert head.post(path, key=key_in(page), text="草稿二，已核").status_code == 303
    assert kinds(county)[-1] == "card.responded"
    assert county.services.vault.drafts(card_case(card)) == {}


def test_a_clerk_acknowledges_himself(county, clerk):
    """That is his own act, and no draft."""
    card = card_of(county)
    key = key_in(text(clerk.get(f"/desk/cards/{card}/acknowledge")))
    assert clerk.post(f"/desk/cards/{card}/acknowledge", key=key).status_code == 303
    assert kinds(county)[-1] == "card.acknowledged"


def test_shredding_a_card_reaches_the_drafts(county, clerk):
    """What a clerk wrote and nobody sent is destroyed as well."""
    card = card_of(county)
    path = f"/desk/cards/{card}/respond"
    clerk.post(path, key=key_in(text(clerk.get(path))), text="草稿")
    county.services.vault.shred_drafts(card_case(card))
    assert "草稿</textarea>" not in text(clerk.get(path))


def test_a_form_without_the_token_is_refused(county, head):
    """And one from elsewhere; nothing is recorded. What was typed here is shown again."""
    card = card_of(county)
    path, form = f"/desk/cards/{card}/respond", {"text": "已加派人手", "key": "k"}
    head.get(path)
    page = text(head.send_form(path, form, Origin=f"https://{HOST}"), 403)
    assert "已加派人手" in page
    assert head.form_token in page
    text(head.send_form(path, {**form, "csrf": "0" * 64}, Origin=f"https://{HOST}"), 403)
    good = {**form, "csrf": head.form_token}
    page = text(head.send_form(path, good, Origin="https://evil.example"), 403)
    assert "已加派人手" not in page
    text(head.send_form(path, good), 403)
    assert kinds(county) == ["card.issued"]


def test_what_was_typed_outlives_the_session(county, head):
    """The session ended while he wrote: the text is on the answer, and is sent after signing in."""
    card = card_of(county)
    path = f"/desk/cards/{card}/respond"
    key = key_in(text(head.get(path)))
    county.wall.forward(minutes=31)
    page = text(head.post(path, key=key, text="写了很久"), 401)
    assert "写了很久" in page
    assert "signin?to=%2Fdesk%2Fcards%2F" in page
    again = Browser(county.services, "head", appointment("department", "Housing"))
    page = text(again.post(path, key=key, text="写了很久"), 403)
    assert "写了很久" in page
    assert kinds(county) == ["card.issued"]
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert token
    again.form_token = token[1]
    assert again.post(path, key=key, text="写了很久").status_code == 303
    assert kinds(county)[-1] == "card.responded"


def test_settings_name_the_own_posts(county):
    """And which items they handle, beside the places where he is signed in."""
    both = appointment("clerk", "Housing", items=("X-01",)), appointment("department", "Water")
    page = text(Browser(county.services, "both", *both).get("/desk/settings"))
    posts, _passkeys, sessions = page.split('id="posts"')[1].split("</section>")[:3]
    assert "clerk Housing · 经办人" in posts
    assert "X-01" in posts
    assert "department Water · 部门" in posts
    assert "2026年11月10日 周二 09:00" in sessions
