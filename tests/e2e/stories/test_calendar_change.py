"""The Spring Festival of 2020 is made longer while time limits are running."""

from chalicelib.instant import parse
from chalicelib.lambdas.reconcile import run as reconcile
from tests.support.memory_stage import memory_world
from tests.support.spring_festival import BEFORE, EXTENDED, put_in_force
from tests.support.world import World

ACCEPTED = "2020-01-13T09:00:00"
# Ten working days on: 31 January as it was published, 3 February as it came.
DUE, DUE_THEN = "2020-01-31T09:30:00.000Z", "2020-02-03T09:30:00.000Z"
# The law's own twenty: 13 February, then the 17th.
LIMIT, LIMIT_THEN = "2020-02-13T09:30:00.000Z", "2020-02-17T09:30:00.000Z"
WARNED = "2020-01-22T09:30:00.000Z"


def opened(county: World) -> None:
    """One case, accepted under the arrangement of 2019."""
    put_in_force(county.services, BEFORE)
    county.accept(ACCEPTED, promise="10wd")
    county.tick()
    reconcile({})
    assert county.snapshot().due_at == parse(DUE)


def announced(county: World) -> None:
    """The notice is imported; within a minute reconcile sees it."""
    put_in_force(county.services, EXTENDED)
    reconcile({})
    county.tick()


def test_a_notice_that_comes_in_time_moves_the_due_date_and_nothing_turns_yellow_too_early():
    """What was said of the old date loses its ground; the card comes with the new one."""
    with memory_world(ACCEPTED) as county:
        opened(county)
        county.until("2020-01-27T10:00:00")
        assert county.cards() == [("warning", WARNED)]
        announced(county)
        revised = next(fact for fact in county.facts() if fact.kind == "due.revised")
        said = {name: revised.text(name) for name in ("clock", "was", "due_at", "cause")}
        assert said == {"clock": "promise", "was": DUE, "due_at": DUE_THEN, "cause": "calendar"}
        assert revised.text("noticed_at") == "2020-01-27T02:00:00.000Z"
        assert county.snapshot().due_at == parse(DUE_THEN)
        county.until("2020-02-03T17:00:00")
        assert county.snapshot().lamp == "green"
        county.until("2020-02-03T17:31:00")
        assert county.cards()[-1] == ("yellow", DUE_THEN)
        assert [level for level, _ in county.cards()] == ["warning", "warning", "yellow"]


def test_a_card_that_was_right_when_it_was_issued_loses_its_ground_by_the_notice():
    """It stays published and says that it was re-checked, and by what it lost its ground."""
    with memory_world(ACCEPTED) as county:
        opened(county)
        for at in ("2020-01-22T17:31:00", "2020-01-31T17:31:00", "2020-02-01T10:00:00"):
            county.until(at)
        assert county.snapshot().lamp == "yellow"
        announced(county)
        assert county.snapshot().lamp == "green"
        facts = county.facts()
        yellow = next(fact for fact in facts if fact.text("level") == "yellow")
        check = next(fact for fact in facts if fact.data.get("card") == yellow.n)
        assert (check.kind, check.text("verdict")) == ("card.rechecked", "lost")
        assert check.text("reason") == "calendar"
        assert facts[int(str(check.data["cause"]))].kind == "due.revised"
        (card,) = [card for card in county.services.board.cards(9) if card.n == yellow.n]
        assert (card.status, card.stands) == ("rechecked", False)
        county.until("2020-02-04T09:00:00")
        assert county.cards()[-1] == ("yellow", DUE_THEN)
        assert county.snapshot().lamp == "yellow"
        assert county.services.inbox.oldest_pending() is None


def test_what_is_told_meanwhile_does_not_mix_with_what_the_notice_moves():
    """An extension arrives in the minute of the notice: what the notice alone did is said first."""
    with memory_world(ACCEPTED) as county:
        opened(county)
        county.until("2020-01-23T12:00:00")
        put_in_force(county.services, EXTENDED)
        by = {"amount": 1, "unit": "wd"}
        county.report(
            "case.extended", "2020-01-23T12:00:00", by=by, approved_by="head_of_authority"
        )
        reconcile({})
        county.tick()
        revised = [fact for fact in county.facts() if fact.kind == "due.revised"]
        assert [(fact.text("was"), fact.text("due_at")) for fact in revised] == [
            (DUE, DUE_THEN),
            (LIMIT, LIMIT_THEN),
        ]
        told = next(fact for fact in county.facts() if fact.kind == "case.extended")
        assert told.n > revised[-1].n
        assert county.snapshot().due_at == parse("2020-02-04T09:30:00Z")
