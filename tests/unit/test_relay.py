"""What is news elsewhere: which fact of which case, to whom, and what is never passed on."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.permit.simulate import simulate
from chalicelib.register import decide as register
from chalicelib.supervision.notify import Notification, notifications
from tests.unit.told import CALENDAR, MS, PROFILE, RULES, accepted, at, issued, numbered, reported

CARD, PUBLIC = "c_own", "c_case"
INSTRUMENT = "《办法》（文号）"
FORMAL = {"instrument": INSTRUMENT, "series": "济"}
DUE = at("2026-11-09T17:30")
WHERE = {"department": "住建局", "region": "370102", "item": "X-01"}
HOUSING = "duban:department/%E4%BD%8F%E5%BB%BA%E5%B1%80/2026"


def derived(kind: str, **data: Any) -> Fact:
    """Something that a rule made of a case on the day after it fell due."""
    when = at("2026-11-10T09:00")
    return Fact(0, kind, kind, DUE, when, told=False, data={**WHERE, **data})


def formal(kind: str, **data: Any) -> Fact:
    """The same, by an instrument."""
    return derived(kind, **FORMAL, **data)


def told(case: str, facts: list[Fact], since: int = 0) -> dict[str, list[str]]:
    """Which kinds each other case is told of."""
    found: dict[str, list[str]] = {}
    for other, event in notifications(case, PUBLIC, CaseHistory(numbered(facts)), since, RULES):
        found.setdefault(other, []).append(event["type"])
    return found


def test_a_card_goes_to_its_case_its_register_and_its_department() -> None:
    """The number is of the year in which it is issued; what it counts for, where it fell due."""
    issued = formal("card.issued", level="yellow", rule="V-02")
    assert told("hall:1", [accepted("2026-11-02", "5wd"), issued]) == {
        f"duban:card/{PUBLIC}.1": ["card.issued"],
        REGISTER.format("yellow"): ["card.issued"],
        HOUSING: ["card.issued"],
    }


def test_a_proposal_is_the_affair_of_its_card_only() -> None:
    """Until somebody confirms it, nothing is numbered and nothing counts."""
    assert told("hall:1", [derived("card.proposed", level="yellow")]) == {
        f"duban:card/{PUBLIC}.0": ["card.proposed"]
    }


def test_a_confirmed_proposal_keeps_the_number_it_was_proposed_under() -> None:
    """One card, one id."""
    facts = [derived("card.proposed", level="red"), derived("card.issued", level="red", card=0)]
    news = [*notifications("hall:1", PUBLIC, CaseHistory(numbered(facts)), 1, RULES)]
    assert {notification.event["data"]["card"] for notification in news} == {f"{PUBLIC}.0"}
    assert news[0].case == f"duban:card/{PUBLIC}.0"


@pytest.mark.parametrize("level", ["", "warning"])
def test_what_is_no_card_makes_no_news_of_its_recheck(level: str) -> None:
    """A deemed acceptance, or a warning, that loses its ground: nobody has a card for it."""
    kind = "warning.issued" if level else "case.deemed_accepted"
    facts = [derived(kind, level=level), derived("card.rechecked", card=0, verdict="lost")]
    assert f"duban:card/{PUBLIC}.0" not in told("hall:1", facts, 1)


def test_a_warning_is_counted_where_the_profile_scores_it() -> None:
    """And so is that it lost its ground; it has no case of its own, and no number."""
    facts = [
        derived("warning.issued", level="warning"),
        derived("card.rechecked", card=0, verdict="lost"),
    ]
    assert told("hall:1", facts) == {HOUSING: ["warning.issued", "card.rechecked"]}
    unscored = Rules(replace(PROFILE, scoring=replace(PROFILE.scoring, warnings=None)), CALENDAR)
    assert not [*notifications("hall:1", PUBLIC, CaseHistory(numbered(facts)), 0, unscored)]


def test_what_became_of_a_card_is_news_in_every_year_since() -> None:
    """It may have climbed in another year than it was issued in, and counts there as well."""
    issued = replace(derived("card.issued", level="yellow"), at=at("2026-12-31T17:30"))
    lost = replace(derived("card.rechecked", card=0, verdict="lost"), at=at("2027-01-05"))
    lost = replace(lost, recorded_at=at("2027-01-05T00:00"))
    news = told("hall:1", [issued, lost], 1)
    assert [case for case in news if "department" in case] == [HOUSING, HOUSING[:-4] + "2027"]
    before = replace(lost, recorded_at=at("2026-12-31T23:59:59.999"))
    assert HOUSING[:-4] + "2027" not in told("hall:1", [issued, before], 1)


def test_a_card_counts_as_red_in_the_year_in_which_it_climbed() -> None:
    """Not in that of its yellow."""
    opening = issued("c_x.1", "2026-12-31T17:30", **WHERE)
    climbed = replace(derived("case.escalated", level="red"), at=at("2027-01-06T17:30"))
    news = told("duban:card/c_x.1", [opening, climbed])
    assert [case for case in news if "department" in case] == [HOUSING[:-4] + "2027"]


NEW_YEAR = at("2027-01-01")  # in UTC it is 16:00 of 31 December


def test_the_year_of_a_department_begins_at_local_midnight() -> None:
    """So does that of a register; a millisecond before, both are the old year's."""
    issued = formal("card.issued", level="yellow")
    for when, year in ((NEW_YEAR - MS, "2026"), (NEW_YEAR, "2027")):
        news = told("hall:1", [replace(issued, at=when, recorded_at=when)])
        assert [case[-4:] for case in news if "card/" not in case] == [year, year]


