"""The page of a paper."""

import base64
import hashlib
import re
from html.parser import HTMLParser

from msgspec.structs import replace

from chalicelib.papers import html
from tests.unit.papers.sample import PAPER


class Reading(HTMLParser):
    """The elements of a page and what stands in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note the element."""
        self.tags.append(tag)

    def handle_data(self, data):
        """Note the words."""
        if data.strip():
            self.words.append(data.strip())


def test_everything_stands_on_it_in_order() -> None:
    """As in an official document: authority, number, title, addressee, body, date, copies."""
    words = Reading(html.render_html(PAPER)).words
    order = [
        PAPER.authority, PAPER.number, PAPER.title, f"{PAPER.to}：", *PAPER.body, "附件：发牌信息",
        "2026年4月22日", "发牌信息", "牌号", "c_abc.7", "抄送：承办人，审核人。",
    ]  # fmt: skip
    assert [word for word in words if word in order and word != "发牌信息"] == [
        *order[:6], order[6], *[PAPER.authority], *order[7:8], *order[9:],
    ]  # fmt: skip


def test_nothing_is_loaded_and_nothing_runs() -> None:
    """Its one style sheet is the one that the policy lets in."""
    page = html.render_html(PAPER)
    assert not {"script", "link", "img", "iframe", "a"} & {*Reading(page).tags}
    assert "://" not in page
    (sheet,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in html.content_policy()
    assert "default-src 'none'" in html.content_policy()


def test_what_is_told_is_text_and_nothing_else() -> None:
    """Whatever an intake system calls a department."""
    evil = "<script>alert(1)</script>&\"'"
    page = html.render_html(replace(PAPER, to=evil, body=(evil,), particulars=((evil, evil),)))
    assert "<script" not in page
    assert Reading(page).words.count(evil) >= 3


def test_what_is_missing_is_said_or_left_out() -> None:
    """A number that is not given yet, nobody to send copies to, no attachment, a mark."""
    bare = replace(PAPER, number="", copies=(), particulars=())
    words = Reading(html.render_html(bare)).words
    assert "（文号待编）" in words
    assert not any(word.startswith(("抄送", "附件")) for word in words)
    assert Reading(html.render_html(replace(PAPER, mark="已撤销"))).words.count("已撤销") == 1
