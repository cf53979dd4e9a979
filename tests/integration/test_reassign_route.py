"""An inspector mends whose a case is (改派), to a department that the operator has named."""

from urllib.parse import quote

import pytest

from chalicelib.cases.case_id import card_case
from chalicelib.errors import Rejected
from chalicelib.permit.ownership.acts import Reassignment
from chalicelib.permit.ownership.store import OwnershipActs
from chalicelib.policy.catalogue import read_catalogue
from chalicelib.policy.sources import Registration, Registrations
from tests.support.asker import Asker, data
from tests.support.memory_stage import memory_world

START, REASON = "2026-11-02T09:00:00", {"reason": "不属于本部门职权"}
CASE = f"/v1/cases/{quote('hall:1', safe='')}"
ITEMS = (
    b"item,name,department,kind,promise,statutory,basis,stages\n"
    b"X-01,n,Housing,promise,9wd,,l,\nX-02,n,Water;Roads,promise,9wd,,l,\n"
)


@pytest.fixture
def county():
    """Give a county with one case of Housing."""
    with memory_world(START) as made:
        made.accept(START, "1", promise="9wd")
        made.until("2026-11-04T10:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role, or of a department."""
    return Asker(county.services)


def acts(county):
    """Give the mends that are on record."""
    county.pump.drain()
    return [fact for fact in county.facts() if fact.kind == "case.reassigned"]


def reassign(ask, department="Water", key="", status=202, **body):
    """Mend whose the case is, as an inspector."""
    given = {"department": department, **REASON, **body}
    return data(ask("POST", f"{CASE}/reassign", "inspector", given, key), status)


def test_an_inspector_mends_whose_a_case_is(county, ask):
    """The department and the role are in the open; both departments read it from then on."""
    said = reassign(ask, "  Roads ")
    assert (said["case"], said["department"], said["status"]) == ("hall:1", "Roads", "recorded")
    (fact,) = acts(county)
    assert fact.data == {"department": "Roads", "role": "inspector", "given": ["actor", "text"]}
    assert county.snapshot().department == "Roads"
    assert [ask("GET", CASE, who).status_code for who in ("Roads", "Housing", "Parks")] == [
        *(200, 200, 404),
    ]


def test_a_mend_can_be_mended_and_mends_something(county, ask):
    """To the department that has it there is nothing to mend, before and after it is on record."""
    assert reassign(ask, "Housing", status=409)["field"] == "department"
    reassign(ask, "Roads")
    for _ in range(2):
        assert reassign(ask, "Roads", status=409)["field"] == "department"
        assert [fact.text("department") for fact in acts(county)] == ["Roads"]
    reassign(ask, "Housing")
    reassign(ask, "Parks")
    assert [fact.text("department") for fact in acts(county)] == ["Roads", "Housing", "Parks"]
    assert county.snapshot().department == "Parks"


def test_a_repeated_mend_is_done_once(county, ask):
    """Under its key, also when it is on record."""
    first = reassign(ask, "Roads", "k")
    assert reassign(ask, "Roads", "k") == first
    assert len(acts(county)) == 1
    county.until("2026-11-05T10:00:00")
    assert reassign(ask, "Roads", "k") == first
    assert reassign(ask, "Parks", "k", 409)["field"] == "Idempotency-Key"
    assert len(acts(county)) == 1


@pytest.mark.parametrize("key", ["", "k2"])
def test_of_two_mends_at_once_the_first_counts(county, key):
    """The second saw nothing of it, so it mends nothing; it is judged after the first."""
    services = county.services
    acts_of = OwnershipActs(services.facts, services.inbox)
    owned = acts_of.read("hall:1", services.rules("370102"), services.now())
    acts_of.record(Reassignment("Roads", "x", "a" * 16), owned, key and "k1")
    for department, field in (("Roads", "department"), ("Parks", None)):
        with pytest.raises(Rejected) as refused:
            acts_of.record(Reassignment(department, "x", "b" * 16), owned, key)
        assert (refused.value.status, refused.value.field) == (409, field)
    assert [fact.text("department") for fact in acts(county)] == ["Roads"]


@pytest.mark.parametrize("who", ["Housing", "Water", "Roads", "operator"])
def test_only_an_inspector_mends(county, ask, who):
    """The departments do not decide among themselves whose a case is."""
    body = {"department": "Roads", **REASON}
    assert ask("POST", f"{CASE}/reassign", who, body).status_code == 403
    assert acts(county) == []


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (None, (422, "department")),
        ({"department": "Roads"}, (422, "reason")),
        ({"department": "Roads", "reason": "…"}, (422, "reason")),
        ({"department": " ", **REASON}, (422, "department")),
        ({"department": "Ro\u200bads", **REASON}, (422, "department")),
        ({"department": "x" * 201, **REASON}, (422, "department")),
        ({"department": 7, **REASON}, (422, "department")),
        ({"department": "Roads", "text": "x", **REASON}, (422, "text")),
        ([], (400, None)),
    ],
)
def test_a_mend_that_is_wrong_leaves_nothing(county, ask, body, refusal):
    """With the field."""
    answer = ask("POST", f"{CASE}/reassign", "inspector", body)
    assert data(answer, refusal[0]).get("field") == refusal[1]
    assert county.services.inbox.waiting("hall:1") == []


def test_a_department_that_the_operator_did_not_name_is_refused(county, ask):
    """Named by the catalogue, one of two too, or by a source; `any` names nobody beside one."""
    county.services.catalogues.write(read_catalogue(ITEMS, "items.csv"))
    assert reassign(ask, "Parks", status=422)["field"] == "department"
    reassign(ask, "Roads")
    parks = Registrations({"parks": Registration(frozenset({"Parks"}))})
    county.services.registrations.change(lambda _: parks)
    reassign(ask, "Parks")
    assert reassign(ask, "Airports", status=422)["field"] == "department"


def test_without_a_catalogue_the_named_departments_of_the_sources_are_all(county, ask):
    """Only where a source may speak for any department is any name taken."""
    parks = Registrations({"parks": Registration(frozenset({"Parks"}))})
    county.services.registrations.change(lambda _: parks)
    assert reassign(ask, "Roads", status=422)["field"] == "department"
    reassign(ask, "Parks")


def test_only_a_case_that_is_somebody_s_is_mended(county, ask):
    """No case, a case of our own, one that does not say yet where it belongs."""
    body = {"department": "Roads", **REASON}
    county.report("case.resumed", "2026-11-04T10:00:00", "3")
    county.until("2026-11-24T10:00:00")
    card = next(fact.n for fact in county.facts() if fact.kind == "card.issued")
    own = quote(card_case(f"{county.snapshot().public_case}.{card}"), safe="")
    for case, status in (("hall%3A9", 404), ("hall%3A3", 409), (own, 409)):
        assert ask("POST", f"/v1/cases/{case}/reassign", "inspector", body).status_code == status
    assert ask("POST", f"/v1/cases/{own}/transfers/0/agree", "inspector").status_code == 404
