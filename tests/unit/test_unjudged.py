"""Which cases the public pages show as waiting to be judged (待核)."""

from datetime import UTC, datetime, timedelta

from chalicelib.board.unjudged import DUE, look_back, near_cases
from chalicelib.board.view import counts, due_row
from chalicelib.board.words import LANGUAGES, page_words
from chalicelib.cases.head import CaseSnapshot
from chalicelib.clock.due import Due
from chalicelib.policy.data_quality import CLAIM_SIGNS, DataQuality
from chalicelib.policy.sources import (
    NO_SOURCES,
    Delivery,
    DeliveryTime,
    Outage,
    Registration,
    Registrations,
)

NOW = datetime(2026, 11, 9, 9, 40, tzinfo=UTC)
DAY = timedelta(days=1)


def snapshot(
    due: timedelta, *, unjudged: timedelta | None = None, case: str = "hall:1"
) -> CaseSnapshot:
    """A case that is due so long after NOW, and whose next card is by law so long after it."""
    return CaseSnapshot(
        case=case,
        public_case="c_x",
        n=1,
        judged_at=NOW - DAY,
        lamp="green",
        department="Housing",
        dues={"promise": Due(NOW + due)},
        unjudged_at=None if unjudged is None else NOW + unjudged,
    )


def delivering(*times: str, outages: tuple[Outage, ...] = ()) -> Registrations:
    """Sources with these delivery times."""
    deliveries = tuple(Delivery(DeliveryTime.parse(time)) for time in times)
    return Registrations({"hall": Registration(deliveries=deliveries, outages=outages)})


def test_a_case_waits_from_its_legal_instant_on() -> None:
    """At that instant it does not yet."""
    minute = timedelta(minutes=1)
    waiting = snapshot(-minute, unjudged=-minute)
    at_once = snapshot(timedelta(), unjudged=timedelta())
    near = near_cases([waiting, at_once], NOW)
    assert (near.unjudged, near.due) == ([waiting], [at_once])


def test_what_is_judged_or_a_card_is_neither() -> None:
    """A case past its limit that has its card, and a card's own case."""
    judged = snapshot(-DAY, unjudged=DAY)
    card = snapshot(-DAY, unjudged=-DAY, case="duban:card/c_x.1")
    assert near_cases([judged, card], NOW) == ([], [])


def test_the_reading_ends_with_enough_that_is_due_or_with_what_is_not() -> None:
    """So a department with a thousand open cases costs no more."""
    many = iter([snapshot(DAY) for _ in range(3 * DUE)])
    assert len(near_cases(many, NOW).due) == DUE
    assert len(list(many)) == 2 * DUE - 1
    never = CaseSnapshot("hall:1", "c_x", 1, NOW, "pending")
    assert near_cases([never, snapshot(DAY)], NOW).due == []


def test_a_page_looks_back_as_far_as_a_source_may_still_tell() -> None:
    """And a day more; a working day may be long."""
    assert look_back(NO_SOURCES) == DAY + timedelta(minutes=10)
    assert look_back(delivering("5s")) == DAY + timedelta(minutes=10)
    assert look_back(delivering("5s", "3h")) == DAY + timedelta(hours=3)
    assert look_back(delivering("1wd")) == 16 * DAY
    outage = Outage(NOW - 20 * DAY, NOW)
    assert look_back(delivering("5s", outages=(outage,))) == 21 * DAY


def test_the_counts_say_how_many_wait_in_each_department() -> None:
    """And in all together."""
    body = counts([], DataQuality(), {"Housing": 2, "Water": 1})
    assert body["totals"]["unjudged"] == 3


def test_a_row_says_that_it_waits() -> None:
    """In place of the time that is left."""
    row = due_row(snapshot(-DAY, unjudged=-DAY), NOW, UTC, {})
    assert row["unjudged"] is True
    assert due_row(snapshot(DAY, unjudged=DAY), NOW, UTC, {})["unjudged"] is False


def test_every_sign_and_reason_of_claims_has_words() -> None:
    """In both languages; none of the signs is a measured rate."""
    for language in LANGUAGES:
        words = page_words(language)
        for sign in CLAIM_SIGNS:
            assert words[f"sign_{sign}"]
            assert words[f"sign_text_{sign}"]
        assert words["reason_claim_accepted"] != words["reason_claim_refused"]
        assert words["unjudged"]
    assert set(CLAIM_SIGNS).isdisjoint(DataQuality(claims="x").measured)
