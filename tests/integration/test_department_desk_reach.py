"""What a department's desk does not show: other departments, other kinds of case, by any id."""

from urllib.parse import quote

import pytest

from chalicelib.cases.case_id import card_case
from tests.support.environment import environment
from tests.support.memory_stage import memory_world
from tests.support.signing_in import Browser, appointment

START = "2026-11-02T09:00:00"


@pytest.fixture(scope="module")
def county():
    """Give a county where Housing and Water have each a late case with a card."""
    with environment(), memory_world(START) as made:
        made.accept(START, "1")
        made.accept(START, "2", department="Water")
        made.until("2026-11-10T09:00:00")
        yield made


@pytest.fixture(params=["clerk", "department"])
def housing(county, request):
    """Give the browser of somebody of Housing."""
    return Browser(county.services, request.param, appointment(request.param, "Housing"))


def card_of(county, case):
    """Give the id of a case's yellow card."""
    found = (card for card in county.published() if card.case == f"hall:{case}")
    return next(card.card for card in found if card.level == "yellow")


def spellings(case):
    """Give the ways in which an id of a case can be written in a path."""
    full = "".join(f"%{byte:02X}" for byte in case.encode())
    return [quote(case, safe=""), quote(case, safe=":"), full, full.lower(), quote(full, safe="")]


def test_the_case_of_another_department_does_not_exist(housing):
    """Neither its page nor its slip, however its id is written; the own one does."""
    for name in spellings("hall:2"):
        for page in ("", "/slip"):
            assert housing.get(f"/desk/cases/{name}{page}").status_code == 404, name
    for name in spellings("hall:1")[:4]:
        assert housing.get(f"/desk/cases/{name}").status_code == 200, name


def test_only_permits_are_cases_here(county, housing):
    """Our own cases have no page: the card's own, an item's, a sealed record's, a person's."""
    own = card_of(county, "1")
    cases = [card_case(own), "duban:item/X-01", "duban:department/Housing/2026", "duban:sealed/x"]
    cases += [f"duban:person/{housing.person.id}", f"duban:draft/{card_case(own)}", "duban:"]
    cases += [county.snapshot("1").public_case, "hall:1\x00", "hall:1 ", "HALL:1", "hall:1/../2"]
    for case in cases:
        address = f"/desk/cases/{quote(case, safe='')}"
        assert housing.get(address).status_code in (403, 404), case


@pytest.mark.parametrize(
    "page", ["", "/respond", "/appeal", "/acknowledge", "/documents/yellow_card.html"]
)
def test_the_card_of_another_department_is_refused(county, housing, page):
    """That there is one is public: 403, and nothing of it is shown."""
    card = card_of(county, "2")
    for name in (card, f"%63{card[1:]}"):
        answer = housing.get(f"/desk/cards/{name}{page}")
        assert answer.status_code == 403
        assert "Water" not in answer.body.decode()


def test_nobody_acts_on_the_card_of_another_department(county, housing):
    """With the token of his own page, and whatever else the form says."""
    card, own = card_of(county, "2"), card_of(county, "1")
    housing.get(f"/desk/cards/{own}/acknowledge")
    before = len(county.cloud.items["test-Inbox"])
    more = {"department": "Water", "region": "370102", "card": own, "role": "inspector"}
    for act in ("acknowledge", "respond", "appeal"):
        answer = housing.post(f"/desk/cards/{card}/{act}", text="x", ground="law", key=act, **more)
        assert answer.status_code == 403
    assert len(county.cloud.items["test-Inbox"]) == before
    assert not county.services.vault.drafts(card_case(card))


@pytest.mark.parametrize("act", ["confirm", "decide", "revoke", "send_back", "dismiss", "x"])
def test_the_acts_of_inspectors_have_no_page_here(county, housing, act):
    """Not even for the own card."""
    card = card_of(county, "1")
    housing.get(f"/desk/cards/{card}/acknowledge")
    assert housing.get(f"/desk/cards/{card}/{act}").status_code == 404
    assert housing.post(f"/desk/cards/{card}/{act}", text="x", key="k").status_code == 404


@pytest.mark.parametrize("name", ["c_x.1", "c_x", "..%2F..%2Fhealthz", "%00", "c_x.1%2Frespond"])
def test_a_card_that_is_not_there(housing, name):
    """404, as a page."""
    answer = housing.get(f"/desk/cards/{name}")
    assert answer.status_code == 404
    assert "<!doctype html>" in answer.body.decode()


@pytest.mark.parametrize("page", ["cases", "cards"])
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("department=Water", 403),
        ("department=Housing", 200),
        ("lamp=purple", 422),
        ("level=purple", 422),
        ("after=x", 422),
        ("after=9999%23hall%3A2", 200),
        ("x=1", 422),
    ],
)
def test_a_list_is_of_the_own_department(housing, page, query, status):
    """Whatever the address asks for; a place in the list leads into no other one."""
    answer = housing.get(f"/desk/{page}?{query}")
    assert answer.status_code == status
    assert "cases/hall%3A2" not in answer.body.decode()


def test_who_supervises_chooses_a_department(county):
    """An inspector of another region sees nothing of it, an auditor neither writes nor acts."""
    inspector = Browser(county.services, "insp", appointment("inspector", "", "370102"))
    assert "hall%3A2" in inspector.get("/desk/cases?department=Water").body.decode()
    assert "desk/cases/hall%3A2/record" in inspector.get("/desk/cases/hall%3A2").body.decode()
    far = Browser(county.services, "far", appointment("inspector", "", "370203"))
    assert "hall%3A2" not in far.get("/desk/cases?department=Water").body.decode()
    assert far.get("/desk/cases/hall%3A2").status_code == 404
    assert far.get(f"/desk/cards/{card_of(county, '2')}").status_code == 403
    operator = Browser(county.services, "op", appointment("operator"))
    for page in ("cases", "cards", "cases/hall%3A2"):
        assert operator.get(f"/desk/{page}").status_code == 403
