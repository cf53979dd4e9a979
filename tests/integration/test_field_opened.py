"""A private field is opened for a reason on record, once, by a function that `api` only calls."""

from urllib.parse import quote, unquote

import pytest

from chalicelib.cases.case_id import acts_in
from chalicelib.intake.shredding import shredding_event
from chalicelib.people.session_store import SignInItem
from tests.support import rights
from tests.support.end_state import check
from tests.support.inspected import key_on, page, settle
from tests.support.memory_stage import memory_world
from tests.support.replayed import found, public_world
from tests.support.signing_in import Browser, appointment

START = "2026-11-02T09:00:00"
NAME, CONTACT, WHY = "王小明", "13900000000", "核对送达地址"
CASE = quote("hall:1", safe="")
FIELD, OPENED = f"/desk/fields/{CASE}/0/applicant", f"/desk/opened/{CASE}"


@pytest.fixture
def county():
    """Give a county with a case of Housing whose applicant and title are private."""
    applicant = {"kind": "person", "name": NAME, "contact": CONTACT}
    with memory_world(START) as made:
        made.accept(START, "1", title="王小明的申请", applicant=applicant)
        made.until("2026-11-02T10:00:00")
        yield made


@pytest.fixture
def clerk(county):
    """Give the browser of a clerk of Housing."""
    return Browser(county.services, "clerk", appointment("clerk", "Housing"))


@pytest.fixture
def clerk_in_public():
    """Give a county whose log is public, and a clerk of the department that has a case there."""
    with public_world(START) as made:
        made.accept(START, "1", applicant={"name": NAME})
        made.until("2026-11-02T10:00:00")
        yield made, Browser(made.services, "clerk", appointment("clerk", "Housing"))


def record(county, browser, path=FIELD):
    """Give a reason for the field at *path*; return the name of the act."""
    answer = browser.post(path, key=key_on(page(browser.get(path))), reason=WHY)
    assert answer.status_code == 303, answer.body
    settle(county)
    return unquote(answer.headers["Location"].partition("act=")[2])


def opening(county):
    """Return the last fact that opened a field."""
    return [fact for fact in county.facts() if fact.kind == "field.opened"][-1]


def ask(county, browser, **other):
    """Ask the function itself, as `api` does."""
    said = {"case": "hall:1", "n": opening(county).n, "person": browser.person.id, "role": "clerk"}
    with rights.acting_as("api"):
        return county.services.opener({**said, **other})


@pytest.mark.parametrize(
    ("role", "department"), [("clerk", "Housing"), ("department", "Housing"), ("inspector", "")]
)
def test_who_gives_a_reason_sees_the_field_once(county, role, department):
    """The value is in one answer: in no address, no fact and no receipt; then it is refused."""
    browser = Browser(county.services, role, appointment(role, department))
    pages = {"inspector": f"/desk/cases/{CASE}/record"}
    text = page(browser.get(pages.get(role, f"/desk/cases/{CASE}")))
    assert f'href="desk/fields/{CASE}/0/applicant"' in text
    assert NAME not in text
    act = record(county, browser)
    text = page(browser.get(f"{OPENED}?act={quote(act, safe='')}"))
    assert "已登记" in text
    assert CONTACT not in text
    shown = browser.post(OPENED, act=act)
    assert shown.headers["Cache-Control"] == "no-store"
    text = page(shown)
    assert NAME in text
    assert CONTACT in text
    again = page(browser.post(OPENED, act=act), 409)
    assert "已经看过一次" in again
    assert CONTACT not in again
    receipt = page(browser.get(f"/desk/receipts?case={CASE}&act={quote(act, safe='')}"))
    assert WHY in receipt
    assert CONTACT not in receipt


def test_the_log_has_the_opening_and_no_clock_moves(clerk_in_public):
    """Field, fact and role are public; reason and person are not. `duban verify` is content."""
    county, clerk = clerk_in_public
    before = county.snapshot()
    record(county, clerk)
    fact = opening(county)
    told = {name: fact.data[name] for name in ("opened_field", "opened_in", "role")}
    assert told == {"opened_field": "applicant", "opened_in": 0, "role": "clerk"}
    assert fact.data["given"] == ["actor", "text"]
    after = county.snapshot()
    assert (after.lamp, after.due_at, after.wake_at) == (before.lamp, before.due_at, before.wake_at)
    assert [fact.kind for fact in county.facts()] == ["case.accepted", "field.opened"]
    county.close()
    text = str(county.leaves())
    assert "field.opened" in text
    for private in (WHY, clerk.person.id, NAME):
        assert private not in text
    assert found(county) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"role": "auditor"}, "not for this role: auditor"),
        ({"opened_field": "contact"}, "opens no private field"),
        ({"opened_in": 1}, "opens no private field"),
        ({"opened_in": -2}, "opens no private field"),
    ],
)
def test_an_opening_that_was_nobody_s_to_make(clerk_in_public, change, why):
    """By another role, or of what is no private field, `duban verify` says so."""
    county, clerk = clerk_in_public
    record(county, clerk)
    county.close()
    leaves = county.leaves()
    (act,) = [leaf for leaf in leaves if leaf["k"] == "field.opened"]
    act["data"] = {**act["data"], **change}
    assert any(why in issue for issue in found(county, leaves))


def test_a_closed_case_is_not_moved_either(county, clerk):
    """Opened after the decision it is late news of nothing."""
    county.report("case.decided", "2026-11-02T10:00:00", "1", outcome="granted")
    settle(county)
    before = county.snapshot()
    record(county, clerk)
    assert [fact.kind for fact in county.facts()][-1] == "field.opened"
    assert county.snapshot().lamp == before.lamp
    check(county, county.told)


