"""From sign-in at a real identity provider to a decided appeal, in a real browser without scripts.

On every page that is met axe finds nothing, its text is no more than 100 kB, and on a phone as on
an office screen nothing has to be moved sideways.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from chalicelib.people.ways import Ways
from tests.support.browser import WIDTHS, barriers, chromium, overflows, window
from tests.support.inspected import address, inspected_county, proposal_in, settle
from tests.support.memory_stage import MemoryWorld
from tests.support.npm_issuer import npm_issuer, require_provider
from tests.support.oidc_client import remember_nothing
from tests.support.served_county import served_county
from tests.support.signing_in import Browser, appointment, person_id

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Program
    from playwright.sync_api import Page

LARGEST = 100_000  # bytes
PEOPLE = {
    "head": appointment("department", "Housing"),
    "water": appointment("department", "Water"),
    "erste": appointment("inspector"),
    "zweite": appointment("inspector"),
}


@pytest.fixture(scope="module")
def program() -> Iterator["Program"]:
    """Give a browser."""
    require_provider()
    with chromium() as started:
        yield started


class Place:
    """A *county* at the address *site*, whose people sign in at an *issuer*."""

    def __init__(self, county: MemoryWorld, site: str, issuer: str) -> None:
        self.county, self.site, self.issuer = county, site, issuer
        services = county.services
        remember_nothing(county)
        services.sign_in_secret.set_client("made up")
        services.ways.put(Ways(has_local=False, issuer=issuer, client="duban", contact="人事科"))
        for name, post in PEOPLE.items():
            Browser(services, name, post)
            services.logins.link(person_id(name), issuer, name)

    def sign_in(self, page: "Page", name: str) -> None:
        """Sign in as *name*, at the time that the provider has."""
        lived, self.county.wall.at = self.county.wall.at, datetime.now(UTC)
        if self.county.wall.at < lived:
            pytest.skip("the clock of this machine is behind that of the made-up county")
        page.goto(f"{self.site}/desk")
        page.locator("input[name=login]").fill(name)
        page.locator("input[name=password]").fill("any")
        page.locator("button[type=submit]").click()
        page.locator("button[type=submit]").click()  # that the site may know who it is
        assert page.url == f"{self.site}/desk", page.locator("main").inner_text()
        self.county.wall.at = lived

    def open(self, page: "Page", path: str) -> None:
        """Open a page, and look at it."""
        page.goto(f"{self.site}/desk{path}")
        look_at(page)


def look_at(page: "Page") -> None:
    """Say that the page keeps nobody out."""
    assert len(page.content().encode()) <= LARGEST
    own = page.viewport_size
    assert own is not None
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert not overflows(page), page.url
    page.set_viewport_size(own)
    assert barriers(page) == [], page.url


def press(page: "Page", kind: str, name: str) -> None:
    """Follow a link, or press a button, of exactly this *name*; look at what comes."""
    find = partial(page.get_by_role, name=name, exact=True)
    (find("link") if kind == "link" else find("button")).first.click()
    look_at(page)


def confirm(place: Place, page: "Page", card: str) -> None:
    """Find the proposal in the work list, and confirm it."""
    place.open(page, "")
    page.locator(f"a[href$='desk/proposals/{card}']").first.click()
    look_at(page)
    assert page.get_by_text("未用通行密钥签名").first.is_visible()
    press(page, "button", "确认")
    assert page.get_by_text("已提交").first.is_visible()
    settle(place.county)


def answer_and_appeal(place: Place, page: "Page", card: str) -> None:
    """Go from today's page to the card, answer it and appeal against it."""
    place.open(page, "")
    page.goto(f"{place.site}/desk/cards")
    page.locator(f"a[href$='desk/cards/{card}']").first.click()
    look_at(page)
    for act, fields in (("答复", {}), ("申诉", {"期限计算有误": True})):
        press(page, "link", act)
        page.locator("textarea").fill("当日有书面凭证，随后补交")
        for label in fields:
            page.get_by_label(label).check()
        press(page, "button", f"提交{act}")
        settle(place.county)
        place.open(page, f"/cards/{card}")


def decide(page: "Page") -> None:
    """Decide the appeal on this page: the card stands no longer."""
    page.get_by_label("撤销").first.check()
    page.locator("textarea").fill("凭证属实")
    page.locator("form.act button:visible").last.click()


def is_kept_out(place: Place, page: "Page", card: str) -> None:
    """Say that another department has none of it."""
    for path in (
        *(f"/cards/{card}", f"/cards/{card}/respond", f"/cards/{card}/appeal"),
        *(f"/cases/{address('1')}", f"/cases/{address('1')}/slip"),
        *(f"/appeals/{card}", f"/proposals/{card}", f"/answers/{card}"),
        *(f"/cases/{address('1')}/record", f"/claims/{address('4')}", f"/papers/{card}/notice"),
        *("/claims", "/alerts", "/findings/new", "/search?q=Housing"),
    ):
        answer = page.goto(f"{place.site}/desk{path}")
        assert answer is not None
        assert answer.status in (403, 404), path
        assert "当日有书面凭证" not in page.content()
    look_at(page)


def test_an_appeal_is_decided_by_people_who_signed_in(program: "Program") -> None:
    """Another inspector than who confirmed decides; who signed out is out."""
    with (
        inspected_county() as county,
        served_county("localhost", has_tls=True) as site,
        npm_issuer(f"{site}/signin/callback") as issuer,
        window(program, 1280) as first,
        window(program, 390) as head,
        window(program, 1280) as second,
        window(program, 390) as water,
    ):
        place, card = Place(county, site, issuer), proposal_in(county, "1")
        for page, name in zip((head, water, first, second), PEOPLE, strict=True):
            place.sign_in(page, name)
        confirm(place, first, card)
        answer_and_appeal(place, head, card)
        assert head.get_by_text("申诉中").first.is_visible()
        is_kept_out(place, water, card)
        place.open(first, f"/appeals/{card}")
        decide(first)
        assert first.get_by_role("alert").inner_text()
        place.open(second, "")
        second.locator(f"a[href$='desk/appeals/{card}']").first.click()
        look_at(second)
        decide(second)
        look_at(second)
        settle(county)
        place.open(head, f"/cards/{card}")
        assert head.get_by_text("凭证属实").is_visible()
        signed_out(place, program, head)


def signed_out(place: Place, program: "Program", page: "Page") -> None:
    """Sign out, and say that the cookie of before is worth nothing."""
    kept = [one for one in page.context.cookies(place.site) if one["name"] == "__Host-duban"]
    page.get_by_role("button", name="退出登录").click()
    look_at(page)
    assert page.context.cookies(place.site) == []
    with window(program, 390) as thief:
        thief.context.add_cookies([{**each, "sameSite": "Lax"} for each in kept])  # type: ignore[typeddict-item]
        thief.goto(f"{place.site}/desk")
        assert thief.url.startswith(place.issuer)
