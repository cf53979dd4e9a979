"""The inspectors' desk: what waits is listed, decided once, or refused in words."""

import re
from urllib.parse import quote

import pytest

from chalicelib.policy.catalogue import read_catalogue
from tests.support.asker import Asker, data
from tests.support.inspected import judge, key_on, page, settle
from tests.support.late_pause import HEARING
from tests.support.memory_stage import memory_world
from tests.support.signing_in import Browser, appointment

ITEMS = (
    b"item,name,department,kind,promise,statutory,basis,stages\nX-01,n,Housing,promise,9wd,,l,\n"
)
CASE = quote("hall:1", safe="")
WHY = "查看了当日的材料"


@pytest.fixture
def county():
    """Give a county in which Housing has one case, found to be without a written receipt."""
    with memory_world("2026-11-02T09:00:00") as made:
        made.services.catalogues.write(read_catalogue(ITEMS, "items.csv"))
        made.accept("2026-11-02T09:00:00", "1", promise="9wd")
        made.until("2026-11-04T10:00:00")
        yield made


@pytest.fixture
def inspector(county):
    """Give the browser of an inspector of all regions."""
    return Browser(county.services, "inspector", appointment("inspector"))


def found_in(pattern, text):
    """Return what a page says at a *pattern*."""
    found = re.search(pattern, text)
    assert found
    return found[1]


def enter(county, browser, **fields):
    """Enter a finding by hand, as the page's form does."""
    text = page(browser.get(f"/desk/findings/new?case={CASE}"))
    form = {"key": key_on(text), "case": "hall:1", "rule": "V-15", "text": WHY, **fields}
    return browser.post("/desk/findings/new", **form)


def proposal(county, browser):
    """Enter a finding, and return the proposal that comes of it."""
    assert enter(county, browser).status_code == 303
    settle(county)
    text = page(browser.get("/desk"))
    return found_in(r'href="desk/proposals/(c_[a-z0-9]+\.\d+)"', text)


def receipt_of(browser, answer, to):
    """Follow the answer to a form: the receipt is there, whether or not it is a fact already."""
    path = answer.headers["Location"].partition("desk/")[2]
    text = page(browser.get(f"/desk/{path}"))
    for words in ("/receipt", "核对码", "已提交", f'href="{to}"'):
        assert words in text, words
    return text


def test_a_receipt_is_for_who_acted(county, inspector):
    """Another inspector has none of it, and there is none of what was never done."""
    answer = enter(county, inspector)
    path = f"/desk/{answer.headers['Location'].partition('desk/')[2]}"
    assert WHY in receipt_of(inspector, answer, f"desk/cases/{CASE}/record")
    other = Browser(county.services, "other", appointment("inspector"))
    assert other.get(path).status_code == 404
    settle(county)
    assert other.get(path).status_code == 404
    assert inspector.get(f"{path}x").status_code == 404


def test_a_finding_is_of_a_rule_that_a_person_may_find(county, inspector):
    """V-12 is told by the facts of a case: it is not offered, for it would be refused."""
    text = page(inspector.get(f"/desk/findings/new?case={CASE}"))
    offered = {rule for rule in (f"V-{n}" for n in range(1, 35)) if f'value="{rule}"' in text}
    assert "V-15" in offered
    assert not offered & {"V-12", "V-13"}


def test_a_finding_entered_is_a_proposal_that_is_confirmed(county, inspector):
    """From the form to the card: the page names the rule, what it rests on and what is public."""
    card = proposal(county, inspector)
    text = page(inspector.get(f"/desk/proposals/{card}"))
    assert "V-15" in text
    assert "人工发现" in text
    assert WHY in text
    auditor = Browser(county.services, "auditor", appointment("auditor"))
    assert WHY not in page(auditor.get(f"/desk/proposals/{card}"))
    answer = judge(inspector, "proposals", card, "confirm", text_confirm="")
    assert answer.status_code == 303
    receipt_of(inspector, answer, f"desk/answers/{card}")
    settle(county)
    receipt_of(inspector, answer, f"desk/answers/{card}")
    assert "待签收" in page(inspector.get(f"/desk/answers/{card}"))
    assert card not in page(inspector.get("/desk"))


