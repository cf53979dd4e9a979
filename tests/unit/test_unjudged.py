"""Which cases the public pages show as waiting to be judged (待核)."""

from datetime import UTC, datetime, timedelta

from chalicelib.board.view import counts, due_row
from chalicelib.cases.snapshot import CaseSnapshot
from chalicelib.clock.due import Due
from chalicelib.pages.words import LANGUAGES, page_words
from chalicelib.policy.data_quality import CLAIM_SIGNS, DataQuality
from tests.unit.resting import ours

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
    assert set(CLAIM_SIGNS).isdisjoint(DataQuality(claims=ours("x")).measured)
