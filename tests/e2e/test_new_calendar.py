"""A closure is imported into the running stack, and reaches the one case that it moves."""

from datetime import UTC, datetime

from chalicelib.calendar.change import read_change
from chalicelib.instant import parse
from chalicelib.plumbing import settings
from chalicelib.plumbing.services import Services
from chalicelib.policy.registering import RequestedTerms
from infra.cli.calendar import put_in_force
from infra.operate import sources
from infra.stack import cloud
from infra.stack.services import inside
from infra.verify.run import VerifyingReader, verify_log
from infra.verify.source import HttpSource
from infra.verify.supervision.replay import SupervisionReplay
from infra.verify.trust import Trust
from tests.e2e.conftest import Door

REGION, OTHER_REGION = "990101", "990301"  # no other test has cases there
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


def test_three_imports_within_seconds_leave_a_sound_log(door: Door) -> None:
    """A day off, back, and off again: each is in the log before a case is judged by it (F-69)."""
    door.courier.set_clock(parse("2026-11-16T09:00:00+08:00"), 0)
    with inside(cloud.local_at(door.endpoint), cloud.LOCAL_STAGE):
        terms = RequestedTerms("any", OTHER_REGION)
        sources.add(Services(settings.read_settings()), "windy-plain", terms)
    accept(door, "windy", OTHER_REGION)
    door.courier.set_clock(parse("2026-11-17T09:00:00+08:00"))
    with inside(cloud.local_at(door.endpoint), cloud.LOCAL_STAGE):
        services = Services(settings.read_settings())
        for number, name in enumerate(("days_off", "workdays", "days_off"), 1):
            change = {
                "kind": "change",
                "notice": f"a gale, {number}",
                "issued": "2026-11-17",
                "region": OTHER_REGION,
                name: ["2026-11-18"],
            }
            put_in_force(services, [read_change(change, "gale.json")])
    door.courier.set_clock(parse("2026-11-17T10:00:00+08:00"))
    windy = door.json(f"/v1/cases/{door.source}:windy", "inspector")
    assert parse(windy["due_at"]) == parse("2026-11-23T17:30:00+08:00")
    reader = VerifyingReader(Trust(), datetime.now(UTC), replay=SupervisionReplay)
    report = verify_log(HttpSource(f"{door.url}/log"), reader)
    assert report.is_sound, "\n".join(report.lines(english=True))


def test_a_closure_moves_the_cases_of_its_region(door: Door) -> None:
    """By the ordinary way: nudged, supervised, sealed, told to the inspectors."""
    door.courier.set_clock(parse("2026-11-16T09:00:00+08:00"), 0)
    with inside(cloud.local_at(door.endpoint), cloud.LOCAL_STAGE):
        terms = RequestedTerms("any", REGION)
        sources.add(
            Services(settings.read_settings()), "flood-plain", terms
        )  # is known from now on
    accept(door, "flooded", REGION)
    accept(door, "dry", "990201")
    door.courier.set_clock(parse("2026-11-17T09:00:00+08:00"))
    with inside(cloud.local_at(door.endpoint), cloud.LOCAL_STAGE):
        services = Services(settings.read_settings())
        assert put_in_force(services, [read_change(FLOOD, "flood.json")])["nudged"] == 1
    door.courier.set_clock(parse("2026-11-17T10:00:00+08:00"))
    flooded = door.json(f"/v1/cases/{door.source}:flooded", "inspector")
    dry = door.json(f"/v1/cases/{door.source}:dry", "inspector")
    assert parse(flooded["due_at"]) == parse("2026-11-23T17:30:00+08:00")
    assert parse(dry["due_at"]) == parse("2026-11-20T17:30:00+08:00")
    told = [one for one in door.alerts() if one["type"] == "due.revised"]
    cases = [f"{door.source}:{case}" for case in ("flooded", "dry")]
    mine = [alert for alert in told if alert["subject"] in cases]
    assert {alert["subject"] for alert in mine} == {cases[0]}
    revised = {
        data["clock"]: (data["cause"], parse(data["was"]), parse(data["due_at"]))
        for data in (alert["data"] for alert in mine)
    }
    # By the law's own limit of twenty working days, which no catalogue replaces, too.
    assert revised == {
        "promise": ("calendar", parse(dry["due_at"]), parse(flooded["due_at"])),
        "statutory": (
            "calendar",
            parse("2026-12-14T17:30:00+08:00"),
            parse("2026-12-15T17:30:00+08:00"),
        ),
    }
