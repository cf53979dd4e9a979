"""Each denial at a desk is counted, whatever its status: who tries others' ids leaves a trace."""

import pytest

from tests.support.cloud_watch import emitted
from tests.support.inspected import address, inspected_county, proposal_in
from tests.support.signing_in import Browser, appointment


@pytest.fixture(scope="module")
def county():
    """Give a county in two regions; no test of this file changes it."""
    with inspected_county() as made:
        yield made


@pytest.fixture
def denials(capsys):
    """Give a function that tells how often a page of *browser* was counted as denied."""

    def count(browser, path):
        capsys.readouterr()
        status = browser.get(path).status_code
        points = emitted(capsys.readouterr().out)
        return status, sum(each.value for each in points if each.metric.name == "AccessDenied")

    return count


def test_a_department_that_tries_the_case_of_another(county, denials):
    """Page and slip; a case that is not there is no denial."""
    clerk = Browser(county.services, "clerk", appointment("clerk", "Housing"))
    for path in (f"/desk/cases/{address('5')}", f"/desk/cases/{address('5')}/slip"):
        assert denials(clerk, path) == (404, 1), path
    assert denials(clerk, f"/desk/cases/{address('99')}") == (404, 0)
    assert denials(clerk, f"/desk/cases/{address('1')}") == (200, 0)
    assert denials(clerk, f"/desk/cards/{proposal_in(county, '5')}") == (403, 1)


def test_an_inspector_who_tries_the_case_of_another_region(county, denials):
    """Its record, its late news, the form of a finding, a receipt."""
    here = Browser(county.services, "here", appointment("inspector", "", "370102"))
    other, missing = address("5"), address("99")
    for path in (
        "/desk/cases/{}/record",
        "/desk/claims/{}",
        "/desk/claims/{}/0",
        "/desk/findings/new?case={}",
        "/desk/receipts?case={}&act=x",
        "/desk/cases/{}",
    ):
        assert denials(here, path.format(other)) == (404, 1), path
        assert denials(here, path.format(missing)) == (404, 0), path


def test_who_asks_to_sign_about_the_case_of_another_region(county, denials, capsys):
    """The door of the script."""
    here = Browser(county.services, "here", appointment("inspector", "", "370102"))
    here.get("/desk/settings")
    capsys.readouterr()
    form = {"case": "hall:5", "claim": "0", "act": "refuse", "text": "x"}
    assert here.post("/desk/sign", **form).status_code == 404
    points = emitted(capsys.readouterr().out)
    assert [each.metric.name for each in points].count("AccessDenied") == 1
