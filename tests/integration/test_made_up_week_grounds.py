"""The grounds of all that the made-up week sends out, with an instrument and without one.

No document, page, number or alert may rest on anything but law or the stage's own instrument. And
what is on record is the same with an instrument and without (CLAIMS §8).
"""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from chalicelib.policy.basis import Citation
from chalicelib.policy.documents import load_documents
from chalicelib.policy.instrument import MADE_UP
from chalicelib.policy.shipped import load_profile
from infra.policy.entries import entries
from tests.support.asker import Asker, data
from tests.support.lived_week import live
from tests.support.replayed import PublicWorld, found, public_world

PRESENT = datetime.fromisoformat("2026-11-20T18:00:00+08:00").astimezone(UTC)
REGION = "370102"
PAGES = ("/", "/?lang=en", "/cards", "/cards.json", "/departments", "/departments.json", "/log")
MARK = "（本机演示，虚构文件）"


class Sent:
    """All that a county shows and sends: its pages, feed, cards and papers, by address."""

    def __init__(self, county: PublicWorld) -> None:
        self.ask = Asker(county.services)
        self.feed = list(self._feed())
        cards = sorted({one["data"]["card"] for one in self.feed if "card" in one["data"]})
        self.pages = {path: self.ask("GET", path).body.decode() for path in PAGES}
        self.published = data(self.ask("GET", "/cards.json"))["cards"]
        lives = {card: self.ask("GET", f"/v1/cards/{card}") for card in cards}
        self.lives = {card: data(life) for card, life in lives.items() if life.status_code == 200}
        self.papers = dict(self._papers())

    def texts(self) -> dict[str, str]:
        """Every one of them as a text."""
        lives = {f"/v1/cards/{card}": written(life) for card, life in self.lives.items()}
        return {**self.pages, **lives, **self.papers, "feed": written(self.feed)}

    def _feed(self) -> Iterator[dict[str, Any]]:
        last = ""
        while page := data(self.ask("GET", f"/v1/alerts?lastEventId={last}")):
            yield from page
            last = page[-1]["id"]

    def _papers(self) -> Iterator[tuple[str, str]]:
        for life in self.lives.values():
            for paper in life["documents"]:
                yield paper["html"], self.ask("GET", f"/v1/cards/{paper['html']}").body.decode()
                pdf = PdfReader(io.BytesIO(self.ask("GET", f"/v1/cards/{paper['pdf']}").body))
                text = "".join(page.extract_text() for page in pdf.pages)
                yield paper["pdf"], re.sub(r"\s", "", text)


def written(document: Any) -> str:
    """A document as text."""
    return json.dumps(document, ensure_ascii=False)


def weak_grounds() -> set[str]:
    """What the profile, and every document that is no law here, would be known by."""
    titles = {one.title for one in load_documents().values() if one.kind_in(REGION) != "law"}
    bases = (entry.basis for entry in entries(load_profile("statutory")).values())
    parts = [part for basis in bases for part in basis.citations if is_weak(part)]
    says = {part.says for part in parts if len(part.says) > 8}
    return titles | says | {"建议默认值", "参照"}


def is_weak(part: Citation) -> bool:
    """Whether it may not be printed."""
    return part.is_beside or part.kind_in(REGION) not in ("law", "local")


@pytest.fixture(scope="module", params=[True, False], ids=["instrument", "none"])
def county(request: pytest.FixtureRequest) -> Iterator[PublicWorld]:
    """The county at the end of its week, with an instrument and without one."""
    with public_world("2026-11-09T08:00:00", has_instrument=request.param) as made:
        live(made, PRESENT)
        yield made


@pytest.fixture(scope="module")
def sent(county: PublicWorld) -> Sent:
    """All that it sent."""
    return Sent(county)


@pytest.fixture
def is_formal(county: PublicWorld) -> bool:
    """Whether it has an instrument."""
    return county.services.profile().instrument is not None


def test_nothing_that_goes_out_rests_on_a_model_or_on_a_proposal(sent: Sent) -> None:
    """Neither their titles nor their words stand anywhere."""
    weak = weak_grounds()
    assert {"湖南省电子监察系统", "安阳市政务服务条例"} <= weak
    wrong = [(where, one) for where, text in sent.texts().items() for one in weak if one in text]
    assert wrong == []


