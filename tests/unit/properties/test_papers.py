"""Papers, whatever happens to a card: what was once sent stays as it was sent."""

from datetime import timedelta
from itertools import accumulate
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.papers import html, pdf
from chalicelib.papers.paper import Paper
from chalicelib.policy.papers import PaperName
from chalicelib.policy.shipped import list_profiles, load_profile
from tests.unit.papers.sample import CARD, at, drafted, issued, reported

NUMBERS = {
    "yellow": (2025, 12, "甲黄12号"),
    "red": (2025, 3, "甲红3号"),
    "supervision": (2025, 1, "甲督1号"),
    "referral": (2025, 2, "甲移2号"),
}
RANKS = ["yellow", "red", "supervision", "referral"]
ACTS: dict[str, list[dict[str, Any]]] = {
    "card.acknowledged": [{}],
    "card.responded": [{}],
    "card.appealed": [{}],
    "appeal.decided": [{"outcome": one} for one in ("upheld", "sent_back", "revoked")],
    "card.revoked": [{}],
    "card.rechecked": [{"verdict": one} for one in ("lost", "stands")],
    "case.escalated": [{**CARD, "level": one, "rule": "V-51"} for one in RANKS[1:]],
    "card.closed": [{}],
}


@st.composite
def cards(draw: st.DrawFn) -> list[Fact]:
    """A card of some level, proposed or issued, and what happens to it, fitting or not."""
    level = draw(st.sampled_from(RANKS[:2]))
    facts = [issued(level=level, rule=draw(st.sampled_from(["V-02", "V-16", "V-23", "L-02"])))]
    if draw(st.booleans()):
        facts.insert(0, replace(facts[0], kind="card.proposed"))
    hours = draw(st.lists(st.integers(0, 24 * 40), max_size=8))
    for passed in accumulate(hours):
        kind = draw(st.sampled_from(sorted(ACTS)))
        told = reported(
            kind, at("2025-04-22") + timedelta(hours=passed), **draw(st.sampled_from(ACTS[kind]))
        )
        facts.append(replace(told, told=kind not in ("case.escalated", "card.closed")))
    return facts


def sent(paper: Paper) -> Paper:
    """The paper but for how the card stands now."""
    standing = tuple(row for row in paper.particulars if row[0] != "现状")
    return replace(paper, mark="", particulars=standing)


@given(cards(), st.sampled_from(list_profiles()))
def test_what_was_sent_is_not_written_anew(facts: list[Fact], name: str) -> None:
    """However long its life: no paper is lost, none says something else; only its mark moves."""
    profile, before = load_profile(name), dict[PaperName, Paper]()
    for count in range(1, len(facts) + 1):
        papers = drafted(*facts[:count], numbers=NUMBERS, profile=profile)
        for paper_name, paper in before.items():
            assert sent(papers[paper_name]) == sent(paper)
        before = {**papers}
    assert all(paper.body and paper.to and paper.title for paper in before.values())


@given(cards())
def test_the_same_facts_are_the_same_paper(facts: list[Fact]) -> None:
    """To the byte, in both forms; and every form has every paragraph."""
    once, again = (drafted(*facts, numbers=NUMBERS) for _ in range(2))
    assert once == again
    for name, paper in list(once.items())[:2]:
        page = html.render_html(paper)
        assert page == html.render_html(again[name])
        assert pdf.render_pdf(paper) == pdf.render_pdf(again[name])
        assert all(paragraph in page for paragraph in paper.body)
