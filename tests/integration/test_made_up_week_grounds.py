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
from msgspec import Struct
from pypdf import PdfReader

from chalicelib.policy.basis import Citation
from chalicelib.policy.documents import load_documents
from chalicelib.policy.instrument import MADE_UP
from chalicelib.policy.shipped import load_profile
from infra.policy.entries import entries
from tests.support.asker import Asker, data
from tests.support.lived_week import live
from tests.support.replayed import PublicWorld, found, own, public_world

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


class Week(Struct, frozen=True, dict=True):
    """A county's week: what it *sent*, its *facts*, and what is *found* by whoever verifies it."""

    sent: Sent
    facts: list[str]
    found: list[str]


@pytest.fixture(scope="module")
def weeks() -> dict[bool, Week]:
    """The week by whether the county has an instrument."""
    return {has_instrument: _lived(has_instrument) for has_instrument in (True, False)}


def _lived(has_instrument: bool) -> Week:  # noqa: FBT001
    with public_world("2026-11-09T08:00:00", has_instrument=has_instrument) as made:
        live(made, PRESENT)
        return Week(Sent(made), sorted(_facts(made)), found(made))


def _facts(county: PublicWorld) -> Iterator[str]:
    """Each fact of supervision by itself, without those that only an instrument brings."""
    names = own(county.leaves())
    registers = {case for name, case in names.items() if "register/" in name}
    for leaf in county.leaves():
        if leaf["case"] not in registers and leaf["k"] not in ("rules.adopted", "heartbeat"):
            said = {name: leaf["data"].get(name) for name in ("level", "rule", "basis", "due_at")}
            yield json.dumps([leaf["k"], leaf["at"], said], ensure_ascii=False)


@pytest.fixture(params=[True, False], ids=["instrument", "none"])
def week(request: pytest.FixtureRequest, weeks: dict[bool, Week]) -> Week:
    """Each of both."""
    return weeks[request.param]


@pytest.fixture
def sent(week: Week) -> Sent:
    """What was sent in each of both."""
    return week.sent


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
    weeks: dict[bool, Week],
) -> None:
    """And the instrument says on every page and paper that it is made up."""
    sent = weeks[True].sent
    cards = [card for card in sent.published if card["level"] != "warning"]
    assert {card["level"] for card in cards} >= {"yellow", "red"}
    for card in cards:
        assert (card["form"], card["instrument"]) == ("card", str(MADE_UP))
        assert MARK in card["instrument"]
        assert card["basis"].startswith("《")
        assert "〔2026〕" in card["number"]
        life = sent.lives[card["card"]]
        assert (life["form"], life["instrument"]) == ("card", str(MADE_UP))
        assert life["documents"]
    assert sent.papers
    for text in sent.papers.values():
        assert MARK in text
    for where in ("/", "/cards", "/?lang=en"):
        assert MARK in sent.pages[where]
    numbered = [one["data"] for one in sent.feed if one["type"] == "card.numbered"]
    assert numbered
    assert {one["instrument"] for one in numbered} == {str(MADE_UP)}
    assert all(one["basis"] for one in numbered)


def test_what_rests_on_no_law_has_neither_number_nor_papers(sent: Sent) -> None:
    """A person confirmed it: it goes out as advice, which states the broken law and no 依据."""
    advice = [one["data"] for one in sent.feed if one["type"] == "suggestion.issued"]
    assert advice
    for one in advice:
        assert not {"number", "instrument", "basis", "level"} & one.keys()
        life = sent.lives[one["card"]]
        assert (life["form"], life["numbers"], life["documents"]) == ("advice", [], [])
        assert "instrument" not in life


def test_without_an_instrument_it_is_notice_with_the_broken_article(
    weeks: dict[bool, Week],
) -> None:
    """No colour's name, no number, no paper; the rest is there."""
    sent = weeks[False].sent
    cards = [card for card in sent.published if card["level"] != "warning"]
    assert {card["form"] for card in cards} == {"notice"}
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


def test_anybody_derives_the_same(week: Week) -> None:
    """From what the log states: the instrument of a local stage too."""
    assert week.found == []


def test_what_is_on_record_is_the_same_with_and_without(weeks: dict[bool, Week]) -> None:
    """But for the numbers, and for the instrument in each fact."""
    assert weeks[True].facts == weeks[False].facts