def test_what_became_of_a_card_is_news_in_the_local_years_since() -> None:
    """From the year in which it fell due to the one in which its end was recorded."""
    issued = derived("card.issued", level="yellow")
    lost = derived("card.rechecked", card=0, verdict="lost")
    for due, end, years in (
        (NEW_YEAR - MS, NEW_YEAR - MS, ["2026"]),
        (NEW_YEAR - MS, NEW_YEAR, ["2026", "2027"]),
        (NEW_YEAR, NEW_YEAR, ["2027"]),
    ):
        news = told("hall:1", [replace(issued, at=due), replace(lost, recorded_at=end)], 1)
        assert [case[-4:] for case in news if "department" in case] == years


def test_only_what_no_head_counts_yet_is_told() -> None:
    """So a case that is looked at again says nothing twice."""
    facts = [derived("card.issued", level="yellow")]
    assert told("hall:1", facts, 1) == {}


def test_an_act_that_fits_goes_back_to_the_case_that_the_card_is_on() -> None:
    """A response does; a second one does not fit, and an acknowledgement is nobody else's news."""
    facts = [
        issued(f"{PUBLIC}.1", DUE, **WHERE),
        reported("card.acknowledged", "2026-11-10T09:00", role="department"),
        reported("card.responded", "2026-11-10T10:00", role="department"),
        reported("card.responded", "2026-11-10T11:00", role="department"),
    ]
    case = f"duban:card/{PUBLIC}.1"
    news = [*notifications(case, CARD, CaseHistory(numbered(facts)), 0, RULES)]
    assert [(notification.case, notification.event["id"]) for notification in news] == [
        ("hall:1", f"{CARD}.2")
    ]
    assert news[0].event["data"] == {"card": f"{PUBLIC}.1", **WHERE, "role": "department"}


def test_what_is_relayed_is_not_relayed_again() -> None:
    """A permit that is told of an answer tells nobody; nor does a register."""
    heard = reported("card.responded", "2026-11-10T09:00", card=f"{PUBLIC}.1", key="duban/c_own.2")
    assert told("hall:1", [accepted("2026-11-02", "5wd"), heard]) == {}
    asked = issued(f"{PUBLIC}.1", DUE, **WHERE)
    assert told(REGISTER.format("yellow"), [asked]) == {}


def sent(case: str, *facts: Fact, since: int = 0) -> list[Notification]:
    """Return what other cases are told of the facts from number *since* on."""
    history = CaseHistory(numbered(facts))
    return [*notifications(case, PUBLIC, history, since, RULES)]


REGISTER = "duban:register/%E6%B5%8E/{}/2026"


def test_a_case_tells_of_a_card_all_but_what_it_rests_on() -> None:
    """Numbers of facts mean nothing elsewhere; the card and the year of its number are added."""
    issued = formal("card.issued", level="yellow", rests_on=[0])
    news = sent("hall:1", accepted("2026-11-02", "5wd"), issued, since=1)
    event = {
        "id": f"{PUBLIC}.1",
        "source": "duban",
        "subject": "hall:1",
        "type": "card.issued",
        "time": "2026-11-09T09:30:00.000Z",
        "data": {**WHERE, **FORMAL, "level": "yellow", "card": f"{PUBLIC}.1", "year": 2026},
    }
    assert [notification.event for notification in news] == [event] * 3


def test_a_warning_has_no_number_and_no_year_of_one() -> None:
    """Only its department counts it."""
    (news,) = sent("hall:1", derived("warning.issued", level="warning", rests_on=[0]))
    assert news.event["data"] == {**WHERE, "level": "warning", "card": f"{PUBLIC}.0"}


def test_a_card_that_belongs_nowhere_is_numbered_all_the_same() -> None:
    """No region: its number says 000000. No department: nobody's count."""
    nowhere = replace(derived("card.issued"), data={"level": "red", **FORMAL})
    news = sent("hall:1", nowhere)
    cases = [f"duban:card/{PUBLIC}.0", REGISTER.format("red")]
    assert [notification.case for notification in news] == cases
    assert news[0].event["data"]["region"] == "000000"


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_department_hears_of_a_recheck_if_it_heard_of_the_card(is_confirmed: bool) -> None:  # noqa: FBT001
    """A proposal that nobody confirmed was never counted. That it was mended counts nowhere."""
    confirmed = derived("card.issued", level="red", card=0)
    after = [
        derived("card.rechecked", card=0, verdict="lost"),
        derived("card.remedied", card=0),
    ]
    before = [derived("card.proposed", level="red"), *([confirmed] if is_confirmed else [])]
    assert told("hall:1", [*before, *after], since=len(before)) == {
        f"duban:card/{PUBLIC}.0": ["card.rechecked", "card.remedied"],
        **({HOUSING: ["card.rechecked"]} if is_confirmed else {}),
    }