def test_every_ground_is_an_article_of_a_law(sent: Sent) -> None:
    """Written with its full title; and some are there."""
    laws = {f"《{one.title}》" for one in load_documents().values() if one.kind == "law"}
    bases = [one["data"]["basis"] for one in sent.feed if one["data"].get("basis")]
    bases += [card["basis"] for card in sent.published if card["basis"]]
    cited = {part.partition("》")[0] + "》" for basis in bases for part in basis.split("；")}
    assert cited
    assert cited <= laws


def test_with_an_instrument_each_card_on_law_has_number_papers_and_both_grounds(
    sent: Sent, *, is_formal: bool
) -> None:
    """And the instrument says on every page and paper that it is made up."""
    if not is_formal:
        pytest.skip("names no instrument")
    cards = [card for card in sent.published if card["form"] == "card"]
    assert {card["level"] for card in cards} >= {"yellow", "red"}
    for card in cards:
        assert (card["instrument"], MARK in card["instrument"]) == (str(MADE_UP), True)
        assert card["basis"].startswith("《中华人民共和国行政许可法》") or "条例》" in card["basis"]
        assert "〔2026〕" in card["number"]
        life = sent.lives[card["card"]]
        assert (life["form"], life["instrument"]) == ("card", str(MADE_UP))
        assert life["documents"]
    for text in sent.papers.values():
        assert MARK in text
    for where in ("/", "/cards", "/?lang=en"):
        assert MARK in sent.pages[where]
    numbered = [one["data"] for one in sent.feed if one["type"] == "card.numbered"]
    assert numbered
    assert {one["instrument"] for one in numbered} == {str(MADE_UP)}
    assert all(one["basis"] for one in numbered)


def test_what_rests_on_no_law_has_neither_number_nor_papers(sent: Sent) -> None:
    """A person confirmed it: it goes out as advice, with the rule in words."""
    advice = [card for card in sent.published if card["form"] == "advice"]
    assert advice
    for card in advice:
        assert "number" not in card
        assert "instrument" not in card
        assert sent.lives[card["card"]]["numbers"] == []
    assert "建议" in sent.pages["/cards"]


def test_without_an_instrument_it_is_notice_with_the_broken_article(
    sent: Sent, *, is_formal: bool
) -> None:
    """No colour's name, no number, no paper; the rest is there."""
    if is_formal:
        pytest.skip("names one")
    cards = [card for card in sent.published if card["level"] != "warning"]
    assert {card["form"] for card in cards} == {"notice", "advice"}
    for card in (*cards, *sent.lives.values()):
        assert not {"number", "instrument"} & card.keys()
    assert sent.papers == {}
    assert not any(life["numbers"] or life["documents"] for life in sent.lives.values())
    assert "card.numbered" not in {one["type"] for one in sent.feed}
    for where in ("/", "/cards", "/departments"):
        assert "黄牌" not in sent.pages[where]
        assert "红牌" not in sent.pages[where]
    assert "ellow card" not in sent.pages["/?lang=en"]
    page = sent.pages["/cards"]
    assert '<span class="level">提示</span>' in page
    assert "《中华人民共和国行政许可法》第四十二条" in page


def test_anybody_derives_the_same(county: PublicWorld) -> None:
    """From what the log states: the instrument of a local stage too."""
    assert found(county) == []


def test_what_is_on_record_is_the_same_with_and_without() -> None:
    """But for the numbers, and for the instrument in each fact."""
    with_and_without = []
    for has_instrument in (True, False):
        with public_world("2026-11-09T08:00:00", has_instrument=has_instrument) as made:
            live(made, PRESENT)
            with_and_without.append(sorted(_facts(made)))
    assert with_and_without[0] == with_and_without[1]


def _facts(county: PublicWorld) -> Iterator[str]:
    """Each fact of supervision by itself, without what only an instrument brings."""
    for leaf in county.leaves():
        is_of_register = "/register/" in leaf.get("own", "") or leaf["k"] == "card.numbered"
        if not is_of_register and leaf["k"] not in ("rules.adopted", "heartbeat"):
            said = {name: leaf["data"].get(name) for name in ("level", "rule", "basis", "due_at")}
            yield json.dumps([leaf["k"], leaf["at"], said], ensure_ascii=False)