def test_a_form_sent_twice_is_one_act(county, inspector):
    """A double tap: both are answered alike, and one fact is on record."""
    card = proposal(county, inspector)
    text = page(inspector.get(f"/desk/proposals/{card}"))
    form = {"key": key_on(text, "confirm"), "act": "confirm", "text_confirm": ""}
    first, second = (inspector.post(f"/desk/proposals/{card}", **form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    settle(county)
    facts = county.services.facts.of_case(f"duban:card/{card}")
    assert [each.fact.kind for each in facts].count("card.confirmed") == 1


def test_a_page_that_is_old_is_shown_again_as_it_is_now(county, inspector):
    """Another inspector was faster: 409, what was typed is kept, and what is possible is there."""
    card = proposal(county, inspector)
    old = page(inspector.get(f"/desk/proposals/{card}"))
    other = Browser(county.services, "other", appointment("inspector"))
    judge(other, "proposals", card, "confirm", text_confirm="")
    settle(county)
    form = {"key": key_on(old, "dismiss"), "act": "dismiss", "text_dismiss": "王某说不成立"}
    text = page(inspector.post(f"/desk/proposals/{card}", **form), 409)
    assert "现在不能" in text
    assert "待签收" in text
    assert 'value="revoke"' in text


def test_a_dismissal_needs_a_reason(county, inspector):
    """422 beside the field; with words it is recorded, and nothing is issued."""
    card = proposal(county, inspector)
    answer = judge(inspector, "proposals", card, "dismiss", text_dismiss=" ")
    text = page(answer, 422)
    assert f'href="desk/proposals/{card}#f-text_dismiss"' in text
    assert 'id="e-text_dismiss"' in text
    assert judge(inspector, "proposals", card, "dismiss", text_dismiss=WHY).status_code == 303
    settle(county)
    assert "不予发牌" in page(inspector.get(f"/desk/answers/{card}"))
    assert county.published() == []


def test_an_answer_is_sent_back_and_an_appeal_decided(county, inspector):
    """The life of a card at the desk, with the words of the department to decide by."""
    card = proposal(county, inspector)
    judge(inspector, "proposals", card, "confirm", text_confirm="")
    settle(county)
    ask = Asker(county.services)
    data(ask("POST", f"/v1/cards/{card}/respond", "Housing", {"text": "已经补发凭证"}), 202)
    settle(county)
    assert f"desk/answers/{card}" in page(inspector.get("/desk"))
    assert "已经补发凭证" in page(inspector.get(f"/desk/answers/{card}"))
    judge(inspector, "answers", card, "send_back", text_send_back=WHY)
    settle(county)
    data(ask("POST", f"/v1/cards/{card}/appeal", "Housing", {"text": "当日有凭证"}), 202)
    settle(county)
    second = Browser(county.services, "second", appointment("inspector"))
    text = page(second.get(f"/desk/appeals/{card}"))
    assert "当日有凭证" in text
    assert "还剩" in text
    assert page(judge(second, "appeals", card, "decide", text_decide=WHY), 422)
    answer = judge(second, "appeals", card, "decide", outcome="revoked", text_decide=WHY)
    assert answer.status_code == 303
    settle(county)
    assert "已撤销" in page(second.get(f"/desk/appeals/{card}"))


def test_who_confirmed_a_card_does_not_decide_its_appeal(county, inspector):
    """403 in words, on the page, with what he typed; the appeal waits for another."""
    card = proposal(county, inspector)
    judge(inspector, "proposals", card, "confirm", text_confirm="")
    settle(county)
    path = f"/v1/cards/{card}/appeal"
    data(Asker(county.services)("POST", path, "Housing", {"text": "当日有凭证"}), 202)
    settle(county)
    answer = judge(inspector, "appeals", card, "decide", outcome="upheld", text_decide="我认为有")
    text = page(answer, 403)
    assert "我认为有" in text
    assert 'role="alert"' in text
    assert "申诉中" in text


def late_pause(county):
    """Let a pause be reported late, after the yellow card; an inspector signs in then."""
    county.until("2026-11-16T08:00:00")
    county.report("case.suspended", "2026-11-05T09:00:00", "1", **HEARING)
    county.until("2026-11-16T09:00:00")
    n = next(fact.n for fact in county.facts() if fact.kind == "case.suspended")
    return n, Browser(county.services, "inspector", appointment("inspector"))


@pytest.mark.parametrize(("act", "state"), [("accept", "已采信"), ("refuse", "不采信")])
def test_late_news_is_decided_with_both_readings_side_by_side(county, act, state):
    """What was told, when, what it would change, and the card that hangs on it."""
    n, inspector = late_pause(county)
    assert f'href="desk/claims/{CASE}"' in page(inspector.get("/desk/claims"))
    assert f'href="desk/claims/{CASE}/{n}"' in page(inspector.get(f"/desk/claims/{CASE}"))
    text = page(inspector.get(f"/desk/claims/{CASE}/{n}"))
    for words in ("按收到时间", "按所报时间", "不同", "采信后失去依据", "认定期限"):
        assert words in text
    form = {"key": key_on(text, act), "act": act, f"text_{act}": WHY}
    answer = inspector.post(f"/desk/claims/{CASE}/{n}", **form)
    receipt_of(inspector, answer, f"desk/claims/{CASE}/{n}")
    settle(county)
    assert WHY in receipt_of(inspector, answer, f"desk/claims/{CASE}/{n}")
    assert state in page(inspector.get(f"/desk/claims/{CASE}/{n}"))


def test_a_claim_without_a_reason_is_not_decided(county):
    """422 beside the field."""
    n, inspector = late_pause(county)
    text = page(inspector.get(f"/desk/claims/{CASE}/{n}"))
    form = {"key": key_on(text, "refuse"), "act": "refuse", "text_refuse": ""}
    assert 'id="e-text_refuse"' in page(inspector.post(f"/desk/claims/{CASE}/{n}", **form), 422)


def test_the_record_has_every_fact_with_its_place_in_the_log(county, inspector):
    """To an inspector also what people wrote at our doors; to an auditor without it."""
    proposal(county, inspector)
    text = page(inspector.get(f"/desk/cases/{CASE}/record"))
    for words in ("受理", "人工发现", WHY, "拟发牌，待确认", "日志第", "statutory", "hall"):
        assert words in text
    numbers = [int(n) for n in re.findall(r"日志第 (\d+) 条", text)]
    assert numbers == sorted(numbers)
    assert len(numbers) == len(county.facts())
    auditor = Browser(county.services, "auditor", appointment("auditor"))
    assert WHY not in page(auditor.get(f"/desk/cases/{CASE}/record"))


def test_the_record_names_what_is_private_and_an_inspector_may_open_it(county):
    """That an applicant is kept is in the public leaf; who it is, in the vault alone (ADR 0088)."""
    applicant = {"kind": "person", "name": "王小明", "contact": "13900000000"}
    county.accept("2026-11-04T10:00:00", "9", title="王小明的申请", applicant=applicant)
    county.until("2026-11-04T10:30:00")
    path = f"/desk/cases/{quote('hall:9', safe='')}/record"
    for role in ("inspector", "supervisor", "auditor"):
        browser = Browser(county.services, role, appointment(role))
        text = page(browser.get(path))
        assert "不公开： 申请人、标题" in text
        assert ("desk/fields/hall%3A9/0/applicant" in text) == (role == "inspector")
        assert "王小明" not in text
        assert "13900000000" not in text
    assert "不公开：" not in page(browser.get(f"/desk/cases/{CASE}/record"))


def test_the_feed_goes_on_where_it_was_read(county):
    """In the order of the log; the mark is the reader's own."""
    _, inspector = late_pause(county)
    text = page(inspector.get("/desk/alerts"))
    assert "发牌" in text
    last = found_in(r'name="read" value="(\d+)"', text)
    assert inspector.post("/desk/alerts", read=last).status_code == 303
    assert "没有新消息" in page(inspector.get("/desk/alerts"))
    other = Browser(county.services, "other", appointment("inspector"))
    assert "发牌" in page(other.get("/desk/alerts"))
