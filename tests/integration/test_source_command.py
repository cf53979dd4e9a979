"""`duban source`: what a source is registered for, its outages, the day a stage is in use."""

import json

import pytest

from chalicelib.policy.sources import Registration, Registrations
from tests.integration.test_operator_commands import duban

__all__ = ["duban"]  # the fixture


@pytest.fixture(autouse=True)
def _nobody_is_registered(served):
    """The stage is new."""
    served.registrations.change(lambda _: Registrations())


def listed(duban):
    """Return what `list` shows as JSON."""
    code, out, _ = duban("source", "list", "--json")
    assert code == 0
    return json.loads(out)


def test_departments_are_asked_for_and_nothing_is_registered_without(duban, served):
    """One line that names the option; no secret is made."""
    code, out, error = duban("source", "add", "county")
    assert (code, out) == (2, "")
    assert "--departments" in error
    assert served.sources.read_document() == {}
    assert served.registrations.read() == Registrations()


def test_a_source_is_listed_with_its_terms(duban):
    """As they were given, and the usual ones."""
    duban("source", "add", "county", "--departments", "住房局 ,水务局", "--delivery", "1wd")
    duban("source", "add", "hall", "--departments", "any", "--regions", "any",
          "--history-from", "2025-01-01")  # fmt: skip
    county, hall = listed(duban)["sources"]
    assert (county["source"], len(county["secrets"])) == ("county", 1)
    assert (county["departments"], county["regions"]) == ("住房局,水务局", "370102")
    assert (county["delivery"], county["history_from"][:10]) == ("1wd", "2025-11-21")
    assert (hall["departments"], hall["regions"], hall["delivery"]) == ("any", "any", "10m")
    assert hall["history_from"] == "2025-01-01T00:00:00.000+08:00"
    _, out, _ = duban("source", "list")
    assert "departments=住房局,水务局 regions=370102 delivery=1wd" in out


def test_terms_are_changed_and_a_delivery_time_holds_for_later(duban, served, wall):
    """Ten minutes later, when the log has stated it; without a reason it is refused."""
    duban("source", "add", "county", "--departments", "any")
    code, _, error = duban("source", "set", "county", "--delivery", "24h")
    assert (code, "--reason" in error) == (2, True)
    code, _, _ = duban("source", "set", "county", "--delivery", "24h", "--reason", "系统改造")
    assert code == 0
    last = served.registrations.read().by_name["county"].deliveries[-1]
    assert (str(last.time), (last.since - wall.at).total_seconds()) == ("24h", 600)
    for arguments in (("set", "county"), ("set", "nobody", "--regions", "any")):
        assert duban("source", *arguments)[0] == 2


def test_a_source_from_before_registrations_is_registered_by_set(duban, served):
    """It has a secret, and keeps it."""
    served.sources.write({"county": ["whsec_old"]})
    assert listed(duban)["sources"][0]["departments"] == ""
    assert duban("source", "set", "county", "--regions", "any")[0] == 2
    assert duban("source", "set", "county", "--departments", "any")[0] == 0
    assert served.registrations.read().by_name["county"].departments is None
    assert served.sources.read_document() == {"county": ["whsec_old"]}


def test_what_was_removed_is_judged_by_what_it_was_registered_for(duban, served):
    """It may come back; a crash between the two writes of `add` is no obstacle either."""
    duban("source", "add", "county", "--departments", "住房局")
    before = served.registrations.read()
    assert duban("source", "remove", "county")[0] == 0
    assert served.registrations.read() == before
    assert listed(duban)["sources"][0]["secrets"] == []
    code, secret, _ = duban("source", "add", "county", "--departments", "住房局")
    assert (code, served.sources.read_document()) == (0, {"county": [secret]})
    assert served.registrations.read() == before


def test_an_outage_is_recorded_before_it_ends(duban, served):
    """One line where it has passed; the profile bounds a year's."""
    duban("source", "add", "county", "--departments", "any")
    why = ("--reason", "机房断电")
    for name in ("county", "any"):
        code, _, error = duban("source", "outage", name, "--until", "2026-11-21", *why)
        assert (code, "--until" in error) == (2, True), "it is the afternoon of that day"
        assert duban("source", "outage", name, "--until", "2026-11-24", *why)[0] == 0
        code, _, error = duban("source", "outage", name, "--until", "2026-12-02", *why)
        assert (code, "10 days" in error) == (2, True)
    assert duban("source", "outage", "county", "--until", "2026-11-24")[0] == 2
    assert duban("source", "outage", "nobody", "--until", "2026-11-24", *why)[0] == 2
    registered = served.registrations.read()
    assert len(registered.of("county").outages) == 2
    shown = listed(duban)
    for outage in (shown["outages"][0], shown["sources"][0]["outages"][0]):
        assert outage == {
            "since": "2026-11-21T16:30:00.000+08:00",
            "until": "2026-11-24T00:00:00.000+08:00",
            "reason": "机房断电",
        }


def test_a_stage_is_in_use_from_a_day_that_is_set_once(duban):
    """A second time is refused."""
    code, out, _ = duban("source", "live-from", "2026-12-01", "--json")
    assert (code, json.loads(out)) == (0, {"live_from": "2026-12-01T00:00:00.000+08:00"})
    code, _, error = duban("source", "live-from", "2027-01-01")
    assert (code, "2026-12-01" in error) == (2, True)
    assert listed(duban)["live_from"] == "2026-12-01T00:00:00.000+08:00"


def test_of_two_operators_at_once_neither_is_lost(served):
    """Whoever is slower goes by what the other has written."""
    others = [Registrations({"clinic": Registration()})]

    def add_hall(old):
        if others:
            served.registrations.change(lambda _: others.pop())
        return Registrations({**old.by_name, "hall": Registration()})

    assert set(served.registrations.change(add_hall).by_name) == {"clinic", "hall"}
    assert set(served.registrations.read().by_name) == {"clinic", "hall"}
