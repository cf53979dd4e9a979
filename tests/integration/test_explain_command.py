"""`duban explain card`: by its number or its id, derived again from what is stored."""

import json
from contextlib import contextmanager
from importlib import resources

import pytest

from chalicelib.calendar.documents import read_document
from chalicelib.cases.case_id import card_case
from chalicelib.policy.profile import read_profile
from infra.cli import main
from infra.stack import services as stage_services
from tests.support.memory_stage import memory_world
from tests.support.stage import judge_by
from tests.unit.policy_file import REPEATING

STATUTORY = resources.files("chalicelib").joinpath("profiles", "statutory.toml").read_text("utf-8")


@pytest.fixture
def county():
    """Give a county with a case that was warned and is yellow, and one with a doubtful pause."""
    with memory_world("2026-11-02T09:00:00") as made:
        made.accept("2026-11-02T09:00:00", "1")
        made.accept("2026-11-02T09:00:00", "2", promise="20wd", department="Water")
        made.report("case.suspended", "2026-11-03T09:00:00", "2", procedure="hearing", basis=None)
        made.until("2026-11-10T08:00:00", minutes=24 * 60)
        yield made


@pytest.fixture
def duban(county, monkeypatch, capsys):
    """Give the command; it finds the stage of this test."""

    @contextmanager
    def here(_name):
        yield county.services

    monkeypatch.setattr(stage_services, "services_of", here)

    def run(*arguments):
        capsys.readouterr()  # what the functions said before
        code = main.main(arguments)
        printed = capsys.readouterr()
        return code, printed.out.strip(), printed.err.strip()

    return run


def card_of(county, case="1", level="yellow"):
    """Give the id of a case's card."""
    found = (card for card in county.published() if card.case == f"hall:{case}")
    return next(card.card for card in found if card.level == level)


def write(county, case, n, **data):
    """Write something else over what fact *n* of *case* says, as nobody may."""
    facts = county.cloud.items["test-Facts"]
    key = next(
        k for k, item in facts.items() if (item["case"], item["n"]) == ({"S": case}, {"N": str(n)})
    )
    leaf = json.loads(facts[key]["leaf"]["S"])
    leaf["data"] |= data
    facts[key] = {**facts[key], "leaf": {"S": json.dumps(leaf, ensure_ascii=False)}}


def explained(duban, *arguments):
    """Give the exit code and what is told in JSON."""
    code, out, _ = duban("explain", "card", *arguments, "--json")
    return code, json.loads(out)


def test_a_card_comes_out_the_same(county, duban):
    """By its id; with what it rests on, its number and the days of its clock."""
    card = card_of(county)
    code, told = explained(duban, card)
    assert (code, told["verdict"], told["card"]) == (0, "same", card)
    assert (told["level"], told["rule"], told["due_at"]) == (
        "yellow", "V-02", "2026-11-09T17:30:00.000+08:00",
    )  # fmt: skip
    assert [row["kind"] for row in told["rests_on"]] == ["case.accepted"]
    assert told["numbers"] == ["×政监黄〔2026〕1号"]
    assert [row["kind"] for row in told["derivations"]] == ["card.issued", "card.numbered"]
    days = [step["date"] for step in told["explained"]["steps"] if step["counts"]]
    assert days == [f"2026-11-{day:02d}" for day in (3, 4, 5, 6, 9)]


def test_it_is_found_by_its_number(county, duban):
    """All regions under one instrument have one series of numbers."""
    code, told = explained(duban, "×政监黄〔2026〕1号")
    assert (code, told["card"]) == (0, card_of(county))
    for other in ("×政监黄〔2026〕2号", "×政监红〔2026〕1号", "×政监黄〔2025〕1号", "c_x.1", "x"):
        code, out, err = duban("explain", "card", other)
        assert (code, out) == (2, "")
        assert err.startswith("duban: ")
    code, told = explained(duban, "×政监黄〔2026〕1号", "--region", "433101")
    assert (code, told["card"]) == (0, card_of(county))


