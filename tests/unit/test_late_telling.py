"""V-27: how late an event was told is from when it happened to its receipt; nothing lifts that."""

import pytest
from msgspec.structs import replace

from chalicelib.policy.sources import Outage, Registration, Registrations
from tests.unit.test_data_quality import IN_TIME, MONDAY, found, written
from tests.unit.told import MS, File, accepted, at, reported


def test_what_its_source_says_of_when_it_was_written_down_lifts_nothing() -> None:
    """Only the receipt is evidence; that it was written down in time is shown beside it."""
    received = "2026-03-30T12:00"
    acceptance = accepted(MONDAY, "9wd")
    for wrote, explained in (
        ("2026-03-09T09:02", True),
        (IN_TIME, True),
        (IN_TIME + MS, False),
        (received, False),
    ):
        signs = found(written(acceptance, wrote, received))
        assert [(sign.name, sign.explained) for sign in signs][:1] == [
            ("late_recording", explained)
        ], wrote
    (unsaid, _) = found(replace(acceptance, recorded_at=at(received)))
    assert (unsaid.name, unsaid.explained) == ("late_recording", False)


def test_one_that_is_not_explained_leaves_the_sign_unexplained() -> None:
    """All facts that it rests on were written down in time, or the sign says nothing of it."""
    first = written(accepted(MONDAY, "9wd"), MONDAY, "2026-03-20T12:00")
    stage = reported("stage.entered", MONDAY, stage="a")
    (sign,) = found(first, written(stage, "2026-03-20T11:00", "2026-03-20T12:00"))
    assert (sign.rests_on, sign.explained) == ((0, 1), False)


@pytest.mark.parametrize("ours", [False, True])
@pytest.mark.parametrize(
    ("received", "shows"),
    [("2026-03-18T17:30", []), ("2026-03-18T17:31", ["late_recording"])],
)
def test_lateness_counts_from_the_end_of_a_recorded_outage(
    ours: bool,  # noqa: FBT001
    received: str,
    shows: list[str],
) -> None:
    """Of the source, or of Duban: two working days from Monday the 16th on end on Wednesday."""
    outage = Outage(at("2026-03-09T08:00"), at("2026-03-16T10:00"))
    sources = (
        Registrations({"hall": Registration()}, outages=(outage,))
        if ours
        else Registrations({"hall": Registration(outages=(outage,))})
    )
    told = replace(accepted(MONDAY, "9wd"), source="hall", recorded_at=at(received))
    other = replace(told, source="clinic")
    assert [sign.name for sign in found(told, sources=sources)] == shows
    assert [sign.name for sign in found(other, sources=sources)] == (
        shows if ours else ["late_recording"]
    )


def test_an_event_from_ahead_of_its_receipt_is_flagged() -> None:
    """It happened when it was received; what it claimed stands beside it."""
    ahead = reported(
        "stage.entered", "2026-03-09T09:10", stage="a", claimed="2026-03-09T01:30:00.000Z"
    )
    on_time = reported("stage.entered", MONDAY, stage="a")
    for stage, rests_on in ((ahead, [[1]]), (on_time, [])):
        flagged = [
            fact
            for fact in File(accepted(MONDAY, "9wd"), stage).decide_case("2026-03-09T09:11").append
            if fact.kind == "data.flagged"
        ]
        assert [fact.text("sign") for fact in flagged] == ["clock_ahead"] * len(rests_on)
        assert [fact.data["rests_on"] for fact in flagged] == rests_on


def test_a_flag_says_that_a_late_telling_is_explained() -> None:
    """Only where it is."""
    for wrote, explained in ((MONDAY, True), ("2026-03-30T12:00", None)):
        case = File(written(accepted(MONDAY, "60wd"), wrote, "2026-03-30T12:00"))
        flags = [
            fact.data.get("explained")
            for fact in case.decide_case("2026-03-30T12:01").append
            if fact.text("sign") == "late_recording"
        ]
        assert flags == [explained]
