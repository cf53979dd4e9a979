"""Registering sources: what an operator may set, from when on it holds, and what is refused."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.errors import BadInput
from chalicelib.instant import parse
from chalicelib.policy.registering import (
    RequestedTerms,
    StageTerms,
    change,
    check_source_name,
    record_outage,
    register,
    set_live_from,
)
from chalicelib.policy.sources import (
    NO_SOURCES,
    USUAL,
    Delivery,
    DeliveryTime,
    Outage,
    Registrations,
    read_registrations,
)
from tests.unit.told import ZONE, at

NOW = at("2026-11-20T09:00")
STATED = NOW + timedelta(minutes=10)
STAGE = StageTerms(NOW, STATED, ZONE, "370102")
MOST = timedelta(days=10)


def registered(**terms: str) -> Registrations:
    """Return the stage with the source `hall`, registered on *terms*."""
    given = {"departments": "住房局", **terms}
    return register(NO_SOURCES, "hall", RequestedTerms(**given), STAGE)


def test_a_source_has_the_usual_terms_unless_others_are_asked_for() -> None:
    """The stage's own region, ten minutes, and a year of history; departments must be said."""
    source = registered().by_name["hall"]
    assert source.departments == frozenset({"住房局"})
    assert source.regions == frozenset({"370102"})
    assert source.deliveries == (Delivery(USUAL),)
    assert source.history_from == at("2025-11-20")


def test_terms_are_as_asked_for() -> None:
    """Names are names; any is every one; a date is midnight of the place."""
    source = registered(
        departments=" 住房局 ,Bure\u0301au",
        regions="any",
        delivery="1wd",
        history_from="1990-01-01",
        reason="夜间批量报送",
    ).by_name["hall"]
    assert source.departments == frozenset({"住房局", "Bur\u00e9au"})
    assert source.regions is None
    assert source.deliveries == (Delivery(DeliveryTime(1, "wd"), reason="夜间批量报送"),)
    assert source.history_from == at("1990-01-01")
    assert registered(departments="any").by_name["hall"].departments is None


@pytest.mark.parametrize(
    ("terms", "option"),
    [
        ({"departments": None}, "--departments"),
        ({"departments": ""}, "--departments"),
        ({"departments": "住房局,"}, "--departments"),
        ({"departments": "住房局,any"}, "--departments"),
        ({"departments": "住\u200b房局"}, "--departments"),
        ({"regions": "370102,\u202e"}, "--regions"),
        ({"delivery": "25h"}, "--delivery"),
        ({"delivery": "2wd"}, "--delivery"),
        ({"delivery": "soon"}, "--delivery"),
        ({"history_from": "1989-12-31"}, "--history-from"),
        ({"history_from": "2026-13-01"}, "--history-from"),
        ({"history_from": "2026-01-01T00:00:00Z"}, "--history-from"),
        ({"reason": "a\u202eb"}, "--reason"),
    ],
)
def test_bad_terms_are_refused_with_their_option(terms: dict[str, str], option: str) -> None:
    """One clear line."""
    with pytest.raises(BadInput, match=f"^{option}: "):
        registered(**terms)


def test_a_stage_that_does_not_know_where_it_is_asks_for_the_regions() -> None:
    """Its region is the template's default."""
    nowhere = replace(STAGE, region="000000")
    with pytest.raises(BadInput, match="--regions"):
        register(NO_SOURCES, "hall", RequestedTerms("any"), nowhere)


@pytest.mark.parametrize("name", ["", "a:b", "-x", "办", "any", "duban", "x" * 65, "a b"])
def test_a_name_that_no_source_may_have_is_refused(name: str) -> None:
    """It would be read as something else in the name of a case, or in a command."""
    with pytest.raises(BadInput):
        check_source_name(name)


def test_a_changed_delivery_holds_for_what_occurs_once_it_is_stated() -> None:
    """And needs a reason; the same again changes nothing."""
    with pytest.raises(BadInput, match="--reason"):
        change(registered(), "hall", RequestedTerms(delivery="24h"), STAGE)
    after = change(registered(), "hall", RequestedTerms(delivery="24h", reason="系统改造"), STAGE)
    source = after.by_name["hall"]
    assert source.deliveries == (
        Delivery(USUAL),
        Delivery(DeliveryTime(24, "h"), STATED, "系统改造"),
    )
    assert str(source.delivery_at(STATED - timedelta(milliseconds=1))) == "10m"
    assert str(source.delivery_at(STATED)) == "24h"
    assert change(after, "hall", RequestedTerms(delivery="24h", reason="x"), STAGE) == after


def test_whom_it_speaks_for_may_change_and_its_history_may_not() -> None:
    """The rest stays as it was."""
    after = change(registered(), "hall", RequestedTerms(departments="水务局", regions="37"), STAGE)
    assert after.by_name["hall"] == replace(
        registered().by_name["hall"],
        departments=frozenset({"水务局"}),
        regions=frozenset({"37"}),
    )
    with pytest.raises(BadInput, match="--history-from"):
        change(registered(), "hall", RequestedTerms(history_from="2024-01-01"), STAGE)
    same = RequestedTerms(history_from="2025-11-20")
    assert change(registered(), "hall", same, STAGE) == registered()
    with pytest.raises(BadInput, match="there is no source clinic"):
        change(registered(), "clinic", RequestedTerms(regions="any"), STAGE)


