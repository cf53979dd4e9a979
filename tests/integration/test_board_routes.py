"""The public pages and their data: what stands on them, what never does, and how they are sent."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from chalice.test import Client

import app
from chalicelib.board import routes
from chalicelib.lambdas.publish import publish
from chalicelib.log.receipts import Receipts
from chalicelib.log.tlog.signer import SeedSigner
from tests.support.asker import data
from tests.support.environment import environment
from tests.support.memory_stage import memory_world

PAGES = ["/", "/cards", "/departments", "/log"]
PERSON = {"kind": "person", "name": "王小明", "contact": "13800138000"}


@pytest.fixture(scope="module")
def county():
    """Give a county where one case is due soon, one is warned and one has both cards."""
    with environment(), memory_world("2026-11-02T09:00:00") as made:
        private: dict[str, Any] = {"title": "王小明的饭店 <b>", "applicant": PERSON}
        made.accept("2026-11-02T09:00:00", "SECRET-1", law="8wd", **private)
        made.until("2026-11-12T18:00:00")
        made.accept("2026-11-12T18:00:00", "SECRET-2", promise="2wd", department="Water & <i>")
        made.accept("2026-11-12T18:00:00", "SECRET-3", promise="9wd")
        made.until("2026-11-13T09:00:00")
        # There are no secrets in memory.
        made.services.__dict__["receipts"] = Receipts("log.test/log", SeedSigner(bytes(32)))
        publish(made.services)
        yield made


@pytest.fixture
def get(county):
    """Give a function that asks for a path."""
    return Client(app.app).http.get


def page(answer):
    """Give the text of a page."""
    assert answer.status_code == 200, answer.body
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def test_the_board_shows_lamps_cards_and_what_is_due(get):
    """Counts in words as well as colours; the region; red card first."""
    html = page(get("/"))
    for text in ("督办 · 电子监察公示", "370102", "红灯", "黄灯", "绿灯", "黄牌", "红牌", "预警"):
        assert text in html
    assert re.search(r"<b>1</b> <span>件</span></p>\s*<p class=\"label\">红灯", html)
    assert "还剩" in html
    assert "Water &amp; &lt;i&gt;" in html


def test_english_is_one_switch_away_and_stays(get):
    """Links keep the language; the way back is there."""
    html = page(get("/?lang=en"))
    assert '<html lang="en">' in html
    assert "Red card" in html
    assert 'href="cards?lang=en"' in html
    assert 'href="./?lang=zh"' in html


@pytest.mark.parametrize("path", [*PAGES, "/cards.json", "/departments.json"])
def test_nothing_private_is_public(get, path):
    """No name, no contact, no title, no internal case number, in no form."""
    body = get(path).body.decode()
    for secret in ("王小明", "13800138000", "饭店", "SECRET", "hall"):
        assert secret not in body


@pytest.mark.parametrize("path", [*PAGES, "/?lang=en", "/log?lang=en"])
def test_all_links_are_relative_and_lead_somewhere(get, path):
    """Under any prefix, and nothing is loaded from anywhere."""
    html = page(get(path))
    assert not re.search(r"(src|href)=\"(?:[a-z]+:|/)", html)
    assert "<script" not in html
    for link in set(re.findall(r'href="([^"#]+)', html)):
        target = urljoin(f"http://x{path}", link.replace("&amp;", "&")).removeprefix("http://x")
        assert get(target).status_code == 200, link


def test_the_log_says_how_to_check_it(get):
    """What is signed, by which key, and that nobody else watches yet."""
    html = unescape(page(get("/log")))
    origin, size, root = get("/log/checkpoint").body.decode().split("\n")[:3]
    for text in (origin, f"{size} 条", root, "尚无独立见证人", "10 分钟内"):
        assert text in html


def test_pages_may_use_their_own_style_and_nothing_else(get):
    """The policy names the very style sheet that is in the page."""
    answer = get("/")
    profile = answer.headers["Content-Security-Policy"]
    assert profile.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in profile
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "style=" not in page(answer)


def test_cards_as_data(get):
    """The newest first, with level, rule, legal instant and public case id."""
    body = data(get("/cards.json"))
    assert [card["level"] for card in body["cards"]] == ["warning", "red", "yellow", "warning"]
    red = body["cards"][1]
    assert (red["rule"], red["status"], red["department"]) == ("V-03", "issued", "Housing")
    assert red["at"] == "2026-11-12T17:30:00.000+08:00"
    assert red["case"].startswith("c_")
    assert body["next"] is None


def test_cards_page_by_page(get, monkeypatch):
    """Each once, through `next`, on the page as in the data."""
    monkeypatch.setattr(routes, "MOST", 3)
    monkeypatch.setattr(routes, "WALL", 3)
    first = data(get("/cards.json"))
    rest = data(get(f"/{first['next']}"))
    levels = [card["level"] for card in first["cards"] + rest["cards"]]
    assert levels == ["warning", "red", "yellow", "warning"]
    assert "更早" in page(get("/cards"))


def test_departments_as_data(get, county):
    """Each department's lamps and cards, the worst first, and their sum."""
    body = data(get("/departments.json"))
    assert [row["department"] for row in body["departments"]] == ["Housing", "Water & <i>"]
    assert body["departments"][0]["lamps"]["red"] == 1
    assert body["totals"]["lamps"] == {"pending": 0, "green": 2, "yellow": 0, "red": 1, "closed": 0}
    assert body["through"] == county.services.log.head().size


def test_departments_show_rates_and_what_was_refused_at_the_door(get, county):
    """With their denominators, beside the cards; refusals of seven days, by source and reason."""
    refusals = county.services.doorkeeper.refusals
    for day in ("2026-11-06", "2026-11-07", "2026-11-13", "2026-11-14"):  # the stage is at the 13th
        refusals._items(f"REFUSED#{day}", "window", time=1, field=2).save()
    body = data(get("/departments.json"))
    reasons = {"field": 4, "time": 2}
    assert body["refusals"] == {
        "from": "2026-11-07",
        "to": "2026-11-13",
        "sources": [{"source": "window", "events": 6, "reasons": reasons}],
    }
    assert body["totals"]["rates"]["told_late"] == {"count": 0, "of": 3, "permille": 0}
    assert body["totals"]["rates"]["ended"] == {"count": 0, "of": 0, "permille": None}
    assert [row["rates"] for row in body["departments"]] == [None, None], "too few cases"
    nobody = {"history": 0, "told_after_end": 0}
    assert [row["left_out"] for row in body["departments"]] == [nobody, nobody]
    assert body["totals"]["left_out"] == nobody
    html = unescape(page(get("/departments")))
    for text in ("报送与认定", '0/3 <span class="rate">0.0%</span>', "时间不可信 2", "2026-11-07"):
        assert text in html
    assert "Ended without a decision" in page(get("/departments?lang=en"))


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=1e3"])
def test_a_place_that_cannot_be_is_refused(get, query):
    """As a problem that names the field."""
    answer = get(f"/cards.json?{query}")
    assert answer.status_code == 422
    assert json.loads(answer.body)["field"] == "before"