def test_it_can_be_read(county, duban):
    """One thing in a line, day by day, and the verdict at the end."""
    code, out, err = duban("explain", "card", card_of(county))
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == f"×政监黄〔2026〕1号  {card_of(county)}"
    assert "2026-11-07    –  周末" in lines
    assert "2026-11-09    5  工作日" in lines
    assert any(line.startswith("您的申请于2026年11月2日受理") for line in lines)
    assert lines[-1] == "重新推导：结果相同"


def test_a_warning_is_explained_too(county, duban):
    """It has no life of its own, and no number."""
    code, told = explained(duban, card_of(county, level="warning"))
    assert (code, told["verdict"], told["numbers"], told["life"]) == (0, "same", [], [])


@pytest.mark.usefixtures("english")
def test_what_does_not_follow_is_told_field_by_field(county, duban):
    """Somebody has written something else into the table: exit 1."""
    card = card_of(county)
    n = int(card.rpartition(".")[2])
    write(county, "hall:1", n, due_at="2026-11-06T09:30:00.000Z", basis="a whim")
    code, told = explained(duban, card)
    assert (code, told["verdict"]) == (1, "differs")
    differences = told["derivations"][0]["differences"]
    assert [one["field"] for one in differences] == ["basis", "due_at"]
    assert differences[1]["derived"] == "2026-11-09T09:30:00.000Z"
    code, out, _ = duban("explain", "card", card)
    assert code == 1
    assert "  basis: recorded a whim, derived " in out
    assert out.endswith("derived again: NOT the same")


def test_a_card_without_ground_does_not_follow(county, duban):
    """What it rests on says otherwise now."""
    card = card_of(county)
    write(county, "hall:1", 0, terms={"kind": "promise", "promise": "50wd"})
    code, told = explained(duban, card)
    assert (code, told["verdict"]) == (1, "does_not_follow")


def test_the_calendar_as_it_was_is_found_again(county, duban):
    """What was imported later lies behind it in the list."""
    change = {
        "kind": "change",
        "notice": "a flood",
        "issued": "2026-11-10",
        "days_off": ["2026-11-09"],
    }
    before = county.services.calendar("370102").version
    county.services.calendars.write(read_document(json.dumps(change).encode(), "a change"))
    assert county.services.calendar("370102").version != before
    code, told = explained(duban, card_of(county))
    assert (code, told["calendar"]) == (0, before)


def test_a_card_that_a_change_of_one_region_moved_is_derived_by_that_regions_calendar(
    county, duban
):
    """A suspension before any acceptance makes no card; after it V-06 is derived the same."""
    change = {"kind": "change", "notice": "a flood", "issued": "2026-11-10", "region": "3701"}
    document = read_document(json.dumps(change | {"days_off": ["2026-11-02"]}).encode(), "a change")
    county.services.calendars.write(document)
    pause = {"procedure": "hearing", "approved": {"amount": 1, "unit": "wd"}}
    county.report("case.suspended", "2026-11-10T08:00:00", "3", **pause)
    county.until("2026-11-13T08:00:00", minutes=24 * 60)
    assert [fact.kind for fact in county.facts("3")] == ["case.suspended"]
    county.accept("2026-11-13T08:00:00", "4")
    county.report("case.suspended", "2026-11-13T09:00:00", "4", **pause)
    county.until("2026-11-18T08:00:00", minutes=24 * 60)
    proposed = next(fact for fact in county.facts("4") if fact.text("rule") == "V-06")
    code, told = explained(duban, f"{county.snapshot('4').public_case}.{proposed.n}")
    assert (code, told["verdict"], told["rule"]) == (0, "same", "V-06")
    assert told["calendar"] == county.services.calendar("370102").version


@pytest.mark.usefixtures("english")
def test_a_policy_that_is_not_at_hand_is_named(county, duban, tmp_path):
    """An older profile can be given as a file; one with another hash is no help."""
    text = STATUTORY + "\n# as it was in spring\n"
    older, other = tmp_path / "older.toml", tmp_path / "other.toml"
    older.write_text(text, encoding="utf-8")
    other.write_text(text + "#\n", encoding="utf-8")
    reference = read_profile(text, "older.toml").reference
    card = card_of(county)
    write(county, "hall:1", int(card.rpartition(".")[2]), policy=reference)
    for more in ((), ("--profile", str(other))):
        code, out, err = duban("explain", "card", card, *more)
        assert (code, err) == (1, f"duban: not at hand: policy:{reference}")
        assert out.endswith("the rules that it names are not at hand")
    assert explained(duban, card, "--profile", str(older))[0] == 0


