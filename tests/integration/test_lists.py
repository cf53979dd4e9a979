"""No text that is reported can forge, hide or break a row of any list."""

from urllib.parse import quote

import pytest

from chalicelib.cases.case_id import department_case, item_case, kind_of, parts_of, register_case
from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.memory_stage import memory_world

NASTY = [
    "Housing",
    "card:Housing",
    "permit:Housing",
    "permit:card:Housing",
    "department:Housing",
    "duban:card/c_x.1",
    "D#Housing",
    "TALLY",
    "a~" + "0" * 64,
    "%2F",
    "%252F",
    "a/b",
    "a%2Fb",
    "..",
    "card/c_fakefakefakefakefakefakefa.1",
    "'; DROP --",
    '<b>&"',
    "9999",
    "住" * 200,
    "\U0001f600" * 200,
]
SUBJECTS = {
    name: f"{i}{tail}"
    for i, (name, tail) in enumerate(
        zip(
            NASTY,
            ["", "/c_fakefakefakefakefakefakefa.1", ":x", "#1", "%2F", "?a=b", "//"] * 3,
            strict=False,
        )
    )
}
CARD = r"[a-z0-9_]{1,64}\.[0-9]{1,9}"


@pytest.fixture(scope="module")
def county():
    """Give a county with an overdue case, and so a yellow card, of each department."""
    with environment(), memory_world("2026-11-02T09:00:00") as made:
        for name in NASTY:
            item = f"i{name}"[:100]
            made.accept("2026-11-02T09:00:00", SUBJECTS[name], department=name, item=item)
        made.until("2026-11-09T17:31:00")
        made.until("2026-11-10T08:00:00")
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role or a department."""
    return Asker(county.services)


def test_every_case_and_every_card_stands_once_in_its_list(ask):
    """For an inspector: permits among the cases, cards among the cards, each once."""
    cases = data(ask("GET", "/v1/cases"))["cases"]
    assert sorted(case["id"] for case in cases) == sorted(f"hall:{s}" for s in SUBJECTS.values())
    assert {case["kind"] for case in cases} == {"permit"}
    assert {case["department"] for case in cases} == {*NASTY}
    cards = data(ask("GET", "/v1/cards"))["cards"]
    assert sorted(card["department"] for card in cards) == sorted(NASTY)
    assert len({card["id"] for card in cards}) == len(NASTY)
    assert all(card["level"] == "yellow" for card in cards)


@pytest.mark.parametrize("name", NASTY)
def test_a_department_sees_its_own_rows_and_no_other(ask, name):
    """With its own key, and an inspector by its name; 200, and one row in each list."""
    wanted = quote(name, safe="")
    for who, query in ((name, ""), ("inspector", f"?department={wanted}")):
        (case,) = data(ask("GET", f"/v1/cases{query}", who))["cases"]
        (card,) = data(ask("GET", f"/v1/cards{query}", who))["cards"]
        assert (case["id"], case["department"]) == (f"hall:{SUBJECTS[name]}", name)
        assert card["department"] == name
        assert data(ask("GET", f"/v1/cards/{card['id']}", who))["case"] == case["id"]
        path = f"/v1/cases/{quote(case['id'], safe='')}"
        assert data(ask("GET", path, who))["id"] == case["id"]
        assert data(ask("GET", f"{path}/explain", who))["id"] == case["id"]


def test_the_board_counts_each_department_by_itself(ask):
    """Its pages and their data: a row for each, and nothing of one in another's."""
    rows = data(ask("GET", "/departments.json"))["departments"]
    assert sorted(row["department"] for row in rows) == sorted(NASTY)
    assert all(row["lamps"]["yellow"] == row["cards"]["yellow"] == 1 for row in rows)
    cards = data(ask("GET", "/cards.json"))["cards"]
    yellow = [card["department"] for card in cards if card["level"] == "yellow"]
    assert sorted(yellow) == sorted(NASTY)
    for page in ("/", "/departments", "/cards"):
        html = ask("GET", page)
        assert html.status_code == 200
        assert b'<b>&"' not in html.body


def test_the_feed_gives_each_entry_once(ask):
    """And every alert that is about a card names a card."""
    alerts = data(ask("GET", "/v1/alerts"))
    assert len({alert["id"] for alert in alerts}) == len(alerts)
    issued = [alert for alert in alerts if alert["type"] == "card.issued"]
    assert sorted(alert["data"]["department"] for alert in issued) == sorted(NASTY)


def test_a_scored_month_is_that_of_the_department_that_is_named(ask):
    """One card each."""
    for name in NASTY:
        path = f"/v1/scores?department={quote(name, safe='')}&month=2026-11"
        score = data(ask("GET", path))
        assert score["department"] == name
        taken = [card for row in score["deductions"] for card in row["cards"]]
        assert len(taken) + len(score["not_counted"]) == 1


def test_no_name_of_a_case_of_ours_can_be_made_up():
    """Whatever it is about: another text is another case, and the kind stays what it is."""
    made = {
        "department": [department_case(name, 2026) for name in NASTY],
        "item": [item_case(name) for name in NASTY],
        "register": [register_case(name, "yellow", 2026) for name in NASTY],
    }
    for kind, cases in made.items():
        assert len({*cases}) == len(NASTY)
        assert {kind_of(case) for case in cases} == {kind}
        assert all(len(case.encode()) <= 1024 for case in cases)
    assert parts_of(item_case("a/~%2F"))[0] == "a/~%2F"


def test_the_name_of_a_long_name_is_no_short_name():
    """A text beyond the index's bound has its hash instead, which no text can read like."""
    long = department_case("住" * 200, 2026)
    digest = parts_of(long)[0]
    assert digest.startswith("~")
    assert department_case(digest, 2026) != long
