"""How supervision of a case ends: it is answered, withdrawn, decided."""

from chalicelib.card.acts import ActRequest
from chalicelib.card.store import CardStates
from chalicelib.cases.case_id import card_case
from tests.support.story import story

START = "2026-11-02T09:00:00"


def test_response_stops_the_ladder():
    """Of an unanswered yellow card it is proposed that it climbs; neither turns its case red."""
    with story(START) as county:
        for case in "12":
            county.accept(START, case, promise="2wd")
        county.until("2026-11-05T09:00:00")
        card = next(one.card for one in county.published() if one.case == "hall:1")
        lives = CardStates(county.services.facts, county.services.inbox)
        answer = ActRequest("respond", {"text": "we are on it"}, "department", "00ff")
        lives.take(answer, lives.read_card(card), "", lambda _: None, county.wall.at)
        county.until("2026-11-12T18:00:00")
        yellows = {one.case: one.card for one in county.published() if one.level == "yellow"}
        for case, state in (("hall:1", "closed"), ("hall:2", "step_proposed")):
            snapshot = county.services.cases.get(card_case(yellows[case]))
            assert snapshot is not None
            assert snapshot.lamp == state
        assert [level for level, _ in county.cards("2")] == ["warning", "yellow"]
        assert (county.snapshot("1").lamp, county.snapshot("2").lamp) == ("yellow", "yellow")


def test_withdrawn_case_stops():
    """Nothing is due any more, and nothing wakes it."""
    with story(START) as county:
        county.accept(START)
        county.until("2026-11-06T09:00:00")
        county.report("case.withdrawn", "2026-11-06T09:30:00", reason="the applicant moved")
        county.until("2026-12-01T09:00:00")
        assert [level for level, _ in county.cards()] == ["warning"]
        assert (county.snapshot().lamp, county.snapshot().wake_at) == ("closed", None)
        tally = county.services.board.all_tallies()[0]
        assert (tally.lamps["closed"], tally.lamps["green"]) == (1, 0)
