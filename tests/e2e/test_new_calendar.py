"""A closure is imported into the running stack, and reaches the one case that it moves."""

from chalicelib.calendar.change import read_change
from chalicelib.instant import parse
from chalicelib.plumbing import settings
from chalicelib.plumbing.services import Services
from chalicelib.policy.registering import RequestedTerms
from infra import cloud, sources, stage
from infra.cli.calendar import nudge_moved_cases
from tests.e2e.conftest import Door

REGION = "990101"  # no other test has cases there
FLOOD = {
    "kind": "change",
    "notice": "a flood",
    "issued": "2026-11-17",
    "region": REGION,
    "days_off": ["2026-11-18"],
}


def accept(door: Door, case: str, region: str) -> None:
    """Accept a case on Monday, due on Friday at close of office."""
    event = {
        "specversion": "1.0",
        "id": f"{case}-accepted",
        "source": door.source,
        "subject": case,
        "type": "case.accepted",
        "time": "2026-11-16T09:00:00+08:00",
        "data": {
            "item": "E2E-02",
            "department": "水利局",
            "region": region,
            "promise": {"amount": 4, "unit": "wd"},
        },
    }
    assert [result["status"] for result in door.courier.post([event])] == ["recorded"]


def test_a_closure_moves_the_cases_of_its_region(door: Door) -> None:
    """By the ordinary way: nudged, supervised, sealed, told to the inspectors."""
    door.courier.set_clock(parse("2026-11-16T09:00:00+08:00"), 0)
    with stage.inside(cloud.local_at(door.endpoint), cloud.LOCAL_STAGE):
        terms = RequestedTerms("any", REGION)
        sources.add(
            Services(settings.read_settings()), "flood-plain", terms
        )  # is known from now on
    accept(door, "flooded", REGION)
    accept(door, "dry", "990201")
    door.courier.set_clock(parse("2026-11-17T09:00:00+08:00"))
    with stage.inside(cloud.local_at(door.endpoint), cloud.LOCAL_STAGE):
        services = Services(settings.read_settings())
        services.calendars.write(read_change(FLOOD, "flood.json"))
        assert nudge_moved_cases(services)["nudged"] == 1
    door.courier.set_clock(parse("2026-11-17T10:00:00+08:00"))
    flooded = door.json(f"/v1/cases/{door.source}:flooded", "inspector")
    dry = door.json(f"/v1/cases/{door.source}:dry", "inspector")
    assert parse(flooded["due_at"]) == parse("2026-11-23T17:30:00+08:00")
    assert parse(dry["due_at"]) == parse("2026-11-20T17:30:00+08:00")
    told = [one for one in door.alerts() if one["type"] == "due.revised"]
    cases = [f"{door.source}:{case}" for case in ("flooded", "dry")]
    assert [alert["subject"] for alert in told if alert["subject"] in cases] == cases[:1]
    data = next(alert["data"] for alert in told if alert["subject"] == cases[0])
    assert (data["clock"], data["cause"]) == ("promise", "calendar")
    assert parse(data["was"]) == parse(dry["due_at"])
    assert parse(data["due_at"]) == parse(flooded["due_at"])
