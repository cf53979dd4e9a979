"""The documents of a card through their door: which there are, who may see them, what they say."""

import io
import re

import pytest
from pypdf import PdfReader

from chalicelib.papers import html
from tests.support.asker import data
from tests.support.stage import judge_by
from tests.unit.told import climbing_by_law


def words(answer):
    """Give what stands in a PDF, without blanks and line breaks."""
    assert answer.status_code == 200, answer.body
    reader = PdfReader(io.BytesIO(answer.body), strict=True)
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def names(ask, card):
    """Give the names of the documents that a card says it has."""
    return [one["name"] for one in data(ask("GET", card))["documents"]]


def test_a_card_says_which_documents_it_has(ask, card):
    """Each leads to itself, from where the card is."""
    shown = data(ask("GET", card))["documents"]
    assert [(one["name"], one["title"]) for one in shown] == [
        ("yellow_card", "黄牌通知书"),
        ("reminder", "催办通知书"),
    ]
    folder = card.rpartition("/")[0]
    for one in shown:
        assert one["title"] in ask("GET", f"{folder}/{one['html']}").body.decode()
        assert one["title"] in words(ask("GET", f"{folder}/{one['pdf']}"))


def test_what_stands_in_it(county, ask, card):
    """Number, department, case, rule, basis, deadline; the same in both forms, each time."""
    page = ask("GET", f"{card}/documents/yellow_card.html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Security-Policy"] == html.content_policy()
    paper = ask("GET", f"{card}/documents/yellow_card.pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.headers["Content-Disposition"] == 'inline; filename="yellow_card.pdf"'
    told = words(paper)
    for part in (
        "×政监黄〔2026〕1号",
        "Housing：",
        "办件编号：1）",
        "超过承诺时限",
        "监察规则V-02",
        "《优化营商环境条例》第三十六条第二款",
        "2026年11月9日17:30届满",
        "请于2026年11月12日17:30前（3个工作日内）",
        "2026年11月16日17:30前（5个工作日内）书面申诉",
        "2026年11月9日",
    ):
        assert part in told
        assert part in re.sub(r"\s", "", page.body.decode())
    for answer in (page, paper):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ask("GET", f"{card}/documents/yellow_card.pdf").body == paper.body
    assert ask("GET", f"{card}/documents/yellow_card.html", "Housing").body == page.body


def test_a_card_that_climbs_has_those_of_both_levels(county, ask, card):
    """And what was sent before is not written anew."""
    before = ask("GET", f"{card}/documents/yellow_card.pdf").body
    judge_by(county.services, climbing_by_law())
    county.until("2026-11-20T09:00:00")
    reds = [one["id"] for one in data(ask("GET", "/v1/cards?level=red"))["cards"]]
    assert names(ask, card)[:2] == ["yellow_card", "reminder"]
    assert ask("GET", f"{card}/documents/yellow_card.pdf").body == before
    assert reds
    red = f"/v1/cards/{reds[0]}"
    assert {"red_card", "rectification_proposal"} <= {*names(ask, red)}
    assert "×政监红〔2026〕1号" in words(ask("GET", f"{red}/documents/red_card.pdf"))


def test_a_revoked_card_says_so(county, ask, card):
    """It keeps its number; nothing is taken out."""
    data(ask("POST", f"{card}/revoke", "inspector", {"text": "误发"}), 202)
    county.pump.drain()
    told = words(ask("GET", f"{card}/documents/yellow_card.pdf"))
    assert told.startswith("已撤销")
    assert "×政监黄〔2026〕1号" in told
    assert "误发" not in told  # the reason is kept apart


@pytest.mark.parametrize(
    ("who", "document", "status"),
    [
        ("Housing", "yellow_card.pdf", 200),
        ("Water", "yellow_card.pdf", 403),
        ("operator", "yellow_card.html", 403),
        ("inspector", "yellow_card", 404),
        ("inspector", "yellow_card.docx", 404),
        ("inspector", "red_card.pdf", 404),
        ("inspector", "card.pdf", 404),
        ("inspector", "%2e%2e%2fpaper.css", 404),
    ],
)
def test_who_may_have_which(ask, card, who, document, status):
    """By role; and nothing but a document that there is."""
    assert ask("GET", f"{card}/documents/{document}", who).status_code == status


def test_there_is_none_of_a_card_that_is_not_there(ask):
    """Nor of a warning, which is no card."""
    for card in ("c_nobody.2", "nonsense", "%20"):
        assert ask("GET", f"/v1/cards/{card}/documents/yellow_card.pdf").status_code == 404
