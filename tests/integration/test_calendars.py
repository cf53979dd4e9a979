"""The calendars in the registry: what was imported is in force, for whom, and from when."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import pytest

from chalicelib.calendar import store
from chalicelib.calendar.change import read_change
from chalicelib.calendar.store import Calendars
from chalicelib.calendar.year import read_year
from chalicelib.errors import Conflict, Corrupt
from chalicelib.plumbing.registry import Registry

YEAR = {
    "year": 2027,
    "status": "official",
    "notices": ["国办发明电〔2026〕1号"],
    "days_off": ["2027-01-01"],
    "makeup_workdays": ["2027-01-03"],
}
TYPHOON = {
    "notice": "湘西政办发电〔2026〕3号",
    "issued": "2026-08-19",
    "region": "4331",
    "days_off": ["2026-08-20"],
}
DAY = date(2026, 8, 20)


def year(**said):
    """Read a year."""
    return read_year({**YEAR, **said}, "f")


def typhoon(**said):
    """Read a closure."""
    return read_change({**TYPHOON, **said}, "f")


def test_before_the_first_import_the_shipped_calendar_is_in_force(served):
    """Everywhere, and it is the same object, so nothing is counted twice."""
    assert served.calendar() is served.calendar("433101") is served.calendars.base
    assert served.calendars.current() == ()
    assert served.calendars.version() == served.calendars.base.version


def test_an_imported_closure_is_in_force_in_its_region(served):
    """And nowhere else; every process reads it, and nothing is imported twice."""
    before = served.calendars.version()
    assert served.calendars.write(typhoon())
    assert not served.calendars.write(typhoon())
    for calendars in (served.calendars, Calendars(served.registry, "CN")):
        assert not calendars.of("433101").is_workday(DAY)
        assert calendars.of("433101") is calendars.of("433127")
        assert calendars.of("430102") is calendars.base
        assert len(calendars.current()) == 1
        assert calendars.version() != before
        assert calendars.documents() == (typhoon(),)


def test_the_stage_s_own_region_is_meant_where_none_is_said(served):
    """It serves 370102."""
    served.calendars.write(typhoon(region="3701"))
    assert not served.calendar().is_workday(DAY)
    assert served.calendar("433101").is_workday(DAY)


def test_a_year_is_published_for_everybody_and_can_be_replaced(served):
    """The latest import of a year counts, also one that was there before."""
    served.calendars.write(year())
    assert served.calendar("1").is_workday(date(2027, 1, 3))
    served.calendars.write(year(makeup_workdays=[]))
    assert not served.calendar("1").is_workday(date(2027, 1, 3))
    assert served.calendars.write(year())
    assert served.calendar("1").is_workday(date(2027, 1, 3))
    assert len(served.calendars.current()) == 3


def test_a_shipped_year_is_in_force_already(served):
    """Importing it does nothing."""
    assert not served.calendars.write(served.calendars.base.years[2026])
    assert served.calendars.current() == ()


def test_what_is_in_force_is_remembered_for_some_seconds(served, monkeypatch):
    """Then it is read again."""
    remembering = Calendars(served.registry, "CN")
    assert remembering.of("433101").is_workday(DAY)
    served.calendars.write(typhoon())
    assert remembering.of("433101").is_workday(DAY)
    assert len(remembering.current(fresh=True)) == 1
    assert not remembering.of("433101").is_workday(DAY)
    monkeypatch.setattr(store, "KEEP_SECONDS", -1)
    served.calendars.write(typhoon(days_off=["2026-08-21"]))
    assert not remembering.of("433101").is_workday(date(2026, 8, 21))


def test_a_half_written_import_is_never_used(served):
    """The list of documents is written last; the same import again ends with it."""
    served.registry.put("CALENDAR#DOCUMENT", "0123456789abcdef", typhoon().table())
    assert Calendars(served.registry, "CN").of("433101").is_workday(DAY)
    served.calendars.write(typhoon())
    assert not served.calendar("433101").is_workday(DAY)


class Interrupted(Registry):
    """A registry in which others write before the next write of ours that ends an import."""

    others: Sequence[Callable[[], object]] = ()

    def put(self, pk, sk, body, **how):
        """Let the next of the others go first."""
        if sk == "CURRENT" and self.others:
            other, *self.others = self.others
            other()
        super().put(pk, sk, body, **how)


def test_two_imports_at_once_are_both_in_force(served):
    """Who comes second reads what the first wrote and puts itself behind it."""
    registry = Interrupted(served.settings.registry_table)
    later = year(makeup_workdays=[])
    registry.others = [partial(served.calendars.write, one) for one in (year(), later)]
    assert Calendars(registry, "CN").write(typhoon())
    assert served.calendars.documents(fresh=True) == (year(), later, typhoon())


def test_who_is_always_overtaken_gives_up(served):
    """It says so, and what it wrote is used by nobody."""
    registry = Interrupted(served.settings.registry_table)
    days = [typhoon(days_off=[f"2026-08-{day}"]) for day in range(10, 20)]
    registry.others = [partial(served.calendars.write, change) for change in days]
    with pytest.raises(Conflict):
        Calendars(registry, "CN").write(typhoon())
    assert typhoon() not in served.calendars.documents(fresh=True)


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(served):
    """Nor is it when there was nothing before."""
    served.registry.put("A", "B", {"n": 1})
    served.registry.put("A", "B", {"n": 2}, instead_of={"n": 1})
    served.registry.put("A", "B", {"n": 2}, instead_of={"n": 1})  # its answer was lost
    with pytest.raises(Conflict):
        served.registry.put("A", "B", {"n": 3}, instead_of={"n": 1})
    with pytest.raises(Conflict):
        served.registry.put("A", "C", {"n": 3}, instead_of={"n": 1})
    assert served.registry.get("A", "B") == {"n": 2}
    assert served.registry.get("A", "C") is None


@pytest.mark.parametrize("stored", [None, {"kind": "change"}])
def test_a_stored_document_that_cannot_be_read_stops_everything(served, stored):
    """Nothing is judged by half a calendar."""
    if stored:
        served.registry.put("CALENDAR#DOCUMENT", "abc", stored)
    served.registry.put("CALENDAR", "CURRENT", {"documents": ["abc"]})
    with pytest.raises(Corrupt, match="abc"):
        served.calendar("433101")
