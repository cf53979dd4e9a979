"""A card is closed (办结) when nothing about it is open any more, and as of that instant."""

import pytest

from chalicelib.card import decide as escalation
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from tests.unit.told import RULES, clock, issued, numbered, reported

ISSUED = issued("c_a.2", "2026-11-03T17:31", rule="V-05")
ANSWERED, APPEALED = "2026-11-04T10:00", "2026-11-05T10:00"


def closings(*acts: Fact, now: str) -> list[str]:
    """Give when the card was closed, as *acts* and the time to *now* have it."""
    facts = numbered([ISSUED, *acts, reported("card.acknowledged", now)])
    decision = escalation.decide(CaseHistory(facts), RULES, facts[-1].recorded_at)
    return [clock(fact.at) for fact in decision.append if fact.kind == "card.closed"]


@pytest.mark.parametrize(
    ("answered", "decided", "closed"),
    [
        (ANSWERED, "2026-11-12T10:00", "2026-11-12T10:00"),
        (ANSWERED, "2026-11-05T10:00:00.001", "2026-11-05T10:00:00.001"),
        ("2026-11-13T10:00", "2026-11-12T10:00", "2026-11-13T10:00"),
    ],
)
def test_a_card_closes_no_earlier_than_its_appeal_is_decided(
    answered: str, decided: str, closed: str
) -> None:
    """An appeal that is upheld (维持) leaves no window for another: the later of the two counts."""
    acts = [
        reported("card.responded", answered),
        reported("card.appealed", APPEALED),
        reported("appeal.decided", decided, outcome="upheld"),
    ]
    acts.sort(key=lambda fact: fact.at)
    assert closings(*acts, now="2026-11-16T10:00") == [closed]


def test_a_card_with_an_open_appeal_is_not_closed() -> None:
    """Though it is answered, and the window for appeals is over."""
    acts = [reported("card.responded", ANSWERED), reported("card.appealed", APPEALED)]
    assert closings(*acts, now="2026-11-16T10:00") == []