@pytest.mark.parametrize(
    ("kind", "data", "cases"),
    [
        ("card.annulled", {"reason": "revoked"}, ["hall:1", HOUSING]),
        *(("card.closed", {}, []), ("appeal.overdue", {}, [])),
        ("case.escalated", {"level": "red", **FORMAL}, [REGISTER.format("red"), HOUSING]),
        ("case.escalated", {"level": "red"}, [HOUSING]),
    ],
)
def test_what_becomes_of_a_card_goes_to_those_whom_it_concerns(
    kind: str, data: dict[str, Any], cases: list[str]
) -> None:
    """Its case, its department, and a register where it is a card of another level."""
    opening = issued("c_x.1", "2026-11-09T17:30", **WHERE)
    news = sent("duban:card/c_x.1", opening, derived(kind, rests_on=[0], **data), since=1)
    assert [notification.case for notification in news] == cases
    year = {"year": 2026} if kind == "case.escalated" else {}
    for notification in news:
        assert notification.event["id"] == f"{PUBLIC}.1"
        assert notification.event["data"] == {"card": "c_x.1", **WHERE, **data, **year}


@pytest.mark.parametrize(
    ("kind", "is_news"),
    [
        ("card.responded", True),
        ("card.sent_back", True),
        ("card.appealed", True),
        ("card.acknowledged", False),
        ("card.revoked", False),  # the case hears that it is annulled
    ],
)
def test_the_case_of_a_card_hears_what_counts_there(kind: str, is_news: bool) -> None:  # noqa: FBT001
    """And who did it by the role alone: what was said stays with the card."""
    before = [issued("c_x.1", DUE, **WHERE)]
    if kind == "card.sent_back":
        before.append(reported("card.responded", "2026-11-10T08:00", role="department"))
    act = reported(kind, "2026-11-10T09:00", role="department", actor="00ff", text="…")
    news = sent("duban:card/c_x.1", *before, act, since=len(before))
    assert [notification.case for notification in news] == ["hall:1"] * is_news
    for notification in news:
        assert notification.event["data"] == {"card": "c_x.1", **WHERE, "role": "department"}


@pytest.mark.parametrize("outcome", ["upheld", "sent_back", "revoked"])
def test_the_case_of_a_card_hears_what_was_decided_about_an_appeal(outcome: str) -> None:
    """That the card stands, or, where it is revoked, that it is annulled: in no case twice."""
    acts = [
        issued("c_x.1", DUE, **WHERE),
        reported("card.appealed", "2026-11-10T09:00", role="department"),
        reported("appeal.decided", "2026-11-11T09:00", role="inspector", outcome=outcome),
    ]
    news = sent("duban:card/c_x.1", *acts, since=2)
    said = {"card": "c_x.1", **WHERE, "role": "inspector", "outcome": outcome}
    expected = [] if outcome == "revoked" else [("hall:1", "appeal.decided", said)]
    assert [(one.case, one.event["type"], one.event["data"]) for one in news] == expected


def test_a_confirmation_goes_back_to_the_case_that_made_the_proposal() -> None:
    """Without a role, if none is told; an act about no card is nobody's news."""
    proposed = replace(issued("c_x.1", DUE, **WHERE), kind="card.proposed")
    confirmed = reported("card.confirmed", "2026-11-10T09:00")
    (news,) = sent("duban:card/c_x.1", proposed, confirmed)
    assert (news.case, news.event["data"]) == ("hall:1", {"card": "c_x.1", **WHERE})
    assert sent("duban:card/c_x.1", confirmed) == []


def test_a_register_gives_each_card_the_next_number_once() -> None:
    """In the order of record; who asks again has its number already."""
    facts = numbered(issued(one, DUE, "red", year=2026) for one in ("c_b.4", "c_a.9", "c_b.4"))
    first = register.decide(CaseHistory(facts[:1]), RULES, DUE)
    assert [(f.n, f.data["card"], f.data["number"]) for f in first.append] == [(1, "c_b.4", 1)]
    rest = numbered([facts[0], *first.append, *facts[1:]])
    again = register.decide(CaseHistory(rest), RULES, DUE)
    assert [(f.n, f.data["card"], f.data["number"]) for f in again.append] == [(4, "c_a.9", 2)]


def test_silence_about_a_card_is_no_matter_of_the_case_that_issued_it() -> None:
    """Neither an answer nor its absence changes anything there (V-51)."""
    for kind in ("card.responded", "card.appealed", "card.annulled"):
        told = accepted("2026-11-02T09:00", "5wd"), reported(kind, "2026-11-10", card=f"{PUBLIC}.2")
        after = simulate(told, RULES, at("2026-11-30"))
        assert [f.text("level") for f in after if f.kind == "card.issued"] == ["yellow"]
