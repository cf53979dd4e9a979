"""Whatever catalogues come and whenever supervision looks, an item's cards are what they say."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.recheck import stands
from chalicelib.intake.event_types import FINDING_TYPES
from chalicelib.item.decide import decide
from chalicelib.item.rules import evaluate_item
from tests.unit.told import PROFILE, RULES, at, reported

WHERE = {"item": "F-01", "department": "Housing", "region": "370102"}
START = at("2026-11-02T09:00")

listings = st.fixed_dictionaries(
    {},
    optional={
        "stages": st.integers(1, 5),
        "promise": st.sampled_from([{"amount": n, "unit": "wd"} for n in (13, 14)]),
        "statutory": st.just({"amount": 20, "unit": "wd"}),
        "catch_all": st.integers(0, 1),
        "published": st.booleans(),
        "cancelled": st.sampled_from(["2026-11-01", "2026-11-03", "2026-11-05"]),
    },
)
# What is told (None: it is off the list), how many hours after the last, and whether we look then.
stories = st.lists(
    st.tuples(st.none() | listings, st.integers(1, 40), st.booleans()), min_size=1, max_size=8
)


def lived(story: list[tuple[dict[str, Any] | None, int, bool]]) -> list[Fact]:
    """All that is on record in the end, when every wake was kept and everything was looked at."""
    facts: list[Fact] = []
    now = START
    for cells, hours, looks in story:
        now += timedelta(hours=hours)
        _wake(facts, now)
        kind = "item.removed" if cells is None else "item.listed"
        facts.append(reported(kind, now, **WHERE, **(cells or {})).numbered(len(facts)))
        if looks:
            facts += decide(CaseHistory(facts), RULES, now).append
    _wake(facts, now + timedelta(days=9))
    facts += decide(CaseHistory(facts), RULES, now + timedelta(days=9)).append
    return facts


def _wake(facts: list[Fact], until: Any) -> None:
    for _ in range(20):
        wake_at = decide(CaseHistory(facts), RULES, START).wake_at if facts else None
        if wake_at is None or wake_at >= until:
            return
        facts += decide(CaseHistory(facts), RULES, wake_at).append
    raise AssertionError("it is woken for ever")


@given(stories)
def test_what_stands_in_the_end_is_what_is_broken_in_the_end(story):
    """However often supervision looked on the way."""
    facts = lived(story)
    cards = [fact for fact in facts if fact.kind in FINDING_TYPES]
    standing = {card.key for card in cards if stands(card, CaseHistory(facts))}
    assert standing == {finding.key for finding in evaluate_item(CaseHistory(facts), PROFILE)}


@given(stories)
def test_nothing_is_found_twice_or_before_its_time(story):
    """And it is always the case's own listing that it rests on."""
    facts = lived(story)
    keys = [fact.key for fact in facts]
    assert len(set(keys)) == len(keys)
    assert [fact.n for fact in facts] == list(range(len(facts)))
    for fact in facts:
        if fact.kind in FINDING_TYPES:
            assert fact.at <= fact.recorded_at
            rests_on = fact.data["rests_on"]
            assert isinstance(rests_on, list)
            assert all(facts[n].kind.startswith("item.") for n in rests_on)


@given(stories)
def test_when_we_look_changes_nothing_of_what_stands(story):
    """Looking each time or only in the end: the same cards stand."""
    each, last = ([(c, h, looks) for c, h, _ in story] for looks in (True, False))
    ends = []
    for facts in (lived(each), lived(last)):
        cards = [
            fact
            for fact in facts
            if fact.kind in FINDING_TYPES and stands(fact, CaseHistory(facts))
        ]
        ends.append({(card.text("rule"), card.at) for card in cards})
    assert ends[0] == ends[1]


@given(stories)
def test_off_the_list_nothing_stands(story):
    """Whatever it had broken."""
    facts = lived([*story, (None, 30, True)])
    assert not [
        fact for fact in facts if fact.kind in FINDING_TYPES and stands(fact, CaseHistory(facts))
    ]
