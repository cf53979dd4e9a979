"""The catalogue in the registry: versions, the flip, and who is woken by it."""

from chalicelib.lambdas.awaken import nudge_held
from chalicelib.policy import catalogue
from chalicelib.policy.limit import Limit
from chalicelib.policy.store import Catalogues
from tests.support.memory_stage import memory_world

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


def test_an_import_wakes_the_cases_that_waited_for_it():
    """A case accepted without any limit is held, and judged as soon as its item is known."""
    with memory_world("2026-11-02T09:00:00") as county:
        county.report(
            "case.accepted",
            "2026-11-02T09:00:00",
            item="X-01",
            department="Housing",
            region="370102",
        )
        county.until("2026-11-20T18:00:00")
        assert county.snapshot().held_for == "catalogue:X-01"
        assert county.cards() == []
        county.services.catalogues.write(entries("5wd"))
        assert nudge_held(county.services) == 1
        county.tick()
        assert county.snapshot().held_for == ""
        assert [level for level, _ in county.cards()] == ["warning", "yellow", "red"]