def test_the_function_gives_nothing_without_its_fact(county, clerk):
    """Another number, person, role or case, and no field of the caller's own choice."""
    for n in (0, 1, -1, 10**9, "1", None, True):
        said = {"case": "hall:1", "n": n, "person": clerk.person.id, "role": "clerk"}
        with rights.acting_as("api"):
            assert county.services.opener(said) == {"refused": "unknown"}, n
    record(county, clerk)
    other = Browser(county.services, "other", appointment("clerk", "Housing"))
    for wrong in (
        {"person": other.person.id},
        {"person": None},
        {"role": "inspector"},
        {"case": "hall:2"},
        {"case": "duban:person/x"},
        {"case": None},
    ):
        assert ask(county, clerk, **wrong) == {"refused": "unknown"}, wrong
    assert set(ask(county, clerk, field="title", of=0)["value"]) == {"kind", "name", "contact"}
    assert ask(county, clerk) == {"refused": "again"}


def test_an_opening_is_good_for_five_minutes(county, clerk):
    """At five minutes it is, a second later it is not."""
    record(county, clerk)
    recorded = opening(county).recorded_at
    county.wall.forward(seconds=(recorded - county.wall.at).total_seconds() + 301)
    assert ask(county, clerk) == {"refused": "late"}
    county.wall.forward(seconds=-1)
    assert "value" in ask(county, clerk)


def test_what_was_shredded_is_not_opened(county, clerk):
    """Neither by an opening on record before, nor by a new one."""
    act = record(county, clerk)
    key = key_on(page(clerk.get(FIELD)))
    event = shredding_event("hall:1", 0, "《个人信息保护法》第四十七条", county.wall.at)
    county.services.inbox.put_own_event("hall:1", event["id"], event, county.wall.at)
    settle(county)
    text = page(clerk.post(OPENED, act=act), 409)
    assert "已经销毁" in text
    assert clerk.post(FIELD, key=key, reason=WHY).status_code == 409
    assert not county.services.vault.private_fields(acts_in("hall:1"))


def test_api_cannot_undo_or_forestall_that_an_opening_was_used(county, clerk):
    """The mark is the function's alone: `api` neither writes one nor removes it."""
    record(county, clerk)
    assert "value" in ask(county, clerk)
    openings, at = county.services.openings, county.services.wall()
    mark = SignInItem.named("test-SignIn")("OPENED#hall:1", "1")
    with rights.refused_on_purpose(), rights.acting_as("api"):
        for done in (lambda: openings.use("hall:1", 7, at), mark.delete):
            with pytest.raises(Exception, match="api may not dynamodb"):
                done()
    assert ask(county, clerk) == {"refused": "again"}


def test_before_it_is_a_fact_there_is_nothing(county, clerk):
    """Pressed too early the page says so, and the opening is still good."""
    answer = clerk.post(FIELD, key=key_on(page(clerk.get(FIELD))), reason=WHY)
    act = unquote(answer.headers["Location"].partition("act=")[2])
    assert "尚在登记" in page(clerk.post(OPENED, act=act))
    settle(county)
    assert CONTACT in page(clerk.post(OPENED, act=act))


def test_api_reads_no_private_field_of_an_applicant(county):
    """Its policy refuses it; that of the function refuses people, drafts and sealed records."""
    vault = county.services.vault
    with rights.refused_on_purpose():
        with rights.acting_as("api"), pytest.raises(Exception, match="api may not dynamodb:Query"):
            vault.private_fields("hall:1")
        for case in ("duban:person/p_x", "duban:sealed/x", "duban:card/x", "duban:draft/x"):
            with rights.acting_as("open"), pytest.raises(Exception, match="open may not"):
                vault.private_fields(case)


@pytest.mark.parametrize(
    ("post", "status"),
    [
        (("clerk", "Water"), 404),
        (("department", "Housing", "370103"), 404),
        (("inspector", "", "370103"), 404),
        (("supervisor",), 403),
        (("auditor",), 403),
        (("operator",), 404),
    ],
)
def test_nobody_else_opens_it(county, clerk, post, status):
    """Of another department or region there is no such case; another role has no right to it."""
    act = record(county, clerk)
    browser = Browser(county.services, "other", appointment(*post))
    answers = [browser.get(FIELD), browser.post(FIELD, key="0123456789abcdef", reason=WHY)]
    answers += [browser.get(f"{OPENED}?act=x"), browser.post(OPENED, act=act)]
    assert {answer.status_code for answer in answers} == {status}
    assert len([fact for fact in county.facts() if fact.kind == "field.opened"]) == 1


@pytest.mark.parametrize(
    ("path", "reason", "status"),
    [
        (FIELD, "", 422),
        (FIELD, "……", 422),
        (FIELD, "字" * 2001, 422),
        (f"/desk/fields/{CASE}/0/department", WHY, 404),
        (f"/desk/fields/{CASE}/7/applicant", WHY, 404),
        (f"/desk/fields/{CASE}/x/applicant", WHY, 404),
    ],
)
def test_a_form_that_opens_nothing(county, clerk, path, reason, status):
    """Without words as a reason, or for what is no private field."""
    clerk.get(FIELD)  # which has the token of a form
    assert clerk.post(path, key="0123456789abcdef", reason=reason).status_code == status
    settle(county)
    assert len(county.facts()) == 1


def test_a_form_sent_twice_is_one_opening(county, clerk):
    """Under its key the act is done once."""
    key = key_on(page(clerk.get(FIELD)))
    places = {clerk.post(FIELD, key=key, reason=WHY).headers["Location"] for _ in range(2)}
    settle(county)
    assert (len(places), len(county.facts())) == (1, 2)
