"""The whole table of rights at all doors: each route, each role, own and other scope."""

import json
import tomllib
from pathlib import Path

import pytest
from chalice.test import Client

import app
from chalicelib.people.caller import ROLES
from tests.support.memory_stage import memory_world
from tests.support.rights_of_routes import (
    ANY_PERSON,
    CASE,
    DEPARTMENT,
    DOORS,
    LOCAL,
    NOTHING,
    PAGES,
    PUBLIC_POSTS,
    SIGNED,
)
from tests.support.signing_in import Browser, appointment

TABLE = tomllib.loads(
    (Path(__file__).parents[2] / "chalicelib/people/rights.toml").read_text("utf-8")
)
OWN, OTHER = "Housing", "Water"
# Where a caller is: his department, his regions; whether a scope "own" or "region" reaches from it.
PLACES = {
    "own department, own county": (OWN, ("370102",), {"own", "region"}),
    "own department, whole city": (OWN, ("3701",), {"own", "region"}),
    "own department, every region": (OWN, (), {"own", "region"}),
    "own department, other county": (OWN, ("370103",), {"own"}),
    "other department, own county": (OTHER, ("370102",), {"region"}),
    "other department, other city": (OTHER, ("3702",), set()),
}
OF_DEPARTMENT, SUPERVISING = ("clerk", "department"), ("supervisor", "inspector", "auditor")


@pytest.fixture(scope="module")
def county():
    """Give a county in which Housing has an open case with a card of its own."""
    with memory_world("2026-11-02T09:00:00") as world:
        world.accept("2026-11-02T09:00:00", "1", promise="1wd", department=OWN, region="370102")
        world.until("2026-11-10T09:00:00")
        yield world


@pytest.fixture(scope="module")
def names(county):
    """Give the ids of that case and of its card, as they stand in a path."""
    key = county.services.keys.issue("inspector")
    cards = ask("GET", "/v1/cards", key)["cards"]
    return {
        "{case_id}": "hall%3A1",
        "{card_id}": cards[0]["id"],
        "{number}": "999",
        "{lead_id}": "a" * 26,
        "{sample_id}": "a" * 26,
        "{kind}": "appeal",
        "{act}": "acknowledge",
        "{document}": "yellow_card.html",
    }


def ask(method, path, key, body=None):
    """Ask with a key; return the document, or the status where there is none."""
    answer = status_of(method, path, key, body, whole=True)
    return json.loads(answer.body)


def status_of(method, path, key, body=None, *, whole=False):
    """Ask with a key; return the status."""
    raw = b"" if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    answer = Client(app.app).http.request(method, path, headers=headers, body=raw)
    return answer if whole else answer.status_code


def test_every_door_has_a_row():
    """A new route names the right that it asks for; a public one only reads."""
    offered = {(method, path) for path, entries in app.app.routes.items() for method in entries}
    named = {(door.method, door.path) for door in (*DOORS, *PAGES)} | SIGNED | LOCAL
    named |= ANY_PERSON | PUBLIC_POSTS
    assert named <= offered
    left = offered - named
    guarded = {(m, path) for m, path in left if m != "GET" or path.startswith(("/v1", "/desk"))}
    assert not guarded, f"tests/support/rights_of_routes.py has no row for {sorted(guarded)}"


def is_allowed(door, role, reach):
    """Return whether the table gives *role* the right of *door*, where its scope *reach*es."""
    scope, *limits = TABLE[door.right].get(role, "none").split()
    if scope == "none" or "draft" in limits:
        return False
    if door.about == DEPARTMENT:  # of any region
        return scope != "own" or "own" in reach
    return door.about == NOTHING or scope in {*reach, "all"}


def wanted(door, role, *, allowed):
    """Return the statuses that are right; what is wrong with the state or the form is no denial."""
    has_role = role in TABLE[door.right] and "draft" not in TABLE[door.right][role]
    if not allowed:  # that a card is there is public; that a case is there is not
        return {404} if has_role and door.about == CASE else {403}
    is_there = {200, 202, 409, 422}
    may_lack = any(name in door.path for name in ("{number}", "{lead_id}", "{sample_id}"))
    return is_there | ({404} if may_lack else set())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_passes_where_the_table_lets_it_and_nowhere_else(county, names, role, place):
    """A row and a cell of the table is one status at one door."""
    key, reach = key_at(county, role, place)
    restore, wrong = county.save(), []
    for door in DOORS:
        status = status_of(door.method, in_path(door.path, names) + door.query, key, door.body)
        restore()
        allowed = is_allowed(door, role, reach)
        if status not in wanted(door, role, allowed=allowed):
            wrong.append(f"{door.method} {door.path}: {status}, allowed: {allowed}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ROLES)
def test_a_page_is_for_whom_the_table_lets_in(county, names, role, place):
    """The same table for those who signed in; a form that did what it was to do leads on (303)."""
    department, regions, reach = PLACES[place]
    post = (
        appointment(role, department) if role in OF_DEPARTMENT else appointment(role, "", *regions)
    )
    browser, wrong = Browser(county.services, "somebody", post), []
    browser.get("/desk/settings")  # for the token of its forms
    restore = county.save()
    for page in PAGES:
        path = in_path(page.path, names) + page.query
        send = browser.get(path) if page.method == "GET" else browser.post(path, **page.body or {})
        restore()
        allowed = is_allowed(page, role, reach)
        allowed = allowed and not (page.is_supervising and role not in SUPERVISING)
        # A form is read before its card is looked for: 422 did nothing, and tells nothing.
        if send.status_code not in ({200, 303, 404, 409, 422} if allowed else {403, 404, 422}):
            wrong.append(f"{page.method} {page.path}: {send.status_code}, allowed: {allowed}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ROLES)
def test_a_list_shows_what_is_within_reach_and_nothing_else(county, role, place):
    """A list is open to all who have the right somewhere; what is in it is not."""
    key, reach = key_at(county, role, place)
    for path, right, rows in (
        ("/v1/cases", "see_case", "cases"),
        ("/v1/cards", "see_card", "cards"),
    ):
        scope, *_ = TABLE[right].get(role, "none").split()
        if scope != "none":
            assert bool(ask("GET", path, key)[rows]) is (scope in reach)


def key_at(county, role, place):
    """Return a key of *role* at a *place*, and which scopes reach the case from there."""
    department, regions, reach = PLACES[place]
    is_bound = role in OF_DEPARTMENT
    issue = county.services.keys.issue
    return issue(role, department) if is_bound else issue(role, regions=regions), reach


def in_path(path, names):
    """Return *path* with the ids in it."""
    for name, value in names.items():
        path = path.replace(name, value)
    return path


def test_without_a_key_every_door_of_the_api_is_shut(names):
    """401, whatever is sent; before anything is read of it."""
    for door in DOORS:
        path = in_path(door.path, names) + door.query
        for key in ("", "dk_0000000000000000_" + "a" * 43):
            assert status_of(door.method, path, key, door.body) == 401, door


@pytest.mark.parametrize("role", ROLES)
def test_everybody_with_a_post_opens_his_own_pages(county, role):
    """And nobody without."""
    browser = Browser(county.services, f"x{role}"[:12], appointment(role, OWN))
    assert browser.get("/desk").status_code == 200
    assert browser.get("/desk/settings").status_code == 200