@pytest.mark.usefixtures("english")
def test_a_calendar_that_is_not_at_hand_is_named(county, duban):
    """One of a stage that was taken down, say."""
    card = card_of(county)
    write(county, "hall:1", int(card.rpartition(".")[2]), calendar="CN:sha256:00")
    code, _, err = duban("explain", "card", card)
    assert (code, err) == (1, "duban: not at hand: calendar:CN:sha256:00")


def test_a_confirmed_card_rests_on_its_proposal(county, duban):
    """The proposal, who confirmed it, the card and its number; one that waits has no number."""
    proposal = next(fact for fact in county.facts("2") if fact.kind == "card.proposed")
    public = county.snapshot("2").public_case
    card = f"{public}.{proposal.n}"
    code, told = explained(duban, card)
    assert (code, told["numbers"], told["kind"]) == (0, [], "card.proposed")
    event = {
        "id": "1",
        "source": "duban",
        "subject": card_case(card),
        "type": "card.confirmed",
        "time": "2026-11-10T08:30:00+08:00",
        "data": {"role": "inspector"},
    }
    county.services.inbox.put_own_event(card_case(card), "act#1", event, county.wall.at)
    county.until("2026-11-10T09:00:00")
    code, told = explained(duban, card)
    assert (code, told["verdict"], told["numbers"]) == (0, "same", ["×政监黄〔2026〕2号"])
    kinds = [row["kind"] for row in told["derivations"]]
    assert kinds[:2] == ["card.proposed", "card.issued"]


def test_each_step_of_a_life_is_derived_again(county, duban):
    """Nobody answered: a step up is proposed; red by the law's limit is a card of its own."""
    county.until("2026-11-30T18:00:00", minutes=24 * 60)
    red = card_of(county, level="red")
    code, told = explained(duban, red)
    assert (code, told["verdict"], told["numbers"]) == (0, "same", ["×政监红〔2026〕1号"])
    assert explained(duban, "×政监红〔2026〕1号")[1]["card"] == red
    code, told = explained(duban, card_of(county))
    assert (code, told["verdict"]) == (0, "same")
    kinds = [row["kind"] for row in told["derivations"]]
    assert kinds == ["card.issued", "escalation.proposed", "card.numbered"]


@pytest.mark.usefixtures("english")
def test_a_card_for_repeated_cards_is_derived_with_those_it_counts(county, duban, tmp_path):
    """The second yellow of an item in a year makes a red one: all three come out the same."""
    mine = tmp_path / "mine.toml"
    mine.write_text(REPEATING, "utf-8")
    judge_by(county.services, read_profile(REPEATING, mine.name))
    county.accept("2026-11-10T08:30:00", "3", promise="1wd")
    county.until("2026-11-12T08:00:00", minutes=12 * 60)
    repeated = next(card for card in county.published() if card.rule == "L-02")
    code, told = explained(duban, repeated.card, "--profile", str(mine))
    assert (code, told["verdict"], told["level"]) == (0, "same", "red")
    assert told["numbers"] == ["×政监红〔2026〕1号"]
    assert [row["from"] for row in told["rests_on"]] == ["hall:1", "hall:3"]
    found = {(row["case"], row["kind"]) for row in told["derivations"]}
    assert {("hall:1", "card.issued"), ("hall:3", "card.issued")} < found
    write(county, "hall:3", int(card_of(county, "3").rpartition(".")[2]), basis="a whim")
    code, told = explained(duban, repeated.card, "--profile", str(mine))
    assert (code, told["verdict"]) == (1, "differs")
    code, out, _ = duban("explain", "card", "×政监红〔2026〕1号", "--profile", str(mine))
    assert "differs          card.issued, fact 2 of hall:3" in out
