"""One stage, several places: each case is judged by the profile of its region."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from msgspec.structs import replace
from pynamodb.connection import Connection

from chalicelib.errors import BadInput
from chalicelib.instant import parse
from chalicelib.lambdas.recompute import recompute
from chalicelib.lambdas.routes import health
from chalicelib.lambdas.stating import state
from chalicelib.plumbing.services import Services, use
from chalicelib.policy.shipped import load_profile
from tests.support.faulty import Faulty
from tests.support.memory_stage import memory_cloud
from tests.support.stage import HandClock, services_here, settings, stage
from tests.support.world import World

BEGAN = "2026-11-02T10:00:00"


def served(profile: str, region: str = "370102") -> Services:
    """What a stage with that parameter works with."""
    return Services(replace(settings("wall"), duban_profile=profile, duban_region=region))


@pytest.fixture
def no_tables() -> Iterator[None]:
    """A stage that nothing was ever written to."""
    with patch.object(Connection, "client", Faulty(memory_cloud())):
        yield


@pytest.fixture
def county() -> Iterator[World]:
    """A stage that serves Jinan, and places in Hunan and Yulin beside it."""
    with stage(at=parse(BEGAN + "+08:00")) as (made, wall):
        by_region = replace(made.settings, duban_profile="statutory,43=hunan,6108=yulin")
        with use(services_here(by_region, wall)) as services:
            yield World(services, wall)


def test_each_case_is_judged_by_the_profile_of_its_region(county: World) -> None:
    """Ten working days from a Monday ten o'clock, in three regions."""
    for case, region in (("1", "370102"), ("2", "433101"), ("3", "610802")):
        county.accept(BEGAN, case, promise="10wd", region=region)
    county.until("2026-11-17T18:00:00")
    found = {
        case: [
            (fact.text("level"), fact.text("policy").partition("@")[0], fact.at.isoformat())
            for fact in county.facts(case)
            if fact.kind in ("warning.issued", "card.issued", "card.proposed")
        ]
        for case in ("1", "2", "3")
    }
    # The calendar days to 11-16 17:30 come to 14 days and 7.5 hours; nine tenths of that end on
    # the 15th at 07:09. Two working days before the end are 11-12 at 17:30.
    assert found["1"] == [
        ("warning", "statutory", "2026-11-12T09:30:00+00:00"),
        ("yellow", "statutory", "2026-11-16T09:30:00+00:00"),
    ]
    assert found["2"] == [
        ("warning", "hunan", "2026-11-11T02:00:00+00:00"),
        ("yellow", "hunan", "2026-11-16T02:00:00+00:00"),
    ]
    assert found["3"] == [
        ("yellow", "yulin", "2026-11-14T23:09:00+00:00"),
        ("red", "yulin", "2026-11-16T09:30:00+00:00"),
    ]


@pytest.mark.usefixtures("no_tables")
def test_a_case_without_a_region_is_one_of_the_stages_own() -> None:
    """As with calendars."""
    services = served("statutory,43=hunan", region="430102")
    assert services.profile().id == "hunan"
    assert services.profile("").id == "hunan"
    assert services.profile("370102").id == "statutory"


@pytest.mark.usefixtures("no_tables")
def test_what_is_in_force_has_one_name() -> None:
    """It changes with each profile, and with what it is selected for."""
    statutory, hunan = load_profile("statutory").version, load_profile("hunan").version
    assert served("statutory").policies.version() == statutory
    assert served("statutory,43=hunan").policies.version() == f"{statutory},43={hunan}"
    assert served("statutory,44=hunan").policies.version() == f"{statutory},44={hunan}"
    assert served("statutory,6108=yulin,43=hunan").policies.version() == (
        f"{statutory},6108={load_profile('yulin').version},43={hunan}"
    )


@pytest.mark.parametrize("profile", ["atlantis", "statutory,43=atlantis"])
def test_a_profile_that_is_not_there_is_told_at_the_first_use(profile: str) -> None:
    """Not only when a case of that region comes; the setting is named."""
    with pytest.raises(BadInput, match="DUBAN_PROFILE: no such profile: 'atlantis'"):
        served(profile).profile("370102")
    with stage() as (made, wall):
        assert isinstance(wall, HandClock)
        services = Services(replace(made.settings, duban_profile=profile), wall)
        with pytest.raises(BadInput, match="DUBAN_PROFILE"):
            health(services)


def test_another_selection_holds_for_what_is_accepted_from_then_on() -> None:
    """Redeployed with a profile for Hunan: its open case goes on as it began (EFF-01)."""
    with stage(at=parse(BEGAN + "+08:00")) as (made, wall):
        county = World(made, wall)
        state(made)
        county.accept(BEGAN, "1", promise="10wd", region="433101")
        county.until("2026-11-03T09:00:00")
        before = county.facts("1")
        selected = replace(made.settings, duban_profile="statutory,43=hunan")
        with use(services_here(selected, wall)) as services:
            state(services)
            progress = recompute(services)
            county.services = services
            county.accept("2026-11-03T10:00:00", "2", promise="9wd", region="433101")
            county.until("2026-11-17T18:00:00")
            assert progress.counts.judged == 0
            assert county.facts("1")[: len(before)] == before
            assert county.cards("1")[-1] == ("yellow", "2026-11-16T09:30:00.000Z")
            assert county.cards("2")[-1] == ("yellow", "2026-11-16T02:00:00.000Z")
