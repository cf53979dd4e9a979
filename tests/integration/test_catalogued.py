"""What the catalogue says of an event when it is read, and what it cannot say."""

from chalicelib.policy.catalogue import read_catalogue
from tests.support.memory_stage import memory_world

HEAD = "item,name,department,kind,promise,statutory,basis,stages,materials,shared,cancelled\n"
LINE = "X-01,许可,Housing,promise,5wd,20wd,某法第一条,,身份证明;营业执照,营业执照,"
WHERE = {"item": "X-01", "department": "Housing", "region": "370102"}
ASKED = ["身份证明（复印件）", "无犯罪记录证明", "营业执照", "其他有关材料"]
COUNTS = {"catch_all": 1, "unlisted": 1, "shared": 1}


def put(county, *lines):
    """Put a catalogue in force."""
    county.services.catalogues.write(
        read_catalogue((HEAD + "\n".join(lines)).encode(), "items.csv")
    )


def beside(fact):
    """What of a fact was said by comparing it with the catalogue."""
    names = ("listed", "unlisted", "shared", "catch_all")
    return {name: fact.data[name] for name in names if name in fact.data}


def test_a_notice_is_held_against_the_guide_and_only_counts_are_on_record():
    """The names are private; the guide is that of the catalogue the case was accepted under."""
    with memory_world("2026-11-02T09:00:00") as county:
        put(county, LINE)
        county.accept("2026-11-02T09:00:00")
        county.tick()
        put(county, LINE.replace("身份证明;", "身份证明;无犯罪记录证明;"))
        county.report("case.supplement_notified", "2026-11-03T09:00:00", materials=ASKED)
        county.until("2026-11-03T09:00:00")
        opened, notified = (fact for fact in county.facts() if fact.told)
        assert beside(opened) == {}
        assert beside(notified) == COUNTS
        assert "身份证明" not in str([record.leaf for record in _records(county)])


def test_what_is_told_at_once_is_read_together():
    """The notice finds its item in the application that came with it."""
    with memory_world("2026-11-02T09:00:00") as county:
        put(county, LINE)
        county.report("case.received", "2026-11-02T09:00:00", **WHERE)
        county.report("case.supplement_notified", "2026-11-02T10:00:00", materials=ASKED)
        county.tick()
        assert beside(county.facts()[1]) == COUNTS


def test_gaps_are_held_against_the_guide_too():
    """容缺受理: what is still to be brought is asked for as well."""
    with memory_world("2026-11-02T09:00:00") as county:
        put(county, LINE)
        county.accept("2026-11-02T09:00:00", gaps=ASKED)
        county.tick()
        assert beside(county.facts()[0]) == COUNTS


def test_without_a_catalogue_only_what_has_no_name_is_counted():
    """And nothing is off a list that there is not."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:00:00")
        county.report("case.supplement_notified", "2026-11-02T10:00:00", materials=ASKED)
        county.tick()
        assert [beside(fact) for fact in county.facts()] == [{}, {"catch_all": 1}]


def test_a_notice_about_nothing_known_counts_no_list():
    """Whose item it is comes later: what cannot be compared is not said."""
    with memory_world("2026-11-02T09:00:00") as county:
        put(county, LINE)
        county.report("case.supplement_notified", "2026-11-02T09:00:00", materials=ASKED)
        county.tick()
        assert beside(county.facts()[0]) == {"catch_all": 1}


def test_an_item_that_is_not_on_the_list_is_said_to_be_off_it():
    """清单之外; of an application as of an acceptance, with limits of its own or without."""
    with memory_world("2026-11-02T09:00:00") as county:
        put(county, LINE)
        county.accept("2026-11-02T09:00:00", case="1")
        county.accept("2026-11-02T09:00:00", case="2", item="X-02")
        county.report("case.submitted", "2026-11-02T09:00:00", "3", **(WHERE | {"item": "X-03"}))
        county.tick()
        found = [beside(county.facts(case)[0]) for case in ("1", "2", "3")]
        assert found == [{}, {"listed": False}, {"listed": False}]


def test_a_cancelled_item_is_off_the_list_from_its_day_on():
    """By the day in the region's zone: 2026-12-01 begins at 16:00 UTC of the day before."""
    with memory_world("2026-12-02T09:00:00") as county:
        put(county, LINE + "2026-12-01")
        county.accept("2026-11-30T23:59:59", case="1")
        county.accept("2026-12-01T00:00:00", case="2")
        county.tick()
        assert beside(county.facts("1")[0]) == {}
        assert beside(county.facts("2")[0]) == {"listed": False}


def _records(county):
    return county.services.facts.of_case("hall:1")
