"""A department's year: what so many cards lead to, on both sides of each boundary."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from msgspec.structs import replace

from chalicelib.calendar.workdays import Calendar
from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.department.decide import decide
from chalicelib.policy.ladder import CountRule
from chalicelib.policy.shipped import OURS, load_profile
from chalicelib.supervision.rederivation import rederived
from tests.unit.department_year import (
    OWN,
    PROFILE,
    RULES,
    card,
    climbed,
    derived,
    keys_in_force,
    rechecked,
    revoked,
    year,
)
from tests.unit.resting import ours
from tests.unit.told import CALENDAR, at, clock

A = card("c_a.3", "2025-03-03T17:30")
B = card("c_b.3", "2025-05-06T17:30")
RED = card("c_r.5", "2025-07-01T17:30", "red", rule="V-03")
RED_AGAIN = card("c_s.5", "2025-09-30T17:30", "red", rule="V-03")
YELLOW_KEY = "L-02/370102/X-01/2025/1"
RED_KEY = "L-03/370102//2025-Q3/1"


def test_the_second_yellow_of_an_item_makes_a_red() -> None:
    """In a profile that says so: two in a year. It rests on both, and fell due with the second."""
    (red,) = derived(year(A, B))
    assert (red.kind, red.key, clock(red.at)) == ("card.issued", YELLOW_KEY, "2025-05-06T17:30")
    assert red.data["rests_on"] == [0, 1]
    payload = {name: red.data[name] for name in ("level", "rule", "ground", "due_at", "noticed")}
    assert payload == {
        "level": "red",
        "rule": "L-02",
        "ground": "repeated",
        "due_at": "2025-05-06T09:30:00.000Z",
        "noticed": "on_time",
    }
    where = {name: red.text(name) for name in ("department", "region", "item")}
    assert where == {"department": "Housing", "region": "370102", "item": "X-01"}
    assert red.text("policy") == PROFILE.reference
    assert red.text("calendar") == CALENDAR.version
    assert red.text("basis").startswith("《中华人民共和国行政许可法》")


def test_one_yellow_makes_none() -> None:
    """Nor does a second of another item, nor one of another region's department of that name."""
    assert derived(year(A)) == []
    assert derived(year(A, card("c_b.3", "2025-05-06", item="X-02"))) == []
    assert derived(year(A, card("c_b.3", "2025-05-06", region="370103"))) == []
    assert (
        derived(year(card("c_a.3", "2025-03-03", item=""), card("c_b.3", "2025-05-06", item="")))
        == []
    )


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("2025-01-01T00:00", "2025-12-31T23:59:59.999", 1),
        ("2024-12-31T23:59:59.999", "2025-01-01T00:00", 0),
    ],
)
def test_a_year_ends_at_midnight_in_the_regions_zone(first: str, second: str, found: int) -> None:
    """By the legal instant: in UTC both pairs lie in two years."""
    assert len(derived(year(card("c_a.3", first), card("c_b.3", second)))) == found


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("2025-07-01T00:00", "2025-09-30T23:59:59.999", 1),
        ("2025-06-30T23:59:59.999", "2025-07-01T00:00", 0),
        ("2025-01-01T00:00", "2025-03-31T23:59", 1),
        ("2025-03-31T23:59", "2025-04-01T00:00", 0),
        ("2025-10-01T00:00", "2025-12-31T23:59", 1),
        ("2025-09-30T23:59", "2025-10-01T00:00", 0),
    ],
)
def test_two_reds_of_a_quarter_make_a_supervision(first: str, second: str, found: int) -> None:
    """DOMAIN §3.2: whatever the item; it is no card but a higher level (督办) from the start."""
    reports = card("c_r.5", first, "red"), card("c_s.5", second, "red", item="X-02")
    made = derived(year(*reports))
    assert [(fact.kind, fact.text("level"), fact.text("rule")) for fact in made] == [
        ("case.escalated", "supervision", "L-03")
    ] * found
    assert all(one.text("item") == "" for one in made)


def test_an_item_has_one_red_in_a_year_however_many_yellows_follow() -> None:
    """DOMAIN §3.2: a further one only in the next period."""
    more = [card(f"c_{n}.3", f"2025-0{n}-10") for n in range(1, 8)]
    assert [one.key for one in derived(year(*more))] == [YELLOW_KEY]
    assert [one.key for one in derived(year(*more, at_once=True))] == [YELLOW_KEY]


def test_a_department_has_one_supervision_in_a_quarter() -> None:
    """However many reds, of whatever items; the next quarter has its own."""
    reds = [card(f"c_{n}.5", f"2025-07-{n:02}", "red", item=f"X-{n}") for n in range(1, 8)]
    assert [one.key for one in derived(year(*reds))] == [RED_KEY]
    two = [card(f"c_{n}.5", f"2025-10-{n:02}", "red") for n in (11, 12)]
    assert [one.key for one in derived(year(*reds, *two))] == [RED_KEY, "L-03/370102//2025-Q4/1"]


