"""What else somebody could do with the pages on which a private field is opened."""

import re
from html import unescape
from urllib.parse import quote

from chalicelib.people.tries import FREE_OPENINGS
from tests.integration.test_field_opened import (
    CONTACT,
    FIELD,
    NAME,
    OPENED,
    WHY,
    clerk,
    county,
    record,
)
from tests.support.inspected import page, settle
from tests.support.signing_in import Browser, appointment

__all__ = ["clerk", "county"]  # the fixtures


def test_a_case_still_waits_for_the_applicant_whose_telephone_was_looked_up(county, clerk):
    """On the page of today it stays where it was: what is done here is no step of the case."""
    applicant = {"kind": "person", "name": NAME, "contact": CONTACT}
    about = {"item": "X-01", "department": "Housing", "region": "370102", "applicant": applicant}
    county.report("case.received", "2026-11-02T10:05:00", "2", **about)
    county.report("case.supplement_notified", "2026-11-02T10:06:00", "2", materials=["身份证明"])
    county.until("2026-11-02T10:10:00")
    before = page(clerk.get("/desk")).partition('id="waiting"')[2]
    assert "hall%3A2" in before
    record(county, clerk, f"/desk/fields/{quote('hall:2', safe='')}/0/applicant")
    assert "hall%3A2" in page(clerk.get("/desk")).partition('id="waiting"')[2]


def test_a_list_of_materials_is_read_as_people_write_one(county, clerk):
    """Not as a program does."""
    county.report("case.supplement_notified", "2026-11-02T10:06:00", "1", materials=["甲", "乙"])
    county.until("2026-11-02T10:10:00")
    act = record(county, clerk, FIELD.replace("/0/applicant", "/1/materials"))
    assert "甲、乙" in page(clerk.post(OPENED, act=act))


def test_who_opens_field_after_field_has_to_wait(county, clerk):
    """A flood of them would keep the case from being judged. What he wrote stays in the form."""
    clerk.get(FIELD)  # which has the token of a form
    for number in range(FREE_OPENINGS):
        assert clerk.post(FIELD, key=f"{number:0>24}", reason=WHY).status_code == 303
    again = clerk.post(FIELD, key="0123456789abcdef", reason="核对第二十一次")
    assert "核对第二十一次" in page(again, 429)
    settle(county)
    assert len(county.facts()) == 1 + FREE_OPENINGS
    other = Browser(county.services, "other", appointment("clerk", "Housing"))
    record(county, other)
    county.wall.forward(seconds=2)
    record(county, clerk)


def test_a_case_with_a_long_number_has_a_receipt_too(county, clerk):
    """An intake system may write a number of 85 Chinese characters."""
    number = "%E5%8F%B7" * 28
    county.accept("2026-11-02T10:05:00", number, applicant={"name": NAME})
    county.until("2026-11-02T10:10:00")
    case = quote(f"hall:{number}", safe="")
    act = record(county, clerk, f"/desk/fields/{case}/0/applicant")
    text = page(clerk.post(f"/desk/opened/{case}", act=act))
    (receipt,) = re.findall(r'href="(desk/receipts[^"]+)"', text)
    assert WHY in page(clerk.get(f"/{unescape(receipt)}"))
