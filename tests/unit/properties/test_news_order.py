"""Notifications of a case reach others in any order, and change nothing that counts there.

Two functions may send the same notification at once, each by its own clock, and a crash may leave
several to be sent together: they need not come in the order in which the facts happened.
"""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.card import decide as escalation
from chalicelib.card.state import fold_card
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.register import decide as register
from tests.unit.department_year import card, keys_in_force, rechecked, year
from tests.unit.told import RULES, at, numbered, reported

WHERE = {"card": "c_a.7", "department": "Housing", "region": "370102", "item": "X-01"}
START = at("2026-03-02T09:00")
MINUTE = timedelta(minutes=1)


def notified(n: int, kind: str, **data: object) -> Fact:
    """Return the notification of fact *n* of the case that the card was found in."""
    payload = {"level": "yellow", "rule": "V-13", **WHERE, **data}
    return reported(kind, START + n * MINUTE, key=f"duban/c_a.{n}", **payload)


@st.composite
def told(draw: st.DrawFn) -> list[Fact]:
    """A card and its re-checks, as it was found: at once, or proposed and confirmed."""
    facts = [notified(7, draw(st.sampled_from(["card.issued", "card.proposed"])))]
    if facts[0].kind == "card.proposed" and draw(st.booleans()):
        facts.append(notified(9, "card.issued"))
    verdicts = [["lost", "stands"][i % 2] for i in range(draw(st.integers(0, 4)))]
    return facts + [notified(10 + i, "card.rechecked", verdict=v) for i, v in enumerate(verdicts)]


@given(st.data(), told())
def test_a_card_is_what_its_news_says_in_whatever_order(
    data: st.DataObject, facts: list[Fact]
) -> None:
    """Its state and its level; and nothing is derived that would not be."""
    mixed = data.draw(st.permutations(facts))
    ends = []
    for order in (facts, mixed):
        record = numbered(order)
        for _ in range(2):
            record += escalation.decide(CaseHistory(record), RULES, START + 60 * MINUTE).append
        state = fold_card(CaseHistory(record))
        ends.append((state.state, state.level, state.card, state.possible, len(record)))
    assert ends[0] == ends[1]


@given(st.lists(st.integers(0, 9), max_size=14), st.lists(st.integers(1, 5), max_size=20))
def test_a_register_gives_each_that_asks_one_number(cards: list[int], runs: list[int]) -> None:
    """Asked by anyone, again, at once or one by one: no gap, no double, and none is taken back."""
    asked = [
        reported(
            "card.issued", START + i * MINUTE, level="red", year=2026, **{**WHERE, "card": f"c.{c}"}
        )
        for i, c in enumerate(cards)
    ]
    facts: list[Fact] = []
    sizes = iter([*runs, *([1] * len(asked))])
    while asked:
        size = next(sizes)
        facts = numbered([*facts, *asked[:size]])
        del asked[:size]
        before = facts
        facts = [*facts, *register.decide(CaseHistory(facts), RULES, START + 99 * MINUTE).append]
        assert facts == numbered(facts)
        assert facts[: len(before)] == before
        assert register.decide(CaseHistory(facts), RULES, START + 99 * MINUTE).append == ()
    given_ = [fact for fact in facts if fact.kind == "card.numbered"]
    assert [fact.data["number"] for fact in given_] == list(range(1, len(set(cards)) + 1))
    assert {fact.text("card") for fact in given_} == {f"c.{card}" for card in cards}


@st.composite
def cards(draw: st.DrawFn) -> list[Fact]:
    """Cards against a department around the end of a quarter, and what became of some of them."""
    found = []
    for number in range(draw(st.integers(1, 8))):
        name = f"c_{number}.3"
        when = at("2025-03-20T17:30") + timedelta(days=draw(st.integers(0, 25)))
        level = draw(st.sampled_from(["yellow", "yellow", "yellow", "red"]))
        item = draw(st.sampled_from(["X-01", "X-02"]))
        found.append(card(name, when.isoformat(), level, item=item))
        if draw(st.integers(0, 3)) == 0:
            found.append(rechecked(name, (when + timedelta(days=1)).isoformat(), 4))
    return found


@given(st.data(), cards())
def test_what_stands_in_a_department_is_no_matter_of_order(
    data: st.DataObject, told: list[Fact]
) -> None:
    """Repeated yellows of a year, repeated reds of a quarter, and what those lead to."""
    assert keys_in_force(year(*data.draw(st.permutations(told)))) == keys_in_force(year(*told))