def test_registering_again_keeps_what_is_on_record() -> None:
    """A source that was removed comes back with its outages and delivery times."""
    outage = Outage(NOW, NOW + MOST, "断电")
    before = record_outage(registered(), "hall", outage, MOST, STAGE)
    again = register(before, "hall", RequestedTerms("any"), STAGE)
    assert again.by_name["hall"] == replace(before.by_name["hall"], departments=None)


MS = timedelta(milliseconds=1)


def outage_until(
    until: str,
    since: str = "2026-11-20T09:00",
    reason: str = "断电",
    old: Registrations | None = None,
) -> Registrations:
    """Record an outage of `hall`."""
    span = Outage(at(since), at(until), reason)
    return record_outage(old or registered(), "hall", span, MOST, STAGE)


def test_an_outage_is_recorded_before_it_ends() -> None:
    """At the very end it is too late."""
    assert outage_until("2026-11-20T09:00:00.001", since="2026-11-20T08:00").by_name["hall"].outages
    with pytest.raises(BadInput, match="--until: has passed"):
        outage_until("2026-11-20T09:00", since="2026-11-20T08:00")


@pytest.mark.parametrize(
    ("since", "until", "option"),
    [
        ("2026-11-21T09:00", "2026-11-21T09:00", "--from"),
        ("2026-11-22T09:00", "2026-11-21T09:00", "--from"),
        ("2025-11-19T09:00", "2026-11-21T09:00", "--from"),
        ("2026-11-20T09:00", "9999-12-31", "--until"),
        ("0001-01-03", "2026-11-21T09:00", "--from"),
        ("2026-11-20T09:00", "2026-11-30T09:00:00.001", "--until"),
    ],
)
def test_an_outage_that_cannot_be_is_refused(since: str, until: str, option: str) -> None:
    """Empty, years long, or longer than the profile allows in a year."""
    with pytest.raises(BadInput, match=f"^{option}: "):
        outage_until(until, since=since)


def test_the_outages_of_a_year_take_so_much_at_the_most() -> None:
    """Overlaps count once; a new year begins at midnight of the place, with nothing used."""
    ten = outage_until("2026-11-30T09:00")
    outage_until("2026-11-25T09:00", old=ten)
    with pytest.raises(BadInput, match="outages of 2026 take more than the 10 days"):
        outage_until("2026-12-02T00:00:00.001", since="2026-12-02", old=ten)
    outage_until("2027-01-11", since="2027-01-01", old=ten)
    with pytest.raises(BadInput, match="outages of 2027"):
        outage_until("2027-01-11T00:00:00.001", since="2027-01-01", old=ten)
    over_new_year = outage_until("2027-01-10", since="2026-12-23")
    assert len(over_new_year.by_name["hall"].outages) == 1


def test_an_outage_needs_a_reason() -> None:
    """It is public."""
    for reason in ("", "  ", "\u200b"):
        with pytest.raises(BadInput, match="--reason"):
            outage_until("2026-11-21T09:00", reason=reason)


def test_an_outage_of_duban_is_one_of_every_source() -> None:
    """Of one that is registered later, too; in order of time beside its own."""
    own = outage_until("2026-11-21T09:00", since="2026-11-20T12:00")
    ours = Outage(NOW, at("2026-11-20T10:00"), "升级")
    both = record_outage(own, "any", ours, MOST, STAGE)
    assert both.of("hall").outages == (ours, own.by_name["hall"].outages[0])
    assert both.of("clinic").outages == (ours,)
    assert both.by_name == own.by_name
    assert both.of("").outages == ()


def test_the_day_from_which_a_stage_is_in_use_is_set_once() -> None:
    """A second time is refused, with the same day too."""
    live = set_live_from(registered(), "2026-12-01", ZONE)
    assert live.live_from == at("2026-12-01")
    for day in ("2026-12-01", "2027-01-01"):
        with pytest.raises(BadInput, match="2026-12-01"):
            set_live_from(live, day, ZONE)
    with pytest.raises(BadInput):
        set_live_from(registered(), "soon", ZONE)


def test_what_is_registered_is_stored_and_read_back() -> None:
    """All of it; another version for each difference."""
    stages = [registered(), outage_until("2026-11-21T09:00")]
    stages.append(record_outage(stages[1], "any", Outage(NOW, STATED, "升级"), MOST, STAGE))
    stages.append(set_live_from(stages[2], "2026-12-01", ZONE))
    stages.append(register(stages[3], "a", RequestedTerms("any", "any", "0s"), STAGE))
    for stage in stages:
        again = read_registrations(stage.document())
        assert (again, again.version) == (stage, stage.version)
    assert len({stage.version for stage in stages}) == len(stages)
    assert parse(stages[3].document()["live_from"]) == at("2026-12-01")
