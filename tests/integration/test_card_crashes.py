"""A function dies at any write of a card's life, in whichever case, and nobody can tell afterwards.

From the case that a card is found in to the card's own, the register and the department's count,
and back: each step is done once undisturbed, then again for each of its writes, which fails in
one way or another. After that the record comes again, or is lost for good and reconcile heals.
"""

from collections.abc import Callable

import pytest

from chalicelib.card.state import fold_card
from chalicelib.cases.case_id import card_case, kind_of
from chalicelib.cases.history import CaseHistory
from chalicelib.intake.event import OURS, Event
from chalicelib.permit.finding import EnteredFinding
from tests.integration.test_crashes import READS, died, quiet, shared, undisturbed, work
from tests.support.end_state import check, shown
from tests.support.faulty import FLAVOURS
from tests.support.memory_stage import MemoryWorld, memory_world
from tests.support.rights import acting_as

Step = Callable[[MemoryWorld], None]


def act(county: MemoryWorld, kind: str, card: str = "", **said: str) -> None:
    """Take a step about a card, as `POST /v1/cards/{id}/…` does."""
    case = card_case(card or first_card(county))
    event = Event(
        id=f"{kind}/{county.wall.at.isoformat()}",
        source=OURS,
        subject=case,
        type=kind,
        time=county.wall.at.isoformat(),
        data={"role": "inspector", **said},
    )
    with acting_as("api"):
        county.services.inbox.put_own_event(case, event["id"], event, county.wall.at)


def first_card(county: MemoryWorld) -> str:
    """The card of the doubtful pause."""
    facts = county.facts("1")
    n = next(fact.n for fact in facts if fact.kind == "card.proposed")
    return f"{county.snapshot('1').public_case}.{n}"


def proposed(county: MemoryWorld) -> None:
    """A hearing that nobody was told of pauses nothing: V-13 waits for a person."""
    county.accept("2026-11-02T09:00:00", promise="20wd")
    county.report("case.suspended", "2026-11-02T10:00:00", procedure="hearing", basis=None)
    county.wall.forward(hours=2)


def confirmed_beside_a_card(county: MemoryWorld) -> None:
    """A person confirms it while another case of the department falls due: two numbers."""
    county.accept("2026-11-02T09:00:00", "2", promise="1wd", item="X-02")
    county.wall.forward(days=1, hours=12)
    act(county, "card.confirmed")


def appealed(county: MemoryWorld) -> None:
    """The department appeals, and says why."""
    act(county, "card.appealed", role="department", text="王小明 was told by letter")


def sent_back(county: MemoryWorld) -> None:
    """The appeal is decided: a new response is due."""
    county.wall.forward(days=1)
    act(county, "appeal.decided", outcome="sent_back", text="where is the letter?")


def answered_and_sent_back(county: MemoryWorld) -> None:
    """It answers, and that is not good enough: another answer is due from then on."""
    act(county, "card.responded", role="department", text="see above")
    county.wall.forward(hours=1)
    act(county, "card.sent_back", text="which letter, of which day?")


def found(county: MemoryWorld) -> None:
    """An inspector finds something else in the file: another proposal."""
    case, payload = "hall:1", {"rule": "V-15", "text": "没有书面凭证"}
    entered = EnteredFinding(payload, "00ff")
    event = entered.event(case, entered.name, county.wall.at)
    with acting_as("api"):
        county.services.inbox.put_own_event(case, entered.name, event, county.wall.at)


def silent(county: MemoryWorld) -> None:
    """Nobody answers: it is proposed that the card climb."""
    county.wall.forward(days=8)


def climbed(county: MemoryWorld) -> None:
    """An inspector confirms it: red."""
    act(county, "card.confirmed", text="催办两次未复")


def revoked(county: MemoryWorld) -> None:
    """It was a mistake."""
    act(county, "card.revoked", text="the letter was found")


LIFE: tuple[Step, ...] = (
    proposed,
    confirmed_beside_a_card,
    appealed,
    sent_back,
    answered_and_sent_back,
    found,
    silent,
    climbed,
    revoked,
)


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch):
    """A calendar that is remembered for some seconds would make the calls of one run fewer."""
    monkeypatch.setattr("chalicelib.calendar.store.KEEP_SECONDS", -1)
    monkeypatch.setattr("chalicelib.policy.registrations.KEEP_SECONDS", -1)
    monkeypatch.setattr("chalicelib.policy.adoption_store.KEEP_SECONDS", -1)
    monkeypatch.setattr("chalicelib.policy.store.KEEP_SECONDS", -1)


def test_the_life_is_the_one_that_is_meant():
    """Proposed, confirmed, red after silence, revoked; with two yellow numbers."""
    with memory_world("2026-11-02T09:00:00") as county:
        for step in LIFE:
            step(county)
            work(county)
            quiet(county)
        check(county, county.told)
        case = card_case(first_card(county))
        state = fold_card(
            CaseHistory([record.fact for record in county.services.facts.of_case(case)])
        )
        assert (state.state, state.level) == ("revoked", "red")
        assert (state.times_answered, state.times_sent_back) == (1, 1)
        entered = [fact for fact in county.facts("1") if fact.text("rule") == "V-15"]
        assert [fact.kind for fact in entered] == ["irregularity.found", "card.proposed"]
        given = {
            name: [kind for kind, *_ in said].count("card.numbered")
            for name, said in shown(county)["own"].items()
            if kind_of(name) == "register"
        }
        # A level that a person confirmed on no law has no number.
        assert given == {"duban:register/%C3%97/yellow/2026": 2}


@pytest.mark.parametrize("is_lost", [False, True], ids=["record comes again", "record is lost"])
@pytest.mark.parametrize("step", LIFE)
def test_a_crash_leaves_no_trace(step, is_lost):
    """Whatever write fails in a step, its end is that of the undisturbed step."""
    with memory_world("2026-11-02T09:00:00") as county:
        for earlier in LIFE[: LIFE.index(step)]:
            earlier(county)
            work(county)
        step(county)
        restore = county.save()
        operations, expected = undisturbed(county)
        writes = [at for at, one in enumerate(operations) if one not in READS]
        for at in shared(writes, is_lost=is_lost):
            for flavour in FLAVOURS[1:2] if is_lost else (FLAVOURS[at % 3],):
                restore()
                county.pump.retries = 0 if is_lost else 3
                assert died(county, at, flavour) == operations[at]
                assert shown(county) == expected, (at, operations[at], flavour)