def test_seven_late_cases_of_one_department_make_one_red_and_one_supervision() -> None:
    """However many cards follow; they made three reds and five supervisions."""
    told = []
    for n in range(1, 8):
        told.append(card(f"c_{n}.3", f"2025-03-{n:02}", clock="promise"))
        told.append(card(f"c_{n}.5", f"2025-03-{n + 9:02}", "red", clock="statutory"))
        told.append(climbed(f"c_{n}.5", f"2025-03-{n + 19:02}", "supervision"))
    found = [(one.text("rule"), one.text("level")) for one in derived(year(*told))]
    assert found == [("L-02", "red"), ("L-03", "supervision")]


def test_a_card_told_twice_counts_once() -> None:
    """One card is one card, whatever is told of it."""
    again = replace(A, key="duban/c_other.1")
    assert derived(year(A, again)) == []


def test_a_lost_card_stops_counting_and_counts_again() -> None:
    """The red that rested on it is re-checked: lost, and standing once the ground is back."""
    reports = (
        A,
        B,
        rechecked("c_a.3", "2025-05-07", 4),
        rechecked("c_a.3", "2025-05-08", 5, "stands"),
    )
    facts = derived(year(*reports), "card.rechecked")
    assert [(fact.data["card"], fact.text("verdict"), fact.data["cause"]) for fact in facts] == [
        (2, "lost", 3),
        (2, "stands", 5),
    ]
    assert [one.text("reason") for one in facts] == ["late_news", "late_news"]
    assert [one.key for one in facts] == ["recheck/2/0", "recheck/2/1"]


def test_re_checks_count_by_their_own_order() -> None:
    """The later one may come first: what the card's own case said last holds."""
    late = (rechecked("c_a.3", "2025-05-08", 5, "stands"), rechecked("c_a.3", "2025-05-07", 4))
    assert derived(year(A, B, *late), "card.rechecked") == []
    assert keys_in_force(year(A, B, *reversed(late))) == {YELLOW_KEY}


def test_what_is_known_of_a_card_before_the_card() -> None:
    """News of one card may overtake: it counts for nothing from the start."""
    assert derived(year(rechecked("c_a.3", "2025-05-07", 4), A, B)) == []
    assert derived(year(revoked("c_a.3", "2025-05-07"), A, B)) == []


def test_a_revoked_card_never_counts_again() -> None:
    """Not even if a re-check finds its ground (APP-02)."""
    reports = (A, B, revoked("c_a.3", "2025-05-07"), rechecked("c_a.3", "2025-05-08", 5, "stands"))
    (check,) = derived(year(*reports), "card.rechecked")
    assert (check.text("verdict"), check.text("reason"), check.data["cause"]) == (
        "lost",
        "revoked",
        3,
    )


def test_of_two_revoked_at_once_the_first_took_the_ground_away() -> None:
    """With it there were too few, whatever became of the other."""
    facts = year(A, B)
    for name in ("c_a.3", "c_b.3"):
        facts.append(revoked(name, "2025-05-08").numbered(len(facts)))
    (check,) = decide(CaseHistory(facts), RULES, at("2025-05-09")).append
    assert (check.text("reason"), check.data["cause"]) == ("revoked", 3)


def test_another_card_in_its_place_gives_the_ground_back() -> None:
    """Two count again: the same red, not a second."""
    reports = (A, B, revoked("c_a.3", "2025-05-07"), card("c_c.3", "2025-06-03"))
    facts = year(*reports)
    assert keys_in_force(facts) == {YELLOW_KEY}
    assert len(derived(facts, "card.issued")) == 1
    assert derived(facts, "card.rechecked")[-1].data["cause"] == 5


def test_a_red_of_ours_that_is_revoked_is_no_red_and_is_not_made_again() -> None:
    """The card of this case is told of by the id that its own case has."""
    facts = year(A, B, revoked(f"{OWN}.2", "2025-05-08"), card("c_r.5", "2025-06-02", "red"))
    assert [one.key for one in derived(facts)] == [YELLOW_KEY]
    more = card("c_c.3", "2025-06-03"), rechecked("c_a.3", "2025-06-04", 8)
    assert derived(year(*(fact for fact in facts if fact.told), *more), "card.rechecked") == []


def test_a_card_of_elsewhere_with_the_number_of_ours_is_not_ours() -> None:
    """`c_x.2` is its own card although fact 2 is a red of this case."""
    other = card("c_x.2", "2025-05-20", item="X-09")
    assert keys_in_force(year(A, B, other, revoked("c_x.2", "2025-05-21"))) == {YELLOW_KEY}


