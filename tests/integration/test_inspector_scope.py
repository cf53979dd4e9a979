"""Nothing of another region or department, whatever address is tried; who reads cannot act."""

import pytest

from tests.support.inspected import address, card_in, inspected_county, page, proposal_in
from tests.support.signing_in import Browser, appointment

HERE, ELSEWHERE = "370102", "370103"


@pytest.fixture(scope="module")
def county():
    """Give a county in two regions; no test of this file changes it."""
    with inspected_county() as made:
        yield made


@pytest.fixture
def here(county):
    """Give the browser of an inspector of one region."""
    return Browser(county.services, "here", appointment("inspector", "", HERE))


def pages(county, case):
    """Return the pages about a case and its card, with what they are to another."""
    card = proposal_in(county, case)
    return {
        f"/desk/proposals/{card}": 403,
        f"/desk/appeals/{card}": 403,
        f"/desk/answers/{card}": 403,
        f"/desk/papers/{card}/notice.pdf": 403,
        f"/desk/cases/{address(case)}/record": 404,
        f"/desk/cases/duban%3Acard%2F{card}/record": 404,
        f"/desk/claims/{address(case)}": 404,
        f"/desk/claims/{address(case)}/0": 404,
        f"/desk/findings/new?case={address(case)}": 404,
    }


def test_nothing_of_another_region_is_shown(county, here):
    """By no address: a card is 403, a case 404; of one's own all are there."""
    for path, status in pages(county, "5").items():
        assert here.get(path).status_code == status, path
    own = dict.fromkeys(pages(county, "1"), 200)
    card = proposal_in(county, "1")
    own |= {f"/desk/papers/{card}/notice.pdf": 404, f"/desk/claims/{address('1')}/0": 404}
    for path, status in own.items():
        assert here.get(path).status_code == status, path


def test_lists_have_nothing_of_another_region(county, here):
    """The work list, the feed and the search; an inspector of all regions finds it."""
    everywhere = Browser(county.services, "all", appointment("inspector"))
    card = proposal_in(county, "5")
    for path in ("/desk", "/desk/work/proposal", "/desk/alerts", f"/desk/search?q={card}"):
        assert f'/{card}"' not in page(here.get(path)), path
        assert f'/{card}"' in page(everywhere.get(path)), path
    for query in (address("5"), "Water", "X-02"):
        assert "hall:5" in page(everywhere.get(f"/desk/search?q={query}"))
        text = page(here.get(f"/desk/search?q={query}"))
        assert ">hall:5<" not in text


def test_an_act_of_another_region_is_refused(county, here):
    """With the form of a card of one's own, sent to the address of the other."""
    page(here.get(f"/desk/proposals/{proposal_in(county, '1')}"))
    other = proposal_in(county, "5")
    acts = [
        (f"/desk/proposals/{other}", {"act": "confirm"}, 403),
        (f"/desk/appeals/{other}", {"act": "decide", "outcome": "revoked"}, 403),
        (f"/desk/answers/{other}", {"act": "revoke", "text_revoke": "x"}, 403),
        (f"/desk/claims/{address('5')}/0", {"act": "refuse", "text_refuse": "x"}, 404),
        ("/desk/findings/new", {"case": "hall:5", "rule": "V-15", "text": "x"}, 404),
    ]
    for path, form, status in acts:
        answer = here.post(path, key="k1", **form)
        assert answer.status_code == status, path
    facts = county.services.facts.of_case(f"duban:card/{other}")
    assert [each.fact.kind for each in facts] == ["card.proposed"]


@pytest.mark.parametrize("role", ["clerk", "department"])
def test_who_does_not_supervise_has_no_page_here(county, role):
    """Of their own department neither: their desk has pages of its own."""
    browser = Browser(county.services, role, appointment(role, "Housing"))
    paths = [*pages(county, "1"), "/desk/alerts", "/desk/search?q=x", "/desk/claims"]
    for path in (*paths, "/desk/work/proposal", "/desk/health"):
        assert browser.get(path).status_code in (403, 404), path


@pytest.mark.parametrize("role", ["supervisor", "auditor"])
def test_who_only_reads_has_no_form_and_cannot_send_one(county, role):
    """He sees what the inspectors see, and is told that his post does not act."""
    browser = Browser(county.services, role, appointment(role))
    card = proposal_in(county, "1")
    text = page(browser.get(f"/desk/proposals/{card}"))
    assert "不能办理" in text
    assert 'name="act"' not in text
    page(browser.get("/desk"))
    answer = browser.post(f"/desk/proposals/{card}", key="k1", act="confirm")
    assert answer.status_code == 403
    assert browser.get("/desk/findings/new").status_code == 403


def test_an_auditor_reads_without_what_people_wrote(county):
    """A supervisor reads it."""
    card = card_in(county, "3")
    auditor, supervisor = (
        Browser(county.services, role, appointment(role)) for role in ("auditor", "supervisor")
    )
    assert "第3件的说明" in page(supervisor.get(f"/desk/appeals/{card}"))
    text = page(auditor.get(f"/desk/appeals/{card}"))
    assert "第3件的说明" not in text
    assert "内容已隐去" in text


def test_nobody_judges_a_department_in_which_he_holds_a_post(county):
    """He reads, is told to stand back, and his form is refused in words."""
    posts = (appointment("inspector"), appointment("clerk", "Housing"))
    browser = Browser(county.services, "both", *posts)
    card = proposal_in(county, "1")
    text = page(browser.get(f"/desk/proposals/{card}"))
    assert "应当回避" in text
    assert 'name="act"' not in text
    answer = browser.post(f"/desk/proposals/{card}", key="k1", act="confirm")
    assert "应当回避" in page(answer, 403)
    assert 'value="confirm"' in page(browser.get(f"/desk/proposals/{proposal_in(county, '5')}"))


def test_a_form_without_the_token_of_the_session_is_refused(county, here):
    """So is one from another origin, and one without a key."""
    card = proposal_in(county, "1")
    path = f"/desk/proposals/{card}"
    page(here.get(path))
    form = {"act": "confirm", "key": "k1"}
    assert here.send_form(path, form, Origin="https://127.0.0.1").status_code == 403
    good = {**form, "csrf": here.form_token}
    assert here.send_form(path, good, Origin="https://evil.example").status_code == 403
    assert here.post(path, act="confirm").status_code == 422


def test_unknown_pages_are_not_found(here):
    """In words, and not as an error of ours."""
    for path in (
        *("/desk/work/other", "/desk/proposals/c_x.1", "/desk/answers/%00", "/desk/claims/x%3A1"),
        *("/desk/cases/x/record", "/desk/cases/duban%3Asealed%2Fabc/record"),
    ):
        assert here.get(path).status_code == 404, path
    assert here.get("/desk/alerts?after=x").status_code == 422
    assert here.get("/desk/claims?after=x").status_code == 422


def test_an_inspectors_own_office_is_no_department_that_he_works_for(county):
    """A post of the list of people names its office; the pages are an inspector's all the same."""
    office = Browser(county.services, "office", appointment("inspector", "Inspection"))
    card = proposal_in(county, "1")
    assert f'href="desk/proposals/{card}"' in page(office.get("/desk"))
    assert office.get("/desk/cases?department=Housing").status_code == 200
