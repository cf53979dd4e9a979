"""The made-up week, lived through in one process: every turn of a card's life can be seen.

And the grounds of all that it sends out, with an instrument and without one. No document, page,
number or alert may rest on anything but law or the stage's own instrument. And what is on record is
the same with an instrument and without (CLAIMS §8).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.board.published_card import PublishedCard
from chalicelib.lambdas.publish import publish
from chalicelib.policy.documents import load_documents
from chalicelib.policy.instrument import MADE_UP
from infra.explain.card import explain_card
from infra.recovery.restoring import restore
from tests.stranger.visit import visit
from tests.support.attacks import duban_verify
from tests.support.lived_week import live
from tests.support.memory_stage import MemoryWorld
from tests.support.public_log import log_key
from tests.support.replayed import PublicWorld, public_world
from tests.support.sent_out import Sent, Week, weak_grounds, week_of
from tests.support.shown_county import (
    alerts,
    cards_page,
    departments_page,
    log_folder,
    saved,
)

LATE = tuple(f"20261116-{number:03d}" for number in (70, 71, 64, 65))
MARK = "（本机演示，虚构文件）"
PRESENT = datetime.fromisoformat("2026-11-20T18:00:00+08:00").astimezone(UTC)


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give the county at the end of its week."""
    with public_world("2026-11-09T08:00:00") as made:
        live(made, PRESENT)
        yield made


@pytest.fixture
def cards(county: MemoryWorld) -> list[PublishedCard]:
    """Give its published cards, without warnings."""
    return [card for card in county.services.board.cards(999) if card.level != "warning"]


def test_every_turn_of_a_life_is_there(cards: list[PublishedCard]) -> None:
    """As the README has them."""
    states = Counter(card.state for card in cards)
    assert states.keys() >= {"issued", "acknowledged", "responded", "appealed", "revoked", "lost"}
    assert {card.rule for card in cards if card.confirmed} == {"V-23"}
    raised = {fact.data["level"] for card in cards for fact in card.escalations}
    assert raised == {"red"}  # confirmed by a person
    assert not {"L-02", "L-03"} & {card.rule for card in cards}, "no law knows repeated cards"


def test_late_news_is_weighed_and_decided(county: MemoryWorld, cards: list[PublishedCard]) -> None:
    """One counts by itself, one is accepted and takes its card away, one is refused, one waits."""
    harmless, accepted, refused, waiting = (
        {fact.kind for fact in county.facts(case) if fact.kind.startswith("claim.")}
        for case in LATE
    )
    assert harmless == set()
    assert accepted == {"claim.contested", "claim.accepted"}
    assert refused == {"claim.contested", "claim.refused"}
    assert waiting == {"claim.contested"}
    assert {case.case for case in county.services.cases.contested("", 9)[0]} == {f"hall:{LATE[3]}"}
    reasons = {card.case: card.reason for card in cards if card.verdict == "lost"}
    assert reasons[f"hall:{LATE[1]}"] == "claim_accepted"


def test_every_card_has_a_number_and_no_number_is_skipped(cards: list[PublishedCard]) -> None:
    """One for each level that it reached."""
    given: dict[str, list[int]] = {}
    for card in cards:
        assert card.level in card.numbers
        for level, number in card.numbers.items():
            given.setdefault(level, []).append(number.number)
    for level, numbers in given.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), level


def test_nothing_was_noticed_late(cards: list[PublishedCard]) -> None:
    """The clock of the demo stops wherever something is due."""
    assert not [card for card in cards if card.outage]


def test_every_card_is_derived_again_as_it_was_issued(
    county: MemoryWorld, cards: list[PublishedCard]
) -> None:
    """By what `duban explain card` does."""
    for card in cards:
        told = explain_card(county.services, card.card)
        wrong = [row for row in told["derivations"] if row["verdict"] != "same"]
        assert wrong == [], str((card.rule, wrong))


def test_a_stranger_believes_the_log_of_the_week(county: MemoryWorld) -> None:
    """Every leaf keeps to what is allowed, every case to its chain, every tile to its root."""
    made = publish(county.services)
    seen = visit(county.cloud.bucket.objects.get, log_key(county))
    leaves = seen.leaves()
    assert made is not None
    assert made.size == len(leaves) == len(county.cloud.items["test-Facts"])
    kinds = {leaf.said["k"] for leaf in leaves}
    assert kinds >= {"case.accepted", "card.issued", "card.rechecked", "card.numbered"}
    assert kinds >= {"suggestion.issued", "escalation.proposed", "case.escalated"}


def test_every_turn_of_a_card_is_in_the_log(county: PublicWorld) -> None:
    """By people and by time; `test_anybody_derives_the_same` replays them."""
    kinds = {leaf["k"] for leaf in county.leaves()}
    assert kinds >= {"rules.adopted", "item.listed", "card.annulled", "card.remedied"}


def test_what_it_shows_is_what_its_log_says(county: MemoryWorld, tmp_path: Path) -> None:
    """Board and feed of the whole week, card by card and alert by alert."""
    publish(county.services)
    cards = saved(tmp_path, "cards", cards_page(county))
    counts = saved(tmp_path, "counts", departments_page(county))
    feed = saved(tmp_path, "feed", alerts(county))
    shown = ("--board", cards, "--board", counts, "--alerts", feed)
    verdict = duban_verify(log_folder(county, tmp_path / "log"), *shown, key="")
    assert (verdict.code, verdict.findings) == (0, [])


def test_its_tables_are_what_follows_from_its_log(county: MemoryWorld) -> None:
    """Rows, facts, snapshots and board of the whole week, under the rules of their days."""
    publish(county.services)
    found = restore(county.services, writes=False)
    assert [each.en for each in found.differences.kept] == []
    assert found.was_whole


@pytest.fixture(scope="module")
def weeks(county: PublicWorld) -> dict[bool, Week]:
    """Return the week by whether the county has an instrument."""
    with_instrument = week_of(county)
    with public_world("2026-11-09T08:00:00", has_instrument=False) as made:
        live(made, PRESENT)
        return {True: with_instrument, False: week_of(made)}


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