def test_what_silence_made_of_a_card_of_ours_is_not_counted() -> None:
    """Nor is it where the profile counts that level."""
    two = CountRule("supervision", 2, "department", "year", "referral", "L-09", ours("某文件"))
    ladder = replace(PROFILE.ladder, repeated=(*PROFILE.ladder.repeated, two))
    profile = replace(PROFILE, ladder=ladder)
    reports = (A, B, climbed(f"{OWN}.2", "2025-05-14", "supervision"))
    other = climbed("c_o.4", "2025-06-14", "supervision")
    assert [fact.key for fact in derived(year(*reports, other, profile=profile))] == [YELLOW_KEY]


def test_who_noticed_late_is_said() -> None:
    """A card that an outage of ours delayed delays what it leads to (DESIGN §4)."""
    late = card("c_b.3", "2025-05-06T17:30", noticed="outage", recorded="2025-05-09")
    assert derived(year(A, late))[0].text("noticed") == "outage"


def test_at_once_and_one_after_another_is_the_same() -> None:
    """A batch, or one by one: the same facts, the same cards."""
    reports = (A, B, RED, RED_AGAIN)
    assert {fact.key for fact in derived(year(*reports, at_once=True))} == {YELLOW_KEY, RED_KEY}
    assert {one.key for one in derived(year(*reports))} == {YELLOW_KEY, RED_KEY}


def test_nothing_is_said_twice() -> None:
    """Judged again at another instant, nothing follows; no clock runs here."""
    facts = year(A, B, RED, RED_AGAIN, revoked("c_b.3", "2025-10-08"))
    again = decide(CaseHistory(facts), RULES, at("2026-01-01"))
    assert (again.append, again.wake_at, again.held_for) == ((), None, "")
    assert again.belongs_to == {"department": "Housing", "region": "370102"}


@pytest.mark.parametrize("name", OURS)
def test_no_shipped_profile_counts_cards(name: str) -> None:
    """CLAIMS §8: no law knows it, and no document of those places that was seen."""
    assert derived(year(A, B, RED, RED_AGAIN, profile=load_profile(name))) == []


def test_a_count_that_new_rules_do_not_know_loses_its_ground() -> None:
    """And says that the policy did it; or that and a new calendar (docs/cards.md)."""
    facts, profile = year(A, B), load_profile("yulin")
    for calendar, reason in ((CALENDAR, "policy"), (Calendar("CN", ()), "policy_and_calendar")):
        decision = decide(CaseHistory(facts), Rules(profile, calendar), at("2025-06-02"))
        (check,) = decision.append
        assert (check.text("verdict"), check.text("reason")) == ("lost", reason)


def test_what_follows_is_derived_again_from_the_facts_before_it() -> None:
    """By anyone who has them and the two versions that each names (DESIGN §5)."""
    reports = (A, B, RED, RED_AGAIN, revoked("c_b.3", "2025-10-08"), card("c_c.3", "2025-10-09"))
    facts = year(*reports)
    found = derived(facts)
    assert [fact.text("rule") for fact in found] == ["L-02", "L-03", "L-02", "L-02"]

    def derive(case: CaseHistory, now: datetime) -> Sequence[Fact]:
        return decide(case, RULES, now).append

    assert all(rederived(CaseHistory(facts), fact.n, derive).is_same for fact in found)


def both(first: Sequence[Fact], then: Sequence[Fact]) -> list[Fact]:
    """The case after *first*, one by one, and *then*, all of it at once."""
    facts = year(*first)
    facts += [fact.numbered(len(facts) + place) for place, fact in enumerate(then)]
    return [*facts, *decide(CaseHistory(facts), RULES, at("2026-01-01")).append]


def test_what_is_told_at_once_is_weighed_together() -> None:
    """No red counts that loses its ground in the same breath."""
    red = card("c_r.5", "2025-06-02", "red")
    facts = both([A, red], [revoked("c_r.5", "2025-06-02"), card("c_s.5", "2025-06-03", "red"), B])
    assert [one.key for one in derived(facts)] == [YELLOW_KEY]


def test_new_rules_are_the_cause_where_they_would_have_said_otherwise() -> None:
    """Whatever was told since: a third yellow is no reason for losing the red of the first two."""
    facts = year(A, B, card("c_c.3", "2025-06-03"))
    yearly, quarterly = PROFILE.ladder.repeated
    three = replace(PROFILE.ladder, repeated=(replace(yearly, count=4), quarterly))
    profile = replace(PROFILE, ladder=three, version="sha256:other")
    (check,) = decide(CaseHistory(facts), Rules(profile, CALENDAR), at("2025-07-01")).append
    assert (check.text("verdict"), check.text("reason")) == ("lost", "policy")
    assert "cause" not in check.data
