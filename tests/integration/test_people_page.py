"""Who holds which post and which passkey, for whom the table lets in, within his regions."""

import json
import re
from datetime import date

import pytest

from chalicelib.people.kept_passkey import StoredPasskey
from chalicelib.people.organisation import Leave, Organisation, Post
from chalicelib.people.person import Appointment, Person
from chalicelib.people.units import DatedName, Department
from tests.support.enrolled import enrolment_data
from tests.support.inspected import page
from tests.support.memory_stage import memory_world
from tests.support.signing_in import Browser, appointment, person_id
from tests.support.soft_passkey import SoftPasskey

START = "2026-11-02T09:00:00"
SINCE, GONE, SOON = date(2026, 1, 1), date(2026, 11, 1), date(2026, 12, 1)
HERE, THERE = "370102", "370103"
LI, WANG, ZHAO, QIAN = (person_id(name) for name in ("lione", "wangtwo", "zhaosix", "qianbcd"))
FIRST, SECOND = SoftPasskey("first"), SoftPasskey("second")
MOST = 6
MANY = 400


def post(code, title, department, *, until=None, since=SINCE, stands_in="", role="clerk"):
    """Return a post held from a day to a day."""
    return Appointment(code, title, role, since, until, department, deputy_for=stands_in)


@pytest.fixture(scope="module")
def county():
    """Give a county with Housing in one region and Water in another, people, keys and a leave."""
    organisation = Organisation(
        (
            Department("H", (DatedName("Housing"),), region=HERE),
            Department("W", (DatedName("Water"),), region=THERE),
        ),
        posts=(
            Post("H-1", "H", "窗口一"),
            Post("H-2", "H", "窗口二"),
            Post("W-1", "W", "水务窗口"),
        ),
        leaves=(Leave(LI, date(2026, 11, 2), date(2026, 11, 3)),),
    )
    people = (
        Person(LI, (post("H-1", "窗口一", "Housing"),)),
        Person(WANG, (post("H-1", "窗口一", "Housing", stands_in=LI, until=SOON),)),
        Person(ZHAO, (post("W-1", "水务窗口", "Water"),)),
        Person(QIAN, (post("H-2", "离任岗", "Housing", until=GONE),
                      post("H-2", "到任岗", "Housing", since=SOON))),
    )  # fmt: skip
    with memory_world(START) as made:
        made.services.organisation.change(lambda _: organisation)
        made.services.people.put_all(people)
        for person, key, by in ((WANG, FIRST, None), (LI, SECOND, (WANG, FIRST))):
            data = enrolment_data(key, person, by=by, role="clerk")
            case = "duban:log/2026-11-01"
            kept = StoredPasskey(credential_id="c", enrolment=data, case=case, event="e")
            made.services.passkeys.add(person, kept)
        yield made


def row_of(text, person, title=""):
    """Return the row of a person on a page, or of one post of his."""
    rows = re.findall(r"<tr>.*?</tr>", text, re.DOTALL)
    return next(
        (row for row in rows if f">{person}<" in row.partition("</th>")[0] and title in row), ""
    )


def test_posts_with_their_days_deputies_and_keys(county):
    """Who has left is not there, who is to come is marked; who stands in for whom; whose key."""
    text = page(Browser(county.services, "boss", appointment("supervisor")).get("/desk/people"))
    li, wang = row_of(text, LI), row_of(text, WANG)
    assert "今天请假" in li
    assert "今天请假" not in wang
    assert "代理" in wang
    assert LI in wang
    assert "2026年12月1日" in wang
    assert "首把，由运维登记" in wang
    assert FIRST.fingerprint[:8] in wang
    assert SECOND.fingerprint[:8] in li
    assert f">{WANG}<" in li.partition("证明人")[2]
    assert "2026年11月1日" in li
    assert "离任岗" not in text
    assert "现在不任此职" in row_of(text, QIAN, "到任岗")


@pytest.mark.parametrize("role", ["supervisor", "inspector", "auditor"])
def test_nobody_beyond_ones_regions(county, role):
    """Nor of a post of no known region; who has all regions and the operator see all."""
    near = page(Browser(county.services, "near", appointment(role, "", HERE)).get("/desk/people"))
    assert LI in near
    assert ZHAO not in near
    assert "Water" not in near
    for post_of in (appointment(role), appointment("operator")):
        text = page(Browser(county.services, "wide", post_of).get("/desk/people"))
        assert LI in text
        assert ZHAO in text


def test_an_auditor_is_not_told_who_is_away(county):
    """Leave is about health and family more often than about the office."""
    text = page(Browser(county.services, "auditor", appointment("auditor")).get("/desk/people"))
    assert "今天请假" not in text


@pytest.mark.parametrize("role", ["clerk", "department"])
def test_a_department_has_no_such_page(county, role):
    """Neither in its menu nor by its address."""
    browser = Browser(county.services, role, appointment(role, "Housing"))
    assert browser.get("/desk/people").status_code == 403
    assert "desk/people" not in page(browser.get("/desk"))
    assert "desk/people" in page(
        Browser(county.services, "x", appointment("operator")).get("/desk")
    )


def test_no_name_is_on_the_page(county):
    """The door may not even read the vault of people (infra/stack/iam/api.json)."""
    county.services.vault.put_person(LI, {"name": "李某某", "mobile": "13800000000"})
    for role in ("supervisor", "inspector", "auditor", "operator"):
        text = page(Browser(county.services, role, appointment(role)).get("/desk/people"))
        assert "李某某" not in text
        assert "13800000000" not in text
    assert "duban:person" not in json.dumps(county.cloud.calls, ensure_ascii=False)


def test_many_people_are_read_in_six_requests(county):
    """Fifty on a page, by department; all are there, once."""
    many = [
        Person(f"p_{n:04d}".translate(str.maketrans("0189", "wxyz")) + "b" * 12,
               (post(f"P-{n}", f"岗{n:03d}", f"D{n % 9}"),))
        for n in range(MANY)
    ]  # fmt: skip
    county.services.people.put_all(many)
    browser = Browser(county.services, "boss", appointment("supervisor"))
    for path in ("/desk/people", "/desk/people?from=50", "/desk/people?department=D3"):
        page(browser.get(path))
        begun = len(county.cloud.calls)
        text = page(browser.get(path))
        calls = county.cloud.calls[begun:]
        assert len(calls) <= MOST, (path, calls)
        assert len(text.encode()) <= 100_000
    found: list[str] = []
    address = "desk/people?department=D3"
    while address:
        text = page(browser.get(f"/{address}"))
        found += re.findall(r">(p_[a-z2-7]{16})</span>", text)
        more = re.search(r'href="([^"]+)" rel="next"', text)
        address = more[1].replace("&amp;", "&") if more else ""
    assert sorted(found) == sorted(each.id for n, each in enumerate(many) if n % 9 == 3)
