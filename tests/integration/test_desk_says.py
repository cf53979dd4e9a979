"""What the desks say of cases, cards and facts: all that is known of them, and in words."""

import re
from collections import Counter
from html import unescape
from urllib.parse import quote

import pytest

from tests.support.browsing import Visitor
from tests.support.desk_pages import desk_pages, people
from tests.support.inspected import address, card_in, inspected_county, page
from tests.support.signing_in import Browser, appointment

MOST = 6
READS = ("GetItem", "BatchGetItem", "Query", "Scan")
CASES = 60  # more than a page of alerts has rows


@pytest.fixture(scope="module")
def county():
    """Give a county with late news, answers and appeals, and many cases that were warned of."""
    with inspected_county() as made:
        for n in range(CASES):
            made.accept("2026-11-17T09:00:00", f"many-{n}", promise="")
        made.until("2026-12-02T09:00:00", minutes=1440)
        yield made


@pytest.fixture(scope="module")
def inspector(county):
    """Give the browser of an inspector."""
    return Browser(county.services, "inspector", appointment("inspector"))


@pytest.fixture(scope="module")
def head(county):
    """Give the browser of the head of Housing."""
    return Browser(county.services, "head", appointment("department", "Housing"))


def words(html):
    """Return the text of a page, each run of white space one space."""
    body = html.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def rows(html):
    """Return the rows of a page's tables, as text."""
    return [
        words(f"<main>{row}</main>") for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL)
    ]


def reads(county, browser, path):
    """Return how many requests to tables a page makes, the fewest of three."""
    counts = []
    for _ in range(3):
        begun = len(county.cloud.calls)
        page(browser.get(path))
        asked = Counter(call for call in county.cloud.calls[begun:] if call[0] in READS)
        counts.append(sum(n for (_, table), n in asked.items() if table.startswith("test-")))
    return min(counts)


def test_a_warning_says_which_case_which_item_and_what_is_due(inspector):
    """The number of the case leads to its record; the department and the item are in words."""
    html = page(inspector.get("/desk/alerts?type=warning.issued"))
    row = next(row for row in rows(html) if "hall:1 " in row)
    assert "预警" in row
    assert "临近承诺时限" in row
    assert "建设许可" in row
    assert "Housing" in row
    assert "到期 2026年11月13日 周五 17:30" in row
    assert f'href="desk/cases/{address("1")}/record"' in html


def test_every_message_about_a_case_names_it(inspector):
    """Also where the entry of the log is about a card, a number, or late news."""
    html = page(inspector.get("/desk/alerts"))
    found = rows(html)[1:]
    assert {"发牌", "编列文号", "拟发牌，待确认", "迟报待认定"} <= {row.split()[0] for row in found}
    for row in found:
        assert re.search(r"hall:[\w-]+", row), row
        assert "许可" in row, row


def test_messages_come_in_the_order_of_the_log_fifty_a_page(county, inspector):
    """The next page goes on behind the last row; no page asks more than six times."""
    path, seen = "/desk/alerts", []
    while path:
        html = page(inspector.get(path))
        indexes = [int(n) for n in re.findall(r"日志第 (\d+) 条</span>", html)]
        assert len(indexes) <= 50
        seen += indexes
        assert reads(county, inspector, path) <= MOST
        following = re.search(r'<a href="(desk/alerts\?[^"]*)" rel="next"', html)
        path = f"/{unescape(following[1])}" if following else ""
    assert seen == sorted(set(seen))
    assert len(seen) > CASES


def test_a_card_found_by_its_number_has_its_rule_and_its_day(county, inspector):
    """Also where the number is written without the code of the authority."""
    card = county.services.board.card(card_in(county, "2"))
    written = card.numbers["yellow"].written
    for text in (written, written[written.index("〔") :]):
        path = f"/desk/search?q={quote(text, safe='')}"
        html = page(inspector.get(path))
        (row,) = [row for row in rows(html) if written in row]
        assert "超过承诺时限" in row
        assert "2026年11月13日 周五" in row
        assert "hall:2" in row
        assert "–" not in row
        assert reads(county, inspector, path) <= MOST


def test_a_fact_has_one_number_on_every_page(county, inspector, head):
    """That of the public log: whoever is told it finds it."""
    late = next(fact.n for fact in county.facts("4") if fact.kind == "case.suspended")
    of_department = page(head.get(f"/desk/cases/{address('4')}"))
    record = page(inspector.get(f"/desk/cases/{address('4')}/record"))
    claim = page(inspector.get(f"/desk/claims/{address('4')}/{late}"))
    card = page(inspector.get(f"/desk/answers/{card_in(county, '2')}"))
    assert "答复 #1 · 部门" in words(card)
    assert f"特别程序开始 #{late} " in words(of_department)
    assert f"特别程序开始 #{late} " in words(claim)
    assert any(row.startswith(f" #{late} ") and "特别程序开始" in row for row in rows(record))
    issued = next(row for row in rows(record) if "发牌 · 超过承诺时限" in row)
    assert "所据事实 #0" in issued
    assert "所据事实 #0" in words(of_department)


