"""Whoever supervises and works for a department too has both pages of today."""

import pytest

from tests.support.inspected import inspected_county, page
from tests.support.signing_in import Browser, appointment

LINKS = ('href="desk?as=department"', "监督待办")


@pytest.fixture(scope="module")
def county():
    """Give a county with cases of Housing."""
    with inspected_county() as made:
        yield made


def asked(county, browser, path):
    """Return how many requests a page makes; what is kept for a minute may be among them."""
    begun = len(county.cloud.calls)
    page(browser.get(path))
    return len(county.cloud.calls[begun:])


@pytest.mark.parametrize("role", ["supervisor", "inspector", "auditor"])
@pytest.mark.parametrize("own", ["clerk", "department"])
def test_each_page_of_today_leads_to_the_other(county, role, own):
    """At first what he supervises; each in six requests at most."""
    posts = appointment(role), appointment(own, "Housing", items=("X-01",))
    both = Browser(county.services, "both", *posts)
    text = page(both.get("/desk"))
    assert "今日待办" in text
    assert all(link in text for link in LINKS)
    text = page(both.get("/desk?as=department"))
    assert "Housing" in text
    assert "待签收、答复的牌" in text
    assert 'href="desk?as=department&amp;mine=1"' in text
    assert 'href="desk"' in text
    page(both.get("/desk?as=department&mine=1"))
    for path in ("/desk", "/desk?as=department"):
        assert min(asked(county, both, path) for _ in range(3)) <= 6, path


def test_who_has_posts_of_one_kind_has_one_page(county):
    """A page that is not his is not reached by its address."""
    inspector = Browser(county.services, "one", appointment("inspector"))
    clerk = Browser(county.services, "two", appointment("clerk", "Housing"))
    for browser, words in ((inspector, "今日待办"), (clerk, "待签收、答复的牌")):
        for path in ("/desk", "/desk?as=department"):
            text = page(browser.get(path))
            assert words in text
            assert LINKS[0] not in text
