"""The register (发牌登记簿): which number a card gets, and what is said of it."""

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.register import decide as register
from tests.unit.told import RULES, at, issued, numbered, reported

ASKED, GIVEN = "2026-11-09T17:31", at("2026-11-09T17:32")


def asks(card: str) -> Fact:
    """Return the request of a yellow *card* for a number."""
    return issued(card, ASKED, year=2026, series="济")


def numbers(*facts: Fact) -> list[tuple[str, object]]:
    """Return the numbers that the register gives now, each with its card."""
    given = register.decide(CaseHistory(numbered(facts)), RULES, GIVEN).append
    assert [fact.n for fact in given] == [len(facts) + n for n in range(len(given))]
    return [(fact.text("card"), fact.data["number"]) for fact in given]


def given(card: str, number: int) -> Fact:
    """Return the fact that *card* has *number*."""
    data = {"card": card, "number": number, "level": "yellow"}
    return Fact(0, "card.numbered", f"number/{card}", GIVEN, GIVEN, told=False, data=data)


def test_a_number_says_of_which_card_it_is_and_for_what_it_counts() -> None:
    """All of it, as it is written into the log."""
    facts = numbered([asks("c_a.1"), given("c_a.1", 1), asks("c_b.4")])
    decision = register.decide(CaseHistory(facts), RULES, GIVEN)
    (fact,) = decision.append
    assert (fact.n, fact.kind, fact.key, fact.told) == (3, "card.numbered", "number/c_b.4", False)
    assert (fact.at, fact.recorded_at) == (GIVEN, GIVEN)
    assert fact.data == {
        "card": "c_b.4",
        "number": 2,
        "written": "济政监黄〔2026〕2号",
        "level": "yellow",
        "series": "济",
        "year": 2026,
        "region": "370102",
        "department": "Housing",
        "item": "X-01",
        "noticed_at": "2026-11-09T09:32:00.000Z",
        "rests_on": [2],
    }
    assert decision.belongs_to == {"region": "370102"}


def test_what_a_request_does_not_say_its_number_does_not_say() -> None:
    """Absent is not null."""
    bare = reported("card.issued", ASKED, card="c_a.1", level="red")
    (fact,) = register.decide(CaseHistory([bare.numbered(0)]), RULES, GIVEN).append
    assert set(fact.data) == {"card", "number", "level", "noticed_at", "rests_on"}


def test_two_requests_of_one_card_get_one_number() -> None:
    """Though both wait at once; two cards get two."""
    assert numbers(asks("c_b.4"), asks("c_a.9"), asks("c_b.4")) == [("c_b.4", 1), ("c_a.9", 2)]


def test_numbering_goes_on_after_those_given() -> None:
    """The third card gets the third number, and who has one gets none."""
    before = [asks("c_a.1"), given("c_a.1", 1), asks("c_b.1"), given("c_b.1", 2)]
    assert numbers(*before) == []
    assert numbers(*before, asks("c_a.1"), asks("c_c.1"), asks("c_d.1")) == [
        ("c_c.1", 3),
        ("c_d.1", 4),
    ]
