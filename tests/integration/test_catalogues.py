"""The catalogue in the registry: versions, the flip, and who is woken by it."""

from datetime import timedelta

from chalicelib.instant import local, parse
from chalicelib.lambdas.recompute import recompute
from chalicelib.policy import catalogue
from chalicelib.policy.limit import Limit
from chalicelib.policy.store import Catalogues
from tests.support.memory_stage import memory_world
from tests.unit.told import ZONE

HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"


def entries(promise="10wd", item="X-01"):
    """Read a catalogue of one item."""
    line = f"{item},Permit,Housing,promise,{promise},20wd,law,\n"
    return catalogue.read_catalogue((HEAD + line).encode(), "f")


def test_nothing_is_in_force_before_the_first_import(served):
    """No version, no entries."""
    assert served.catalogues.current() == ""
    assert served.catalogues.entry("X-01") is None
    assert list(served.catalogues.entries()) == []


def test_an_import_is_in_force_and_old_versions_stay(served):
    """A case keeps the version it was accepted under."""
    old = served.catalogues.write(entries("10wd"))
    new = served.catalogues.write(entries("9wd"))
    assert served.catalogues.current() == new != old
    assert served.catalogues.entry("X-01").promise == Limit(9, "wd")
    assert served.catalogues.entry("X-01", old).promise == Limit(10, "wd")
    assert list(served.catalogues.entries(old)) == list(entries("10wd"))
    assert served.catalogues.write(entries("9wd")) == new


def test_a_half_written_version_is_never_used(served):
    """The flip is last."""
    old = served.catalogues.write(entries("10wd"))
    documents = [("CATALOGUE#deadbeef", "X-01", entries("1wd")[0].document())]
    served.registry.put_all(documents)
    assert Catalogues(served.registry).current() == old


def test_a_process_that_remembers_the_old_version_finds_a_new_item(served):
    """What it lacks it looks for in the version really in force."""
    remembering = Catalogues(served.registry)
    served.catalogues.write(entries())
    assert remembering.entry("X-01") is not None
    served.catalogues.write((*entries(), *entries(item="X-02")))
    assert remembering.entry("X-02") is not None


def test_more_items_than_one_request_holds(served):
    """Batches of 25 are DynamoDB's limit, not ours."""
    many = tuple(entries(item=f"X-{n}")[0] for n in range(60))
    served.catalogues.write(many)
    assert len(list(served.catalogues.entries())) == 60


def test_a_case_of_an_unlisted_item_runs_by_the_law_until_a_catalogue_has_the_item():
    """The first import that has it shortens its limits from then on; it costs no look before."""
    with memory_world("2026-11-02T09:00:00") as county:
        for case, told in (("1", {}), ("2", {"promise": {"amount": 2, "unit": "wd"}})):
            county.report("case.accepted", "2026-11-02T09:00:00", case, **WHERE, **told)
        county.until("2026-11-12T08:00:00")
        assert county.snapshot().held_for == ""
        assert dues(county) == {"statutory": "2026-11-30T17:30"}
        county.services.catalogues.write(entries("5wd", "X-02"))
        assert recompute(county.services).counts.nudged == 0
        county.services.catalogues.write(entries("5wd"))
        assert recompute(county.services).counts.nudged == 2
        county.tick()
        assert dues(county) == {"promise": "2026-11-09T17:30", "statutory": "2026-11-30T17:30"}
        assert adopted(county) == [{"promise": "5wd", "statutory": "20wd"}]
        assert adopted(county, "2") == [{"promise": "2wd", "statutory": "20wd"}]  # it was over
        county.until("2026-11-12T08:30:00")
        cards = [fact for fact in county.facts() if fact.kind == "card.issued"]
        assert [fact.text("rule") for fact in cards] == ["V-02"]
        assert cards[0].at >= parse("2026-11-12T08:00:00+08:00") - MS
        county.services.catalogues.write(entries("3wd"))
        assert recompute(county.services).counts.nudged == 0  # the first one counts


def test_a_closed_case_adopts_nothing():
    """And one whose item is listed has its terms already."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.report("case.accepted", "2026-11-02T09:00:00", **WHERE)
        county.report("case.decided", "2026-11-03T09:00:00", outcome="refused", reason="x")
        county.until("2026-11-03T10:00:00")
        county.services.catalogues.write(entries("5wd"))
        county.report("case.accepted", "2026-11-03T10:00:00", "2", **WHERE)
        county.tick()
        assert recompute(county.services).counts.nudged == 0
        assert dues(county, "2")["promise"] == "2026-11-10T17:30"


WHERE = {"item": "X-01", "department": "Housing", "region": "370102"}
MS = timedelta(milliseconds=1)


def dues(county, case="1"):
    """When the clocks of a case run out."""
    found = county.snapshot(case).dues.items()
    return {name: local(due.at, ZONE)[:16] for name, due in found}


def adopted(county, case="1"):
    """The limits that a case has adopted, whichever version of the catalogue has them."""
    facts = (fact for fact in county.facts(case) if fact.kind == "terms.adopted")
    return [{name: fact.data["terms"][name] for name in ("promise", "statutory")} for fact in facts]