def test_what_the_system_itself_did_was_not_received(county, head, inspector):
    """It says who did it, and when it was recorded."""
    card = card_in(county, "2")
    history = words(page(head.get(f"/desk/cards/{card}"))).partition("办理记录")[2]
    assert "收到时间" not in history
    assert "发牌 #0 2026年11月13日 周五 17:30 · 本平台" in history
    assert "记录时间 2026年11月14日 周六 09:00" in history
    of_case = words(page(head.get(f"/desk/cases/{address('4')}"))).partition("办理过程")[2]
    assert "收到时间 2026年11月16日 周一 09:00" in of_case
    assert of_case.count("收到时间") == 1
    record = rows(page(inspector.get(f"/desk/cases/{address('4')}/record")))
    assert all("本平台" in row for row in record if "预警" in row or "发牌 ·" in row)


def test_a_clock_is_named_by_the_fact_that_began_it(county, inspector, head):
    """No id of a message is on any page."""
    late = next(fact.n for fact in county.facts("4") if fact.kind == "case.suspended")
    html = page(inspector.get(f"/desk/claims/{address('4')}/{late}"))
    row = next(row for row in rows(html) if "特别程序时限" in row)
    assert f"特别程序时限·听证，2026年11月5日周四（#{late}）" in "".join(row.split())
    for text in (html, page(head.get(f"/desk/cases/{address('4')}"))):
        assert not re.search(r"\be_[a-z0-9]{8,}", words(text))


def test_english_pages_have_english_dates_and_rules(county, inspector, head):
    """The day, the month in letters, the year; the rule by its English title."""
    card = card_in(county, "2")
    assert "Over the promised limit" in page(
        head.get("/desk/cards?state=every", **{"Accept-Language": "en"})
    )
    for browser, path in (
        (head, f"/desk/cards/{card}"),
        (inspector, f"/desk/answers/{card}"),
        (inspector, "/desk/alerts"),
    ):
        text = words(page(browser.get(path, **{"Accept-Language": "en"})))
        assert "13 November 2026, Friday, 17:30" in text, path
        assert "Over the promised limit" in text, path
        assert not re.search(r"\d+/\d+/20\d\d", text), path
        assert "超过承诺时限" not in text, path


DATA = re.compile(
    "建设许可|取水许可|×政监.〔2026〕\\d+号|第.件的说明|十一月案卷|证据不足|双色球|超级大乐透"
)
TOLD = re.compile(
    "不予受理没有书面凭证|《政务服务电子监察发牌办法.*?起施行）|series ×|×政监黄〔2026〕12号"
)
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uff5e]+")
IN_CHINESE = re.compile(r'<(\w+)[^>]*\blang="zh[^"]*"[^>]*>.*?</\1>', re.DOTALL)
RAW = re.compile(r"\bNone\b|\bundefined\b|\be_[a-z0-9]{8,}|\b(?:case|card|claim|warning)\.[a-z_]+")
OWN = frozenset({"/desk/receipts"})  # shows what was signed, byte for byte


@pytest.fixture(scope="module")
def texts():
    """Give the text of every page in both languages, what is marked as Chinese taken out."""
    with inspected_county() as made:
        who = people(made)
        pages = [each for each in desk_pages(made, who) if "{document}" not in each.route]
        yield {
            (each.path, language): words(IN_CHINESE.sub(" ", _body(who, each, language)))
            for each in pages
            for language in ("zh", "en")
            if each.route and each.route not in OWN
        }


def _body(who, each, language):
    browser = who[each.who] if each.who else Visitor()
    return browser.get(each.path, **{"Accept-Language": language}).body.decode()


def test_english_pages_are_in_english(texts):
    """All but names, numbers and what people wrote; the text of a law says that it is Chinese."""
    left = {
        path: found
        for (path, language), text in texts.items()
        if language == "en" and (found := CHINESE.findall(DATA.sub("", TOLD.sub("", text))))
    }
    assert left == {}


def test_no_page_shows_what_only_programs_read(texts):
    """No type of an event, no id of a message, no empty value."""
    left = {key: found for key, text in texts.items() if (found := RAW.findall(text))}
    assert left == {}


def test_no_cell_of_the_work_is_a_dash_alone(county):
    """A kind that has no time to be done by has no such column; a step up is told from a card."""
    inspector = Browser(county.services, "inspector", appointment("inspector"))
    for path in ("/desk", "/desk/work/proposal", "/desk/work/answer", "/desk/people"):
        assert not re.search(r"<td[^>]*>\s*–\s*</td>", page(inspector.get(path))), path


def test_a_list_of_leads_is_refused_to_those_who_may_not_read_them(county):
    """An empty one would say that there are none. What inspectors write no department reads."""
    auditor = Browser(county.services, "auditor", appointment("auditor"))
    assert auditor.get("/desk/work/lead").status_code == 403
    inspector = Browser(county.services, "inspector", appointment("inspector"))
    assert "只有监察人员看得到" in words(page(inspector.get("/desk/leads")))
